// What surrounds a code: its message, whom to believe about addresses, what is kept, logged and watched; floods.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readFileSync, readdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { raw } from "../harness/api.js";
import { bankSettings } from "../harness/bank_double.js";
import { Door, wrong } from "../harness/codes.js";
import { documentPath } from "../harness/contract.js";
import { type Databases, layouts, makeTemplates, type Market, markets } from "../harness/layouts.js";
import { PostgresCluster } from "../harness/postgres.js";
import { jwtSecret, MarqueServer, projectFolder, testPhones } from "../harness/server.js";
import { customerPhones, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

const production = {
  ENVIRONMENT: "production",
  HOST: "127.0.0.1",
  CORS_ORIGINS: "https://www.shop.example:8443",
  STRIPE_SECRET_KEY: "sk_test_of_the_tests",
  STRIPE_WEBHOOK_SECRET: "whsec_of_the_tests",
  // Nobody listens there: what production sends is not looked at here.
  SMS_GATEWAY_KG_URL: "https://127.0.0.1:9/send",
  SMS_GATEWAY_KG_BODY: '{"to": "{phone}", "text": "{text}"}',
  TWILIO_ACCOUNT_SID: "AC00000000000000000000000000000000",
  TWILIO_AUTH_TOKEN: "token-of-the-tests",
  TWILIO_FROM: "+15005550006",
  TWILIO_API_BASE: "https://127.0.0.1:9",
  ...bankSettings("https://127.0.0.1:9"),
};

/** Asks for a code with the header on two lines, which fetch() would join. */
function twice(origin: string, phone: string, forwarded: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Forwarded-For": forwarded },
    };
    const sent = request(`${origin}/api/v1/auth/send-verification`, options, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode ?? 0));
    });
    sent.on("error", reject);
    sent.end(JSON.stringify({ phone }));
  });
}

describe.each(layouts)("messages and addresses, %s", (layout) => {
  let door: Door;
  beforeAll(async () => {
    door = await Door.open(layout, 1, { settings: { SHOP_HOST: "shop.example", CODE_PHONES_PER_ADDRESS: "1000" } });
  });
  afterAll(() => door?.close());

  it.each([
    ["+996555400001", {}, "Marque: код", "Никому"],
    ["+996555400002", { "Accept-Language": "ky-KG,ky;q=0.9,ru;q=0.8" }, "Marque: код", "Аны эч кимге"],
    ["+996555400003", { "Accept-Language": "de,en;q=0.5" }, "Marque: your code is", "Do not share"],
    ["+12125554001", {}, "Marque: your code is", "Do not share"],
    ["+12125554002", { "Accept-Language": "ru" }, "Marque: код", "Никому"],
    ["+12125554003", { "Accept-Language": "ky" }, "Marque: your code is", "Do not share"],
    ["+996555400004", { "X-Market": "us", "Accept-Language": "ky" }, "Marque: код", "Аны эч кимге"],
  ])("[R36] the message to %s, asked for with %j, is in the right language and fits one SMS", async (...row) => {
    const [phone, headers, begins, warns] = row;
    const { message, code } = await door.codeFor(phone, { headers });
    expect(message.startsWith(`${begins} ${code}.`), message).toBe(true);
    expect(message).toContain(warns);
    expect(message.split("\n").at(-1)).toBe(`@shop.example #${code}`);
    const cyrillic = /[^\u0000-\u007f]/.test(message);
    expect([...message].length).toBeLessThanOrEqual(cyrillic ? 70 : 160);
  });

  const forged: Array<[string, string | undefined]> = [
    ["nothing before it", "203.0.113.9"],
    ["another address before it", "198.51.100.1, 203.0.113.9"],
    ["many before it", "10.0.0.1, 192.0.2.1,198.51.100.2 , 203.0.113.9"],
    ["a port before it", "198.51.100.1:4711, 203.0.113.9"],
    ["IPv6 before it", "2001:db8::1, [2001:db8::2]:80, 203.0.113.9"],
    ["nonsense before it", "unknown, <script>, 203.0.113.9"],
    ["the form of IPv6 that means it", "::ffff:203.0.113.9"],
    ["our own proxy before it", "127.0.0.1, 203.0.113.9"],
  ];
  it("[E10] whatever a client writes into X-Forwarded-For, it counts as the address that the proxy saw", async () => {
    for (const [index, [what, value]] of forged.entries()) {
      const answer = await door.send(`+99655541000${index}`, { from: value });
      expect(answer.status, what).toBe(200);
    }
    expect(await twice(door.shop.origin, "+996555410009", ["198.51.100.77", "203.0.113.9"])).toBe(200);
    const rows = await door.databases.sql<{ subject: string; uses: number }>(
      "kg",
      "SELECT subject, uses FROM code_windows WHERE kind = 'address' AND subject <> '127.0.0.1'",
    );
    expect(rows).toEqual([{ subject: "203.0.113.9", uses: forged.length + 1 }]);
    // What is no address of a client leaves the proxy's own.
    for (const [index, value] of ["203.0.113.9:99", "[::1", "", "203.0.113.9, "].entries())
      await door.send(`+99655541100${index}`, { from: value });
    expect(
      await door.databases.count(
        "kg",
        "SELECT count(*) FROM code_windows WHERE kind = 'address' AND subject LIKE '%:%'",
      ),
    ).toBe(0);
  });
});

