// Goods that come back: within the market's days, no piece twice, for the money or another size; stock exactly once.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { deliver, sibling } from "../harness/return_walk.js";
import { type Caller, customerPhones, delivery, managerPhones, minor, Shop } from "../harness/shop.js";
import { expectHidden, keepIdsApart, otherMarket } from "../harness/strangers.js";
import { Barrier } from "../harness/waiting.js";

describe.each(layouts)("returns, %s", (layout) => {
  let shop: Shop;
  const callers = {} as Record<Market, Caller>;
  const managers = {} as Record<Market, Caller>;
  beforeAll(async () => {
    shop = await Shop.open(layout, { prepare: (databases) => keepIdsApart(databases, ["orders", "returns"]) });
    for (const market of markets) {
      callers[market] = await shop.logIn(customerPhones[market]);
      managers[market] = await shop.logIn(managerPhones[market]);
    }
  });
  afterAll(() => shop?.close());

  const at = (id: string) => ({ params: { path: { id } } });
  const bought = async (market: Market, quantity: number, ago = "1 hour") => {
    const { sku } = await shop.findSku(market, 20);
    const { api, user } = callers[market];
    const items = [{ sku_id: sku.id, quantity }];
    const wanted = { ...delivery(user.phone), payment_method: "cash_on_delivery", items };
    const order = good(await api.POST("/api/v1/orders/create", { body: wanted }));
    await deliver(shop, market, order.id, ago);
    return { sku, order };
  };
  const ask = (market: Market, order: string, sku_id: string, quantity: number, more: object = {}, key?: string) =>
    callers[market].api.POST("/api/v1/orders/{id}/returns", {
      params: { path: { id: order }, header: key === undefined ? {} : { "Idempotency-Key": key } },
      body: { items: [{ sku_id, quantity, reason: "too_small", ...more }] },
    });
  const receive = (market: Market, id: string, restock = true) =>
    managers[market].api.POST("/api/v1/manager/returns/{id}/receive", { ...at(id), body: { restock } });
  const decide = (market: Market, id: string, how: "approve" | "reject", body = { reason: "It was worn" }) =>
    managers[market].api.POST(`/api/v1/manager/returns/{id}/${how}`, { ...at(id), body: how === "reject" ? body : {} });
  const events = (market: Market, order: string) =>
    shop.databases.sql<{ payload: string }>(
      market,
      `SELECT payload::text AS payload FROM outbox
       WHERE topic = 'return.received' AND payload::jsonb ->> 'order_id' = $1`,
      [order],
    );

  describe.each(markets)("in %s", (market) => {
    it("piece by piece for the money: all of what was paid for the goods, and no more", async () => {
      const { sku, order } = await bought(market, 3);
      const before = await shop.stock(market, sku.id);
      let owed = 0;
      for (const pieces of [1, 2]) {
        const wish = good(await ask(market, order.id, sku.id, pieces));
        expect(wish).toMatchObject({ order_number: order.order_number, state: "requested", refund: 0 });
        expect(good(await decide(market, wish.id, "approve")).state).toBe("approved");
        const taken = good(await receive(market, wish.id));
        expect(taken).toMatchObject({ state: "received", items: [{ sku_id: sku.id, quantity: pieces }] });
        expect(good(await receive(market, wish.id))).toEqual(taken);
        owed += minor(taken.refund);
      }
      expect(owed).toBe(minor(order.total_amount) - minor(order.shipping_cost));
      expect(await shop.stock(market, sku.id)).toBe(before + 3);
      const told = (await events(market, order.id)).map(({ payload }) => JSON.parse(payload).refund_minor);
      expect(told.reduce((a, b) => a + b, 0)).toBe(owed);
      expect(refused(await ask(market, order.id, sku.id, 1))).toMatchObject({
        status: 409,
        code: "returns.not_returnable",
        errors: [{ field: "items[0].quantity", message: "must be at most 0" }],
      });
    });

    it("what is refused or called off may be asked for again; damaged goods are not sold again", async () => {
      const { sku, order } = await bought(market, 1);
      const before = await shop.stock(market, sku.id);
      const first = good(await ask(market, order.id, sku.id, 1)).id;
      expect(refused(await ask(market, order.id, sku.id, 1)).status).toBe(409);
      expect(good(await decide(market, first, "reject"))).toMatchObject({ state: "rejected", decision: "It was worn" });
      expect(refused(await receive(market, first))).toMatchObject({ status: 409, code: "returns.decided" });
      const second = good(await ask(market, order.id, sku.id, 1)).id;
      const call = () => callers[market].api.POST("/api/v1/returns/{id}/cancel", at(second));
      expect(good(await call()).state).toBe("cancelled");
      expect(good(await call()).state).toBe("cancelled");
      const third = good(await ask(market, order.id, sku.id, 1, { reason: "damaged" })).id;
      expect(good(await receive(market, third, false)).state).toBe("received");
      expect(refused(await callers[market].api.POST("/api/v1/returns/{id}/cancel", at(third))).status).toBe(409);
      expect(await shop.stock(market, sku.id)).toBe(before);
      const { items } = good(await callers[market].api.GET("/api/v1/orders/{id}/returns", at(order.id)));
      expect(items.map((item) => item.state)).toEqual(["received", "cancelled", "rejected"]);
      const listed = good(
        await managers[market].api.GET("/api/v1/manager/returns", { params: { query: { state: "rejected" } } }),
      );
      expect(listed.items.map((item) => item.id)).toContain(first);
    });

    it("another size of the same product, at the same price, leaves when the first one is back", async () => {
      const { sku, order } = await bought(market, 1);
      const other = (await sibling(shop, market, sku.id)) ?? "";
      const before = [await shop.stock(market, sku.id), await shop.stock(market, other)];
      const stranger = (await shop.findSku(market, 5, 60)).sku.id;
      expect(refused(await ask(market, order.id, sku.id, 1, { exchange_sku_id: stranger })).code).toBe(
        "returns.not_exchangeable",
      );
      const { id } = good(await ask(market, order.id, sku.id, 1, { exchange_sku_id: other }));
      await shop.setStock(market, other, 0);
      expect(refused(await receive(market, id))).toMatchObject({ status: 409, code: "returns.exchange_sold_out" });
      expect(await shop.stock(market, sku.id)).toBe(before[0]);
      await shop.setStock(market, other, 7);
      expect(good(await receive(market, id))).toMatchObject({ state: "received", refund: 0 });
      expect([await shop.stock(market, sku.id), await shop.stock(market, other)]).toEqual([(before[0] ?? 0) + 1, 6]);
      expect(await events(market, order.id)).toEqual([]);
    });

    it("what came in an exchange goes back like what was bought: for money or another size, once", async () => {
      const { sku, order } = await bought(market, 3);
      const other = (await sibling(shop, market, sku.id)) ?? "";
      await shop.setStock(market, other, 20);
      const before = [await shop.stock(market, sku.id), await shop.stock(market, other)];
      const take = async (wanted: string, quantity: number, exchange_sku_id?: string) => {
        const { id } = good(await ask(market, order.id, wanted, quantity, { exchange_sku_id }));
        return good(await receive(market, id));
      };
      const most = (left: number) => [{ field: "items[0].quantity", message: `must be at most ${left}` }];
      expect(refused(await ask(market, order.id, other, 1)).errors).toMatchObject([
        { message: "is not in this order" },
      ]);
      expect((await take(sku.id, 2, other)).refund).toBe(0);
      expect(refused(await ask(market, order.id, sku.id, 2)).errors).toMatchObject(most(1));
      expect(refused(await ask(market, order.id, other, 3)).errors).toMatchObject(most(2));
      // One of them back for the first size again, one for the money, and the one that was never exchanged.
      const back = await take(other, 1, sku.id);
      expect(back.items).toMatchObject([{ sku_id: other, quantity: 1, exchange_sku_id: sku.id }]);
      expect(back.items[0]?.sku_code).not.toBe(order.items[0]?.sku_code);
      let owed = minor((await take(other, 1)).refund);
      expect(refused(await ask(market, order.id, other, 1)).errors).toMatchObject(most(0));
      owed += minor((await take(sku.id, 2)).refund);
      for (const each of [sku.id, other])
        expect(refused(await ask(market, order.id, each, 1)).errors).toMatchObject(most(0));
      expect(owed).toBe(minor(order.total_amount) - minor(order.shipping_cost));
      expect([await shop.stock(market, sku.id), await shop.stock(market, other)]).toEqual([
        (before[0] ?? 0) + 3,
        before[1],
      ]);
    });

    it("[A8] ten wishes at once for the one piece that came in an exchange: one is taken", async () => {
      const { sku, order } = await bought(market, 1);
      const other = (await sibling(shop, market, sku.id)) ?? "";
      await shop.setStock(market, other, 20);
      const { id } = good(await ask(market, order.id, sku.id, 1, { exchange_sku_id: other }));
      good(await receive(market, id));
      const answers = await Promise.all(Array.from({ length: 10 }, () => ask(market, order.id, other, 1)));
      const statuses = answers.map((answer) => answer.response.status).sort();
      expect(statuses).toEqual([201, ...Array<number>(9).fill(409)]);
    });

    it("only what was delivered, and not for ever; only one's own", async () => {
      const { sku, order } = await bought(market, 1, "15 days");
      expect(refused(await ask(market, order.id, sku.id, 1)).code).toBe("returns.not_returnable");
      await shop.databases.sql(market, "UPDATE markets SET return_days = 30 WHERE code = $1", [market.toUpperCase()]);
      const { id } = good(await ask(market, order.id, sku.id, 1));
      await shop.databases.sql(market, "UPDATE markets SET return_days = 14 WHERE code = $1", [market.toUpperCase()]);
      const body = { items: [{ sku_id: sku.id, quantity: 1, reason: "other" }] };
      await expectHidden(shop, callers[otherMarket(market)], order.id, [
        ["POST", (order_id) => `/api/v1/orders/${order_id}/returns`, body],
        ["GET", (order_id) => `/api/v1/orders/${order_id}/returns`],
      ]);
      await expectHidden(shop, callers[otherMarket(market)], id, [["POST", (one) => `/api/v1/returns/${one}/cancel`]]);
    });

    it("[B1] the same key asks once; ten at once for the last piece get one", async () => {
      const { sku, order } = await bought(market, 1);
      const barrier = new Barrier(10);
      const answers = await Promise.all(
        Array.from({ length: 10 }, async (_, i) => {
          await barrier.arrive();
          return ask(market, order.id, sku.id, 1, {}, i < 5 ? "the-same" : undefined);
        }),
      );
      const made = answers.filter(({ response }) => response.status === 201).map((answer) => good(answer).id);
      expect(new Set(made).size).toBe(1);
      for (const { response } of answers) expect([201, 409]).toContain(response.status);
      expect(
        await shop.databases.count(market, "SELECT count(*) FROM returns WHERE market = $1 AND order_id = $2", [
          market.toUpperCase(),
          order.id,
        ]),
      ).toBe(1);
    });

    it("[A8] ten managers take the same return in at once: its stock and its money come back once", async () => {
      const { sku, order } = await bought(market, 2);
      const before = await shop.stock(market, sku.id);
      const { id } = good(await ask(market, order.id, sku.id, 2));
      const answers = await Promise.all(Array.from({ length: 10 }, () => receive(market, id)));
      for (const answer of answers) expect([200, 409]).toContain(answer.response.status);
      expect(await shop.stock(market, sku.id)).toBe(before + 2);
      expect(await events(market, order.id)).toHaveLength(1);
    });
  });
});

