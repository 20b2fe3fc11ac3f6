// What customers are told of returns and of money that goes back: once each, in their language.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { deliver } from "../harness/return_walk.js";
import { type Caller, customerPhones, delivery, managerPhones, type Order, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

const path = "/api/v1/profile/notifications";
const at = (id: string) => ({ params: { path: { id } } });

const words: Record<string, Record<string, string>> = {
  return_approved: { en: "Return accepted", ru: "Возврат одобрен", ky: "Кайтаруу кабыл алынды" },
  return_rejected: { en: "Return not accepted", ru: "Возврат отклонён", ky: "Кайтаруу четке кагылды" },
  return_received: { en: "Return received", ru: "Возврат получен", ky: "Кайтарылган товар келди" },
  payment_refund_pending: { en: "Refund on its way", ru: "Деньги возвращаются", ky: "Акча кайтарылууда" },
  payment_partially_refunded: { en: "Money refunded", ru: "Деньги возвращены", ky: "Акча кайтарылды" },
  payment_refunded: { en: "Money refunded", ru: "Деньги возвращены", ky: "Акча кайтарылды" },
};

describe.each(layouts)("news of returns and refunds, %s", (layout) => {
  let shop: Shop;
  const callers = {} as Record<Market, Caller>;
  const managers = {} as Record<Market, Caller>;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    for (const market of markets) {
      callers[market] = await shop.logIn(customerPhones[market]);
      managers[market] = await shop.logIn(managerPhones[market]);
    }
  });
  afterAll(() => shop?.close());

  const relayed = (market: Market) =>
    eventually("the outbox is worked off", async () => {
      const left = await shop.databases.count(market, "SELECT count(*) FROM outbox WHERE done_at IS NULL");
      return left === 0;
    });
  /** What was told since, newest first, but for the order's own steps. */
  const told = async (market: Market) => {
    await relayed(market);
    const { items } = good(await callers[market].api.GET(path, { params: { query: { limit: 100 } } }));
    return items.filter((item) => !item.type.startsWith("order_"));
  };
  const paidOrder = async (market: Market, quantity: number): Promise<Order> => {
    const { sku } = await shop.findSku(market, 20);
    await shop.setStock(market, sku.id, 100);
    const { api, user } = callers[market];
    const items = [{ sku_id: sku.id, quantity }];
    const wanted = { ...delivery(user.phone), payment_method: "cash_on_delivery", items };
    const order = good(await api.POST("/api/v1/orders/create", { body: wanted }));
    const [payment] = await shop.databases.sql<{ id: string }>(
      market,
      "SELECT id FROM payments WHERE market = $1 AND order_id = $2",
      [market.toUpperCase(), order.id],
    );
    good(await managers[market].api.POST("/api/v1/manager/payments/{id}/confirm", at(payment?.id ?? "")));
    return order;
  };
  const ask = async (market: Market, order: Order) =>
    good(
      await callers[market].api.POST("/api/v1/orders/{id}/returns", {
        ...at(order.id),
        body: { items: [{ sku_id: order.items[0]?.sku_id ?? "", quantity: 1, reason: "too_small" }] },
      }),
    ).id;
  const confirmRefunds = async (market: Market, order: Order) => {
    await relayed(market);
    const { api } = managers[market];
    const { items } = good(await api.GET("/api/v1/manager/orders/{id}/refunds", at(order.id)));
    for (const refund of items.filter((item) => item.state === "by_hand"))
      good(await api.POST("/api/v1/manager/refunds/{id}/confirm", at(refund.id)));
  };

  const spoken = { kg: ["ky", "ru", "en"], us: ["en"] } as const;
  it.each(markets.flatMap((market) => spoken[market].map((language) => [market, language] as const)))(
    "[R56] of each step, in %s in %s",
    async (market, language) => {
      good(await callers[market].api.PUT("/api/v1/profile", { body: { language } }));
      await relayed(market);
      await shop.databases.sql(market, "DELETE FROM notifications");
      const order = await paidOrder(market, 2);
      await deliver(shop, market, order.id);
      const { api } = managers[market];
      const expected: string[] = [];
      const next = async (type: string, ...texts: string[]) => {
        expected.unshift(type);
        const items = await told(market);
        expect(items.map((item) => item.type)).toEqual(expected);
        expect(items[0]).toMatchObject({ title: words[type]?.[language], market, data: { order_id: order.id } });
        for (const text of [order.order_number, ...texts]) expect(items[0]?.message).toContain(text);
      };
      const refused = await ask(market, order);
      good(await api.POST("/api/v1/manager/returns/{id}/reject", { ...at(refused), body: { reason: "It was worn" } }));
      await next("return_rejected", "It was worn");
      const taken = await ask(market, order);
      good(await api.POST("/api/v1/manager/returns/{id}/approve", { ...at(taken), body: {} }));
      await next("return_approved");
      const { refund } = good(await api.POST("/api/v1/manager/returns/{id}/receive", { ...at(taken), body: {} }));
      await next("return_received");
      await confirmRefunds(market, order);
      const [whole = ""] = String(refund).split(".");
      await next("payment_partially_refunded", whole.slice(-3));
      good(
        await api.POST("/api/v1/manager/orders/{id}/refunds", { ...at(order.id), body: { reason: "All the rest" } }),
      );
      await next("payment_refunded");
    },
  );

  it.each(markets)(
    "of an order that is cancelled when it was paid; a repeated event says nothing: %s",
    async (market) => {
      good(await callers[market].api.PUT("/api/v1/profile", { body: { language: "en" } }));
      await relayed(market);
      await shop.databases.sql(market, "DELETE FROM notifications");
      const order = await paidOrder(market, 1);
      const { api } = managers[market];
      good(await api.POST("/api/v1/manager/orders/{id}/cancel", { ...at(order.id), body: { reason: "Sold out" } }));
      await eventually("the money is promised", async () => (await told(market)).length === 1);
      await confirmRefunds(market, order);
      const types = ["payment_refunded", "payment_refund_pending"];
      expect((await told(market)).map((item) => item.type)).toEqual(types);
      const again = () =>
        shop.databases.sql(
          market,
          `UPDATE outbox SET done_at = NULL, available_at = now() WHERE topic = 'payment.moved' AND market = $1
         AND payload::jsonb ->> 'order_id' = $2 RETURNING id`,
          [market.toUpperCase(), order.id],
        );
      expect((await again()).length).toBeGreaterThan(1);
      expect((await told(market)).map((item) => item.type)).toEqual(types);
      // Negative control: notifications that have forgotten their events are made again.
      await shop.databases.sql(market, "UPDATE notifications SET event_id = NULL");
      await again();
      expect((await told(market)).length).toBe(4);
    },
  );
});
