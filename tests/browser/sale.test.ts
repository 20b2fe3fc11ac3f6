// Buying in Debian's Chromium, in both markets: a guest from the search to the parcel, a customer from a guest's cart
// to the goods sent back; what the page shows is what the server reckons, and one click more is no order more.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good } from "../harness/api.js";
import { openBrowser, Visitor } from "../harness/browser.js";
import { type Market, markets } from "../harness/layouts.js";
import { priced, promote, unpromote } from "../harness/quotes.js";
import { buy, type Caller, customerPhones, managerPhones, Shop, type Sku, testCode } from "../harness/shop.js";

const language: Record<Market, string> = { kg: "ru", us: "en" };
/** Where somebody lives, where delivery costs something else, and where things are fetched. */
const places = {
  kg: { home: "GO", city: "Ош", street: "ул. Ленина, 1, кв. 2", other: "Y", pickup: "GB" },
  us: { home: "CA", city: "Oakland", street: "1 Main Street, Apt 2", other: "HI", pickup: undefined },
};
const phones: Record<Market, string> = { kg: "+996700123456", us: "+12015550123" };
/** The same as people of the market write them. */
const phonesAtHome: Record<Market, string> = { kg: "0700 123 456", us: "(201) 555-0123" };

/** Every test logs the same people in. */
const codesAtOnce = { OTP_RESEND_SECONDS: "0", CODES_PER_HOUR: "100", CODES_PER_DAY: "100" };

let shop: Shop;
let browser: Browser;
let manager: Caller;
const things = {} as Record<Market, { sku: Sku; slug: string; name: string }>;

beforeAll(async () => {
  shop = await Shop.open("one database", { settings: codesAtOnce });
  browser = await openBrowser();
  manager = await shop.logIn(managerPhones.both);
  for (const market of markets) {
    const { product } = await shop.findSku(market, 1, 3);
    const sku = await priced(shop, market, market === "kg" ? 150_000 : 2_500, 3);
    things[market] = { sku, slug: product.slug, name: product.name };
  }
});
afterAll(async () => {
  await browser?.close();
  await shop?.close();
});

const where = (market: Market) => `market=${market}&lang=${language[market]}`;
const total = async (page: Page) => Number(await page.getAttribute("[data-total]", "data-total"));

/** Puts the thing of the market into the cart, as its page offers it, and goes to checkout. */
async function toCheckout(visitor: Visitor, market: Market): Promise<Page> {
  const { sku, slug } = things[market];
  const page = await visitor.open(`/p/${slug}?${where(market)}&color=${encodeURIComponent(sku.color)}`);
  await page.check(`input[name=sku][value="${sku.id}"]`, { force: true });
  await page.click("[data-buy] button[type=submit]");
  await page.waitForSelector(".cart-line");
  await page.click("dialog a[href^='/checkout']");
  await page.waitForSelector(".checkout [data-total]");
  return page;
}

/** Says who and where; waits until the price of this region stands there. */
async function tell(page: Page, market: Market, region = places[market].home): Promise<void> {
  await page.fill("input[name=customer_name]", "A Guest");
  await page.fill("input[name=customer_phone]", phonesAtHome[market]);
  await choose(page, () => page.selectOption("select[name=delivery_state]", region));
  await page.fill("input[name=delivery_city]", places[market].city);
  await page.fill("input[name=delivery_address]", places[market].street);
  if (market === "us") await page.fill("input[name=postal_code]", "94601");
}

/** Does what changes the price, and waits for the quote that answers it. */
async function choose(page: Page, work: () => Promise<unknown>): Promise<void> {
  const answered = page.waitForResponse((response) => response.url().includes("/orders/quote"));
  await work();
  await answered;
  await page.waitForLoadState("networkidle");
}

async function logIn(page: Page, market: Market): Promise<void> {
  await page.fill("input[name=phone]", customerPhones[market]);
  await page.click(".stack > .button");
  await page.fill("input[name=code]", testCode);
  await page.click(".stack > .button");
}

const orderOf = (page: Page) => new URL(page.url()).pathname.split("/").at(-1) ?? "";

/** What the manager does with an order, one step after the other. */
async function move(market: Market, id: string, ...steps: Array<"confirm" | "ship" | "deliver">): Promise<void> {
  const parcel = { carrier: "A Courier", tracking_number: "X-1", tracking_url: "https://parcels.example/X-1" };
  for (const step of steps) {
    const params = { path: { id }, query: { market } };
    good(
      await manager.api.POST(`/api/v1/manager/orders/{id}/${step}`, { params, body: step === "ship" ? parcel : {} }),
    );
  }
}

