// Payments when everything goes wrong: providers that fail after they acted, events that never come, races between all
// who may say that something was paid, and servers that die in the middle of it.
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good } from "../harness/api.js";
import { randomOf } from "../harness/checker.js";
import { inParallel } from "../harness/payment_events.js";
import { type LayoutName, layouts, type Market, markets } from "../harness/layouts.js";
import { type Payment, PaymentShop, totalOf } from "../harness/payments.js";
import { marque } from "../harness/server.js";
import type { Order } from "../harness/shop.js";
import type { Fault } from "../harness/stripe_double.js";
import { sendEvent } from "../harness/stripe_events.js";
import { eventually } from "../harness/waiting.js";

const seed = Number(process.env.MARQUE_TEST_SEED ?? randomBytes(4).readUInt32LE());
const random = randomOf(seed);
const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
const rounds = (name: string, usual: number) => Number(process.env[`MARQUE_TEST_${name}`] ?? usual);

async function reconcile(pay: PaymentShop): Promise<string> {
  const environment = {
    ENVIRONMENT: "development",
    ...pay.shop.databases.environment,
    ...pay.stripe.settings(),
    ...pay.bank.settings(),
  };
  const finished = await marque(["payments", "reconcile"], environment);
  expect([0, 2], finished.stderr).toContain(finished.code);
  return finished.stdout;
}

/** Beginning to pay until the provider has answered, as a buyer does who is told to try again. */
async function beginUntilThere(pay: PaymentShop, order: Order): Promise<Payment | undefined> {
  for (let i = 0; i < 6; ++i) {
    const answer = await pay.begin("us", order.id);
    if (answer.data) return answer.data;
    expect(answer.response.status).toBe(503);
  }
  return undefined;
}

/** Everybody who may say that a payment is paid says so at once; what came of it that should not. */
async function paidByAll(pay: PaymentShop, count: number): Promise<string[]> {
  const wrong: string[] = [];
  const made: Array<{ order: Order; payment: Payment }> = [];
  for (let i = 0; i < count; ++i) made.push(await pay.ready("us"));
  await inParallel(made, 6, async ({ order, payment }) => {
    const noted = async (answer: Promise<{ response: Response }>) => {
      const { status } = (await answer).response;
      if (![200, 409, 503].includes(status)) wrong.push(`somebody is answered ${status}`);
    };
    const params = { path: { id: payment.id }, query: { market: "us" } as never };
    const confirm = () => noted(pay.manager.api.POST("/api/v1/manager/payments/{id}/confirm", { params }));
    const say = [() => pay.pay("us", payment), () => noted(pay.check("us", order.id)), confirm, confirm];
    if (random() < 0.5) pay.stripe.pay(payment.payment_intent_id ?? "");
    await Promise.all(say.toSorted(() => random() - 0.5).map((one) => one()));
    await pay.until("us", order.id, "paid");
  });
  const ids = made.map(({ order }) => order.id);
  const expectCount = async (what: string, sql: string) => {
    const found = await pay.shop.databases.count("us", sql, [ids]);
    if (found !== count) wrong.push(`${found} ${what} instead of ${count}`);
  };
  await expectCount("payments", "SELECT count(*) FROM payments WHERE order_id = ANY ($1)");
  const references = "SELECT count(DISTINCT provider_reference) FROM payments WHERE order_id = ANY ($1)";
  await expectCount("references", references);
  const told = "FROM outbox WHERE payload->>'order_id' = ANY ($1) AND payload->>'status'";
  for (const status of ["paid", "confirmed"])
    await expectCount(`events of ${status}`, `SELECT count(*) ${told} = '${status}'`);
  const waiting = () => pay.shop.databases.count("us", "SELECT count(*) FROM outbox WHERE done_at IS NULL");
  const timeout_ms = 60_000 + count * 50;
  await eventually("the events are worked off", async () => (await waiting()) === 0, { timeout_ms });
  await expectCount(
    "notifications",
    "SELECT count(*) FROM notifications WHERE type = 'order_confirmed' AND data->>'order_id' = ANY ($1)",
  );
  return wrong;
}

describe("[D7] control", () => {
  it("who believes what was read before the provider was asked pays an order twice, and stumbles", async () => {
    const pay = await PaymentShop.open("one database", { MARQUE_BREAK: "stale_payments" });
    try {
      expect(await paidByAll(pay, 12)).not.toEqual([]);
    } finally {
      await pay.close();
    }
  });
});

