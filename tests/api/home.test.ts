// Answers composed for a page of the shop: the start page, products looked at last, what belongs to a product.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { currencies, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

describe.each(layouts)("composed answers, %s", (layout) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open(layout);
  });
  afterAll(() => shop?.close());

  const home = async (market: Market, language = "ru") =>
    good(await shop.guest(market, language).GET("/api/v1/home", {}));
  const batch = (market: Market, query: { ids?: string; slugs?: string }) =>
    shop.guest(market).GET("/api/v1/products/batch", { params: { query } });
  const page = async (market: Market, query: Record<string, unknown> = {}) =>
    good(await shop.guest(market).GET("/api/v1/products", { params: { query } }));
  const slugOnlyIn = async (market: Market) => {
    const [row] = await shop.databases.sql<{ slug: string }>(
      market,
      `SELECT r.slug FROM products r JOIN skus k ON k.market = r.market AND k.product_id = r.id
       JOIN stock s ON s.owner_market = k.market AND s.sku_id = k.id AND s.market = $1 AND s.in_stock
       WHERE r.market = $1 AND r.is_active ORDER BY r.slug LIMIT 1`,
      [market.toUpperCase()],
    );
    return row?.slug ?? "";
  };

  describe.each(markets)("%s", (market) => {
    it("[R2] [R64] [R67] the start page is what the single lists say, in one answer", async () => {
      const answer = await home(market);
      const guest = shop.guest(market, "ru");
      const limit = { params: { query: { limit: 12 } } };
      const single = {
        categories: good(await guest.GET("/api/v1/categories", {})).items,
        best_sellers: good(await guest.GET("/api/v1/products/best-sellers", limit)).items,
        featured: good(await guest.GET("/api/v1/products/featured", limit)).items,
        new_arrivals: good(await guest.GET("/api/v1/products", { params: { query: { limit: 12, sort: "newest" } } }))
          .items,
      };
      expect(answer).toMatchObject(single);
      for (const list of Object.values(single)) expect(list.length).toBeGreaterThan(0);
      expect(answer.featured.every((card) => card.is_featured && card.in_stock)).toBe(true);
      expect(answer.best_sellers.every((card) => card.is_best_seller)).toBe(true);
      const cards = [...answer.best_sellers, ...answer.featured, ...answer.new_arrivals];
      expect(new Set(cards.map((card) => card.currency))).toEqual(new Set([currencies[market]]));
    });

    it("[R71] [R74] a newcomer sees a sale that is on and says when it ends", async () => {
      const details = await Promise.all(
        (await home(market)).featured.map(async ({ slug }) =>
          good(await shop.guest(market).GET("/api/v1/products/{slug}", { params: { path: { slug } } })),
        ),
      );
      const reduced = details.filter((product) => product.sale_until);
      expect(reduced.length).toBeGreaterThan(0);
      for (const product of reduced) {
        expect(Date.parse(product.sale_until ?? "")).toBeGreaterThan(Date.now() + 86_400_000);
        expect(product.original_price).toBeGreaterThan(product.price);
        expect(product.discount).toBeGreaterThanOrEqual(20);
        expect(product.discount).toBeLessThan(30);
      }
      const begun = await shop.databases.count(
        market,
        "SELECT count(*) FROM prices WHERE market = $1 AND sale_from < now() AND sale_until > now()",
        [market.toUpperCase()],
      );
      expect(begun).toBeGreaterThan(0);
    });

    it("[R99] the start page shows the hero and promo banners of this market and moment", async () => {
      const { banners } = await home(market);
      const of = async (type: "hero" | "promo") =>
        (await raw(shop.origin, "GET", `/api/v1/banners/${type}`, { market, language: "ru" })).json() as {
          items: unknown[];
        };
      expect(banners.hero).toEqual((await of("hero")).items);
      expect(banners.promo).toEqual((await of("promo")).items);
      expect(banners.hero.length).toBeGreaterThan(0);
    });

    it("a banner that ends leaves the start page at its moment, whatever is kept", async () => {
      const before = (await home(market)).banners.hero;
      const first = before[0];
      await shop.databases.sql(
        market,
        "UPDATE banners SET end_date = now() + interval '3 seconds' WHERE market = $1 AND id = $2",
        [first?.market.toUpperCase(), first?.id],
      );
      const shown = async () => (await home(market)).banners.hero.some((banner) => banner.id === first?.id);
      expect(await shown()).toBe(true);
      await eventually("the banner is gone", async () => !(await shown()));
      await shop.databases.sql(market, "UPDATE banners SET end_date = NULL WHERE market = $1 AND id = $2", [
        first?.market.toUpperCase(),
        first?.id,
      ]);
      await eventually("the banner is back", shown);
    });

    it("[R63] products looked at last come in one call: order kept, what is not sold here named", async () => {
      const cards = (await page(market, { limit: 50 })).items;
      const wanted = [...cards].reverse();
      const ids = wanted.map((card) => card.id).join(",");
      expect(good(await batch(market, { ids }))).toEqual({ items: wanted, missing: [] });
      const slugs = wanted
        .slice(0, 20)
        .map((card) => card.slug)
        .join(",");
      expect(good(await batch(market, { slugs }))).toEqual({ items: wanted.slice(0, 20), missing: [] });
      const foreign = await slugOnlyIn(market === "kg" ? "us" : "kg");
      const some = `no-such-thing,${wanted[1]?.slug},${foreign},${wanted[0]?.slug},${wanted[1]?.slug}`;
      expect(good(await batch(market, { slugs: some }))).toEqual({
        items: [wanted[1], wanted[0]],
        missing: ["no-such-thing", foreign],
      });
      expect(good(await batch(market, { ids: "9223372036854775807" }))).toEqual({
        items: [],
        missing: ["9223372036854775807"],
      });
    });

    it("[R66] related products are others in stock, of the same category where nobody chose", async () => {
      for (const card of (await page(market, { limit: 5 })).items) {
        const path = { params: { path: { slug: card.slug }, query: { limit: 10 } } };
        const { items } = good(await shop.guest(market, "ru").GET("/api/v1/products/{slug}/related", path));
        expect(items.length).toBe(10);
        expect(items.map((item) => item.slug)).not.toContain(card.slug);
        expect(new Set(items.map((item) => item.slug)).size).toBe(10);
        expect(items.every((item) => item.in_stock && item.category === card.category)).toBe(true);
        const sold = new Set(
          (await page(market, { category: card.category, limit: 100 })).items.map((item) => item.id),
        );
        expect(items.filter((item) => !sold.has(item.id)).length).toBeLessThan(items.length);
      }
    });
  });

  it("the shop's own relations go first, in its order, in each market what is sold there", async () => {
    const [product, second, first, with_] = (await page("kg", { limit: 30 })).items.filter(
      (card) => card.market === "all",
    );
    if (!product || !second || !first || !with_) throw new Error("too few products of ALL");
    await shop.databases.everywhere("DELETE FROM product_relations");
    await shop.databases.sql(
      "kg",
      `INSERT INTO product_relations (market, product_market, product_id, kind, related_market, related_id, sort_order)
       SELECT 'KG', 'ALL', $1, kind, 'ALL', id, place
       FROM (VALUES ('related', $2::bigint, 2), ('related', $3::bigint, 1), ('goes_with', $4::bigint, 1))
         AS given(kind, id, place)`,
      [product.id, second.id, first.id, with_.id],
    );
    const ask = async (market: Market) =>
      good(
        await shop.guest(market).GET("/api/v1/products/{slug}/related", { params: { path: { slug: product.slug } } }),
      );
    await eventually("the relation shows", async () =>
      (await Promise.all([ask("kg"), ask("us")])).every((seen, i) => seen.goes_with.length === 1 - i),
    );
    const answer = await ask("kg");
    expect(answer.items.slice(0, 2).map((card) => card.id)).toEqual([first.id, second.id]);
    expect(answer.goes_with.map((card) => card.id)).toEqual([with_.id]);
    expect((await ask("us")).goes_with).toEqual([]);
  });

  it.each([
    ["", "ids"],
    ["ids=1&slugs=a", "ids"],
    ["ids=", "ids"],
    ["ids=1,,2", "ids"],
    ["ids=x", "ids"],
    ["slugs=No%20Slug", "slugs"],
    [`ids=${Array.from({ length: 51 }, (_, i) => i + 1).join(",")}`, "ids"],
    ["unknown=1", "unknown"],
  ])("refuses /products/batch?%s", async (query, field) => {
    const { problem } = await raw(shop.origin, "GET", `/api/v1/products/batch?${query}`);
    expect(problem()).toMatchObject({ status: 422, code: "http.invalid_input", errors: [{ field }] });
  });

  it("what is not sold here has nothing related", async () => {
    const path = { params: { path: { slug: await slugOnlyIn("us") } } };
    expect(refused(await shop.guest("kg").GET("/api/v1/products/{slug}/related", path))).toMatchObject({
      status: 404,
      code: "catalog.product_not_found",
    });
  });
});