describe.each<Market>(markets)("buying in %s", (market) => {
  it("a phone that lacks a digit is pointed at with an example until it is mended", async () => {
    const visitor = await Visitor.arrive(browser, shop.origin);
    const page = await toCheckout(visitor, market);
    const phone = page.locator("input[name=customer_phone]");
    const mistake = page.locator("label:has(input[name=customer_phone]) .mistake");
    const example = (await phone.getAttribute("placeholder")) ?? "";
    expect(example).toMatch(market === "kg" ? /^\+996\d{9}$/ : /^\+1\d{10}$/);
    await tell(page, market);
    await phone.fill(phonesAtHome[market].slice(0, -1));
    await page.click(".summary > .button");
    await mistake.waitFor();
    expect(await mistake.textContent()).toContain(`${market === "kg" ? "Например:" : "For example:"} ${example}`);
    await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "customer_phone");
    expect(await visitor.findings()).toEqual([]);
    await phone.pressSequentially("6");
    expect(await mistake.count()).toBe(0);
    // Nothing else was lost, and the pointer stays where somebody types.
    expect(await page.inputValue("input[name=delivery_city]")).toBe(places[market].city);
    expect(await phone.evaluate((input) => input === document.activeElement)).toBe(true);
  });

  it("a guest searches, chooses, orders to be paid in cash, and follows the parcel by the link alone", async () => {
    const visitor = await Visitor.arrive(browser, shop.origin);
    let page = await visitor.open(`/?${where(market)}`);
    await page.fill("input[name=q]", things[market].name);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/search\?/);
    await page.click(`.card a[href*='/p/${things[market].slug}']`);
    await page.waitForURL(/\/p\//);
    page = await toCheckout(visitor, market);
    expect(await page.textContent("[data-cart-count]")).toBe("1");
    // Nothing is asked of the server before the form is whole, and the first gap has the focus.
    await page.click(".summary > .button");
    await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "customer_name");
    expect(await visitor.findings()).toEqual([]);

    await tell(page, market);
    await page.check("input[value=cash_on_delivery]");
    const shown = await total(page);
    const before = await shop.orderCount(market);
    await page.click(".summary > .button");
    await page.waitForURL(/\/orders\/\d+\?.*#access=/);
    await page.waitForSelector("[data-status=pending]");
    expect(await page.locator(".skeleton").count()).toBe(0);
    expect(await shop.orderCount(market)).toBe(before + 1);
    expect(await total(page)).toBe(shown);
    const query = { market };
    const params = { path: { id: orderOf(page) }, query };
    const order = good(await manager.api.GET("/api/v1/manager/orders/{id}", { params }));
    expect(order).toMatchObject({
      total_amount: shown,
      payment_method: "cash_on_delivery",
      delivery_state: places[market].home,
      delivery_city: places[market].city,
      customer_phone: phones[market],
      items: [{ sku_id: things[market].sku.id, quantity: 1 }],
    });
    expect(await page.textContent("h1")).toContain(order.order_number);
    expect(await page.isHidden("[data-cart-count]")).toBe(true);
    expect(await visitor.findings()).toEqual([]);

    await move(market, order.id, "confirm", "ship");
    // Somebody else with the link sees it; on its way it is too late to call it off.
    const link = page.url();
    const friend = await Visitor.arrive(browser, shop.origin, { viewport: { width: 360, height: 800 } });
    await friend.open(link.slice(shop.origin.length));
    await friend.page.waitForSelector("[data-status=shipped]");
    expect(await friend.page.getAttribute(".part a[rel=noreferrer]", "href")).toBe("https://parcels.example/X-1");
    expect(await friend.page.locator("[data-cancel], [data-send-back]").count()).toBe(0);
    expect(await friend.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    // Without it nobody does. The page itself says nothing of the order.
    const frame = await (await fetch(`${shop.origin}/orders/${order.id}?${where(market)}`)).text();
    expect(frame).not.toContain(order.order_number);
    await friend.open(`/orders/${order.id}?${where(market)}&again=1`);
    await friend.page.waitForSelector("input[name=phone]");
    expect(await friend.page.locator("[data-status]").count()).toBe(0);
    // What has arrived may go back and be bought again, by the link alone.
    await move(market, order.id, "deliver");
    await page.reload();
    await page.waitForSelector("[data-status=delivered]");
    await page.click("[data-send-back]");
    await page.selectOption("select[name^=pieces]", "1");
    await page.click("form .button");
    await page.waitForSelector("[data-return=requested]");
    await page.click("[data-again]");
    await page.waitForSelector(".cart-line");
    expect([...visitor.trouble, ...friend.trouble]).toEqual([]);
    await friend.leave();
    await visitor.leave();
  });

  it("a guest logs in on the way: the cart comes along; pays by card, cancels, sees it in the list", async () => {
    const visitor = await Visitor.arrive(browser, shop.origin, { viewport: { width: 360, height: 800 } });
    const page = await toCheckout(visitor, market);
    await page.fill("input[name=customer_name]", "Typed Before");
    await page.click(".checkout .part .link");
    await logIn(page, market);
    await page.waitForSelector("dialog a[href^='/orders']");
    await page.click("dialog .panel-head .icon");
    // What was typed stays, what was not is filled in; the browser has forgotten the guest's cart.
    expect(await page.inputValue("input[name=customer_name]")).toBe("Typed Before");
    expect(await page.inputValue("input[name=customer_phone]")).toBe(customerPhones[market]);
    expect(await page.evaluate(() => localStorage.getItem("marque.cart"))).toBeNull();
    expect(await page.locator(".articles li").count()).toBe(1);
    const typed = page.locator("input[name=address][value='']");
    if ((await typed.count()) > 0) await typed.check();
    await tell(page, market);
    await page.check("input[value=card]");
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(await visitor.findings()).toEqual([]);
    await page.click(".summary > .button");
    await page.waitForSelector("[data-status=pending] [data-pay]");
    expect(page.url()).not.toContain("access=");
    expect(await visitor.findings()).toEqual([]);
    await page.click("[data-pay]");
    await page.waitForSelector("[data-payment=paid]");

    const id = orderOf(page);
    await page.click("[data-cancel]");
    await page.fill("input[name=reason]", "Another colour");
    await page.click("form.part .button:not(.is-quiet)");
    await page.waitForSelector("[data-status=cancelled]");
    expect(await page.locator("[data-cancel]").count()).toBe(0);
    await visitor.open(`/orders?${where(market)}`);
    await page.waitForSelector(`.orders a[href^='/orders/${id}']`);
    expect(await visitor.findings()).toEqual([]);
    await page.click(`.orders a[href^='/orders/${id}']`);
    await page.waitForSelector("[data-status=cancelled]");
    expect(visitor.trouble).toEqual([]);
    await visitor.leave();
  });

  it("a customer sends a piece back", async () => {
    const customer = await shop.logIn(customerPhones[market]);
    const order = await buy(customer, things[market].sku.id, 2);
    const params = { path: { id: order.id } };
    good(await customer.api.POST("/api/v1/orders/{id}/payment", { params }));
    good(await customer.api.POST("/api/v1/orders/{id}/payment/check", { params }));
    await move(market, order.id, "ship", "deliver");
    const visitor = await Visitor.arrive(browser, shop.origin, { colorScheme: "dark" });
    const page = await visitor.open(`/orders/${order.id}?${where(market)}`);
    await logIn(page, market);
    await page.click("[data-send-back]");
    await page.click("form .button");
    await page.waitForFunction(() => document.querySelector("form [role=alert]")?.textContent !== "");
    await page.selectOption("select[name^=pieces]", "1");
    await page.selectOption("select[name=reason]", "too_large");
    expect(await visitor.findings()).toEqual([]);
    await page.click("form .button");
    await page.waitForSelector("[data-return=requested]");
    const { items } = good(await customer.api.GET("/api/v1/orders/{id}/returns", { params }));
    expect(items).toMatchObject([{ items: [{ sku_id: things[market].sku.id, quantity: 1, reason: "too_large" }] }]);
    // The other one may still go back, and this wish may be called off.
    expect(await page.locator("[data-send-back]").count()).toBe(1);
    await page.click("[data-return] .link");
    await page.waitForSelector("[data-return=cancelled]");
    expect(visitor.trouble).toEqual([]);
    await visitor.leave();
  });

  it("what is shown is the server's quote of each choice; a changed total is shown before it is paid", async () => {
    const visitor = await Visitor.arrive(browser, shop.origin);
    const page = await toCheckout(visitor, market);
    await tell(page, market);
    const code = `SALE${market.toUpperCase()}`;
    await promote(shop, market, { code });
    const guest = shop.guest(market);
    const items = [{ sku_id: things[market].sku.id, quantity: 1 }];
    const expected = async (body: object) =>
      good(await guest.POST("/api/v1/orders/quote", { body: { items, ...body } })).total_amount;
    const { home, other, pickup } = places[market];
    expect(await total(page)).toBe(await expected({ delivery_state: home }));
    await choose(page, () => page.selectOption("select[name=delivery_state]", other));
    expect(await total(page)).toBe(await expected({ delivery_state: other }));
    await page.fill("input[name=coupon]", "NOSUCHCODE");
    await choose(page, () => page.click(".coupon .button"));
    expect(await page.textContent(".coupon .mistake")).not.toBe("");
    await page.fill("input[name=coupon]", code);
    await choose(page, () => page.click(".coupon .button"));
    const reduced = await expected({ delivery_state: other, coupon_codes: [code] });
    expect(reduced).toBeLessThan(await expected({ delivery_state: other }));
    expect(await total(page)).toBe(reduced);
    if (pickup) {
      await choose(page, () => page.selectOption("select[name=delivery_state]", pickup));
      await choose(page, () => page.check("input[name=shipping_option][value=pickup]"));
      expect(await page.isVisible("input[name=delivery_address]")).toBe(false);
      await page.click(".summary > .button");
      await page.waitForSelector("[role=radiogroup] .mistake");
      await choose(page, () => page.locator("input[name=pickup_point]").first().check());
      expect(await visitor.findings()).toEqual([]);
    }

    // The promotion ends while the visitor looks at the page.
    await unpromote(shop, market);
    const before = await shop.orderCount(market);
    await choose(page, () => page.click(".summary > .button"));
    await page.waitForFunction(() => document.querySelector(".summary [role=alert]")?.textContent !== "");
    expect(await shop.orderCount(market)).toBe(before);
    await page.click(".summary > .button");
    await page.waitForSelector("[data-status=pending]");
    expect(await shop.orderCount(market)).toBe(before + 1);
    // A refusal is an error on the console of every browser.
    expect(visitor.trouble.filter((line) => !/40\d|422/.test(line))).toEqual([]);
    await visitor.leave();
  });

  it("an answer that is lost makes no second order: neither a click nor loading the page anew does", async () => {
    for (const again of ["click", "reload"] as const) {
      const visitor = await Visitor.arrive(browser, shop.origin);
      const page = await toCheckout(visitor, market);
      await tell(page, market);
      const before = await shop.orderCount(market);
      await page.route(
        "**/orders/create*",
        async (route) => {
          await route.fetch();
          await route.abort("connectionreset");
        },
        { times: 1 },
      );
      await page.click(".summary > .button");
      await page.waitForFunction(() => document.querySelector(".summary [role=alert]")?.textContent !== "");
      expect(await shop.orderCount(market)).toBe(before + 1);
      if (again === "click") await page.click(".summary > .button");
      else await page.reload();
      await page.waitForSelector("[data-status=pending]");
      expect(await shop.orderCount(market)).toBe(before + 1);
      await visitor.leave();
    }
  });
});

