// Things that belong to somebody else must look exactly like things that do not exist.
import { expect } from "vitest";
import { raw } from "./api.js";
import type { Databases, Market } from "./layouts.js";
import type { Caller, Shop } from "./shop.js";

/** An id nobody has. */
export const nobodys = "987654321";

/** In two databases the same number may mean two things; afterwards it does not. */
export async function keepIdsApart(databases: Databases, tables: string[]): Promise<void> {
  if (!databases.split) return;
  for (const table of tables) await databases.sql("us", `ALTER TABLE ${table} ALTER COLUMN id RESTART WITH 500000`);
}

/** What a caller sees at a path, but for what differs with every request. */
export async function seenAt(
  shop: Shop,
  caller: Caller,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; problem: object }> {
  const answer = await raw(shop.origin, method, path, {
    token: caller.token,
    ...(body ? { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } } : {}),
  });
  const { request_id: _, ...problem } = JSON.parse(answer.text || "{}") as { request_id?: string };
  return { status: answer.status, problem };
}

/** Each of the requests, on an object of another and on one nobody has, is answered 404 in the same words. */
export async function expectHidden(
  shop: Shop,
  caller: Caller,
  foreign: string,
  requests: Array<[method: string, path: (id: string) => string, body?: object]>,
): Promise<void> {
  for (const [method, path, body] of requests) {
    const missing = await seenAt(shop, caller, method, path(nobodys), body);
    expect(missing.status, `${method} ${path(nobodys)}`).toBe(404);
    expect(await seenAt(shop, caller, method, path(foreign), body), `${method} ${path(foreign)}`).toEqual(missing);
  }
}

export const otherMarket = (market: Market): Market => (market === "kg" ? "us" : "kg");

/** None of the texts stands in any line the server logged; the lines that hold one are shown. */
export function expectNotLogged(shop: Shop, texts: string[]): void {
  const lines = shop.server.logs.map((line) => JSON.stringify(line));
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter((line) => texts.some((text) => line.includes(text)))).toEqual([]);
}
