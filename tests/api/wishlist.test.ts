// The wishlist: products of the caller's market, kept for the caller alone.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { good, postText, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { type Caller, currencies, customerPhones, type Product, Shop } from "../harness/shop.js";
import { otherMarket } from "../harness/strangers.js";
import { eventually } from "../harness/waiting.js";

const path = "/api/v1/wishlist";

describe.each(layouts)("wishlist, %s", (layout) => {
  let shop: Shop;
  const callers = {} as Record<Market, Caller>;
  const products = {} as Record<Market, [Product, Product]>;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    for (const market of markets) {
      callers[market] = await shop.logIn(customerPhones[market]);
      products[market] = [(await shop.findSku(market, 5)).product, (await shop.findSku(market, 5, 40)).product];
    }
  });
  afterAll(() => shop?.close());
  beforeEach(() => shop.databases.everywhere("DELETE FROM wishlist_items"));

  const add = (caller: Caller, product_id: string) => caller.api.POST(`${path}/add`, { body: { product_id } });
  const get = async (caller: Caller) => good(await caller.api.POST(`${path}/get`, {}));
  const ids = async (caller: Caller) => (await get(caller)).items.map((item) => item.product_id);

  describe.each(markets)("in %s", (market) => {
    it("[R77] [R80] [R81] adds, shows, removes and clears", async () => {
      const [one, other] = products[market];
      expect(good(await add(callers[market], one.id))).toMatchObject({ total: 1, market });
      const list = good(await add(callers[market], other.id));
      expect(list.items.map((item) => item.product_id)).toEqual([other.id, one.id]);
      expect(list.items[1]).toMatchObject({
        is_available: true,
        product: { id: one.id, slug: one.slug, price: one.price, currency: currencies[market] },
      });
      // A second time changes nothing: unique pairs (S3:130).
      expect(good(await add(callers[market], one.id))).toEqual(list);
      expect(await get(callers[market])).toEqual(list);
      expect(good(await callers[market].api.GET(path, {}))).toEqual(list);
      const removed = good(await callers[market].api.POST(`${path}/remove`, { body: { product_id: one.id } }));
      expect(removed.items.map((item) => item.product_id)).toEqual([other.id]);
      expect(good(await callers[market].api.POST(`${path}/clear`, {}))).toMatchObject({ items: [], total: 0 });
    });

    it("[R26] belongs to the market of its user, and to that user", async () => {
      const neighbour = await shop.logIn(market === "kg" ? "+996700111001" : "+12125550101");
      good(await add(callers[market], products[market][0].id));
      expect(await ids(neighbour)).toEqual([]);
      expect(await ids(callers[otherMarket(market)])).toEqual([]);
      expect(
        refused(await neighbour.api.POST(`${path}/remove`, { body: { product_id: products[market][0].id } })),
      ).toMatchObject({ status: 404, code: "wishlist.item_not_found", errors: [{ field: "product_id" }] });
      expect(await ids(callers[market])).toEqual([products[market][0].id]);
      const rows = await shop.databases.sql(
        market,
        `SELECT i.market = w.market AND w.market = u.market AS inherited FROM wishlist_items i
         JOIN wishlists w ON w.market = i.market AND w.wishlist_id = i.wishlist_id
         JOIN users u ON u.market = w.market AND u.id = w.user_id`,
      );
      expect(rows).toEqual([{ inherited: true }]);
    });

    it("what the market does not sell is not found, whether it exists elsewhere or not", async () => {
      const other = otherMarket(market);
      const [foreign] = await shop.databases.sql<{ id: string }>(
        other,
        "SELECT id FROM products WHERE market = $1 ORDER BY id DESC LIMIT 1",
        [other.toUpperCase()],
      );
      const known = await shop.databases.count(market, "SELECT count(*) FROM products WHERE id = $1 AND market <> $2", [
        foreign?.id,
        other.toUpperCase(),
      ]);
      for (const id of known === 0 ? ["987654321", foreign?.id ?? ""] : ["987654321"])
        expect(refused(await add(callers[market], id))).toMatchObject({
          status: 404,
          code: "wishlist.product_not_found",
          errors: [{ field: "product_id", message: "is not sold in this market" }],
        });
      expect(await ids(callers[market])).toEqual([]);
    });
  });

  it("texts come in the caller's language", async () => {
    const [product] = products.kg;
    good(await add(callers.kg, product.id));
    const names = new Set<string | undefined>();
    for (const lang of ["ky", "ru", "en"])
      names.add(good(await callers.kg.api.GET(path, { params: { query: { lang } } })).items[0]?.product?.name);
    expect(names.size).toBe(3);
  });

  it("a product that is no longer sold stays, without its card", async () => {
    const [, product] = products.us;
    good(await add(callers.us, product.id));
    const set = (active: boolean) =>
      shop.databases.sql("us", `UPDATE products SET is_active = $2 WHERE slug = $1`, [product.slug, active]);
    await set(false);
    const item = await eventually("the snapshot has changed", async () => {
      const [first] = (await get(callers.us)).items;
      return first?.product === null && first;
    });
    expect(item).toMatchObject({ product_id: product.id, is_available: false });
    await set(true);
    await eventually("it is back", async () => (await get(callers.us)).items[0]?.product?.slug === product.slug);
  });

  it("ten additions at once make one line; two hundred is the end", async () => {
    const [product] = products.kg;
    for (const answer of await Promise.all(Array.from({ length: 10 }, () => add(callers.kg, product.id)))) good(answer);
    expect(await ids(callers.kg)).toEqual([product.id]);
    await shop.databases.sql(
      "kg",
      `INSERT INTO wishlist_items (market, wishlist_id, product_id, owner_market)
       SELECT 'KG', marque_shopper_key($1), id, market FROM products WHERE market IN ('KG', 'ALL') AND id <> $2 LIMIT 199
       ON CONFLICT DO NOTHING`,
      [callers.kg.user.id, product.id],
    );
    const count = await shop.databases.count("kg", "SELECT count(*) FROM wishlist_items");
    const missing = await shop.databases.sql<{ id: string }>(
      "kg",
      `SELECT r.id FROM products r JOIN skus k ON k.market = r.market AND k.product_id = r.id
       JOIN prices p ON p.owner_market = k.market AND p.sku_id = k.id AND p.market = 'KG'
       WHERE r.is_active AND r.id NOT IN (SELECT product_id FROM wishlist_items) LIMIT 1`,
    );
    const answer = await add(callers.kg, missing[0]?.id ?? "");
    if (count >= 200) expect(refused(answer)).toMatchObject({ status: 422, code: "wishlist.full" });
    else good(answer);
  });

  it.each([
    ["{}", "product_id"],
    ['{"product_id":"abc"}', "product_id"],
    ['{"product_id":null}', "product_id"],
    ['{"product_id":"1","user_id":"1"}', "user_id"],
    ['{"product_id":"1","market":"us"}', "market"],
  ])("[R81] refuses the body %s", async (body, field) => {
    for (const what of ["add", "remove"]) {
      const answer = await postText(shop.origin, `${path}/${what}`, body, { token: callers.kg.token });
      expect(answer.problem()).toMatchObject({ status: 422, code: "http.invalid_input", errors: [{ field }] });
    }
  });

  it("a token that is none is refused, and never taken for a guest", async () => {
    for (const what of ["get", "add", "remove", "clear"])
      expect((await postText(shop.origin, `${path}/${what}`, "{}", { token: "nonsense" })).problem()).toMatchObject({
        status: 401,
        code: "auth.invalid_token",
      });
  });

  it("[R26] a line cannot leave its user's market; negative control: without the foreign key it can", async () => {
    const stray = `INSERT INTO wishlist_items (market, wishlist_id, product_id, owner_market)
                   SELECT 'US', w.wishlist_id, r.id, 'US' FROM wishlists w, products r
                   WHERE w.market = 'KG' AND r.market = 'US' LIMIT 1`;
    if (shop.databases.split) return; // the other market's rows are in another database
    good(await add(callers.kg, products.kg[0].id));
    await expect(shop.databases.sql("kg", stray)).rejects.toThrow(/foreign key/);
    const [key] = await shop.databases.sql<{ name: string }>(
      "kg",
      `SELECT conname AS name FROM pg_constraint WHERE conrelid = 'wishlist_items'::regclass
       AND confrelid = 'wishlists'::regclass`,
    );
    await shop.databases.sql("kg", `ALTER TABLE wishlist_items DROP CONSTRAINT ${key?.name}`);
    await shop.databases.sql("kg", stray);
    expect(await shop.databases.count("kg", "SELECT count(*) FROM wishlist_items WHERE market = 'US'")).toBe(1);
  });
});