describe("addresses, without a trusted proxy, and believed wrongly", () => {
  it("[E10] untrusted proxies count for nothing; with the first value believed there is no limit", async () => {
    const ask = async (settings: Record<string, string>) => {
      const door = await Door.open("one database", 1, { settings: { CODE_PHONES_PER_ADDRESS: "3", ...settings } });
      try {
        let sent = 0;
        for (let i = 0; i < 8; ++i) {
          const answer = await door.send(`+99655542000${i}`, { from: `198.51.100.${i}, 203.0.113.9` });
          if (answer.status === 200) ++sent;
        }
        return sent;
      } finally {
        await door.close();
      }
    };
    expect(await ask({ TRUSTED_PROXIES: "" })).toBe(3);
    expect(await ask({ TRUSTED_PROXIES: "127.0.0.1" })).toBe(3);
    expect(await ask({ TRUSTED_PROXIES: "127.0.0.1", MARQUE_BREAK: "trust_first_forwarded" })).toBe(8);
  });
});

/** Every row of every table of a market's database as text, but of the stand-in for the phones themselves. */
async function everyRow(databases: Databases, market: Market): Promise<Map<string, string>> {
  const tables = await databases.sql<{ name: string }>(
    market,
    "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1",
  );
  const rows = new Map<string, string>();
  for (const { name } of tables) {
    for (const { row } of await databases.sql<{ row: string }>(market, `SELECT t::text AS row FROM ${name} AS t`))
      rows.set(`${name} ${row}`, name);
  }
  return rows;
}

