// Every SQL statement of the source runs in a walk through all endpoints and commands: PostgreSQL's own log is the
// witness. A statement that nothing runs is dead, or a test is missing.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { good } from "../harness/api.js";
import { Databases, environmentOf } from "../harness/layouts.js";
import { logFile, PostgresAccess } from "../harness/postgres.js";
import { marque, projectFolder } from "../harness/server.js";
import { buy, delivery, managerPhones, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

const exempt = new Set([
  "orders.naive_set_stock", // the negative control of concurrency.test.ts
  "db.begin",
  "db.commit",
  "db.rollback", // no statements of a feature, and sent in other forms
]);
const sample = join(
  process.env.MARQUE_SHARED_DATA ?? resolve(projectFolder, "../shared/data"),
  "catalog/magento_luma_products.csv.gz",
);

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.(h|cpp)$/.test(entry.name) && !/_test\.cpp$|_fixture\.h$|^scratch_/.test(entry.name) ? [path] : [];
  });
}

const plain = (sql: string) => sql.replace(/\s+/g, " ").trim();

/** Name and text of every Statement<…>{"name", SQL}, with the SQL raw or as one or several ordinary literals. */
function statementsOfSource(): Map<string, string> {
  const found = new Map<string, string>();
  const folders = ["features", "work", "app"].map((name) => join(projectFolder, "src", name));
  for (const file of folders.flatMap(sourceFiles)) {
    const text = readFileSync(file, "utf8");
    for (const match of text.matchAll(/"([a-z_]+\.[a-z_]+)",\s*(?:R"\(([^]*?)\)"|((?:"(?:[^"\\]|\\.)*"\s*)+))\}/g)) {
      const literal =
        match[2] ?? [...(match[3] ?? "").matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((piece) => piece[1]).join("");
      if (/\b(SELECT|INSERT|UPDATE|DELETE|WITH)\b/.test(literal)) found.set(match[1] ?? "", plain(literal));
    }
  }
  return found;
}

/** Every endpoint and every outcome that costs a statement of its own. */
async function walk(shop: Shop): Promise<void> {
  const phone = "+996555000011";
  good(await shop.guest().POST("/api/v1/auth/send-verification", { body: { phone } }));
  const code = await eventually("the SMS", () => shop.smsCode(phone));
  await shop
    .guest()
    .POST("/api/v1/auth/verify-code", { body: { phone, code: code === "000000" ? "000001" : "000000" } });
  const caller = await shop.logIn(phone, code);
  good(await caller.api.GET("/api/v1/auth/profile", {}));
  const { sku } = await shop.findSku("kg", 5);
  good(await caller.api.POST("/api/v1/cart/add", { body: { sku_id: sku.id, quantity: 2 } }));
  good(await caller.api.POST("/api/v1/cart/update", { body: { sku_id: sku.id, quantity: 1 } }));
  good(await caller.api.POST("/api/v1/cart/remove", { body: { sku_id: sku.id } }));
  good(await caller.api.POST("/api/v1/cart/clear", {}));
  const order = await buy(caller, sku.id);
  good(await caller.api.GET("/api/v1/orders", {}));
  good(await caller.api.GET("/api/v1/orders/{id}", { params: { path: { id: order.id } } }));
  await fetch(`${shop.origin}/health/ready`);

  const manager = await shop.logIn(managerPhones.both);
  good(await manager.api.POST("/api/v1/manager/market", { body: { market: "us" } }));

  // The last piece, wanted by many at once: some see it there and lose it at the end.
  for (let i = 0; i < 5; ++i) {
    await shop.setStock("kg", sku.id, 1);
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        caller.api.POST("/api/v1/orders/create", {
          params: { header: { "Idempotency-Key": `walk-${i}-${n}` } },
          body: { ...delivery(phone), items: [{ sku_id: sku.id, quantity: 1 }] },
        }),
      ),
    );
  }
  // An event that nobody can read is put aside and said so.
  await shop.databases.sql(
    "kg",
    `INSERT INTO outbox (market, topic, payload) VALUES ('KG', 'order.created', '{"odd": true}')`,
  );
  await eventually("the odd event has failed", () =>
    shop.databases.count("kg", "SELECT count(*) FROM outbox WHERE last_error IS NOT NULL"),
  );
  await eventually(
    "the outbox is worked off",
    async () =>
      (await shop.databases.count("kg", "SELECT count(*) FROM outbox WHERE done_at IS NULL AND last_error IS NULL")) ===
      0,
  );
  await caller.api.POST("/api/v1/auth/logout", {});
}

describe("statements", () => {
  let log = "";
  beforeAll(async () => {
    const address = inject("cluster");
    const access = new PostgresAccess(address);
    const name = "template_of_statements";
    await access.createDatabase(name);
    const maintenance = access.pool("postgres", "postgres", 1);
    await maintenance.query(`ALTER DATABASE ${name} SET log_statement = 'all'`);
    const environment = environmentOf("one database", access, { kg: name, us: name });
    for (const args of [
      ["migrate_and_seed"],
      ["seed"],
      ...(existsSync(sample) ? [["import", "products", sample, "--market", "us,kg", "--price", "kg=88:10"]] : []),
    ]) {
      const result = await marque(args, environment);
      expect(result.code, result.stderr).toBe(0);
    }
    const shop = await Shop.open("one database", {
      prepare: async (databases: Databases) => {
        await maintenance.query(`ALTER DATABASE ${databases.names.kg} SET log_statement = 'all'`);
      },
    });
    try {
      await walk(shop);
    } finally {
      await shop.close();
      await maintenance.end();
    }
    log = plain(readFileSync(logFile(address), "utf8"));
  }, 120_000);

  const statements = statementsOfSource();

  it("are found in the source", () => {
    expect(statements.size).toBeGreaterThan(60);
    for (const name of ["orders.insert_order", "identity.account", "operations.ping", "outbox.take"])
      expect([...statements.keys()]).toContain(name);
  });

  it("all ran", () => {
    const idle = [...statements].filter(([name, sql]) => !exempt.has(name) && !log.includes(sql)).map(([name]) => name);
    expect(idle).toEqual([]);
  });

  it("negative control: a statement that did not run is noticed", () => {
    expect(log).not.toContain(statements.get("orders.naive_set_stock"));
  });
});
