// Many orders moved at once, each by itself; and where an order goes, as long as it has not left.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { type Caller, customerPhones, delivery, managerPhones, Shop } from "../harness/shop.js";
import { keepIdsApart, otherMarket } from "../harness/strangers.js";

describe.each(layouts)("changes of orders, %s", (layout) => {
  let shop: Shop;
  const callers = {} as Record<Market, Caller>;
  const managers = {} as Record<Market, Caller>;
  beforeAll(async () => {
    shop = await Shop.open(layout, { prepare: (databases) => keepIdsApart(databases, ["orders"]) });
    for (const market of markets) {
      callers[market] = await shop.logIn(customerPhones[market]);
      managers[market] = await shop.logIn(managerPhones[market]);
    }
  });
  afterAll(() => shop?.close());

  const fresh = async (market: Market, quantity = 1) => {
    const { sku } = await shop.findSku(market, 10);
    const { api, user } = callers[market];
    const items = [{ sku_id: sku.id, quantity }];
    const wanted = { ...delivery(user.phone), payment_method: "cash_on_delivery", items };
    return { sku, order: good(await api.POST("/api/v1/orders/create", { body: wanted })) };
  };
  const bulk = (market: Market, body: object) =>
    managers[market].api.POST("/api/v1/manager/orders/bulk", { body: body as never });
  const audited = (market: Market, action: string) =>
    shop.databases.count(market, "SELECT count(*) FROM manager_audit WHERE market = $1 AND action = $2", [
      market.toUpperCase(),
      action,
    ]);

  describe.each(markets)("in %s", (market) => {
    it("[R106] moves many, and says of each what became of it", async () => {
      const made = [await fresh(market, 2), await fresh(market), await fresh(market)];
      const ids = made.map(({ order }) => order.id);
      const foreign = (await fresh(otherMarket(market))).order.id;
      const mixed = [...ids, "900000000000002", foreign, ids[0]];
      const confirmed = good(await bulk(market, { move: "confirm", orders: mixed }));
      expect(confirmed).toMatchObject({ done: 3, refused: 2 });
      expect(confirmed.items.map(({ id, status, code }) => [id, status, code])).toEqual([
        ...ids.map((id) => [id, "confirmed", ""]),
        ["900000000000002", null, "orders.not_found"],
        [foreign, null, "orders.not_found"],
      ]);
      expect(await audited(market, "post_manager_orders_bulk")).toBe(3);
      const again = good(await bulk(market, { move: "confirm", orders: ids }));
      expect(again).toMatchObject({ done: 3, refused: 0 });
      expect(await audited(market, "post_manager_orders_bulk")).toBe(3);
      const [first, second, third] = ids as [string, string, string];
      const shipped = good(await bulk(market, { move: "ship", orders: [first, second], carrier: "A courier" }));
      expect(shipped.done).toBe(2);
      const sku = made[0]?.sku.id ?? "";
      const before = await shop.stock(market, sku);
      const cancelled = good(await bulk(market, { move: "cancel", orders: ids, reason: "Sold out meanwhile" }));
      expect(cancelled.items.map(({ id, code }) => [id, code])).toEqual([
        [first, "orders.move_not_allowed"],
        [second, "orders.move_not_allowed"],
        [third, ""],
      ]);
      expect(cancelled.items[0]?.detail).toBe("The order is shipped");
      expect(await shop.stock(market, sku)).toBe(before + 1);
      const at = { params: { path: { id: first } } };
      expect(good(await managers[market].api.GET("/api/v1/manager/orders/{id}", at))).toMatchObject({
        status: "shipped",
        carrier: "A courier",
      });
    });

    it("moves no more than a hundred, and cancels nothing without a reason", async () => {
      const { order } = await fresh(market);
      const many = Array.from({ length: 101 }, () => order.id);
      expect(refused(await bulk(market, { move: "confirm", orders: many })).code).toBe("orders.too_many_at_once");
      expect(refused(await bulk(market, { move: "cancel", orders: [order.id] })).code).toBe("orders.reason_missing");
      const at = { params: { path: { id: order.id } } };
      expect(good(await managers[market].api.GET("/api/v1/manager/orders/{id}", at)).status).toBe("pending");
    });

    it("[R106] changes where an order goes until it has left; a stale change is refused", async () => {
      const { order } = await fresh(market);
      const set = (body: object) =>
        managers[market].api.PUT("/api/v1/manager/orders/{id}/address", {
          params: { path: { id: order.id } },
          body: body as { version: number },
        });
      const to = { delivery_address: "Another street 5", delivery_city: "Elsewhere", customer_name: "Somebody else" };
      const changed = good(await set({ version: order.version, ...to }));
      expect(changed).toMatchObject({ ...to, version: order.version + 1, total_amount: order.total_amount });
      expect(changed.customer_phone).toBe(order.customer_phone);
      expect(changed.delivery_state).toBe(order.delivery_state);
      const stale = refused(await set({ version: order.version, delivery_city: "Nowhere" }));
      expect([stale.status, stale.code]).toEqual([409, "orders.stale"]);
      expect(stale.detail).toContain(`version ${order.version + 1}`);
      // Who ships it raises the version, too: what was read before does not write over it.
      good(await bulk(market, { move: "confirm", orders: [order.id] }));
      good(await bulk(market, { move: "ship", orders: [order.id] }));
      const late = refused(await set({ version: order.version + 3, delivery_city: "Nowhere" }));
      expect([late.status, late.code]).toEqual([409, "orders.address_fixed"]);
      const entry = await shop.databases.sql<{ before: Record<string, { delivery_city: string }> }>(
        market,
        `SELECT before FROM manager_audit WHERE market = $1 AND thing_id = $2 AND action LIKE '%address%'`,
        [market.toUpperCase(), order.id],
      );
      expect(entry).toHaveLength(1);
      expect(entry[0]?.before[`orders/${order.id}`]?.delivery_city).toBe(order.delivery_city);
    });
  });
});
