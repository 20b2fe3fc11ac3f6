// A third market beside Kyrgyzstan and the United States: where its rows lie in each layout, and the steps to open it.
import { randomBytes } from "node:crypto";
import type pg from "pg";
import { inject } from "vitest";
import type { Databases } from "./layouts.js";
import { PostgresAccess } from "./postgres.js";
import type { Finished } from "./processes.js";
import { marque } from "./server.js";

export class ThirdMarket {
  private constructor(
    private readonly databases: Databases,
    private readonly access: PostgresAccess,
    private readonly name: string,
    private readonly pool: pg.Pool,
  ) {}

  /** In the split layout an empty database is prepared for it; in one database there is nothing to prepare. */
  static async prepare(databases: Databases): Promise<ThirdMarket> {
    const access = new PostgresAccess(inject("cluster"));
    const name = databases.split ? `test_kz_${randomBytes(5).toString("hex")}` : databases.names.kg;
    if (databases.split) await access.createDatabase(name);
    return new ThirdMarket(databases, access, name, access.pool(name));
  }

  /** The setting that a server of the split layout needs beside those of the other markets. */
  get setting(): Record<string, string> {
    return this.databases.split ? { DATABASE_URL_MARQUE_KZ: this.access.url(this.name) } : {};
  }

  command(...args: string[]): Promise<Finished> {
    return marque(args, { ...this.databases.environment, ...this.setting }, 120_000);
  }

  /** A command that must succeed; what it printed. */
  async well(...args: string[]): Promise<string> {
    const result = await this.command(...args);
    if (result.code !== 0)
      throw new Error(`marque ${args.join(" ")}: ${result.code}\n${result.stdout}${result.stderr}`);
    return result.stdout;
  }

  /** The one command of the issue. */
  add(...more: string[]): Promise<Finished> {
    return this.command(
      ..."market add KZ --name Kazakhstan --prefix +77 --currency KZT".split(" "),
      ..."--timezone Asia/Almaty --languages ru,kk,en --like KG".split(" "),
      ...more,
    );
  }

  /** From a draft to a market that sells. */
  async open(pieces = 5): Promise<void> {
    await this.well("market", "set", "KZ", "shipping=1500", "shipping_free_from=40000");
    await this.well("price", "copy", "--from", "KG", "--to", "KZ", "--factor", "5.4", "--round", "100");
    await this.well("stock", "set", "KZ", "--all", "--pieces", String(pieces));
    await this.well("market", "state", "KZ", "live");
  }

  /** Rows in the database that holds the market, as superuser. */
  async sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(text, values)).rows;
  }

  async count(text: string, values: unknown[] = []): Promise<number> {
    return Number(Object.values((await this.sql(text, values))[0] ?? { none: 0 })[0]);
  }

  async drop(): Promise<void> {
    await this.pool.end();
    if (this.databases.split) await this.access.dropDatabase(this.name);
  }
}
