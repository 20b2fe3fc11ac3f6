// [K1] Every migration undone and applied again on databases full of orders: either everything is there again, schema,
// rows and what they say, or undoing is refused, says which tables would lose what, and changes nothing. Orders a
// market: MARQUE_TEST_MIGRATED_ORDERS; how many of the newest migrations: MARQUE_TEST_MIGRATIONS (100 takes all).
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { randomOf } from "../harness/checker.js";
import { markets } from "../harness/layouts.js";
import { binaries } from "../harness/postgres.js";
import { runWell } from "../harness/processes.js";
import { marque, projectFolder } from "../harness/server.js";
import { Shop } from "../harness/shop.js";
import { Traffic } from "../harness/traffic.js";

const orders = Number(process.env.MARQUE_TEST_MIGRATED_ORDERS ?? 400);
const newest = Number(process.env.MARQUE_TEST_MIGRATIONS ?? 16);
const seed = Number(process.env.MARQUE_TEST_SEED ?? Date.now() % 1_000_000);

/** Undoing these takes what they brought, and shops write into it from their first order on. */
const surelyRefused = ["0053_payment_states", "0011_orders", "0031_sales", "0004_identity"];

const folder = join(projectFolder, "src");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".up.sql"));
const fileOf = (name: string) => join(folder, files.find((path) => path.endsWith(`/${name}.up.sql`)) ?? name);

describe("migrations of a shop with orders", () => {
  let shop: Shop;
  beforeAll(
    async () => {
      shop = await Shop.open("one database");
      const traffic = new Traffic(shop, randomOf(seed));
      await traffic.prepare();
      traffic.start();
      await traffic.more(2 * orders, 60_000 + orders * 20);
      await traffic.stop();
      const verdict = await traffic.verdict();
      for (const market of markets) expect(verdict[market]).toMatchObject({ missing: [], conservation: [] });
      await shop.server.stop();
    },
    120_000 + orders * 20,
  );
  afterAll(() => shop?.close());

  /** Number of rows of every table, and the sum of their hashes whatever the order of columns. */
  const contents = async (): Promise<Record<string, string>> => {
    const tables = await shop.databases.sql<{ name: string }>(
      "kg",
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
       AND relname <> 'marque_migrations' ORDER BY relname`,
    );
    if (tables.length === 0) return {};
    const each = tables.map(
      ({ name }) =>
        `SELECT '${name}' AS name, count(*) || ' rows, ' ||
                coalesce(sum(hashtextextended(to_jsonb(t)::text, 7)), 0) AS told FROM "${name}" t`,
    );
    const rows = await shop.databases.sql<{ name: string; told: string }>("kg", each.join(" UNION ALL "));
    return Object.fromEntries(rows.map((row) => [row.name, row.told]));
  };

  /** What pg_dump says of the schema; of tables, the columns in the order of their names. */
  const schema = async (): Promise<string[]> => {
    const { socketDirectory, port } = inject("cluster");
    const dump = await runWell(join(binaries(), "pg_dump"), [
      "--schema-only",
      "--no-privileges",
      `--host=${socketDirectory}`,
      `--port=${port}`,
      "--username=postgres",
      shop.databases.names.kg,
    ]);
    const lines = dump.split("\n").filter((line) => !/^--|^$|^\\(un)?restrict /.test(line));
    return lines.map((line) => line.replace(/,$/, "")).sort();
  };

  const undo = (...more: string[]) => marque(["migrate", "--down", ...more], shop.databases.environment, 120_000);

  /** As `marque migrate` does it, but this one only: newer ones may have been undone for good. */
  const apply = async (name: string) => {
    const text = readFileSync(fileOf(name), "utf8");
    const owner = shop.databases.access.pool(shop.databases.names.kg, "shop", 1);
    try {
      await owner.query("BEGIN");
      await owner.query(text);
      await owner.query("INSERT INTO marque_migrations (number, name, checksum) VALUES ($1, $2, $3)", [
        Number(name.slice(0, 4)),
        name,
        createHash("sha256").update(text).digest("hex"),
      ]);
      // Tables that are new have no policies yet.
      for (const market of markets) await owner.query("SELECT marque_provision_market($1)", [market.toUpperCase()]);
      await owner.query("COMMIT");
    } finally {
      await owner.end();
    }
  };

  const applied = async (): Promise<string | undefined> => {
    const rows = await shop.databases.sql<{ name: string }>(
      "kg",
      "SELECT name FROM marque_migrations ORDER BY number DESC LIMIT 1",
    );
    return rows[0]?.name;
  };

  it(
    `[K1] the newest ${newest} of ${files.length}: undone and applied again without a trace, or refused without one`,
    async () => {
      const back: string[] = [];
      const refused: string[] = [];
      for (let i = 0; i < newest; ++i) {
        const name = await applied();
        if (name === undefined) break;
        const before = await contents();
        const built = await schema();
        const { code, stderr } = await undo();
        if (code === 0) {
          expect(await applied()).not.toBe(name);
          await apply(name);
          back.push(name);
        } else {
          expect(stderr, name).toMatch(/would lose data: (.*\(\d+ rows\)|it could not be applied again)/);
          expect(stderr, name).toContain(name);
          refused.push(name);
        }
        expect(await contents(), name).toEqual(before);
        expect(await schema(), name).toEqual(built);
        const forced = await undo("--lose-data");
        expect(forced.code, `${name}: ${forced.stderr}`).toBe(0);
      }
      console.log(`[K1] seed ${seed}: back again ${back.join(", ")}; refused ${refused.join(", ")}`);
      expect(back.length + refused.length).toBe(Math.min(newest, files.length));
      const reached = surelyRefused.filter((name) => back.includes(name) || refused.includes(name));
      expect(refused).toEqual(expect.arrayContaining(reached));
    },
    60_000 + newest * 15_000,
  );
});
