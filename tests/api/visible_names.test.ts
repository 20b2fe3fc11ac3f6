// Ruling 13: what one market can see has each slug and category name once; ALL and KG may not both hold one.
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { Databases, layouts, type Market } from "../harness/layouts.js";
import { owner } from "../harness/postgres.js";

describe.each(layouts)("names that one market sees, %s", (layout) => {
  let databases: Databases;
  const pools: pg.Pool[] = [];
  beforeAll(async () => {
    databases = await Databases.copy(layout, inject("cluster"));
  });
  afterAll(async () => {
    for (const pool of pools) await pool.end();
    await databases?.drop();
  });

  /** A connection in a role of the server's, "kg", "us" or "shared", to the database of a market. */
  const connect = async (role: string, at: Market): Promise<pg.PoolClient> => {
    const pool = databases.access.pool(databases.names[at], owner.user, 2);
    pools.push(pool);
    const connection = await pool.connect();
    await connection.query(`SET ROLE marque_${role}`);
    return connection;
  };
  const as = async (role: string, sql: string, at: Market): Promise<number> => {
    const connection = await connect(role, at);
    try {
      return (await connection.query(sql)).rowCount ?? 0;
    } finally {
      connection.release(true);
    }
  };
  const category = (market: string, slug: string, name = slug) =>
    `INSERT INTO categories (market, slug, name) VALUES ('${market}', '${slug}', '${name}')`;
  const product = (market: string, slug: string) =>
    `INSERT INTO products (market, slug, name, brand, category_market, category_id)
     SELECT '${market}', '${slug}', 'x', 'x', market, id FROM categories WHERE market = 'ALL' ORDER BY id LIMIT 1`;
  const roleOf = (market: string) => (market === "ALL" ? "shared" : market.toLowerCase());

  describe.each([
    [
      "category slug",
      (market: string, word: string) => category(market, word, `${word}-${market}`),
      "categories_slug_seen_once",
    ],
    [
      "category name",
      (market: string, word: string) => category(market, `${word}-${market.toLowerCase()}`, word),
      "categories_name_seen_once",
    ],
    ["product slug", product, "products_slug_seen_once"],
  ])("%s", (what, insert, constraint) => {
    const word = (suffix: string) => `${what.replace(" ", "-")}-${suffix}`;

    it.each([
      ["ALL", "KG"],
      ["KG", "ALL"],
      ["ALL", "US"],
      ["US", "ALL"],
    ])(`of %s cannot be given again by %s`, async (first, second) => {
      const name = word(`${first}-${second}`.toLowerCase());
      const at = first === "US" || second === "US" ? "us" : "kg";
      expect(await as(roleOf(first), insert(first, name), at)).toBe(1);
      await expect(as(roleOf(second), insert(second, name), at)).rejects.toThrow(constraint);
    });

    it("may be the same in KG and in US, which never see each other", async () => {
      expect(await as("kg", insert("KG", word("both")), "kg")).toBe(1);
      expect(await as("us", insert("US", word("both")), "us")).toBe(1);
      for (const at of ["kg", "us"] as const)
        await expect(as("shared", insert("ALL", word("both")), at)).rejects.toThrow(constraint);
    });

    it("is decided when two write it at once: one waits and is refused", async () => {
      const [one, other] = [await connect("kg", "kg"), await connect("shared", "kg")];
      try {
        await one.query("BEGIN");
        await one.query(insert("KG", word("race")));
        const second = other.query(insert("ALL", word("race"))).then(
          () => "stored",
          (error: { constraint?: string }) => error.constraint,
        );
        await one.query("COMMIT");
        expect(await second).toBe(constraint);
      } finally {
        one.release(true);
        other.release(true);
      }
    });

    it("negative control: without the constraint both are stored", async () => {
      const table = constraint.startsWith("products") ? "products" : "categories";
      const pool = databases.access.pool(databases.names.kg, "postgres", 1);
      pools.push(pool);
      const client = await pool.connect();
      try {
        await client.query(`BEGIN; ALTER TABLE ${table} DROP CONSTRAINT ${constraint}`);
        await client.query(insert("ALL", word("free")));
        expect((await client.query(insert("KG", word("free")))).rowCount).toBe(1);
      } finally {
        await client.query("ROLLBACK");
        client.release(true);
      }
    });
  });

  it("a slug cannot be taken by renaming either", async () => {
    await as("shared", category("ALL", "renamed-all"), "kg");
    await as("kg", category("KG", "renamed-kg"), "kg");
    await expect(
      as("kg", "UPDATE categories SET slug = 'renamed-all' WHERE slug = 'renamed-kg'", "kg"),
    ).rejects.toThrow("categories_slug_seen_once");
  });
});
