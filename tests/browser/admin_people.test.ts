// The back office where it is about people and the market itself: a customer is noted about, blocked, let in again and
// moved to the other market; many reviews are approved at once; settings of a market and rates of reports are changed.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { components } from "../api/generated/schema.js";
import { good } from "../harness/api.js";
import { button, codesAtOnce, dialog, manage, names, openOffice, switchTo } from "../harness/back_office.js";
import { openBrowser } from "../harness/browser.js";
import { type Market, markets } from "../harness/layouts.js";
import { newCustomer, receive, reviewsPath, sharedProducts } from "../harness/reviews.js";
import { type Caller, managerPhones, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

type Schemas = components["schemas"];

let shop: Shop;
let browser: Browser;
let manager: Caller;
beforeAll(async () => {
  shop = await Shop.open("one database", { settings: codesAtOnce });
  browser = await openBrowser();
  manager = await shop.logIn(managerPhones.both);
});
afterAll(async () => {
  await browser?.close();
  await shop?.close();
});

const phones: Record<Market, string> = { kg: "+996700111015", us: "+12125550115" };
const otherOf: Record<Market, Market> = { kg: "us", us: "kg" };

/** What managers may change of what they read. */
const inputOf = (settings: Schemas["MarketSettings"]): Schemas["SettingsInput"] => {
  const { version, name, tax_label, shipping_cost, shipping_free_from, payment_methods, address_required } = settings;
  const { phone_example, seller_name, seller_address, seller_tax_id } = settings;
  return {
    version,
    name,
    tax_label,
    shipping_cost,
    shipping_free_from: shipping_free_from ?? 0,
    payment_methods: payment_methods as Schemas["SettingsInput"]["payment_methods"],
    address_required: address_required as Schemas["SettingsInput"]["address_required"],
    phone_example,
    seller_name,
    seller_address,
    seller_tax_id,
  };
};

describe.each<Market>(markets)("the back office of %s", (market) => {
  it("[R106] a customer is noted about, blocked, let in again, and moved to another market", async () => {
    const customer = await shop.logIn(phones[market]);
    const isLetIn = async () => (await customer.api.GET("/api/v1/profile", {})).response.status === 200;
    const visitor = await manage(browser, shop, managerPhones.both, { market });
    const page = await openOffice(visitor, `/customers?q=${encodeURIComponent(customer.user.phone)}`);
    await button(page, "Open").click();
    await dialog(page).getByLabel("Add a note").fill("Asks for boxes without tape.");
    await button(page, "Add").click();
    await dialog(page).getByText("Asks for boxes without tape.", { exact: true }).waitFor();
    expect(await visitor.findings()).toEqual([]);

    await button(page, "Block").click();
    const reason = page.getByRole("dialog", { name: "Block" });
    await reason.getByRole("textbox").fill("Parcels come back unopened.");
    await reason.getByRole("button", { name: "Block" }).click();
    await button(page, "Unblock").waitFor();
    await eventually("the customer is out", async () => !(await isLetIn()));
    await button(page, "Unblock").click();
    await button(page, "Block").waitFor();
    const again = await shop.logIn(customer.user.phone);
    expect(again.user.market).toBe(market);

    await button(page, "Move to another market").click();
    const move = page.getByRole("dialog", { name: "Move to another market" });
    await move.getByRole("textbox", { name: "Reason" }).fill("Has moved house.");
    await button(page, "See what would happen").click();
    await move.locator(".lines li").first().waitFor();
    expect(await visitor.findings()).toEqual([]);
    const where = async () => (await shop.logIn(customer.user.phone)).user.market;
    expect(await where()).toBe(market);
    await button(page, "Move").click();
    await move.waitFor({ state: "detached" });
    expect(await where()).toBe(otherOf[market]);
    await switchTo(page, otherOf[market]);
    await openOffice(visitor, `/customers?q=${encodeURIComponent(customer.user.phone)}`);
    await button(page, "Open").click();
    await dialog(page).getByText(`${names[market]} → ${names[otherOf[market]]}`).waitFor();
    expect(visitor.trouble).toEqual([]);
    await visitor.leave();
  });

  it("[R106] reviews that wait are chosen and approved at once", async () => {
    const slugs = (await sharedProducts(shop, market)).slice(0, 2);
    const titles = ["First of two", "Second of two"];
    for (const [i, slug] of slugs.entries()) {
      const author = await newCustomer(shop, market);
      await receive(shop, author, slug);
      const body = { rating: 4, title: titles[i], comment: "Worn for a week." };
      good(await author.api.POST(reviewsPath, { params: { path: { slug } }, body }));
    }
    const visitor = await manage(browser, shop, managerPhones.both, { market });
    const page = await openOffice(visitor, "/reviews");
    for (const title of titles) await page.getByRole("checkbox", { name: `Choose ${title}` }).check();
    expect(await visitor.findings()).toEqual([]);
    await page.locator(".bulk").getByRole("button", { name: "Approve" }).click();
    for (const [i, slug] of slugs.entries()) {
      await eventually("the review is shown", async () => {
        const shown = await shop.guest(market).GET(reviewsPath, { params: { path: { slug } } });
        return good(shown).items.some(({ title }) => title === titles[i]);
      });
    }
    expect(visitor.trouble).toEqual([]);
    await visitor.leave();
  });

  it("[R106] the market's settings are changed, and what is wrong is told at its field", async () => {
    const visitor = await manage(browser, shop, managerPhones.both, { market });
    const page = await openOffice(visitor, "/market");
    await button(page, "Change settings").click();
    await page.fill("input[name=shipping_cost]", "many");
    expect(await visitor.findings()).toEqual([]);
    await button(page, "Save").click();
    await page.locator("input[name=shipping_cost][aria-invalid=true]").waitFor();
    await page.fill("input[name=shipping_cost]", "7");
    await page.fill("input[name=seller_name]", "Marque Ltd");
    await button(page, "Save").click();
    await dialog(page).waitFor({ state: "detached" });
    const params = { query: { market } };
    const settings = good(await manager.api.GET("/api/v1/manager/market/settings", { params }));
    expect(settings).toMatchObject({ shipping_cost: 7, seller_name: "Marque Ltd" });
    // Another manager's change in between is not overwritten unread.
    await button(page, "Change settings").click();
    await page.fill("input[name=seller_name]", "Somebody else");
    const body = { ...inputOf(settings), seller_name: "Marque and Co" };
    good(await manager.api.PUT("/api/v1/manager/market/settings", { params, body }));
    await button(page, "Save").click();
    await page.getByRole("alert").first().waitFor();
    const kept = good(await manager.api.GET("/api/v1/manager/market/settings", { params }));
    expect(kept.seller_name).toBe("Marque and Co");
    await visitor.leave();
  });

  it("[R106] a rate for reports is set and listed", async () => {
    const visitor = await manage(browser, shop, managerPhones.both, { market });
    const page = await openOffice(visitor, "/market");
    await button(page, "Set a rate").click();
    await page.fill("input[name=rate]", "many");
    await button(page, "Save").click();
    await page.locator("input[name=rate][aria-invalid=true]").waitFor();
    await page.fill("input[name=rate]", "87,5");
    expect(await visitor.findings()).toEqual([]);
    await button(page, "Save").click();
    await page.getByText(/^1 \w{3} = 87.5 \w{3}/).waitFor();
    await visitor.leave();
  });
});
