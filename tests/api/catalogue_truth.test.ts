// Every product of every market is what the database says it is: a random catalogue beside the demo shop's, random
// changes by SQL, then each field of each answer compared with a second reading (harness/catalogue_model.ts).
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { raw } from "../harness/api.js";
import { CatalogueModel } from "../harness/catalogue_model.js";
import type { Filter, SortName } from "../harness/catalogue_rows.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { Random, RandomCatalogue } from "../harness/random_catalogue.js";
import { Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

const seed = Number(process.env.MARQUE_TEST_SEED ?? Date.now() % 1_000_000);
type Row = Record<string, unknown>;
const sorts: SortName[] = ["popular", "newest", "price_asc", "price_desc", "rating", "discount"];

describe.each(layouts)("the catalogue is what the database says, %s", (layout) => {
  const random = new Random(seed);
  let shop: Shop;
  let catalogue: RandomCatalogue;
  beforeAll(async () => {
    console.log(`catalogue, ${layout}: MARQUE_TEST_SEED=${seed}`);
    shop = await Shop.open(layout, {
      prepare: async (databases) => {
        catalogue = new RandomCatalogue(databases, random);
        await catalogue.grow(60);
      },
    });
  });
  afterAll(() => shop?.close());

  const ask = async (market: Market, path: string, language = "en") =>
    (await raw(shop.origin, "GET", path, { market, language })).json() as Row;

  /** Points in time as microseconds, as the model has them. */
  const told = (value: unknown, name = ""): unknown => {
    if (Array.isArray(value)) return value.map((entry) => told(entry));
    if (value === null || typeof value !== "object") {
      if ((name === "created_at" || name === "sale_until") && typeof value === "string") {
        const micro = /\.(\d{1,6})Z$/.exec(value)?.[1]?.padEnd(6, "0") ?? "0";
        return Date.parse(value.replace(/\.\d+Z$/, "Z")) * 1_000 + Number(micro);
      }
      return value;
    }
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, told(entry, key)]));
  };

  const all = async (market: Market, query: string, language: string) => {
    const items: Row[] = [];
    for (let cursor = ""; ;) {
      const page = await ask(market, `/api/v1/products?limit=100&${query}${cursor}`, language);
      items.push(...(page.items as Row[]));
      if (page.next === null) {
        expect(items.length, query).toBe(page.total);
        return items.map((item) => told(item) as Row);
      }
      cursor = `&cursor=${String(page.next)}`;
    }
  };

  /** Until the servers have seen everything that was committed before. */
  const settled = async () => {
    for (const market of markets) {
      const name = `Marker ${random.next()}`;
      const [row] = await shop.databases.sql<{ slug: string }>(
        market,
        `UPDATE products r SET name = $1 FROM products o WHERE o.id = r.id AND r.slug = (
           SELECT slug FROM products WHERE is_active AND source = 'demo' AND market = $2 ORDER BY slug LIMIT 1)
         RETURNING r.slug`,
        [name, market.toUpperCase()],
      );
      const slug = row?.slug ?? "";
      await shop.databases.sql(
        market,
        `DELETE FROM product_translations t USING products r
         WHERE r.slug = $1 AND t.product_id = r.id AND t.market = r.market`,
        [slug],
      );
      await eventually(
        "the last change is shown",
        async () => (await ask(market, `/api/v1/products/${slug}`)).name === name,
      );
    }
  };

  const compareLists = async (market: Market, model: CatalogueModel) => {
    for (const language of model.languages) {
      const sort = random.pick(sorts);
      const wanted = model.list({ in_stock: false }, sort).map((product) => model.card(product, language));
      expect(await all(market, `in_stock=false&sort=${sort}`, language), `${market} ${language} ${sort}`).toEqual(
        wanted,
      );
    }
    for (const sort of sorts) {
      const slugs = (await all(market, `sort=${sort}`, "en")).map((item) => item.slug);
      expect(slugs, `${market} ${sort}`).toEqual(model.list({}, sort).map((product) => product.slug));
    }
  };

  const compareDetails = async (market: Market, model: CatalogueModel, slugs?: Set<string>) => {
    for (const product of model.products) {
      const own = product.slug.startsWith("r-");
      if (slugs && !slugs.has(product.slug)) continue;
      // Lists have compared every product of the demo shop; of their pages, which all look alike, a third is enough.
      if (!own && !slugs && !random.chance(1 / 3)) continue;
      for (const language of own ? model.languages : [random.pick(model.languages)]) {
        const answer = told(await ask(market, `/api/v1/products/${product.slug}`, language));
        expect(answer, `${market} ${language} ${product.slug}`).toEqual(model.detail(product, language));
      }
    }
  };

  const someFilter = (model: CatalogueModel): Filter => {
    const one = random.pick(model.products);
    const prices = [random.between(1, 400), random.between(400, 1_500)];
    const sku = random.pick(one.skus);
    const pair = (value: string, other: string) => (random.chance(0.5) ? [value] : [value, other]);
    return {
      ...(random.chance(0.4) ? { category: pair(random.pick([...one.inside]), one.category.slug) } : {}),
      ...(random.chance(0.3) ? { brand: pair(String(one.row.brand), "plain") } : {}),
      ...(random.chance(0.4) && sku.size ? { size: pair(sku.size, "M") } : {}),
      ...(random.chance(0.4) && sku.color ? { color: pair(sku.color, random.pick(["red", "blue"])) } : {}),
      ...(random.chance(0.4) ? { price_min: prices[0] } : {}),
      ...(random.chance(0.4) ? { price_max: prices[1] } : {}),
      ...(random.chance(0.2) ? { discount: random.between(1, 60) } : {}),
      ...(random.chance(0.2) ? { rating: random.between(1, 9) / 2 } : {}),
      ...(random.chance(0.2) ? { is_new: true } : {}),
      ...(random.chance(0.3) ? { in_stock: false } : {}),
    };
  };

  const compareFacets = async (market: Market, model: CatalogueModel, times: number) => {
    for (let i = 0; i < times; i += 1) {
      const filter = someFilter(model);
      const sort = random.pick(sorts);
      const query = Object.entries(filter)
        .map(([name, value]) => `${name}=${encodeURIComponent(Array.isArray(value) ? value.join(",") : String(value))}`)
        .join("&");
      const where = `${market} ${query}`;
      expect(
        (await all(market, `sort=${sort}&${query}`, "en")).map((item) => item.slug),
        where,
      ).toEqual(model.list(filter, sort).map((product) => product.slug));
      const { facets } = await ask(market, `/api/v1/products?facets=true&limit=1&${query}`);
      const counted = (list: unknown) =>
        Object.fromEntries((list as Row[]).map((entry) => [entry.slug ?? entry.value, entry.count]));
      const steps = (list: unknown) => (list as Row[]).map((entry) => entry.count);
      const told = facets as Row;
      expect(
        {
          ...told,
          categories: counted(told.categories),
          brands: counted(told.brands),
          sizes: counted(told.sizes),
          colors: counted(told.colors),
          color_families: counted(told.color_families),
          ratings: steps(told.ratings),
          discounts: steps(told.discounts),
        },
        where,
      ).toEqual(model.facets(filter));
    }
  };

  it("[R63] [R66] [R68] [R71] [R72] [R73] [R74] every field of every product as it was at the start", async () => {
    for (const market of markets) {
      const model = await CatalogueModel.read(shop.databases, market);
      expect(model.products.length).toBeGreaterThan(200);
      await compareLists(market, model);
      await compareDetails(market, model);
      await compareFacets(market, model, 12);
    }
  }, 240_000);

  it("[R63] [R66] [R68] the same after random changes, round by round", async () => {
    for (let round = 0; round < 3; round += 1) {
      for (let i = 0; i < 15; i += 1) await catalogue.change();
      await settled();
      for (const market of markets) {
        const model = await CatalogueModel.read(shop.databases, market);
        await compareLists(market, model);
        await compareDetails(market, model, new Set(catalogue.slugs.keys()));
        await compareFacets(market, model, 4);
        // What is not sold any more is gone.
        for (const slug of catalogue.slugs.keys())
          if (!model.products.some((product) => product.slug === slug))
            expect((await raw(shop.origin, "GET", `/api/v1/products/${slug}`, { market })).status, slug).toBe(404);
      }
    }
  }, 240_000);

  it("[control] a change that no trigger sees is found", async () => {
    await shop.databases.unchecked(
      "kg",
      `UPDATE prices SET price_minor = price_minor + 100 WHERE market = 'KG' AND sku_id = (
         SELECT k.id FROM skus k JOIN products r ON r.market = k.market AND r.id = k.product_id
         WHERE r.source = 'demo' AND r.market = 'KG' AND k.is_active AND r.is_active ORDER BY r.slug DESC LIMIT 1)`,
    );
    await settled();
    const model = await CatalogueModel.read(shop.databases, "kg");
    await expect(compareLists("kg", model)).rejects.toThrow(/kg \w+ \w+: expected/);
  }, 240_000);
});
