// The walls between markets inside PostgreSQL itself: what each role may see and write, and how the schema is built.
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { Databases, layouts, type Market, markets } from "../harness/layouts.js";
import { owner } from "../harness/postgres.js";

describe.each(layouts)("isolation, %s", (layout) => {
  let databases: Databases;
  const pools: pg.Pool[] = [];
  beforeAll(async () => {
    databases = await Databases.copy(layout, inject("cluster"));
    for (const market of markets) {
      for (const code of ["KG", "US"]) {
        await databases.sql(market, `INSERT INTO users (market, phone) VALUES ($1, $2) ON CONFLICT DO NOTHING`, [
          code,
          code === "KG" ? "+996555123456" : "+12125551234",
        ]);
      }
    }
  });
  afterAll(async () => {
    for (const pool of pools) await pool.end();
    await databases?.drop();
  });

  /** A connection as the server has it: the URL's own user, in a market's role or in none. */
  const as = async <T>(
    market: Market,
    role: string | undefined,
    work: (query: (sql: string) => Promise<pg.QueryResult>) => Promise<T>,
  ): Promise<T> => {
    const pool = databases.access.pool(databases.names[market], owner.user, 1);
    pools.push(pool);
    const connection = await pool.connect();
    try {
      if (role) await connection.query(`SET ROLE ${role}`);
      return await work((sql) => connection.query(sql));
    } finally {
      connection.release(true);
    }
  };

  const marketTables = async (market: Market) => {
    const rows = await databases.sql<{ name: string }>(
      market,
      `
      SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        AND a.attname = 'market' AND NOT a.attisdropped
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1`,
    );
    return rows.map((row) => row.name);
  };

  it.each(markets)(
    "[R13] [R15] [R19] [G6] the role of %s sees its own rows and those of ALL, in every table, without any WHERE",
    async (market) => {
      const tables = await marketTables(market);
      expect(tables.length).toBeGreaterThan(20);
      let rows = 0;
      await as(market, `marque_${market}`, async (query) => {
        for (const table of tables) {
          const seen = (await query(`SELECT DISTINCT market FROM ${table}`)).rows.map(
            (row: { market: string }) => row.market,
          );
          for (const code of seen) expect([market.toUpperCase(), "ALL"], table).toContain(code);
          rows += seen.length;
        }
      });
      expect(rows).toBeGreaterThan(8);
    },
  );

  it.each(markets)("[R25] [G6] the role of %s writes nothing of another market and nothing of ALL", async (market) => {
    const foreign = market === "kg" ? "US" : "KG";
    await as(market, `marque_${market}`, async (query) => {
      for (const code of [foreign, "ALL"]) {
        await expect(query(`INSERT INTO users (market, phone) VALUES ('${code}', '+1')`)).rejects.toThrow(
          /row-level security/,
        );
        await expect(query(`UPDATE users SET market = '${code}' WHERE phone LIKE '+%'`)).rejects.toThrow(
          /row-level security|foreign key/,
        );
      }
      expect((await query(`UPDATE users SET full_name = 'x' WHERE market = '${foreign}'`)).rowCount).toBe(0);
      expect((await query(`DELETE FROM products WHERE market IN ('ALL', '${foreign}')`)).rowCount).toBe(0);
      expect((await query(`UPDATE products SET name = 'x' WHERE market = 'ALL'`)).rowCount).toBe(0);
      await expect(query(`UPDATE markets SET name = 'x'`)).rejects.toThrow(/permission denied/);
      await expect(query("DROP TABLE orders")).rejects.toThrow(/must be owner/);
      await expect(query("CREATE TABLE public.mine (x int)")).rejects.toThrow(/permission denied/);
      await expect(query("ALTER TABLE users DISABLE ROW LEVEL SECURITY")).rejects.toThrow(/must be owner/);
    });
  });

  it.each(markets)("[G9] without a role not even the owner sees a row: %s", async (market) => {
    await as(market, undefined, async (query) => {
      for (const table of ["users", "orders", "products", "prices", "stock"])
        expect((await query(`SELECT FROM ${table}`)).rowCount).toBe(0);
      await expect(query(`INSERT INTO users (market, phone) VALUES ('KG', '+1')`)).rejects.toThrow(
        /row-level security/,
      );
    });
  });

  it.each(markets)("[G7] the schema keeps the rules: %s", async (market) => {
    expect(
      await databases.sql(
        market,
        `
      SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'market'
        AND NOT a.attisdropped
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity
        AND c.relforcerowsecurity)`,
      ),
    ).toEqual([]);
    expect(
      await databases.sql(
        market,
        `
      SELECT i.indexrelid::regclass::text AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'market' AND NOT a.attisdropped
      WHERE c.relnamespace = 'public'::regnamespace AND i.indisunique AND NOT a.attnum = ANY (i.indkey)`,
      ),
    ).toEqual([]);
    expect(
      await databases.sql(
        market,
        `
      SELECT conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid
      JOIN pg_attribute a ON a.attrelid = f.oid AND a.attname = 'market' AND NOT a.attisdropped
      WHERE k.contype = 'f' AND NOT a.attnum = ANY (k.confkey)`,
      ),
    ).toEqual([]);
    expect(
      await databases.sql(
        market,
        `
      SELECT rolname FROM pg_roles WHERE rolname LIKE 'marque\\_%' AND rolname <> 'marque_qx'
      AND (rolsuper OR rolbypassrls OR rolcanlogin OR rolcreaterole OR rolcreatedb
           OR EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid)
           OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = pg_roles.oid))`,
      ),
    ).toEqual([]);
    expect(
      await databases.sql(
        market,
        `
      SELECT proname, prorettype::regtype::text AS returns FROM pg_proc
      WHERE pronamespace = 'public'::regnamespace AND prosecdef`,
      ),
      // Nobody can call a trigger; it follows a row that the policies let in (decision record 25).
    ).toEqual([{ proname: "marque_change_market", returns: "trigger" }]);
    expect(
      await databases.sql(
        market,
        `
      SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
      AND (relkind = 'm' OR relkind = 'v' AND NOT coalesce(reloptions && ARRAY['security_invoker=true',
        'security_invoker=on'], false))`,
      ),
    ).toEqual([]);
  });

  it.each([
    ["users", ["market"]],
    ["products", ["slug"]],
    ["products", ["market", "is_active"]],
    ["products", ["category_id", "subcategory_id"]],
    ["product_stats", ["sales_count"]],
    ["categories", ["market", "is_active"]],
    ["skus", ["product_id", "is_active"]],
    ["orders", ["user_id", "status"]],
    ["orders", ["created_at"]],
    ["orders", ["market", "order_number"]],
  ])("[R48] [R75] [R93] %s has an index led by %j", async (table, columns) => {
    const rows = await databases.sql<{ columns: string[] }>(
      "kg",
      `
      SELECT array_agg(a.attname::text ORDER BY k.place) AS columns FROM pg_index i
      CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(number, place)
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
      WHERE i.indrelid = $1::regclass GROUP BY i.indexrelid`,
      [table],
    );
    // One that leads with the columns serves as well.
    expect(rows.map((row) => row.columns.slice(0, columns.length))).toContainEqual(columns);
  });

  it.each(markets)(
    "[R129] whatever belongs to one thing is many and cannot outlive or leave it: %s",
    async (market) => {
      const related = Object.entries({
        users: ["orders", "addresses", "payment_methods", "notifications", "reviews"],
        products: ["skus", "product_images", "product_features", "wishlist_items", "reviews"],
        orders: ["order_items", "order_status_history", "reviews"],
        reviews: ["review_images"],
      }).flatMap(([one, many]) => many.map((each) => [each, one]));
      for (const [many, one] of related) {
        // The key reaches the other by its market and id, and no unique key makes them one for one.
        const keys = await databases.sql<{ columns: string[] }>(
          market,
          `SELECT array(SELECT a.attname::text FROM pg_attribute a
                      WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)) AS columns
         FROM pg_constraint c WHERE c.contype = 'f' AND c.conrelid = $1::regclass AND c.confrelid = $2::regclass`,
          [many, one],
        );
        expect(
          keys.map(({ columns }) => columns.length),
          `${many} of ${one}`,
        ).toContain(2);
        const alone = await databases.count(
          market,
          `SELECT count(*) FROM pg_index i JOIN pg_constraint c ON c.conrelid = i.indrelid
         WHERE c.contype = 'f' AND c.conrelid = $1::regclass AND c.confrelid = $2::regclass AND i.indisunique
           AND i.indpred IS NULL AND i.indnkeyatts = cardinality(c.conkey)
           AND i.indkey::int2[] @> c.conkey`,
          [many, one],
        );
        expect(alone, `${many} may be many of one of ${one}`).toBe(0);
      }
    },
  );

  it("a price, a stock or an order of one market cannot point into another", async () => {
    const fail = (sql: string) => expect(databases.sql("kg", sql)).rejects.toThrow(/violates/);
    await fail(`INSERT INTO carts (market, cart_id, user_id)
                SELECT 'KG', marque_shopper_key(id), id FROM users WHERE market = 'US'`);
    await fail(`UPDATE stock SET on_hand = -1 WHERE market = 'KG'`);
    await fail(`UPDATE prices SET owner_market = 'US' WHERE market = 'KG'`);
    await fail(`UPDATE prices SET price_minor = 0 WHERE market = 'KG'`);
  });
});