describe("returns with a guarantee switched off", () => {
  it("negative control: who forgets what went back of an exchange pays for one piece again and again", async () => {
    const shop = await Shop.open("one database", {
      settings: { MARQUE_BREAK: "forget_exchanged" },
      prepare: (databases) => databases.everywhere("ALTER TABLE order_items DROP CONSTRAINT order_items_returned"),
    });
    try {
      const [{ api, user }, manager] = [await shop.logIn(customerPhones.kg), await shop.logIn(managerPhones.kg)];
      const { sku } = await shop.findSku("kg", 20);
      const other = (await sibling(shop, "kg", sku.id)) ?? "";
      const items = [{ sku_id: sku.id, quantity: 1 }];
      const body = { ...delivery(user.phone), payment_method: "cash_on_delivery", items };
      const order = good(await api.POST("/api/v1/orders/create", { body }));
      await deliver(shop, "kg", order.id);
      const refunds = [];
      for (const [sku_id, exchange_sku_id] of [[sku.id, other], [other], [other]]) {
        const { id } = good(
          await api.POST("/api/v1/orders/{id}/returns", {
            params: { path: { id: order.id } },
            body: { items: [{ sku_id: sku_id ?? "", quantity: 1, reason: "other", exchange_sku_id }] },
          }),
        );
        const path = { id };
        const taken = await manager.api.POST("/api/v1/manager/returns/{id}/receive", { params: { path }, body: {} });
        refunds.push(good(taken).refund);
      }
      expect(refunds.filter((refund) => refund > 0)).toHaveLength(2);
    } finally {
      await shop.close();
    }
  });
});
