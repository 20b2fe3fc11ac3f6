// Markets beside each other: revenue of each market's own days in its own currency, and the kept figures of a day.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import { asked, command } from "../harness/customers.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { buy, type Caller, currencies, customerPhones, managerPhones, minor, Shop } from "../harness/shop.js";

const zones: Record<Market, string> = { kg: "Asia/Bishkek", us: "America/New_York" };
/** Moments around both markets' midnights, and the day New York's clocks go back. */
const moments = [
  "2026-10-31T17:59:59Z", // Bishkek: 23:59:59 on the 31st
  "2026-10-31T18:00:00Z", // Bishkek: the 1st
  "2026-11-01T03:59:59.999Z", // New York: 23:59 on the 31st
  "2026-11-01T04:00:00Z", // New York: the 1st, which has 25 hours
  "2026-11-02T04:59:59Z", // New York: still the 1st
  "2026-11-02T05:00:00Z",
  "2026-11-02T12:00:00Z",
];
type Kind = "sold" | "cancelled" | "refunded";
const kinds: Kind[] = ["sold", "cancelled", "refunded"];
interface Sale {
  market: Market;
  moment: string;
  total: number;
  kind: Kind;
}
interface Revenue {
  market: Market;
  currency: string;
  from: string;
  to: string;
  total_orders: number;
  cancelled_orders: number;
  gross: number;
  cancelled: number;
  refunded: number;
  net: number;
  total_revenue: number;
  average_order_value: number;
}

/** The market's own day of a moment, by JavaScript's time zones and not the server's. */
const dayOf = (market: Market, moment: string) =>
  new Intl.DateTimeFormat("en-CA", { timeZone: zones[market], dateStyle: "short" }).format(new Date(moment));

function expected(sales: Sale[], market: Market, from: string, to: string) {
  const all = sales.filter((sale) => {
    const day = dayOf(market, sale.moment);
    return sale.market === market && day >= from && day <= to;
  });
  const sum = (kind?: Kind) =>
    all.filter((sale) => kind === undefined || sale.kind === kind).reduce((total, sale) => total + sale.total, 0);
  const kept = all.filter((sale) => sale.kind !== "cancelled").length;
  const net = sum() - sum("cancelled") - sum("refunded");
  return {
    market,
    currency: currencies[market],
    total_orders: all.length,
    cancelled_orders: all.length - kept,
    gross: sum(),
    cancelled: sum("cancelled"),
    refunded: sum("refunded"),
    net,
    total_revenue: net,
    average_order_value: kept === 0 ? 0 : Math.round(net / kept),
  };
}

const inMinor = (revenue: Revenue) => ({
  market: revenue.market,
  currency: revenue.currency,
  total_orders: revenue.total_orders,
  cancelled_orders: revenue.cancelled_orders,
  gross: minor(revenue.gross),
  cancelled: minor(revenue.cancelled),
  refunded: minor(revenue.refunded),
  net: minor(revenue.net),
  total_revenue: minor(revenue.total_revenue),
  average_order_value: minor(revenue.average_order_value),
});

/** Real orders, then put at the moments and into the states that the figures must tell apart. */
async function sell(shop: Shop): Promise<Sale[]> {
  const sales: Sale[] = [];
  for (const market of markets) {
    const caller = await shop.logIn(customerPhones[market]);
    const { sku } = await shop.findSku(market, moments.length + 5);
    for (const [i, moment] of moments.entries()) {
      const order = await buy(caller, sku.id, 1 + (i % 2));
      const kind = kinds[i % kinds.length] ?? "sold";
      await shop.databases.sql(market, "UPDATE orders SET order_date = $2, status = $3 WHERE market = $4 AND id = $1", [
        order.id,
        moment,
        kind === "cancelled" ? "cancelled" : "pending",
        market.toUpperCase(),
      ]);
      // Money given back for a cancelled order is no second loss.
      const steps = [
        "status = 'paid', captured_minor = amount_minor",
        "status = 'refunded', refund_due_minor = amount_minor, refunded_minor = amount_minor",
      ];
      for (const step of kind === "sold" ? [] : steps)
        await shop.databases.sql(market, `UPDATE payments SET ${step} WHERE market = $2 AND order_id = $1`, [
          order.id,
          market.toUpperCase(),
        ]);
      sales.push({ market, moment, total: minor(order.total_amount), kind });
    }
  }
  return sales;
}

