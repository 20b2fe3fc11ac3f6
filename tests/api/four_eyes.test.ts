// Refunds above a market's limit wait for a second manager; small steps pass it no more than one large one.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { type Caller, customerPhones, delivery, managerPhones, type Order, Shop } from "../harness/shop.js";

describe.each(layouts)("four eyes, %s", (layout) => {
  let shop: Shop;
  let first: Caller;
  const second = {} as Record<Market, Caller>;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    first = await shop.logIn(managerPhones.both);
    for (const market of markets) second[market] = await shop.logIn(managerPhones[market]);
  });
  afterAll(() => shop?.close());

  const refund = (caller: Caller, market: Market, order: Order, amount: number) =>
    caller.api.POST("/api/v1/manager/orders/{id}/refunds", {
      params: { path: { id: order.id }, query: { market } },
      body: { amount, reason: "A stain" },
    });
  const decide = (caller: Caller, market: Market, id: string, word: "approve" | "reject") =>
    caller.api.POST(`/api/v1/manager/refunds/{id}/${word}`, { params: { path: { id }, query: { market } } });
  const limit = async (market: Market, four_eyes_above: number | undefined) => {
    const params = { query: { market } };
    const { version } = good(await first.api.GET("/api/v1/manager/security", { params }));
    const body = { second_factor_required: false, four_eyes_above, version };
    return good(await first.api.PUT("/api/v1/manager/security", { params, body }));
  };
  const paid = async (market: Market): Promise<Order> => {
    const customer = await shop.logIn(customerPhones[market]);
    const { sku } = await shop.findSku(market, 5);
    const items = [{ sku_id: sku.id, quantity: 1 }];
    const payment_method = market === "kg" ? "bank_transfer" : "cash_on_delivery";
    const body = { ...delivery(customer.user.phone), payment_method, items };
    const order = good(await customer.api.POST("/api/v1/orders/create", { body }));
    const [payment] = await shop.databases.sql<{ id: string }>(
      market,
      "SELECT id FROM payments WHERE market = $1 AND order_id = $2",
      [market.toUpperCase(), order.id],
    );
    const params = { path: { id: payment?.id ?? "" }, query: { market } };
    good(await first.api.POST("/api/v1/manager/payments/{id}/confirm", { params }));
    return order;
  };
  const given = (market: Market, order: Order) =>
    shop.databases.count(market, "SELECT refunded_minor FROM payments WHERE market = $1 AND order_id = $2", [
      market.toUpperCase(),
      order.id,
    ]);

  it.each(markets)("a large refund waits for another manager: %s", async (market) => {
    const order = await paid(market);
    expect((await limit(market, 2)).four_eyes_above).toBe(2);
    expect(good(await refund(first, market, order, 2)).state).toBe("succeeded");
    // Two more would be four in all.
    const waiting = good(await refund(first, market, order, 2));
    expect(waiting).toMatchObject({ state: "waiting", approved_by: null });
    expect(await given(market, order)).toBe(200);
    expect(refused(await decide(first, market, waiting.id, "approve"))).toMatchObject({
      status: 403,
      code: "payments.second_pair_of_eyes",
    });
    const approved = good(await decide(second[market], market, waiting.id, "approve"));
    expect(approved).toMatchObject({
      state: "succeeded",
      requested_by: `manager:kg/${first.user.id}`,
      approved_by: `manager:${market}/${second[market].user.id}`,
    });
    expect(await given(market, order)).toBe(400);
    expect(refused(await decide(second[market], market, waiting.id, "approve")).code).toBe(
      "payments.refund_not_waiting",
    );
    // What is refused is owed no more and can be asked for again.
    const again = good(await refund(second[market], market, order, 1));
    expect(good(await decide(first, market, again.id, "reject"))).toMatchObject({ state: "failed" });
    expect(await given(market, order)).toBe(400);
    await limit(market, undefined);
    expect(good(await refund(first, market, order, 1)).state).toBe("succeeded");
    expect(await given(market, order)).toBe(500);
  });

  it.each(markets)("approved by several at once it is given once: %s", async (market) => {
    const order = await paid(market);
    await limit(market, 0);
    const waiting = good(await refund(first, market, order, 3));
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => decide(second[market], market, waiting.id, "approve")),
    );
    expect(answers.filter(({ response }) => response.status === 200)).toHaveLength(1);
    expect(await given(market, order)).toBe(300);
    const attempt = shop.databases.sql(market, "UPDATE refunds SET approved_by = requested_by WHERE id = $1", [
      waiting.id,
    ]);
    await expect(attempt).rejects.toThrow("refunds_four_eyes");
    await limit(market, undefined);
  });
});