it("somebody whose account is in the other country is led there, and orders nothing here", async () => {
  const visitor = await Visitor.arrive(browser, shop.origin);
  const page = await visitor.open(`/orders?${where("us")}`);
  await logIn(page, "kg");
  await page.waitForSelector("[data-own] a[href='/?market=kg']");
  await visitor.open(`/checkout?${where("us")}`);
  await page.waitForSelector("[data-own] a[href='/?market=kg']");
  expect(await visitor.findings()).toEqual([]);
  await visitor.leave();
});

it("empty carts, unknown orders and pages without scripts say so, in Kyrgyz too", async () => {
  const visitor = await Visitor.arrive(browser, shop.origin, { viewport: { width: 360, height: 800 } });
  // Prices are written as the server writes them, whatever the browser knows of the language.
  const page = await visitor.open(`/p/${things.kg.slug}?market=kg&lang=ky`);
  await page.locator(".size input:not(:disabled)").first().check({ force: true });
  const price = await page.textContent("[data-price-line] b");
  await page.click("[data-buy] button[type=submit]");
  await page.waitForSelector(".cart-line");
  expect(await page.textContent(".cart-line > span:not(.quiet):not(.cart-actions)")).toBe(price);
  await page.click(".cart-actions .link:last-child");
  await page.waitForSelector("dialog .empty");
  await visitor.open("/checkout?market=kg&lang=ky");
  await page.waitForSelector("[data-own] .empty");
  expect(await visitor.findings()).toEqual([]);
  await visitor.open("/orders/1?market=kg&lang=ky#access=nothing");
  await page.waitForSelector("[data-own] .empty");
  expect(await visitor.findings()).toEqual([]);
  await visitor.leave();
  const plain = await Visitor.arrive(browser, shop.origin, { javaScriptEnabled: false });
  for (const path of ["/checkout", "/orders", "/orders/1", "/account", "/wishlist"]) {
    const { page } = plain;
    await page.goto(`${path}?market=kg&lang=ky`);
    expect(await page.innerText("[data-own] noscript")).toContain("JavaScript");
  }
  await plain.leave();
});
