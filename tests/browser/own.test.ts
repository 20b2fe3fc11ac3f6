// What is somebody's own, in Debian's Chromium and in both markets: profile, addresses, logins and notifications; the
// wishlist of a guest that comes along at the log-in; waiting for a size; a review with a photo, changed, taken back.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good } from "../harness/api.js";
import { openBrowser, Visitor } from "../harness/browser.js";
import { type Market, markets } from "../harness/layouts.js";
import { png } from "../harness/pictures.js";
import { receive, sharedProducts } from "../harness/reviews.js";
import { type Caller, customerPhones, Shop, testCode } from "../harness/shop.js";

const language: Record<Market, string> = { kg: "ru", us: "en" };
const places = {
  kg: { region: "GB", city: "Бишкек", street: "пр. Чуй, 150", postalCode: undefined },
  us: { region: "CA", city: "Oakland", street: "1 Main Street", postalCode: "94601" },
};

let shop: Shop;
let browser: Browser;
let folder: string;
beforeAll(async () => {
  const settings = { OTP_RESEND_SECONDS: "0", CODES_PER_HOUR: "100", CODES_PER_DAY: "100", BACK_IN_STOCK_SECONDS: "1" };
  shop = await Shop.open("one database", { settings });
  browser = await openBrowser();
  folder = mkdtempSync(join(tmpdir(), "marque-test-photo-"));
  writeFileSync(join(folder, "photo.png"), png(300, 400));
});
afterAll(async () => {
  await browser?.close();
  await shop?.close();
  rmSync(folder, { recursive: true, force: true });
});

const where = (market: Market) => `market=${market}&lang=${language[market]}`;

async function logIn(page: Page, market: Market): Promise<void> {
  await page.fill("input[name=phone]", customerPhones[market]);
  await page.click("form.stack > .button");
  await page.fill("input[name=code]", testCode);
  await page.click("form.stack > .button");
}

/** On a phone and on a wide screen, by day and by night, as the page is now. */
async function examine(visitor: Visitor, name: string): Promise<void> {
  for (const [width, colorScheme] of [
    [360, "light"],
    [1440, "dark"],
  ] as const) {
    await visitor.page.setViewportSize({ width, height: 800 });
    await visitor.page.emulateMedia({ colorScheme });
    expect(await visitor.findings(), `${name}, ${width}, ${colorScheme}`).toEqual([]);
    const wider = await visitor.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wider, `${name}, ${width}`).toBeLessThanOrEqual(0);
  }
}

