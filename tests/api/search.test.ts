// Searching as shoppers do it: other forms of words, typing errors, other alphabets, the wrong keyboard layout, brands
// and colours; what is answered when nothing fits; and what is suggested while they type.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { second_ms } from "../harness/pair.js";
import { Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

const gibberish = "qwzxkjvb";

/** Query, the category that all of the first answers are in, and what the server says it was corrected to. */
type Found = [query: string, category: string, corrected: string | null];
const everywhere: Found[] = [
  ["dress", "dresses", null],
  ["dresses", "dresses", null],
  ["dres", "dresses", null],
  ["drses", "dresses", "dress"],
  ["вкуыы", "dresses", "dress"],
  ["платье", "dresses", null],
  ["платьями", "dresses", null],
  ["плптье", "dresses", "платье"],
  ["футболка", "t-shirts", null],
  ["футболками", "t-shirts", null],
  ["futbolka", "t-shirts", null],
  ["aen,jkrf", "t-shirts", "футболка"],
  ["юбок", "skirts", null],
  ["skirts", "skirts", null],
  ["ЮБКА", "skirts", null],
];
const inKyrgyz: Found[] = [
  ["сумкаларды", "bags", null],
  ["юбкалар", "skirts", null],
  ["yubka", "skirts", null],
  ["кечки көйнөктөр", "dresses", null],
  ["кечки койнок", "dresses", null],
];

describe.each(layouts)("search, %s", (layout) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open(layout);
  });
  afterAll(() => shop?.close());

  const list = async (market: Market, query: Record<string, unknown>, language?: string) =>
    good(await shop.guest(market, language).GET("/api/v1/products", { params: { query } }));
  const search = async (market: Market, q: string, query: Record<string, unknown> = {}) =>
    good(await shop.guest(market).GET("/api/v1/products/search", { params: { query: { q, ...query } } }));
  const suggest = async (market: Market, q: string) =>
    good(await shop.guest(market).GET("/api/v1/products/suggestions", { params: { query: { q } } }));

  describe.each(markets)("in %s", (market) => {
    it.each(market === "kg" ? [...everywhere, ...inKyrgyz] : everywhere)(
      "[R65] %s finds %s",
      async (q, category, corrected) => {
        const page = await search(market, q, { limit: 3 });
        expect(page.items).toHaveLength(3);
        expect(page.items.map((item) => item.category)).toEqual([category, category, category]);
        expect(page.search).toMatchObject({ corrected_query: corrected, relaxed: [], suggestions: [] });
        expect(page.search?.complete).toBeGreaterThanOrEqual(page.total);
        expect((await list(market, { q, limit: 3 })).items).toEqual(page.items);
      },
    );

    it("[R65] finds by brand, in another alphabet, too", async () => {
      const { items } = await list(market, { limit: 50 });
      const brand = items.find((item) => /^[A-Z][a-z]{5,}$/.test(item.brand))?.brand ?? "";
      for (const q of [brand, brand.toLowerCase(), `${brand.slice(0, 3)}${brand.slice(4)}`]) {
        const found = await search(market, q, { limit: 5 });
        expect(found.items.length, q).toBeGreaterThan(0);
        expect(new Set(found.items.map((item) => item.brand)), q).toEqual(new Set([brand]));
      }
    });

    it("[R65] finds by colour, by the family of a shade, too", async () => {
      for (const q of ["black dress", "чёрное платье", "черные платья"]) {
        const found = await search(market, q, { limit: 3 });
        expect(found.items.length).toBeGreaterThan(0);
        for (const item of found.items) {
          expect(item.category).toBe("dresses");
          const product = good(
            await shop.guest(market).GET("/api/v1/products/{slug}", { params: { path: { slug: item.slug } } }),
          );
          // Charcoal is a shade of black.
          expect(product.skus.some((sku) => ["black", "charcoal"].includes(sku.color))).toBe(true);
        }
      }
      // No product says "blue"; navy and sky blue are blue.
      const blue = await search(market, "синяя юбка", { limit: 3 });
      expect(blue.items.map((item) => item.category)).toEqual(["skirts", "skirts", "skirts"]);
    });

    it("[R65] filters, facets and sort orders work on what was found", async () => {
      const q = "платье";
      const all = await list(market, { q, limit: 100, facets: true });
      expect(all.total).toBe(all.items.length);
      const brand = all.items[0]?.brand ?? "";
      const ofBrand = await list(market, { q, brand, limit: 100 });
      expect(ofBrand.items.map((item) => item.slug)).toEqual(
        all.items.filter((item) => item.brand === brand).map((item) => item.slug),
      );
      expect(all.facets?.brands.find((choice) => choice.value === brand)?.count).toBe(ofBrand.total);
      const prices = (await list(market, { q, sort: "price_asc", limit: 100 })).items.map((item) => item.price);
      expect(prices).toEqual([...prices].sort((a, b) => a - b));
      expect(prices).toHaveLength(all.total);
    });

    it("[R65] pages by relevance follow each other by cursor", async () => {
      const q = "платье";
      const whole = await list(market, { q, limit: 12 });
      const slugs: string[] = [];
      let cursor: string | undefined;
      while (slugs.length < 12) {
        const page = await list(market, { q, limit: 5, ...(cursor === undefined ? {} : { cursor }) });
        slugs.push(...page.items.map((item) => item.slug));
        if (page.next === null) break;
        cursor = page.next;
      }
      expect(slugs.slice(0, 12)).toEqual(whole.items.map((item) => item.slug));
    });

    it("[R65] nothing found is no dead end: items stay empty, popular products are offered", async () => {
      const page = await search(market, gibberish);
      expect(page).toMatchObject({ items: [], total: 0, next: null });
      const popular = await list(market, { limit: 8 });
      expect(page.search?.suggestions).toEqual(popular.items);
      const everything = await list(market, {});
      expect(await search(market, "")).toMatchObject({ items: everything.items, total: everything.total });
    });

    it("[R65] says which words not all products have", async () => {
      const page = await search(market, `${gibberish} вечернее платье`);
      expect(page.items.length).toBeGreaterThan(0);
      expect(page.search).toMatchObject({ complete: 0, relaxed: [gibberish] });
    });

    it("[R65] a synonym takes effect at once", async () => {
      const word = `zyrtk${market}`;
      expect(await search(market, word)).toMatchObject({ total: 0 });
      const loads = () => shop.server.logs.filter((line) => line.event === "catalog.loaded").length;
      const before = loads();
      await shop.databases.sql(market, "INSERT INTO search_synonyms (market, words) VALUES ($1, $2)", [
        market.toUpperCase(),
        [word, "юбка"],
      ]);
      await eventually("the new word finds skirts", async () => (await search(market, word)).total > 0, {
        timeout_ms: second_ms,
      });
      expect(loads(), "nothing but synonyms was read").toBe(before);
      expect((await search(market, word, { limit: 1 })).items[0]?.category).toBe("skirts");
      const other = market === "kg" ? "us" : "kg";
      expect(await search(other, word)).toMatchObject({ total: 0 });
    });

    it("[R65] a new name is found within a second, the old one no more", async () => {
      const word = `parkaly${market}`;
      const product = (await search(market, "юбка", { limit: 1 })).items[0];
      await shop.databases.everywhere(
        `UPDATE product_translations t SET name = '${word}' FROM products r
         WHERE r.slug = '${product?.slug}' AND t.market = r.market AND t.product_id = r.id`,
      );
      await eventually("it is found", async () => (await search(market, word)).items[0]?.slug === product?.slug, {
        timeout_ms: second_ms,
      });
    });

    it("[R65] suggests while somebody types", async () => {
      const typed = await suggest(market, "футб");
      const tee = expect.stringMatching(/^футболк[аи]$/);
      expect(typed.queries).toContainEqual(tee);
      expect(typed.categories.map((category) => category.slug)).toContain("t-shirts");
      expect(typed.products.length).toBeGreaterThan(0);
      expect(typed.products.map((product) => product.category)).toContain("t-shirts");
      expect((await suggest(market, "futb")).queries).toContainEqual(tee);
      expect((await suggest(market, "aen,")).queries).toContainEqual(tee);
      expect((await suggest(market, "чёрное пл")).queries[0]).toMatch(/^черное плать[ея]$/);
      const brand = (await list(market, { limit: 1 })).items[0]?.brand ?? "";
      const brands = (await suggest(market, brand.slice(0, 4))).brands;
      expect(brands.map((one) => one.name)).toContain(brand);
      expect(brands[0]?.product_count).toBeGreaterThan(0);
      expect(await suggest(market, gibberish)).toEqual({ queries: [], categories: [], brands: [], products: [] });
    });

    it("[R65] whatever is typed is answered or refused", async () => {
      const ask = (path: string, q: string) =>
        raw(shop.origin, "GET", `${path}?q=${encodeURIComponent(q)}`, { headers: { "x-market": market } });
      for (const path of ["/api/v1/products", "/api/v1/products/search", "/api/v1/products/suggestions"]) {
        for (const q of [
          "👗",
          "dress 👠",
          "'; DROP TABLE products; --",
          "%_\\",
          "\u0001\u0002 dress",
          "連衣裙",
          "-".repeat(100),
        ])
          expect((await ask(path, q)).status, q).toBe(200);
        expect((await ask(path, "a".repeat(101))).status).toBe(422);
        expect((await ask(path, "a\0b")).status).toBe(400);
        expect([414, 422, 431]).toContain((await ask(path, "юбка ".repeat(1_200))).status);
      }
      expect((await ask("/api/v1/products/suggestions", "")).status).toBe(422);
    });

    it("[R65] relevance is a sort order of searches only", async () => {
      const api = shop.guest(market);
      const answer = await api.GET("/api/v1/products", { params: { query: { sort: "relevance" } } });
      expect(refused(answer)).toMatchObject({ status: 422, errors: [{ field: "sort" }] });
    });
  });
});

describe("[control] a search without one of its abilities", () => {
  const understood = async (broken: string, q: string) => {
    const shop = await Shop.open("one database", { settings: { MARQUE_BREAK: broken } });
    try {
      return good(await shop.guest("kg").GET("/api/v1/products/search", { params: { query: { q, limit: 3 } } }));
    } finally {
      await shop.close();
    }
  };

  it("finds nothing for a typing error", async () => {
    expect(await understood("search_no_typos", "drses")).toMatchObject({ total: 0 });
  });

  it("takes another form of a word for a typing error, or does not find it", async () => {
    const page = await understood("search_no_stems", "платьями");
    expect(page.total === 0 || page.search?.corrected_query !== null).toBe(true);
  });
});
