// Negative controls of payments: each guarantee switched off, and the harm that follows.
import { describe, expect, it } from "vitest";
import { good } from "../harness/api.js";
import { eventsOf, postEvent as post } from "../harness/payment_events.js";
import { PaymentShop } from "../harness/payments.js";
import { MarqueServer } from "../harness/server.js";
import { sendEvent, signedHeader, type StripeObject } from "../harness/stripe_events.js";
import { eventually } from "../harness/waiting.js";

describe("webhooks with a guarantee switched off", () => {
  it.each([
    ["believe_amounts", "an amount that was never agreed marks an order paid"],
    ["compare_signature_prefix", "half a signature is believed"],
  ])("[D1] [D6] control: %s: %s", async (name) => {
    const pay = await PaymentShop.open("one database", { MARQUE_BREAK: name });
    try {
      pay.stripe.deliverTo = undefined;
      const { order, payment } = await pay.ready("us");
      const intent = structuredClone(pay.stripe.intents.get(payment.payment_intent_id ?? "")) as StripeObject;
      const taken = name === "believe_amounts" ? 1 : intent.amount;
      Object.assign(intent, { status: "succeeded", amount_received: taken });
      const body = JSON.stringify(pay.stripe.event("payment_intent.succeeded", intent));
      const header = signedHeader(body);
      const forged =
        name === "believe_amounts" ? header : `${header.slice(0, header.indexOf("v1=") + 20)}${"0".repeat(47)}`;
      expect((await post(pay.shop.origin, body, { "Stripe-Signature": forged })).status).toBe(200);
      await pay.until("us", order.id, "paid");
    } finally {
      await pay.close();
    }
  });

  it("[D4] control: without the unique key the same event is kept five times", async () => {
    const pay = await PaymentShop.open("one database", {}, async (databases) => {
      await databases.everywhere("ALTER TABLE payment_events DROP CONSTRAINT payment_events_once");
    });
    try {
      pay.stripe.deliverTo = undefined;
      const { payment } = await pay.ready("us");
      const event = pay.stripe.event("payment_intent.succeeded", pay.stripe.pay(payment.payment_intent_id ?? ""));
      await Promise.all(Array.from({ length: 5 }, () => sendEvent(pay.shop.origin, event)));
      expect(await pay.shop.databases.count("us", "SELECT count(*) FROM payment_events")).toBe(5);
    } finally {
      await pay.close();
    }
  });

  it("[D5] control: where the last word counts, the end depends on the order", async () => {
    const pay = await PaymentShop.open("one database", { MARQUE_BREAK: "last_write_wins" }, async (databases) => {
      await databases.everywhere("DROP TRIGGER payments_moves ON payments");
      await databases.everywhere("ALTER TABLE payments DROP CONSTRAINT payments_captured");
    });
    try {
      pay.stripe.deliverTo = undefined;
      const ends = new Set<string>();
      for (const order of [
        [0, 1, 2, 3, 4],
        [3, 4, 2, 1, 0],
      ]) {
        const { order: placed, payment } = await pay.ready("us");
        const events = eventsOf(pay, payment.payment_intent_id ?? "");
        for (const i of order) {
          const event = events[i] as StripeObject;
          await sendEvent(pay.shop.origin, event);
          await eventually(
            "it is worked off",
            async () =>
              (await pay.shop.databases.count(
                "us",
                "SELECT count(*) FROM payment_events WHERE event_id = $1 AND due_at IS NULL",
                [event.id],
              )) === 1,
          );
        }
        ends.add((await pay.row("us", placed.id)).status);
      }
      expect(ends.size).toBe(2);
    } finally {
      await pay.close();
    }
  });
});

describe("payments with a guarantee switched off", () => {
  it("[A6] control: who lets go without asking what became of a hold counts pieces twice", async () => {
    const pay = await PaymentShop.open("one database", { MARQUE_BREAK: "forget_hold_state" });
    try {
      const paid = await pay.ready("us");
      await pay.pay("us", paid.payment);
      await pay.until("us", paid.order.id, "paid");
      // Others hold the same article, so that the counter does not go below nothing.
      const others = [await pay.ready("us"), await pay.ready("us")];
      await pay.shop.databases.sql(
        "us",
        "UPDATE stock_reservations SET expires_at = now() WHERE order_id = $1 AND state = 'claimed'",
        [paid.order.id],
      );
      await eventually("somebody notices", async () => (await pay.violations("us")).length > 0);
      expect(others).toHaveLength(2);
      expect((await pay.violations("us")).join()).toMatch(/reserved|ledger/);
    } finally {
      await pay.close();
    }
  });

  it("[D11] control: without the check more is promised back than was taken", async () => {
    const pay = await PaymentShop.open("one database", {}, async (databases) => {
      await databases.everywhere("ALTER TABLE payments DROP CONSTRAINT payments_refund_due");
    });
    try {
      const { order, payment } = await pay.ready("us");
      await pay.pay("us", payment);
      await pay.until("us", order.id, "paid");
      for (let i = 0; i < 2; ++i) good(await pay.refund("us", order.id, { amount: order.total_amount, reason: "All" }));
      expect((await pay.violations("us")).join()).toContain("more is promised back");
    } finally {
      await pay.close();
    }
  });

  it("a second server and a dead one leave nothing half done", async () => {
    const pay = await PaymentShop.open("one database", { CARD_HOLD_SECONDS: "1" });
    const second = await MarqueServer.start({
      ...pay.shop.databases.environment,
      ...pay.stripe.settings(),
      ...pay.bank.settings(),
    });
    try {
      const orders = [];
      for (let i = 0; i < 10; ++i) orders.push((await pay.ready("kg")).order);
      for (const order of orders) await pay.until("kg", order.id, "cancelled");
      const steps = await pay.shop.databases.count(
        "kg",
        "SELECT count(*) FROM order_status_history WHERE status = 'cancelled' AND order_id = ANY ($1)",
        [orders.map((order) => order.id)],
      );
      expect(steps).toBe(10);
      expect(await pay.violations("kg")).toEqual([]);
    } finally {
      await second.stop();
      await pay.close();
    }
  });
});
