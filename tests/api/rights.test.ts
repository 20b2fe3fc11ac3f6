// Roles, permissions and staff: what each role may do in each market, who may hand rights out, and that changes hold at
// once on every server.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { client, good, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { MarqueServer } from "../harness/server.js";
import { type Caller, customerPhones, managerPhones, Shop } from "../harness/shop.js";
import { permissionsOf } from "../isolation/roles.js";

const otherMarket = (market: Market): Market => (market === "kg" ? "us" : "kg");

describe.each(layouts)("rights, %s", (layout) => {
  let shop: Shop;
  let second: MarqueServer;
  let admin: Caller;
  let phones = 0;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    second = await MarqueServer.start(shop.databases.environment);
    admin = await shop.logIn(managerPhones.both);
  });
  afterAll(async () => {
    await second?.stop();
    await shop?.close();
  });

  const freshPhone = (home: Market) =>
    `${home === "kg" ? "+9967001110" : "+121255501"}${String(phones++ % 20).padStart(2, "0")}`;
  const invite = (caller: Caller, market: Market, body: { phone: string; role: string }, key = randomUUID()) =>
    caller.api.POST("/api/v1/manager/staff", {
      params: { query: { market }, header: { "Idempotency-Key": key } },
      body,
    });
  const setRole = (caller: Caller, market: Market, id: string, role: string) =>
    caller.api.PUT("/api/v1/manager/staff/{id}", { params: { path: { id }, query: { market } }, body: { role } });
  const remove = (caller: Caller, market: Market, id: string) =>
    caller.api.DELETE("/api/v1/manager/staff/{id}", { params: { path: { id }, query: { market } } });
  const putRole = (caller: Caller, market: Market, code: string, permissions: string[], version?: number) =>
    caller.api.PUT("/api/v1/manager/roles/{code}", {
      params: { path: { code }, query: { market } },
      body: { name: code, permissions, version },
    });
  const me = async (caller: Caller) => good(await caller.api.GET("/api/v1/manager/me", {}));
  /** Somebody invited to `market` whose phone is of `home`, logged in. */
  const staff = async (market: Market, home: Market, role: string) => {
    const phone = freshPhone(home);
    const { id } = good(await invite(admin, market, { phone, role }));
    return { id, phone, caller: await shop.logIn(phone) };
  };

  it("[R101] the server's roles are made of these permissions and no others", async () => {
    const { items, permissions } = good(await admin.api.GET("/api/v1/manager/roles", {}));
    expect([...permissions].sort()).toEqual([...(permissionsOf.admin ?? [])].sort());
    const builtIn = items.filter(({ is_built_in }) => is_built_in);
    expect(builtIn.map(({ code }) => code)).toEqual(["admin", "manager", "support", "content", "viewer"]);
    for (const { code, permissions: has } of builtIn)
      expect([code, [...has].sort()]).toEqual([code, [...(permissionsOf[code] ?? [])].sort()]);
  });

  it("[R101] [R102] tells who the caller is, and the rights in each market", async () => {
    const told = await me(admin);
    expect(told).toMatchObject({ id: admin.user.id, market: "kg", active_market: "kg" });
    expect(told.markets.map(({ market, role }) => [market, role])).toEqual([
      ["kg", "admin"],
      ["us", "admin"],
    ]);
    const { caller } = await staff("us", "kg", "viewer");
    expect((await me(caller)).markets).toEqual([
      { market: "us", role: "viewer", permissions: expect.arrayContaining(permissionsOf.viewer ?? []) },
    ]);
  });

  it.each(markets)("[R105] a permission that is missing is named, per market: %s", async (market) => {
    const { id, caller } = await staff(market, market, "viewer");
    good(await invite(admin, otherMarket(market), { phone: caller.user.phone, role: "admin" }));
    const confirm = (where: Market) =>
      caller.api.POST("/api/v1/manager/orders/{id}/confirm", {
        params: { path: { id: "900000000000002" }, query: { market: where } },
        body: {},
      });
    expect(refused(await confirm(market))).toMatchObject({
      status: 403,
      code: "manager.role_forbids",
      detail: `Your role in ${market.toUpperCase()} does not include the permission orders.write`,
    });
    expect(refused(await confirm(otherMarket(market)))).toMatchObject({ status: 404, code: "orders.not_found" });
    expect((await remove(admin, otherMarket(market), id)).response.status).toBe(204);
  });

  it.each(markets)("who is invited to %s has the rights at the first login with a code", async (market) => {
    for (const home of markets) {
      const phone = freshPhone(home);
      const key = randomUUID();
      const invited = good(await invite(admin, market, { phone, role: "support" }, key));
      expect(invited).toMatchObject({ phone, role: "support", state: "invited" });
      expect(invited.id.startsWith(`${home}-`)).toBe(true);
      const again = await invite(admin, market, { phone, role: "support" }, key);
      expect(again.response.headers.get("idempotent-replayed")).toBe("true");
      expect(refused(await invite(admin, market, { phone, role: "viewer" }, key)).code).toBe("idempotency.key_reused");
      const caller = await shop.logIn(phone);
      good(await caller.api.GET("/api/v1/manager/orders", { params: { query: { market } } }));
      const { items } = good(await admin.api.GET("/api/v1/manager/staff", { params: { query: { market } } }));
      expect(items.find(({ id }) => id === invited.id)).toMatchObject({
        state: "active",
        role: "support",
        granted_by: `manager:kg/${admin.user.id}`,
      });
      expect((await remove(admin, market, invited.id)).response.status).toBe(204);
      expect(refused(await caller.api.GET("/api/v1/manager/me", {})).code).toBe("manager.not_a_manager");
    }
  });

  it.each(markets)("[F2] roles and rights change at once on all servers, in %s", async (market) => {
    const code = `stylist_${market}`;
    const made = good(await putRole(admin, market, code, ["content.read"]));
    const { id, caller } = await staff(market, otherMarket(market), code);
    const elsewhere = { api: client(second.origin, { token: caller.token }) };
    const orders = async () =>
      (await elsewhere.api.GET("/api/v1/manager/orders", { params: { query: { market } } })).response.status;
    const look = async () =>
      (await elsewhere.api.GET("/api/v1/manager/banners", { params: { query: { market } } })).response.status;
    expect([await look(), await orders()]).toEqual([200, 403]);
    good(await putRole(admin, market, code, ["content.read", "orders.read"], made.version));
    expect([await look(), await orders()]).toEqual([200, 200]);
    expect(refused(await putRole(admin, market, code, [], made.version))).toMatchObject({
      status: 409,
      code: "staff.stale_role",
    });
    const role = { params: { path: { code }, query: { market } } };
    expect(refused(await admin.api.DELETE("/api/v1/manager/roles/{code}", role)).code).toBe("staff.role_in_use");
    good(await setRole(admin, market, id, "support"));
    expect([await look(), await orders()]).toEqual([200, 200]);
    expect((await remove(admin, market, id)).response.status).toBe(204);
    expect([await look(), await orders()]).toEqual([403, 403]);
    expect((await admin.api.DELETE("/api/v1/manager/roles/{code}", role)).response.status).toBe(204);
    expect(refused(await admin.api.DELETE("/api/v1/manager/roles/{code}", role)).code).toBe("staff.role_not_found");
  });

  it.each(markets)("nobody grants, changes or takes away more than they have, in %s", async (market) => {
    const code = `deputy_${market}`;
    good(await putRole(admin, market, code, ["staff.read", "staff.write", "orders.read", "content.read"]));
    const deputy = await staff(market, market, code);
    const phone = freshPhone(market);
    for (const role of ["admin", "manager", "viewer"])
      expect(refused(await invite(deputy.caller, market, { phone, role }))).toMatchObject({
        status: 403,
        code: "staff.beyond_your_rights",
      });
    expect(refused(await putRole(deputy.caller, market, "mighty", ["refunds.write"])).detail).toBe(
      "You do not have refunds.write in this market yourself",
    );
    const lesser = good(await putRole(deputy.caller, market, `reader_${market}`, ["orders.read"]));
    const reader = good(await invite(deputy.caller, market, { phone, role: lesser.code }));
    const { items } = good(await deputy.caller.api.GET("/api/v1/manager/staff", { params: { query: { market } } }));
    const chief = items.find(({ role }) => role === "admin")?.id ?? "";
    expect(refused(await setRole(deputy.caller, market, chief, lesser.code)).code).toBe("staff.beyond_your_rights");
    expect(refused(await remove(deputy.caller, market, chief)).code).toBe("staff.beyond_your_rights");
    expect(refused(await setRole(deputy.caller, market, deputy.id, "admin")).code).toBe("staff.beyond_your_rights");
    expect((await remove(deputy.caller, market, reader.id)).response.status).toBe(204);
    // A manager may look at the staff, and no more.
    const manager = await shop.logIn(managerPhones[market]);
    expect(refused(await invite(manager, market, { phone, role: "viewer" })).code).toBe("manager.role_forbids");
    expect((await remove(admin, market, deputy.id)).response.status).toBe(204);
  });

  it.each(markets)("the last admin of %s stays, whoever of two goes first", async (market) => {
    const { items } = good(await admin.api.GET("/api/v1/manager/staff", { params: { query: { market } } }));
    const own = items.find(({ id }) => id === `kg-${admin.user.id}`)?.id ?? "";
    expect(items.filter(({ role }) => role === "admin").map(({ id }) => id)).toEqual([own]);
    expect(refused(await remove(admin, market, own))).toMatchObject({ status: 409, code: "staff.last_admin" });
    expect(refused(await setRole(admin, market, own, "manager")).code).toBe("staff.last_admin");
    expect(refused(await invite(admin, market, { phone: admin.user.phone, role: "viewer" })).code).toBe(
      "staff.last_admin",
    );
    const other = await staff(market, otherMarket(market), "admin");
    const twice = await Promise.all([remove(other.caller, market, own), remove(admin, market, other.id)]);
    expect(twice.filter(({ response }) => response.status === 204)).toHaveLength(1);
    const left = await shop.databases.sql(
      market,
      layout === "one database"
        ? "SELECT 1 FROM manager_grants WHERE granted_market = $1 AND role = 'admin'"
        : "SELECT 1 WHERE $1 <> ''",
      [market.toUpperCase()],
    );
    expect(left).toHaveLength(1);
    // Whoever is left brings the other back.
    const [first] = twice;
    if (first?.response.status === 204) {
      good(await invite(other.caller, market, { phone: managerPhones.both, role: "admin" }));
      admin = await shop.logIn(managerPhones.both);
      expect((await remove(admin, market, other.id)).response.status).toBe(204);
    }
  });

  it("a phone of no market, a role that is none, somebody who is none of the staff: said so", async () => {
    expect(refused(await invite(admin, "kg", { phone: customerPhones.kg, role: "nonesuch" }))).toMatchObject({
      status: 422,
      errors: [{ field: "role" }],
    });
    expect(refused(await invite(admin, "kg", { phone: "+33612345678", role: "viewer" }))).toMatchObject({
      status: 422,
      errors: [{ field: "phone" }],
    });
    expect(refused(await setRole(admin, "kg", "kg-900000000000002", "viewer")).code).toBe("staff.not_found");
    expect(refused(await remove(admin, "kg", "zz-1")).code).toBe("staff.not_found");
    expect(refused(await putRole(admin, "kg", "admin", ["orders.read"])).status).toBe(422);
    expect(refused(await putRole(admin, "kg", "odd", ["orders.eat"])).status).toBe(422);
  });
});
