// Reports of revenue: kept days equal what orders say, always; parts, customers, rates and what sells or does not.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import { command } from "../harness/customers.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { dice, plantOrders } from "../harness/many_orders.js";
import { buy, type Caller, customerPhones, managerPhones, minor, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

const zones: Record<Market, string> = { kg: "Asia/Bishkek", us: "America/New_York" };
const seed = Number(process.env.MARQUE_TEST_SEED ?? Math.floor(Math.random() * 1e9));
const dayOf = (market: Market, moment: Date) =>
  new Intl.DateTimeFormat("en-CA", { timeZone: zones[market], dateStyle: "short" }).format(moment);
const hourOf = (market: Market, moment: Date) =>
  new Intl.DateTimeFormat("en-GB", { timeZone: zones[market], hour: "2-digit" }).format(moment);
const plus = (day: string, days: number) =>
  new Date(new Date(`${day}T00:00:00Z`).getTime() + days * 86_400_000).toISOString().slice(0, 10);

interface Item {
  slug: string;
  goods: number;
  quantity: number;
  back: number;
}
interface Sale {
  id: string;
  at: Date;
  day: string;
  cancelled: boolean;
  total: number;
  refunded: number;
  city: string;
  method: string;
  user: string | null;
  paid: boolean;
  items: Item[];
}
interface Sums {
  orders: number;
  cancelled_orders: number;
  gross: number;
  cancelled: number;
  refunded: number;
  net: number;
}

/** Every order as the tables have it, read plainly. */
async function salesOf(shop: Shop, market: Market): Promise<Sale[]> {
  const rows = await shop.databases.sql<Omit<Sale, "day">>(
    market,
    `SELECT o.id, o.order_date AS at, o.status = 'cancelled' AS cancelled, o.total_minor::float8 AS total,
            coalesce(o.delivery_city, '') AS city, o.payment_method AS method, o.user_id AS user,
            coalesce((SELECT sum(p.refunded_minor) FROM payments p
                      WHERE p.market = o.market AND p.order_id = o.id), 0)::float8 AS refunded,
            EXISTS (SELECT FROM payments p WHERE p.market = o.market AND p.order_id = o.id AND p.captured_minor > 0)
              AS paid,
            (SELECT json_agg(json_build_object('slug', i.product_slug, 'goods', i.subtotal_minor - i.discount_minor,
               'quantity', i.quantity, 'back', (SELECT coalesce(sum(l.quantity), 0) FROM return_items l
                  JOIN returns r ON r.market = l.market AND r.id = l.return_id
                  WHERE r.market = o.market AND r.order_id = o.id AND r.state = 'received' AND l.line = i.line
                    AND l.exchange_sku_id IS NULL)))
             FROM order_items i WHERE i.market = o.market AND i.order_id = o.id) AS items
     FROM orders o WHERE o.market = $1`,
    [market.toUpperCase()],
  );
  return rows.map((row) => ({ ...row, day: dayOf(market, row.at) }));
}

function sumsOf(sales: Sale[]): Sums {
  const sum = (of: (sale: Sale) => number) => sales.reduce((total, sale) => total + of(sale), 0);
  const gross = sum((sale) => sale.total);
  const cancelled = sum((sale) => (sale.cancelled ? sale.total : 0));
  const refunded = sum((sale) => (sale.cancelled ? 0 : sale.refunded));
  const cancelled_orders = sum((sale) => Number(sale.cancelled));
  return { orders: sales.length, cancelled_orders, gross, cancelled, refunded, net: gross - cancelled - refunded };
}
interface Line {
  total_orders: number;
  cancelled_orders: number;
  gross: number;
  cancelled: number;
  refunded: number;
  net: number;
}
const shownSums = (line: Line): Sums => ({
  orders: line.total_orders,
  cancelled_orders: line.cancelled_orders,
  gross: minor(line.gross),
  cancelled: minor(line.cancelled),
  refunded: minor(line.refunded),
  net: minor(line.net),
});

describe.each(layouts)(`reports, %s, seed ${seed}`, (layout) => {
  let shop: Shop;
  let both: Caller;
  const random = dice(seed);
  const today = (market: Market) => dayOf(market, new Date());
  beforeAll(async () => {
    shop = await Shop.open(layout, { settings: { SALES_COUNTING_SECONDS: "1" } });
    for (const [i, market] of markets.entries())
      await plantOrders(shop.databases, market, { orders: 400, customers: 60, days: 40, seed: 0.3 + i / 10 });
    both = await shop.logIn(managerPhones.both);
  });
  afterAll(() => shop?.close());

  const at = (market: Market, query: object) => ({ params: { query: { market, ...query } } });
  const report = async (market: Market, query: object) =>
    good(await both.api.GET("/api/v1/manager/revenue", at(market, query)));
  const settled = (market: Market) =>
    eventually("all days are kept", async () => {
      const [row] = await shop.databases.sql<{ kept: string; marks: string }>(
        market,
        `SELECT (SELECT count(*) FROM revenue_snapshots WHERE market = $1) AS kept,
                (SELECT count(*) FROM revenue_marks WHERE market = $1 AND (order_date AT TIME ZONE $2)::date
                   < (now() AT TIME ZONE $2 - interval '15 minutes')::date) AS marks`,
        [market.toUpperCase(), zones[market]],
      );
      return Number(row?.kept) >= 38 && row?.marks === "0";
    });

  /** Days of the last 45, over HTTP, equal a recomputation. */
  async function compareDays(market: Market): Promise<void> {
    const sales = await salesOf(shop, market);
    const to = today(market);
    const from = plus(to, -45);
    const { period } = await report(market, { from, to, by: "day" });
    expect(period.items).toHaveLength(46);
    for (const line of period.items)
      expect([line.from, shownSums(line)]).toEqual([line.from, sumsOf(sales.filter(({ day }) => day === line.from))]);
  }

  /** What a shop does to orders of any age: cancels, gives money back, takes goods in, moves, changes the city. */
  async function change(market: Market, times: number): Promise<void> {
    const code = market.toUpperCase();
    const ids = (await salesOf(shop, market)).filter((sale) => !sale.cancelled).map(({ id }) => id);
    for (let i = 0; i < times; i += 1) {
      const id = ids.splice(Math.floor(random() * ids.length), 1)[0];
      const deeds = [
        "UPDATE orders SET status = 'cancelled' WHERE market = $1 AND id = $2",
        `UPDATE payments SET status = 'partially_refunded', refund_due_minor = amount_minor / 3,
           refunded_minor = amount_minor / 3 WHERE market = $1 AND order_id = $2 AND status = 'paid'`,
        `WITH r AS (INSERT INTO returns (market, order_id, currency, state) VALUES ($1, $2, 'KGS', 'received')
             RETURNING market, id),
           u AS (UPDATE order_items SET returned = quantity WHERE market = $1 AND order_id = $2 AND line = 2)
         INSERT INTO return_items (market, return_id, line, sku_id, quantity, reason)
           SELECT r.market, r.id, 2, i.sku_id, i.quantity, 'other' FROM r JOIN order_items i
             ON i.market = $1 AND i.order_id = $2 AND i.line = 2 AND i.returned = 0`,
        "UPDATE orders SET order_date = order_date - interval '26 hours' WHERE market = $1 AND id = $2",
        "UPDATE orders SET delivery_city = 'City moved' WHERE market = $1 AND id = $2",
        "DELETE FROM orders WHERE market = $1 AND id = $2",
      ];
      await shop.databases.sql(market, deeds[Math.floor(random() * deeds.length)] as string, [code, id]);
    }
  }

  it("[R106] [R109] [R110] kept days equal orders, before a round has seen what changed and after it", async () => {
    for (const market of markets) {
      await compareDays(market);
      await settled(market);
      await compareDays(market);
      for (let round = 0; round < 3; round += 1) {
        await change(market, 12);
        await compareDays(market);
      }
      await settled(market);
      await compareDays(market);
      const kept = await shop.databases.sql<{ day: string; sums: Sums }>(
        market,
        `SELECT day::text AS day, json_build_object('orders', total_orders, 'cancelled_orders', cancelled_orders,
           'gross', gross_minor, 'cancelled', cancelled_minor, 'refunded', refunded_minor, 'net', net_minor) AS sums
         FROM revenue_snapshots WHERE market = $1`,
        [market.toUpperCase()],
      );
      const sales = await salesOf(shop, market);
      for (const { day, sums } of kept) expect([day, sums]).toEqual([day, sumsOf(sales.filter((s) => s.day === day))]);
    }
  });

  it("negative control: without the marks a cancelled order of an old day is still counted", async () => {
    await settled("kg");
    await shop.databases.sql("kg", "ALTER TABLE orders DISABLE TRIGGER orders_marked_changed");
    const old = (await salesOf(shop, "kg")).find((s) => !s.cancelled && s.day < plus(today("kg"), -3)) as Sale;
    const set = (status: string) =>
      shop.databases.sql("kg", "UPDATE orders SET status = $2 WHERE market = 'KG' AND id = $1", [old.id, status]);
    await set("cancelled");
    await expect(compareDays("kg")).rejects.toThrow();
    await set("delivered");
    await shop.databases.sql("kg", "ALTER TABLE orders ENABLE TRIGGER orders_marked_changed");
    await compareDays("kg");
  });

  it("[R106] weeks, months, and the period before", async () => {
    for (const market of markets) {
      const sales = await salesOf(shop, market);
      const to = today(market);
      const from = plus(to, -34);
      const within = (first: string, last: string) =>
        sumsOf(sales.filter((sale) => sale.day >= first && sale.day <= last));
      for (const by of ["week", "month"] as const) {
        const { period } = await report(market, { from, to, by });
        expect(shownSums(period.total)).toEqual(within(from, to));
        expect(period.items[0]?.from).toBe(from);
        expect(period.items.at(-1)?.to).toBe(to);
        for (const [i, line] of period.items.entries()) {
          expect(shownSums(line)).toEqual(within(line.from, line.to));
          const begins = new Date(`${line.from}T00:00:00Z`);
          if (i > 0) expect(by === "week" ? begins.getUTCDay() : begins.getUTCDate()).toBe(1);
          if (i > 0) expect(line.from).toBe(plus(period.items[i - 1]?.to ?? "", 1));
        }
      }
      const week = await report(market, { from: plus(to, -6), to, compare: "previous" });
      expect(shownSums((week.before as typeof week.period).total)).toEqual(within(plus(to, -13), plus(to, -7)));
      const [now, then] = [week.period.total.net, week.before?.total.net ?? 0].map(minor) as [number, number];
      const change = ((now - then) * 1000) / then;
      expect(week.change_permille).toBe(then > 0 ? Math.sign(change) * Math.round(Math.abs(change)) + 0 : null);
      const year = await report(market, { from: to, to, compare: "year" });
      expect(year.before?.total.from.slice(5)).toBe(to.slice(5) === "02-29" ? "02-28" : to.slice(5));
    }
  });

  it("[R106] by hour, city, payment method, product and category, today live and other days kept", async () => {
    for (const market of markets) {
      const sales = await salesOf(shop, market);
      const to = today(market);
      const from = plus(to, -45);
      const parts = async (part: "hour" | "city" | "payment_method" | "product" | "category") =>
        good(await both.api.GET("/api/v1/manager/revenue/parts", at(market, { part, from, to, limit: 100 })));
      const keys = {
        hour: (sale: Sale) => hourOf(market, sale.at),
        city: (sale: Sale) => sale.city,
        payment_method: (sale: Sale) => sale.method,
      };
      for (const [part, keyOf] of Object.entries(keys)) {
        const { items, total } = await parts(part as keyof typeof keys);
        expect(total).toBe(new Set(sales.map(keyOf)).size);
        for (const item of items)
          expect([item.key, shownSums(item)]).toEqual([
            item.key,
            sumsOf(sales.filter((sale) => keyOf(sale) === item.key)),
          ]);
      }
      const goods = new Map<string, { net: number; pieces: number }>();
      for (const sale of sales.filter(({ cancelled }) => !cancelled))
        for (const { slug, goods: minors, quantity, back } of sale.items) {
          const known = goods.get(slug) ?? { net: 0, pieces: 0 };
          known.net += minors - Math.floor((minors * back) / quantity);
          known.pieces += quantity - back;
          goods.set(slug, known);
        }
      const products = await parts("product");
      expect(products.items.length).toBe(Math.min(products.total, 100));
      for (const item of products.items)
        expect([item.key, minor(item.net), item.pieces]).toEqual([
          item.key,
          goods.get(item.key)?.net ?? 0,
          goods.get(item.key)?.pieces ?? 0,
        ]);
      const nets = products.items.map((item) => item.net);
      expect(nets).toEqual([...nets].sort((a, b) => b - a));
      const categories = await parts("category");
      const all = [...goods.values()].reduce((sum, { net }) => sum + net, 0);
      expect(categories.items.reduce((sum, item) => sum + minor(item.net), 0)).toBe(all);
    }
  });

  it("[R106] customers who came back, the funnel, what runs out and what nobody buys", async () => {
    for (const market of markets) {
      const caller = await shop.logIn(customerPhones[market]);
      const { sku, product } = await shop.findSku(market, 12);
      await shop.setStock(market, sku.id, 12);
      await buy(caller, sku.id, 9);
      const sales = await salesOf(shop, market);
      const to = today(market);
      const from = plus(to, -9);
      const ofPeriod = sales.filter((sale) => sale.day >= from && sale.day <= to);
      const sold = ofPeriod.filter((sale) => !sale.cancelled);
      const buyers = [...new Set(sold.map(({ user }) => user))];
      const before = new Set(sales.filter((s) => !s.cancelled && s.day < from).map(({ user }) => user));
      const again = buyers.filter((user) => before.has(user) || sold.filter((s) => s.user === user).length > 1);
      expect(good(await both.api.GET("/api/v1/manager/revenue/customers", at(market, { from, to })))).toEqual({
        from,
        to,
        customers: buyers.length,
        guests: 0,
        orders: sold.length,
        repeat_customers: again.length,
      });
      good(await caller.api.POST("/api/v1/cart/add", { body: { sku_id: sku.id } }));
      const funnel = good(await both.api.GET("/api/v1/manager/revenue/funnel", at(market, { from, to })));
      const paid = ofPeriod.filter((sale) => sale.paid).length;
      expect(funnel).toEqual({ from, to, carts: 1, orders: ofPeriod.length, paid_orders: paid });
      const { items } = good(
        await both.api.GET(
          "/api/v1/manager/revenue/running-out",
          at(market, { days: 28, within_days: 100, limit: 100 }),
        ),
      );
      const mine = items.find((item) => item.sku_code === sku.sku_code);
      expect(mine).toMatchObject({ available: 3, product_slug: product.slug });
      expect(mine?.days_left).toBe(Math.floor((3 * 28) / (mine?.sold_pieces ?? 0)));
      const left = items.map((item) => item.days_left);
      expect(left).toEqual([...left].sort((a, b) => a - b));

      await shop.databases.sql(market, "UPDATE products SET created_at = now() - interval '1 year'");
      const unsold = async (query: object) =>
        good(await both.api.GET("/api/v1/manager/revenue/unsold", at(market, { days: 5, limit: 100, ...query }))).items;
      const recent = new Set(
        sales.filter((s) => s.day >= plus(to, -5)).flatMap((s) => s.items.map(({ slug }) => slug)),
      );
      const alone = (await unsold({})).map((item) => item.product_slug);
      expect(alone.length).toBeGreaterThan(0);
      expect(alone.filter((slug) => recent.has(slug))).toEqual([]);
      const everywhere = (await unsold({ everywhere: true })).map((item) => item.product_slug);
      expect(everywhere.length).toBeGreaterThan(0);
      expect(everywhere.length === 100 || everywhere.every((slug) => alone.includes(slug))).toBe(true);
    }
  });

  it("[R29] [R106] markets side by side in one currency, each day at its rate, or none", async () => {
    const to = plus(today("kg"), -1);
    const from = plus(to, -9);
    const middle = plus(to, -4);
    const compare = async () =>
      good(await both.api.GET("/api/v1/manager/revenue/compare", { params: { query: { from, to, currency: "USD" } } }));
    const put = (market: Market, body: { currency: string; from: string; rate: string }) =>
      both.api.PUT("/api/v1/manager/report-rates", { params: { query: { market } }, body });
    good(await put("kg", { currency: "USD", from: middle, rate: "0.012" }));
    expect((await compare()).converted.find(({ market }) => market === "kg")).toMatchObject({ total_revenue: null });
    good(await put("kg", { currency: "USD", from, rate: "0.01" }));
    const line = await command(shop, [
      ...["revenue", "rate", "--market", "kg", "--currency", "USD", "--rate", "0.011", "--date", from],
    ]);
    expect(line.stdout).toBe(`KG from ${from}: 1 KGS is 0.011 USD\n`);
    const { period } = await report("kg", { from, to, by: "day" });
    const exact = period.items.reduce((sum, day) => sum + minor(day.net) * (day.from < middle ? 11 : 12), 0) / 1000;
    const { converted, items } = await compare();
    expect(converted.map(({ market, currency }) => [market, currency])).toEqual(markets.map((m) => [m, "USD"]));
    expect(minor(converted[0]?.total_revenue ?? 0)).toBe(Math.round(exact));
    expect(converted[1]?.total_revenue).toBe(items[1]?.total_revenue);
    expect(refused(await put("us", { currency: "USD", from, rate: "1" })).code).toBe("analytics.rate_of_own_currency");
    for (const rate of ["0", "-1", "1e3", "0.0123456789", "one"])
      expect(refused(await put("kg", { currency: "USD", from, rate }))).toMatchObject({ status: 422 });
  });

  it("[R104] [R105] another market's manager is told so, and a period has a limit", async () => {
    const own = await shop.logIn(managerPhones.us);
    const answer = refused(await own.api.GET("/api/v1/manager/revenue", at("kg", {})));
    expect(answer).toMatchObject({ status: 403, detail: "No access to KG market" });
    const long = await both.api.GET("/api/v1/manager/revenue", at("kg", { from: "2020-01-01", to: "2022-01-01" }));
    expect(refused(long).code).toBe("analytics.period_invalid");
    const shown = await own.api.GET("/api/v1/manager/revenue", at("us", {}));
    expect(good(shown).period.total).toMatchObject({ market: "us", from: today("us"), to: today("us") });
  });
});
