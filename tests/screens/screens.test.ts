// Pictures of every page of the shop: phone, tablet and wide screen, day and night, every market and language; into
// build/screens, to be looked at. `make screens` runs it; it is no part of the tests. Some, small, go to docs/screens.
import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { good } from "../harness/api.js";
import { openBrowser, Visitor } from "../harness/browser.js";
import { type Market, markets } from "../harness/layouts.js";
import { reviewPictures, sent } from "../harness/media.js";
import { converted } from "../harness/pictures.js";
import { receive, sharedProducts } from "../harness/reviews.js";
import { customerPhones, Shop, testCode } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const folder = join(root, "build/screens");
const widths = { phone: 360, tablet: 820, wide: 1440 };
const languages: Array<[Market, string]> = [
  ["kg", "ru"],
  ["kg", "ky"],
  ["kg", "en"],
  ["us", "en"],
  ["us", "ru"],
];
/** Those that stand in docs/screens. */
const shown = [
  "home-kg-ru-wide-light",
  "category-us-en-wide-light",
  "product-kg-ky-wide-dark",
  "home-us-en-phone-light",
  "filters-kg-ru-phone-light",
  "cart-kg-ru-wide-light",
  "checkout-us-en-wide-light",
  "checkout-kg-ru-phone-light",
  "order-kg-ru-wide-light",
  "account-kg-ru-wide-light",
  "account-us-en-phone-dark",
  "wishlist-us-en-wide-light",
  "reviews-kg-ru-phone-light",
];

/** MARQUE_SCREENS picks some by name: "home-.*-phone". */
const wanted = new RegExp(process.env.MARQUE_SCREENS ?? "");

/** Where something lies over the page: what is behind it is no part of the picture. */
const overlaid = new Set(["filters", "suggestions", "cart", "reviews", "reviewing"]);

/** What is done on a page before its picture is taken. */
const steps: Record<string, (visitor: Visitor, market: Market) => Promise<void>> = {
  async filters({ page }) {
    if (await page.isVisible("[data-open-filters]")) await page.click("[data-open-filters]");
  },
  async suggestions({ page }, market) {
    await page.fill("input[name=q]", market === "kg" ? "плать" : "dres");
    await page.waitForSelector(".suggested a");
  },
  async cart({ page }) {
    await page.locator(".size input:not(:disabled)").first().check();
    await page.click("[data-buy] button[type=submit]");
    await page.waitForSelector(".cart-line");
  },
  async checkout(visitor, market) {
    await steps.cart?.(visitor, market);
    await visitor.page.click("dialog a[href^='/checkout']");
    await visitor.page.waitForSelector(".checkout [data-total]");
  },
  async account(visitor, market) {
    await logIn(visitor, market);
    await visitor.page.waitForSelector(".account");
  },
  async wishlist({ page }) {
    for (const heart of [0, 1, 2, 3]) {
      await page.locator(".card [data-wish]").nth(heart).click();
      await page.waitForLoadState("networkidle");
    }
    await page.goto(page.url().replace("/c/dresses", "/wishlist"));
    await page.waitForSelector(".own .card");
  },
  async reviews({ page }) {
    await page.locator("footer").scrollIntoViewIfNeeded();
    await page.waitForSelector(".review");
    await page.evaluate(() => document.querySelector("#reviews")?.scrollIntoView({ behavior: "instant" }));
  },
  async reviewing(visitor, market) {
    await steps.reviews?.(visitor, market);
    await visitor.page.click("[data-write-review]");
    await logIn(visitor, market);
    await visitor.page.waitForSelector("dialog a[href^='/orders']");
    await visitor.page.keyboard.press("Escape");
    await visitor.page.click("[data-write-review]");
    await visitor.page.waitForSelector("[data-review-form]");
  },
  async order(visitor, market) {
    const { page } = visitor;
    await steps.checkout?.(visitor, market);
    await page.fill("input[name=customer_name]", "A Guest");
    await page.fill("input[name=customer_phone]", market === "kg" ? "+996700123456" : "+12015550123");
    await page.selectOption("select[name=delivery_state]", market === "kg" ? "GB" : "CA");
    await page.fill("input[name=delivery_city]", market === "kg" ? "Бишкек" : "Oakland");
    await page.fill("input[name=delivery_address]", market === "kg" ? "пр. Чуй, 150" : "1 Main Street");
    if (market === "us") await page.fill("input[name=postal_code]", "94601");
    await page.waitForLoadState("networkidle");
    await page.click(".summary > .button");
    await page.waitForSelector("[data-status]");
  },
};

async function logIn({ page }: Visitor, market: Market): Promise<void> {
  await page.fill("input[name=phone]", customerPhones[market]);
  await page.click("form.stack > .button");
  await page.fill("input[name=code]", testCode);
  await page.click("form.stack > .button");
}