const periods = [
  ["2026-10-31", "2026-10-31"],
  ["2026-11-01", "2026-11-01"],
  ["2026-11-02", "2026-11-02"],
  ["2026-10-31", "2026-11-02"],
  ["2026-01-01", "2026-10-30"],
] as const;

describe.each(layouts)("revenue, %s", (layout) => {
  let shop: Shop;
  let sales: Sale[];
  let both: Caller;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    sales = await sell(shop);
    both = await shop.logIn(managerPhones.both);
  });
  afterAll(() => shop?.close());
  const compare = (caller: Caller, query: { from?: string; to?: string }) =>
    caller.api.GET("/api/v1/manager/revenue/compare", { params: { query } });

  it.each(periods)("[R29] compares the markets, each in its own days and currency: %s to %s", async (from, to) => {
    const { items } = good(await compare(both, { from, to }));
    expect(items.map((item) => inMinor(item as Revenue))).toEqual(
      markets.map((market) => expected(sales, market, from, to)),
    );
    for (const item of items) expect(item).toMatchObject({ from, to, time_zone: zones[item.market as Market] });
  });

  it("[R29] [R105] shows a manager the markets they may see, and customers none", async () => {
    for (const market of markets) {
      const { items } = good(await compare(await shop.logIn(managerPhones[market]), {}));
      expect(items.map((item) => item.market)).toEqual([market]);
      expect(items[0]?.from).toBe(dayOf(market, new Date().toISOString()));
    }
    const customer = await shop.logIn(customerPhones.kg);
    expect(refused(await compare(customer, {})).code).toBe("manager.not_a_manager");
  });

  it.each([
    [{ from: "2026-11-02", to: "2026-11-01" }, "analytics.period_invalid"],
    [{ from: "2020-01-01", to: "2026-11-01" }, "analytics.period_invalid"],
    [{ from: "2026-02-30" }, "http.invalid_input"],
    [{ from: "1 January" }, "http.invalid_input"],
  ])("refuses %j", async (query, code) => {
    expect(refused(await compare(both, query))).toMatchObject({ status: 422, code });
  });

  it("[R29] a day's snapshot is what a recomputation gives, and can be repeated", async () => {
    for (const date of ["2026-10-31", "2026-11-01", "2026-11-02"]) {
      const run = () => asked<{ items: Revenue[] }>(shop, ["revenue", "snapshot", "--date", date]);
      const first = await run();
      expect(first.items.map(inMinor)).toEqual(markets.map((market) => expected(sales, market, date, date)));
      expect(await run()).toEqual(first);
      for (const market of markets) {
        const rows = await shop.databases.sql(
          market,
          `SELECT lower(market) AS market, currency, total_orders::int, cancelled_orders::int,
             gross_minor::int AS gross,
             cancelled_minor::int AS cancelled, refunded_minor::int AS refunded, net_minor::int AS net,
             net_minor::int AS total_revenue, average_order_minor::int AS average_order_value
           FROM revenue_snapshots WHERE market = $1 AND day = $2`,
          [market.toUpperCase(), date],
        );
        expect(rows).toEqual([expected(sales, market, date, date)]);
      }
    }
    const one = await command(shop, ["revenue", "snapshot", "--date", "2026-11-01", "--market", "kg"]);
    expect(one.stdout).toMatch(/^KG 2026-11-01: \d+ orders, gross [\d.]+, cancelled [\d.]+, .* net [\d.]+ KGS\n$/);
    expect((await command(shop, ["revenue", "snapshot", "--date", "yesterday"])).stderr).toContain("must be a day");
  });

  it("negative control: with days of UTC the figures are others", async () => {
    const date = "2026-11-01";
    const { items } = await asked<{ items: Revenue[] }>(shop, ["revenue", "snapshot", "--date", date], {
      MARQUE_BREAK: "utc_days",
    });
    for (const item of items) expect(inMinor(item)).not.toEqual(expected(sales, item.market, date, date));
  });
});
