// Orders by the thousand, as bench/management/orders.sql makes them: for lists, reports and their plans.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Databases, Market } from "./layouts.js";
import { projectFolder } from "./server.js";
import { currencies } from "./shop.js";

export interface Many {
  orders: number;
  customers: number;
  days: number;
  /** Between 0 and 1. */
  seed: number;
}

export async function plantOrders(databases: Databases, market: Market, wanted: Many): Promise<void> {
  const values: Record<string, string> = {
    market: market.toUpperCase(),
    currency: currencies[market],
    prefix: market === "kg" ? "+99655" : "+1202",
    ...Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, String(value)])),
  };
  const text = readFileSync(join(projectFolder, "bench", "management", "orders.sql"), "utf8");
  await databases.sql(
    market,
    text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole),
  );
}

/** A generator of numbers between 0 and 1 that repeats itself for its seed. */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