describe.each(layouts)("payments and races, %s", (layout) => {
  let pay: PaymentShop;
  beforeAll(async () => {
    console.log(`payment faults, ${layout}: seed ${seed}`);
    pay = await PaymentShop.open(layout);
  });
  afterAll(() => pay?.close());

  it.each(markets)("[A6] a hold that expires at the instant the payment succeeds: %s", async (market) => {
    const { sku } = await pay.shop.findSku(market, 5, 4);
    const count = rounds("EXPIRIES", 40);
    await pay.shop.setStock(market, sku.id, count);
    const made: Array<{ order: Order; payment: Payment }> = [];
    for (let i = 0; i < count; ++i) made.push(await pay.ready(market, sku.id));
    await inParallel(made, 8, async ({ order, payment }) => {
      const both = [() => pay.expire(market, order.id), () => pay.pay(market, payment)];
      await Promise.all((random() < 0.5 ? both : both.toReversed()).map((start) => start()));
    });
    const ends = { paid: 0, refunded: 0 };
    for (const { order } of made) {
      const row = await eventually(`order ${order.id} has come to an end`, async () => {
        const found = await pay.row(market, order.id);
        return ["paid", "refunded"].includes(found.status) && found;
      });
      if (row.status === "paid") expect(row.order_status).toBe("confirmed");
      else expect(row.order_status).toBe("cancelled");
      ends[row.status as keyof typeof ends] += 1;
    }
    console.log(`[A6] ${layout} ${market}: ${JSON.stringify(ends)}`);
    expect(await pay.reserved(market, sku.id)).toEqual({ on_hand: count - ends.paid, reserved: 0 });
    expect(pay.held(market)).toBe(await pay.net(market));
    expect(await pay.violations(market)).toEqual([]);
  });

  it("[D7] event, buyer and manager say at once that it is paid: one payment, told once", async () => {
    expect(await paidByAll(pay, rounds("PAID_RACES", 30))).toEqual([]);
    expect(await pay.violations("us")).toEqual([]);
  });

  it.each(markets)("[D11] refunds at once, more than was taken, twice with one key: %s", async (market) => {
    const count = rounds("REFUND_RACES", 5);
    for (let i = 0; i < count; ++i) {
      const { order, payment } = await pay.ready(market);
      await pay.pay(market, payment);
      await pay.until(market, order.id, "paid");
      const half = Math.ceil(totalOf(order) / 2) / 100;
      const wishes = [
        ...[1, 2, 3].map((n) =>
          pay.refund(market, order.id, { amount: half, reason: "Half" }, `half-${order.id}-${n}`),
        ),
        pay.refund(market, order.id, { amount: order.total_amount + 1, reason: "Too much" }),
        ...[1, 2].map(() => pay.refund(market, order.id, { amount: 0.01, reason: "One key" }, `twice-${order.id}`)),
      ];
      const answers = await Promise.all(wishes);
      for (const answer of answers) expect([201, 409]).toContain(answer.response.status);
      const row = await eventually("what was promised went back", async () => {
        const found = await pay.row(market, order.id);
        return found.refunded_minor === found.refund_due_minor && Number(found.refunded_minor) > 0 && found;
      });
      expect(Number(row.refunded_minor)).toBeLessThanOrEqual(Number(row.captured_minor));
      const small = await pay.shop.databases.count(
        market,
        "SELECT count(*) FROM refunds WHERE market = $1 AND order_id = $2 AND amount_minor = 1",
        [market.toUpperCase(), order.id],
      );
      expect(small).toBeLessThanOrEqual(1);
    }
    expect(pay.held(market)).toBe(await pay.net(market));
    expect(await pay.violations(market)).toEqual([]);
  });
});

