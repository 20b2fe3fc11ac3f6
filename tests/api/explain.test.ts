// "Why?": what is told of a price or of what is shown is what the shop does, for any product.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { dice } from "../harness/many_orders.js";
import { type Caller, customerPhones, managerPhones, minor, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

const seed = Number(process.env.MARQUE_TEST_SEED ?? Math.floor(Math.random() * 1e9));

interface Article {
  slug: string;
  sku_code: string;
  sku_id: string;
}

describe.each(layouts)(`explanations, %s, seed ${seed}`, (layout) => {
  let shop: Shop;
  let both: Caller;
  const random = dice(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    both = await shop.logIn(managerPhones.both);
  });
  afterAll(() => shop?.close());

  const articlesOf = (market: Market) =>
    shop.databases.sql<Article>(
      market,
      `SELECT r.slug, k.sku_code, k.id AS sku_id FROM products r
       JOIN skus k ON k.market = r.market AND k.product_id = r.id
       WHERE r.market IN ($1, 'ALL') ORDER BY k.sku_code`,
      [market.toUpperCase()],
    );
  const visibility = async (market: Market, query: { product?: string; sku?: string }) =>
    good(await both.api.GET("/api/v1/manager/explain/visibility", { params: { query: { market, ...query } } }));
  const price = (market: Market, query: object) =>
    both.api.GET("/api/v1/manager/explain/price", { params: { query: { market, ...query } as never } });

  /** What visitors get of it. */
  async function shown(market: Market, article: Article) {
    const answer = await raw(shop.origin, "GET", `/api/v1/products/${article.slug}`, {
      headers: { "X-Market": market },
    });
    if (answer.status !== 200) return { product: undefined, sku: undefined };
    const product = answer.json() as { in_stock: boolean; skus: Array<{ sku_code: string; in_stock: boolean }> };
    return { product, sku: product.skus.find((sku) => sku.sku_code === article.sku_code) };
  }

  /** Switches off, takes prices and stock away: by chance, of some of them. */
  async function disturb(market: Market, articles: Article[]): Promise<void> {
    const code = market.toUpperCase();
    const deeds = [
      "UPDATE products SET is_active = false WHERE market IN ($1, 'ALL') AND slug = $2",
      "UPDATE skus SET is_active = false WHERE market IN ($1, 'ALL') AND sku_code = $3",
      "DELETE FROM prices WHERE market = $1 AND sku_id = $4",
      `DELETE FROM prices p USING skus k, products r WHERE p.market = $1 AND k.market = p.owner_market
         AND k.id = p.sku_id AND r.market = k.market AND r.id = k.product_id AND r.slug = $2`,
      "UPDATE stock SET on_hand = reserved WHERE market = $1 AND sku_id = $4",
      `UPDATE categories c SET is_active = false FROM products r
         WHERE c.market = r.category_market AND c.id = r.category_id AND r.market IN ($1, 'ALL') AND r.slug = $2`,
    ];
    for (const deed of deeds)
      for (let i = 0; i < (deed.includes("categories") ? 1 : 4); i += 1) {
        const { slug, sku_code, sku_id } = pick(articles);
        const all = [code, slug, sku_code, sku_id];
        const used = [...new Set([...deed.matchAll(/\$(\d)/g)].map(([, n]) => Number(n)))].sort();
        const text = deed.replace(/\$(\d)/g, (_, n) => `$${used.indexOf(Number(n)) + 1}`);
        await shop.databases.sql(
          market,
          text,
          used.map((n) => all[n - 1]),
        );
      }
  }

  it("[R106] says of any product and article what visitors see, and why", async () => {
    for (const market of markets) {
      const articles = await articlesOf(market);
      await disturb(market, articles);
      const some = Array.from({ length: 60 }, () => pick(articles));
      // The disturbed ones, too.
      const off = await shop.databases.sql<Article>(
        market,
        `SELECT r.slug, k.sku_code, k.id AS sku_id FROM products r
         JOIN skus k ON k.market = r.market AND k.product_id = r.id
         LEFT JOIN prices p ON p.market = $1 AND p.sku_id = k.id LEFT JOIN stock s ON s.market = $1 AND s.sku_id = k.id
         WHERE r.market IN ($1, 'ALL') AND (NOT r.is_active OR NOT k.is_active OR p.sku_id IS NULL OR NOT s.in_stock)
         ORDER BY random() LIMIT 40`,
        [market.toUpperCase()],
      );
      await eventually("visitors see it", async () => {
        for (const article of off) {
          const { steps } = await visibility(market, { sku: article.sku_code });
          if (!steps.every(({ step, passed }) => step !== "memory" || passed)) return false;
        }
        return true;
      });
      let hidden = 0;
      for (const article of [...some, ...off]) {
        const { product, sku } = await shown(market, article);
        const ofProduct = await visibility(market, { product: article.slug });
        expect([article, ofProduct.is_shown]).toEqual([article, product !== undefined]);
        expect([article, ofProduct.can_be_bought]).toEqual([article, product?.in_stock ?? false]);
        const ofSku = await visibility(market, { sku: article.sku_code });
        expect([article, ofSku.is_shown]).toEqual([article, sku !== undefined]);
        expect([article, ofSku.can_be_bought]).toEqual([article, sku?.in_stock ?? false]);
        for (const answer of [ofProduct, ofSku]) {
          const decisive = answer.steps.filter(({ step }) => !["stock", "market", "memory"].includes(step));
          expect([article, decisive.every(({ passed }) => passed)]).toEqual([article, answer.is_shown]);
          expect(answer.steps.find(({ step }) => step === "memory")?.passed).toBe(true);
          expect(answer.steps.every(({ text }) => /^[A-Z0-9].*\.$/.test(text))).toBe(true);
        }
        hidden += Number(!ofSku.is_shown);
      }
      expect(hidden).toBeGreaterThan(3);
    }
    const none = await both.api.GET("/api/v1/manager/explain/visibility", { params: { query: { sku: "NONE" } } });
    expect(refused(none).code).toBe("catalog.nothing_to_explain");
  });

  it("[R106] adds up to what an order would cost, with every promotion that was given or passed over", async () => {
    for (const market of markets) {
      const promote = async (body: object) =>
        good(
          await both.api.POST("/api/v1/manager/promotions", {
            params: { query: { market } },
            body: body as never,
          }),
        );
      await promote({ name: "Tenth off", kind: "percentage", milli_percent: 10_000, code: "TENTH" });
      await promote({ name: "Much only", kind: "fixed", amount: "1.00", min_subtotal: "900000.00" });
      await promote({ name: "Later", kind: "percentage", milli_percent: 5_000, start_date: "2099-01-01T00:00:00Z" });
      const articles = (await articlesOf(market)).filter(() => random() < 0.5).slice(0, 25);
      let priced = 0;
      for (const article of articles) {
        if (random() < 0.5)
          await shop.databases.sql(
            market,
            `UPDATE prices SET sale_minor = price_minor - 1, sale_from = $3, sale_until = NULL
             WHERE market = $1 AND sku_id = $2`,
            [
              market.toUpperCase(),
              article.sku_id,
              random() < 0.5 ? new Date(Date.now() - 1e6) : new Date(Date.now() + 1e9),
            ],
          );
        const quantity = 1 + Math.floor(random() * 3);
        const codes = pick([[], ["tenth"], ["tenth", "nonsense"]]);
        const caller = await shop.guest(market).POST("/api/v1/orders/quote", {
          body: { items: [{ sku_id: article.sku_id, quantity }], coupon_codes: codes },
        });
        const asked = await price(market, {
          sku_id: article.sku_id,
          quantity,
          ...(codes.length > 0 ? { coupons: codes.join(",") } : {}),
        });
        if (caller.error !== undefined) {
          expect(refused(asked).code).toBe(refused(caller).code);
          continue;
        }
        priced += 1;
        const quote = good(caller);
        const told = good(asked);
        for (const name of ["subtotal", "discount", "shipping_cost", "tax", "tax_included", "total_amount"] as const)
          expect([article, name, told[name]]).toEqual([article, name, quote[name]]);
        const sum = (steps: string[]) =>
          told.steps
            .filter(({ step }) => steps.includes(step))
            .reduce((total, { amount }) => total + minor(amount ?? 0), 0);
        expect(sum(["line"])).toBe(minor(quote.subtotal));
        const off = quote.discounts.filter(({ kind }) => kind !== "free_shipping");
        expect(0 - sum(["promotion"])).toBe(quote.discounts.reduce((total, { amount }) => total + minor(amount), 0));
        expect(off.reduce((total, { amount }) => total + minor(amount), 0)).toBe(minor(quote.discount));
        expect(sum(["total"])).toBe(minor(quote.total_amount));
        const passed = told.steps.filter(({ step }) => step === "passed_over").map(({ of }) => of);
        expect(passed).toEqual(expect.arrayContaining(["Much only", "Later"]));
        expect(told.steps.some(({ step }) => step === "unknown_code")).toBe(codes.includes("nonsense"));
        const now = told.steps.filter(({ step }) => step === "sale" || step === "price").at(-1);
        if (now?.amount != null) expect(minor(now.amount) * quantity).toBe(minor(quote.subtotal));
      }
      expect(priced).toBeGreaterThan(5);
    }
  });

  it("[R106] explains a customer's cart", async () => {
    const caller = await shop.logIn(customerPhones.us);
    const empty = await price("us", { customer_id: caller.user.id });
    expect(refused(empty).code).toBe("orders.cart_empty");
    // What visitors are shown: the tests before have switched off much of the rest.
    const query = { in_stock: "true", limit: 1 } as const;
    const { items } = good(await shop.guest("us").GET("/api/v1/products", { params: { query: query as never } }));
    const path = { slug: items[0]?.slug ?? "" };
    const product = good(await shop.guest("us").GET("/api/v1/products/{slug}", { params: { path } }));
    const sku = product.skus.find(({ in_stock }) => in_stock);
    good(await caller.api.POST("/api/v1/cart/add", { body: { sku_id: sku?.id ?? "", quantity: 1 } }));
    const told = good(await price("us", { customer_id: caller.user.id }));
    const quote = good(await caller.api.POST("/api/v1/orders/quote", { body: { use_cart: true } }));
    expect([told.total_amount, told.currency]).toEqual([quote.total_amount, "USD"]);
    expect(refused(await price("us", {})).code).toBe("orders.nothing_ordered");
  });
});
