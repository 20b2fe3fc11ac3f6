// A market's customers as its managers care for them: found, blocked, noted, given their data, erased.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { buy, type Caller, managerPhones, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";
import { partIds } from "../isolation/rows.js";

const phones: Record<Market, string> = { kg: "+996700111004", us: "+12025550143" };

describe.each(layouts)("customers as managers see them, %s", (layout) => {
  let shop: Shop;
  const managers = {} as Record<Market, Caller>;
  beforeAll(async () => {
    shop = await Shop.open(layout, { prepare: partIds });
    for (const market of markets) managers[market] = await shop.logIn(managerPhones[market]);
  });
  afterAll(() => shop?.close());

  const list = async (market: Market, filter: object) =>
    good(await managers[market].api.GET("/api/v1/manager/customers", { params: { query: { market, ...filter } } }))
      .items;
  const at = (market: Market, id: string) => ({ params: { path: { id }, query: { market } } });
  const once = (market: Market, id: string, key: string) => ({
    params: { path: { id }, query: { market }, header: { "Idempotency-Key": key } },
  });
  const account = async (market: Market, phone: string) => {
    const [row] = await shop.databases.sql<{ id: string }>(
      market,
      "INSERT INTO users (market, phone, full_name, email) VALUES ($1, $2, 'A Name', 'a@example.org') RETURNING id",
      [market.toUpperCase(), phone],
    );
    return String(row?.id);
  };
  const path = "/api/v1/manager/customers/{id}";

  it.each(markets)("customers of %s are found by phone and name, in pages, and by no other market", async (market) => {
    const phone = market === "kg" ? "+996555701001" : "+12125550177";
    const id = await account(market, phone);
    const ids = async (asked: Market, filter: object) => (await list(asked, filter)).map((line) => line.id);
    expect(await ids(market, { search: phone.slice(2) })).toEqual([id]);
    expect(await ids(market, { search: "A@example" })).toContain(id);
    expect(await ids(market, { search: phone, is_active: false })).toEqual([]);
    expect(await ids(market, { search: phone, since: "2099-01-01T00:00:00Z" })).toEqual([]);
    const abroad: Market = market === "kg" ? "us" : "kg";
    expect(await ids(abroad, { search: phone })).toEqual([]);
    expect(refused(await managers[abroad].api.GET(`${path}/notes`, at(abroad, id))).code).toBe("customers.not_found");
    const all = await shop.databases.count(market, "SELECT count(*) FROM users WHERE market = $1", [
      market.toUpperCase(),
    ]);
    const seen: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = good(
        await managers[market].api.GET("/api/v1/manager/customers", {
          params: { query: { market, limit: 3, ...(cursor ? { cursor } : {}) } as never },
        }),
      );
      seen.push(...page.items.map((line) => line.id));
      if (page.next === null || page.next === undefined) break;
      cursor = page.next;
    }
    expect(seen).toHaveLength(all);
  });

  it("who is blocked is out at once, and in again when let in; notes are kept once", async () => {
    const customer = await shop.logIn(phones.kg);
    const { api } = managers.kg;
    const body = { reason: "Paid with another's card" };
    const blocked = good(await api.POST(`${path}/block`, { ...at("kg", customer.user.id), body }));
    expect(blocked).toMatchObject({ is_active: false, blocked_reason: body.reason });
    expect(blocked.blocked_by).toBe(`manager:kg/${managers.kg.user.id}`);
    await eventually("the login has ended", async () => {
      const profile = await customer.api.GET("/api/v1/auth/profile", {});
      return profile.response.status !== 200;
    });
    const again = await api.POST(`${path}/block`, { ...at("kg", customer.user.id), body: { reason: "Another" } });
    expect(good(again).blocked_reason).toBe(body.reason);
    good(await api.POST(`${path}/unblock`, at("kg", customer.user.id)));
    await eventually("a login begins again", async () => {
      const entered = await shop.guest().POST("/api/v1/auth/verify-code", {
        body: { phone: phones.kg, verification_code: "123456" },
      });
      return entered.response.status === 200;
    });
    const key = randomUUID();
    const note = { body: { note: "Likes silk" } };
    const first = good(await api.POST(`${path}/notes`, { ...once("kg", customer.user.id, key), ...note }));
    expect(good(await api.POST(`${path}/notes`, { ...once("kg", customer.user.id, key), ...note }))).toEqual(first);
    expect(good(await api.GET(`${path}/notes`, at("kg", customer.user.id))).items).toEqual([first]);
  });

  it("a customer's data is given whole, and erased but for the books", async () => {
    const phone = "+996700111007";
    const customer = await shop.logIn(phone);
    const { id } = customer.user;
    const { sku } = await shop.findSku("kg", 5);
    const order = await buy(customer, sku.id);
    const { api } = managers.kg;
    const body = { reason: "Asked for by letter" };
    const data = good(await api.POST(`${path}/export`, { ...at("kg", id), body })) as unknown as {
      tables: Record<string, Array<Record<string, unknown>>>;
    };
    expect(data.tables.users?.[0]).toMatchObject({ phone });
    expect(data.tables.orders?.[0]).toMatchObject({ order_number: order.order_number });
    expect(data.tables.order_items?.[0]).toMatchObject({ sku_code: sku.sku_code });
    expect(JSON.stringify(data)).not.toContain("refresh_hash");
    expect(refused(await api.POST(`${path}/erase`, { ...at("kg", id), body })).code).toBe("customers.has_open_orders");
    good(
      await api.POST("/api/v1/manager/orders/{id}/cancel", {
        params: { path: { id: order.id }, query: { market: "kg" } },
        body: { reason: "Asked for" },
      }),
    );
    expect((await api.POST(`${path}/erase`, { ...at("kg", id), body })).response.status).toBe(204);
    expect(refused(await api.POST(`${path}/export`, { ...at("kg", id), body })).status).toBe(404);
    const [kept] = await shop.databases.sql("kg", "SELECT * FROM orders WHERE market = 'KG' AND id = $1", [order.id]);
    expect(kept).toMatchObject({ user_id: null, customer_name: "erased", customer_phone: "" });
    for (const table of ["manager_audit", "orders", "users", "sms_messages", "customer_notes"])
      expect(JSON.stringify(await shop.databases.sql("kg", `SELECT * FROM ${table}`)), table).not.toContain(phone);
    const manager = await api.POST(`${path}/erase`, { ...at("kg", managers.kg.user.id), body });
    expect(refused(manager).code).toBe("customers.is_manager");
  });
});
