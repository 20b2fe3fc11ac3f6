// Moving a customer to another market by hand: what follows, what stays, who may, and what a crash leaves.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import {
  accountsOf,
  asked,
  cartOf,
  command,
  contentOf,
  everything,
  keepsakes,
  moveBy,
  type MoveReport,
  reason,
  skusOf,
  wish,
  wishesOf,
} from "../harness/customers.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { buy, type Caller, managerPhones, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

const spent = ["orders", "order_items", "payments", "order_status_history", "stock", "stock_ledger"];
const phones = Array.from({ length: 60 }, (_, i) => `+9967003330${String(i).padStart(2, "0")}`);
const part = (report: MoveReport, what: string, outcome?: string) =>
  report.parts.find((entry) => entry.what === what && (outcome === undefined || entry.outcome === outcome));

describe.each(layouts)("moving a customer, %s", (layout) => {
  let shop: Shop;
  let manager: Caller;
  let shared: string[] = [];
  let own = "";
  let next = 0;
  const newPhone = () => phones[next++] ?? "";
  beforeAll(async () => {
    // One thread, so that what one request has seen the next one has seen, too.
    const TEST_PHONES = [...phones, ...Object.values(managerPhones)].join(",");
    shop = await Shop.open(layout, { settings: { TEST_PHONES, THREADS: "1" } });
    manager = await shop.logIn(managerPhones.both);
    shared = await skusOf(shop, "kg", "shared", 2);
    [own = ""] = await skusOf(shop, "kg", "own");
  });
  afterAll(() => shop?.close());

  const add = async (caller: Caller, skuId: string, quantity: number) =>
    good(await caller.api.POST("/api/v1/cart/add", { body: { sku_id: skuId, quantity } }));
  const marketOf = async (phone: string) => (await shop.logIn(phone)).user.market;
  const revenue = async () => {
    const period = { from: "2026-01-01", to: "2026-12-31" };
    return good(await manager.api.GET("/api/v1/manager/revenue/compare", { params: { query: period } })).items;
  };

  it("[R8] [R9] says beforehand what would happen, and that happens; orders and revenue stay", async () => {
    const phone = newPhone();
    const caller = await shop.logIn(phone);
    const delivered = await buy(caller, shared[0] ?? "");
    await shop.databases.sql("kg", "UPDATE orders SET status = 'delivered' WHERE market = 'KG' AND id = $1", [
      delivered.id,
    ]);
    const open = await buy(caller, shared[0] ?? "");
    await add(caller, shared[0] ?? "", 2);
    await add(caller, own, 1);
    await wish(shop, caller, shared[0] ?? "");
    await wish(shop, caller, own);
    const wishes = await wishesOf(shop.databases, "kg", phone);
    const address = { street: "Ленина", city: "Бишкек", state: "GB" };
    good(await caller.api.POST("/api/v1/profile/addresses", { body: address }));
    good(await caller.api.POST("/api/v1/profile/payment-methods", { body: { payment_type: "cash" } }));
    const kept = await contentOf(shop.databases, keepsakes);
    const before = await contentOf(shop.databases, everything);
    const spentBefore = await contentOf(shop.databases, spent);
    const revenueBefore = await revenue();

    const dry = await asked<MoveReport>(shop, [
      ...["user", "move-market", `+996 (${phone.slice(4, 7)}) ${phone.slice(7)}`, "--to", "us"],
      ...["--reason", reason, "--dry-run"],
    ]);
    expect(dry).toMatchObject({ state: "would_move", from: "kg", to: "us", user_id: caller.user.id });
    expect(part(dry, "cart", "kept")?.count).toBe(1);
    expect(part(dry, "cart", "dropped")?.count).toBe(1);
    expect(part(dry, "orders_open")).toMatchObject({ count: 1, outcome: "left_behind" });
    expect(part(dry, "orders_past")).toMatchObject({ count: 1, outcome: "left_behind" });
    expect(part(dry, "wishlist", "kept")?.count).toBe(1);
    expect(part(dry, "wishlist", "left_behind")?.count).toBe(1);
    expect(part(dry, "addresses")).toMatchObject({ count: 1, outcome: "left_behind" });
    expect(part(dry, "payment_methods")).toMatchObject({ count: 1, outcome: "left_behind" });
    expect(part(dry, "sessions")).toMatchObject({ count: 1, outcome: "ended" });
    expect(await contentOf(shop.databases, everything)).toBe(before);

    const moved = await moveBy(shop, phone, "us");
    expect(moved).toMatchObject({ state: "moved", from: "kg", to: "us", user_id: caller.user.id });
    expect({ parts: moved.parts, cart: moved.cart }).toEqual({ parts: dry.parts, cart: dry.cart });
    expect(await contentOf(shop.databases, spent)).toBe(spentBefore);
    expect(await contentOf(shop.databases, keepsakes)).toBe(kept);
    expect(await revenue()).toEqual(revenueBefore);

    const again = await shop.logIn(phone);
    expect(again.user).toMatchObject({ id: moved.new_user_id, market: "us", currency: "USD" });
    const cart = good(await again.api.POST("/api/v1/cart/get", {}));
    expect(cart.items).toHaveLength(1);
    const [line] = cart.items;
    expect(line).toMatchObject({ quantity: 2, problems: [] });
    const [price] = await shop.databases.sql<{ price_minor: string }>(
      "us",
      "SELECT price_minor FROM prices WHERE market = 'US' AND sku_id = $1",
      [line?.sku_id],
    );
    expect(Math.round((line?.price ?? 0) * 100)).toBe(Number(price?.price_minor));
    expect(moved.cart.find((entry) => entry.outcome === "kept")).toMatchObject({
      sku_code: line?.sku_code,
      price: line?.price,
    });
    expect(await cartOf(shop.databases, "kg", phone)).toEqual({});
    const [stays, follows] = [await wishesOf(shop.databases, "kg", phone), await wishesOf(shop.databases, "us", phone)];
    expect([stays.length, follows.length, [...stays, ...follows].sort()]).toEqual([1, 1, wishes]);
    expect(good(await again.api.GET("/api/v1/orders", {})).total).toBe(0);
    expect(good(await again.api.GET("/api/v1/profile/addresses", {})).items).toEqual([]);

    // The open order is still served where it was made.
    const query = { market: "kg" };
    const seen = await manager.api.GET("/api/v1/manager/orders/{id}", { params: { path: { id: open.id }, query } });
    expect(good(seen)).toMatchObject({ order_number: open.order_number, market: "kg", status: "pending" });
  });

  it("[R6] [R8] an old token never opens the old market again", async () => {
    const phone = newPhone();
    const caller = await shop.logIn(phone);
    good(await caller.api.GET("/api/v1/auth/profile", {}));
    await moveBy(shop, phone, "us");
    await eventually("the stored market decides", async () => {
      const profile = await caller.api.GET("/api/v1/auth/profile", {});
      if (shop.databases.split) return profile.error !== undefined && refused(profile).code === "auth.market_changed";
      return profile.data?.market === "us";
    });
    const [sku = ""] = shared;
    const cart = await caller.api.POST("/api/v1/cart/add", { body: { sku_id: sku, quantity: 1 } });
    if (shop.databases.split) expect(refused(cart)).toMatchObject({ status: 401, code: "auth.market_changed" });
    else expect(good(cart).market).toBe("us");
    expect(await cartOf(shop.databases, "kg", phone)).toEqual({});
  });

  it("[R8] [R24] a number that is another person's in the new market opens nothing of theirs", async () => {
    const phone = newPhone();
    const caller = await shop.logIn(phone);
    const stranger = "+12125550177";
    await shop.databases.sql("us", "INSERT INTO users (market, id, phone) VALUES ('US', $1, $2)", [
      caller.user.id,
      stranger,
    ]);
    const { new_user_id } = await moveBy(shop, phone, "us");
    expect(new_user_id).not.toBe(caller.user.id);
    await eventually("the old token is refused, or leads to the customer's own account", async () => {
      const profile = await caller.api.GET("/api/v1/auth/profile", {});
      expect(profile.data?.phone ?? phone).toBe(phone);
      if (shop.databases.split) return profile.error !== undefined && refused(profile).code === "auth.market_changed";
      return profile.data?.id === new_user_id;
    });
    expect((await shop.logIn(phone)).user).toMatchObject({ id: new_user_id, phone, market: "us" });
  });

  it("[I6] a confirmed address and what the customer turned off go along", async () => {
    const phone = newPhone();
    const caller = await shop.logIn(phone);
    const email = "moving@mail.example";
    await shop.databases.sql(
      "kg",
      "UPDATE users SET email = $2, confirmed_email = $2 WHERE market = 'KG' AND id = $1",
      [caller.user.id, email],
    );
    const preferences = "/api/v1/profile/notifications/preferences";
    const off = { topic: "orders" as const, channel: "mail" as const, is_on: false };
    good(await caller.api.PUT(preferences, { body: { items: [off] } }));
    await moveBy(shop, phone, "us");
    const there = good(await (await shop.logIn(phone)).api.GET(preferences, {}));
    expect(there).toMatchObject({ email, is_email_confirmed: true });
    expect(there.items).toContainEqual({ ...off, can_change: true });
  });

  it("[R7] [R8] every login sets the market from the phone, but keeps one that was set by hand", async () => {
    const phone = newPhone();
    for (let logins = 0; logins < 2; ++logins) expect(await marketOf(phone)).toBe("kg");
    expect(await accountsOf(shop.databases, phone)).toMatchObject([
      { market: "KG", market_source: "phone", moved_to: null },
    ]);
    await moveBy(shop, phone, "us");
    for (let logins = 0; logins < 2; ++logins) expect(await marketOf(phone)).toBe("us");
    expect(await accountsOf(shop.databases, phone)).toMatchObject([
      { market: "KG", market_source: "manual", moved_to: "US" },
      { market: "US", market_source: "manual", moved_to: null },
    ]);
  });

  it("[R9] each change has its line: who, when, from, to, why; in both markets", async () => {
    const phone = newPhone();
    const started = Date.now();
    const caller = await shop.logIn(phone);
    const there = await moveBy(shop, phone, "us");
    await moveBy(shop, phone, "kg");
    const shown = await asked<{ lives_in: string; market_history: Array<Record<string, unknown>> }>(shop, [
      ...["user", "show", phone],
    ]);
    expect(shown.lives_in).toBe("kg");
    expect(shown.market_history).toMatchObject([
      { from_market: null, to_market: "kg", changed_by: "login", move_number: 0 },
      { from_market: "kg", to_market: "us", changed_by: "test", reason, move_number: 1 },
      { from_market: "us", to_market: "kg", changed_by: "test", reason, move_number: 2 },
    ]);
    for (const line of shown.market_history)
      expect(Math.abs(Date.parse(String(line.created_at)) - started)).toBeLessThan(60_000);
    for (const [market, id] of [
      ["kg", caller.user.id],
      ["us", there.new_user_id],
    ] as const) {
      const lines = await shop.databases.count(
        market,
        "SELECT count(*) FROM user_market_history WHERE market = $1 AND user_id = $2 AND move_number > 0",
        [market.toUpperCase(), id],
      );
      expect(lines, market).toBe(2);
    }
  });

  it("[R8] back and forth: the same two accounts, the newest move decides", async () => {
    const phone = newPhone();
    const ids: Record<string, Set<string>> = { kg: new Set(), us: new Set() };
    const start = await shop.logIn(phone);
    ids.kg?.add(start.user.id);
    await add(start, shared[0] ?? "", 3);
    const [code = ""] = Object.keys(await cartOf(shop.databases, "kg", phone));
    for (const to of ["us", "kg", "us", "kg"] as const) {
      expect((await moveBy(shop, phone, to)).state).toBe("moved");
      const { user } = await shop.logIn(phone);
      expect(user.market).toBe(to);
      ids[to]?.add(user.id);
      expect(await cartOf(shop.databases, to, phone)).toEqual({ [code]: 3 });
    }
    expect([ids.kg?.size, ids.us?.size]).toEqual([1, 1]);
    expect((await moveBy(shop, phone, "kg")).state).toBe("nothing_to_do");
  });

  it.each(["stop_after_first_step", "stop_after_second_step"])(
    "[R8] [R9] killed in between (%s), a login finds the new market and the same command finishes",
    async (stop) => {
      for (const way of [
        ["kg", "us"],
        ["us", "kg"],
      ] as const) {
        const [from, to] = way;
        const phone = newPhone();
        let caller = await shop.logIn(phone);
        if (from === "us") await moveBy(shop, phone, "us");
        caller = await shop.logIn(phone);
        const [sku = ""] = await skusOf(shop, from, "shared");
        await add(caller, sku, 2);
        await wish(shop, caller, sku);
        const wanted = await cartOf(shop.databases, from, phone);
        const wishes = await wishesOf(shop.databases, from, phone);
        const args = ["user", "move-market", phone, "--to", to, "--reason", reason, "--by", "test"];
        expect((await command(shop, args, { MARQUE_BREAK: stop })).code).toBe(137);

        expect(await marketOf(phone), `${stop}, ${from} to ${to}`).toBe(to);
        const report = await asked<MoveReport>(shop, [...args.slice(0, 6), "another reason", "--by", "another"]);
        expect(report).toMatchObject({ state: "finished", from, to });
        expect(await cartOf(shop.databases, to, phone)).toEqual(wanted);
        expect(await cartOf(shop.databases, from, phone)).toEqual({});
        expect(await wishesOf(shop.databases, to, phone)).toEqual(wishes);
        expect(await wishesOf(shop.databases, from, phone)).toEqual([]);
        expect((await accountsOf(shop.databases, phone)).filter((account) => account.moved_to === null)).toMatchObject([
          { market: to.toUpperCase(), market_source: "manual" },
        ]);
        const { market_history } = await asked<{ market_history: unknown[] }>(shop, ["user", "show", phone]);
        expect(market_history.at(-1)).toMatchObject({ from_market: from, to_market: to, changed_by: "test", reason });
        expect((await moveBy(shop, phone, to)).state).toBe("nothing_to_do");
      }
    },
  );

  it("negative control: a move that empties the old cart first loses it when killed", async () => {
    const phone = newPhone();
    await add(await shop.logIn(phone), shared[0] ?? "", 2);
    const args = ["user", "move-market", phone, "--to", "us", "--reason", reason];
    const broken = { MARQUE_BREAK: "naive_move,stop_after_first_step" };
    expect((await command(shop, args, broken)).code).toBe(137);
    expect((await moveBy(shop, phone, "us")).state).toBe("finished");
    expect(await cartOf(shop.databases, "us", phone)).toEqual({});
  });

  it("[R8] moves, kills and logins in any order: nothing is lost and the last wish counts", async () => {
    const seed = Number(process.env.MARQUE_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
    console.log(`random moves, ${layout}: MARQUE_TEST_SEED=${seed}`);
    let state = seed;
    const random = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return (state >> 8) % below;
    };
    const phone = newPhone();
    await add(await shop.logIn(phone), shared[0] ?? "", 2);
    const wanted = await cartOf(shop.databases, "kg", phone);
    let wish: Market = "kg";
    for (let step = 0; step < 10; ++step) {
      const to = markets[random(2)] ?? "kg";
      const stop = ["", "stop_after_first_step", "stop_after_second_step"][random(3)] ?? "";
      const args = ["user", "move-market", phone, "--to", to, "--reason", reason];
      const { code } = await command(shop, args, { MARQUE_BREAK: stop });
      // Refused (1) while the last move is unfinished and nobody has logged in since. Killed (137), it has decided or
      // not: it may still have been paying what the move before owed.
      if (code === 0) wish = to;
      if (code === 137) {
        const { lives_in } = await asked<{ lives_in: Market }>(shop, ["user", "show", phone]);
        expect([wish, to]).toContain(lives_in);
        wish = lives_in;
      }
      if (random(2) === 0) expect(await marketOf(phone)).toBe(wish);
    }
    await moveBy(shop, phone, wish);
    expect(await marketOf(phone)).toBe(wish);
    expect(await cartOf(shop.databases, wish, phone)).toEqual(wanted);
    const living = (await accountsOf(shop.databases, phone)).filter((account) => account.moved_to === null);
    expect(living.map((account) => account.market)).toEqual([wish.toUpperCase()]);
  });

  it("a market that is not live takes nobody in", async () => {
    const phone = newPhone();
    await shop.logIn(phone);
    await shop.databases.sql("us", "UPDATE markets SET state = 'draft' WHERE code = 'US'");
    try {
      const dry = ["user", "move-market", phone, "--to", "us", "--reason", reason, "--dry-run"];
      expect((await command(shop, dry)).stdout).toMatch(/blocked: kg → us[^]*market +1 +blocks: the market is draft/);
      const real = await command(shop, dry.slice(0, -1));
      expect(real.code).toBe(1);
      expect(real.stderr).toContain("the market is draft, not live");
    } finally {
      await shop.databases.sql("us", "UPDATE markets SET state = 'live' WHERE code = 'US'");
    }
    expect(await accountsOf(shop.databases, phone)).toHaveLength(1);
  });
});

describe.each(layouts)("negative control, %s", (layout) => {
  it("a login that goes by the phone alone forgets what was set by hand", async () => {
    const shop = await Shop.open(layout, { settings: { MARQUE_BREAK: "forget_manual_market" } });
    try {
      const phone = "+996700111000";
      await shop.logIn(phone);
      await moveBy(shop, phone, "us");
      expect((await shop.logIn(phone)).user.market).toBe("kg");
    } finally {
      await shop.close();
    }
  });
});
