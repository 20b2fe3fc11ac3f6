// [G6] Every statement of the source without its market conditions, run in the role of KG on two databases that
// differ in the rows of US only. Whatever the role could learn or change of US would make the two answer differently.
import type pg from "pg";
import { deparse } from "pgsql-deparser";
import { parse } from "libpg-query";
import type { Databases } from "../harness/layouts.js";
import { type Column, marketTables } from "./rows.js";

type Node = Record<string, unknown> | unknown[];

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null;

/** The last name of a column reference. */
function columnOf(node: unknown): string | undefined {
  const reference = (node as { ColumnRef?: { fields: Array<{ String?: { sval: string } }> } } | undefined)?.ColumnRef;
  return reference?.fields.at(-1)?.String?.sval;
}

const isMarket = (node: unknown) => /(^|_)market$/.test(columnOf(node) ?? "");
const always = { A_Const: { boolval: { boolval: true } } };

/** Replaces each comparison of a market by true, and takes market out of USING. Returns how many there were. */
function strip(node: Node): number {
  let found = 0;
  for (const [key, value] of Object.entries(node)) {
    // An order decides nothing about which rows there are.
    if (!isNode(value) || key === "sortClause") continue;
    const expression = (value as { A_Expr?: { lexpr?: unknown; rexpr?: unknown } }).A_Expr;
    if (expression && (isMarket(expression.lexpr) || isMarket(expression.rexpr))) {
      (node as Record<string, unknown>)[key] = always;
      found += 1;
      continue;
    }
    if (key === "usingClause" && Array.isArray(value)) {
      const kept = value.filter((each) => (each as { String?: { sval: string } }).String?.sval !== "market");
      found += value.length - kept.length;
      (node as Record<string, unknown>)[key] = kept;
    }
    found += strip(value);
  }
  return found;
}

/** The statement without its market conditions, as PostgreSQL's own parser understands it. */
export async function withoutMarket(sql: string): Promise<{ sql: string; removed: number }> {
  const tree = (await parse(sql)) as unknown as Node;
  const removed = strip(tree);
  return { sql: await deparse(tree as Parameters<typeof deparse>[0]), removed };
}

/** What stands in every column of the one US row in every table, and in every parameter. */
export const twin = {
  number: "7000000001",
  text: "zqus7f3a1",
  uuid: "7f3a1c00-0000-4000-8000-000000000077",
};

function twinValue(column: Column): unknown {
  if (column.name === "market") return "US";
  if (/_market$/.test(column.name)) return "US";
  if (column.name === "moved_to") return null;
  // A check may name the words of another column, too: those are no numbers.
  if (column.listed !== null && !/^int/.test(column.type)) return column.listed;
  if (column.type === "text" || column.type === "varchar") return (column.length ?? 99) < 9 ? "USD" : twin.text;
  if (column.type === "int8") return twin.number;
  if (/^int|numeric|float/.test(column.type)) return 1;
  if (column.type === "bool") return /active|approved|verified|default|good/.test(column.name);
  if (column.type === "uuid") return twin.uuid;
  if (column.type === "timestamptz") {
    if (/expires|until/.test(column.name)) return "2099-01-01";
    return column.nullable ? null : "now";
  }
  if (column.type === "date") return "2026-01-01";
  if (column.type === "time") return "03:10";
  if (column.type === "bytea") return Buffer.from("twin");
  if (column.type === "inet") return "127.0.0.1";
  if (column.type === "xid8") return "1";
  if (/^jsonb?$/.test(column.type)) return "{}";
  if (column.type.startsWith("_")) return [];
  return null;
}

/** One row of US in every table, related to all others by having the same number, word and UUID everywhere. */
export async function plantTwin(databases: Databases): Promise<number> {
  const checks = await databases.sql<{ tab: string; name: string; body: string }>(
    "kg",
    `SELECT conrelid::regclass::text AS tab, conname AS name, pg_get_constraintdef(oid) AS body
     FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace AND conrelid <> 0`,
  );
  const tables = await marketTables(databases, "kg");
  for (const { tab, name } of checks) await databases.sql("kg", `ALTER TABLE ${tab} DROP CONSTRAINT ${name}`);
  for (const [table, columns] of tables) {
    const settable = columns.filter((column) => !column.generated);
    const places = settable.map((_, i) => `$${i + 1}`).join(", ");
    await databases.unchecked(
      "kg",
      `INSERT INTO ${table} (${settable.map((column) => column.name).join(", ")}) OVERRIDING SYSTEM VALUE
       VALUES (${places}) ON CONFLICT DO NOTHING`,
      settable.map(twinValue),
    );
  }
  // Enforced again for what the statements write; the twin itself need not obey.
  for (const { tab, name, body } of checks)
    await databases.sql("kg", `ALTER TABLE ${tab} ADD CONSTRAINT ${name} ${body.replace(/ NOT VALID$/, "")} NOT VALID`);
  return tables.size;
}