describe.each(layouts)("what is kept and said of codes, %s", (layout) => {
  let door: Door;
  beforeAll(async () => {
    door = await Door.open(layout, 1, {});
  });
  afterAll(() => door?.close());

  it("[E9] [R52] [R20] no code in clear in database, logs, answers; no phone in logs; but log-ins", async () => {
    const before = { kg: await everyRow(door.databases, "kg"), us: await everyRow(door.databases, "us") };
    const phones = ["+996555500001", "+996555500002", "+12125555001", "+12125555002"];
    const codes: string[] = [];
    const answers: string[] = [];
    for (const phone of phones) {
      const { code, challenge } = await door.codeFor(phone);
      codes.push(code);
      answers.push((await door.verify(phone, wrong(code), {}, challenge)).text);
      const loggedIn = await door.verify(phone, code, {}, challenge);
      expect(loggedIn.status).toBe(200);
      answers.push(loggedIn.text);
      answers.push((await door.verify(phone, code)).text);
    }
    const shows = (text: string, secret: string) => new RegExp(`(?<![0-9a-z])${secret}(?![0-9a-z])`, "i").test(text);
    const found: string[] = [];
    for (const market of markets) {
      for (const [row, table] of await everyRow(door.databases, market)) {
        if (before[market].has(row)) continue;
        if (codes.some((code) => shows(row, code))) found.push(table);
      }
    }
    // The development provider keeps what it would have sent; that it is found shows that the search finds.
    expect(new Set(found)).toEqual(new Set(["development_sms"]));
    for (const code of codes) {
      expect(shows(door.shop.server.output, code)).toBe(false);
      for (const answer of answers) expect(shows(answer, code)).toBe(false);
    }
    for (const phone of phones) expect(door.shop.server.output).not.toContain(phone.slice(1));

    const lines = (event: string) => door.shop.server.logs.filter((line) => line.event === event);
    for (const event of ["user.created", "user.market_set", "auth.logged_in", "auth.code_accepted"]) {
      expect(
        lines(event).map((line) => line.market),
        event,
      ).toEqual(["kg", "kg", "us", "us"]);
      for (const line of lines(event)) expect(line.request_id).toBeTruthy();
    }
    for (const line of lines("user.created")) expect(line.user).toMatch(/^\d+$/);
    // A second log-in is no new user.
    await door.pass("2 minutes");
    await door.shop.logIn(phones[0] as string, (await door.codeFor(phones[0] as string)).code);
    expect(lines("user.created")).toHaveLength(4);
    expect(lines("auth.logged_in")).toHaveLength(5);
  });
});

describe("watching and pruning", () => {
  it("[E7] alarms when under a tenth of the last 200 codes were used, and takes old rows away", async () => {
    const shop = await Shop.open("one database", {
      settings: { CODE_TENDING_SECONDS: "1" },
      prepare: async (databases) => {
        for (const [code, used] of [
          ["KG", 19],
          ["US", 20],
        ] as const) {
          await databases.sql(
            "kg",
            `INSERT INTO verification_codes (market, id, phone, code_hmac, is_used, expires_at, created_at)
             SELECT $1, gen_random_uuid(), '+99655560' || i, '', i <= $2, now() - interval '1 hour',
               now() - interval '1 hour' - i * interval '1 second' FROM generate_series(1, 200) AS i`,
            [code, used],
          );
        }
        await databases.sql(
          "kg",
          `INSERT INTO verification_codes (market, id, phone, code_hmac, expires_at, created_at)
           SELECT 'KG', gen_random_uuid(), '+996555700001', '', now() - interval '8 days', now() - interval '8 days'
           FROM generate_series(1, 3000)`,
        );
        await databases.sql(
          "kg",
          `INSERT INTO code_windows (market, kind, subject, uses, uses_max, ends_at)
           SELECT 'KG', 'address', 'old' || i, 1, 1, now() - interval '1 hour' FROM generate_series(1, 3000) AS i`,
        );
        await databases.sql(
          "kg",
          `INSERT INTO phone_failures (market, phone, locked_until, touched_at) VALUES
           ('KG', '+996555700001', NULL, now() - interval '8 days'),
           ('KG', '+996555700002', now() + interval '1 hour', now() - interval '8 days'),
           ('KG', '+996555700003', NULL, now())`,
        );
      },
    });
    try {
      const alarm = await eventually("the alarm", () =>
        shop.server.logs.find((line) => line.event === "auth.few_codes_completed"),
      );
      expect(alarm).toMatchObject({ level: "error", market: "kg", sent: "200", completed: "19" });
      expect(shop.server.logs.some((line) => line.event === alarm.event && line.market === "us")).toBe(false);
      const { text } = await raw(shop.origin, "GET", "/metrics");
      expect(text).toContain('marque_codes_completed{market="kg"} 19');
      expect(text).toContain('marque_codes_watched{market="kg"} 200');
      const left = (table: string) => shop.databases.count("kg", `SELECT count(*) FROM ${table}`);
      // A round takes 2000 at most, the next one the rest.
      await eventually("old codes are gone", async () => (await left("verification_codes")) === 400);
      await eventually("old windows are gone", async () => (await left("code_windows")) === 0);
      await eventually("old failures are gone", async () => (await left("phone_failures")) === 2);
    } finally {
      await shop.close();
    }
  });
});