describe("a provider that fails", () => {
  const faults: Fault[] = ["timeout_after", "error_after", "error_before", "conflict", "limit", "reset_after", "reset"];

  /** Orders of which each beginning of a payment fails in some way; how many charges and unknown ones there are. */
  async function trial(count: number, settings: Record<string, string> = {}) {
    const pay = await PaymentShop.open("one database", settings);
    try {
      const { stripe } = pay;
      stripe.deliverTo = undefined;
      let failing = true;
      let asked = 0;
      const slow = Math.max(1, Math.floor(count / 20)); // each costs a second
      let timeouts = 0;
      stripe.fault = ({ path }) => {
        if (!failing || path !== "/v1/payment_intents") return undefined;
        // The first answers are lost in every run, whatever the seed: a control must not hang on luck.
        if (asked++ < 3) return "reset_after";
        if (random() < 0.4) return undefined;
        const fault = pick(faults);
        if (fault === "timeout_after" && ++timeouts > slow) return "reset_after";
        return fault;
      };
      const orders: Order[] = [];
      for (let i = 0; i < count; ++i) orders.push(await pay.order("us"));
      const begun = new Map<string, Payment | undefined>();
      await inParallel(orders, 8, async (order) => void begun.set(order.id, await beginUntilThere(pay, order)));
      failing = false;
      // Buyers pay whatever intent they ever saw; what they could not see cannot be paid.
      for (const payment of begun.values()) if (payment) stripe.pay(payment.payment_intent_id ?? "");
      const report = await reconcile(pay);
      const rows = await pay.shop.databases.sql<{ status: string; provider_reference: string | null }>(
        "us",
        "SELECT status, provider_reference FROM payments WHERE market = 'US'",
      );
      const charges = new Map<string, number>();
      for (const charge of stripe.charges.values()) {
        const order = (charge.metadata as Record<string, string>).order_id ?? "";
        charges.set(order, (charges.get(order) ?? 0) + 1);
      }
      const intents = new Map<string, number>();
      for (const intent of stripe.intents.values()) {
        const order = intent.metadata.order_id ?? "";
        intents.set(order, (intents.get(order) ?? 0) + 1);
      }
      console.log(`[D8] ${count} payments, seed ${seed}: ${report.trim().replaceAll("\n", "; ")}`);
      return {
        doubled: [...charges.values()].filter((n) => n > 1).length,
        intentsDoubled: [...intents.values()].filter((n) => n > 1).length,
        unknown: rows.filter((row) => row.provider_reference === null || row.status === "pending").length,
        paid: rows.filter((row) => row.status === "paid").length,
        charged: charges.size,
        balanced: stripe.balance("usd") === (await pay.net("us")),
        wrong: await pay.violations("us"),
      };
    } finally {
      await pay.close();
    }
  }

  it("[D8] lost answers, failures after the effect, conflicts, limits: one charge an order, none unknown", async () => {
    const end = await trial(rounds("FAULTY_PAYMENTS", 60));
    expect(end).toMatchObject({ doubled: 0, intentsDoubled: 0, unknown: 0, balanced: true, wrong: [] });
    expect(end.paid).toBe(end.charged);
  });

  it("[D8] control: another key for every try makes several intents for an order", async () => {
    const end = await trial(20, { MARQUE_BREAK: "new_payment_key" });
    expect(end.intentsDoubled).toBeGreaterThan(0);
  });

  /** Refunds that leave while the server is killed now and then; what the provider made of them. */
  async function killedRefunds(pay: PaymentShop, count: number, { events }: { events: boolean }) {
    // A reset of a connection that was used before is tried again by the HTTP library itself, under the same key.
    pay.stripe.keepsConnections = false;
    const orders: Order[] = [];
    for (let i = 0; i < count; ++i) {
      const { order, payment } = await pay.ready("us");
      await pay.pay("us", payment);
      orders.push(order);
    }
    for (const order of orders) await pay.until("us", order.id, "paid");
    // Events find nobody while the server is down. Where they are lost too, only another try tells what became of a
    // refund: an event in time would spare a control the try that shows its fault.
    pay.stripe.deliverTo = events ? (event) => sendEvent(pay.shop.origin, event).catch(() => undefined) : undefined;
    let asked = 0;
    pay.stripe.fault = ({ path }) => {
      if (path !== "/v1/refunds") return undefined;
      // The first answers are lost in every run, whatever the seed: a control must not hang on luck.
      if (asked++ < 3) return "reset_after";
      return random() < 0.2 ? pick(["reset_after", "error_after", "reset"] as const) : undefined;
    };
    const ended = async () =>
      pay.shop.databases.count("us", "SELECT count(*) FROM refunds WHERE state IN ('succeeded', 'failed')");
    for (const [i, order] of orders.entries()) {
      good(await pay.refund("us", order.id, { amount: 1, reason: "A stain" }));
      if (i % 5 !== 4) continue;
      await pay.shop.server.kill();
      // Whoever died holds what it took for ten seconds; nobody waits that long here.
      await pay.shop.databases.sql("us", "UPDATE refunds SET due_at = now() WHERE due_at IS NOT NULL");
      await pay.shop.restart();
      pay.manager = { ...pay.manager, api: pay.shop.withToken(pay.manager.token) };
    }
    await eventually(
      "all went back",
      async () => {
        await pay.shop.databases.sql("us", "UPDATE refunds SET due_at = now() WHERE due_at > now() + interval '5 s'");
        return (await ended()) === count;
      },
      { timeout_ms: 60_000, interval_ms: 200 },
    );
    return [...pay.stripe.refunds.values()].map((one) => (one.metadata as Record<string, string>).refund_id);
  }

  it("[C7] the server is killed while refunds leave, and the provider drops answers after it acted", async () => {
    const count = rounds("KILLED_REFUNDS", 20);
    const pay = await PaymentShop.open("one database");
    try {
      const made = await killedRefunds(pay, count, { events: true });
      expect(made).toHaveLength(count);
      expect(new Set(made).size).toBe(count);
      expect(pay.stripe.balance("usd")).toBe(await pay.net("us"));
      expect(await pay.violations("us")).toEqual([]);
    } finally {
      await pay.close();
    }
  });

  it("[C7] control: another key for every try gives money back twice", async () => {
    const pay = await PaymentShop.open("one database", { MARQUE_BREAK: "new_refund_key" });
    try {
      const made = await killedRefunds(pay, 10, { events: false });
      expect(made.length).toBeGreaterThan(new Set(made).size);
    } finally {
      await pay.close();
    }
  });
});

