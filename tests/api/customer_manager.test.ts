// Managers look at a customer and move them: with rights in both markets, and one at a time.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import { accountsOf, contentOf, everything, reason, skusOf } from "../harness/customers.js";
import { layouts } from "../harness/layouts.js";
import { buy, type Caller, managerPhones, Shop } from "../harness/shop.js";

describe.each(layouts)("a customer moved by a manager, %s", (layout) => {
  let shop: Shop;
  let manager: Caller;
  let shared: string[] = [];
  let next = 0;
  const newPhone = () => `+9967001110${String(next++).padStart(2, "0")}`;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    manager = await shop.logIn(managerPhones.both);
    shared = await skusOf(shop, "kg", "shared");
  });
  afterAll(() => shop?.close());

  const move = (caller: Caller, id: string, body: { to: string; reason: string; dry_run?: boolean }, market = "kg") =>
    caller.api.POST("/api/v1/manager/users/{id}/market-move", { params: { path: { id }, query: { market } }, body });

  it("[R8] [R9] sees the customer, asks, moves", async () => {
    const phone = newPhone();
    const customer = await shop.logIn(phone);
    await buy(customer, shared[0] ?? "");
    const { id } = customer.user;
    const see = async () =>
      good(await manager.api.GET("/api/v1/manager/users/{id}", { params: { path: { id }, query: { market: "kg" } } }));
    expect(await see()).toMatchObject({ id, phone, market: "kg", lives_in: "kg", orders: 1, open_orders: 1 });
    const before = await contentOf(shop.databases, everything);
    expect(good(await move(manager, id, { to: "us", reason, dry_run: true })).state).toBe("would_move");
    expect(await contentOf(shop.databases, everything)).toBe(before);
    const moved = good(await move(manager, id, { to: "US", reason }));
    expect(moved).toMatchObject({ state: "moved", from: "kg", to: "us", user_id: id });
    const seen = await see();
    expect(seen).toMatchObject({ moved_to: "us", lives_in: "us", market_source: "manual", orders: 1 });
    expect(seen.market_history.at(-1)).toMatchObject({
      from_market: "kg",
      to_market: "us",
      changed_by: `manager kg/${manager.user.id}`,
      reason,
    });
    expect(good(await move(manager, id, { to: "us", reason })).state).toBe("nothing_to_do");
    // From the old account's number, back again.
    expect(good(await move(manager, id, { to: "kg", reason })).state).toBe("moved");
    expect((await shop.logIn(phone)).user.market).toBe("kg");
  });

  it("[R105] needs rights in both markets", async () => {
    const { user } = await shop.logIn(newPhone());
    const kgOnly = await shop.logIn(managerPhones.kg);
    expect(refused(await move(kgOnly, user.id, { to: "us", reason }))).toMatchObject({
      status: 403,
      code: "manager.no_access",
      detail: "No access to US market",
    });
    const usOnly = await shop.logIn(managerPhones.us);
    expect(refused(await move(usOnly, user.id, { to: "us", reason }))).toMatchObject({
      status: 403,
      detail: "No access to KG market",
    });
    const customer = await shop.logIn(newPhone());
    expect(refused(await move(customer, user.id, { to: "us", reason })).code).toBe("manager.not_a_manager");
    expect((await accountsOf(shop.databases, user.phone)).map((account) => account.market)).toEqual(["KG"]);
  });

  it("refuses what is no customer, no market, no reason, and who manages", async () => {
    const { user } = await shop.logIn(newPhone());
    expect(refused(await move(manager, "999999", { to: "us", reason }))).toMatchObject({
      status: 404,
      code: "customers.not_found",
    });
    expect(refused(await move(manager, user.id, { to: "de", reason }))).toMatchObject({
      status: 422,
      code: "markets.unknown",
    });
    expect(refused(await move(manager, user.id, { to: "us", reason: " " })).code).toBe("http.invalid_input");
    const kgOnly = await shop.logIn(managerPhones.kg);
    expect(good(await move(manager, kgOnly.user.id, { to: "us", reason, dry_run: true })).state).toBe("blocked");
    expect(refused(await move(manager, kgOnly.user.id, { to: "us", reason }))).toMatchObject({
      status: 409,
      code: "customers.move_blocked",
    });
    // Another market's number is nobody here.
    if (!shop.databases.split)
      expect(refused(await move(manager, user.id, { to: "us", reason }, "us")).code).toBe("customers.not_found");
  });

  it("of many moves at once one decides", async () => {
    const { user } = await shop.logIn(newPhone());
    const answers = await Promise.all(Array.from({ length: 8 }, () => move(manager, user.id, { to: "us", reason })));
    const states = answers.map((answer) => answer.data?.state ?? refused(answer).code);
    expect(states.filter((state) => state === "moved")).toHaveLength(1);
    for (const state of states)
      expect(["moved", "finished", "nothing_to_do", "customers.moved_meanwhile"]).toContain(state);
    const moves = await shop.databases.count(
      "kg",
      "SELECT count(*) FROM user_market_history WHERE market = 'KG' AND user_id = $1 AND move_number > 0",
      [user.id],
    );
    expect(moves).toBe(1);
  });
});