describe("production", () => {
  let cluster: PostgresCluster;
  let shop: Shop;
  let server: MarqueServer;
  beforeAll(async () => {
    // Production refuses a database that could lose orders.
    cluster = await PostgresCluster.create({ durable: true });
    await makeTemplates(cluster.address, ["one database"]);
    shop = await Shop.open("one database", { cluster: cluster.address });
    server = await MarqueServer.start({ ...shop.databases.environment, ...production, JWT_SECRET: jwtSecret });
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    await shop?.close();
    await cluster?.destroy();
  });

  it("[R35] refuses the test code of every test phone, and development takes it", async () => {
    for (const phone of testPhones.slice(0, 8)) {
      const body = JSON.stringify({ phone, verification_code: "123456" });
      const headers = { "Content-Type": "application/json" };
      const answer = await raw(server.origin, "POST", "/api/v1/auth/verify-code", { body, headers });
      expect(answer.problem()).toMatchObject({ status: 401, code: "auth.wrong_code" });
    }
    expect((await shop.logIn(customerPhones.kg)).user.phone).toBe(customerPhones.kg);
    expect((await raw(server.origin, "GET", "/dev/sms")).status).toBe(404);
  });

  it("[R35] there is no password anywhere in the API", () => {
    const document = readFileSync(documentPath, "utf8");
    expect(document).not.toMatch(/password|passwd/i);
    expect(document).toContain("/api/v1/auth/verify-code");
  });

  it("limits the requests of an address unless told otherwise", async () => {
    const answer = await raw(server.origin, "GET", "/api/v1/markets");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("retry-after")).toBeNull();
  });
});

describe("floods", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open("one database", {
      settings: { REQUESTS_PER_MINUTE: "40", TRUSTED_PROXIES: "127.0.0.1", CORS_ORIGINS: "https://shop.example" },
    });
  });
  afterAll(() => shop?.close());

  it("beyond an address's requests a minute everything is 429 for it, and nothing for others", async () => {
    const ask = (from: string, path = "/api/v1/markets") =>
      raw(shop.origin, "GET", path, { headers: { "X-Forwarded-For": from, Origin: "https://shop.example" } });
    const answers = await Promise.all(Array.from({ length: 60 }, () => ask("198.51.100.1")));
    const refused = answers.filter((answer) => answer.status === 429);
    expect(answers.filter((answer) => answer.status === 200).length).toBe(60 - refused.length);
    // One comes back every 1.5 s, and counts of two threads in one moment may be lost.
    expect(refused.length).toBeGreaterThanOrEqual(10);
    expect(refused.length).toBeLessThanOrEqual(20);
    expect(refused[0]?.problem()).toMatchObject({ status: 429, code: "http.too_many_requests" });
    expect(refused[0]?.headers.get("retry-after")).toMatch(/^[12]$/);
    expect(refused[0]?.headers.get("ratelimit-policy")).toBe('"address";q=40;w=60');
    expect(refused[0]?.headers.get("ratelimit")).toMatch(/^"address";r=0;t=[12]$/);
    expect(refused[0]?.headers.get("access-control-allow-origin")).toBe("https://shop.example");
    expect(refused[0]?.headers.get("access-control-expose-headers")).toContain("RateLimit-Policy");
    expect((await ask("198.51.100.2")).status).toBe(200);
    expect((await ask("2001:db8::1")).status).toBe(200);
  });
});

describe("the source", () => {
  const files = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return files(path);
      return /\.(h|cpp)$/.test(entry.name) ? [path] : [];
    });

  it("[E8] draws no number from anything but the system's generator, but for the demo shop's pictures", () => {
    const seen = files(join(projectFolder, "src"))
      .filter((path) => !path.includes("/catalog/demo/") && !path.endsWith("_test.cpp"))
      .filter((path) =>
        /\b(s?rand|random_r|drand48)\s*\(|mt19937|minstd_rand|random_device/.test(readFileSync(path, "utf8")),
      );
    expect(seen).toEqual([]);
  });
});
