// The command line: settings, what it refuses to serve with, databases it cannot reach, migrations and seeding.
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { bankSettings } from "../harness/bank_double.js";
import { client, good } from "../harness/api.js";
import { Databases, layouts, type Market, markets } from "../harness/layouts.js";
import { freePort, PostgresAccess } from "../harness/postgres.js";
import { run } from "../harness/processes.js";
import { binary, jwtSecret, marque, MarqueServer } from "../harness/server.js";
import { customerPhones, testCode } from "../harness/shop.js";
import { gatewaySettings, twilioSettings } from "../harness/sms.js";
import { eventually } from "../harness/waiting.js";

const production = {
  ENVIRONMENT: "production",
  PORT: "0",
  JWT_SECRET: jwtSecret,
  CORS_ORIGINS: "https://shop.example",
  STRIPE_SECRET_KEY: "sk_test_secret",
  STRIPE_WEBHOOK_SECRET: "whsec_secret",
  DATABASE_URL: "postgresql://u:p@127.0.0.1:1/none",
  ...gatewaySettings("kg", "https://gateway.example"),
  ...twilioSettings("https://api.twilio.com"),
  ...bankSettings("https://bank.example"),
};
const without = (name: keyof typeof production) => ({ ...production, [name]: "" });

describe("settings", () => {
  it("[R112] config prints every setting with its meaning and hides secrets", async () => {
    const secrets = {
      JWT_SECRET: jwtSecret,
      DATABASE_URL: "postgresql://shop:opensesame@db/marque",
      STRIPE_SECRET_KEY: "sk_live_abc",
      STRIPE_WEBHOOK_SECRET: "whsec_abc",
      DATABASE_URL_MARQUE_KG: "postgresql://kg:opensesame@db/kg",
    };
    const { code, stdout } = await marque(["config"], secrets);
    expect(code).toBe(0);
    for (const name of [
      "DATABASE_URL",
      "JWT_SECRET",
      "JWT_ALGORITHM",
      "ACCESS_TOKEN_EXPIRE_MINUTES",
      "REFRESH_TOKEN_EXPIRE_MINUTES",
      "CORS_ORIGINS",
      "PAYMENT_PROVIDER",
      "STRIPE_SECRET_KEY",
      "STRIPE_WEBHOOK_SECRET",
      "FILE_STORAGE_PROVIDER",
      "FILE_STORAGE_DIR",
      "ENVIRONMENT",
      "DEBUG",
      "DATABASE_URL_MARQUE_KG",
    ]) {
      expect(stdout).toMatch(new RegExp(`^${name} `, "m"));
    }
    for (const secret of [...Object.values(secrets), "opensesame"]) expect(stdout).not.toContain(secret);
  });

  it("[R112] reads .env, and the environment goes before it", async () => {
    const directory = mkdtempSync(join(tmpdir(), "marque-test-env-"));
    writeFileSync(
      join(directory, ".env"),
      "# comment\nexport PORT=8123\nLOG_LEVEL=\"error\" \nCORS_ORIGINS=https://a.example # note\nHOST='::1'\n",
    );
    try {
      const { stdout } = await run(binary, ["config"], { directory, environment: { LOG_LEVEL: "debug" } });
      expect(stdout).toMatch(/^PORT\s+8123 /m);
      expect(stdout).toMatch(/^LOG_LEVEL\s+debug /m);
      expect(stdout).toMatch(/^CORS_ORIGINS\s+https:\/\/a\.example /m);
      expect(stdout).toMatch(/^HOST\s+::1 /m);
      writeFileSync(join(directory, ".env"), "PORT=1\nthis is no setting\n");
      const broken = await run(binary, ["config"], { directory });
      expect(broken.code).not.toBe(0);
      expect(broken.stderr).toMatch(/\.env:2: expected NAME=value/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("names all mistakes at once", async () => {
    const { code, stderr } = await marque(["serve"], {
      PORT: "99999",
      JWT_ALGORITHM: "none",
      DEBUG: "perhaps",
      DATABASE_URL_MARQUE_: "x",
      THREADS: "-1",
    });
    expect(code).toBe(1);
    for (const name of ["PORT", "JWT_ALGORITHM", "DEBUG", "DATABASE_URL_MARQUE_", "THREADS"])
      expect(stderr).toContain(`${name}: `);
  });

  it.each([
    ["JWT_SECRET", without("JWT_SECRET")],
    ["JWT_SECRET", { ...production, JWT_SECRET: "short" }],
    ["CORS_ORIGINS", without("CORS_ORIGINS")],
    ["STRIPE_WEBHOOK_SECRET", without("STRIPE_WEBHOOK_SECRET")],
    ["DATABASE_URL", without("DATABASE_URL")],
    ["PAYMENT_PROVIDER", { ...production, PAYMENT_PROVIDER: "mock" }],
    ["PAYMENT_GATEWAY_KG_SECRET", { ...production, PAYMENT_GATEWAY_KG_SECRET: "short" }],
    ["STRIPE_WEBHOOK_SECRET", { ...without("STRIPE_WEBHOOK_SECRET"), ENVIRONMENT: "staging" }],
  ])("[D3] outside development it does not serve without %s", async (name, environment) => {
    const { code, stderr } = await marque(["serve"], environment);
    expect(code).toBe(1);
    expect(stderr).toContain(name);
    expect(stderr).not.toContain(jwtSecret);
  });

  it("[C4] outside development it does not serve from a database that may lose orders", async () => {
    const databases = await Databases.copy("one database", inject("cluster"));
    try {
      const { code, stderr } = await marque(["serve"], { ...production, ...databases.environment });
      expect(code).toBe(1);
      expect(stderr).toContain("fsync=off");
    } finally {
      await databases.drop();
    }
  });

  it("explains itself", async () => {
    const help = await marque(["--help"], {});
    expect(help.code).toBe(0);
    for (const command of [
      "serve",
      "migrate",
      "makemigration",
      "seed",
      "migrate_and_seed",
      "import",
      "config",
      "openapi",
    ])
      expect(help.stdout).toContain(command);
    expect((await marque(["sell"], {})).code).not.toBe(0);
    expect((await marque([], {})).code).not.toBe(0);
  });
});

describe("database URLs", () => {
  const access = () => new PostgresAccess(inject("cluster"));
  const status = (url: string) => marque(["migrate", "--status"], { DATABASE_URL: url });

  it.each(["postgresql", "postgres", "postgresql+psycopg2", "postgresql+asyncpg", "PostgreSQL"])(
    "[R114] takes %s://",
    async (scheme) => {
      const { code, stdout, stderr } = await status(access().tcpUrl("template_one", { scheme }));
      expect(code, stderr).toBe(0);
      expect(stdout).toMatch(/applied\s+0001/);
      expect(stdout).not.toContain("shop-password");
    },
  );

  it.each([
    ["nobody listens", async () => `postgresql://shop:shop-password@127.0.0.1:${await freePort()}/marque`, /refused/i],
    [
      "the password is wrong",
      () => access().tcpUrl("template_one", { user: "locked", password: "wrong-password" }),
      /password/i,
    ],
    ["the database does not exist", () => access().tcpUrl("no_such_database"), /no_such_database.*createdb/is],
    ["SSL is demanded and not offered", () => access().tcpUrl("template_one", { query: "?sslmode=require" }), /SSL/],
    ["the host is unknown", () => "postgresql://shop:shop-password@no-such-host.invalid/marque", /host name/i],
    [
      "the scheme is another one",
      () => "mysql://shop:shop-password@127.0.0.1/marque",
      /postgresql:\/\/USER:PASSWORD@HOST/,
    ],
    ["a parameter is unknown", () => access().tcpUrl("template_one", { query: "?colour=red" }), /colour/],
    ["there is no URL", () => "marque", /postgresql:\/\//],
  ])("[R127] says what to check when %s", async (_, url, words) => {
    const given = await url();
    for (const command of [["migrate", "--status"], ["serve"]]) {
      const { code, stderr, stdout } = await marque(command, { DATABASE_URL: given, PORT: "0" });
      expect(code).toBe(1);
      expect(stderr).toMatch(words);
      expect(stdout + stderr).not.toMatch(/shop-password|wrong-password/);
    }
  });
});

interface Deep {
  status: string | number;
  markets?: unknown[];
}

describe.each(layouts)("migrations and seed, %s", (layout) => {
  let databases: Databases;
  beforeAll(async () => {
    databases = await Databases.copy(layout, inject("cluster"));
  });
  afterAll(() => databases?.drop());
  const command = async (...args: string[]) => marque(args, databases.environment, 120_000);
  const well = async (...args: string[]) => {
    const result = await command(...args);
    expect(result.code, result.stderr).toBe(0);
    return result.stdout;
  };

  /** Rows of every table, by table, in every database. */
  const census = async () => {
    const counts: Record<string, string> = {};
    for (const market of databases.split ? markets : (["kg"] as const)) {
      const tables = await databases.sql<{ name: string }>(
        market,
        `SELECT c.relname AS name FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
          AND c.relname <> 'marque_migrations' ORDER BY 1`,
      );
      for (const { name } of tables) {
        counts[`${databases.split ? market : "one"}.${name}`] = String(
          await databases.count(market, `SELECT count(*) FROM ${name}`),
        );
      }
    }
    return counts;
  };

  it("[R118] seeding again adds nothing", async () => {
    const before = await census();
    expect(Object.keys(before).length).toBeGreaterThan(20);
    await well("seed");
    await well("migrate_and_seed");
    const after = await census();
    expect(after).toEqual(before);
  });

  it("[R118] seeding brings back what is missing and leaves the rest", async () => {
    await databases.sql("kg", `DELETE FROM regions WHERE market = 'KG' AND code = 'GB'`);
    await databases.sql("kg", `UPDATE regions SET name = 'My Batken' WHERE market = 'KG' AND code = 'B'`);
    await well("seed");
    expect(await databases.count("kg", `SELECT count(*) FROM regions WHERE market = 'KG'`)).toBe(9);
    expect(await databases.sql("kg", `SELECT name FROM regions WHERE market = 'KG' AND code = 'B'`)).toEqual([
      { name: "My Batken" },
    ]);
  });

  it("the demo shop is as large as promised", async () => {
    expect(await databases.count("kg", `SELECT count(*) FROM products WHERE market IN ('KG', 'ALL')`)).toBeGreaterThan(
      200,
    );
    expect(
      await databases.count("kg", "SELECT count(*) FROM categories WHERE parent_id IS NULL"),
    ).toBeGreaterThanOrEqual(12);
    const few = await databases.count(
      "kg",
      `SELECT count(*) FROM (SELECT product_id FROM skus GROUP BY market, product_id
        HAVING count(*) NOT BETWEEN 3 AND 12) odd`,
    );
    expect(few).toBe(0);
  });

  it("[R116] status, one down, and up again", async () => {
    const all = await well("migrate", "--status");
    expect(all).not.toMatch(/missing|CHANGED/);
    const names = all.match(/\d{4}_\w+/g) ?? [];
    const newest = [...names].sort().at(-1) ?? "";
    expect(await well("migrate", "--down")).toContain(newest);
    expect(await well("migrate", "--status")).toMatch(new RegExp(`missing\\s+${newest}`));
    const refusal = await command("serve");
    expect(refusal.code).toBe(1);
    expect(refusal.stderr).toMatch(/run `marque migrate`/);
    await well("migrate");
    expect(await well("migrate", "--status")).toBe(all);
  });

  it("every migration can be undone, down to nothing, and all of it made again", async () => {
    const count = new Set((await well("migrate", "--status")).match(/\d{4}_\w+/g)).size;
    for (let i = 0; i < count; ++i) await well("migrate", "--down", "--lose-data");
    expect(await well("migrate", "--down")).toContain("nothing");
    for (const market of databases.split ? markets : (["kg"] as const)) {
      const left = await databases.sql(
        market,
        `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`,
      );
      expect(left.map((row) => row.relname)).toEqual(["marque_migrations"]);
    }
    // Two servers that start together both want to migrate.
    const both = await Promise.all([command("migrate"), command("migrate")]);
    expect(
      both.map((result) => result.code),
      both.map((result) => result.stderr).join(""),
    ).toEqual([0, 0]);
    await well("seed");
    const server = await MarqueServer.start({ ...databases.environment, AUDIT_SECONDS: "1" });
    try {
      expect((await fetch(`${server.origin}/health/ready`)).status).toBe(200);
      for (const market of markets) await livesAlready(server.origin, market);
      const deep = await eventually("an audit of both markets", async () => {
        const found = (await (await fetch(`${server.origin}/health/deep`)).json()) as Deep;
        return (found.status === 503 || found.markets?.length === 2) && found;
      });
      expect(deep.status, JSON.stringify(deep)).toBe("ok");
    } finally {
      await server.stop();
    }
  });

  /** What a newcomer finds: orders of some months in every state, and some of the one who logs in and hears of them. */
  async function livesAlready(origin: string, market: Market): Promise<void> {
    const states = await databases.sql<{ status: string }>(
      market,
      `SELECT DISTINCT o.status FROM orders o JOIN order_items i ON i.market = o.market AND i.order_id = o.id
       WHERE o.market = $1 AND o.order_date > now() - interval '120 days'`,
      [market.toUpperCase()],
    );
    expect(states.length).toBeGreaterThanOrEqual(4);
    expect(await databases.count(market, "SELECT count(*) FROM orders WHERE market = $1", [market.toUpperCase()])).toBe(
      240,
    );
    const body = { phone: customerPhones[market], verification_code: testCode };
    const { access_token: token } = good(await client(origin).POST("/api/v1/auth/verify-code", { body }));
    const api = client(origin, { token });
    const { items } = good(await api.GET("/api/v1/orders", {}));
    expect(items.map(({ status }) => status)).toEqual(["confirmed", "shipped", "delivered", "delivered"]);
    for (const { id } of items) good(await api.GET("/api/v1/orders/{id}", { params: { path: { id } } }));
    expect(good(await api.GET("/api/v1/profile/reviews/to-write", {})).total).toBeGreaterThan(0);
    await eventually("the orders are told of", async () => {
      return good(await api.GET("/api/v1/profile/notifications/unread-count", {})).unread === 3;
    });
  }

  it("a migration that was changed after it had been applied is refused", async () => {
    await databases.everywhere(`UPDATE marque_migrations SET checksum = 'changed ' || checksum WHERE number = 5`);
    expect(await well("migrate", "--status")).toMatch(/CHANGED\s+0005/);
    const { code, stderr } = await command("migrate");
    await databases.everywhere(`UPDATE marque_migrations SET checksum = substr(checksum, 9) WHERE number = 5`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/0005_\w+\.up\.sql was changed/);
    await well("migrate");
  });

  it("a database that is newer than the program is left alone", async () => {
    await databases.everywhere(
      `INSERT INTO marque_migrations (number, name, checksum) VALUES (9999, '9999_future', 'x')`,
    );
    const { code, stderr } = await command("migrate");
    expect(code).toBe(1);
    expect(stderr).toContain("9999_future");
  });

  it("db-reset works in development only", async () => {
    const refusal = await marque(["db-reset"], { ...production, ...databases.environment });
    expect(refusal.code).toBe(1);
    expect(refusal.stderr).toContain("development");
  });
});

describe("makemigration", () => {
  it("[R117] starts the next pair of files in a feature's folder", async () => {
    const directory = mkdtempSync(join(tmpdir(), "marque-test-migration-"));
    const folder = join(directory, "src/features/orders/migrations");
    mkdirSync(folder, { recursive: true });
    try {
      const made = await run(binary, ["makemigration", "-m", "Orders: gift notes!", "--feature", "orders"], {
        directory,
      });
      expect(made.code, made.stderr).toBe(0);
      const files = readdirSync(folder).sort();
      expect(files).toHaveLength(2);
      expect(files[0]).toMatch(/^\d{4}_orders_gift_notes_?\.down\.sql$/);
      expect(readFileSync(join(folder, files[1] ?? ""), "utf8")).toContain("marque_secure_tables");
      const lost = await run(binary, ["makemigration", "-m", "x", "--feature", "nowhere"], { directory });
      expect(lost.code).not.toBe(0);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
