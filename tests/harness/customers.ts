// Steps of tests about customers: the commands as a person types them, carts and what lies in the tables.
import { good } from "./api.js";
import { type Databases, type Market, markets } from "./layouts.js";
import type { Finished } from "./processes.js";
import { marque } from "./server.js";
import type { Caller, Shop } from "./shop.js";

/** A command on the shop's own databases. */
export const command = (shop: Shop, args: string[], settings: Record<string, string> = {}): Promise<Finished> =>
  marque(args, { ...shop.databases.environment, ...settings });

/** The same with --json; the exit code must be 0. */
export async function asked<T>(shop: Shop, args: string[], settings: Record<string, string> = {}): Promise<T> {
  const { code, stdout, stderr } = await command(shop, [...args, "--json"], settings);
  if (code !== 0) throw new Error(`marque ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
  return JSON.parse(stdout) as T;
}

export interface MoveReport {
  state: "would_move" | "blocked" | "moved" | "finished" | "nothing_to_do";
  from: Market;
  to: Market;
  user_id: string;
  new_user_id: string | null;
  parts: Array<{ what: string; count: number; outcome: string; detail: string }>;
  cart: Array<{ sku_code: string; quantity: number; outcome: string; price: number | null }>;
}

export const reason = "lives in Chicago now";

export const moveBy = (shop: Shop, phone: string, to: string, settings: Record<string, string> = {}) =>
  asked<MoveReport>(shop, ["user", "move-market", phone, "--to", to, "--reason", reason, "--by", "test"], settings);

/** SKUs with stock in a market: articles of ALL that the other market sells, too, or the market's own. */
export async function skusOf(shop: Shop, market: Market, kind: "shared" | "own", count = 1): Promise<string[]> {
  const rows = await shop.databases.sql<{ sku_id: string; sku_code: string }>(
    market,
    `SELECT s.sku_id, k.sku_code FROM stock s
     JOIN prices p ON p.market = s.market AND p.sku_id = s.sku_id
     JOIN skus k ON k.market = p.owner_market AND k.id = s.sku_id AND k.is_active
     WHERE s.market = $1 AND k.market = $2 AND s.on_hand - s.reserved >= 5 ORDER BY k.sku_code`,
    [market.toUpperCase(), kind === "shared" ? "ALL" : market.toUpperCase()],
  );
  const other = market === "kg" ? "us" : "kg";
  const found: string[] = [];
  for (const row of rows) {
    if (found.length === count) break;
    const there = await shop.databases.count(
      other,
      `SELECT count(*) FROM prices p JOIN skus k ON k.market = p.owner_market AND k.id = p.sku_id
       WHERE p.market = $1 AND k.market = 'ALL' AND k.sku_code = $2`,
      [other.toUpperCase(), row.sku_code],
    );
    if (there === (kind === "shared" ? 1 : 0)) found.push(row.sku_id);
  }
  if (found.length < count) throw new Error(`the demo shop has no ${count} ${kind} SKUs in ${market}`);
  return found;
}

/** SKU codes and quantities in a market's cart of a phone. */
export async function cartOf(databases: Databases, market: Market, phone: string): Promise<Record<string, number>> {
  const rows = await databases.sql<{ sku_code: string; quantity: number }>(
    market,
    `SELECT k.sku_code, i.quantity FROM cart_items i
     JOIN carts c ON c.market = i.market AND c.cart_id = i.cart_id
     JOIN users u ON u.market = c.market AND u.id = c.user_id
     JOIN stock s ON s.market = i.market AND s.sku_id = i.sku_id
     JOIN skus k ON k.market = s.owner_market AND k.id = i.sku_id
     WHERE i.market = $1 AND u.phone = $2 ORDER BY k.sku_code`,
    [market.toUpperCase(), phone],
  );
  return Object.fromEntries(rows.map((row) => [row.sku_code, row.quantity]));
}

/** Puts the product of a SKU on the caller's wishlist. */
export async function wish(
  shop: Shop,
  caller: Pick<Caller, "api"> & Partial<Pick<Caller, "user">>,
  skuId: string,
  market = caller.user?.market as Market,
): Promise<void> {
  const [row] = await shop.databases.sql<{ product_id: string }>(
    market,
    `SELECT k.product_id FROM stock s JOIN skus k ON k.market = s.owner_market AND k.id = s.sku_id
     WHERE s.market = $1 AND s.sku_id = $2`,
    [market.toUpperCase(), skuId],
  );
  good(await caller.api.POST("/api/v1/wishlist/add", { body: { product_id: row?.product_id ?? "" } }));
}

/** Slugs on a market's wishlist of a phone. */
export async function wishesOf(databases: Databases, market: Market, phone: string): Promise<string[]> {
  const rows = await databases.sql<{ slug: string }>(
    market,
    `SELECT r.slug FROM wishlist_items i JOIN wishlists w ON w.market = i.market AND w.wishlist_id = i.wishlist_id
     JOIN users u ON u.market = w.market AND u.id = w.user_id
     JOIN products r ON r.market = i.owner_market AND r.id = i.product_id
     WHERE i.market = $1 AND u.phone = $2 ORDER BY r.slug`,
    [market.toUpperCase(), phone],
  );
  return rows.map((row) => row.slug);
}

export interface AccountRow {
  market: string;
  id: string;
  moved_to: string | null;
  market_source: string;
  move_number: number;
  is_active: boolean;
}

/** A phone's rows of users, over all databases. */
export async function accountsOf(databases: Databases, phone: string): Promise<AccountRow[]> {
  const rows: AccountRow[] = [];
  for (const market of databases.split ? markets : (["kg"] as const)) {
    rows.push(
      ...(await databases.sql<AccountRow>(
        market,
        `SELECT market, id, moved_to, market_source, move_number, is_active
         FROM users WHERE phone = $1 ORDER BY market`,
        [phone],
      )),
    );
  }
  return rows;
}

/** What a customer keeps with an account, and everything that a move could touch. */
export const keepsakes = ["addresses", "payment_methods"];
export const everything = [
  ...keepsakes,
  ...["wishlist_items", "users", "user_market_history", "sessions", "carts", "cart_items", "orders", "order_items"],
];

/** The rows of tables as text, over all databases: what must be the same before and after. */
export async function contentOf(databases: Databases, tables: string[]): Promise<string> {
  const pieces: string[] = [];
  for (const market of databases.split ? markets : (["kg"] as const)) {
    for (const table of tables) {
      const [row] = await databases.sql<{ rows: string | null }>(
        market,
        `SELECT string_agg(t::text, E'\\n' ORDER BY t::text) AS rows FROM ${table} t`,
      );
      pieces.push(`${market} ${table}\n${row?.rows ?? ""}`);
    }
  }
  return pieces.join("\n");
}
