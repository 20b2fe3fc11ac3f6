// What managers change of their market: shown to customers at once, in the version that was read, in their market only;
// and what a market lacks before it can sell, as the command says it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { marque } from "../harness/server.js";
import { type Caller, customerPhones, delivery, managerPhones, minor, Shop } from "../harness/shop.js";
import { otherMarket } from "../harness/strangers.js";

const path = "/api/v1/manager/market/settings";

describe.each(layouts)("settings of a market, %s", (layout) => {
  let shop: Shop;
  const managers = {} as Record<Market, Caller>;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    for (const market of markets) managers[market] = await shop.logIn(managerPhones[market]);
  });
  afterAll(() => shop?.close());

  const read = async (market: Market) => good(await managers[market].api.GET(path, {}));
  /** As customers' programs see it. */
  const shown = async (market: Market) => {
    const { items } = good(await shop.guest(market).GET("/api/v1/markets", {}));
    return items.find(({ code }) => code === market);
  };

  it.each(markets)(
    "are shown to customers within a moment, and nothing else of any market changes: %s",
    async (market) => {
      const { api } = managers[market];
      const before = await read(market);
      const others = await read(otherMarket(market));
      const body = { version: before.version, name: `Shop of ${market}`, tax_label: "Levy", shipping_cost: 3.5 };
      const after = good(
        await api.PUT(path, { body: { ...body, payment_methods: ["bank_transfer", "card", "card"] } }),
      );
      expect(after).toEqual({
        ...before,
        ...body,
        payment_methods: ["bank_transfer", "card"],
        version: before.version + 1,
        findings: after.findings,
      });
      await expect
        .poll(() => shown(market))
        .toMatchObject({
          name: body.name,
          tax_label: "Levy",
          shipping_cost: 3.5,
          payment_methods: ["bank_transfer", "card"],
        });
      const customer = await shop.logIn(customerPhones[market]);
      const items = [{ sku_id: (await shop.findSku(market, 5)).sku.id, quantity: 1 }];
      const order = { ...delivery(customerPhones[market]), payment_method: "cash_on_delivery", items };
      expect(refused(await customer.api.POST("/api/v1/orders/create", { body: order }))).toMatchObject({
        code: "orders.payment_method_unknown",
      });
      expect(await read(otherMarket(market))).toEqual(others);
      const [row] = await shop.databases.sql<{ before: object; wanted: object; changed_by: string }>(
        market,
        "SELECT before, wanted, changed_by FROM market_changes WHERE market = $1 ORDER BY id DESC LIMIT 1",
        [market.toUpperCase()],
      );
      expect(row?.before).toMatchObject({ name: before.name, shipping_minor: minor(before.shipping_cost) });
      expect(row?.wanted).toMatchObject({ name: body.name, shipping_minor: 350 });
      expect(row?.changed_by).toBe(`manager:${market}/${managers[market].user.id}`);
    },
  );

  it.each(markets)("who is slower is refused, whoever was faster, and nothing is written: %s", async (market) => {
    const { api } = managers[market];
    const { version, name } = await read(market);
    good(await api.PUT(path, { body: { version, seller_name: "One" } }));
    expect(refused(await api.PUT(path, { body: { version, seller_name: "Two" } }))).toMatchObject({
      status: 409,
      code: "markets.stale",
    });
    const command = await marque(["market", "set", market, "tax_label=VAT"], shop.databases.environment);
    expect(command.code, command.stderr).toBe(0);
    expect(refused(await api.PUT(path, { body: { version: version + 1, name: "Late" } })).code).toBe("markets.stale");
    expect(await read(market)).toMatchObject({ version: version + 2, seller_name: "One", tax_label: "VAT", name });
  });

  it("of two at once one is told that the other was faster", async () => {
    const { version } = await read("us");
    const tries = ["One", "Two", "Three", "Four"].map((seller_address) =>
      managers.us.api.PUT(path, { body: { version, seller_address } }),
    );
    const statuses = (await Promise.all(tries)).map(({ response }) => response.status);
    expect(statuses.toSorted()).toEqual([200, 409, 409, 409]);
  });

  it("what cannot be is said field by field, and nothing is written", async () => {
    const { api } = managers.us;
    const before = await read("us");
    const version = before.version;
    const wrong: Array<[object, string]> = [
      [{ shipping_cost: -1 }, "shipping_cost"],
      [{ shipping_free_from: "1.234" }, "shipping_free_from"],
      [{ payment_methods: [] }, "payment_methods"],
      [{ payment_methods: ["gold"] }, "payment_methods[0]"],
      [{ address_required: ["planet"] }, "address_required[0]"],
      [{ name: "" }, "name"],
      [{ state: "closed" }, "state"],
      [{ currency: "KGS" }, "currency"],
    ];
    for (const [body, field] of wrong) {
      const answer = refused(await api.PUT(path, { body: { version, ...body } as never }));
      expect(answer.status).toBe(422);
      expect(answer.errors.map((error) => error.field)).toEqual([field]);
    }
    expect(await read("us")).toEqual(before);
  });

  it.each(markets)("what the market lacks is what the command finds: %s", async (market) => {
    const { findings, is_ready } = await read(market);
    const said = await marque(["market", "check", market, "--json"], shop.databases.environment);
    const readiness = JSON.parse(said.stdout) as { ready: boolean; findings: object[] };
    expect({ findings, is_ready }).toEqual({ findings: readiness.findings, is_ready: readiness.ready });
  });

  it("a market's role changes no market but its own, nor any by hand, nor what was told", async () => {
    for (const market of markets) {
      const as = (sql: string) => shop.databases.as(market, `marque_${market}`, sql);
      const insert = (code: string) =>
        `INSERT INTO market_changes (market, version, changed_by, wanted)
         SELECT '${code}', version, 'nobody', '{"name": "Taken"}' FROM markets`;
      await expect(as(insert(otherMarket(market).toUpperCase()))).rejects.toThrow(/row-level security/);
      await expect(as("UPDATE markets SET name = 'Taken'")).rejects.toThrow(/permission denied/);
      await expect(as("UPDATE market_changes SET wanted = '{}'")).rejects.toThrow(/not rewritten/);
      await expect(as("SELECT marque_change_market()")).rejects.toThrow(/permission denied|trigger/);
    }
  });
});
