// Managers' lists of orders: filters, orders, cursors, columns, saved lists and files; each filter has an index.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw, refused } from "../harness/api.js";
import { records } from "../harness/csv.js";
import { untilJob } from "../harness/jobs.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { dice, plantOrders } from "../harness/many_orders.js";
import { type Caller, customerPhones, managerPhones, minor, Shop } from "../harness/shop.js";
import { statementsOfSource } from "../harness/statements_of_source.js";

const seed = Number(process.env.MARQUE_TEST_SEED ?? Math.floor(Math.random() * 1e9));
const zones: Record<Market, string> = { kg: "Asia/Bishkek", us: "America/New_York" };

interface Row {
  id: string;
  number: string;
  status: string;
  payment_status: string;
  payment_method: string;
  city: string;
  name: string;
  phone: string;
  total: number;
  at: Date;
  day: string;
}
interface Filter {
  status_filter?: string;
  payment_status?: string;
  payment_method?: string;
  city?: string;
  from?: string;
  to?: string;
  total_from?: string;
  total_to?: string;
  q?: string;
}
const sorts = ["newest", "oldest", "dearest", "cheapest"] as const;
type Sort = (typeof sorts)[number];

async function rowsOf(shop: Shop, market: Market): Promise<Row[]> {
  const rows = await shop.databases.sql<Omit<Row, "day">>(
    market,
    `SELECT id, order_number AS number, status, payment_status, payment_method, delivery_city AS city,
            customer_name AS name, customer_phone AS phone, total_minor::float8 AS total, order_date AS at,
            extract(epoch FROM order_date)::text AS exact
     FROM orders WHERE market = $1`,
    [market.toUpperCase()],
  );
  const format = new Intl.DateTimeFormat("en-CA", { timeZone: zones[market], dateStyle: "short" });
  return rows.map((row) => ({ ...row, day: format.format(row.at) }));
}

/** The filter as somebody would explain it. */
function fits(row: Row, filter: Filter): boolean {
  const words = row.name.toLowerCase().split(" ");
  const found = (q: string) => {
    const typed = q.replace(/\D/g, "");
    const digits = typed.length >= 9 ? typed.replace(/^0/, "") : typed;
    if (/^[-+() 0-9]+$/.test(q)) return row.phone.endsWith(digits);
    if (/\d/.test(q)) return row.number === q.toUpperCase();
    const asked = q.toLowerCase().split(" ");
    if (asked.length === 1) return [words[0], words.at(-1)].some((word) => word?.startsWith(q.toLowerCase()));
    const [first, last] = [asked[0] ?? "", asked.at(-1) ?? ""];
    return (
      (words[0] === first && words.at(-1)?.startsWith(last)) || (words.at(-1) === first && words[0]?.startsWith(last))
    );
  };
  return (
    (filter.status_filter ?? row.status) === row.status &&
    (filter.payment_status ?? row.payment_status) === row.payment_status &&
    (filter.payment_method ?? row.payment_method) === row.payment_method &&
    (filter.city ?? row.city) === row.city &&
    (filter.from ?? row.day) <= row.day &&
    (filter.to ?? row.day) >= row.day &&
    (filter.total_from === undefined || row.total >= minor(Number(filter.total_from))) &&
    (filter.total_to === undefined || row.total <= minor(Number(filter.total_to))) &&
    (filter.q === undefined || Boolean(found(filter.q)))
  );
}

