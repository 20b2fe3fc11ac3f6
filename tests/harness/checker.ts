// The clients' own history of what they asked and what they were told, and the checker that believes nothing else.
import { randomUUID } from "node:crypto";
import type { Databases, Market } from "./layouts.js";
import { delivery } from "./shop.js";

/** One order a client wanted: its key, and every outcome until it knew. */
export interface Wish {
  key: string;
  market: Market;
  user: string;
  sku: string;
  quantity: number;
  tries: number;
  outcome: "unknown" | "acknowledged" | "refused";
  orderNumber?: string;
}

export interface Buyer {
  token: string;
  user: string;
  phone: string;
  market: Market;
}

/** A small generator whose seed is printed, so that a failing run can be repeated. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Buyers as rows with open logins, so that no SMS is needed for each; each `block` (0 to 2) has phones of its own. */
export async function makeBuyers(
  databases: Databases,
  market: Market,
  count: number,
  mintFor: (user: string, sid: string) => Promise<string>,
  block = 0,
): Promise<Buyer[]> {
  const rows = await databases.sql<{ id: string; phone: string; sid: string }>(
    market,
    `
    WITH made AS (
      INSERT INTO users (market, phone, is_verified)
      SELECT $1, $2 || lpad(n::text, 6, '0'), true FROM generate_series(1, $3::int) n
      RETURNING market, id, phone
    ), session AS (
      INSERT INTO sessions (market, id, user_id, refresh_hash, expires_at)
      SELECT market, gen_random_uuid(), id, 'buyer ' || id, now() + interval '1 hour' FROM made RETURNING user_id, id
    )
    SELECT made.id, made.phone, session.id AS sid FROM made JOIN session ON session.user_id = made.id`,
    [market.toUpperCase(), market === "kg" ? `+99677${7 + block}` : `+1212${5 + block}`, count],
  );
  return Promise.all(
    rows.map(async (row) => ({ token: await mintFor(row.id, row.sid), user: row.id, phone: row.phone, market })),
  );
}

export class History {
  readonly wishes: Wish[] = [];

  wish(buyer: Buyer, sku: string, quantity: number): Wish {
    const wish: Wish = {
      key: randomUUID(),
      market: buyer.market,
      user: buyer.user,
      sku,
      quantity,
      tries: 0,
      outcome: "unknown",
    };
    this.wishes.push(wish);
    return wish;
  }

  count(outcome: Wish["outcome"]): number {
    return this.wishes.filter((wish) => wish.outcome === outcome).length;
  }
}

/** One request for a wish. Whatever is no clear answer leaves it unknown, to be repeated with the same key. */
export async function tryOrder(origin: string, buyer: Buyer, wish: Wish, timeout_ms = 5_000): Promise<void> {
  wish.tries += 1;
  const items = [{ sku_id: wish.sku, quantity: wish.quantity }];
  const body = JSON.stringify({ ...delivery(buyer.phone), delivery_notes: wish.key, items });
  try {
    const response = await fetch(`${origin}/api/v1/orders/create`, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${buyer.token}`,
        "Content-Type": "application/json",
        "Idempotency-Key": wish.key,
      },
      body,
      signal: AbortSignal.timeout(timeout_ms),
    });
    const answer = (await response.json()) as { order_number?: string; code?: string };
    if (response.status === 201) {
      wish.outcome = "acknowledged";
      wish.orderNumber = answer.order_number;
    } else if (response.status === 409 && answer.code === "orders.out_of_stock") {
      wish.outcome = "refused";
    } else if (response.status !== 503 && answer.code !== "orders.in_flight") {
      throw new Error(`an order was answered ${response.status} ${answer.code}`);
    }
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("an order was answered")) throw error;
    // The connection broke or nothing came in time: nobody knows.
  }
}

export interface Verdict {
  acknowledged: number;
  missing: string[];
  doubled: string[];
  unasked: string[];
  conservation: string[];
}

/**
 * Compares the history with what the database holds, as superuser. `initial` is each SKU's stock before the run. Orders
 * are told apart by the key that the client wrote into their notes, never by the server's own table of keys.
 */
export async function judge(
  databases: Databases,
  market: Market,
  history: History,
  initial: Map<string, number>,
): Promise<Verdict> {
  const orders = await databases.sql<{ order_number: string; key: string }>(
    market,
    "SELECT order_number, delivery_notes AS key FROM orders WHERE market = $1",
    [market.toUpperCase()],
  );
  const byKey = new Map<string, string[]>();
  for (const order of orders) byKey.set(order.key, [...(byKey.get(order.key) ?? []), order.order_number]);
  const wishes = history.wishes.filter((wish) => wish.market === market);
  const wished = new Set(wishes.map((wish) => wish.key));
  const acknowledged = wishes.filter((wish) => wish.outcome === "acknowledged");
  return {
    acknowledged: acknowledged.length,
    missing: acknowledged
      .filter((wish) => !byKey.get(wish.key)?.includes(wish.orderNumber ?? ""))
      .map((wish) => wish.key),
    doubled: [...byKey].filter(([, numbers]) => numbers.length > 1).map(([key]) => key),
    unasked: [...byKey.keys()].filter((key) => !wished.has(key)),
    conservation: await conservation(databases, market, initial),
  };
}

/**
 * Stock left + sold = initial, sum of the ledger = stock, and what is owed = orders: each
 * sentence is one that does not hold.
 */
export async function conservation(
  databases: Databases,
  market: Market,
  initial: Map<string, number>,
): Promise<string[]> {
  const code = market.toUpperCase();
  const wrong: string[] = [];
  for (const [sku, before] of initial) {
    const [stock] = await databases.sql<{ on_hand: number; reserved: number }>(
      market,
      "SELECT on_hand, reserved FROM stock WHERE market = $1 AND sku_id = $2",
      [code, sku],
    );
    const { on_hand, reserved } = stock ?? { on_hand: 0, reserved: 0 };
    const left = on_hand - reserved;
    const held = await databases.count(
      market,
      `SELECT coalesce(sum(quantity), 0) FROM stock_reservations
       WHERE market = $1 AND sku_id = $2 AND state = 'held'`,
      [code, sku],
    );
    const sold = await databases.count(
      market,
      "SELECT coalesce(sum(quantity), 0) FROM order_items WHERE market = $1 AND sku_id = $2",
      [code, sku],
    );
    const ledger = await databases.count(
      market,
      "SELECT coalesce(sum(delta), 0) FROM stock_ledger WHERE market = $1 AND sku_id = $2",
      [code, sku],
    );
    if (left + sold !== before) wrong.push(`SKU ${sku}: ${before} before, ${sold} sold, ${left} left`);
    if (ledger !== on_hand) wrong.push(`SKU ${sku}: the ledger says ${ledger}, the counter ${on_hand}`);
    if (held !== reserved) wrong.push(`SKU ${sku}: ${held} held by orders, the counter says ${reserved}`);
    if (left < 0) wrong.push(`SKU ${sku}: ${left} left`);
  }
  const [sums] = await databases.sql(
    market,
    `
    SELECT (SELECT count(*) FROM orders WHERE market = $1) AS orders, (SELECT count(*) FROM payments
      WHERE market = $1) AS payments,
           (SELECT coalesce(sum(total_minor), 0) FROM orders WHERE market = $1) AS total,
           (SELECT coalesce(sum(amount_minor), 0) FROM payments WHERE market = $1) AS owed`,
    [code],
  );
  if (sums?.orders !== sums?.payments || sums?.total !== sums?.owed)
    wrong.push(`orders and payments differ: ${JSON.stringify(sums)}`);
  return wrong;
}