/** Any change of a row that is not of KG is an error of its own, whoever made it. */
export const alarm = `
  CREATE FUNCTION foreign_row_touched() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP <> 'INSERT' AND OLD.market <> 'KG' OR TG_OP <> 'DELETE' AND NEW.market <> 'KG' THEN
      RAISE EXCEPTION 'a row of another market was touched' USING ERRCODE = 'ZZ001';
    END IF;
    RETURN NULL;
  END $$;
  DO $$ DECLARE tab regclass; BEGIN
    FOR tab IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'market'
               WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') LOOP
      EXECUTE 'CREATE TRIGGER alarm AFTER INSERT OR UPDATE OR DELETE ON ' || tab ||
              ' FOR EACH ROW EXECUTE FUNCTION foreign_row_touched()';
    END LOOP;
  END $$`;

const literal = (value: string | null) => (value === null ? "NULL" : `'${value.replaceAll("'", "''")}'`);

/** What a parameter of a type may be: what would hit the twin, and what a statement may ask for besides. */
function choicesOf(type: string): Array<string | null> {
  if (/^(text|character varying|name|"char")$/.test(type)) return [twin.text, "US", "KG", null];
  if (type === "bigint") return [twin.number, null];
  if (/^(integer|smallint)$/.test(type)) return ["100", "0", "1"];
  if (/^(numeric|double precision|real)$/.test(type)) return ["1"];
  if (type === "boolean") return ["true", "false"];
  if (type === "uuid") return [twin.uuid, null];
  if (/^timestamp|^date/.test(type)) return ["2026-01-01", "2099-01-01"];
  if (type === "interval") return ["1 day"];
  if (/^jsonb?$/.test(type)) return ["{}"];
  if (type === "text[]") return [`{${twin.text}}`, "{US}", "{KG,US}"];
  if (/^(bigint|integer)\[\]$/.test(type)) return [type === "bigint[]" ? `{${twin.number}}` : "{1}"];
  if (type === "uuid[]") return [`{${twin.uuid}}`];
  if (type === "inet" || type === "cidr") return ["127.0.0.1"];
  if (type === "bytea") return ["\\x00"];
  return [null];
}

/** All combinations where they are few, else the same choice for all of a type, and some at random. */
export function combinations(types: string[], random: () => number, most = 48): Array<Array<string | null>> {
  const choices = types.map(choicesOf);
  const total = choices.reduce((product, each) => product * each.length, 1);
  const pick = (at: number[]) => choices.map((each, i) => each[(at[i] ?? 0) % each.length] ?? null);
  if (total <= most) {
    return Array.from({ length: total }, (_, n) => {
      let rest = n;
      return choices.map((each) => {
        const value = each[rest % each.length] ?? null;
        rest = Math.floor(rest / each.length);
        return value;
      });
    });
  }
  const made = Array.from({ length: 12 }, (_, n) =>
    pick(types.map((type) => (type === "text" ? n % 4 : Math.floor(n / 4)))),
  );
  while (made.length < most) made.push(pick(types.map(() => Math.floor(random() * 12))));
  return made;
}

/** What one run of a statement came to, without what differs between any two runs. */
export interface Seen {
  error?: string;
  constraint?: string;
  rows: string;
}

export class Replayer {
  constructor(private readonly connection: pg.PoolClient) {}

  /** Prepares both forms; returns the parameters' types. Throws what PostgreSQL says against either. */
  async prepare(name: string, original: string, stripped: string): Promise<string[]> {
    await this.connection.query(`PREPARE original AS ${original}`);
    const { rows } = await this.connection.query<{ types: string[] }>(
      "SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = 'original'",
    );
    await this.connection.query("DEALLOCATE original");
    const types = rows[0]?.types ?? [];
    const list = types.length > 0 ? `(${types.join(", ")})` : "";
    await this.connection.query(`PREPARE ${name} ${list} AS ${stripped}`);
    return types;
  }

  async run(name: string, values: Array<string | null>, role: string): Promise<Seen> {
    const list = values.length > 0 ? `(${values.map(literal).join(", ")})` : "";
    await this.connection.query(`BEGIN; SET LOCAL ROLE ${role}; SET LOCAL statement_timeout = '5s'`);
    try {
      const result = await this.connection.query(`EXECUTE ${name}${list}`);
      return { rows: `${result.rowCount} ${told(result.rows)}` };
    } catch (error) {
      const { code, constraint } = error as { code?: string; constraint?: string };
      return { error: code ?? String(error), constraint, rows: "" };
    } finally {
      await this.connection.query("ROLLBACK");
    }
  }
}

/** Times of this very moment, new random UUIDs and how far the cluster's transactions are counted tell of no market. */
function told(rows: unknown[]): string {
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value))
    .replace(/"20\d\d-\d\d-\d\dT[\d:.]+Z"/g, (time) =>
      Math.abs(Date.parse(time.slice(1, -1)) - Date.now()) < 3_600_000 ? '"now"' : time,
    )
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, (uuid) =>
      uuid === twin.uuid ? uuid : "uuid",
    )
    .replace(/"oldest_open":"\d+"/g, '"oldest_open":"now"');
}