describe.each<Market>(markets)("somebody's own in %s", (market) => {
  let customer: Caller;
  let slugs: string[];
  beforeAll(async () => {
    customer = await shop.logIn(customerPhones[market]);
    slugs = await sharedProducts(shop, market);
  });

  it("a profile: name and language, addresses, notifications, logins; logging out", async () => {
    await receive(shop, customer, slugs[0] ?? "");
    const visitor = await Visitor.arrive(browser, shop.origin);
    const page = await visitor.open(`/account?${where(market)}`);
    await logIn(page, market);
    await page.waitForSelector("[data-about]");

    await page.fill("input[name=full_name]", "A Customer");
    await page.click("[data-about] .button");
    await page.waitForFunction(() => document.querySelector("[data-about] [role=status]")?.textContent !== "");
    expect(good(await customer.api.GET("/api/v1/profile")).full_name).toBe("A Customer");

    const { region, city, street, postalCode } = places[market];
    const before = good(await customer.api.GET("/api/v1/profile/addresses")).items.length;
    const add = async (apartment: string) => {
      await page.click("[data-add-address]");
      await page.selectOption("select[name=state]", region);
      await page.fill("input[name=city]", city);
      if (postalCode) await page.fill("input[name=postal_code]", postalCode);
      await page.fill("input[name=apartment]", apartment);
      await page.click("#addresses form .button");
      // A gap is said where it is.
      await page.waitForSelector("input[name=street][aria-invalid=true]");
      await page.fill("input[name=street]", street);
      await page.click("#addresses form .button");
      await page.waitForSelector("[data-add-address]");
    };
    await add("7");
    await add("8");
    expect(await page.locator("[data-address]").count()).toBe(before + 2);
    await examine(visitor, "profile");
    await page.locator("[data-make-default]").last().click();
    await page.waitForFunction((text) => document.querySelector("[data-address]")?.textContent?.includes(text), "8");
    await page.locator("[data-address] .links button").first().click();
    await page.fill("input[name=apartment]", "9");
    await page.click("#addresses form .button");
    await page.waitForSelector("[data-add-address]");
    const [first] = good(await customer.api.GET("/api/v1/profile/addresses")).items;
    expect(first).toMatchObject({ is_default: true, city, state: region, apartment: "9" });
    await page.locator("[data-address] [data-forget]").last().click();
    await page.waitForFunction((count) => document.querySelectorAll("[data-address]").length === count, before + 1);

    // The order was told of; the mark on the button goes when all is read.
    await page.waitForSelector("[data-news]:not([hidden])");
    await page.click("[data-read-all]");
    await page.waitForSelector("[data-news]", { state: "hidden" });
    expect(good(await customer.api.GET("/api/v1/profile/notifications/unread-count")).unread).toBe(0);

    // The login of the API is another one; ending all others leaves this one.
    await page.click("[data-end-others]");
    await page.waitForFunction(() => document.querySelectorAll("[data-login]").length === 1);
    expect(await page.getAttribute("[data-login]", "data-login")).toBe("this");
    expect((await customer.api.GET("/api/v1/profile")).response.status).toBe(401);

    const other = language[market] === "ru" ? "en" : "ru";
    await page.selectOption("select[name=language]", other);
    await page.click("[data-about] .button");
    await page.waitForURL(new RegExp(`/account\\?.*lang=${other}`));
    await page.waitForSelector("[data-log-out]");
    expect(await page.getAttribute("html", "data-language")).toBe(other);
    await page.click("[data-log-out]");
    await page.waitForSelector(".own input[name=phone]");
    expect(await page.context().cookies(`${shop.origin}/api/v1/auth/refresh`)).toEqual([]);
    await examine(visitor, "log-in");
    customer = await shop.logIn(customerPhones[market]);
    expect(visitor.trouble).toEqual([]);
    await visitor.leave();
  });

  it("a guest's wishlist comes along at the log-in; a size that is back is told", async () => {
    const { product, sku } = await shop.findSku(market, 1, 12);
    await shop.setStock(market, sku.id, 0);
    const soldOut = `/p/${product.slug}?${where(market)}&color=${encodeURIComponent(sku.color)}`;
    await expect
      .poll(async () => (await fetch(shop.origin + soldOut)).text().then((text) => text.includes("data-wait")), {
        timeout: 10_000,
      })
      .toBe(true);
    const visitor = await Visitor.arrive(browser, shop.origin);
    let page = await visitor.open(`/c/dresses?${where(market)}`);
    const hearts = page.locator(".card [data-wish]");
    const id = (await hearts.first().getAttribute("data-wish")) ?? "";
    await hearts.first().click();
    await page.waitForSelector(`[data-wish="${id}"][aria-pressed=true]`);
    await page.waitForLoadState("networkidle");
    // What a list shows after a filter knows it, too; and so does the next page.
    page = await visitor.open(`/wishlist?${where(market)}`);
    await page.waitForSelector(`.own [data-wish="${id}"][aria-pressed=true]`);
    await examine(visitor, "a guest's wishlist");
    await page.setViewportSize({ width: 1280, height: 900 });

    page = await visitor.open(soldOut);
    await page.click("[data-wait]");
    await logIn(page, market);
    await page.check(`dialog input[value="${sku.id}"]`);
    expect(await visitor.findings()).toEqual([]);
    await page.click("dialog form .button");
    await page.waitForSelector("dialog [role=status]");
    await page.waitForSelector(`[data-wish="${product.id}"][aria-pressed=true]`);
    const wishes = good(await customer.api.GET("/api/v1/wishlist")).items;
    expect(wishes.map(({ product_id: each }) => each)).toEqual(expect.arrayContaining([id, product.id]));
    expect(wishes.find(({ product_id: each }) => each === product.id)?.notify_sku_id).toBe(sku.id);
    await shop.setStock(market, sku.id, 5);
    await expect
      .poll(async () => good(await customer.api.GET("/api/v1/profile/notifications")).items[0]?.type, {
        timeout: 15_000,
      })
      .toBe("back_in_stock");

    page = await visitor.open(`/wishlist?${where(market)}`);
    await page.waitForSelector(".own .card >> nth=1");
    await page.click(`.own [data-wish="${id}"]`);
    await page.waitForSelector(`.own [data-wish="${id}"]`, { state: "detached" });
    await page.click(`.own [data-wish="${product.id}"]`);
    await page.waitForSelector(".own .empty");
    // What was looked at stands on the shelf of the next page; nothing else of it leaves the browser.
    page = await visitor.open(`/?${where(market)}`);
    await page.locator("footer").scrollIntoViewIfNeeded();
    await page.waitForSelector(`[data-seen] a[href^='/p/${product.slug}']`);
    await page.waitForLoadState("networkidle");
    expect(visitor.trouble).toEqual([]);
    await visitor.leave();
  });

  it("a review with a photo: written, seen, found helpful by another, changed, taken back", async () => {
    const slug = slugs[1] ?? "";
    const order = await receive(shop, customer, slug);
    const visitor = await Visitor.arrive(browser, shop.origin);
    let page = await visitor.open(`/orders/${order}?${where(market)}`);
    await logIn(page, market);
    await page.click(`[data-to-review] [data-review="${slug}"]`);
    await page.click("[data-review-form] .button");
    await page.waitForSelector("[data-review-form] .mistake[role=alert]:not(:empty)");
    await page.check("input[name=rating][value='4']", { force: true });
    await page.fill("input[name=title]", "Soft");
    await page.fill("textarea", "Fits as it should.");
    await page.setInputFiles("input[type=file]", join(folder, "photo.png"));
    await page.waitForSelector("[data-review-form] .photos img");
    expect(await visitor.findings()).toEqual([]);
    await page.click("[data-review-form] > .button");
    await page.waitForSelector("dialog [role=status]");
    await page.waitForSelector("[data-to-review]", { state: "detached" });
    const own = async () => good(await customer.api.GET("/api/v1/profile/reviews")).items[0];
    const written = await own();
    expect(written).toMatchObject({ product_slug: slug, rating: 4, title: "Soft", is_verified_purchase: true });
    expect(written?.images).toHaveLength(1);
    await shop.databases.sql(market, "UPDATE reviews SET is_approved = true WHERE id = $1", [written?.id]);

    // Somebody else sees it with its photo, and must log in to say that it helped.
    const other = await Visitor.arrive(browser, shop.origin, { viewport: { width: 360, height: 800 } });
    await other.open(`/p/${slug}?${where(market)}`);
    await other.page.locator("footer").scrollIntoViewIfNeeded();
    await other.page.waitForSelector(".review .photo img");
    await other.page.click(".review .photo");
    await other.page.waitForSelector("dialog img");
    await other.page.keyboard.press("Escape");
    await other.page.click("[data-helpful]");
    await other.page.waitForSelector("dialog input[name=phone]");
    await other.page.keyboard.press("Escape");
    await examine(other, "reviews");
    expect(other.trouble).toEqual([]);
    await other.leave();

    page = await visitor.open(`/p/${slug}?${where(market)}`);
    await page.locator("footer").scrollIntoViewIfNeeded();
    // One's own is not to be voted for.
    await page.waitForSelector("[data-own-review=approved]");
    expect(await page.locator(".review [data-helpful]").count()).toBe(0);
    await page.click("[data-write-review]");
    await page.check("input[name=rating][value='5']", { force: true });
    await page.click("[data-review-form] > .button");
    await page.waitForSelector("dialog [role=status]");
    expect(await own()).toMatchObject({ rating: 5, title: "Soft", images: [expect.any(String)] });
    page = await visitor.open(`/account?${where(market)}`);
    await page.click("#my-reviews [data-own-review] .link");
    await page.click("[data-take-back]");
    await page.click("[data-take-back]");
    await page.waitForSelector("#my-reviews [data-own-review]", { state: "detached" });
    expect(await own()).toBeUndefined();
    expect(visitor.trouble).toEqual([]);
    await visitor.leave();
  });
});

