// What of one market must never turn up in the other: the marks in its texts, and values that tell one row from all
// others.
import { type Databases, type Market } from "../harness/layouts.js";
import { canaryPattern } from "./rows.js";
import { otherMarket } from "./world.js";

const tellingPattern = new RegExp(
  ["[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "\\+\\d{8,15}", "MQ-\\d{8}-[0-9A-Za-z]+"].join("|"),
  "g",
);

/** Phones, UUIDs and order numbers of every row of a market. */
export async function secretsOf(databases: Databases, market: Market): Promise<Set<string>> {
  const columns = await databases.sql<{ tab: string; col: string }>(
    market,
    `SELECT c.relname AS tab, a.attname AS col FROM pg_class c
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
       AND (a.atttypid = 'uuid'::regtype OR a.attname ~ 'phone$' OR a.attname = 'order_number')
       AND EXISTS (SELECT FROM pg_attribute m WHERE m.attrelid = c.oid AND m.attname = 'market'
                     AND NOT m.attisdropped)`,
  );
  const found = new Set<string>();
  for (const { tab, col } of columns) {
    const rows = await databases.sql<{ value: string }>(
      market,
      `SELECT DISTINCT ${col}::text AS value FROM ${tab} WHERE market = $1 AND ${col} IS NOT NULL`,
      [market.toUpperCase()],
    );
    for (const row of rows) found.add(row.value);
  }
  return found;
}

/** Which words of a text belong to the market that is not `seenIn`. */
export function leaksIn(text: string, seenIn: Market, secrets: Set<string>): string[] {
  const foreign = otherMarket(seenIn);
  const found = new Set<string>();
  for (const [word] of text.matchAll(tellingPattern)) if (secrets.has(word)) found.add(word);
  for (const [word, of = ""] of text.matchAll(canaryPattern))
    if (of === foreign || of.startsWith(`${foreign}_`)) found.add(word);
  return [...found];
}

/** How often a market's own marks stand in a text: a scan that finds none of these would find no leak either. */
export function ownMarks(text: string, market: Market): number {
  return [...text.matchAll(canaryPattern)].filter(([, of = ""]) => of === market || of.startsWith(`${market}_`)).length;
}
