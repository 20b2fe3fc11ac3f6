// Rows made from PostgreSQL's own catalogue: of any table, with what its columns ask for, and marked with words that
// can be found again wherever they turn up.
import { randomBytes, randomUUID } from "node:crypto";
import { type Databases, type Market, markets } from "../harness/layouts.js";

/** A word that occurs nowhere by chance. `of` tells whose it is: a market, or one person. */
export const canary = (of: string): string => `cn${of}x${randomBytes(5).toString("hex")}`;
export const canaryPattern = /cn([a-z_]+)x[0-9a-f]{10}/g;

/**
 * Text columns that the server understands, so that a strange word in them is no text but a mistake. A column of a new
 * table whose words mean something to the server, and which no CHECK binds, is added here.
 */
const words = new Set([
  "language",
  "currency",
  "country",
  "kind",
  "role",
  "source",
  "demo_key",
  "topic",
  "route",
  "code",
  "time_zone",
  "payment_method",
  "payment_status",
  "method",
  "status",
  "provider",
  "phone",
  "changed_by",
  "created_by",
  "last_error",
  "region",
]);
const isWord = (column: string) => words.has(column) || /market$|_hash$|_hmac$|^market_/.test(column);

/** What every market tells everybody of every market: GET /markets is where a visitor chooses one. */
const shownEverywhere = new Set(["regions"]);

export interface Column {
  name: string;
  type: string;
  required: boolean;
  nullable: boolean;
  generated: boolean;
  length: number | null;
  /** Bound by a foreign key or a check: not any text will do. */
  bound: boolean;
  unique: boolean;
  /** The first value that a check allows, where it lists them. */
  listed: string | null;
}

/** Every table with a column `market`, with its columns. */
export async function marketTables(databases: Databases, market: Market): Promise<Map<string, Column[]>> {
  const rows = await databases.sql<Column & { table: string }>(
    market,
    `
    SELECT c.relname AS table, a.attname AS name, t.typname AS type,
           a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS required,
           NOT a.attnotnull AS nullable, a.attgenerated <> '' AS generated,
           CASE WHEN t.typname = 'varchar' AND a.atttypmod > 4 THEN a.atttypmod - 4 END AS length,
           EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype IN ('f', 'c')
             AND a.attnum = ANY (k.conkey)) AS bound,
           EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND a.attnum = ANY (i.indkey))
             AS unique,
           (SELECT (regexp_match(pg_get_constraintdef(k.oid), a.attname || '\\M[^,]*= ANY \\(ARRAY\\[''([^'']*)'''))[1]
              FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c' AND a.attnum = ANY (k.conkey)
              ORDER BY 1 LIMIT 1) AS listed
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND EXISTS (SELECT FROM pg_attribute m WHERE m.attrelid = c.oid AND m.attname = 'market' AND NOT m.attisdropped)
    ORDER BY c.relname, a.attnum`,
  );
  const tables = new Map<string, Column[]>();
  for (const { table, ...column } of rows) tables.set(table, [...(tables.get(table) ?? []), column]);
  return tables;
}

const isText = (column: Column) => column.type === "text" || column.type === "varchar";

/** Whether any text may stand in a column. */
export const isFree = (column: Column) =>
  isText(column) && !column.bound && !column.generated && !isWord(column.name) && (column.length ?? 1_000) >= 40;

function valueFor(column: Column, mark: string): unknown {
  if (column.listed !== null) return column.listed;
  if (isText(column))
    return isFree(column)
      ? mark
      : randomBytes(20)
          .toString("hex")
          .slice(0, column.length ?? 16);
  if (/^(int|numeric)/.test(column.type)) return 1;
  if (column.type === "bool") return false;
  if (column.type === "uuid") return randomUUID();
  if (column.type === "timestamptz" || column.type === "date") return new Date();
  if (column.type === "time") return "03:10";
  if (column.type === "jsonb" || column.type === "json") return "{}";
  if (column.type === "bytea") return Buffer.from(mark);
  if (column.type.startsWith("_")) return [];
  throw new Error(`rows.ts does not know what a required ${column.type} could hold; give the column ${column.name}`);
}

const tablesOf = new WeakMap<Databases, Promise<Map<string, Column[]>>>();

/**
 * A row of a table that belongs to a market: required columns get a value of their type, text columns the mark. What
 * the table's checks and references ask beyond that stands in `values`.
 */
export async function plant(
  databases: Databases,
  market: Market,
  table: string,
  mark: string,
  values: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const tables = await (tablesOf.get(databases) ?? marketTables(databases, market));
  tablesOf.set(databases, Promise.resolve(tables));
  const columns = tables.get(table);
  if (!columns) throw new Error(`there is no table ${table} with a column market`);
  const row: Record<string, unknown> = {};
  for (const column of columns) {
    if (column.name === "market") row.market = market.toUpperCase();
    else if (column.name in values) row[column.name] = values[column.name];
    else if (column.required || isFree(column)) row[column.name] = valueFor(column, mark);
  }
  const names = Object.keys(row);
  const [made] = await databases.sql(
    market,
    `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map((_, i) => `$${i + 1}`).join(", ")}) RETURNING *`,
    Object.values(row),
  );
  return made ?? {};
}

/**
 * Puts a canary into every free text of every row of a market; returns it. In a database for each market, and in one
 * for all. What several rows could share by a unique key stays unique, because the word is added behind.
 */
export async function markRows(databases: Databases, market: Market): Promise<string> {
  const mark = canary(market);
  for (const [table, columns] of await marketTables(databases, market)) {
    const free = columns.filter(isFree).map((column) => column.name);
    if (free.length === 0 || shownEverywhere.has(table)) continue;
    const changes = free.map((name) => `${name} = ${name} || '-${mark}'`);
    await databases.sql(market, `UPDATE ${table} SET ${changes.join(", ")} WHERE market = $1`, [market.toUpperCase()]);
  }
  return mark;
}

/**
 * In the split layout both databases count from one: ids must tell an object of the other market from one's own. And
 * no id may be so short that it stands in a text by chance.
 */
export async function partIds(databases: Databases): Promise<void> {
  for (const market of databases.split ? markets : (["kg"] as const)) {
    await databases.sql(
      market,
      `DO $$ DECLARE named text; BEGIN
         FOR named IN SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind = 'S' LOOP
           PERFORM setval(named, nextval(named) + ${market === "kg" ? 3_000_000 : 5_000_000});
         END LOOP;
       END $$`,
    );
  }
}
