// [K5] A customer who is erased is gone: no table, no waiting event, no kept answer and no log says their name, phone,
// e-mail or address any more. Books stay: orders, payments, stock, and the invoices that the law wants kept.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw } from "../harness/api.js";
import { layouts, type Market } from "../harness/layouts.js";
import { type Caller, delivery, managerPhones, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

/** Words that are nobody else's in the whole shop. */
const person = {
  phone: "+996700111015",
  name: "Erasmus Vergissmeinnicht",
  email: "erasmus.vergissmeinnicht@example.org",
  street: "17 Vanishing Lane",
  second: "18 Disappearing Road",
  notes: "Ring at the unwritten door",
};
const needles = [person.phone.slice(1), ...Object.values(person).slice(1)];
/** What was issued is kept as the law asks. */
const keptByLaw = ["invoices"];
const market: Market = "kg";

describe.each(layouts)("erasing, %s", (layout) => {
  let shop: Shop;
  let manager: Caller;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    manager = await shop.logIn(managerPhones[market]);
  });
  afterAll(() => shop?.close());

  /** Tables of every database with a row that says one of the words, and which. */
  const tablesThatTell = async (): Promise<Record<string, string[]>> => {
    const told: Record<string, string[]> = {};
    for (const at of shop.databases.split ? (["kg", "us"] as const) : (["kg"] as const)) {
      const tables = await shop.databases.sql<{ name: string }>(
        at,
        "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')",
      );
      expect(tables.length).toBeGreaterThan(60);
      for (const { name } of tables) {
        const found = await shop.databases.sql<{ word: string }>(
          at,
          `SELECT DISTINCT word FROM "${name}" t, unnest($1::text[]) word
           WHERE strpos(lower(to_jsonb(t)::text), lower(word)) > 0`,
          [needles],
        );
        if (found.length > 0) told[name] = found.map((row) => row.word).sort();
      }
    }
    return told;
  };

  const books = () =>
    shop.databases.sql(
      market,
      `SELECT (SELECT count(*) FROM orders) AS orders, (SELECT sum(total_minor) FROM orders) AS total,
              (SELECT count(*) FROM payments) AS payments, (SELECT sum(amount_minor) FROM payments) AS owed,
              (SELECT count(*) FROM order_items) AS items, (SELECT sum(delta) FROM stock_ledger) AS pieces,
              (SELECT count(*) FROM invoices) AS invoices, (SELECT count(*) FROM order_status_history) AS moves,
              (SELECT count(*) FROM manager_audit WHERE action NOT LIKE '%erase') AS audited`,
    );

  /** Everything a customer leaves behind: an account, an address, orders, answers kept for repetitions, messages. */
  const live = async (): Promise<string> => {
    await shop.guest().POST("/api/v1/auth/send-verification", { body: { phone: person.phone } });
    const customer = await shop.logIn(person.phone);
    good(await customer.api.PUT("/api/v1/profile", { body: { full_name: person.name, email: person.email } }));
    const keyed = (key: string) => ({ params: { header: { "Idempotency-Key": key } } });
    const address = { title: person.name, street: person.street, city: "Бишкек", state: "GB" };
    good(await customer.api.POST("/api/v1/profile/addresses", { ...keyed("erasure-address"), body: address }));
    const { sku } = await shop.findSku(market, 10);
    const order = async (key: string) =>
      good(
        await customer.api.POST("/api/v1/orders/create", {
          ...keyed(key),
          body: {
            ...delivery(person.phone),
            customer_name: person.name,
            customer_email: person.email,
            delivery_address: person.street,
            delivery_notes: person.notes,
            payment_method: "cash_on_delivery",
            items: [{ sku_id: sku.id, quantity: 1 }],
          },
        }),
      );
    const [kept, cancelled] = [await order("erasure-one"), await order("erasure-two")];
    // What managers do about them is told by the audit log, and their answers are kept, too.
    const at = (id: string) => ({ params: { path: { id }, query: { market } } });
    const once = (id: string, key: string) => ({
      params: { path: { id }, query: { market }, header: { "Idempotency-Key": key } },
    });
    const { api } = manager;
    good(
      await api.PUT("/api/v1/manager/orders/{id}/address", {
        params: { path: { id: kept.id }, query: { market } },
        body: {
          delivery_address: person.second,
          version: good(await api.GET("/api/v1/manager/orders/{id}", at(kept.id))).version,
        },
      }),
    );
    const note = { note: `${person.name} called, ${person.phone}` };
    good(
      await api.POST("/api/v1/manager/customers/{id}/notes", { ...once(customer.user.id, "erasure-note"), body: note }),
    );
    good(await api.POST("/api/v1/manager/orders/{id}/cancel", { ...at(cancelled.id), body: { reason: "Asked" } }));
    good(await api.POST("/api/v1/manager/orders/{id}/confirm", { ...at(kept.id), body: {} }));
    good(await api.POST("/api/v1/manager/orders/{id}/ship", { ...at(kept.id), body: { carrier: "A courier" } }));
    good(await api.POST("/api/v1/manager/orders/{id}/deliver", { ...at(kept.id), body: {} }));
    const invoice = await raw(shop.origin, "GET", `/api/v1/manager/orders/${kept.id}/invoice?market=${market}`, {
      token: manager.token,
    });
    expect(invoice.status).toBe(200);
    const waiting = () => shop.databases.count(market, "SELECT count(*) FROM outbox WHERE done_at IS NULL");
    await eventually("all events are told", async () => (await waiting()) === 0);
    return customer.user.id;
  };

  it("[K5] takes a person out of every table and log, and leaves the books", async () => {
    const id = await live();
    const before = await tablesThatTell();
    console.log(`[K5] ${layout}: told by ${Object.keys(before).join(", ")}`);
    // The walk sees what is there: otherwise it would prove nothing.
    expect(Object.keys(before)).toEqual(
      expect.arrayContaining(["users", "addresses", "orders", "idempotency_keys", "manager_audit", "customer_notes"]),
    );
    const kept = await books();
    const erased = await manager.api.POST("/api/v1/manager/customers/{id}/erase", {
      params: { path: { id }, query: { market } },
      body: { reason: "Asked for by letter" },
    });
    expect(erased.response.status).toBe(204);
    const after = await tablesThatTell();
    expect(Object.fromEntries(Object.entries(after).filter(([table]) => !keptByLaw.includes(table)))).toEqual({});
    expect(await books()).toEqual(kept);
    const log = JSON.stringify(shop.server.logs);
    for (const needle of needles) expect(log).not.toContain(needle);
    // Their keys are good for nobody else's orders, and what managers did before is still told, without what it showed.
    const [blanked] = await shop.databases.sql<{ count: string }>(
      market,
      `SELECT count(*) FROM manager_audit WHERE after::text LIKE '%"erased": true%'`,
    );
    expect(Number(blanked?.count)).toBeGreaterThan(0);
  });

  it("control: one kept answer that still names them is found", async () => {
    await shop.databases.sql(
      market,
      `INSERT INTO idempotency_keys (market, scope, route, key, body_hash, status, body)
       VALUES ('KG', gen_random_uuid(), 'orders.create', 'left', '', 201, $1)`,
      [JSON.stringify({ customer_name: person.name })],
    );
    expect(await tablesThatTell()).toMatchObject({ idempotency_keys: [person.name] });
  });
});
