// The diagnostics of S0 and S1 as commands, finding and blocking customers, and the backfill of an import.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import { accountsOf, asked, cartOf, command, contentOf, moveBy } from "../harness/customers.js";
import { layouts, type Market } from "../harness/layouts.js";
import { buy, type Caller, currencies, customerPhones, delivery, Shop } from "../harness/shop.js";
import { plantBug } from "../harness/story.js";
import { eventually } from "../harness/waiting.js";

interface Shown {
  id: string;
  phone: string;
  market: Market;
  moved_to: Market | null;
}
interface ShownMarkets {
  markets: Array<{ market: Market; total: number; accounts: Shown[] }>;
}
interface ShownOrders {
  markets: Array<{
    market: Market;
    account: Shown | null;
    orders: number;
    last: Array<{ order_number: string; customer_name: string; total_amount: number; currency: string }>;
  }>;
}
interface Backfill {
  applied: boolean;
  markets: Array<{ market: Market; accounts: number }>;
  lines: Array<{ found_as: string; belongs_to: Market; accounts: number; changed: number; left_over: number }>;
  changed: number;
}

describe.each(layouts)("looking at customers, %s", (layout) => {
  let shop: Shop;
  let callers: Record<Market, Caller>;
  beforeAll(async () => {
    shop = await Shop.open(layout, { prepare: async (databases) => void (await plantBug(databases)) });
    callers = { kg: await shop.logIn(customerPhones.kg), us: await shop.logIn(customerPhones.us) };
    good(
      await callers.kg.api.POST("/api/v1/cart/get", {}), // a customer with a cart and no lines is nothing special
    );
    await shop.databases.sql(
      "kg",
      `UPDATE users SET full_name = 'Some Customer', email = 'some.customer@shop.example'
       WHERE market = 'KG' AND phone = $1`,
      [customerPhones.kg],
    );
  });
  afterAll(() => shop?.close());

  it("[R31] lists each market's customers with phone and market, phones masked unless asked", async () => {
    const { code, stdout } = await command(shop, ["inspect", "users"]);
    expect(code).toBe(0);
    const [kg = "", us = ""] = stdout.split(/^US:$/m);
    expect(kg).toMatch(/^KG:\n/);
    expect(kg).toContain(`  user ${callers.kg.user.id}: +996*******55 → market=kg, Some Customer\n`);
    expect(us).toMatch(/^ {2}user 19: \+1\S*51 → market=us$/m);
    expect(stdout).not.toContain(customerPhones.us);

    const full = await asked<ShownMarkets>(shop, ["inspect", "users", "--full", "--limit", "1000"]);
    for (const { market, total, accounts } of full.markets) {
      const phones = await shop.databases.sql<{ phone: string }>(
        market,
        "SELECT phone FROM users WHERE market = $1 ORDER BY id",
        [market.toUpperCase()],
      );
      expect(accounts.map((account) => account.phone)).toEqual(phones.map((row) => row.phone));
      expect(total).toBe(phones.length);
      for (const account of accounts) expect(account.market).toBe(market);
    }
    const one = await asked<ShownMarkets>(shop, ["inspect", "users", "--market", "US", "--limit", "1"]);
    expect(one.markets.map((entry) => [entry.market, entry.accounts.length])).toEqual([["us", 1]]);
    expect(one.markets[0]?.total).toBeGreaterThan(1);
  });

  it("[R32] finds a user by id in either market and says where there is none", async () => {
    const { code, stdout } = await command(shop, ["inspect", "user", "19"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^KG: user 19 not found in KG\nUS:\n {2}user 19: \S+ → market=us\n$/);
    const ten = await asked<ShownMarkets>(shop, ["inspect", "user", "10", "--full"]);
    // The row of S0's listing that says US inside the database of KG is nobody's there.
    expect(ten.markets.map((entry) => entry.accounts.map((account) => account.phone))).toEqual(
      shop.databases.split ? [[], ["+12125550119"]] : [[customerPhones.us], []],
    );
    const nobody = await command(shop, ["inspect", "user", "987654"]);
    expect([nobody.code, nobody.stdout]).toEqual([
      1,
      "KG: user 987654 not found in KG\nUS: user 987654 not found in US\n",
    ]);
    expect((await command(shop, ["inspect", "user", "x"])).stderr).toContain('must be an id, like "19"');
    expect((await command(shop, ["inspect", "user", "19", "--market", "de"])).stderr).toContain("there are: kg, us");
  });

  it.each([
    ["its phone with brackets", "+996 (505) 23-12-55", "kg"],
    ["its phone without plus", "996505231255", "kg"],
    ["a part of its phone", "805-9851", "us"],
    ["a part of its name, any case", "some CUST", "kg"],
    ["its address", "customer@shop.example", "kg"],
  ] as const)("finds a customer by %s", async (_, text, market) => {
    const found = await asked<ShownMarkets>(shop, ["user", "find", text, "--full"]);
    const here = found.markets.find((entry) => entry.market === market);
    expect(here?.accounts.map((account) => account.phone)).toContain(customerPhones[market]);
    const plain = await command(shop, ["user", "find", text]);
    expect(plain.stdout).not.toContain(customerPhones[market]);
    if (market === "kg") expect(plain.stdout).toContain(`US: "${text}" not found in US`);
  });

  it("[R32] shows a customer by id or phone with the history of their market", async () => {
    const byPhone = await command(shop, ["user", "show", "+1 (312) 805-9851"]);
    expect(byPhone.stdout).toMatch(/user 19: \+1\S*51 → market=us/);
    expect(byPhone.stdout).toContain("shops in: us");
    const byId = await command(shop, ["user", "show", callers.kg.user.id, "--market", "kg"]);
    expect(byId.stdout).toMatch(/market history:\n {2}\S+: new → kg by login: first login\n/);
    expect((await command(shop, ["user", "show", "+996555000999"])).code).toBe(1);
  });

  it("[R33] [R34] counts a customer's orders in each market and shows the last five", async () => {
    const { kg, us } = callers;
    const placed: string[] = [];
    const { sku } = await shop.findSku("kg", 20);
    const totals: number[] = [];
    for (let i = 0; i < 6; ++i) {
      const order = await buy(kg, sku.id);
      placed.unshift(order.order_number);
      totals.unshift(order.total_amount);
    }
    const american = await buy(us, (await shop.findSku("us", 5)).sku.id);
    for (const who of [customerPhones.kg, kg.user.id]) {
      const { markets } = await asked<ShownOrders>(shop, ["inspect", "orders", who]);
      const here = markets.find((entry) => entry.market === "kg");
      expect(here?.orders).toBe(6);
      expect(here?.last.map((order) => order.order_number)).toEqual(placed.slice(0, 5));
      expect(here?.last.map((order) => order.total_amount)).toEqual(totals.slice(0, 5));
      for (const order of here?.last ?? [])
        expect(order).toMatchObject({ customer_name: delivery("").customer_name, currency: currencies.kg });
    }
    const plain = await command(shop, ["inspect", "orders", customerPhones.us]);
    expect(plain.stdout).toMatch(/^US: 1 orders of user 19 \(\+1\S*51\)$/m);
    expect(plain.stdout).toContain(
      `  ${american.order_number}: A Customer - ${american.total_amount.toFixed(2)} ${currencies.us}\n`,
    );
    const counted = await shop.databases.count(
      "us",
      "SELECT count(*) FROM orders WHERE market = 'US' AND user_id = 19",
    );
    expect(counted).toBe(1);
  });

  it("negative control: without row-level security the listing shows what is not the market's", async () => {
    await shop.databases.everywhere("ALTER TABLE users DISABLE ROW LEVEL SECURITY");
    try {
      const listed = await asked<ShownMarkets>(shop, ["inspect", "users", "--limit", "1000"]);
      const foreign = listed.markets.flatMap((entry) => entry.accounts.filter((one) => one.market !== entry.market));
      expect(foreign).not.toEqual([]);
    } finally {
      await shop.databases.everywhere("ALTER TABLE users ENABLE ROW LEVEL SECURITY");
    }
  });

  it("[F2] a blocked customer is out within a second, in every market, and comes back unblocked", async () => {
    const phone = "+996700111019";
    await shop.logIn(phone);
    await moveBy(shop, phone, "us");
    const caller = await shop.logIn(phone);
    good(await caller.api.GET("/api/v1/auth/profile", {}));
    const started = Date.now();
    expect((await command(shop, ["user", "block", phone])).stdout).toBe("blocked: 2 of 2 accounts changed\n");
    await eventually("the block is seen", async () => {
      const profile = await caller.api.GET("/api/v1/auth/profile", {});
      return profile.error !== undefined && refused(profile).code === "auth.account_blocked";
    });
    expect(Date.now() - started).toBeLessThan(2_000);
    const again = await shop.guest().POST("/api/v1/auth/verify-code", { body: { phone, verification_code: "123456" } });
    expect(refused(again)).toMatchObject({ status: 403, code: "auth.account_blocked" });
    expect((await accountsOf(shop.databases, phone)).map((account) => account.is_active)).toEqual([false, false]);
    expect((await command(shop, ["user", "unblock", phone])).code).toBe(0);
    expect((await shop.logIn(phone)).user.market).toBe("us");
    expect((await command(shop, ["user", "block", "+996555000999"])).stderr).toContain("There is no such customer");
  });
});

describe.each(layouts)("the backfill of an import, %s", (layout) => {
  let shop: Shop;
  let stray = "";
  const imported = {
    nameless: "+996555700001",
    american: "+12125557001",
    lower: "+996555700002",
    unknown: "+442071234567",
    astray: "+12125557002",
  };
  beforeAll(async () => {
    shop = await Shop.open(layout, {
      prepare: async (databases) => {
        await plantBug(databases);
        const insert = "INSERT INTO users (market, phone) VALUES ($1, $2) RETURNING id";
        await databases.sql("kg", insert, ["", imported.nameless]);
        await databases.sql("kg", insert, ["", imported.american]);
        await databases.sql("kg", insert, ["kg", imported.lower]);
        await databases.sql("kg", insert, ["", imported.unknown]);
        const [row] = await databases.sql<{ id: string }>("kg", insert, ["KG", imported.astray]);
        stray = row?.id ?? "";
        // With an order that has been made in KG and stays there.
        await databases.sql(
          "kg",
          `INSERT INTO orders (market, order_number, user_id, customer_name, customer_phone, delivery_address,
             payment_method, currency, subtotal_minor, shipping_minor, tax_minor, tax_included_minor, total_minor)
           VALUES ('KG', 'MQ-20200101-22222', $1, 'A Customer', $2, '1 Main Street', 'card', 'KGS', 100, 0, 0, 0, 100)`,
          [stray, imported.astray],
        );
      },
    });
  });
  afterAll(() => shop?.close());

  const backfill = (how: string) => asked<Backfill>(shop, ["user", "backfill-market", how]);
  const placesOf = async (phone: string) =>
    (await accountsOf(shop.databases, phone)).map((account) => `${account.market}→${account.moved_to ?? "here"}`);

  it("[R30] counts first; then +996 is kg, +1 is us and the rest kg; a second time nothing is left", async () => {
    const before = await contentOf(shop.databases, ["users", "user_market_history", "orders"]);
    const dry = await backfill("--dry-run");
    expect(await contentOf(shop.databases, ["users", "user_market_history", "orders"])).toBe(before);
    expect(dry).toMatchObject({ applied: false, changed: 0 });
    const wanted = [
      ["", "kg", 2],
      ["", "us", 1],
      ["kg", "kg", 1],
      // S0's left-over user 10: US inside the database of KG, or KG beside the US user 19.
      ...(shop.databases.split ? [["US", "us", 1]] : []),
      ["kg", "us", shop.databases.split ? 1 : 2],
    ];
    const sorted = (report: Backfill) =>
      report.lines.map((line) => [line.found_as, line.belongs_to, line.accounts]).sort();
    expect(sorted(dry)).toEqual([...wanted].sort());

    const applied = await backfill("--apply");
    expect(sorted(applied)).toEqual([...wanted].sort());
    expect(applied.changed).toBe(6);
    for (const line of applied.lines) expect(line.changed, line.found_as).toBe(line.accounts);
    expect(await placesOf(imported.nameless)).toEqual(["KG→here"]);
    expect(await placesOf(imported.american)).toEqual(["US→here"]);
    expect(await placesOf(imported.lower)).toEqual(["KG→here"]);
    expect(await placesOf(imported.unknown)).toEqual(["KG→here"]);
    expect(await placesOf(imported.astray)).toEqual(["KG→US", "US→here"]);
    expect(await placesOf(customerPhones.us)).toEqual(shop.databases.split ? ["US→here"] : ["KG→US", "US→here"]);
    for (const { market, accounts } of applied.markets) {
      const there = await shop.databases.count(market, "SELECT count(*) FROM users WHERE market = $1", [
        market.toUpperCase(),
      ]);
      expect(accounts, market).toBe(there);
    }
    const [order] = await shop.databases.sql<{ market: string; user_id: string }>(
      "kg",
      "SELECT market, user_id FROM orders WHERE order_number = 'MQ-20200101-22222'",
    );
    expect(order).toEqual({ market: "KG", user_id: stray });

    const after = await contentOf(shop.databases, ["users", "user_market_history"]);
    expect(await backfill("--apply")).toMatchObject({ changed: 0, lines: [] });
    expect(await contentOf(shop.databases, ["users", "user_market_history"])).toBe(after);
    const forced = await shop.databases.sql("kg", "SELECT relforcerowsecurity FROM pg_class WHERE relname = 'users'");
    expect(forced).toEqual([{ relforcerowsecurity: true }]);
  });

  it("[R8] [R30] leaves alone who was moved by hand", async () => {
    const phone = "+996700111018";
    await shop.logIn(phone);
    await moveBy(shop, phone, "us");
    expect(await backfill("--apply")).toMatchObject({ changed: 0 });
    expect((await shop.logIn(phone)).user.market).toBe("us");
    expect(await cartOf(shop.databases, "kg", phone)).toEqual({});
  });

  it("[R30] an account that a key holds in place is left over and said so", async () => {
    const phone = "+12125557003";
    await shop.databases.sql("us", "INSERT INTO users (market, phone) VALUES ('US', $1)", [phone]);
    await shop.databases.sql("us", "INSERT INTO users (market, phone) VALUES ('', $1)", [phone]);
    const { code, stdout, stderr } = await command(shop, ["user", "backfill-market", "--apply"]);
    expect(code).toBe(0);
    expect(stdout).toContain("found as '', belong to us: 1 accounts, 0 changed, 1 left over");
    expect(stderr).toContain("customer.left_over");
    expect(stderr).not.toContain(phone);
  });

  it("asks for --dry-run or --apply, and not both", async () => {
    expect((await command(shop, ["user", "backfill-market"])).code).not.toBe(0);
    expect((await command(shop, ["user", "backfill-market", "--dry-run", "--apply"])).code).not.toBe(0);
  });
});