describe.each(layouts)(`lists of orders, %s, seed ${seed}`, (layout) => {
  let shop: Shop;
  let both: Caller;
  const random = dice(seed);
  const rows = {} as Record<Market, Row[]>;
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    for (const [i, market] of markets.entries()) {
      await plantOrders(shop.databases, market, { orders: 500, customers: 80, days: 60, seed: 0.5 + i / 10 });
      rows[market] = await rowsOf(shop, market);
    }
    both = await shop.logIn(managerPhones.both);
  });
  afterAll(() => shop?.close());

  const list = async (market: Market, query: object) =>
    good(await both.api.GET("/api/v1/manager/orders", { params: { query: { market, ...query } as never } }));

  it.each(markets)("[R92] orders of %s are found by their own market: no plan asks who ordered", async (market) => {
    for (const name of ["newest", "oldest", "dearest", "cheapest", "counted"]) {
      const sql = (statementsOfSource().get(`order_lists.${name}`) ?? "").replace(/\$\d+/g, "NULL");
      const lines = await shop.databases.as<{ "QUERY PLAN": string }>(market, `marque_${market}`, `EXPLAIN ${sql}`);
      const plan = lines.map((line) => line["QUERY PLAN"]).join("\n");
      expect(plan).toMatch(/orders/);
      expect(plan).not.toMatch(/\busers\b/);
    }
  });

  /** One to three filters, with values of a row, so that something is found. */
  function anyFilter(market: Market): Filter {
    const row = pick(rows[market]);
    const other = pick(rows[market]);
    const low = Math.min(row.total, other.total) / 100;
    const [first, last] = row.name.split(" ") as [string, string];
    const choices: Filter[] = [
      { status_filter: row.status },
      { payment_status: row.payment_status },
      { payment_method: row.payment_method },
      { city: row.city },
      { from: [row.day, other.day].sort()[0], to: [row.day, other.day].sort()[1] },
      { from: row.day },
      { total_from: low.toFixed(2) },
      { total_to: (row.total / 100).toFixed(2) },
      { q: row.number.toLowerCase() },
      { q: row.phone.slice(-4 - Math.floor(random() * 6)) },
      { q: row.phone },
      { q: pick([first, last]).slice(0, 3).toUpperCase() },
      { q: pick([`${first} ${last.slice(0, 2)}`, `${last} ${first}`]) },
    ];
    return Object.assign({}, ...Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(choices))) as Filter;
  }

  it("[R106] finds what any filter means, in any order, page by page, each order once", async () => {
    for (const market of markets)
      for (let i = 0; i < 60; i += 1) {
        const filter = anyFilter(market);
        const sort: Sort = pick(sorts);
        const wanted = rows[market].filter((row) => fits(row, filter));
        const limit = pick([1, 7, 40, 100]);
        const seen: Array<{ id: string; total: number; at: string }> = [];
        let cursor: string | null = null;
        let pages = 0;
        do {
          const page: Awaited<ReturnType<typeof list>> = await list(market, {
            ...filter,
            sort,
            limit,
            ...(cursor === null ? {} : { cursor }),
          });
          expect([filter, page.total, page.total_is_exact]).toEqual([filter, wanted.length, true]);
          for (const item of page.items)
            seen.push({ id: item.id, total: item.total_amount ?? 0, at: item.order_date ?? "" });
          cursor = page.next ?? null;
          pages += 1;
        } while (cursor !== null && pages < 8);
        const whole = cursor === null;
        expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
        if (whole) expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(wanted.map(({ id }) => id)));
        else expect(seen.length).toBe(8 * limit);
        const keys = seen.map(({ total, at }) => (sort === "dearest" || sort === "cheapest" ? total : Date.parse(at)));
        const rising = sort === "oldest" || sort === "cheapest";
        expect(keys).toEqual([...keys].sort((a, b) => (rising ? a - b : b - a)));
        if (!whole) {
          const all = wanted.map((row) => (sort === "dearest" || sort === "cheapest" ? row.total / 100 : +row.at));
          const first = all.sort((a, b) => (rising ? a - b : b - a)).slice(0, seen.length);
          expect(keys.map(Math.floor)).toEqual(first.map(Math.floor));
        }
      }
  });

  it("answers with the columns that are asked for, and refuses others", async () => {
    const { items } = await list("kg", { fields: "order_number,city", limit: 3 });
    for (const item of items) expect(Object.keys(item).sort()).toEqual(["city", "id", "order_number"]);
    const wrong = (query: string) =>
      raw(shop.origin, "GET", `/api/v1/manager/orders?market=kg&${query}`, {
        headers: { Authorization: `Bearer ${both.token}` },
      });
    for (const query of ["fields=password", "cursor=5", "cursor=x_1", "offset=10001", "total_from=1.2345", "q=a"])
      expect([query, (await wrong(query)).status]).toEqual([query, 422]);
  });

  it("[R106] keeps lists under a name, each manager's own, in the market they are of", async () => {
    const path = "/api/v1/manager/order-lists";
    const kg = { params: { query: { market: "kg" as const } } };
    const filter = { city: "City 1", from: "2026-01-01", total_from: "100.50" };
    const body = { name: "Dear ones", filter, sort: "dearest" as const, fields: "order_number,city" };
    const first = good(await both.api.PUT(path, { ...kg, body }));
    expect(first).toMatchObject({ name: "Dear ones", filter, sort: "dearest", fields: "order_number,city" });
    const again = good(await both.api.PUT(path, { ...kg, body: { ...body, sort: "cheapest" } }));
    expect(again).toMatchObject({ id: first.id, sort: "cheapest" });
    expect(good(await both.api.GET(path, kg)).items.map(({ id }) => id)).toEqual([first.id]);
    expect(good(await both.api.GET(path, { params: { query: { market: "us" } } })).items).toEqual([]);
    const own = await shop.logIn(managerPhones.kg);
    expect(good(await own.api.GET(path, kg)).items).toEqual([]);
    const at = { params: { path: { id: first.id }, ...kg.params } };
    expect(refused(await own.api.DELETE(`${path}/{id}`, at)).code).toBe("lists.not_found");
    for (let i = 1; i < 50; i += 1) good(await both.api.PUT(path, { ...kg, body: { name: `List ${i}` } }));
    expect(refused(await both.api.PUT(path, { ...kg, body: { name: "One more" } })).code).toBe("lists.too_many");
    expect((await both.api.DELETE(`${path}/{id}`, at)).response.status).toBe(204);
    expect(good(await both.api.GET(path, kg)).items).toHaveLength(49);
  });

  it("[R106] makes a file of all orders of a filter, with the columns in the order asked for", async () => {
    const city = rows.kg[0]?.city ?? "";
    const name = "=HYPERLINK(1)";
    await shop.databases.sql("kg", "UPDATE orders SET customer_name = $1 WHERE market = 'KG' AND id = $2", [
      name,
      rows.kg[0]?.id,
    ]);
    const body = { filter: { city }, fields: "order_number,customer_name,total_amount", format: "csv" as const };
    const params = { query: { market: "kg" as const } };
    const job = good(await both.api.POST("/api/v1/manager/orders/export", { params, body }));
    expect(job.kind).toBe("export_orders");
    const done = await untilJob(both, "kg", job.id);
    const wanted = rows.kg.filter((row) => row.city === city).sort((a, b) => +b.at - +a.at);
    expect(done).toMatchObject({ state: "done", report: { rows: wanted.length } });
    const file = await raw(shop.origin, "GET", `/api/v1/manager/jobs/${job.id}/file?market=kg`, {
      headers: { Authorization: `Bearer ${both.token}` },
    });
    const lines = records(file.text);
    expect(lines[0]).toEqual(["order_number", "customer_name", "total_amount"]);
    expect(lines.slice(1).map(([number]) => number)).toEqual(wanted.map(({ number }) => number));
    expect(lines.slice(1).find(([number]) => number === rows.kg[0]?.number)?.[1]).toBe(`'${name}`);
    const customer = await shop.logIn(customerPhones.kg);
    const no = await customer.api.POST("/api/v1/manager/orders/export", { params, body });
    expect(refused(no).code).toBe("manager.not_a_manager");
  });
});

