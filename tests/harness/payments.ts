// A shop whose cards are taken by a played Stripe in the US and a played bank in Kyrgyzstan, and what people do about
// money.
import { expect } from "vitest";
import type { components } from "../api/generated/schema.js";
import { BankDouble } from "./bank_double.js";
import { good } from "./api.js";
import type { Databases, LayoutName, Market } from "./layouts.js";
import { marque } from "./server.js";
import { type Caller, customerPhones, delivery, managerPhones, minor, type Order, Shop } from "./shop.js";
import { StripeDouble } from "./stripe_double.js";
import { sendEvent } from "./stripe_events.js";
import { eventually } from "./waiting.js";

export type Payment = components["schemas"]["PaymentView"];

export interface PaymentRow {
  id: string;
  status: string;
  provider: string;
  provider_reference: string | null;
  amount_minor: string;
  captured_minor: string;
  refund_due_minor: string;
  refunded_minor: string;
  order_status: string;
  payment_status: string;
}

export class PaymentShop {
  readonly callers = {} as Record<Market, Caller>;
  manager!: Caller;
  private readonly skus = {} as Record<Market, string>;
  private constructor(
    readonly shop: Shop,
    readonly stripe: StripeDouble,
    readonly bank: BankDouble,
  ) {}

  static async open(
    layout: LayoutName,
    settings: Record<string, string> = {},
    prepare?: (databases: Databases) => Promise<void>,
  ): Promise<PaymentShop> {
    const stripe = await StripeDouble.start();
    const bank = await BankDouble.start();
    const shop = await Shop.open(layout, {
      settings: { ...stripe.settings(), ...bank.settings(), PAYMENT_TIMEOUT_SECONDS: "1", ...settings },
      prepare,
    });
    const self = new PaymentShop(shop, stripe, bank);
    bank.origin_of_shop = shop.origin;
    stripe.deliverTo = (event) => sendEvent(shop.origin, event);
    for (const market of ["kg", "us"] as const) {
      self.callers[market] = await shop.logIn(customerPhones[market]);
      const { sku } = await shop.findSku(market, 5);
      await shop.setStock(market, sku.id, 1_000_000);
      self.skus[market] = sku.id;
    }
    self.manager = await shop.logIn(managerPhones.both);
    return self;
  }

  async close(): Promise<void> {
    await this.shop.close();
    await Promise.allSettled(this.stripe.deliveries);
    await this.stripe.close();
    await this.bank.close();
  }

  sku(market: Market): string {
    return this.skus[market];
  }

  async order(market: Market, payment_method = "card", sku = this.skus[market]): Promise<Order> {
    const body = { ...delivery(customerPhones[market]), payment_method, items: [{ sku_id: sku, quantity: 1 }] };
    return good(await this.callers[market].api.POST("/api/v1/orders/create", { body }));
  }

  begin(market: Market, order: string) {
    return this.callers[market].api.POST("/api/v1/orders/{id}/payment", { params: { path: { id: order } } });
  }
  check(market: Market, order: string) {
    return this.callers[market].api.POST("/api/v1/orders/{id}/payment/check", { params: { path: { id: order } } });
  }

  /** An order by card whose buyer is about to pay. */
  async ready(market: Market, sku?: string): Promise<{ order: Order; payment: Payment }> {
    const order = await this.order(market, "card", sku);
    return { order, payment: good(await this.begin(market, order.id)) };
  }

  /** What the buyer does at the provider. */
  async pay(market: Market, payment: Payment, how: "good" | "declined" | "slow" = "good"): Promise<void> {
    if (market === "us") {
      this.stripe.pay(payment.payment_intent_id ?? "", how);
      await Promise.all(this.stripe.deliveries);
    } else {
      await this.bank.visit(payment.action_url ?? "", { good: "paid", declined: "failed", slow: "processing" }[how]);
    }
  }

  /** All money that the provider holds for a market, in minor units. */
  held(market: Market): number {
    if (market === "us") return this.stripe.balance("usd");
    let sum = 0;
    for (const account of this.bank.accounts.values())
      if (account.status === "paid") sum += account.amount - account.refunded;
    return sum;
  }

