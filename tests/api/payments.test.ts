// Paying: by card at the market's own provider, by transfer, in cash; what follows for order and stock; giving money
// back.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { PaymentShop, totalOf } from "../harness/payments.js";
import { customerPhones, delivery, managerPhones, minor, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

const byOrder = (id: string) => ({ params: { path: { id } } });

describe.each(layouts)("payments, %s", (layout) => {
  let pay: PaymentShop;
  beforeAll(async () => {
    pay = await PaymentShop.open(layout);
  });
  afterAll(() => pay?.close());

  it.each(markets)("[R60] [R120] a card is taken by the market's own provider: %s", async (market) => {
    const order = await pay.order(market);
    const before = await pay.reserved(market);
    const unpaid = good(await pay.callers[market].api.GET("/api/v1/orders/{id}/payment", byOrder(order.id)));
    expect(unpaid).toMatchObject({ status: "pending", provider: "", captured: 0, amount: order.total_amount });
    const payment = good(await pay.begin(market, order.id));
    expect(payment).toMatchObject({
      status: "requires_action",
      provider: market === "us" ? "stripe" : "local_bank",
      is_test: true,
      order_id: order.id,
    });
    expect(payment.expires_at).toBeTruthy();
    if (market === "us") {
      const intent = pay.stripe.intents.get(payment.payment_intent_id ?? "");
      expect(intent).toMatchObject({ amount: totalOf(order), currency: "usd", client_secret: payment.client_secret });
      expect(intent?.metadata).toEqual({
        payment_id: payment.id,
        market: "us",
        order_id: order.id,
        order_number: order.order_number,
      });
      expect(pay.stripe.calls.at(-1)?.key).toBe(payment.id);
    } else {
      expect(payment.action_url).toContain(pay.bank.origin);
      expect(payment.action_url).toContain(encodeURIComponent(`https://shop.example/orders/${order.id}`));
    }
    // The same intent each time, however often and however many ask for it.
    const again = await Promise.all(Array.from({ length: 5 }, () => pay.begin(market, order.id)));
    for (const answer of again) expect(good(answer)).toEqual(payment);

    await pay.pay(market, payment);
    const row = await pay.until(market, order.id, "paid");
    expect(row).toMatchObject({ captured_minor: String(totalOf(order)), order_status: "confirmed" });
    const after = await pay.reserved(market);
    expect(after).toEqual({ on_hand: before.on_hand - 1, reserved: before.reserved - 1 });
    const seen = good(await pay.callers[market].api.GET("/api/v1/orders/{id}/payment", byOrder(order.id)));
    expect(seen).toMatchObject({ status: "paid", captured: order.total_amount, client_secret: null, action_url: null });
    expect(await pay.violations(market)).toEqual([]);
  });

  it("[R60] a bank's QR code is one that every bank's app reads", async () => {
    const { order, payment } = await pay.ready("kg");
    const payload = payment.qr_payload ?? "";
    const fields = new Map<string, string>();
    for (let at = 0; at < payload.length;) {
      const length = Number(payload.slice(at + 2, at + 4));
      fields.set(payload.slice(at, at + 2), payload.slice(at + 4, at + 4 + length));
      at += 4 + length;
    }
    expect(fields.get("00")).toBe("01");
    expect(fields.get("01")).toBe("12");
    expect(fields.get("53")).toBe("417");
    expect(fields.get("54")).toBe(String(totalOf(order)));
    expect(fields.get("32")).toContain("qr.bank.example");
    expect(fields.get("32")).toContain(payment.id.replaceAll("-", ""));
    const sum = createHash("sha256").update(payload.slice(0, -8)).digest("hex").slice(-4);
    expect(fields.get("63")).toBe(sum);
  });

  it.each(markets)("a declined card may be followed by a good one: %s", async (market) => {
    const { order, payment } = await pay.ready(market);
    await pay.pay(market, payment, "declined");
    await pay.until(market, order.id, "failed");
    const again = good(await pay.begin(market, order.id));
    expect(again.payment_intent_id).toBe(payment.payment_intent_id);
    if (market === "us") expect(again.failure).toBe("Your card was declined.");
    // The provider's clock counts seconds, and what is told of an earlier one is not news.
    await pay.pay(market, again);
    await pay.until(market, order.id, "paid");
  });

  it.each(markets)("a buyer who comes back is told at once, though no event came: %s", async (market) => {
    const { order, payment } = await pay.ready(market);
    const deliverTo = pay.stripe.deliverTo;
    const origin = pay.bank.origin_of_shop;
    pay.stripe.deliverTo = undefined;
    pay.bank.origin_of_shop = "";
    try {
      expect(good(await pay.check(market, order.id)).status).toBe("requires_action");
      await pay.pay(market, payment);
      expect(good(await pay.check(market, order.id)).status).toBe("paid");
      expect(good(await pay.check(market, order.id)).status).toBe("paid");
    } finally {
      pay.stripe.deliverTo = deliverTo;
      pay.bank.origin_of_shop = origin;
    }
  });

  it.each(markets)("what is not paid in time is given up, and cannot be paid any more: %s", async (market) => {
    const { order, payment } = await pay.ready(market);
    const before = await pay.reserved(market);
    await pay.expire(market, order.id);
    const row = await pay.until(market, order.id, "cancelled");
    expect(row.order_status).toBe("cancelled");
    expect(await pay.reserved(market)).toEqual({ ...before, reserved: before.reserved - 1 });
    expect(refused(await pay.begin(market, order.id)).code).toBe("payments.not_payable");
    if (market === "us")
      await eventually("the intent is cancelled", () =>
        pay.stripe.intents.get(payment.payment_intent_id ?? "")?.status === "canceled" ? true : undefined,
      );
    expect(await pay.violations(market)).toEqual([]);
  });

  it("[A7] paid after the goods are gone: the order stays cancelled, and the money goes back once", async () => {
    const { order, payment } = await pay.ready("kg");
    await pay.expire("kg", order.id);
    await pay.until("kg", order.id, "cancelled");
    await pay.pay("kg", payment);
    await pay.pay("kg", payment);
    const row = await pay.until("kg", order.id, "refunded");
    expect(row).toMatchObject({ order_status: "cancelled", refunded_minor: String(totalOf(order)) });
    const account = pay.bank.accounts.get(payment.id);
    expect(account?.refunded).toBe(totalOf(order));
    const refunds = await pay.shop.databases.sql("kg", "SELECT cause, state FROM refunds WHERE order_id = $1", [
      order.id,
    ]);
    expect(refunds).toEqual([{ cause: `late:${order.id}`, state: "succeeded" }]);
  });

  it.each(markets)(
    "[A7] a payment under way keeps its order; late, it takes what is there, or goes back: %s",
    async (market) => {
      const { sku } = await pay.shop.findSku(market, 5, 3);
      await pay.shop.setStock(market, sku.id, 2);
      const [first, second] = [await pay.ready(market, sku.id), await pay.ready(market, sku.id)];
      for (const { order, payment } of [first, second]) {
        await pay.pay(market, payment, "slow");
        await pay.until(market, order.id, "processing");
        await pay.expire(market, order.id);
      }
      await eventually("both are let go", async () => (await pay.reserved(market, sku.id)).reserved === 0);
      expect((await pay.row(market, first.order.id)).order_status).toBe("pending");
      await pay.order(market, "cash_on_delivery", sku.id);
      await pay.pay(market, first.payment);
      await pay.pay(market, second.payment);
      expect((await pay.until(market, first.order.id, "paid")).order_status).toBe("confirmed");
      expect((await pay.until(market, second.order.id, "refunded")).order_status).toBe("cancelled");
      expect(await pay.reserved(market, sku.id)).toEqual({ on_hand: 0, reserved: 0 });
      expect(await pay.violations(market)).toEqual([]);
    },
  );

  it("cash is there when the order is delivered; a transfer when a manager says so", async () => {
    const cash = await pay.order("us", "cash_on_delivery");
    expect(good(await pay.begin("us", cash.id))).toMatchObject({
      status: "pending",
      provider: "",
      client_secret: null,
    });
    const manage = (path: "confirm" | "ship" | "deliver") =>
      pay.manager.api.POST(`/api/v1/manager/orders/{id}/${path}`, {
        params: { path: { id: cash.id }, query: { market: "us" } as never },
        body: {},
      });
    for (const step of ["confirm", "ship", "deliver"] as const) good(await manage(step));
    await pay.until("us", cash.id, "paid");

    const transfer = await pay.order("kg", "bank_transfer");
    const { id } = await pay.row("kg", transfer.id);
    const confirm = (market: Market) =>
      pay.manager.api.POST("/api/v1/manager/payments/{id}/confirm", {
        params: { path: { id }, query: { market } as never },
      });
    expect(refused(await confirm("us")).status).toBe(404);
    const twice = await Promise.all([confirm("kg"), confirm("kg")]);
    for (const answer of twice) expect(good(answer).status).toBe("paid");
    expect((await pay.until("kg", transfer.id, "paid")).order_status).toBe("confirmed");
    // Money that came by hand goes back by hand.
    const refund = good(await pay.refund("kg", transfer.id, { reason: "Came broken" }));
    expect(refund.state).toBe("succeeded");
    await pay.until("kg", transfer.id, "refunded");
    for (const market of markets) expect(await pay.violations(market)).toEqual([]);
  });

  it("no manager's word makes a card paid, only the provider's", async () => {
    const { order, payment } = await pay.ready("us");
    const confirm = () =>
      pay.manager.api.POST("/api/v1/manager/payments/{id}/confirm", {
        params: { path: { id: payment.id }, query: { market: "us" } as never },
      });
    expect(refused(await confirm()).code).toBe("payments.not_paid");
    pay.stripe.pay(payment.payment_intent_id ?? "");
    expect(good(await confirm()).status).toBe("paid");
    await pay.until("us", order.id, "paid");
  });

  it.each(markets)("managers give some back, then all that is left; others may not: %s", async (market) => {
    const { order, payment } = await pay.ready(market);
    expect(refused(await pay.refund(market, order.id, { reason: "too early" })).code).toBe(
      "payments.nothing_to_refund",
    );
    await pay.pay(market, payment);
    await pay.until(market, order.id, "paid");
    const some = { amount: 1, reason: "A stain" };
    const first = good(await pay.refund(market, order.id, some, `key-${layout.length}-${market}`));
    const replay = await pay.refund(market, order.id, some, `key-${layout.length}-${market}`);
    expect(good(replay)).toEqual(first);
    expect(replay.response.headers.get("idempotent-replayed")).toBe("true");
    await pay.until(market, order.id, "partially_refunded");
    expect(refused(await pay.refund(market, order.id, { ...some, amount: order.total_amount })).code).toBe(
      "payments.refund_too_much",
    );
    good(await pay.refund(market, order.id, { reason: "All of it" }));
    await pay.until(market, order.id, "refunded");
    const held = pay.held(market);
    expect(held).toBe(await pay.net(market));
    const list = good(
      await pay.manager.api.GET("/api/v1/manager/orders/{id}/refunds", {
        params: { path: { id: order.id }, query: { market } as never },
      }),
    );
    expect(list.items.map((item) => [minor(item.amount), item.state])).toEqual([
      [100, "succeeded"],
      [totalOf(order) - 100, "succeeded"],
    ]);
    const only = await pay.shop.logIn(market === "kg" ? managerPhones.us : managerPhones.kg);
    const foreign = await only.api.POST("/api/v1/manager/orders/{id}/refunds", {
      params: { path: { id: order.id }, query: { market } as never },
      body: some,
    });
    expect(refused(foreign).status).toBe(403);
  });

  it.each(markets)("an order that is cancelled gives its payment up, or its money back: %s", async (market) => {
    const unpaid = await pay.ready(market);
    const paid = await pay.ready(market);
    await pay.pay(market, paid.payment);
    await pay.until(market, paid.order.id, "paid");
    for (const { order } of [unpaid, paid])
      good(
        await pay.manager.api.POST("/api/v1/manager/orders/{id}/cancel", {
          params: { path: { id: order.id }, query: { market } as never },
          body: { reason: "Changed their mind" },
        }),
      );
    await pay.until(market, unpaid.order.id, "cancelled");
    await pay.until(market, paid.order.id, "refunded");
    expect(pay.held(market)).toBe(await pay.net(market));
    expect(await pay.violations(market)).toEqual([]);
  });

  it("nobody sees another's payment", async () => {
    const { order } = await pay.ready("kg");
    const stranger = await pay.shop.logIn("+996700111005");
    for (const answer of [
      await stranger.api.GET("/api/v1/orders/{id}/payment", byOrder(order.id)),
      await stranger.api.POST("/api/v1/orders/{id}/payment", byOrder(order.id)),
      await stranger.api.POST("/api/v1/orders/{id}/payment/check", byOrder(order.id)),
      await pay.callers.us.api.GET("/api/v1/orders/{id}/payment", byOrder(order.id)),
    ])
      expect(answer.response.status).toBe(404);
  });

  it("the database itself refuses a move that is none, and an amount that changes", async () => {
    const { order, payment } = await pay.ready("us");
    await pay.pay("us", payment);
    await pay.until("us", order.id, "paid");
    const fails = (change: string) =>
      expect(
        pay.shop.databases.sql("us", `UPDATE payments SET ${change} WHERE id = $1`, [payment.id]),
        change,
      ).rejects.toThrow();
    await fails("status = 'failed'");
    await fails("status = 'pending', captured_minor = 0");
    await fails("amount_minor = amount_minor + 1");
    await fails("refund_due_minor = amount_minor + 1");
    await fails("order_id = order_id + 1");
  });
});

describe("payments in development without keys", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open("one database");
  });
  afterAll(() => shop?.close());

  it.each(markets)("[R120] the mock is plainly marked, and its intent and secret are made up: %s", async (market) => {
    const caller = await shop.logIn(customerPhones[market]);
    const { sku } = await shop.findSku(market, 5);
    const body = { ...delivery(customerPhones[market]), items: [{ sku_id: sku.id, quantity: 1 }] };
    const order = good(await caller.api.POST("/api/v1/orders/create", { body }));
    const payment = good(await caller.api.POST("/api/v1/orders/{id}/payment", byOrder(order.id)));
    expect(payment).toMatchObject({
      provider: "mock",
      is_test: true,
      status: "requires_action",
      payment_intent_id: `pi_mock_${payment.id}`,
      client_secret: `pi_mock_${payment.id}_secret_mock`,
    });
    expect(good(await caller.api.POST("/api/v1/orders/{id}/payment/check", byOrder(order.id))).status).toBe("paid");
    expect(good(await caller.api.GET("/api/v1/orders/{id}", byOrder(order.id)))).toMatchObject({
      status: "confirmed",
      payment_status: "paid",
    });
  });
});
