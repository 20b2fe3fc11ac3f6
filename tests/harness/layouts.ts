// The two database layouts (ruling 1): one database for all markets, or a database for each.
import { randomBytes } from "node:crypto";
import type pg from "pg";
import { type ClusterAddress, PostgresAccess } from "./postgres.js";
import { marque } from "./server.js";

export type Market = "kg" | "us";
export const markets: Market[] = ["kg", "us"];
export type LayoutName = "one database" | "database per market";
export const layouts: LayoutName[] = ["one database", "database per market"];

/** What both layouts' databases are copied from; filled once by the global set-up. */
export const templates: Record<LayoutName, Record<Market, string>> = {
  "one database": { kg: "template_one", us: "template_one" },
  "database per market": { kg: "template_kg", us: "template_us" },
};

export function environmentOf(
  layout: LayoutName,
  access: PostgresAccess,
  names: Record<Market, string>,
): Record<string, string> {
  if (layout === "one database") return { DATABASE_URL: access.url(names.kg) };
  return { DATABASE_URL_MARQUE_KG: access.url(names.kg), DATABASE_URL_MARQUE_US: access.url(names.us) };
}

/** Makes the templates by the command a person would run, without the orders of the demo shop. */
export async function makeTemplates(address: ClusterAddress, wanted: LayoutName[] = layouts): Promise<void> {
  const access = new PostgresAccess(address);
  for (const layout of wanted) {
    const names = templates[layout];
    for (const name of new Set(Object.values(names))) await access.createDatabase(name);
    const result = await marque(["migrate_and_seed", "--no-sales"], environmentOf(layout, access, names), 120_000);
    if (result.code !== 0)
      throw new Error(`marque migrate_and_seed (${layout}) failed:\n${result.stdout}${result.stderr}`);
    for (const name of new Set(Object.values(names))) await settle(access, name);
  }
}

/**
 * What autovacuum would do soon on a server that lives longer than a test run; and sequences that begin anew to write
 * down what they give: PostgreSQL 15 copies a template's promise to have written the next 32 but not those, so that
 * copies gave ids twice after a crash or a failover.
 */
async function settle(access: PostgresAccess, name: string): Promise<void> {
  const pool = access.pool(name, "postgres", 1);
  try {
    await pool.query(`SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, last_value)
                      FROM pg_sequences WHERE last_value IS NOT NULL`);
    await pool.query("ANALYZE");
  } finally {
    await pool.end();
  }
}

/** One test file's databases in one layout, with superuser connections that no row-level security binds. */
export class Databases {
  private readonly pools = new Map<string, pg.Pool>();

  private constructor(
    readonly layout: LayoutName,
    readonly access: PostgresAccess,
    readonly names: Record<Market, string>,
  ) {}

  static async copy(layout: LayoutName, address: ClusterAddress): Promise<Databases> {
    const access = new PostgresAccess(address);
    const suffix = randomBytes(5).toString("hex");
    const names = { kg: `test_kg_${suffix}`, us: `test_us_${suffix}` };
    if (layout === "one database") names.us = names.kg;
    for (const market of markets) {
      if (market === "us" && names.us === names.kg) continue;
      await access.createDatabase(names[market], templates[layout][market]);
    }
    return new Databases(layout, access, names);
  }

  /** Databases of the layout with nothing in them. */
  static async empty(layout: LayoutName, address: ClusterAddress): Promise<Databases> {
    const access = new PostgresAccess(address);
    const suffix = randomBytes(5).toString("hex");
    const names = {
      kg: `empty_kg_${suffix}`,
      us: layout === "one database" ? `empty_kg_${suffix}` : `empty_us_${suffix}`,
    };
    for (const name of new Set(Object.values(names))) await access.createDatabase(name);
    return new Databases(layout, access, names);
  }

  /** The same databases, by name, in another cluster. */
  at(address: ClusterAddress): Databases {
    return new Databases(this.layout, new PostgresAccess(address), { ...this.names });
  }

  get split(): boolean {
    return this.layout === "database per market";
  }

  get environment(): Record<string, string> {
    return environmentOf(this.layout, this.access, this.names);
  }

  /** Rows of a statement run as superuser in the database that holds a market. */
  async sql<Row extends pg.QueryResultRow = pg.QueryResultRow>(
    market: Market,
    text: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    return (await this.pool(market).query<Row>(text, values)).rows;
  }

  /** The first column of the first row, as a number. */
  async count(market: Market, text: string, values: unknown[] = []): Promise<number> {
    const rows = await this.sql(market, text, values);
    return Number(Object.values(rows[0] ?? { none: 0 })[0]);
  }

  /** Rows of a statement as a role sees them. */
  async as<Row extends pg.QueryResultRow = pg.QueryResultRow>(
    market: Market,
    role: string,
    text: string,
  ): Promise<Row[]> {
    const connection = await this.pool(market).connect();
    try {
      await connection.query(`SET ROLE ${role}`);
      return (await connection.query<Row>(text)).rows;
    } finally {
      connection.release(true);
    }
  }

  /** A statement for which neither foreign keys nor triggers count: to make what could not come about otherwise. */
  async unchecked(market: Market, text: string, values: unknown[] = []): Promise<void> {
    const connection = await this.pool(market).connect();
    try {
      await connection.query("SET session_replication_role = replica");
      await connection.query(text, values);
    } finally {
      connection.release(true);
    }
  }

  /** A second copy of these databases as they are; nobody may be connected to them. */
  async clone(): Promise<Databases> {
    const names = { ...this.names };
    for (const name of new Set(Object.values(this.names))) {
      await this.access.createDatabase(`${name}_clone`, name);
      for (const market of markets) if (this.names[market] === name) names[market] = `${name}_clone`;
    }
    return new Databases(this.layout, this.access, names);
  }

  /** Holds the locks of a statement until the given work is done. */
  async holding<T>(market: Market, text: string, values: unknown[], work: () => Promise<T>): Promise<T> {
    const connection = await this.pool(market).connect();
    try {
      await connection.query("BEGIN");
      await connection.query(text, values);
      return await work();
    } finally {
      await connection.query("ROLLBACK");
      connection.release();
    }
  }

  /** Carries out a statement, then some work, and commits the statement only then. */
  async slowly<T>(market: Market, text: string, values: unknown[], work: () => Promise<T>): Promise<T> {
    const connection = await this.pool(market).connect();
    try {
      await connection.query("BEGIN");
      await connection.query(text, values);
      const result = await work();
      await connection.query("COMMIT");
      return result;
    } finally {
      connection.release(true);
    }
  }

  /** How many backends of a market's database wait for a lock right now. */
  waiting(market: Market): Promise<number> {
    return this.count(
      market,
      `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
  }

  /** A statement in every database of the layout. */
  async everywhere(text: string): Promise<void> {
    for (const market of this.split ? markets : (["kg"] as const)) await this.sql(market, text);
  }

  private pool(market: Market): pg.Pool {
    const name = this.names[market];
    const pool = this.pools.get(name) ?? this.access.pool(name);
    this.pools.set(name, pool);
    return pool;
  }

  async disconnect(): Promise<void> {
    for (const pool of this.pools.values()) await pool.end();
    this.pools.clear();
  }

  async drop(): Promise<void> {
    await this.disconnect();
    for (const name of new Set(Object.values(this.names))) await this.access.dropDatabase(name);
  }
}
