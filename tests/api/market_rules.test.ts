// Rules of markets that are data: dated rates of tax, regions, hosts, states, and what front ends are told.
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { client, good, raw } from "../harness/api.js";
import { Databases, layouts, type Market } from "../harness/layouts.js";
import { marque, MarqueServer } from "../harness/server.js";
import { customerPhones, delivery, minor, type Order, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

/** The calendar day in a time zone, moved by some days: "2026-11-21". */
function dayIn(timeZone: string, shift = 0): string {
  const moment = new Date(Date.now() + shift * 86_400_000);
  return new Intl.DateTimeFormat("sv-SE", { timeZone }).format(moment);
}

/** The market of a guest's answer; fetch() would set Host itself. */
function askHost(origin: string, path: string, host: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; market: string }>((resolve, reject) => {
    const asking = request(`${origin}${path}`, { headers: { ...headers, Host: host } }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode ?? 0, market: String(answer.headers["x-market"] ?? "") });
    });
    asking.on("error", reject);
    asking.end();
  });
}

describe.each(layouts)("rules of markets, %s", (layout) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open(layout, {
      settings: { MARKET_HOSTS: "shop.example=us, KG.shop.example = kg,gone.example=zz" },
    });
  });
  afterAll(() => shop?.close());
  const command = (...args: string[]) => marque(args, shop.databases.environment);
  const well = async (...args: string[]) => {
    const result = await command(...args);
    expect(result.code, result.stderr).toBe(0);
    return result.stdout;
  };
  const markets = async () => good(await shop.guest().GET("/api/v1/markets", {})).items;

  /** An order of one article, delivered to a region. */
  const order = async (market: Market, region?: string): Promise<Order> => {
    const { api } = await shop.logIn(customerPhones[market]);
    const { sku } = await shop.findSku(market, 1);
    await shop.setStock(market, sku.id, 5);
    const items = [{ sku_id: sku.id, quantity: 1 }];
    const body = { ...delivery(customerPhones[market]), delivery_state: region, items };
    return good(await api.POST("/api/v1/orders/create", { body }));
  };
  const rateOf = (placed: Order) => (minor(placed.tax) * 100) / minor(placed.subtotal);

  it("[R11] the rate of a state is that of the market's own day", async () => {
    expect(rateOf(await order("us", "or"))).toBe(0);
    const today = dayIn("America/New_York");
    await well("market", "tax", "US", "--region", "or", "--from", dayIn("America/New_York", 2), "--percent", "9.5");
    expect(rateOf(await order("us", "OR"))).toBe(0);
    await well("market", "tax", "US", "--region", "OR", "--from", "2020-01-01", "--percent", "50");
    await well("market", "tax", "US", "--region", "OR", "--from", today, "--percent", "10");
    expect(rateOf(await order("us", "OR"))).toBeCloseTo(10, 0);
    const regions = JSON.parse(await well("market", "regions", "US", "--json")) as Array<Record<string, unknown>>;
    expect(regions.find((region) => region.code === "OR")).toMatchObject({
      milli_percent: 10_000,
      changes: [`${dayIn("America/New_York", 2)} 9500`],
    });
    // Control: without its dated rows the state is back at its base rate, so it was they that decided.
    await shop.databases.sql("us", "DELETE FROM region_tax_rates WHERE region = 'OR'");
    expect(rateOf(await order("us", "OR"))).toBe(0);
  });

  it("[R11] two markets have two days at one moment, and each rate begins with its own", async () => {
    // Somewhere it is already tomorrow while it is still today on the other side.
    const early = "Pacific/Kiritimati";
    const late = "Pacific/Niue";
    expect(dayIn(early)).not.toBe(dayIn(late));
    await well("market", "tax", "US", "--region", "MT", "--from", dayIn(early), "--percent", "20");
    await well("market", "set", "US", `timezone=${late}`);
    expect(rateOf(await order("us", "MT"))).toBe(0);
    await well("market", "set", "US", `timezone=${early}`);
    expect(rateOf(await order("us", "MT"))).toBeCloseTo(20, 0);
    await well("market", "set", "US", "timezone=America/New_York");
  });

  it("[R11] the market's own rate changes by date, too, and is told from inside the price", async () => {
    const before = await order("kg");
    expect(minor(before.tax_included)).toBe(Math.floor((minor(before.subtotal) * 12) / 112 + 0.5));
    await well("market", "tax", "KG", "--from", dayIn("Asia/Bishkek"), "--percent", "14");
    await well("market", "tax", "KG", "--from", dayIn("Asia/Bishkek", 2), "--percent", "40");
    const after = await order("kg", "GB");
    expect(minor(after.tax_included)).toBe(Math.floor((minor(after.subtotal) * 14) / 114 + 0.5));
    expect(after.total_amount).toBe(after.subtotal + after.shipping_cost);
    await shop.databases.sql("kg", "DELETE FROM market_tax_rates WHERE market = 'KG'");
  });

  it("[R11] changes that states have enacted come with the launch data", async () => {
    const rates = await shop.databases.sql(
      "us",
      `SELECT region, from_date::text AS from_date, milli_percent::int AS rate FROM region_tax_rates
       WHERE region IN ('DC', 'SD', 'LA') ORDER BY 1, 2`,
    );
    expect(rates).toEqual([
      { region: "DC", from_date: "2025-10-01", rate: 6500 },
      { region: "DC", from_date: "2026-10-01", rate: 7000 },
      { region: "LA", from_date: "2030-01-01", rate: 4750 },
      { region: "SD", from_date: "2027-07-01", rate: 4500 },
    ]);
  });

  it("a rate is refused that has no region, no date or no sense", async () => {
    for (const [args, words] of [
      [["US", "--region", "ZZ", "--from", "2027-01-01", "--percent", "1"], /no region ZZ/],
      [["US", "--region", "CA", "--from", "2027-02-29", "--percent", "1"], /--from: must be a date/],
      [["US", "--region", "CA", "--from", "2027-01-01", "--percent", "101"], /--percent: must be a percentage/],
      [["XX", "--from", "2027-01-01", "--percent", "1"], /no market XX/],
    ] as const) {
      const result = await command("market", "tax", ...args);
      expect(result.code).toBe(1);
      expect(result.stderr).toMatch(words);
    }
  });

  it("[R11] [R12] tells a front end all it needs", async () => {
    const [kg, us] = await markets();
    expect(kg).toMatchObject({ currency_decimals: 2, tax_label: "VAT", phone_example: "+996700123456" });
    expect(kg?.regions.map((region) => region.name)).toContain("Osh Region");
    expect(kg?.regions.filter((region) => region.kind === "city").map((city) => city.name)).toEqual(["Bishkek", "Osh"]);
    expect(kg?.regions.find((region) => region.code === "Y")?.names).toEqual({
      ru: "Иссык-Кульская область",
      ky: "Ысык-Көл облусу",
    });
    expect(kg?.address).toEqual({ required: [], postal_code_pattern: null });
    expect(us?.address).toEqual({
      required: ["city", "state", "postal_code"],
      postal_code_pattern: "[0-9]{5}(-[0-9]{4})?",
    });
    expect(us?.regions).toHaveLength(51);
    expect(us?.tax_label).toBe("Sales tax");
  });

  it("is asked for anew only where something changed", async () => {
    const first = await raw(shop.origin, "GET", "/api/v1/markets");
    const tag = first.headers.get("etag") ?? "";
    expect(tag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(first.headers.get("cache-control")).toBe("no-cache");
    const again = await raw(shop.origin, "GET", "/api/v1/markets", { headers: { "If-None-Match": `"x", ${tag}` } });
    expect(again.status).toBe(304);
    expect(again.text).toBe("");
    await well("market", "set", "US", "shipping=8.95");
    const changed = await eventually("the change", async () => {
      const answer = await raw(shop.origin, "GET", "/api/v1/markets", { headers: { "If-None-Match": tag } });
      return answer.status === 200 && answer;
    });
    expect(changed.text).toContain('"shipping_cost":8.95');
  });

  it.each([
    ["shop.example", "us"],
    ["Shop.Example:8000", "us"],
    ["kg.shop.example", "kg"],
    ["elsewhere.example", "kg"],
  ])("[R17] a guest of host %s is in %s, unless header or query say otherwise", async (host, market) => {
    const path = "/api/v1/categories";
    expect((await askHost(shop.origin, path, host)).market).toBe(market);
    expect((await askHost(shop.origin, `${path}?market=us`, host)).market).toBe("us");
    expect((await askHost(shop.origin, `${path}?market=us`, host, { "X-Market": "kg" })).market).toBe("kg");
  });

  it("[R17] a host of a market that is not there is refused, not sent to another market", async () => {
    expect((await askHost(shop.origin, "/api/v1/categories", "gone.example")).status).toBe(422);
  });

  it("[R17] [R27] the default market is an open one: guests go elsewhere when it closes, and come back", async () => {
    const market = async () => (await raw(shop.origin, "GET", "/api/v1/products")).headers.get("x-market");
    await well("market", "state", "KG", "closed");
    await eventually("guests are in us", async () => (await market()) === "us");
    expect((await raw(shop.origin, "GET", "/api/v1/products", { market: "kg" })).problem().code).toBe("markets.closed");
    expect((await markets()).find((item) => item.is_default)?.code).toBe("us");
    await well("market", "state", "KG", "live", "--force");
    await eventually("guests are in kg", async () => (await market()) === "kg");
  });

  it("[R28] no command makes a market of ALL, and categories and banners keep it as their default", async () => {
    for (const code of ["ALL", "shared1", "K"]) {
      const args = `market add ${code} --name X --prefix +7 --currency RUB --timezone Europe/Moscow --languages ru`;
      expect((await command(...args.split(" "), "--like", "KG")).stderr).toContain("must be a market code");
    }
    const defaults = await shop.databases.sql(
      "kg",
      `SELECT table_name || ' ' || column_default AS text FROM information_schema.columns
       WHERE column_name = 'market' AND table_name IN ('users', 'products', 'categories', 'banners') ORDER BY 1`,
    );
    expect(defaults.map((row) => row.text)).toEqual([
      "banners 'ALL'::text",
      "categories 'ALL'::text",
      "products 'KG'::text",
      "users 'KG'::text",
    ]);
  });
});

