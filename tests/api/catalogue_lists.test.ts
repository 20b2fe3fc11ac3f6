// Lists as front ends use them: the tree of categories, pages by cursor, sparse fields, sales that begin and end by the
// clock, and what is refused.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { minor, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

describe.each(layouts)("lists, %s", (layout) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open(layout);
  });
  afterAll(() => shop?.close());

  const list = async (market: Market, query: Record<string, unknown> = {}, language = "en") =>
    good(await shop.guest(market, language).GET("/api/v1/products", { params: { query } }));
  const detail = async (market: Market, slug: string, language?: string) =>
    good(await shop.guest(market, language).GET("/api/v1/products/{slug}", { params: { path: { slug } } }));
  const refusal = async (market: Market, query: string) => {
    const answer = await raw(shop.origin, "GET", `/api/v1/products?${query}`, { market });
    expect(answer.status, query).toBe(422);
    return answer.problem();
  };

  describe.each(markets)("in %s", (market) => {
    it("[R67] [R69] [R70] categories are a tree with counts, and a category lists what is below it", async () => {
      const { items } = good(await shop.guest(market).GET("/api/v1/categories", { params: { query: { tree: true } } }));
      expect(items.length).toBeGreaterThan(2);
      for (const top of items) {
        expect(top).toMatchObject({ parent_slug: null, path: [top.slug] });
        expect((await list(market, { category: top.slug })).total).toBe(top.product_count);
        for (const below of top.children ?? []) {
          expect(below).toMatchObject({ parent_slug: top.slug, path: [top.slug, below.slug], children: [] });
          const page = await list(market, { subcategory: below.slug, limit: 5 });
          expect(page.total).toBe(below.product_count);
          for (const item of page.items)
            expect(item).toMatchObject({ category: top.slug, subcategory: below.slug, category_path: below.path });
          const one = good(
            await shop.guest(market).GET("/api/v1/categories/{slug}", { params: { path: { slug: below.slug } } }),
          );
          expect(one).toEqual({ ...below, children: undefined });
        }
        const subs = good(
          await shop
            .guest(market)
            .GET("/api/v1/categories/{slug}/subcategories", { params: { path: { slug: top.slug } } }),
        );
        expect(subs.items.map((item) => item.slug)).toEqual(top.children?.map((child) => child.slug));
      }
      const slugs = items.slice(0, 2).map((item) => item.slug);
      const both = items.slice(0, 2).reduce((sum, item) => sum + item.product_count, 0);
      expect((await list(market, { category: slugs.join(",") })).total).toBe(both);
    });

    it("[R64] [R65] best sellers and searches have pages, too", async () => {
      for (const path of ["/api/v1/products/best-sellers?limit=3", "/api/v1/products/search?q=a&limit=3"]) {
        const ask = async (more: string) =>
          (await raw(shop.origin, "GET", path + more, { market })).json() as Awaited<ReturnType<typeof list>>;
        const first = await ask("");
        const second = await ask(`&cursor=${first.next}`);
        expect(second.offset).toBe(3);
        expect((await ask("&offset=3")).items).toEqual(second.items);
        expect(new Set([...first.items, ...second.items].map((item) => item.slug)).size).toBe(6);
      }
    });

    it("[R63] a cursor stays where it was when what came before it changes", async () => {
      const first = await list(market, { sort: "price_desc", limit: 5 });
      const second = await list(market, { sort: "price_desc", limit: 5, cursor: first.next });
      const gone = first.items[0]?.slug ?? "";
      const set = (active: boolean) =>
        shop.databases.everywhere(`UPDATE products SET is_active = ${active} WHERE slug = '${gone}'`);
      await set(false);
      await eventually("the list has changed", async () => (await list(market)).total === first.total - 1);
      const again = await list(market, { sort: "price_desc", limit: 5, cursor: first.next });
      expect(again.items).toEqual(second.items);
      const shifted = await list(market, { sort: "price_desc", limit: 5, offset: 5 });
      expect(shifted.items[0]?.slug).toBe(second.items[1]?.slug);
      await set(true);
      await eventually("the list is whole again", async () => (await list(market)).total === first.total);
    });

    it("[R63] items hold the fields that are named, and more where they are expanded", async () => {
      const plain = await list(market, { limit: 3 });
      const ask = async (query: string) =>
        (
          await raw(shop.origin, "GET", `/api/v1/products?limit=3&${query}`, { market, language: "en" })
        ).json() as typeof plain;
      const sparse = await ask("fields=slug,price,name");
      expect(sparse.items).toEqual(plain.items.map(({ slug, name, price }) => ({ slug, name, price })));
      const full = await ask("expand=skus,images,features,description");
      for (const [i, item] of full.items.entries()) {
        const { skus, images, features, description, ...rest } = item;
        expect(rest).toEqual(plain.items[i]);
        expect(await detail(market, item.slug, "en")).toMatchObject({ skus, images, features, description });
      }
      expect(Object.keys((await ask("fields=slug&expand=skus")).items[0] ?? {})).toEqual(["slug", "skus"]);
    });

    it("[R63] facets count with all filters but their own", async () => {
      const all = (await list(market, { facets: true, limit: 1 })).facets;
      const size = all?.sizes[0];
      const category = all?.categories[0];
      if (!all || !size || !category) throw new Error("the demo shop has sizes and categories");
      const chosen = await list(market, { size: size.value, facets: true, limit: 1 });
      expect(chosen.total).toBe(size.count);
      expect(chosen.facets?.sizes).toEqual(all.sizes);
      const inside = chosen.facets?.categories.find((entry) => entry.slug === category.slug)?.count ?? 0;
      expect(inside).toBeLessThanOrEqual(category.count);
      expect((await list(market, { size: size.value, category: category.slug })).total).toBe(inside);
      expect(all.in_stock).toBe((await list(market)).total);
      expect(all.in_stock + all.sold_out).toBe((await list(market, { in_stock: false })).total);
      const known = good(await shop.guest(market).GET("/api/v1/attributes"));
      expect(all.sizes.map((entry) => entry.value)).toEqual(
        known.sizes.map((entry) => entry.value).filter((value) => all.sizes.some((entry) => entry.value === value)),
      );
    });

    it("[R71] [R74] a sale begins and ends by the clock, without any write", async () => {
      const { product, sku } = await shop.findSku(market, 1, 7);
      await shop.databases.sql(
        market,
        `UPDATE prices SET price_minor = 90000, original_minor = NULL, sale_minor = 30000,
           sale_from = now() + interval '1 second', sale_until = now() + interval '3 seconds'
         WHERE market = $1 AND sku_id = $2`,
        [market.toUpperCase(), sku.id],
      );
      const shown = async () => (await detail(market, product.slug)).skus.find((one) => one.id === sku.id);
      await eventually("the plain price", async () => minor((await shown())?.price ?? 0) === 90_000, {
        timeout_ms: 1_000,
      });
      await eventually("the sale", async () => minor((await shown())?.price ?? 0) === 30_000, { timeout_ms: 2_500 });
      const on = await shown();
      expect(on).toMatchObject({ original_price: 900, discount: 66 });
      expect(minor(on?.lowest_price_30_days ?? 0)).toBe(Math.min(minor(sku.price), 90_000));
      expect(Date.parse(on?.sale_until ?? "")).toBeGreaterThan(Date.now() - 1_000);
      await eventually("its end", async () => minor((await shown())?.price ?? 0) === 90_000, { timeout_ms: 4_000 });
      expect(await shown()).toMatchObject({ original_price: null, discount: 0, sale_until: null });
    });

    it.each([
      ["price_min=20&price_max=10", "price_min"],
      ["price_min=abc", "price_min"],
      ["price_max=-1", "price_max"],
      ["price_min=1.234", "price_min"],
      ["rating=6", "rating"],
      ["discount=0", "discount"],
      ["discount=101", "discount"],
      ["sort=cheapest", "sort"],
      ["colour=red", "colour"],
      ["size=M,,L", "size"],
      [`size=${Array.from({ length: 21 }, (_, i) => i).join(",")}`, "size"],
      ["category=No%20Slug", "category"],
      ["fields=slug,secret", "fields"],
      ["expand=orders", "expand"],
      ["in_stock=maybe", "in_stock"],
      ["cursor=x", "cursor"],
      ["cursor=kg.popular.1.2.3", "cursor"],
    ])("[R63] refuses ?%s and names the field", async (query, field) => {
      const problem = await refusal(market, query);
      expect(problem.errors.map((error) => error.field)).toContain(field);
    });

    it("[R63] [R64] [R65] a cursor of another list, query, sort or market is refused and says so", async () => {
      const { next } = await list(market, { limit: 5, in_stock: false });
      const cursor = encodeURIComponent(next ?? "");
      for (const query of ["limit=5", "in_stock=false&sort=newest", "in_stock=false&brand=x"])
        expect((await refusal(market, `${query}&cursor=${cursor}`)).errors[0]).toMatchObject({
          field: "cursor",
          message: expect.stringContaining("another query") as string,
        });
      expect((await refusal(market, `in_stock=false&offset=5&cursor=${cursor}`)).errors[0]?.message).toContain(
        "offset",
      );
      for (const [from, to] of [
        ["best-sellers?limit=3", "?limit=3"],
        ["featured?limit=3", "best-sellers?limit=3"],
        ["search?q=a&limit=3", "search?q=b&limit=3"],
        ["search?q=a&limit=3&sort=popular", "?limit=3"],
      ]) {
        const path = (tail = "") => `/api/v1/products${tail.startsWith("?") ? "" : "/"}${tail}`;
        const page = (await raw(shop.origin, "GET", path(from), { market })).json() as { next: string | null };
        if (page.next === null) continue;
        const answer = await raw(shop.origin, "GET", `${path(to)}&cursor=${encodeURIComponent(page.next)}`, { market });
        expect(answer.problem(), `${from} ${to}`).toMatchObject({ status: 422, errors: [{ field: "cursor" }] });
      }
      const other = market === "kg" ? "us" : "kg";
      expect((await refusal(other, `limit=5&in_stock=false&cursor=${cursor}`)).errors[0]?.message).toContain("market");
    });

    it("[R63] strange words find nothing and break nothing", async () => {
      for (const word of ["😀", "' OR 1=1 --", "%25", "Ω", "a".repeat(100)]) {
        const page = await list(market, { brand: word, facets: true });
        expect(page).toMatchObject({ total: 0, items: [], next: null });
        expect(page.facets?.brands.length).toBeGreaterThan(0);
        expect((await list(market, { size: word, color: word })).total).toBe(0);
      }
      expect((await raw(shop.origin, "GET", "/api/v1/products?brand=%00", { market })).status).toBe(400);
      expect((await raw(shop.origin, "GET", `/api/v1/products?q=${"a".repeat(10_000)}`, { market })).status).toBe(414);
      expect((await raw(shop.origin, "GET", "/api/v1/products?category=nothing-here", { market })).status).toBe(404);
    });
  });
});
