// The catalogue's model as the sources wrote it down (S3): its fields, defaults, rules of uniqueness and indexes, in
// every market's database; what is switched off is not shown; and filters that ask one SKU for everything at once.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw, refused } from "../harness/api.js";
import { layouts, markets } from "../harness/layouts.js";
import { Random } from "../harness/random_catalogue.js";
import { Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

const seed = Number(process.env.MARQUE_TEST_SEED ?? Date.now() % 1_000_000);

describe.each(layouts)("the model, %s", (layout) => {
  let shop: Shop;
  beforeAll(async () => {
    // Each thread hears of a change for itself: what one has shown, another may show a moment later.
    shop = await Shop.open(layout, { settings: { THREADS: "1" } });
  });
  afterAll(() => shop?.close());

  describe.each(markets)("in %s", (market) => {
    const code = market.toUpperCase();
    const sql = <Row extends Record<string, unknown>>(text: string, values: unknown[] = []) =>
      shop.databases.sql<Row>(market, text, values);
    const guest = (language = "en") => shop.guest(market, language);
    const list = async (query: Record<string, unknown> = {}) =>
      good(await guest().GET("/api/v1/products", { params: { query } }));
    const detail = (slug: string) => guest().GET("/api/v1/products/{slug}", { params: { path: { slug } } });
    const category = (slug: string, language?: string) =>
      guest(language).GET("/api/v1/categories/{slug}", { params: { path: { slug } } });
    const violates = (text: string, name: string, values: unknown[] = []) =>
      expect(sql(text, values), text).rejects.toThrow(name);
    const now = (what: string, holds: () => Promise<boolean>) => eventually(what, holds);

    /** A category of the market with a subcategory. */
    const addCategories = async (name: string) => {
      const slug = `${name.toLowerCase()}-${market}`;
      await sql(
        `WITH top AS (
           INSERT INTO categories (market, slug, name, icon, image_url, sort_order)
           VALUES ($1, $2, $3, 'hanger', '/media/x.svg', 7001) RETURNING id)
         , below AS (
           INSERT INTO categories (market, slug, name, parent_id, sort_order)
           SELECT $1, $2 || '-below', $3 || ' below', id, 1 FROM top)
         INSERT INTO category_translations SELECT $1, id, 'ru', 'по-русски ' || $2 FROM top`,
        [code, slug, name],
      );
      return { slug, below: `${slug}-below` };
    };
    /** A product with these SKUs: size, colour, price in minor units, pieces. */
    const addProduct = async (
      slug: string,
      place: { slug: string; below: string },
      skus: Array<[size: string, color: string, price: number, pieces: number]>,
    ) => {
      await sql(
        `INSERT INTO products (market, slug, name, brand, category_market, category_id, subcategory_id)
         SELECT $1, $2, $2 || ' name', 'Plain', $1, top.id, below.id FROM categories top
         JOIN categories below ON below.market = $1 AND below.slug = $4 WHERE top.market = $1 AND top.slug = $3`,
        [code, slug, place.slug, place.below],
      );
      for (const [i, [size, color, price, pieces]] of skus.entries())
        await sql(
          `WITH sku AS (
             INSERT INTO skus (market, product_id, sku_code, size, color, sort_order)
             SELECT market, id, $2 || '-' || $3, $4, $5, $3::integer FROM products WHERE market = $1 AND slug = $2
             RETURNING market, id
           ), price AS (
             INSERT INTO prices (market, sku_id, owner_market, currency, price_minor)
             SELECT market, id, market, $8, $6 FROM sku)
           INSERT INTO stock (market, sku_id, owner_market, on_hand) SELECT market, id, market, $7 FROM sku`,
          [code, slug, String(i), size, color, price, pieces, market === "kg" ? "KGS" : "USD"],
        );
      await now("the product is there", async () => (await detail(slug)).data?.skus.length === skus.length);
    };

    it("[R69] a category has a name, which is its market's once, icon, picture and place", async () => {
      const { slug, below } = await addCategories("Ceramics");
      await now("the category is there", async () => (await category(slug)).data !== undefined);
      const shown = good(await category(slug));
      expect(shown).toMatchObject({
        slug,
        name: market === "kg" ? `по-русски ${slug}` : "Ceramics",
        icon: "hanger",
        image_url: "/media/x.svg",
        market,
        sort_order: 7001,
        parent_slug: null,
        product_count: 0,
      });
      expect(good(await category(slug, "ru")).name).toBe(`по-русски ${slug}`);
      const slugs = async () => good(await guest().GET("/api/v1/categories", {})).items.map((item) => item.slug);
      expect((await slugs()).at(-1)).toBe(slug);
      const add = "INSERT INTO categories (market, slug, name) VALUES ($1, $2, $3)";
      await violates(add, "categories", [code, `${slug}-2`, "Ceramics"]);
      await violates(add, "categories", [code, slug, "Ceramics 2"]);
      const other = market === "kg" ? "us" : "kg";
      expect(
        refused(await shop.guest(other).GET("/api/v1/categories/{slug}", { params: { path: { slug } } })).code,
      ).toBe("catalog.category_not_found");
      await sql("UPDATE categories SET sort_order = -1 WHERE market = $1 AND slug = $2", [code, slug]);
      await now("it comes first", async () => (await slugs())[0] === slug);
      await sql("UPDATE categories SET is_active = false WHERE market = $1 AND slug = $2", [code, slug]);
      await now("it is gone", async () => !(await slugs()).includes(slug));
      for (const gone of [slug, below]) expect(refused(await category(gone)).code).toBe("catalog.category_not_found");
    });

    it("[R70] a subcategory is in one category, and switched off it takes no product along", async () => {
      const place = await addCategories("Enamel");
      await addProduct(`mug-${market}`, place, [["", "", 100_00, 1]]);
      const below = async () =>
        good(await guest().GET("/api/v1/categories/{slug}/subcategories", { params: { path: { slug: place.slug } } }))
          .items;
      const soon = { timeout: 10_000 };
      await expect
        .poll(below, soon)
        .toMatchObject([
          { slug: place.below, name: "Enamel below", parent_slug: place.slug, product_count: 1, market },
        ]);
      const found = async (query: object) => (await list({ ...query })).items;
      await expect
        .poll(() => found({ subcategory: place.below }), soon)
        .toMatchObject([{ slug: `mug-${market}`, category: place.slug, subcategory: place.below }]);
      await violates(
        "UPDATE categories SET parent_id = -1 WHERE market = $1 AND slug = $2",
        "violates foreign key constraint",
        [code, place.below],
      );
      await sql("UPDATE categories SET is_active = false WHERE market = $1 AND slug = $2", [code, place.below]);
      await now("it is gone", async () => (await below()).length === 0);
      const path = `/api/v1/products?subcategory=${place.below}`;
      await expect.poll(async () => (await raw(shop.origin, "GET", path, { market })).status, soon).toBe(404);
      await expect
        .poll(() => found({ category: place.slug }), soon)
        .toMatchObject([{ slug: `mug-${market}`, subcategory: null }]);
    });

    it("[R66] [R68] [R71] a product is featured, a best seller, or switched off", async () => {
      const place = await addCategories("Glass");
      const slug = `vase-${market}`;
      await addProduct(slug, place, [["", "", 100_00, 1]]);
      const set = (column: string, value: boolean) =>
        sql(`UPDATE products SET ${column} = $3 WHERE market = $1 AND slug = $2`, [code, slug, value]);
      const among = async (path: "/api/v1/products/featured" | "/api/v1/products/best-sellers") =>
        good(await guest().GET(path, { params: { query: { limit: 100 } } })).items.some((item) => item.slug === slug);
      for (const [column, path] of [
        ["is_featured", "/api/v1/products/featured"],
        ["is_best_seller", "/api/v1/products/best-sellers"],
      ] as const) {
        expect(await among(path)).toBe(false);
        await set(column, true);
        await now(`${column} shows`, () => among(path));
        expect(good(await detail(slug))[column]).toBe(true);
      }
      await set("is_active", false);
      await now("it is gone", async () => (await detail(slug)).response.status === 404);
      expect((await list({ category: place.slug, in_stock: false })).total).toBe(0);
      expect(await among("/api/v1/products/best-sellers")).toBe(false);
      const batch = good(await guest().GET("/api/v1/products/batch", { params: { query: { slugs: slug } } }));
      expect(batch).toEqual({ items: [], missing: [slug] });
      expect((await raw(shop.origin, "GET", `/api/v1/products/search?q=${slug}`, { market })).text).not.toContain(slug);
    });

    it("[R64] best sellers are all that are marked and in stock, by what was sold", async () => {
      const wanted = await sql<{ slug: string }>(
        `SELECT r.slug FROM products r JOIN product_stats t ON t.market = $1 AND t.product_market = r.market
           AND t.product_id = r.id
         WHERE r.market IN ($1, 'ALL') AND r.is_active AND r.is_best_seller AND EXISTS (
           SELECT FROM skus k JOIN prices p ON p.market = $1 AND p.owner_market = k.market AND p.sku_id = k.id
           JOIN stock s ON s.market = $1 AND s.owner_market = k.market AND s.sku_id = k.id AND s.in_stock
           WHERE k.market = r.market AND k.product_id = r.id AND k.is_active)
         ORDER BY t.sales_count DESC, r.id`,
        [code],
      );
      const shown = good(
        await guest().GET("/api/v1/products/best-sellers", { params: { query: { limit: 100 } } }),
      ).items.map((item) => item.slug);
      expect(shown).toEqual(wanted.map((row) => row.slug));
    });

    it("[R72] [R73] pictures and features come in their order", async () => {
      const { product } = await shop.findSku(market, 1, 40);
      const owner = product.market.toUpperCase();
      const id = [owner, product.id];
      const expected = { images: ["/media/c.svg", "/media/b.svg", "/media/a.svg"], features: ["third", "first"] };
      await sql("DELETE FROM product_images WHERE market = $1 AND product_id = $2", id);
      await sql("DELETE FROM product_features WHERE market = $1 AND product_id = $2", id);
      await sql(
        `INSERT INTO product_images (market, product_id, sort_order, image_url)
         VALUES ($1, $2, 3, '/media/a.svg'), ($1, $2, 1, '/media/c.svg'), ($1, $2, 2, '/media/b.svg')`,
        id,
      );
      await sql(
        `INSERT INTO product_features (market, product_id, language, sort_order, feature_text)
         VALUES ($1, $2, 'en', 5, 'first'), ($1, $2, 'en', 2, 'third'), ($1, $2, 'ru', 1, 'второе')`,
        id,
      );
      const shown = async (language: string) =>
        good(await guest(language).GET("/api/v1/products/{slug}", { params: { path: { slug: product.slug } } }));
      await now("both are shown", async () => (await shown("ru")).features[0] === "второе");
      expect(await shown("en")).toMatchObject(expected);
      expect(await shown("ru")).toMatchObject({ images: expected.images, features: ["второе"] });
    });

    it("[R74] a SKU's code is its market's once, and so are a product's size and colour", async () => {
      const place = await addCategories("Wool");
      const slug = `hat-${market}`;
      await addProduct(slug, place, [
        ["M", "red", 100_00, 1],
        ["L", "red", 120_00, 0],
      ]);
      const add = `INSERT INTO skus (market, product_id, sku_code, size, color)
                   SELECT market, id, $3, $4, $5 FROM products WHERE market = $1 AND slug = $2`;
      await violates(add, "skus_code_unique", [code, slug, `${slug}-0`, "XL", "red"]);
      await violates(add, "skus_variant_unique", [code, slug, `${slug}-9`, "M", "red"]);
      expect(good(await detail(slug)).skus).toMatchObject([
        { sku_code: `${slug}-0`, size: "M", color: "red", price: 100, original_price: null, in_stock: true },
        { sku_code: `${slug}-1`, size: "L", color: "red", price: 120, original_price: null, in_stock: false },
      ]);
      await sql(
        `UPDATE skus SET variant_image = '/media/v.svg', is_active = sku_code <> $2
         WHERE market = $1 AND sku_code IN ($2, $3)`,
        [code, `${slug}-0`, `${slug}-1`],
      );
      await now("one is left", async () => (await detail(slug)).data?.skus.length === 1);
      const left = good(await detail(slug));
      expect(left).toMatchObject({ price: 120, in_stock: false, skus: [{ size: "L", variant_image: "/media/v.svg" }] });
      await violates("UPDATE prices SET price_minor = -5 WHERE market = $1", "prices_price_minor_check", [code]);
      await violates("UPDATE stock SET on_hand = -1 WHERE market = $1", "stock_not_oversold", [code]);
    });

    it("[R63] [R74] size, colour, price and stock are asked of one SKU together", async () => {
      const place = await addCategories("Linen");
      const slug = `smock-${market}`;
      await addProduct(slug, place, [
        ["M", "red", 50_00, 0],
        ["M", "blue", 80_00, 3],
        ["L", "red", 120_00, 3],
      ]);
      const found = async (query: Record<string, unknown>) => {
        const page = await list({ category: place.slug, ...query });
        expect(page.total).toBe(page.items.length);
        return page.items.length === 1;
      };
      expect(await found({ size: "M" })).toBe(true);
      expect(await found({ color: "red" })).toBe(true);
      expect(await found({ size: "M", color: "red" })).toBe(false);
      expect(await found({ size: "M", color: "red", in_stock: false })).toBe(true);
      expect(await found({ size: "L", color: "blue", in_stock: false })).toBe(false);
      expect(await found({ size: "M,L", color: "red" })).toBe(true);
      expect(await found({ size: "M", price_max: 60 })).toBe(false);
      expect(await found({ size: "M", price_max: 60, in_stock: false })).toBe(true);
      expect(await found({ size: "M", price_min: 100 })).toBe(false);
      expect(await found({ price_min: 90, price_max: 110 })).toBe(false);
      expect(await found({ price_min: 90, price_max: 120 })).toBe(true);
      expect(await found({ color: "blue", price_min: 80, price_max: 80 })).toBe(true);
      const facets = async (query: Record<string, unknown>) =>
        (await list({ category: place.slug, facets: true, ...query })).facets;
      expect((await facets({ color: "red" }))?.sizes.map((entry) => [entry.value, entry.count])).toEqual([["L", 1]]);
      expect((await facets({ size: "M" }))?.colors.map((entry) => [entry.value, entry.count])).toEqual([["blue", 1]]);
      expect((await facets({ size: "M" }))?.price).toEqual({ min: 80, max: 80 });
      expect((await facets({}))?.price).toEqual({ min: 80, max: 120 });
      expect((await facets({ price_max: 100 }))?.sizes.map((entry) => entry.value)).toEqual(["M"]);
      // Control: with one SKU that is both, what was not found is.
      await sql(
        `UPDATE stock s SET on_hand = 1 FROM skus k
         WHERE s.market = $1 AND k.market = s.owner_market AND k.id = s.sku_id AND k.sku_code = $2`,
        [code, `${slug}-0`],
      );
      await now("one is both", () => found({ size: "M", color: "red" }));
      expect(await found({ size: "M", price_max: 60 })).toBe(true);
    });

    it("[R63] each count of a facet is the total of the list that makes this choice", async () => {
      console.log(`facets, ${layout}, ${market}: MARQUE_TEST_SEED=${seed}`);
      const random = new Random(seed);
      const all = (await list({ facets: true, limit: 1 })).facets;
      if (!all) throw new Error("no facets");
      for (let i = 0; i < 6; i += 1) {
        const filter: Record<string, unknown> = {
          ...(random.chance(0.6) ? { size: random.pick(all.sizes).value } : {}),
          ...(random.chance(0.6) ? { color: random.pick(all.colors).value } : {}),
          ...(random.chance(0.3) ? { category: random.pick(all.categories).slug } : {}),
          ...(random.chance(0.3) ? { price_max: Math.round(random.between(30, 90) * (market === "kg" ? 80 : 1)) } : {}),
          ...(random.chance(0.3) ? { in_stock: false } : {}),
          ...(random.chance(0.2) ? { discount: 10 } : {}),
        };
        const { facets } = await list({ ...filter, facets: true, limit: 1 });
        if (!facets) throw new Error("no facets");
        const choices: Array<[Record<string, unknown>, number]> = [
          ...facets.sizes.map((one): [Record<string, unknown>, number] => [{ size: one.value }, one.count]),
          ...facets.colors.map((one): [Record<string, unknown>, number] => [{ color: one.value }, one.count]),
          ...facets.color_families.map((one): [Record<string, unknown>, number] => [{ color: one.value }, one.count]),
          ...facets.brands.map((one): [Record<string, unknown>, number] => [{ brand: one.value }, one.count]),
          ...facets.categories.map((one): [Record<string, unknown>, number] => [{ category: one.slug }, one.count]),
          ...facets.ratings.map((one): [Record<string, unknown>, number] => [{ rating: one.at_least }, one.count]),
          ...facets.discounts.map((one): [Record<string, unknown>, number] => [{ discount: one.at_least }, one.count]),
          [{ is_new: true }, facets.is_new],
          [{ in_stock: true }, facets.in_stock],
          [{ in_stock: false }, facets.in_stock + facets.sold_out],
        ];
        for (const [choice, count] of choices) {
          const query = { ...filter, ...choice, limit: 1 };
          expect((await list(query)).total, JSON.stringify(query)).toBe(count);
        }
      }
    });

    it("[R95] [R96] a review is of its market's user, product and order, has stars and photos", async () => {
      const [row] = await sql<{ id: string; slug: string }>(
        `SELECT v.id, r.slug FROM reviews v JOIN products r ON r.market = v.product_market AND r.id = v.product_id
         WHERE v.market = $1 AND v.is_approved ORDER BY v.id LIMIT 1`,
        [code],
      );
      if (!row) throw new Error("the demo shop has reviews");
      for (const rating of [0, 6])
        await violates(`UPDATE reviews SET rating = ${rating} WHERE market = $1 AND id = $2`, "reviews_rating_check", [
          code,
          row.id,
        ]);
      for (const column of ["user_id", "order_id", "product_id"])
        await violates(`UPDATE reviews SET ${column} = -1 WHERE market = $1 AND id = $2`, "foreign key", [
          code,
          row.id,
        ]);
      await sql(
        `INSERT INTO review_images (market, review_id, sort_order, image_url)
         VALUES ($1, $2, 12, '/media/second.jpg'), ($1, $2, 11, '/media/first.jpg')`,
        [code, row.id],
      );
      const { items } = good(
        await guest().GET("/api/v1/products/{slug}/reviews", {
          params: { path: { slug: row.slug }, query: { limit: 100 } },
        }),
      );
      const images = items.find((item) => item.id === row.id)?.images ?? [];
      expect(images.slice(-2)).toEqual(["/media/first.jpg", "/media/second.jpg"]);
    });

    it.each([
      ["products", "KG"],
      ["categories", "ALL"],
      ["banners", "ALL"],
    ])("[R69] [R71] [R97] %s belong to %s where nobody says whose they are", async (table, owner) => {
      const [row] = await sql<{ value: string }>(
        `SELECT column_default AS value FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name = $1 AND column_name = 'market'`,
        [table],
      );
      expect(row?.value).toBe(`'${owner}'::text`);
    });

    it.each([
      ["products", "(slug)"],
      ["products", "(market, is_active)"],
      ["stock", "(market, in_stock"],
      ["products", "(category_id, subcategory_id)"],
      ["product_stats", "(sales_count DESC)"],
      ["categories", "(market, is_active)"],
      ["skus", "UNIQUE INDEX skus_code_unique ON public.skus USING btree (market, sku_code)"],
      ["skus", "(product_id, is_active)"],
      ["banners", "(market, banner_type, is_active)"],
    ])("[R75] [R100] %s has the index %s", async (table, wanted) => {
      const rows = await sql<{ indexdef: string }>("SELECT indexdef FROM pg_indexes WHERE tablename = $1", [table]);
      expect(rows.map((row) => row.indexdef)).toContainEqual(expect.stringContaining(wanted));
    });
  });
});