describe("events that never come", () => {
  async function trial(layout: LayoutName, reconciled: boolean) {
    const pay = await PaymentShop.open(layout, { PAYMENT_ASK_SECONDS: "86400" });
    try {
      const lost = (market: Market) => random() < 0.1 || market === "kg";
      pay.stripe.deliverTo = (event) => (lost("us") ? Promise.resolve() : sendEvent(pay.shop.origin, event));
      pay.bank.origin_of_shop = "";
      for (const market of markets) {
        for (let i = 0; i < rounds("LOST_EVENTS", 20); ++i) {
          const { payment } = await pay.ready(market);
          await pay.pay(market, payment, pick(["good", "good", "good", "declined"] as const));
          if (
            market === "us" &&
            random() < 0.2 &&
            pay.stripe.intents.get(payment.payment_intent_id ?? "")?.latest_charge
          )
            pay.stripe.refund({ payment_intent: payment.payment_intent_id ?? "", amount: "7" });
        }
      }
      await Promise.all(pay.stripe.deliveries);
      await eventually("what came is worked off", async () => {
        for (const market of markets)
          if (
            (await pay.shop.databases.count(market, "SELECT count(*) FROM payment_events WHERE due_at IS NOT NULL")) > 0
          )
            return false;
        return true;
      });
      if (reconciled)
        console.log(`[D9] ${layout}, seed ${seed}: ${(await reconcile(pay)).trim().replaceAll("\n", "; ")}`);
      const differences: string[] = [];
      for (const market of markets) {
        const [ours, theirs] = [await pay.net(market), pay.held(market)];
        if (ours !== theirs) differences.push(`${market}: ${ours} here, ${theirs} there`);
        differences.push(...(await pay.violations(market)));
      }
      return differences;
    } finally {
      await pay.close();
    }
  }

  it.each(layouts)("[D9] after one reconciliation each market equals its provider to the cent: %s", async (layout) => {
    expect(await trial(layout, true)).toEqual([]);
  });

  it("[D9] control: without it they differ", async () => {
    expect(await trial("one database", false)).not.toEqual([]);
  });

  it("the server asks by itself, after a while", async () => {
    const pay = await PaymentShop.open("one database", { PAYMENT_ASK_SECONDS: "1" });
    try {
      pay.stripe.deliverTo = undefined;
      pay.bank.origin_of_shop = "";
      for (const market of markets) {
        const { order, payment } = await pay.ready(market);
        await pay.pay(market, payment);
        await pay.until(market, order.id, "paid", 15_000);
      }
    } finally {
      await pay.close();
    }
  });
});