describe("plans of lists of orders", () => {
  let shop: Shop;
  const statements = statementsOfSource();
  const orders = 20_000;
  beforeAll(async () => {
    shop = await Shop.open("one database");
    await plantOrders(shop.databases, "kg", { orders, customers: 3_000, days: 365, seed: 0.7 });
    await shop.databases.sql(
      "kg",
      `CREATE FUNCTION test_plan(asked text, first text) RETURNS SETOF text LANGUAGE plpgsql AS $$
       BEGIN
         IF first <> '' THEN EXECUTE first; END IF;
         RETURN QUERY EXECUTE 'EXPLAIN ' || asked;
       END $$`,
    );
  }, 60_000);
  afterAll(() => shop?.close());

  const filters: Record<string, Record<number, string>> = {
    none: {},
    status: { 1: "'shipped'" },
    "payment status": { 2: "'refunded'" },
    "payment method": { 3: "'card'" },
    "a method nobody has": { 3: "'barter'" },
    city: { 4: "'City 11'" },
    "a city nobody lives in": { 4: "'Nowhere'" },
    period: { 5: "'2026-03-01'", 6: "'2026-03-02'" },
    total: { 8: "100000", 9: "100100" },
    number: { 10: "'KG-GEN-17'" },
    phone: { 11: "'7100'" },
    "beginning of a name": { 12: "'abc'" },
    "two names": { 12: "'abc'", 13: "'de'" },
    "status and city": { 1: "'cancelled'", 4: "'City 3'" },
    "status, method and period": { 1: "'pending'", 3: "'card'", 5: "'2026-01-01'" },
    "name and status": { 1: "'cancelled'", 12: "'ab'" },
  };
  /** The statement as PostgreSQL plans it for these values; as the server asks for many orders, and for a few. */
  async function planOf(name: string, values: Record<number, string>): Promise<string> {
    const last: Record<number, string> = name === "counted" ? { 14: "1001" } : { 16: "21", 17: "0" };
    const all: Record<number, string> = { 7: "'Asia/Bishkek'", ...last, ...values };
    const filled = (of: string, more = {} as Record<number, string>) =>
      (statements.get(`order_lists.${of}`) ?? "").replace(
        /\$(\d+)/g,
        (_, n: string) => ({ ...all, ...more })[+n] ?? "NULL",
      );
    const few = name === "counted" || (await counted(filled("counted", { 14: "1001" }))) <= 1_000;
    const rows = await shop.databases.as<{ plan: string }>(
      "kg",
      "marque_kg",
      `SELECT plan FROM test_plan(${literal(filled(name))}, ${literal(few ? "" : filled("walk"))}) AS p(plan)`,
    );
    return rows.map(({ plan }) => plan).join("\n");
  }
  const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const counted = async (sql: string) => {
    const [row] = await shop.databases.as<{ count: string }>("kg", "marque_kg", sql);
    return Number(row?.count);
  };

  it.each(Object.entries(filters))("reads no whole table: %s", async (filter, values) => {
    for (const name of ["newest", "oldest", "dearest", "cheapest", "counted"]) {
      const plan = await planOf(name, values);
      expect(plan).toContain("orders");
      // Where any row fits, counting to a thousand may begin anywhere: it ends there.
      const ends_soon = name === "counted" && ["none", "payment method"].includes(filter);
      if (!ends_soon) expect(`${name}\n${plan}`).not.toContain("Seq Scan on orders");
    }
  });

  it("negative control: without its index a city is looked for in the whole table", async () => {
    await shop.databases.sql("kg", "DROP INDEX orders_city");
    expect(await planOf("counted", { 4: "'Nowhere'" })).toContain("Seq Scan on orders");
    await shop.databases.sql(
      "kg",
      "CREATE INDEX orders_city ON orders (market, delivery_city, order_date DESC, id DESC)",
    );
  });

  it("counts as far as counting is quick", async () => {
    const both = await shop.logIn(managerPhones.both);
    const query = { market: "kg" as const, limit: 1 };
    const page = good(await both.api.GET("/api/v1/manager/orders", { params: { query } }));
    expect(page).toMatchObject({ total: 1_000, total_is_exact: false });
  });
});
