// One customer's way through the shop in Debian's Chromium, in both markets and without a break: browse, search, cart,
// log-in, checkout, pay, follow the parcel, review, send back for another size or colour. With the real server and
// PostgreSQL; the only other person is the manager, who ships.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { good } from "../harness/api.js";
import { openBrowser, Visitor } from "../harness/browser.js";
import { type Market, markets } from "../harness/layouts.js";
import { sibling } from "../harness/return_walk.js";
import { type Caller, customerPhones, managerPhones, type Product, Shop, type Sku, testCode } from "../harness/shop.js";

const language: Record<Market, string> = { kg: "ru", us: "en" };
const places = {
  kg: { region: "GO", city: "Ош", street: "ул. Ленина, 1, кв. 2" },
  us: { region: "CA", city: "Oakland", street: "1 Main Street, Apt 2" },
};

let shop: Shop;
let browser: Browser;
let manager: Caller;
beforeAll(async () => {
  shop = await Shop.open("one database");
  browser = await openBrowser();
  manager = await shop.logIn(managerPhones.both);
});
afterAll(async () => {
  await browser?.close();
  await shop?.close();
});

/** Something that is there in another size or colour at the same price. */
async function thingOf(market: Market): Promise<{ product: Product; sku: Sku; other: string }> {
  for (let skip = 0; skip < 200; skip += 9) {
    const { product, sku } = await shop.findSku(market, 6, skip);
    const other = sku.in_stock ? await sibling(shop, market, sku.id) : undefined;
    if (other) return { product, sku, other };
  }
  throw new Error(`nothing to exchange in ${market}`);
}

it.each<Market>(markets)("from the start page to the goods sent back, in %s", async (market) => {
  const { product, sku, other } = await thingOf(market);
  const { name, slug } = product;
  const where = `market=${market}&lang=${language[market]}`;
  const stock = await shop.stock(market, sku.id);
  const visitor = await Visitor.arrive(browser, shop.origin, { viewport: { width: 390, height: 844 } });
  const page = await visitor.open(`/?${where}`);

  // Browse: the menu, a category, a filter.
  await page.click(".drawer summary");
  await page.click(".drawer-body a[href^='/c/dresses']");
  await page.waitForSelector("html[data-ready] #listing");
  await page.click("[data-open-filters]");
  await page.locator(".pills a").first().click();
  await page.waitForURL(/size=/);
  await page.click("[data-close-filters]");

  // Search, and the product as its page offers it.
  await page.fill("input[name=q]", name);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/search\?/);
  await page.click(`.card a[href*='/p/${slug}']`);
  await page.waitForURL(/\/p\//);
  await visitor.open(`/p/${slug}?${where}&color=${encodeURIComponent(sku.color)}`);
  await page.check(`input[name=sku][value="${sku.id}"]`, { force: true });

  // Cart and checkout; who logs in on the way keeps the cart.
  await page.click("[data-buy] button[type=submit]");
  await page.waitForSelector(".cart-line");
  await page.click("dialog a[href^='/checkout']");
  await page.waitForSelector(".checkout [data-total]");
  await page.click(".checkout .part .link");
  await page.fill("dialog input[name=phone]", customerPhones[market]);
  await page.click("dialog .button");
  await page.fill("dialog input[name=code]", testCode);
  await page.click("dialog .button");
  await page.waitForSelector("dialog a[href^='/orders']");
  await page.click("dialog .panel-head .icon");
  await page.fill("input[name=customer_name]", "A Customer");
  const quoted = page.waitForResponse((response) => response.url().includes("/orders/quote"));
  await page.selectOption("select[name=delivery_state]", places[market].region);
  await quoted;
  await page.fill("input[name=delivery_city]", places[market].city);
  await page.fill("input[name=delivery_address]", places[market].street);
  if (market === "us") await page.fill("input[name=postal_code]", "94601");
  await page.check("input[value=card]");
  await page.waitForLoadState("networkidle");
  const shown = await page.getAttribute("[data-total]", "data-total");
  await page.click(".summary > .button");

  // Pay.
  await page.waitForSelector("[data-status=pending] [data-pay]");
  await page.click("[data-pay]");
  await page.waitForSelector("[data-payment=paid]");
  const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  const params = { path: { id }, query: { market } };
  const order = good(await manager.api.GET("/api/v1/manager/orders/{id}", { params }));
  expect(String(order.total_amount)).toBe(shown);
  expect(order).toMatchObject({ market, payment_status: "paid", items: [{ sku_id: sku.id, quantity: 1 }] });
  expect(await shop.stock(market, sku.id)).toBe(stock - 1);

  // Track: what the manager does is on the page, and in the notifications.
  const parcel = { carrier: "A Courier", tracking_number: "X-1", tracking_url: "https://parcels.example/X-1" };
  good(await manager.api.POST("/api/v1/manager/orders/{id}/ship", { params, body: parcel }));
  await page.reload();
  await page.waitForSelector("[data-status=shipped]");
  expect(await page.getAttribute(".part a[rel=noreferrer]", "href")).toBe("https://parcels.example/X-1");
  good(await manager.api.POST("/api/v1/manager/orders/{id}/deliver", { params, body: {} }));
  await expect
    .poll(async () => (await visitor.open(`/account?${where}`)).locator(`.news a[href*='/orders/${id}']`).count(), {
      timeout: 15_000,
    })
    .toBeGreaterThan(0);
  await page.waitForSelector(`.news a[href*='/orders/${id}']`);
  await page.locator(`.news a[href*='/orders/${id}']`).first().click();
  await page.waitForSelector("[data-status=delivered]");

  // Review.
  await page.click(`[data-review="${slug}"]`);
  await page.check("input[name=rating][value='5']", { force: true });
  await page.fill("textarea", "Fits as it should.");
  await page.click("[data-review-form] > .button");
  await page.waitForSelector("dialog [role=status]");
  await page.click("dialog .panel-head .icon");

  // Return, for another size or colour.
  await page.click("[data-send-back]");
  await page.selectOption("select[name^=pieces]", "1");
  await page.selectOption(`select[name^=instead]`, other);
  await page.selectOption("select[name=reason]", "too_small");
  expect(await visitor.findings()).toEqual([]);
  await page.click("form .button");
  await page.waitForSelector("[data-return=requested]");

  // What the server has of all this.
  const { items } = good(await manager.api.GET("/api/v1/manager/returns", { params: { query: { market } } }));
  expect(items.find(({ order_id: of }) => of === id)).toMatchObject({
    state: "requested",
    items: [{ sku_id: sku.id, quantity: 1, reason: "too_small", exchange_sku_id: other }],
  });
  const [review] = await shop.databases.sql(
    market,
    "SELECT rating, is_verified_purchase, market FROM reviews WHERE order_id = $1 AND market = $2",
    [id, market.toUpperCase()],
  );
  expect(review).toMatchObject({ rating: 5, is_verified_purchase: true });
  expect(visitor.trouble).toEqual([]);
  await visitor.leave();
});
