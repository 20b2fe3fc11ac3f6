// Stripe's webhooks: whom to believe, in whatever order and however often they come, and what is not what was agreed.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import Stripe from "stripe";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomOf } from "../harness/checker.js";
import { good } from "../harness/api.js";
import { layouts, type Market } from "../harness/layouts.js";
import { PaymentShop, totalOf } from "../harness/payments.js";
import { binary, MarqueServer } from "../harness/server.js";
import { Shop, customerPhones, delivery } from "../harness/shop.js";
import { sendEvent, signedHeader, type StripeObject, webhookSecret } from "../harness/stripe_double.js";
import { eventually } from "../harness/waiting.js";
import { exchange, portOf } from "../harness/sockets.js";

const path = "/api/v1/webhooks/payments";
const now_s = () => Math.floor(Date.now() / 1_000);

function post(
  origin: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<Response> {
  return fetch(`${origin}${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body,
  });
}

describe("signatures", () => {
  const headers_count = Number(process.env.MARQUE_TEST_HEADERS ?? 2_000);
  const mutations_count = Number(process.env.MARQUE_TEST_MUTATIONS ?? 20_000);

  /** What our binary says of each message. */
  function verdicts(messages: Array<{ now: number; header: string; body: string }>): string[] {
    const hex = (text: string) => Buffer.from(text, "utf8").toString("hex");
    const input = messages.map((one) => [one.now, webhookSecret, hex(one.header), hex(one.body)].join("\t")).join("\n");
    const output = execFileSync(binary, ["signature-check"], { input: `${input}\n`, maxBuffer: 2 ** 27 });
    return output.toString().trimEnd().split("\n");
  }
  const official = (now: number, header: string, body: string): boolean => {
    try {
      Stripe.webhooks.constructEvent(body, header, webhookSecret, undefined, undefined, now * 1_000);
      return true;
    } catch {
      return false;
    }
  };

  it("[D1] are believed as the official library believes them, whatever is changed in header or body", async () => {
    const seed = Number(process.env.MARQUE_TEST_SEED ?? randomBytes(4).readUInt32LE());
    const random = randomOf(seed);
    const below = (bound: number) => Math.floor(random() * bound);
    const pick = <T>(list: T[]) => list[below(list.length)] as T;
    const now = 1_800_000_000;
    const originals = Array.from({ length: headers_count }, (_, i) => {
      const body = JSON.stringify({
        id: `evt_${i}`,
        object: "event",
        amount: below(1e9),
        text: "сом".repeat(below(5)),
      });
      return { now: now + below(601) - 300, header: signedHeader(body, webhookSecret, now), body };
    });
    const bitFlipped = (text: string) => {
      const bytes = Buffer.from(text, "latin1");
      const at = below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << below(7));
      return bytes.toString("latin1");
    };
    const structural: Array<(header: string, body: string) => [string, string]> = [
      (header, body) => [header.split(",").toReversed().join(","), body],
      (header, body) => [`${header},v1=${"0".repeat(64)}`, body],
      (header, body) => [`v1=${"f".repeat(64)},${header}`, body],
      (header, body) => [header.replace("v1=", "v0="), body],
      (header, body) => [`${header},${pick(["v1", "v1=", "t", "t=", "", "=", "v2=x"])}`, body],
      (header, body) => [`${pick(["v1", "v1=", "t", "t=", "", "=", "v2=x"])},${header}`, body],
      (header, body) => [header.replace("t=", pick(["t= ", "t=0", "t=+", "t=-", "t=\t", "T=", "t==", "t=1"])), body],
      (header, body) => [header.replace(/t=(\d+)/, (_, time) => `t=${time}${pick(["x", ".5", " ", "e3", "0"])}`), body],
      (header, body) => [header.replace(",", pick([", ", " ,", ",,", ";"])), body],
      (header, body) => [header.toUpperCase(), body],
      (header, body) => [header.slice(0, below(header.length)), body],
      (header, body) => [header + pick(["=", "=x", "00", " "]), body],
      (header, body) => [header, body + pick([" ", "\n", "}"])],
      (header, body) => [header, body.slice(0, below(body.length))],
      (header, body) => [header, JSON.stringify(JSON.parse(body), null, 1)],
      (header, body) => [header.replace(/t=\d+/, `t=${now - 301 + below(3)}`), body],
    ];
    const mutations = Array.from({ length: mutations_count }, () => {
      const { header, body } = pick(originals);
      const moment = now + below(601) - 300;
      if (random() < 0.4) return { now: moment, header: bitFlipped(header), body };
      if (random() < 0.3) return { now: moment, header, body: bitFlipped(body) };
      const [changed, altered] = pick(structural)(header, body);
      return { now: moment, header: changed, body: altered };
    });
    const all = [...originals, ...mutations].filter(
      ({ header, body }) => !/[\0\n\r\t]/.test(header) && !body.includes("\0"),
    );
    const ours = verdicts(all);
    let believed = 0;
    const differing = all.flatMap((one, i) => {
      const good_here = ours[i] === "good";
      believed += Number(good_here);
      return good_here === official(one.now, one.header, one.body) ? [] : [{ ...one, ours: ours[i] }];
    });
    console.log(`[D1] seed ${seed}: ${originals.length} headers, ${mutations.length} mutations, ${believed} believed`);
    expect(differing.slice(0, 3)).toEqual([]);
    expect(believed).toBeGreaterThanOrEqual(originals.length);
  });

  it("[D2] the table of exact verdicts", async () => {
    const body = JSON.stringify({ id: "evt_1", object: "event" });
    const now = 1_800_000_000;
    const at = (time: number) => signedHeader(body, webhookSecret, time);
    const signature = at(now).split("v1=")[1] ?? "";
    const cases: Array<[string, string, string, string]> = [
      ["now", at(now), body, "good"],
      ["300 seconds old", at(now - 300), body, "good"],
      ["301 seconds old", at(now - 301), body, "too_old"],
      ["300 seconds ahead", at(now + 300), body, "good"],
      ["301 seconds ahead", at(now + 301), body, "from_the_future"],
      ["several signatures, the last one good", `t=${now},v1=${"0".repeat(64)},v1=${signature}`, body, "good"],
      ["several signatures, the first one good", `t=${now},v1=${signature},v1=${"0".repeat(64)}`, body, "good"],
      ["only the old scheme", `t=${now},v0=${signature}`, body, "no_signature"],
      ["no header", "", body, "no_header"],
      ["no time", `v1=${signature}`, body, "malformed"],
      ["a body written anew", at(now), JSON.stringify(JSON.parse(body), null, 2), "wrong"],
      ["no body", at(now), "", "malformed"],
      ["half a signature", `t=${now},v1=${signature.slice(0, 32)}`, body, "wrong"],
      ["in capitals", `t=${now},v1=${signature.toUpperCase()}`, body, "wrong"],
    ];
    const ours = verdicts(cases.map(([, header, text]) => ({ now, header, body: text })));
    expect(Object.fromEntries(cases.map(([name], i) => [name, ours[i]]))).toEqual(
      Object.fromEntries(cases.map(([name, , , verdict]) => [name, verdict])),
    );
  });
});

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
      `POST ${path} HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
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
    const answers = await Promise.all(
      events.flatMap((event) => [0, 1, 2, 3, 4].map((i) => sendEvent(i % 2 ? second.origin : pay.shop.origin, event))),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
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
      const end = `${row.status} ${row.order_status} ${Number(row.captured_minor) === totalOf(placed)} ${row.refunded_minor}`;
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

function permutations<T>(items: T[]): T[][] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

async function inParallel<T>(items: T[], workers: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
    }),
  );
}

/** What Stripe tells of an intent that was declined once, confirmed, paid, and given back in part. */
function eventsOf(pay: PaymentShop, id: string): StripeObject[] {
  const deliverTo = pay.stripe.deliverTo;
  pay.stripe.deliverTo = undefined;
  try {
    const events: StripeObject[] = [];
    const note = (type: string, object: StripeObject) => events.push(pay.stripe.event(type, object));
    note("payment_intent.payment_failed", pay.stripe.pay(id, "declined"));
    note("payment_intent.requires_action", pay.stripe.pay(id, "challenged"));
    note("payment_intent.processing", pay.stripe.pay(id, "slow"));
    const paid = pay.stripe.pay(id);
    note("payment_intent.succeeded", paid);
    pay.stripe.refund({ payment_intent: id, amount: "100" });
    note("charge.refunded", pay.stripe.charges.get(paid.latest_charge ?? "") as StripeObject);
    return events;
  } finally {
    pay.stripe.deliverTo = deliverTo;
  }
}

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