/** What a customer of some weeks has: orders that have arrived, a review with a photo, addresses. */
async function livesHere(shop: Shop, market: Market): Promise<void> {
  const customer = await shop.logIn(customerPhones[market]);
  const slugs = await sharedProducts(shop, market);
  for (const slug of slugs.slice(0, 2)) await receive(shop, customer, slug);
  const { items } = good(
    await shop.guest(market).GET("/api/v1/products", { params: { query: { limit: 1, sort: "rating" } } }),
  );
  const drawing = Buffer.from(await (await fetch(`${shop.origin}${items[0]?.image}`)).arrayBuffer());
  const picture = converted(drawing, ".jpg", "600x800");
  const photo = await sent(shop.origin, customer.token, reviewPictures, "image/jpeg", picture);
  const review = { rating: 5, title: market === "kg" ? "Ношу каждый день" : "Worn every day", images: [photo.id] };
  const path = { slug: items[0]?.slug ?? "" };
  const written = good(await customer.api.POST("/api/v1/products/{slug}/reviews", { params: { path }, body: review }));
  await shop.databases.sql(market, "UPDATE reviews SET is_approved = true WHERE id = $1", [written.id]);
  const address =
    market === "kg"
      ? { title: "Дом", street: "пр. Чуй, 150", city: "Бишкек", state: "GB" }
      : { title: "Home", street: "1 Main Street", city: "Oakland", state: "CA", postal_code: "94601" };
  good(await customer.api.POST("/api/v1/profile/addresses", { body: address }));
}

/** Pictures further down are loaded when somebody comes near them. */
async function scrollThrough({ page }: Visitor): Promise<void> {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  let awaited: string[] = [];
  for (let top = 0; top < height; top += 700) {
    await page.evaluate((to) => scrollTo({ top: to, behavior: "instant" }), top);
    await eventually("pictures on the screen have come", async () => {
      awaited = await page.evaluate(() =>
        [...document.images]
          .filter((image) => {
            // What lies beside the screen, in a row that scrolls, is not loaded.
            const { top, bottom, left, width } = image.getBoundingClientRect();
            return !image.complete && width > 0 && bottom > 0 && top < innerHeight && left < innerWidth;
          })
          .map(({ src, loading, parentElement }) => `${src} (${loading}) in ${parentElement?.outerHTML.slice(0, 300)}`),
      );
      return awaited.length === 0;
    }).catch((error: unknown) => {
      throw new Error(`${page.url()}: not come: ${awaited.join("; ")}`, { cause: error });
    });
  }
  await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
}

it("takes a picture of each page", { timeout: 3_600_000 }, async () => {
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(root, "docs/screens"), { recursive: true });
  const settings = { OTP_RESEND_SECONDS: "0", CODES_PER_HOUR: "1000", CODES_PER_DAY: "1000" };
  const shop = await Shop.open("one database", { settings });
  for (const market of markets) await livesHere(shop, market);
  const browser = await openBrowser();
  let count = 0;
  try {
    for (const [market, lang] of languages) {
      const { items } = good(
        await shop.guest(market).GET("/api/v1/products", { params: { query: { limit: 1, sort: "rating" } } }),
      );
      const where = `market=${market}&lang=${lang}`;
      const paths: Record<string, string> = {
        home: `/?${where}`,
        category: `/c/dresses?${where}&color=red`,
        filters: `/c/dresses?${where}`,
        product: `/p/${items[0]?.slug}?${where}`,
        cart: `/p/${items[0]?.slug}?${where}`,
        checkout: `/p/${items[0]?.slug}?${where}`,
        order: `/p/${items[0]?.slug}?${where}`,
        orders: `/orders?${where}`,
        account: `/account?${where}`,
        wishlist: `/c/dresses?${where}`,
        reviews: `/p/${items[0]?.slug}?${where}`,
        reviewing: `/p/${items[0]?.slug}?${where}`,
        suggestions: `/search?${where}`,
        nothing: `/search?${where}&q=qqqqzzzz`,
        missing: `/p/none?${where}`,
      };
      for (const [size, width] of Object.entries(widths)) {
        for (const colorScheme of ["light", "dark"] as const) {
          for (const [name, path] of Object.entries(paths)) {
            const title = `${name}-${market}-${lang}-${size}-${colorScheme}`;
            if (!wanted.test(title)) continue;
            const viewport = { width, height: width < 500 ? 780 : 900 };
            const visitor = await Visitor.arrive(browser, shop.origin, { viewport, colorScheme });
            const page = await visitor.open(path);
            await steps[name]?.(visitor, market);
            if (!overlaid.has(name)) await scrollThrough(visitor);
            await page.waitForLoadState("networkidle");
            await visitor.settle();
            await page.screenshot({ path: join(folder, `${title}.png`), fullPage: !overlaid.has(name) });
            if (shown.includes(title)) {
              await page.screenshot({ path: join(root, "docs/screens", `${title}.jpg`), type: "jpeg", quality: 70 });
            }
            await visitor.leave();
            count += 1;
          }
        }
      }
    }
  } finally {
    await browser.close();
    await shop.close();
  }
  console.log(`${count} pictures in build/screens`);
  expect(count).toBeGreaterThan(0);
});
