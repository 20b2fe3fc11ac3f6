// Stripe's webhooks: whom to believe, in whatever order and however often they come, and what is not what was agreed.
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good } from "../harness/api.js";
import { layouts, type Market } from "../harness/layouts.js";
import { eventsOf, inParallel, permutations, postEvent as post } from "../harness/payment_events.js";
import { PaymentShop, totalOf } from "../harness/payments.js";
import { MarqueServer } from "../harness/server.js";
import { Shop, customerPhones, delivery } from "../harness/shop.js";
import { sendEvent, signedHeader, type StripeObject, webhookSecret } from "../harness/stripe_events.js";
import { eventually } from "../harness/waiting.js";
import { exchange, portOf } from "../harness/sockets.js";

const path = "/api/v1/webhooks/payments";
const now_s = () => Math.floor(Date.now() / 1_000);

describe.each(layouts)("webhooks, %s", (layout) => {
  let pay: PaymentShop;
  let second: MarqueServer;
  beforeAll(async () => {
    pay = await PaymentShop.open(layout, {
      STRIPE_WEBHOOK_SECRET: `whsec_of_before,${webhookSecret}`,
      STRIPE_WEBHOOK_SECRET_KG: "whsec_of_kyrgyzstan",
      STRIPE_WEBHOOK_SECRET_US: "whsec_of_america",
    });
    second = await MarqueServer.start({
      ...pay.shop.databases.environment,
      ...pay.stripe.settings(),
      ...pay.bank.settings(),
    });
  });
  afterAll(async () => {
    await second?.stop();
    await pay?.close();
  });

  const eventRow = async (market: Market, id: string) => {
    const [row] = await pay.shop.databases.sql<{ state: string; note: string; verified: boolean }>(
      market,
      "SELECT state, note, verified FROM payment_events WHERE market = $1 AND event_id = $2",
      [market.toUpperCase(), id],
    );
    return row;
  };
  const untilHeard = (id: string, market: Market = "us") =>
    eventually(`the event ${id} is worked off`, async () => {
      const row = await eventRow(market, id);
      return row && row.state !== "received" && row;
    });
  /** An order whose buyer is about to pay, of which no event comes by itself. */
  async function quiet() {
    const deliverTo = pay.stripe.deliverTo;
    pay.stripe.deliverTo = undefined;
    try {
      return await pay.ready("us");
    } finally {
      pay.stripe.deliverTo = deliverTo;
    }
  }

  it("[R121] [R122] [R123] [D2] only what is signed is taken: answers of the endpoint", async () => {
    const { payment } = await quiet();
    const intent = pay.stripe.intents.get(payment.payment_intent_id ?? "") as StripeObject;
    const body = JSON.stringify(pay.stripe.event("payment_intent.requires_action", intent));
    const good_header = signedHeader(body);
    const status = async (text: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
      (await post(pay.shop.origin, text, headers)).status;
    expect(await status(body, { "Stripe-Signature": good_header })).toBe(200);
    expect(await status(body, { "Stripe-Signature": signedHeader(body, "whsec_of_before") })).toBe(200);
    expect(await status(body, { "Stripe-Signature": signedHeader(body, "whsec_of_a_stranger") })).toBe(400);
    expect(await status(body, {})).toBe(400);
    expect(await status(`${body} `, { "Stripe-Signature": good_header })).toBe(400);
    expect(await status(body, { "Stripe-Signature": signedHeader(body, webhookSecret, now_s() - 302) })).toBe(400);
    expect(await status(body, { "Stripe-Signature": signedHeader(body, webhookSecret, now_s() + 302) })).toBe(400);
    const gzipped = new Uint8Array(gzipSync(body));
    expect(
      await status(gzipped, { "Stripe-Signature": good_header, "Content-Encoding": "gzip" }),
    ).toBeGreaterThanOrEqual(400);
    // fetch() joins two headers of a name into one line.
    const two = await exchange(
      portOf(pay.shop.origin),
      `POST ${path} HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n` +
        `Stripe-Signature: ${good_header}\r\nStripe-Signature: ${signedHeader(body, "whsec_of_a_stranger")}\r\n` +
        `Connection: close\r\n\r\n${body}`,
    );
    expect(two.responses[0]?.status).toBe(400);
    const trailer = await exchange(
      portOf(pay.shop.origin),
      `POST ${path} HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n` +
        `Trailer: Stripe-Signature\r\n\r\n${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n` +
        `Stripe-Signature: ${good_header}\r\n\r\n`,
    );
    expect(trailer.responses[0]?.status).toBe(501);
    const answer = await post(pay.shop.origin, body, { "Stripe-Signature": good_header });
    expect(await answer.json()).toEqual({ received: true, verified: true });
    expect((await untilHeard((JSON.parse(body) as StripeObject).id)).verified).toBe(true);
  });

  it("[D4] each event five times at once at two servers has its effect once", async () => {
    const rounds = Number(process.env.MARQUE_TEST_EVENTS ?? 40);
    const seen = [];
    for (let i = 0; i < rounds; ++i) seen.push(await quiet());
    const events = seen.map(({ payment }) => {
      const deliverTo = pay.stripe.deliverTo;
      pay.stripe.deliverTo = undefined;
      const intent = pay.stripe.pay(payment.payment_intent_id ?? "");
      pay.stripe.deliverTo = deliverTo;
      return pay.stripe.event("payment_intent.succeeded", intent);
    });
    // As many events at once as a provider sends: the five of each together, forty events side by side.
    const statuses = new Set<number>();
    await inParallel(events, 40, async (event) => {
      const answers = await Promise.all(
        [0, 1, 2, 3, 4].map((i) => sendEvent(i % 2 ? second.origin : pay.shop.origin, event)),
      );
      for (const { status } of answers) statuses.add(status);
    });
    expect(statuses).toEqual(new Set([200]));
    for (const { order } of seen) await pay.until("us", order.id, "paid");
    const ids = seen.map(({ order }) => order.id);
    const count = (sql: string, values: unknown[]) => pay.shop.databases.count("us", sql, values);
    expect(
      await count("SELECT count(*) FROM payment_events WHERE event_id = ANY ($1)", [events.map((event) => event.id)]),
    ).toBe(rounds);
    const told = (topic: string, extra: string) =>
      count(`SELECT count(*) FROM outbox WHERE topic = $2 AND payload->>'order_id' = ANY ($1) AND ${extra}`, [
        ids,
        topic,
      ]);
    expect(await told("payment.moved", "payload->>'status' = 'paid'")).toBe(rounds);
    expect(await told("order.moved", "payload->>'status' = 'confirmed'")).toBe(rounds);
    expect(await count(`SELECT -sum(delta) FROM stock_ledger WHERE order_id = ANY ($1)`, [ids])).toBe(rounds);
    expect(await pay.violations("us")).toEqual([]);
  });

  it("[D5] the events of a payment lead to the same end in each of their 120 orders", async () => {
    const orders = permutations([0, 1, 2, 3, 4]);
    const wanted = Number(process.env.MARQUE_TEST_ORDERS ?? 120);
    const ends = new Map<string, number>();
    const batch = orders.slice(0, wanted);
    await inParallel(batch, 8, async (order) => {
      const { order: placed, payment } = await quiet();
      const events = eventsOf(pay, payment.payment_intent_id ?? "");
      for (const i of order) {
        const event = events[i] as StripeObject;
        expect((await sendEvent(pay.shop.origin, event)).status).toBe(200);
        await untilHeard(event.id);
      }
      const row = await pay.row("us", placed.id);
      const whole = Number(row.captured_minor) === totalOf(placed);
      const end = `${row.status} ${row.order_status} ${whole} ${row.refunded_minor}`;
      ends.set(end, (ends.get(end) ?? 0) + 1);
    });
    expect([...ends]).toEqual([["partially_refunded confirmed true 100", batch.length]]);
    expect(await pay.violations("us")).toEqual([]);
    const ignored = await pay.shop.databases.count(
      "us",
      "SELECT count(*) FROM payment_events WHERE state = 'ignored' AND note = 'it is paid already'",
    );
    expect(ignored).toBeGreaterThan(0);
  });

  it("[D6] what is unknown is kept and parked; what is not what was agreed is refused, and said aloud", async () => {
    const { order, payment } = await quiet();
    const intent = structuredClone(pay.stripe.intents.get(payment.payment_intent_id ?? "")) as StripeObject;
    Object.assign(intent, { status: "succeeded", amount_received: intent.amount });
    const send = async (change: Record<string, unknown>, event: Record<string, unknown> = {}) => {
      const made = { ...pay.stripe.event("payment_intent.succeeded", { ...intent, ...change }), ...event };
      expect((await sendEvent(pay.shop.origin, made as StripeObject)).status).toBe(200);
      return made.id;
    };
    const metadata = intent.metadata as Record<string, string>;
    expect(await untilHeard(await send({}, { type: "customer.subscription.paused" }))).toMatchObject({
      state: "ignored",
    });
    for (const [change, event, note] of [
      [{ amount_received: Number(intent.amount) - 1 }, {}, "another amount"],
      [{ currency: "kgs" }, {}, "another currency"],
      [{}, { livemode: true }, "live, where tests were meant"],
      [{ id: "pi_of_somebody_else" }, {}, "another reference"],
    ] as const)
      expect(await untilHeard(await send(change, event))).toMatchObject({ state: "refused", note });
    // A payment that lives in the other market is unknown there, wherever it is asked for.
    const moved = await send({ metadata: { ...metadata, market: "kg" } });
    expect(await untilHeard(moved, "kg")).toMatchObject({ state: "parked" });
    const row = await pay.row("us", order.id);
    expect(row.status).toBe("requires_action");
    const alarms = await (await fetch(`${pay.shop.origin}/metrics`)).text();
    const second_alarms = await (await fetch(`${second.origin}/metrics`)).text();
    expect(alarms + second_alarms).toMatch(/marque_payment_alarms\{kind="event",market="us"\} [1-9]/);

    // Of nobody's payment: parked, and carried out once the payment is there.
    const stranger = "00000000-0000-4000-8000-00000000d6d6";
    const unknown = await send({ id: "pi_unknown", metadata: { ...metadata, payment_id: stranger } });
    expect(await untilHeard(unknown)).toMatchObject({ state: "parked" });
    const late = await pay.order("us");
    await pay.shop.databases.unchecked(
      "us",
      `UPDATE payments SET id = $2, provider = 'stripe', provider_reference = 'pi_unknown'
       WHERE market = 'US' AND order_id = $1`,
      [late.id, stranger],
    );
    await pay.shop.databases.sql("us", "UPDATE payment_events SET due_at = now() WHERE event_id = $1", [unknown]);
    await pay.until("us", late.id, "paid");
  });

  it("[D4] a burst of another shop's events, each three times: kept once, parked; ours is carried out", async () => {
    const { order, payment } = await quiet();
    const intent = structuredClone(pay.stripe.intents.get(payment.payment_intent_id ?? "")) as StripeObject;
    Object.assign(intent, { status: "succeeded", amount_received: intent.amount });
    // Known by its reference alone, as an event without our metadata.
    const ours = pay.stripe.event("payment_intent.succeeded", { ...intent, metadata: { market: "us" } });
    const strangers = Array.from({ length: 150 }, (_, i) =>
      pay.stripe.event("payment_intent.created", {
        ...intent,
        id: `pi_elsewhere_${i}`,
        status: "requires_payment_method",
        metadata: { market: "us" },
      }),
    );
    const origins = [pay.shop.origin, second.origin, pay.shop.origin];
    const all = [...strangers, ours].flatMap((event) => origins.map((origin) => ({ event, origin })));
    const statuses = new Set<number>();
    await inParallel(all, 48, async ({ event, origin }) => void statuses.add((await sendEvent(origin, event)).status));
    expect([...statuses]).toEqual([200]);
    await pay.until("us", order.id, "paid");
    const parked = () =>
      pay.shop.databases.count(
        "us",
        "SELECT count(*) FROM payment_events WHERE body LIKE '%pi_elsewhere_%' AND state = 'parked' AND attempts > 0",
      );
    await eventually("all are parked", async () => (await parked()) === strangers.length);
    const kept = "SELECT count(*) FROM payment_events WHERE body LIKE '%pi_elsewhere_%'";
    expect(await pay.shop.databases.count("us", kept)).toBe(strangers.length);
  });

  it("[D6] a secret of one market speaks for no other", async () => {
    const { payment } = await quiet();
    const intent = pay.stripe.intents.get(payment.payment_intent_id ?? "") as StripeObject;
    const event = pay.stripe.event("payment_intent.requires_action", intent);
    const send = async (secret: string, query = "") =>
      (await sendEvent(pay.shop.origin, event, { secret, query })).status;
    expect(await send("whsec_of_kyrgyzstan")).toBe(400);
    expect(await send("whsec_of_kyrgyzstan", "?market=us")).toBe(400);
    expect(await send("whsec_of_kyrgyzstan", "?market=kg")).toBe(400);
    expect(await send(webhookSecret, "?market=kg")).toBe(400);
    expect(await send("whsec_of_america")).toBe(200);
    expect(await send("whsec_of_america", "?market=us")).toBe(200);
  });

  it("a dispute is noted, a charge found by its intent", async () => {
    const { order, payment } = await quiet();
    // Other tests have been quiet at the same time, and left it so.
    pay.stripe.deliverTo = (event) => sendEvent(pay.shop.origin, event);
    const intent = pay.stripe.pay(payment.payment_intent_id ?? "");
    await pay.until("us", order.id, "paid");
    const dispute = { id: "dp_1", object: "dispute", payment_intent: intent.id, status: "needs_response" };
    const event = pay.stripe.event("charge.dispute.created", dispute);
    expect((await sendEvent(pay.shop.origin, event)).status).toBe(200);
    expect((await untilHeard(event.id)).note).toBe("disputed: needs_response");
  });

  it("a bank's call is believed with its signature only", async () => {
    const { order, payment } = await pay.ready("kg");
    pay.bank.origin_of_shop = "";
    const account = await pay.bank.visit(payment.action_url ?? "");
    pay.bank.origin_of_shop = pay.shop.origin;
    const tell = async (body: string, secret?: string) => (await pay.bank.tell(account, body, secret))?.status;
    expect(await tell(pay.bank.notice(account), "another-bank-secret")).toBe(400);
    expect(await tell('{"payment":1}')).toBe(400);
    expect(await tell(pay.bank.notice(account, { amount: "1.00" }))).toBe(200);
    expect(await tell(pay.bank.notice(account, { test: false }))).toBe(200);
    expect((await pay.row("kg", order.id)).status).toBe("requires_action");
    expect(await tell(pay.bank.notice(account))).toBe(200);
    await pay.until("kg", order.id, "paid");
  });
});

describe("webhooks without a secret", () => {
  it("[R122] [D3] development takes them as unverified, for tests only; a live key takes none", async () => {
    const shop = await Shop.open("one database");
    try {
      const caller = await shop.logIn(customerPhones.us);
      const { sku } = await shop.findSku("us", 5);
      const body = { ...delivery(customerPhones.us), items: [{ sku_id: sku.id, quantity: 1 }] };
      const order = good(await caller.api.POST("/api/v1/orders/create", { body }));
      const payment = good(
        await caller.api.POST("/api/v1/orders/{id}/payment", { params: { path: { id: order.id } } }),
      );
      const intent = {
        id: payment.payment_intent_id,
        object: "payment_intent",
        amount: totalOf(order),
        amount_received: totalOf(order),
        currency: "usd",
        livemode: false,
        status: "succeeded",
        metadata: { payment_id: payment.id, market: "us" },
      };
      const send = (id: string, livemode: boolean) =>
        post(
          shop.origin,
          JSON.stringify({
            id,
            object: "event",
            type: "payment_intent.succeeded",
            created: now_s(),
            livemode,
            data: { object: { ...intent, livemode } },
          }),
          {},
        );
      const state = async (id: string) =>
        eventually("the event is worked off", async () => {
          const [row] = await shop.databases.sql<{ state: string; verified: boolean }>(
            "us",
            "SELECT state, verified FROM payment_events WHERE event_id = $1 AND due_at IS NULL",
            [id],
          );
          return row;
        });
      expect(await (await send("evt_live", true)).json()).toEqual({ received: true, verified: false });
      expect(await state("evt_live")).toEqual({ state: "refused", verified: false });
      await send("evt_test", false);
      expect(await state("evt_test")).toEqual({ state: "applied", verified: false });
    } finally {
      await shop.close();
    }
    const live = await Shop.open("one database", { settings: { STRIPE_SECRET_KEY: "sk_live_of_nobody" } });
    try {
      expect((await post(live.origin, JSON.stringify({ id: "evt", type: "x", data: { object: {} } }), {})).status).toBe(
        400,
      );
    } finally {
      await live.close();
    }
  });
});