it("language and market change on every page, and a guest's link stays one", async () => {
  const visitor = await Visitor.arrive(browser, shop.origin);
  const [slug] = await sharedProducts(shop, "kg");
  const anybodys = ["/", "/c/dresses", `/p/${slug}`, "/search"];
  const elsewhere = ["/c/dresses", "/account", "/orders/1"];
  for (const path of [...anybodys, "/account", "/wishlist", "/orders", "/checkout", "/orders/1"]) {
    const page = await visitor.open(`${path}?market=kg&lang=ru#access=x`);
    await page.click(".top .switch summary");
    await page.click(".top .switch a[hreflang=ky]");
    await page.waitForURL(`**${path}?market=kg&lang=ky#access=x`);
    expect(await page.getAttribute("html", "lang")).toBe("ky-KG");
    if (!elsewhere.includes(path)) continue;
    await page.click(".top .switch summary");
    await page.click(".top .switch a[href*='market=us']");
    await page.waitForURL(/\/\?market=us/);
  }
  // Somebody's order is not there for whoever has a wrong link; nothing else was wrong.
  expect(visitor.trouble.filter((line) => !/4\d\d/.test(line))).toEqual([]);
  await visitor.leave();
});

it("control: what is somebody's own is in no frame of the server's", async () => {
  for (const market of markets) {
    const customer = await shop.logIn(customerPhones[market]);
    const headers = { Authorization: `Bearer ${customer.token}`, Accept: "text/html" };
    for (const path of ["/account", "/wishlist", "/orders"]) {
      const response = await fetch(`${shop.origin}${path}?${where(market)}`, { headers });
      const mine = await response.text();
      const nobodys = await (await fetch(`${shop.origin}${path}?${where(market)}`)).text();
      expect(mine, path).toBe(nobodys);
      expect(mine).not.toContain(customerPhones[market]);
    }
  }
});