  async row(market: Market, order: string): Promise<PaymentRow> {
    const [row] = await this.shop.databases.sql<PaymentRow & Record<string, string>>(
      market,
      `SELECT p.*, o.status AS order_status, o.payment_status FROM payments p
       JOIN orders o ON o.market = p.market AND o.id = p.order_id WHERE p.market = $1 AND p.order_id = $2`,
      [market.toUpperCase(), order],
    );
    if (!row) throw new Error(`order ${order} has no payment`);
    return row;
  }

  /** Waits until an order's payment is in a state, and looks whether the order says the same. */
  async until(market: Market, order: string, status: string, timeout_ms = 60_000): Promise<PaymentRow> {
    const row = await eventually(
      `the payment of order ${order} in ${market} is ${status}`,
      async () => {
        const found = await this.row(market, order);
        return found.status === status && found;
      },
      { timeout_ms },
    );
    expect(row.payment_status).toBe(status);
    return row;
  }

  reserved(market: Market, sku = this.skus[market]) {
    return this.shop.databases
      .sql<{ on_hand: number; reserved: number }>(
        market,
        "SELECT on_hand, reserved FROM stock WHERE market = $1 AND sku_id = $2",
        [market.toUpperCase(), sku],
      )
      .then(([row]) => ({ on_hand: row?.on_hand ?? 0, reserved: row?.reserved ?? 0 }));
  }

  async expire(market: Market, order: string): Promise<void> {
    await this.shop.databases.sql(
      market,
      "UPDATE stock_reservations SET expires_at = now() WHERE market = $1 AND order_id = $2",
      [market.toUpperCase(), order],
    );
  }

  refund(market: Market, order: string, body: { amount?: number; reason: string }, key?: string) {
    return this.manager.api.POST("/api/v1/manager/orders/{id}/refunds", {
      params: {
        path: { id: order },
        query: { market } as never,
        header: key === undefined ? undefined : ({ "Idempotency-Key": key } as never),
      },
      body,
    });
  }

  /** What must hold in every market after whatever happened, each sentence one that does not. */
  async violations(market: Market): Promise<string[]> {
    const code = market.toUpperCase();
    const sentences: Array<[string, string]> = [
      [
        "a payment is not of its order's total",
        `SELECT p.id FROM payments p JOIN orders o ON o.market = p.market AND o.id = p.order_id
         WHERE p.market = $1 AND (p.amount_minor, p.currency) <> (o.total_minor, o.currency)`,
      ],
      [
        "more is promised back than was taken",
        "SELECT id FROM payments WHERE market = $1 AND refund_due_minor > captured_minor",
      ],
      [
        "refunds that were made are not those that are counted",
        `SELECT p.id FROM payments p WHERE p.market = $1 AND p.refunded_minor <
           (SELECT coalesce(sum(amount_minor), 0) FROM refunds r
            WHERE r.market = p.market AND r.payment_id = p.id AND r.state = 'succeeded')`,
      ],
      [
        "the ledger does not explain the stock",
        `SELECT s.sku_id FROM stock s WHERE s.market = $1 AND s.on_hand <>
           (SELECT coalesce(sum(delta), 0) FROM stock_ledger l WHERE l.market = s.market AND l.sku_id = s.sku_id)`,
      ],
      [
        "what is held is not what is reserved",
        `SELECT s.sku_id FROM stock s WHERE s.market = $1 AND s.reserved <>
           (SELECT coalesce(sum(quantity), 0) FROM stock_reservations r
            WHERE r.market = s.market AND r.sku_id = s.sku_id AND r.state = 'held')`,
      ],
      [
        "a paid order has no goods and no money comes back",
        `SELECT o.id FROM orders o JOIN payments p ON p.market = o.market AND p.order_id = o.id
         WHERE o.market = $1 AND p.captured_minor > p.refund_due_minor AND o.status = 'cancelled'`,
      ],
      [
        "an order is confirmed whose goods nobody took",
        `SELECT o.id FROM orders o WHERE o.market = $1 AND o.status = 'confirmed' AND
           (SELECT coalesce(sum(delta), 0) FROM stock_ledger l WHERE l.market = o.market AND l.order_id = o.id) >= 0`,
      ],
    ];
    const wrong: string[] = [];
    for (const [sentence, sql] of sentences) {
      const rows = await this.shop.databases.sql(market, sql, [code]);
      if (rows.length > 0) wrong.push(`${sentence}: ${JSON.stringify(rows.slice(0, 3))}`);
    }
    return wrong;
  }

