// Managers: rights, the market switch, and orders under the market they belong to.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, postText, raw, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { buy, type Caller, customerPhones, managerPhones, type Order, Shop } from "../harness/shop.js";

describe.each(layouts)("managers, %s", (layout) => {
  let shop: Shop;
  let both: Caller;
  const own = {} as Record<Market, Caller>;
  const orders = {} as Record<Market, Order>;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    both = await shop.logIn(managerPhones.both);
    for (const market of markets) {
      own[market] = await shop.logIn(managerPhones[market]);
      const customer = await shop.logIn(customerPhones[market]);
      orders[market] = await buy(customer, (await shop.findSku(market, 5)).sku.id);
    }
  });
  afterAll(() => shop?.close());

  const marketOf = async (caller: Caller) => good(await caller.api.GET("/api/v1/manager/market", {}));

  it("[R101] tells what the caller may manage", async () => {
    expect(await marketOf(both)).toEqual({
      role: "admin",
      can_manage_kg: true,
      can_manage_us: true,
      accessible_markets: ["kg", "us"],
      active_market: "kg",
    });
    expect(await marketOf(own.us)).toEqual({
      role: "manager",
      can_manage_kg: false,
      can_manage_us: true,
      accessible_markets: ["us"],
      active_market: "us",
    });
  });

  it("[R102] [R103] [R107] the switch is remembered on the server and changes what is listed", async () => {
    const manager = await shop.logIn("+12025550144");
    for (const market of ["us", "kg", "us"] as const) {
      const switched = good(await manager.api.POST("/api/v1/manager/market", { body: { market } }));
      expect(switched.active_market).toBe(market);
      const again = await shop.logIn("+12025550144");
      expect((await marketOf(again)).active_market).toBe(market);
      const listed = good(await again.api.GET("/api/v1/manager/orders", {}));
      expect(listed.items.map((item) => item.order_number)).toEqual([orders[market].order_number]);
    }
  });

  it.each(markets)("[R104] [R106] the market parameter decides for one request: %s", async (market) => {
    for (const written of [market, market.toUpperCase()]) {
      const { data, response } = await both.api.GET("/api/v1/manager/orders", {
        params: { query: { market: written } },
      });
      expect(data?.items.map((item) => item.order_number)).toEqual([orders[market].order_number]);
      expect(response.headers.get("x-market")).toBe(market);
    }
    expect((await marketOf(both)).active_market).toBe("kg");
    const one = good(
      await both.api.GET("/api/v1/manager/orders/{id}", {
        params: { path: { id: orders[market].id }, query: { market } },
      }),
    );
    expect(one).toEqual({ ...orders[market], allowed_actions: ["confirm", "cancel"] });
  });

  it("an order of the other market is not found, whatever its number", async () => {
    const query = { market: "us" };
    const answer = await both.api.GET("/api/v1/manager/orders/{id}", { params: { path: { id: orders.kg.id }, query } });
    // In two databases the same number may be an order there; it is never this one.
    if (answer.data) expect(answer.data.order_number).not.toBe(orders.kg.order_number);
    else expect(refused(answer)).toMatchObject({ status: 404, code: "orders.not_found" });
  });

  it("[R105] a market without permission is 403 with the words of S2, and changes nothing", async () => {
    const list = await own.us.api.GET("/api/v1/manager/orders", { params: { query: { market: "kg" } } });
    expect(refused(list)).toMatchObject({
      status: 403,
      code: "manager.no_access",
      detail: "No access to KG market",
      error: "No access to KG market",
    });
    const change = await own.us.api.POST("/api/v1/manager/market", { body: { market: "kg" } });
    expect(refused(change)).toMatchObject({ status: 403, detail: "No access to KG market" });
    const back = await own.kg.api.GET("/api/v1/manager/orders", { params: { query: { market: "us" } } });
    expect(refused(back).detail).toBe("No access to US market");
    expect((await marketOf(own.us)).active_market).toBe("us");
  });

  it("an unknown market is refused and not replaced by another", async () => {
    for (const market of ["de", "all", "1"]) {
      const answer = await raw(shop.origin, "GET", `/api/v1/manager/orders?market=${market}`, { token: both.token });
      expect([403, 422]).toContain(answer.status);
    }
    const body = await postText(shop.origin, "/api/v1/manager/market", '{"market":"all"}', { token: both.token });
    expect(body.status).toBe(422);
  });

  it("customers and guests are no managers", async () => {
    const customer = await shop.logIn(customerPhones.kg);
    for (const path of [
      "/api/v1/manager/market",
      "/api/v1/manager/orders",
      `/api/v1/manager/orders/${orders.kg.id}`,
      "/api/v1/manager/orders?market=us",
    ]) {
      const asCustomer = await raw(shop.origin, "GET", path, { token: customer.token });
      expect(asCustomer.problem()).toMatchObject({ status: 403, code: "manager.not_a_manager" });
      expect((await raw(shop.origin, "GET", path)).problem()).toMatchObject({ status: 401, code: "auth.required" });
    }
  });

  it("[F2] a right that was taken away is gone at the next request", async () => {
    const manager = await shop.logIn(managerPhones.kg);
    good(await manager.api.GET("/api/v1/manager/orders", {}));
    await shop.databases.sql("kg", `DELETE FROM manager_grants WHERE market = 'KG' AND user_id = $1`, [
      manager.user.id,
    ]);
    expect(refused(await manager.api.GET("/api/v1/manager/orders", {}))).toMatchObject({
      status: 403,
      code: "manager.not_a_manager",
    });
  });

  it("[R106] lists in pages and by status", async () => {
    const query = { market: "us", status_filter: "cancelled" as const };
    expect(good(await both.api.GET("/api/v1/manager/orders", { params: { query } }))).toMatchObject({
      items: [],
      total: 0,
    });
    const page = good(await both.api.GET("/api/v1/manager/orders", { params: { query: { market: "us", limit: 1 } } }));
    expect(page).toMatchObject({ total: 1, limit: 1, next: null });
    expect(page.items[0]?.customer_phone).toBe(customerPhones.us);
  });
});
