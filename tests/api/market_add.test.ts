// A market added by one command while two servers run: it is prepared, checked, opened, sells, and closes again.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, client, good, postText, raw, refused } from "../harness/api.js";
import { layouts } from "../harness/layouts.js";
import { MarqueServer } from "../harness/server.js";
import { customerPhones, delivery, minor, Shop } from "../harness/shop.js";
import { ThirdMarket } from "../harness/third_market.js";
import { eventually } from "../harness/waiting.js";

const phone = "+77012345678";
/** Two servers must agree within a second; the machine of the tests is busy, so the figure is printed, too. */
const soon = { timeout_ms: 3_000, interval_ms: 10 };

describe.each(layouts)("a third market, %s", (layout) => {
  let shop: Shop;
  let third: ThirdMarket;
  let second: MarqueServer;
  let deaf: MarqueServer;
  let token = "";
  let orderId = "";

  beforeAll(async () => {
    shop = await Shop.open(layout, {
      prepare: async (databases) => {
        third = await ThirdMarket.prepare(databases);
      },
      // The getter is read after `prepare`.
      settings: {
        get DATABASE_URL_MARQUE_KZ() {
          return third.setting.DATABASE_URL_MARQUE_KZ ?? "";
        },
      },
    });
    const environment = { ...shop.databases.environment, ...third.setting };
    second = await MarqueServer.start(environment);
    deaf = await MarqueServer.start({ ...environment, MARQUE_BREAK: "deaf_to_markets" });
  });
  afterAll(async () => {
    // A server that the thread or address sanitizer found fault with does not end with 0.
    const codes = await Promise.all([second?.stop(), deaf?.stop(), shop?.server.stop()]);
    await shop?.close();
    await third?.drop();
    expect(codes).toEqual([0, 0, 0]);
  });

  const origins = () => [shop.origin, second.origin];
  const products = (origin: string) => raw(origin, "GET", "/api/v1/products?limit=3", { market: "kz" });
  /** Waits until both servers answer a guest of the market so, and says how long the slower one took. */
  const bothAnswer = async (status: number, code?: string) => {
    const started = Date.now();
    for (const origin of origins()) {
      await eventually(
        `${origin} answers ${status}`,
        async () => {
          const answer = await products(origin);
          return answer.status === status && (code === undefined || answer.problem().code === code);
        },
        soon,
      );
    }
    return Date.now() - started;
  };
  const listed = async (origin: string) =>
    good(await client(origin).GET("/api/v1/markets", {})).items.find((item) => item.code === "kz");
  const logIn = (origin: string, code = "123456") =>
    postText(origin, "/api/v1/auth/verify-code", JSON.stringify({ phone, verification_code: code }));

  it("[R10] is unknown before it is added", async () => {
    for (const origin of origins()) expect((await products(origin)).problem().code).toBe("markets.unknown");
    expect((await third.command("market", "check", "KZ")).stderr).toContain("there is no market KZ");
    const answer = await postText(shop.origin, "/api/v1/auth/send-verification", JSON.stringify({ phone }));
    expect(answer.problem().code).toBe("auth.unsupported_phone");
  });

  it("[R10] is refused where something is wrong with it, and nothing of it stays", async () => {
    for (const [more, words] of [
      [["--set", "prefix=+996"], /\+996 belongs to market KG/],
      [["--timezone", "Asia/Nowhere"], /timezone/],
      [["--currency", "QQQ"], /currency/],
      [["--set", "shipping=1.005"], /shipping/],
      [["--set", "colour=red"], /colour: is no field/],
      [["--set", "postal_code_pattern=("], /postal_code_pattern/],
    ] as const) {
      const args = "market add KZ --name Kazakhstan --prefix +77 --currency KZT --timezone Asia/Almaty".split(" ");
      const shadowed = args.findIndex((arg) => arg === more[0]);
      if (shadowed >= 0) args.splice(shadowed, 2);
      const result = await third.command(...args, "--languages", "ru", "--like", "KG", ...more);
      expect(result.code, more.join(" ")).toBe(1);
      expect(result.stderr).toMatch(words);
    }
    expect(await third.well("market", "list")).not.toContain("KZ");
  });

  it("[R10] [R13] [R14] is added by one command while customers order, and both servers know it", async () => {
    const { token: buyer } = await shop.logIn(customerPhones.kg);
    const { sku } = await shop.findSku("kg", 5);
    await shop.setStock("kg", sku.id, 100_000);
    let orders = 0;
    let adding = true;
    const sales = (async () => {
      while (adding) {
        const body = JSON.stringify({ ...delivery(customerPhones.kg), items: [{ sku_id: sku.id, quantity: 1 }] });
        const answer = await postText(shop.origin, "/api/v1/orders/create", body, { token: buyer });
        expect(answer.status, answer.text).toBe(201);
        orders += 1;
      }
    })();
    const started = Date.now();
    const added = await third.add();
    const took_ms = Date.now() - started;
    adding = false;
    await sales;
    expect(added.code, added.stderr).toBe(0);
    expect(added.stdout).toContain("market KZ (Kazakhstan) is there as a draft");
    // Addresses and money as in the market it was made like, but for a card that the law keeps elsewhere.
    expect(await third.sql("SELECT card_brands, payment_gateways FROM markets WHERE code = 'KZ'")).toEqual([
      { card_brands: ["visa", "mastercard"], payment_gateways: ["local_bank"] },
    ]);
    expect(orders).toBeGreaterThan(0);
    const knew_ms = await bothAnswer(403, "markets.not_open");
    console.log(`${layout}: added in ${took_ms} ms during ${orders} orders, known to both servers ${knew_ms} ms later`);
    // The figure to reach is 5 s with 10,000 products on a quiet machine: bench/market_add.py.
    expect(took_ms).toBeLessThan(20_000);
    expect(await listed(shop.origin)).toBeUndefined();
    expect((await third.add()).stderr).toContain("there is a market KZ already");
  });

  it("[R19] has a role of its own, and policies on every table with a market", async () => {
    const bare = await third.sql(
      `SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'market'
       WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped
         AND (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname LIKE 'market_kz_%') <> 4`,
    );
    expect(bare).toEqual([]);
  });

  it("shows everything of market ALL, carried over where its database is its own", async () => {
    const shared = `SELECT (SELECT count(*) FROM products WHERE market = 'ALL') || ' ' ||
      (SELECT count(*) FROM skus WHERE market = 'ALL') || ' ' || (SELECT count(*) FROM banners WHERE market = 'ALL') ||
      ' ' || (SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM product_translations t
              WHERE market = 'ALL') AS rows`;
    expect(await third.sql(shared)).toEqual(await shop.databases.sql("kg", shared));
    const foreign = `SELECT count(*) FROM products WHERE market IN ('KG', 'US')`;
    if (shop.databases.split) expect(await third.count(foreign)).toBe(0);
    // A new row of ALL does not meet an id that was carried over.
    await third.sql(`INSERT INTO categories (market, name, slug) VALUES ('ALL', 'Probe', 'probe')`);
    await third.sql(`DELETE FROM categories WHERE slug = 'probe'`);
  });

  it("[R3] takes no log-ins as a draft, on either server", async () => {
    for (const origin of origins()) {
      expect((await logIn(origin)).problem()).toMatchObject({ status: 403, code: "markets.not_open" });
      const sent = await postText(origin, "/api/v1/auth/send-verification", JSON.stringify({ phone }));
      expect(sent.problem()).toMatchObject({ status: 403, code: "markets.not_open" });
    }
  });

  it("[R10] [R11] the check lists what is missing, and opening obeys it", async () => {
    const check = await third.command("market", "check", "KZ", "--json");
    expect(check.code).toBe(2);
    const report = JSON.parse(check.stdout) as { ready: boolean; findings: Array<{ check: string; level: string }> };
    const missing = report.findings.filter((finding) => finding.level === "missing").map((finding) => finding.check);
    expect(report.ready).toBe(false);
    expect(missing).toEqual(["prices", "stock"]);
    await third.well("market", "set", "KZ", "payment_methods=", "sms_provider=", "tax=0");
    const worse = await third.command("market", "check", "KZ");
    expect(worse.code).toBe(2);
    for (const what of ["prices", "stock", "tax", "payment", "sms"])
      expect(worse.stdout).toMatch(new RegExp(`^missing +${what} `, "m"));
    expect(worse.stdout).toMatch(/^warning +translations +kk: /m);
    const refusal = await third.command("market", "state", "KZ", "live");
    expect(refusal.code).toBe(2);
    expect(refusal.stderr).toContain("--force");
    await third.well(
      "market",
      "set",
      "KZ",
      "payment_methods=card,cash_on_delivery",
      "sms_provider=development",
      "tax=12",
    );
    expect((await third.command("market", "state", "KZ", "closed")).stderr).toContain("draft");
    expect((await third.command("market", "set", "KZ", "tax=200")).stderr).toMatch(/tax: must be a percentage/);
    expect((await third.command("market", "set", "KG", "currency=USD")).stderr).toMatch(/prices are in KGS already/);
  });

  it("[R9] prices are written once, by factor and rounding, and never over those that are there", async () => {
    const copy = ["price", "copy", "--from", "KG", "--to", "KZ", "--factor", "5.4", "--round", "100"];
    const dry = await third.well(...copy, "--dry-run");
    expect(dry).toContain("would be written");
    expect(await third.count(`SELECT count(*) FROM prices WHERE market = 'KZ'`)).toBe(0);
    await third.well(...copy);
    const pairs = new Map(
      (
        await shop.databases.sql<{ sku_code: string; price: string }>(
          "kg",
          `SELECT k.sku_code, p.price_minor::text AS price FROM prices p JOIN skus k ON k.market = p.owner_market
         AND k.id = p.sku_id WHERE p.market = 'KG' AND k.market = 'ALL'`,
        )
      ).map((row) => [row.sku_code, row.price]),
    );
    const written = await third.sql<{ sku_code: string; price: string; currency: string }>(
      `SELECT k.sku_code, p.price_minor::text AS price, p.currency FROM prices p
       JOIN skus k ON k.market = p.owner_market AND k.id = p.sku_id WHERE p.market = 'KZ'`,
    );
    expect(written.length).toBe(pairs.size);
    for (const row of written) {
      const exact = (Number(pairs.get(row.sku_code)) * 54) / 10;
      expect(Number(row.price)).toBe(Math.max(1, Math.floor(exact / 10_000 + 0.5)) * 10_000);
      expect(row.currency).toBe("KZT");
    }
    const [some] = written;
    await third.well("price", "set", "KZ", some?.sku_code ?? "", "1234.00", "--original", "2000");
    expect(await third.well(...copy)).toMatch(/^0 of /);
    expect(await third.well(...copy, "--overwrite")).toMatch(new RegExp(`^${pairs.size} of `));
  });

  it("[R1] [R2] [R11] [R12] opens, and both servers sell at its prices in its currency", async () => {
    await third.open();
    const opened_ms = await bothAnswer(200);
    console.log(`${layout}: open on both servers ${opened_ms} ms after the command`);
    expect((await third.command("market", "check", "KZ")).code).toBe(0);
    for (const origin of origins()) {
      expect(await listed(origin)).toMatchObject({
        name: "Kazakhstan",
        currency: "KZT",
        currency_sign: "₸",
        currency_decimals: 2,
        phone_prefixes: ["+77"],
        languages: ["ru", "kk", "en"],
        time_zone: "Asia/Almaty",
        tax_inclusive: true,
        shipping_cost: 1500,
        is_default: false,
      });
      const page = (await products(origin)).json() as { items: Array<{ currency: string; price: number }> };
      expect(page.items.length).toBe(3);
      for (const item of page.items) expect(item).toMatchObject({ currency: "KZT" });
    }
    expect((await listed(shop.origin))?.phone_example).toMatch(/^\+77/);
  });

  it("control: a server that does not look for markets never learns of it", async () => {
    expect((await products(deaf.origin)).problem().code).toBe("markets.unknown");
    expect(await listed(deaf.origin)).toBeUndefined();
    expect((await raw(deaf.origin, "GET", "/api/v1/products", { market: "kg" })).status).toBe(200);
  });

  it("[R3] [R7] [R18] sells its first product: log-in by SMS on one server, order on the other", async () => {
    const sent = await postText(shop.origin, "/api/v1/auth/send-verification", JSON.stringify({ phone }));
    expect(sent.status, sent.text).toBe(200);
    const code = await eventually("the SMS goes out", () => shop.smsCode(phone));
    const answer = await logIn(shop.origin, code);
    expect(answer.status, answer.text).toBe(200);
    const login = answer.json() as { access_token: string; user: { market: string; currency: string } };
    expect(login.user).toMatchObject({ market: "kz", currency: "KZT" });
    token = login.access_token;

    const customer: Api = client(second.origin, { token });
    const { items } = good(await customer.GET("/api/v1/products", { params: { query: { limit: 1 } } }));
    const slug = items[0]?.slug ?? "";
    const product = good(await customer.GET("/api/v1/products/{slug}", { params: { path: { slug } } }));
    const sku = product.skus.find((candidate) => candidate.in_stock);
    const placed = good(
      await customer.POST("/api/v1/orders/create", {
        body: {
          ...delivery(phone),
          payment_method: "cash_on_delivery",
          items: [{ sku_id: sku?.id ?? "", quantity: 2 }],
        },
      }),
    );
    expect(placed).toMatchObject({ market: "kz", currency: "KZT", subtotal: (sku?.price ?? 0) * 2 });
    const subtotal = minor(placed.subtotal);
    const shipping = subtotal >= 4_000_000 ? 0 : 150_000;
    expect(minor(placed.total_amount)).toBe(subtotal + shipping);
    expect(minor(placed.tax_included)).toBe(Math.floor((subtotal * 12) / 112 + 0.5));
    orderId = placed.id;
    expect(await third.count(`SELECT on_hand FROM stock WHERE market = 'KZ' AND sku_id = $1`, [sku?.id])).toBe(3);
    expect(await third.count(`SELECT count(*) FROM orders WHERE market = 'KZ'`)).toBe(1);
    expect(
      await shop.databases.count("us", `SELECT count(*) FROM orders WHERE order_number = $1`, [placed.order_number]),
    ).toBe(shop.databases.split ? 0 : 1);
    const ledger = await third.count(`SELECT sum(delta) FROM stock_ledger WHERE market = 'KZ' AND sku_id = $1`, [
      sku?.id,
    ]);
    expect(ledger).toBe(3);
  });

  it("[R16] [R22] its order is nobody else's", async () => {
    const { api } = await shop.logIn(customerPhones.kg);
    const mine = good(await api.GET("/api/v1/orders", { params: { query: { limit: 100 } } })).items;
    expect(mine.length).toBeGreaterThan(0);
    expect(mine.filter((order) => order.market !== "kg")).toEqual([]);
    // Over databases an id may be taken twice; what it opens is the caller's own, or nothing.
    const { data, response } = await api.GET("/api/v1/orders/{id}", { params: { path: { id: orderId } } });
    expect(data?.market ?? response.status).toBe(shop.databases.split ? "kg" : 404);
  });

  it("[R10] follows changes of its data while it sells", async () => {
    await third.well("market", "set", "KZ", "name=Qazaqstan", "languages=kk,ru,en", "payment_methods=card");
    await third.well("market", "region", "KZ", "ALA", "--name", "Almaty", "--kind", "city", "--named", "ru=Алматы");
    for (const origin of origins()) {
      await eventually("the new name", async () => (await listed(origin))?.name === "Qazaqstan", soon);
      await eventually("the region", async () => (await listed(origin))?.regions.length === 1, soon);
      expect((await listed(origin))?.regions).toEqual([
        { code: "ALA", name: "Almaty", kind: "city", names: { ru: "Алматы" } },
      ]);
      expect((await listed(origin))?.languages[0]).toBe("kk");
    }
    const body = JSON.stringify({ ...delivery(phone), payment_method: "cash_on_delivery", use_cart: true });
    const answer = await postText(second.origin, "/api/v1/orders/create", body, { token });
    expect(answer.problem().code).toBe("orders.payment_method_unknown");
  });

  it("closed, it takes neither guests nor log-ins nor orders, but shows customers their orders", async () => {
    await third.well("market", "state", "KZ", "closed");
    await bothAnswer(403, "markets.closed");
    for (const origin of origins()) {
      expect((await logIn(origin)).problem()).toMatchObject({ status: 403, code: "markets.closed" });
      const customer = client(origin, { token });
      const kept = good(await customer.GET("/api/v1/orders/{id}", { params: { path: { id: orderId } } }));
      expect(kept.market).toBe("kz");
      expect(good(await customer.GET("/api/v1/orders", {})).items).toHaveLength(1);
      const order = { ...delivery(phone), items: [{ sku_id: kept.items[0]?.sku_id ?? "", quantity: 1 }] };
      const refusal = refused(await customer.POST("/api/v1/orders/create", { body: order }));
      expect(refusal).toMatchObject({ status: 403, code: "markets.closed" });
      expect((await listed(origin))?.state).toBe("closed");
    }
    expect(await third.count(`SELECT count(*) FROM orders WHERE market = 'KZ'`)).toBe(1);
    const out = await postText(second.origin, "/api/v1/auth/logout", "", { token });
    expect(out.status).toBe(204);
  });
});
