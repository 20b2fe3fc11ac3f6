// [K4] From one database for all markets to one for each and back: every row of every market is there, under its own
// ids, and the shop goes on as if nothing had been.
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { good } from "../harness/api.js";
import { desk, sold, word } from "../harness/catalog_desk.js";
import { Databases, type LayoutName, type Market, markets } from "../harness/layouts.js";
import { MarqueServer, marque } from "../harness/server.js";
import { buy, customerPhones, managerPhones, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

/** Of each table, the rows of a market (or of ALL) as one number; the log of changes is each database's own. */
async function sums(databases: Databases, market: Market, owner: string): Promise<Record<string, string>> {
  const tables = await databases.sql<{ name: string }>(
    market,
    `SELECT c.relname::text AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attname = 'market'
       AND NOT a.attisdropped AND c.relname <> 'catalog_changes' ORDER BY 1`,
  );
  const all: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await databases.sql<{ sum: string }>(
      market,
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') AS sum
       FROM "${name}" t WHERE market = $1`,
      [owner],
    );
    all[name] = row?.sum ?? "";
  }
  const [row] = await databases.sql<{ sum: string }>(
    market,
    "SELECT md5(t::text) AS sum FROM markets t WHERE code = $1",
    [owner],
  );
  return { ...all, markets: row?.sum ?? "" };
}

/** What is in stock, carts and orders, by names that do not depend on how rows are numbered. */
const named = (databases: Databases, market: Market) =>
  databases.sql(
    market,
    `SELECT 'stock' AS what, k.sku_code, k.market, s.on_hand::text AS much, p.price_minor::text AS more
       FROM stock s JOIN skus k ON k.market = s.owner_market AND k.id = s.sku_id
       JOIN prices p ON p.market = s.market AND p.sku_id = s.sku_id WHERE s.market = $1
     UNION ALL SELECT 'cart', k.sku_code, k.market, c.quantity::text, c.cart_id::text
       FROM cart_items c JOIN stock s ON s.market = c.market AND s.sku_id = c.sku_id
       JOIN skus k ON k.market = s.owner_market AND k.id = s.sku_id WHERE c.market = $1
     UNION ALL SELECT 'order', k.sku_code, k.market, i.quantity::text, i.order_id::text
       FROM order_items i JOIN stock s ON s.market = i.market AND s.sku_id = i.sku_id
       JOIN skus k ON k.market = s.owner_market AND k.id = s.sku_id WHERE i.market = $1
     UNION ALL SELECT 'ledger', k.sku_code, k.market, l.delta::text, l.id::text
       FROM stock_ledger l JOIN stock s ON s.market = l.market AND s.sku_id = l.sku_id
       JOIN skus k ON k.market = s.owner_market AND k.id = s.sku_id WHERE l.market = $1
     UNION ALL SELECT 'review', p.slug, p.market, r.rating::text, r.id::text
       FROM reviews r JOIN products p ON p.market = r.product_market AND p.id = r.product_id WHERE r.market = $1
     ORDER BY 1, 2, 3, 4, 5`,
    [market.toUpperCase()],
  );

/** What `marque relayout` is told of where the rows lie. */
const from = ({ environment }: Databases) =>
  Object.entries(environment).flatMap(([name, url]) => [
    "--from",
    name === "DATABASE_URL" ? url : `${name.slice(-2).toLowerCase()}=${url}`,
  ]);
const relayout = (before: Databases, after: Databases, settings: Record<string, string> = {}) =>
  marque(["relayout", ...from(before)], { ...after.environment, ...settings }, 120_000);

describe("[K4] another layout", () => {
  const made: Databases[] = [];
  let one: Databases;
  const orders = {} as Record<Market, string[]>;
  const empty = async (layout: LayoutName) => {
    const databases = await Databases.empty(layout, inject("cluster"));
    made.push(databases);
    return databases;
  };
  async function serve<T>(databases: Databases, work: (shop: Shop) => Promise<T>): Promise<T> {
    const server = await MarqueServer.start(databases.environment);
    try {
      return await work(Shop.on(databases, server));
    } finally {
      await server.stop();
    }
  }
  /** Customers find the orders they made so far, and make one more. */
  const goesOn = (databases: Databases) =>
    serve(databases, async (shop) => {
      for (const market of markets) {
        const caller = await shop.logIn(customerPhones[market]);
        const known = good(await caller.api.GET("/api/v1/orders", { params: { query: {} } }));
        expect(known.items.map((order) => order.order_number).sort()).toEqual([...orders[market]].sort());
        const { sku } = await shop.findSku(market, 5);
        orders[market].push((await buy(caller, sku.id)).order_number);
        good(await caller.api.POST("/api/v1/cart/add", { body: { sku_id: sku.id, quantity: 2 } }));
      }
    });
  const verified = async (databases: Databases) => {
    const { code, stdout } = await marque(["verify"], databases.environment);
    expect(code, stdout).toBe(0);
  };

  beforeAll(async () => {
    one = await Databases.copy("one database", inject("cluster"));
    made.push(one);
    // A shop that has been selling for months: orders in every state, returns, reviews, coupons.
    const seeded = await marque(["seed"], one.environment, 120_000);
    expect(seeded.code, seeded.stderr).toBe(0);
    for (const market of markets) orders[market] = [];
    await serve(one, async (shop) => {
      for (const market of markets) {
        const caller = await shop.logIn(customerPhones[market]);
        const known = good(await caller.api.GET("/api/v1/orders", { params: { query: { limit: 100 } } }));
        orders[market].push(...known.items.map((order) => order.order_number));
      }
    });
    await goesOn(one);
  });
  afterAll(async () => {
    for (const databases of made) await databases.drop();
  });

  it("one database becomes two, and two become one again, row by row the same", async () => {
    const two = await empty("database per market");
    const split = await relayout(one, two);
    expect(split, split.stderr).toMatchObject({ code: 0 });
    console.log(split.stdout);
    for (const market of markets) {
      expect(await sums(two, market, market.toUpperCase())).toEqual(await sums(one, market, market.toUpperCase()));
      expect(await sums(two, market, "ALL")).toEqual(await sums(one, market, "ALL"));
      const others = market === "kg" ? "US" : "KG";
      const strangers = Object.values(await sums(two, market, others)).filter((sum) => sum && !sum.startsWith("0 "));
      expect(strangers, "nothing of another market").toEqual([]);
    }
    await verified(two);
    await goesOn(two);

    const again = await empty("one database");
    const merged = await relayout(two, again);
    expect(merged, merged.stderr).toMatchObject({ code: 0 });
    for (const market of markets)
      expect(await sums(again, market, market.toUpperCase())).toEqual(await sums(two, market, market.toUpperCase()));
    expect(await sums(again, "kg", "ALL")).toEqual(await sums(two, "kg", "ALL"));
    await verified(again);
    await goesOn(again);

    // Control: a row that is lost is seen.
    const before = await sums(again, "us", "US");
    await again.sql("us", "DELETE FROM order_status_history WHERE id = (SELECT max(id) FROM order_status_history)");
    expect(await sums(again, "us", "US")).not.toEqual(before);
  });

  it("what is there is never written over, and what is in use is left alone", async () => {
    const full = await relayout(one, one);
    expect(full).toMatchObject({ code: 1, stderr: expect.stringContaining("is not empty: nothing was written") });
    const two = await empty("database per market");
    await serve(one, async () => {
      const busy = await relayout(one, two);
      expect(busy).toMatchObject({ code: 1, stderr: expect.stringContaining("is in use: stop the servers first") });
    });
    const { DATABASE_URL_MARQUE_KG: alone = "" } = two.environment;
    const lacking = await marque(["relayout", ...from(one)], { DATABASE_URL_MARQUE_KG: alone });
    expect(lacking).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("no database is configured for market US"),
    });
    const twice = await marque(["relayout", ...from(one), ...from(one)], two.environment);
    expect(twice).toMatchObject({ code: 1, stderr: expect.stringContaining("two databases for all markets") });
    expect(await two.count("kg", "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")).toBe(0);
  });

  it("databases that numbered shared things each for itself become one: names stay, numbers follow", async () => {
    const two = await Databases.copy("database per market", inject("cluster"));
    made.push(two);
    for (const market of markets)
      for (const table of ["categories", "products", "skus"])
        await two.sql(market, `SELECT setval('${table}_id_seq', 10000)`);
    await serve(two, async (shop) => {
      const both = await shop.logIn(managerPhones.both);
      // The US have one of their own more, so that what all markets show from then on has another number there.
      const own = await sold(desk(await shop.logIn(managerPhones.us), "us"));
      const everywhere = desk(both, "us");
      const shared = await sold(everywhere, 5, { is_shared: true });
      const name = word();
      good(await everywhere.create_category({ slug: name, name, is_shared: true }));
      const caller = await shop.logIn(customerPhones.us);
      const skus: string[] = [];
      for (const slug of [own.slug, shared.slug]) {
        const product = await eventually("the shop shows it", async () => {
          const answer = await shop.guest("us").GET("/api/v1/products/{slug}", { params: { path: { slug } } });
          return answer.response.status === 200 && good(answer).in_stock ? good(answer) : false;
        });
        skus.push(product.skus[0]!.id);
      }
      for (const sku of skus) await buy(caller, sku);
      for (const sku_id of skus) good(await caller.api.POST("/api/v1/cart/add", { body: { sku_id, quantity: 1 } }));
      for (const market of markets)
        await eventually("all events are told", async () => {
          const waiting = "SELECT count(*) FROM outbox WHERE done_at IS NULL";
          return (await two.count(market, waiting)) === 0;
        });
    });
    const ids = (databases: Databases, market: Market) =>
      databases.sql(market, "SELECT sku_code, id FROM skus WHERE market = 'ALL' ORDER BY sku_code");
    expect(await ids(two, "us"), "they differ, or this shows nothing").not.toEqual(await ids(two, "kg"));

    const again = await empty("one database");
    const merged = await relayout(two, again);
    expect(merged, merged.stderr).toMatchObject({ code: 0 });
    expect(merged.stdout).toMatch(/US: \d+ rows, [1-9]\d* ids are others now/);
    expect(await ids(again, "us")).toEqual(await ids(two, "kg"));
    expect(await sums(again, "kg", "KG")).toEqual(await sums(two, "kg", "KG"));
    for (const market of markets) expect(await named(again, market)).toEqual(await named(two, market));
    await verified(again);
    await serve(again, async (shop) => {
      const caller = await shop.logIn(customerPhones.us);
      const cart = good(await caller.api.POST("/api/v1/cart/get", {}));
      expect(cart.items).toHaveLength(2);
      await buy(caller, (await shop.findSku("us", 5)).sku.id);
      await sold(desk(await shop.logIn(managerPhones.both), "us"), 5, { is_shared: true });
    });

    // Control: without following, rows of the US call other things by the numbers they had.
    const wrong = await empty("one database");
    const forgetful = await relayout(two, wrong, { MARQUE_BREAK: "forget_renames" });
    const isRight =
      forgetful.code === 0 && JSON.stringify(await named(wrong, "us")) === JSON.stringify(await named(two, "us"));
    expect(isRight).toBe(false);
  });
});
