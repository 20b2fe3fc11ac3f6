// Pictures of every page of the back office: phone and wide screen, day and night, each market in one of its languages;
// into build/screens, to be looked at. `make screens` runs it; some, small, go to docs/screens.
import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { it } from "vitest";
import { good } from "../harness/api.js";
import { codesAtOnce, manage, openOffice } from "../harness/back_office.js";
import { openBrowser } from "../harness/browser.js";
import { type Market, markets } from "../harness/layouts.js";
import { customerPhones, delivery, managerPhones, Shop } from "../harness/shop.js";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const folder = join(root, "build/screens");
const widths = { phone: 360, wide: 1280 };
const languages: Array<[Market, string]> = [
  ["kg", "ru"],
  ["kg", "ky"],
  ["us", "en"],
];
const shown = [
  "admin-overview-us-en-wide-light",
  "admin-orders-kg-ru-wide-light",
  "admin-order-us-en-wide-dark",
  "admin-order-kg-ky-phone-light",
  "admin-palette-kg-ru-wide-light",
  "admin-product-us-en-wide-light",
  "admin-products-kg-ru-wide-dark",
  "admin-products-kg-ky-phone-light",
  "admin-overview-kg-ru-phone-dark",
  "admin-customers-us-en-wide-light",
  "admin-categories-kg-ru-wide-light",
  "admin-banners-kg-ru-wide-light",
  "admin-market-kg-ru-wide-light",
];
/** MARQUE_SCREENS picks some by name: "admin-orders-.*-phone". */
const wanted = new RegExp(process.env.MARQUE_SCREENS ?? "");

const steps: Record<string, (page: Page) => Promise<void>> = {
  async palette(page) {
    await page.keyboard.press("Control+k");
    await page.waitForSelector(".mantine-Spotlight-content");
  },
  async chosen(page) {
    for (const row of [0, 1]) await page.locator("tbody input[type=checkbox]").nth(row).check();
    await page.locator(".bulk button").nth(2).click();
    await page.waitForSelector("[role=dialog] form");
  },
  async customer(page) {
    await page.locator("tbody button").first().click();
    await page.waitForSelector("[role=dialog] textarea");
  },
  async text(page) {
    await page.locator("tbody button").first().click();
    await page.locator("[role=dialog] button").nth(1).click();
    await page.waitForSelector("[role=dialog] .written");
  },
  async coupon(page) {
    await page.locator(".page-actions button").first().click();
    await page.waitForSelector("[role=dialog] form");
  },
  async menu(page) {
    const burger = page.locator(".mantine-Burger-root");
    if (await burger.isVisible()) await burger.click();
  },
  async ship(page) {
    await page.locator(".page-actions button").first().click();
    await page.waitForSelector("[role=dialog]");
  },
};

/** Some days of a shop: orders in every state. */
async function live(shop: Shop): Promise<Record<Market, string>> {
  const manager = await shop.logIn(managerPhones.both);
  const newest = {} as Record<Market, string>;
  for (const market of markets) {
    const customer = await shop.logIn(customerPhones[market]);
    for (let number = 0; number < 8; ++number) {
      const { sku } = await shop.findSku(market, 3, number * 7);
      good(await customer.api.POST("/api/v1/cart/add", { body: { sku_id: sku.id, quantity: 1 + (number % 2) } }));
      const body = { ...delivery(customer.user.phone), payment_method: "cash_on_delivery", use_cart: true };
      const { id } = good(await customer.api.POST("/api/v1/orders/create", { body }));
      const params = { path: { id }, query: { market } };
      const last = number % 4;
      if (last > 0) good(await manager.api.POST("/api/v1/manager/orders/{id}/confirm", { params, body: {} }));
      if (last > 1) good(await manager.api.POST("/api/v1/manager/orders/{id}/ship", { params, body: {} }));
      if (last > 2) good(await manager.api.POST("/api/v1/manager/orders/{id}/deliver", { params, body: {} }));
      if (last === 1) newest[market] = id;
    }
  }
  return newest;
}

it("takes a picture of each page of the back office", { timeout: 3_600_000 }, async () => {
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(root, "docs/screens"), { recursive: true });
  const shop = await Shop.open("one database", { settings: codesAtOnce });
  const browser = await openBrowser();
  let count = 0;
  try {
    const orders = await live(shop);
    for (const [market, language] of languages) {
      const paths: Record<string, string> = {
        overview: "/",
        orders: "/orders",
        order: `/orders/${orders[market]}`,
        ship: `/orders/${orders[market]}`,
        palette: "/orders",
        returns: "/returns",
        products: "/products",
        product: "/products/3",
        new: "/products/new",
        chosen: "/products",
        categories: "/categories",
        messages: "/messages",
        texts: "/messages/texts",
        text: "/messages/texts",
        webhooks: "/webhooks",
        customers: "/customers",
        customer: "/customers",
        coupon: "/promotions",
        menu: "/",
        market: "/market",
        reviews: "/reviews",
        import: "/import",
        banners: "/banners",
        promotions: "/promotions",
        shipping: "/shipping",
        staff: "/staff",
        audit: "/audit",
        security: "/security",
      };
      for (const [size, width] of Object.entries(widths)) {
        for (const colorScheme of ["light", "dark"] as const) {
          const titles = Object.keys(paths).map((name) => [
            name,
            `admin-${name}-${market}-${language}-${size}-${colorScheme}`,
          ]);
          if (!titles.some(([, title]) => wanted.test(title ?? ""))) continue;
          const viewport = { width, height: width < 500 ? 780 : 800 };
          const visitor = await manage(browser, shop, managerPhones.both, { market, language, viewport, colorScheme });
          for (const [name = "", title = ""] of titles) {
            if (!wanted.test(title)) continue;
            const page = await openOffice(visitor, paths[name] ?? "/");
            await steps[name]?.(page);
            await visitor.settle();
            await page.screenshot({ path: join(folder, `${title}.png`), fullPage: !(name in steps) });
            if (shown.includes(title)) {
              await page.screenshot({ path: join(root, "docs/screens", `${title}.jpg`), type: "jpeg", quality: 70 });
            }
            count += 1;
          }
          await visitor.leave();
        }
      }
    }
  } finally {
    await browser.close();
    await shop.close();
  }
  console.log(`${count} pictures of the back office in build/screens`);
});
