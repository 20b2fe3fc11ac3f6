// An order that cannot be saved is said to have failed, and nothing of it stays; the bug of S1 was the silence.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { buy, type Caller, customerPhones, delivery, Shop } from "../harness/shop.js";

describe.each(layouts)("an order that cannot be saved, %s", (layout) => {
  let shop: Shop;
  let callers: Record<Market, Caller>;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    callers = { kg: await shop.logIn(customerPhones.kg), us: await shop.logIn(customerPhones.us) };
  });
  afterAll(() => shop?.close());

  /** Makes PostgreSQL do something else than it was asked to whenever a row goes into a table. */
  async function sabotaged<T>(table: string, deed: string, work: () => Promise<T>): Promise<T> {
    await shop.databases.everywhere(`
      CREATE FUNCTION sabotage() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${deed} END $$;
      CREATE TRIGGER sabotage BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION sabotage()`);
    try {
      return await work();
    } finally {
      await shop.databases.everywhere(`DROP FUNCTION sabotage CASCADE`);
    }
  }

  const stateOf = async (market: Market, skuId: string) => ({
    orders: await shop.orderCount(market),
    stock: await shop.stock(market, skuId),
    events: await shop.databases.count(market, "SELECT count(*) FROM outbox WHERE topic = 'order.created'"),
    cart: await shop.databases.count(market, "SELECT count(*) FROM cart_items WHERE market = $1", [
      market.toUpperCase(),
    ]),
  });

  /** Orders the cart; what does not hold afterwards is returned as sentences. */
  async function violations(market: Market, payment_method = "card"): Promise<string[]> {
    const { api, user } = callers[market];
    const { sku } = await shop.findSku(market, 5);
    good(await api.POST("/api/v1/cart/clear", {}));
    good(await api.POST("/api/v1/cart/add", { body: { sku_id: sku.id, quantity: 1 } }));
    const before = await stateOf(market, sku.id);
    const answer = await api.POST("/api/v1/orders/create", {
      body: { ...delivery(user.phone), payment_method, use_cart: true },
    });
    const after = await stateOf(market, sku.id);
    const found: string[] = [];
    if (answer.data) {
      found.push("the order was confirmed");
    } else {
      const problem = refused(answer);
      if (problem.status < 500) found.push(`the answer was ${problem.status}`);
      const line = shop.server.logs.find((entry) => entry.request_id === problem.request_id && entry.level === "error");
      if (!line) found.push("no log line says that it failed");
    }
    if (JSON.stringify(after) !== JSON.stringify(before))
      found.push(`something stayed: ${JSON.stringify(before)} became ${JSON.stringify(after)}`);
    return found;
  }

  const tables = ["orders", "order_items", "order_status_history", "payments", "outbox", "stock_reservations"];
  it.each(tables)("[R23] is refused, logged and leaves nothing behind: %s", async (table) => {
    for (const market of markets) {
      const found = await sabotaged(table, "RAISE EXCEPTION 'disk full';", () => violations(market));
      expect(found, `${market} ${table}`).toEqual([]);
    }
  });

  it("[R23] is refused, logged and leaves nothing behind: stock_ledger, of cash orders", async () => {
    for (const market of markets) {
      const refuse = "RAISE EXCEPTION 'disk full';";
      const found = await sabotaged("stock_ledger", refuse, () => violations(market, "cash_on_delivery"));
      expect(found, market).toEqual([]);
    }
  });

  it("[R23] is not confirmed when the row is silently dropped", async () => {
    for (const market of markets)
      expect(await sabotaged("orders", "RETURN NULL;", () => violations(market)), market).toEqual([]);
  });

  it.each(markets)(
    "[R22] [R23] and the next one lands in its own market, for its customer only: %s",
    async (market) => {
      const order = await buy(callers[market], (await shop.findSku(market, 5)).sku.id);
      const other = market === "kg" ? "us" : "kg";
      const seen = good(await callers[market].api.GET("/api/v1/orders", {}));
      expect(seen.items.map((item) => [item.order_number, item.market])).toContainEqual([order.order_number, market]);
      const foreign = good(await callers[other].api.GET("/api/v1/orders", {}));
      expect(foreign.items.map((item) => item.order_number)).not.toContain(order.order_number);
      for (const where of shop.databases.split ? markets : (["kg"] as const)) {
        const found = await shop.databases.count(where, "SELECT count(*) FROM orders WHERE order_number = $1", [
          order.order_number,
        ]);
        expect(found, where).toBe(where === market || !shop.databases.split ? 1 : 0);
      }
    },
  );

  it("negative control: without keys between the tables a dropped order is confirmed, and missed", async () => {
    await shop.databases.everywhere(`
      DO $$ DECLARE key record; BEGIN
        FOR key IN SELECT conname, conrelid::regclass::text AS name FROM pg_constraint
                   WHERE contype = 'f' AND confrelid = 'orders'::regclass LOOP
          EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', key.name, key.conname);
        END LOOP;
      END $$`);
    for (const market of markets) {
      const found = await sabotaged("orders", "RETURN NULL;", () => violations(market));
      expect(found).toContain("the order was confirmed");
    }
  });
});
