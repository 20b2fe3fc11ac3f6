// [A2] The server's own audit: stock, ledger, orders and payments agree, every minute, and /health/deep says so or not.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { buy, type Caller, customerPhones, delivery, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

interface Deep {
  status: string | number;
  markets?: Array<{ market: string; checked_at: string; duration_ms: number }>;
  errors?: Array<{ field: string; message: string }>;
}

describe.each(layouts)("the audit, %s", (layout) => {
  let shop: Shop;
  const callers = {} as Record<Market, Caller>;
  beforeAll(async () => {
    shop = await Shop.open(layout, { settings: { AUDIT_SECONDS: "1" } });
    for (const market of markets) {
      const caller = await shop.logIn(customerPhones[market]);
      callers[market] = caller;
      const { sku } = await shop.findSku(market, 10);
      const orders = [await buy(caller, sku.id, 2)];
      for (const payment_method of ["cash_on_delivery", "card"]) {
        const items = [{ sku_id: sku.id, quantity: 1 }];
        const body = { ...delivery(caller.user.phone), payment_method, items };
        for (let i = 0; i < 2; ++i) orders.push(good(await caller.api.POST("/api/v1/orders/create", { body })));
      }
      for (const { id } of orders.slice(1, 3))
        good(await caller.api.POST("/api/v1/orders/{id}/cancel", { params: { path: { id } }, body: {} }));
    }
  });
  afterAll(() => shop?.close());

  const look = async (): Promise<Deep> => (await (await fetch(`${shop.origin}/health/deep`)).json()) as Deep;
  /** What the first audit that began after now found. */
  const next = async () => {
    const asked = Date.now();
    return await eventually("an audit of both markets from now on", async () => {
      const deep = await look();
      if (deep.status === 503) return deep;
      const began = deep.markets?.map(({ checked_at, duration_ms }) => Date.parse(checked_at) - duration_ms - 1);
      return began?.every((moment) => moment > asked) ? deep : undefined;
    });
  };

  it("[D9] finds nothing to say of orders that were placed, paid for, cancelled", async () => {
    const deep = await next();
    expect(deep).toMatchObject({ status: "ok" });
    expect(deep.markets?.map(({ market }) => market).sort()).toEqual(["kg", "us"]);
    const metrics = await (await fetch(`${shop.origin}/metrics`)).text();
    for (const market of markets) expect(metrics).toContain(`marque_audit_broken{market="${market}",rule="ledger"} 0`);
  });

  const of = "market = $1";
  const breakages: Array<[string, string, string]> = [
    [
      "ledger",
      `UPDATE stock SET on_hand = on_hand + 1 WHERE ${of} AND sku_id = (SELECT max(sku_id) FROM stock WHERE ${of})`,
      `UPDATE stock SET on_hand = on_hand - 1 WHERE ${of} AND sku_id = (SELECT max(sku_id) FROM stock WHERE ${of})`,
    ],
    [
      "reserved",
      `UPDATE stock_reservations SET quantity = quantity + 1 WHERE ${of} AND state = 'held'`,
      `UPDATE stock_reservations SET quantity = quantity - 1 WHERE ${of} AND state = 'held'`,
    ],
    [
      "lines",
      `UPDATE order_items SET quantity = quantity + 1, subtotal_minor = price_minor * (quantity + 1) WHERE ${of}`,
      `UPDATE order_items SET quantity = quantity - 1, subtotal_minor = price_minor * (quantity - 1) WHERE ${of}`,
    ],
    [
      "payment",
      `UPDATE payments SET order_id = -order_id WHERE ${of} AND order_id = (SELECT max(id) FROM orders WHERE ${of})`,
      `UPDATE payments SET order_id = -order_id WHERE ${of} AND order_id < 0`,
    ],
    [
      "cancelled",
      `UPDATE orders SET status = 'cancelled' WHERE ${of} AND status = 'pending'`,
      `UPDATE orders SET status = 'pending' WHERE ${of} AND cancelled_date IS NULL`,
    ],
  ];
  it.each(breakages)(
    "negative control: says so when the rule %s is broken, until it holds again",
    async (rule, harm, cure) => {
      await shop.databases.unchecked("us", harm, ["US"]);
      const broken = await eventually("the audit has found it", async () => {
        const deep = await look();
        return deep.status === 503 ? deep : undefined;
      });
      expect(broken.errors?.map(({ field }) => field)).toEqual([`us.${rule}`]);
      expect(JSON.stringify(broken)).not.toContain("SKU");
      await eventually("the log names an example", () =>
        shop.server.logs.some(
          (line) => line.event === "audit.rule_broken" && line.rule === rule && line.market === "us",
        ),
      );
      await shop.databases.unchecked("us", cure, ["US"]);
      await eventually("the audit is content", async () => (await look()).status === "ok");
    },
  );
});