  /** Captured less refunded as the database has it. */
  net(market: Market): Promise<number> {
    return this.shop.databases.count(
      market,
      `SELECT coalesce(sum(captured_minor - refunded_minor), 0) FROM payments
       WHERE market = $1 AND provider IN ('stripe', 'local_bank')`,
      [market.toUpperCase()],
    );
  }
}

/** Everything that may happen to a payment, once. */
export async function walkPayments(prepare: (databases: Databases) => Promise<void>): Promise<void> {
  const pay = await PaymentShop.open("one database", { PAYMENT_ASK_SECONDS: "1" }, prepare);
  try {
    const { order, payment } = await pay.ready("us");
    await pay.pay("us", payment);
    await pay.until("us", order.id, "paid");
    pay.stripe.fault = ({ path }) => (path === "/v1/refunds" ? "limit" : undefined);
    good(await pay.refund("us", order.id, { amount: 1, reason: "A stain" }));
    const failed = "SELECT count(*) FROM refunds WHERE failure IS NOT NULL";
    await eventually("the refund failed once", async () => (await pay.shop.databases.count("us", failed)) > 0);
    pay.stripe.fault = () => undefined;
    await pay.until("us", order.id, "partially_refunded");
    const intent = payment.payment_intent_id ?? "";
    const dispute = { id: "dp_1", object: "dispute", payment_intent: intent, status: "lost" };
    await sendEvent(pay.shop.origin, pay.stripe.event("charge.dispute.created", dispute));
    await sendEvent(
      pay.shop.origin,
      pay.stripe.event("payment_intent.succeeded", { id: "pi_unknown", object: "payment_intent" }),
    );
    await eventually("both are worked off", async () => {
      const left = await pay.shop.databases.count("us", "SELECT count(*) FROM payment_events WHERE state = 'received'");
      return left === 0;
    });
    const given_up = await pay.ready("us");
    await pay.expire("us", given_up.order.id);
    await pay.until("us", given_up.order.id, "cancelled");
    const transfer = await pay.order("kg", "bank_transfer");
    const confirm = { path: { id: (await pay.row("kg", transfer.id)).id }, query: { market: "kg" } as never };
    good(await pay.manager.api.POST("/api/v1/manager/payments/{id}/confirm", { params: confirm }));
    const path = { id: transfer.id };
    const query = { market: "kg" } as never;
    good(
      await pay.manager.api.POST("/api/v1/manager/orders/{id}/cancel", {
        params: { path, query },
        body: { reason: "Changed their mind" },
      }),
    );
    await pay.until("kg", transfer.id, "refund_pending");
    const refunds = good(await pay.manager.api.GET("/api/v1/manager/orders/{id}/refunds", { params: { path, query } }));
    const by_hand = { path: { id: refunds.items[0]?.id ?? "" }, query };
    good(await pay.manager.api.POST("/api/v1/manager/refunds/{id}/confirm", { params: by_hand }));
    await pay.until("kg", transfer.id, "refunded");
    const quiet = await pay.ready("us");
    pay.stripe.deliverTo = undefined;
    await pay.pay("us", quiet.payment);
    await pay.until("us", quiet.order.id, "paid", 20_000);
    await marque(["payments", "reconcile"], {
      ENVIRONMENT: "development",
      ...pay.shop.databases.environment,
      ...pay.stripe.settings(),
      ...pay.bank.settings(),
    });
  } finally {
    await pay.close();
  }
}

export const totalOf = (order: Order) => minor(order.total_amount);
