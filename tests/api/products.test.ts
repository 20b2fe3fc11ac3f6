// The catalogue as shoppers see it: lists, details, categories and search, each market at its own prices.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { currencies, customerPhones, delivery, minor, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

describe.each(layouts)("catalogue, %s", (layout) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open(layout);
  });
  afterAll(() => shop?.close());

  const list = async (market: Market, query: Record<string, unknown> = {}) =>
    good(await shop.guest(market).GET("/api/v1/products", { params: { query } }));

  /** Every product of a market, page by page. */
  const all = async (market: Market, query: Record<string, unknown> = {}) => {
    const items = [];
    for (let offset = 0; ; offset += 100) {
      const page = await list(market, { ...query, limit: 100, offset });
      items.push(...page.items);
      if (page.next === null) return items;
    }
  };

  /** A product that only the named owner sells: KG, US or ALL. */
  const slugOf = async (owner: string, seenIn: Market) => {
    const [row] = await shop.databases.sql<{ slug: string }>(
      seenIn,
      `SELECT r.slug FROM products r JOIN skus k ON k.market = r.market AND k.product_id = r.id
       JOIN stock s ON s.owner_market = k.market AND s.sku_id = k.id AND s.market = $2 AND s.in_stock
       WHERE r.market = $1 AND r.is_active ORDER BY r.slug LIMIT 1`,
      [owner, seenIn.toUpperCase()],
    );
    if (!row) throw new Error(`no product of ${owner}`);
    return row.slug;
  };
  const detail = (market: Market, slug: string, language?: string) =>
    shop.guest(market, language).GET("/api/v1/products/{slug}", { params: { path: { slug } } });

  describe.each(markets)("in %s", (market) => {
    it("[R63] [R68] [R71] lists products in stock at the market's own prices and in its currency", async () => {
      const page = await list(market);
      expect(page).toMatchObject({ limit: 20, offset: 0 });
      expect(page.items).toHaveLength(20);
      for (const item of page.items) {
        expect(item).toMatchObject({ currency: currencies[market], in_stock: true });
        expect(["all", market]).toContain(item.market);
        const cheapest = await shop.databases.count(
          market,
          `SELECT min(marque_price(p.price_minor, p.sale_minor, p.sale_from, p.sale_until))
           FROM products r JOIN skus k ON k.market = r.market
            AND k.product_id = r.id AND k.is_active
           JOIN prices p ON p.owner_market = k.market AND p.sku_id = k.id AND p.market = $1 WHERE r.slug = $2`,
          [market.toUpperCase(), item.slug],
        );
        expect(minor(item.price)).toBe(cheapest);
        if (item.original_price !== null && item.original_price !== undefined) {
          expect(item.discount).toBe(
            Math.floor(((minor(item.original_price) - cheapest) * 100) / minor(item.original_price)),
          );
        } else {
          expect(item.discount).toBe(0);
        }
      }
    });

    it("[R63] amounts have exactly the currency's decimals", async () => {
      const { text } = await raw(shop.origin, "GET", "/api/v1/products", { market });
      const amounts = [...text.matchAll(/"(?:price|original_price)":([^,}]+)/g)].map((match) => match[1]);
      expect(amounts.length).toBeGreaterThan(0);
      for (const amount of amounts) expect(amount).toMatch(/^(null|\d+\.\d{2})$/);
    });

    it("[R15] [R68] the pages together are exactly what is active, priced and in stock", async () => {
      const items = await all(market);
      const wanted = await shop.databases.sql<{ slug: string }>(
        market,
        `SELECT DISTINCT r.slug FROM products r JOIN skus k ON k.market = r.market AND k.product_id = r.id
          AND k.is_active
         JOIN stock s ON s.owner_market = k.market AND s.sku_id = k.id AND s.market = $1 AND s.in_stock
         JOIN prices p ON p.market = s.market AND p.sku_id = s.sku_id
         WHERE r.is_active AND r.market IN ($1, 'ALL')`,
        [market.toUpperCase()],
      );
      expect(items.map((item) => item.slug).sort()).toEqual(wanted.map((row) => row.slug).sort());
      expect(items.length).toBeGreaterThan(200);
    });

    it("[R63] pages follow each other by cursor", async () => {
      const first = await list(market, { limit: 7, sort: "newest" });
      const second = await list(market, { limit: 7, sort: "newest", cursor: first.next });
      expect(second.offset).toBe(7);
      expect(second.items.map((item) => item.slug)).toEqual(
        (await list(market, { limit: 7, offset: 7, sort: "newest" })).items.map((item) => item.slug),
      );
      const past = await list(market, { offset: 100_000 });
      expect(past).toMatchObject({ items: [], total: first.total, next: null });
    });

    it.each([
      ["price_asc", (a: number, b: number) => a <= b],
      ["price_desc", (a: number, b: number) => a >= b],
    ] as const)("[R63] sorts by %s", async (sort, inOrder) => {
      const prices = (await all(market, { sort })).map((item) => item.price);
      prices.slice(1).forEach((price, i) => expect(inOrder(prices[i] ?? 0, price)).toBe(true));
    });

    it("[R63] sorts by sales by default", async () => {
      const sales = (await all(market)).map((item) => item.sales_count);
      expect(sales).toEqual([...sales].sort((a, b) => b - a));
    });

    it("[R2] [R66] shows what is sold everywhere and what is sold only here, nothing of the other market", async () => {
      const other = market === "kg" ? "us" : "kg";
      for (const owner of ["ALL", market.toUpperCase()]) {
        const product = good(await detail(market, await slugOf(owner, market)));
        expect(product).toMatchObject({ market: owner.toLowerCase(), currency: currencies[market] });
        expect(product.skus.length).toBeGreaterThan(0);
        expect(new Set(product.skus.map((sku) => sku.sku_code)).size).toBe(product.skus.length);
      }
      const foreign = await slugOf(other.toUpperCase(), other);
      expect(refused(await detail(market, foreign))).toMatchObject({ status: 404, code: "catalog.product_not_found" });
      expect((await all(market)).map((item) => item.slug)).not.toContain(foreign);
    });

    it("[R64] best sellers are best sellers", async () => {
      const page = good(
        await shop.guest(market).GET("/api/v1/products/best-sellers", { params: { query: { limit: 5 } } }),
      );
      expect(page.items.length).toBeGreaterThan(0);
      expect(page.items.every((item) => item.is_best_seller)).toBe(true);
    });

    it("[R67] categories lead to their products", async () => {
      const { items } = good(await shop.guest(market).GET("/api/v1/categories", {}));
      expect(items.length).toBeGreaterThanOrEqual(12);
      const slug = items[0]?.slug ?? "";
      const path = { params: { path: { slug } } };
      expect(good(await shop.guest(market).GET("/api/v1/categories/{slug}", path))).toEqual(items[0]);
      const below = good(await shop.guest(market).GET("/api/v1/categories/{slug}/subcategories", path)).items;
      expect(below.length).toBeGreaterThan(0);
      expect(below.every((entry) => entry.parent_slug === slug)).toBe(true);
      const inside = await all(market, { category: slug });
      expect(inside.length).toBeGreaterThan(0);
      expect(inside.every((item) => item.category === slug)).toBe(true);
      const parts = await Promise.all(below.map((entry) => all(market, { category: slug, subcategory: entry.slug })));
      expect(parts.flat().length).toBe(inside.filter((item) => item.subcategory !== null).length);
    });

    it("[R65] search finds by name and brand, without regard to case", async () => {
      const [first] = (await list(market, { limit: 1 })).items;
      const found = async (q: string) =>
        good(await shop.guest(market, "en").GET("/api/v1/products/search", { params: { query: { q, limit: 100 } } }));
      expect((await found((first?.brand ?? "").toUpperCase())).items.map((item) => item.brand)).toContain(first?.brand);
      expect(await found("no such garment anywhere")).toMatchObject({ items: [], total: 0, next: null });
      expect((await found("")).total).toBe((await list(market)).total);
      // Only words: what it says of PostgreSQL means nothing here.
      expect((await found("'; DROP TABLE products; --")).search?.complete).toBe(0);
    });
  });

  it("[R2] [R66] [R74] the same product costs what each market says", async () => {
    const slug = await slugOf("ALL", "kg");
    const [kg, us] = [good(await detail("kg", slug)), good(await detail("us", slug))];
    expect(kg.price).not.toBe(us.price);
    expect([kg.currency, us.currency]).toEqual(["KGS", "USD"]);
  });

  it("[R66] speaks the languages of the market, by header, query or account, and falls back to its first", async () => {
    const slug = await slugOf("ALL", "kg");
    const name = async (market: Market, language: string) => good(await detail(market, slug, language)).name;
    const names = { ru: await name("kg", "ru"), ky: await name("kg", "ky"), en: await name("kg", "en") };
    expect(new Set(Object.values(names)).size).toBe(3);
    expect(await name("kg", "de-DE, ky;q=0.8, en;q=0.5")).toBe(names.ky);
    expect(await name("kg", "ja")).toBe(names.ru);
    expect(await name("us", "ky")).toBe(names.en);
    expect(await name("us", "ru")).toBe(names.ru);
    const byQuery = await raw(shop.origin, "GET", `/api/v1/products/${slug}?lang=ky`, { market: "kg", language: "en" });
    expect((byQuery.json() as { name: string }).name).toBe(names.ky);
    const { api } = await shop.logIn(customerPhones.kg);
    expect(good(await api.GET("/api/v1/products/{slug}", { params: { path: { slug } } })).name).toBe(names.ru);
  });

  it.each([
    "limit=0",
    "limit=101",
    "limit=-1",
    "limit=x",
    "limit=1.5",
    "limit=99999999999999999999",
    "offset=-1",
    "offset=x",
    "sort=cheapest",
    "category=No%20Slug",
    "unknown=1",
    "limit=5&limit=6",
    "brand=",
    "cursor=abc",
  ])("[R63] refuses ?%s and names the field", async (query) => {
    const { problem } = await raw(shop.origin, "GET", `/api/v1/products?${query}`);
    expect(problem()).toMatchObject({
      status: 422,
      code: "http.invalid_input",
      errors: [{ field: query.split("=")[0] }],
    });
  });

  it("[R66] [R67] what does not exist is a 404 with its own code", async () => {
    expect(refused(await detail("kg", "no-such-product")).code).toBe("catalog.product_not_found");
    expect(
      refused(await shop.guest("kg").GET("/api/v1/categories/{slug}", { params: { path: { slug: "nothing" } } })).code,
    ).toBe("catalog.category_not_found");
    const query = { params: { query: { category: "nothing" } } };
    expect(refused(await shop.guest("kg").GET("/api/v1/products", query)).code).toBe("catalog.category_not_found");
  });

  it("[R68] a product whose last piece was ordered leaves the lists within a second", async () => {
    const slug = await slugOf("KG", "kg");
    const product = good(await detail("kg", slug));
    const [last, ...rest] = product.skus;
    for (const sku of rest) await shop.setStock("kg", sku.id, 0);
    await shop.setStock("kg", last?.id ?? "", 1);
    const { api } = await shop.logIn(customerPhones.kg);
    good(
      await api.POST("/api/v1/orders/create", {
        body: { ...delivery(customerPhones.kg), items: [{ sku_id: last?.id ?? "", quantity: 1 }] },
      }),
    );
    const ordered = Date.now();
    await eventually(
      "the product is gone from the list",
      async () => !(await all("kg")).some((item) => item.slug === slug),
      { timeout_ms: 3_000 },
    );
    expect(Date.now() - ordered).toBeLessThan(2_000);
    expect(good(await detail("kg", slug))).toMatchObject({ in_stock: false });
  });
});
