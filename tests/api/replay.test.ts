// [G6] No statement needs its market conditions: row-level security alone keeps US out of KG's sight and reach.
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { randomOf } from "../harness/checker.js";
import { Databases } from "../harness/layouts.js";
import { statementsOfSource } from "../harness/statements_of_source.js";
import { marketTables } from "../isolation/rows.js";
import { alarm, combinations, plantTwin, Replayer, type Seen, withoutMarket } from "../isolation/replay.js";

const role = "marque_kg";
const seed = Number(process.env.MARQUE_TEST_SEED ?? Date.now() % 1_000_000);

/** Enough of an answer to see what it is. */
const short = (seen: Seen) => JSON.stringify(seen).slice(0, 500);

interface Tally {
  statements: number;
  removed: number;
  runs: number;
  /** Statements that came to rows or a change at least once. */
  effective: Set<string>;
  leaks: Map<string, string>;
  broken: string[];
}

describe("statements without market conditions", () => {
  let whole: Databases;
  let bare: Databases;
  const clients: pg.PoolClient[] = [];
  const pools: pg.Pool[] = [];
  // Those of such commands are asked as the owner of a whole database and tell of it, or of tables made for a moment.
  const statements = new Map(
    [...statementsOfSource()].filter(([name]) => !/^(adopt|backup|carry|relayout)\./.test(name)),
  );

  const connect = async (databases: Databases): Promise<pg.PoolClient> => {
    const pool = databases.access.pool(databases.names.kg, "postgres", 1);
    pools.push(pool);
    const client = await pool.connect();
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    whole = await Databases.copy("one database", inject("cluster"));
    expect(await plantTwin(whole)).toBeGreaterThan(20);
    await whole.sql("kg", alarm);
    await whole.disconnect();
    bare = await whole.clone();
    for (const table of (await marketTables(bare, "kg")).keys())
      await bare.unchecked("kg", `DELETE FROM ${table} WHERE market = 'US'`);
  });
  afterAll(async () => {
    for (const client of clients) client.release(true);
    for (const pool of pools) await pool.end();
    await bare?.drop();
    await whole?.drop();
  });

  const replayAll = async (): Promise<Tally> => {
    const tally: Tally = {
      statements: 0,
      removed: 0,
      runs: 0,
      effective: new Set(),
      leaks: new Map(),
      broken: [],
    };
    const random = randomOf(seed);
    const [one, other] = [new Replayer(await connect(whole)), new Replayer(await connect(bare))];
    const bystander = await connect(whole);
    for (const [name, sql] of statements) {
      const stripped = await withoutMarket(sql);
      const prepared = `s${++tally.statements}`;
      tally.removed += stripped.removed;
      let types: string[] = [];
      try {
        types = await one.prepare(prepared, sql, stripped.sql);
        await other.prepare(prepared, sql, stripped.sql);
      } catch (error) {
        tally.broken.push(`${name}: ${String(error)}: ${stripped.sql}`);
        continue;
      }
      for (const values of combinations(types, random)) {
        const seen = await one.run(prepared, values, role);
        // Other databases of the cluster work meanwhile: what differs for that is no difference of markets.
        await bystander.query("SELECT pg_current_xact_id()");
        const expected = await other.run(prepared, values, role);
        note(tally, name, values, seen, expected);
      }
    }
    return tally;
  };

  const note = (tally: Tally, name: string, values: unknown[], seen: Seen, expected: Seen): void => {
    tally.runs += 1;
    // Class 42 is a statement that PostgreSQL does not understand; a missing right, and a parameter that names no
    // table, are answers.
    if (/^42/.test(seen.error ?? "") && !/^42(501|P01)$/.test(seen.error ?? ""))
      tally.broken.push(`${name} ${JSON.stringify(values)}: ${seen.error}`);
    if (!seen.error && !/^(0|null) /.test(seen.rows)) tally.effective.add(name);
    if (JSON.stringify(seen) === JSON.stringify(expected) && seen.error !== "ZZ001") return;
    if (!tally.leaks.has(name))
      tally.leaks.set(name, `${JSON.stringify(values)}: ${short(seen)} and not ${short(expected)}`);
  };

  const figures = (tally: Tally) =>
    `${tally.statements} statements, ${tally.removed} conditions removed, ${tally.runs} runs in two databases, ` +
    `${tally.effective.size} statements with an effect, ${tally.leaks.size} that told of US (seed ${seed})`;

  it("[G6] [R19] as KG none of them reads or changes a row of US", async () => {
    const tally = await replayAll();
    console.log(`[G6] ${figures(tally)}`);
    expect(tally.broken).toEqual([]);
    expect([...tally.leaks]).toEqual([]);
    expect(tally.statements).toBeGreaterThan(60);
    expect(tally.removed).toBeGreaterThan(30);
  }, 300_000);

  it("[G6] negative control: without row-level security most of them do", async () => {
    for (const databases of [whole, bare])
      for (const table of (await marketTables(databases, "kg")).keys())
        await databases.sql("kg", `ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`);
    const tally = await replayAll();
    console.log(`[G6] without policies: ${figures(tally)}`);
    const blind = [...statements.keys()].filter((name) => !tally.leaks.has(name));
    console.log(`[G6] tell nothing of US even so: ${blind.join(", ")}`);
    expect(tally.leaks.size).toBeGreaterThan(statements.size / 2);
  }, 300_000);
});