describe("a market whose database a server was not told of", () => {
  it("is named in that server's log, with the setting it needs", async () => {
    const shop = await Shop.open("database per market");
    const databases: Databases = shop.databases;
    try {
      await databases.sql("kg", "INSERT INTO market_directory (code) VALUES ('KZ')");
      const line = await eventually("the log line", () =>
        shop.server.logs.find((entry) => entry.event === "market.not_configured"),
      );
      expect(line.level).toBe("error");
      expect(line.what).toContain("DATABASE_URL_MARQUE_KZ");
      expect(line.what).toContain("restart");
      expect((await raw(shop.origin, "GET", "/api/v1/products", { market: "kz" })).problem().code).toBe(
        "markets.unknown",
      );
      const args = "market add KZ --name X --prefix +77 --currency KZT --timezone Asia/Almaty --languages ru --like KG";
      const refusal = await marque(args.split(" "), databases.environment);
      expect(refusal.code).toBe(1);
      expect(refusal.stderr).toContain("set DATABASE_URL_MARQUE_KZ");
    } finally {
      await shop.close();
    }
  });

  it("a server waits for the market of a database that is still empty, and the rest is served", async () => {
    const shop = await Shop.open("database per market");
    try {
      const name = `${shop.databases.names.kg}_empty`;
      await shop.databases.access.createDatabase(name);
      const setting = { DATABASE_URL_MARQUE_KZ: shop.databases.access.url(name) };
      const server = await MarqueServer.start({ ...shop.databases.environment, ...setting });
      expect(server.logs.find((entry) => entry.event === "market.waiting")).toMatchObject({ market: "kz" });
      expect(good(await client(server.origin).GET("/api/v1/markets", {})).items).toHaveLength(2);
      await server.stop();
      await shop.databases.access.dropDatabase(name);
    } finally {
      await shop.close();
    }
  });
});

describe("the connection budget of a shared database", () => {
  it("refuses a market for which there would be no connections", async () => {
    const shop = await Shop.open("one database");
    try {
      const args = "market add KZ --name X --prefix +77 --currency KZT --timezone Asia/Almaty --languages ru --like KG";
      const few = { ...shop.databases.environment, DB_CONNECTIONS: "12", THREADS: "2" };
      const refusal = await marque(args.split(" "), few);
      expect(refusal.code).toBe(1);
      expect(refusal.stderr).toMatch(/3 markets .* 2 threads need DB_CONNECTIONS of at least 14, it is 12/);
      expect((await marque(["market", "list"], shop.databases.environment)).stdout).not.toContain("KZ");
    } finally {
      await shop.close();
    }
  });
});
