// The catalogue as managers write it: what is one market's and what is all markets', versions, prices, stock with its
// ledger, categories; and that the shop shows it within a moment.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import { type Desk, desk, sold, word } from "../harness/catalog_desk.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { managerPictures, sent } from "../harness/media.js";
import { png } from "../harness/pictures.js";
import { buy, type Caller, customerPhones, currencies, managerPhones, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";
import { partIds } from "../isolation/rows.js";

const other = (market: Market): Market => (market === "kg" ? "us" : "kg");

/** Pieces that the ledger does not explain. */
const unexplained = (shop: Shop, market: Market, skuId: string) =>
  shop.databases.count(
    market,
    `SELECT s.on_hand - coalesce(sum(l.delta), 0) FROM stock s
     LEFT JOIN stock_ledger l ON l.market = s.market AND l.sku_id = s.sku_id
     WHERE s.market = $1 AND s.sku_id = $2 GROUP BY s.on_hand`,
    [market.toUpperCase(), skuId],
  );

describe.each(layouts)("the catalogue of managers, %s", (layout) => {
  let shop: Shop;
  let both: Caller;
  const own = {} as Record<Market, Caller>;
  const at = {} as Record<Market, Desk>;
  beforeAll(async () => {
    shop = await Shop.open(layout, { prepare: partIds });
    both = await shop.logIn(managerPhones.both);
    for (const market of markets) {
      own[market] = await shop.logIn(managerPhones[market]);
      at[market] = desk(own[market], market);
    }
  });
  afterAll(() => shop?.close());
  const shown = async (market: Market, slug: string) => {
    const answer = await shop.guest(market).GET("/api/v1/products/{slug}", { params: { path: { slug } } });
    return answer.response.status === 200 ? good(answer) : undefined;
  };

  it.each(markets)("a product of %s is made, priced, counted, shown, changed and hidden", async (market) => {
    const name = word();
    const key = randomUUID();
    const body = { name, slug: name, brand: "Own", is_shared: false };
    const made = good(await at[market].create(body, key));
    expect(good(await at[market].create(body, key))).toEqual(made);
    expect(made).toMatchObject({ market, slug: name, is_shown: false, missing: ["no_active_sku", "no_price"] });
    expect(refused(await at[market].create(body)).code).toBe("products.slug_taken");
    for (const size of ["S", "M"]) good(await at[market].add_sku(made.id, { code: `${name}-${size}`, size }));
    expect(refused(await at[market].add_sku(made.id, { code: `${name}-X`, size: "S" })).code).toBe(
      "products.variant_taken",
    );
    expect(refused(await at[market].add_sku(made.id, { code: `${name}-S` })).code).toBe("products.sku_code_taken");
    const { skus } = good(await at[market].get(made.id));
    const prices = skus.map((sku, i) => ({ sku_id: sku.id, price: `${10 + i}.00`, original_price: "30.00" }));
    let product = good(await at[market].price(made.id, prices));
    expect(product.is_shown).toBe(true);
    expect(product.skus[1]?.offers[market]).toMatchObject({
      price: 11,
      original_price: 30,
      current_price: 11,
      currency: currencies[market],
      version: 1,
      in_stock: false,
    });
    product = good(await at[market].stock(made.id, [{ sku_id: skus[0]!.id, by: 3 }]));
    const first = await eventually("the shop shows it", async () => {
      const seen = await shown(market, name);
      return seen?.in_stock ? seen : false;
    });
    expect(first.price).toBe(10);
    expect(await shown(other(market), name)).toBeUndefined();
    const token = own[market].token;
    const upload = (height: number) =>
      sent(shop.origin, token, managerPictures("product", market), "image/png", png(40, height));
    const [one, two] = [await upload(20), await upload(30)];
    product = good(await at[market].pictures(made.id, [{ media_id: one.id }, { media_id: two.id }], product.version));
    expect(product.pictures).toEqual([one.url, two.url]);
    product = good(await at[market].pictures(made.id, [{ url: two.url }], product.version));
    expect(product.pictures).toEqual([two.url]);
    const stranger = await at[market].pictures(made.id, [{ url: one.url }], product.version);
    expect(refused(stranger).errors[0]?.field).toBe("pictures[0].url");
    const translations = { en: { name: `${name} in English` } };
    product = good(
      await at[market].change(made.id, {
        name: `${name} two`,
        translations,
        features: { en: ["Light", "Warm"] },
        version: product.version,
      }),
    );
    expect(product).toMatchObject({ features: { en: ["Light", "Warm"] }, pictures: [two.url] });
    await eventually("the new name is shown", async () => {
      const answer = await shop
        .guest(market, "en")
        .GET("/api/v1/products/{slug}", { params: { path: { slug: name } } });
      return answer.data?.name === `${name} in English`;
    });
    product = good(await at[market].activate(made.id, false, product.version));
    expect(product.missing).toEqual(["product_inactive"]);
    await eventually("it is shown no longer", async () => (await shown(market, name)) === undefined);
  });

  it.each(markets)("a manager of %s neither sees nor changes what is the other market's", async (market) => {
    const theirs = await sold(at[other(market)]);
    const here = at[market];
    for (const answer of [
      await here.get(theirs.id),
      await here.change(theirs.id, { name: "X", version: 1 }),
      await here.activate(theirs.id, false, theirs.version),
      await here.price(theirs.id, [{ sku_id: theirs.skus[0]!.id, price: "1.00" }]),
      await here.stock(theirs.id, [{ sku_id: theirs.skus[0]!.id, by: 1 }]),
    ])
      expect(refused(answer)).toMatchObject({ status: 404, code: "products.not_found" });
    expect(refused(await here.change_sku(theirs.skus[0]!.id, { size: "L", version: 1 })).status).toBe(404);
    expect(refused(await here.ledger(theirs.skus[0]!.id)).status).toBe(404);
    expect(good(await here.list({ search: theirs.name })).items).toEqual([]);
    expect(good(await at[other(market)].list({ search: theirs.name })).items).toHaveLength(1);
    const abroad = desk(own[market], other(market));
    expect(refused(await abroad.get(theirs.id)).code).toBe("manager.no_access");
  });

  it("what all markets show is changed by who may in each of them, and everywhere", async () => {
    const { product } = await shop.findSku("us", 5);
    const [line] = good(await at.us.list({ search: product.slug })).items;
    const seen = good(await at.us.get(line!.id));
    expect(seen).toMatchObject({ market: "all", may_change: false });
    expect(Object.keys(seen.skus[0]!.offers)).toEqual(["us"]);
    const change = { name: `${seen.name} new`, category: seen.category, subcategory: seen.subcategory };
    const version = seen.version;
    expect(refused(await at.us.change(line!.id, { ...change, version })).code).toBe("catalog.shared");
    const everywhere = desk(both, "us");
    const translations = { en: { name: `${seen.slug} anew`, description: "In all markets" } };
    const changed = good(await everywhere.change(line!.id, { ...change, translations, version }));
    expect(changed).toMatchObject({ name: `${seen.name} new`, may_change: true });
    expect(Object.keys(changed.skus[0]!.offers).sort()).toEqual(["kg", "us"]);
    for (const market of markets) {
      await eventually(`${market} shows the new name`, async () => {
        const path = { slug: seen.slug };
        const answer = await shop.guest(market, "en").GET("/api/v1/products/{slug}", { params: { path } });
        return answer.data === undefined || answer.data.name === `${seen.slug} anew`;
      });
    }
    expect(refused(await everywhere.change(line!.id, { ...change, version })).code).toBe("products.stale");
    // A SKU for all, sold in one market only.
    const code = `${word()}-XXS`;
    const with_sku = good(await everywhere.add_sku(line!.id, { code, size: "XXS" }));
    const added = with_sku.skus.find((sku) => sku.code === code)!;
    good(await at.us.price(line!.id, [{ sku_id: added.id, price: "9.99" }]));
    const [there] = good(await at.kg.list({ search: code })).items;
    const elsewhere = good(await at.kg.get(there!.id)).skus.find((sku) => sku.code === code);
    expect(elsewhere?.offers.kg).toMatchObject({ price: null });
    // A new one, made in the US, is in KG's list as well.
    const made = good(await everywhere.create({ name: word(), is_shared: true }));
    expect(good(await at.kg.list({ search: made.slug, is_shared: true })).items).toHaveLength(1);
    expect(refused(await at.kg.create({ name: word(), is_shared: true })).code).toBe("catalog.shared");
  });

  it("of two who read the same version one is late, and told who was faster with what", async () => {
    const product = await sold(at.kg);
    const sku = product.skus[0]!;
    const rival = desk(both, "kg");
    const version = product.version;
    good(await at.kg.change(product.id, { name: product.name, brand: "Faster", version }));
    const late = refused(await rival.change(product.id, { name: "Slower", version }));
    expect(late).toMatchObject({ status: 409, code: "products.stale" });
    expect(late.detail).toContain(`manager:kg/${own.kg.user.id}`);
    expect(late.errors.map((error) => error.field)).toContain("brand");
    const price = sku.offers.kg!.version!;
    good(await at.kg.price(product.id, [{ sku_id: sku.id, price: "21.00", version: price }]));
    const second = refused(await rival.price(product.id, [{ sku_id: sku.id, price: "22.00", version: price }]));
    expect(second).toMatchObject({ status: 409, code: "products.stale" });
    expect(second.detail).toContain("price_minor");
    expect(refused(await rival.price(product.id, [{ sku_id: sku.id, price: "22.00" }])).status).toBe(409);
    good(await at.kg.change_sku(sku.id, { color: "red", version: sku.version }));
    expect(refused(await rival.change_sku(sku.id, { color: "blue", version: sku.version })).detail).toContain("color");
    expect(good(await rival.get(product.id))).toMatchObject({ brand: "Faster" });
  });

  it.each(markets)("prices of %s make sense, all of a call or none", async (market) => {
    const product = await sold(at[market]);
    const sku_id = product.skus[0]!.id;
    const version = product.skus[0]!.offers[market]!.version;
    for (const [line, field] of [
      [{ price: "0" }, "prices[0].price"],
      [{ price: "-1.00" }, "prices[0].price"],
      [{ price: "1.001" }, "prices[0].price"],
      [{ price: "9.00", original_price: "8.00" }, "prices[0].original_price"],
      [{ price: "9.00", sale_price: "9.00" }, "prices[0].sale_price"],
      [{ price: "9.00", sale_from: "2026-01-01T00:00:00Z" }, "prices[0].sale_price"],
      [{ original_price: "9.00" }, "prices[0].price"],
    ] as const) {
      const problem = refused(await at[market].price(product.id, [{ sku_id, version, ...line }]));
      expect(problem.status, JSON.stringify(line)).toBe(422);
      expect(problem.errors.map((error) => error.field)).toContain(field);
    }
    const foreign = [
      { sku_id, version, price: "5.00" },
      { sku_id: "900000000000002", price: "5.00" },
    ];
    expect(refused(await at[market].price(product.id, foreign)).errors[0]?.field).toBe("prices[1].sku_id");
    expect(good(await at[market].get(product.id)).skus[0]?.offers[market]?.price).toBe(20);
    const dated = { price: "20.00", sale_price: "15.00", sale_until: "2099-01-01T00:00:00Z" };
    const sale = good(await at[market].price(product.id, [{ sku_id, version, ...dated }]));
    expect(sale.skus[0]?.offers[market]).toMatchObject({ price: 20, sale_price: 15, current_price: 15 });
    await eventually("the sale is shown", async () => (await shown(market, product.slug))?.price === 15);
    const next = sale.skus[0]!.offers[market]!.version;
    const gone = good(await at[market].price(product.id, [{ sku_id, version: next }]));
    expect(gone.missing).toEqual(["no_price"]);
    await eventually("it is sold no longer", async () => (await shown(market, product.slug)) === undefined);
  });

  it.each(markets)("stock of %s is counted and corrected, and its ledger tells why and who", async (market) => {
    const product = await sold(at[market], 5);
    const sku_id = product.skus[0]!.id;
    const customer = await shop.logIn(customerPhones[market]);
    await buy(customer, sku_id, 2);
    const key = randomUUID();
    const by = [{ sku_id, by: 4 }];
    const first = good(await at[market].stock(product.id, by, key));
    expect(good(await at[market].stock(product.id, by, key))).toEqual(first);
    const { on_hand, reserved } = first.skus[0]!.offers[market]!;
    expect(on_hand! - reserved!).toBe(7);
    expect(await unexplained(shop, market, sku_id)).toBe(0);
    const late = refused(await at[market].stock(product.id, [{ sku_id, on_hand: 8, was: on_hand! + 1 }]));
    expect(late).toMatchObject({ status: 409, code: "products.stale" });
    expect(late.errors).toEqual([{ field: "stock[0].was", message: `is ${on_hand} by now` }]);
    if (reserved! > 0)
      expect(refused(await at[market].stock(product.id, [{ sku_id, on_hand: 0, was: on_hand }])).code).toBe(
        "products.stock_reserved",
      );
    expect(refused(await at[market].stock(product.id, [{ sku_id, by: -1_000 }])).code).toBe("products.stock_reserved");
    for (const line of [{}, { by: 0 }, { by: 1, on_hand: 1 }, { on_hand: 1 }, { on_hand: -1, was: 1 }])
      expect(refused(await at[market].stock(product.id, [{ sku_id, ...line }])).status).toBe(422);
    good(await at[market].stock(product.id, [{ sku_id, on_hand: on_hand! + 2, was: on_hand }]));
    const lines = good(await at[market].ledger(sku_id)).items;
    expect(lines.slice(0, 2)).toMatchObject([
      { delta: 2, reason: "Counted again", changed_by: `manager:${market}/${own[market].user.id}` },
      { delta: 4, reason: "Counted again" },
    ]);
    expect(await unexplained(shop, market, sku_id)).toBe(0);
  });

  it("forty corrections at once all count, beside orders", async () => {
    const product = await sold(at.us, 50);
    const sku_id = product.skus[0]!.id;
    const customer = await shop.logIn(customerPhones.us);
    const orders = Array.from({ length: 5 }, () => buy(customer, sku_id, 1).catch(() => undefined));
    const changes = Array.from({ length: 40 }, (_, i) =>
      at.us.stock(product.id, [{ sku_id, by: i % 2 === 0 ? 3 : -1 }]),
    );
    const answers = await Promise.all(changes);
    await Promise.all(orders);
    expect(answers.every((answer) => answer.response.status === 201)).toBe(true);
    expect(await unexplained(shop, "us", sku_id)).toBe(0);
  });

  it("categories stand in a tree without circles, are hidden, and late writes are told", async () => {
    const name = word();
    const top = good(await at.kg.create_category({ slug: name, name, names: { ru: "Верх" } }));
    const low = good(await at.kg.create_category({ slug: `${name}-l`, name: `${name} l`, parent: name }));
    expect(low.parent_id).toBe(top.id);
    expect(refused(await at.kg.change_category(top.id, { name, parent: low.slug, version: 1 })).code).toBe(
      "categories.circle",
    );
    expect(refused(await at.kg.change_category(top.id, { name, parent: name, version: 1 })).code).toBe(
      "categories.circle",
    );
    const below_all = await at.kg.change_category(low.id, { name, parent: "dresses", version: low.version });
    expect(refused(below_all).errors[0]?.field).toBe("parent");
    const up = good(await at.kg.change_category(low.id, { name: `${name} up`, sort_order: 1, version: low.version }));
    expect(up).toMatchObject({ parent_id: null, name: `${name} up`, sort_order: 1 });
    const late = refused(await at.kg.change_category(low.id, { name, version: low.version }));
    expect(late).toMatchObject({ status: 409, code: "categories.stale" });
    expect(late.errors.map((error) => error.field)).toContain("name");
    const taken = await at.kg.create_category({ slug: name, name: word() });
    expect(refused(taken).code).toBe("categories.taken");
    await eventually("the shop shows it", async () => {
      const { items } = good(await shop.guest("kg").GET("/api/v1/categories", {}));
      return JSON.stringify(items).includes(name);
    });
    good(await at.kg.change_category(top.id, { name, is_active: false, version: top.version }));
    expect(JSON.stringify(good(await at.us.categories()))).not.toContain(name);
    const shared = good(await at.kg.categories()).items.find((category) => category.slug === "dresses")!;
    expect(shared).toMatchObject({ market: "all", may_change: false });
    const change = { name: shared.name, version: shared.version };
    expect(refused(await at.kg.change_category(shared.id, change)).code).toBe("catalog.shared");
    // A category of all markets, made by who may: both markets list it.
    const everywhere = desk(both, "us");
    const all = good(await everywhere.create_category({ slug: `${name}-all`, name: `${name} all`, is_shared: true }));
    const names = { en: `${name} of all` };
    good(await everywhere.change_category(all.id, { name: `${name} all`, names, version: all.version }));
    for (const market of markets)
      expect(good(await at[market].categories()).items.find(({ slug }) => slug === all.slug)).toMatchObject({ names });
  });

  it("lists speak the reader's language where a product does, and find by what it is called in any", async () => {
    const name = word();
    const named = { en: { name: `${name} dress` }, ru: { name: `${name} платье` } };
    const made = good(await at.kg.create({ name, slug: name, brand: "Own", is_shared: false, translations: named }));
    const called = async (lang: string, search: string) =>
      good(await at.kg.list({ search, lang })).items.map((line) => [line.id, line.name]);
    for (const search of [`${name} ПЛАТЬЕ`, `${name} dre`, name]) {
      expect(await called("ru", search)).toEqual([[made.id, named.ru.name]]);
      expect(await called("en", search)).toEqual([[made.id, named.en.name]]);
      expect(await called("ky", search)).toEqual([[made.id, name]]);
    }
    expect(await called("ru", `${name} көйнөк`)).toEqual([]);
  });

  it("lists find by name, slug and code, filter, and page from the newest on", async () => {
    const product = await sold(at.kg, 1, { brand: "Rare" });
    for (const filter of [
      { search: product.name },
      { search: product.slug.toUpperCase() },
      { search: product.skus[0]!.code },
      { brand: "rare", is_active: true, in_stock: true, is_shared: false, category: "dresses", search: product.slug },
    ])
      expect(
        good(await at.kg.list(filter)).items.map(({ id }) => id),
        JSON.stringify(filter),
      ).toEqual([product.id]);
    for (const filter of [{ is_active: false }, { in_stock: false }, { is_shared: true }, { category: "shoes" }])
      expect(good(await at.kg.list({ search: product.slug, ...filter })).items).toEqual([]);
    expect(good(await at.kg.list({ search: "100%_" })).items).toEqual([]);
    const ids: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = good(await at.kg.list({ limit: 100, ...(cursor ? { cursor } : {}) }));
      ids.push(...page.items.map(({ id }) => id));
      if (ids.length === page.items.length) expect(page).toMatchObject({ total_is_exact: true });
      if (page.next === null || page.next === undefined) break;
      cursor = page.next;
    }
    const all = await shop.databases.count("kg", "SELECT count(*) FROM products WHERE market IN ('KG', 'ALL')");
    expect(ids).toHaveLength(all);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => Number(b) - Number(a)));
  });
});

describe("negative controls of managers' writes", () => {
  it.each([undefined, "stale_writes", "unexplained_stock"])("%s", async (broken) => {
    const shop = await Shop.open("one database", { settings: broken ? { MARQUE_BREAK: broken } : {} });
    try {
      const at = desk(await shop.logIn(managerPhones.kg), "kg");
      const product = await sold(at);
      const sku_id = product.skus[0]!.id;
      good(await at.change(product.id, { name: "First", version: product.version }));
      const late = await at.change(product.id, { name: "Second", version: product.version });
      expect(late.response.status).toBe(broken === "stale_writes" ? 200 : 409);
      good(await at.stock(product.id, [{ sku_id, by: 1 }]));
      const found = await unexplained(shop, "kg", sku_id);
      expect(found !== 0).toBe(broken === "unexplained_stock");
    } finally {
      await shop.close();
    }
  });
});
