// [A1] Orders that wait for each other are carried in one transaction, and each still has its own outcome: what one
// lacks, or fails at, is nobody else's trouble.
import { afterEach, describe, expect, it } from "vitest";
import { raw } from "../harness/api.js";
import { type Buyer, conservation, makeBuyers } from "../harness/checker.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { delivery, Shop } from "../harness/shop.js";
import { type Exchange, exchange, portOf } from "../harness/sockets.js";
import { mint } from "../harness/tokens.js";
import { eventually } from "../harness/waiting.js";

/** Transactions that run at once; who comes while they do is carried by the next one. */
const runs = 4;
/** Whoever gives this name fails in the database, at the writing. */
const unlucky = "Unlucky";
const pieces = 100;

interface Asked {
  /** As it is called in the expectations. */
  name: string;
  buyer: Buyer;
  body: Record<string, unknown>;
}

let shop: Shop | undefined;
afterEach(async () => {
  await shop?.close();
  shop = undefined;
});

async function open(layout: (typeof layouts)[number], settings: Record<string, string> = {}): Promise<Shop> {
  shop = await Shop.open(layout, { settings: { THREADS: "1", ...settings } });
  await shop.databases.everywhere(`ALTER TABLE orders ADD CONSTRAINT lucky CHECK (customer_name <> '${unlucky}')`);
  return shop;
}

const orderOf = ({ buyer, body }: Asked) => {
  const text = JSON.stringify({ ...delivery(buyer.phone), payment_method: "cash_on_delivery", ...body });
  return (
    `POST /api/v1/orders/create HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${buyer.token}\r\n` +
    `Content-Type: application/json\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
  );
};

/** "name 201" or "name 409 code" of each. */
const told = (asked: Asked[], answers: Exchange[]) =>
  asked.map(({ name }, index) => {
    const response = answers[index]?.responses[0];
    const { code } = JSON.parse(response?.body ?? "{}") as { code?: string };
    return [name, response?.status, code].filter(Boolean).join(" ");
  });

/** Keeps every transaction busy at the row of `gate` until all of `asked` stand in line. */
async function together(here: Shop, market: Market, gate: string, blockers: Buyer[], asked: Asked[]) {
  const port = portOf(here.origin);
  const send = (each: Asked) => exchange(port, orderOf(each), 20_000);
  // Who is known already is in line once the server has read the request; a stranger's account is looked up first.
  for (const { buyer } of asked) await raw(here.origin, "GET", "/api/v1/auth/profile", { token: buyer.token });
  const locked = "SELECT FROM stock WHERE market = $1 AND sku_id = $2 FOR UPDATE";
  const { first, rest } = await here.databases.slowly(market, locked, [market.toUpperCase(), gate], async () => {
    const first = blockers.map((buyer) =>
      send({ name: "gate", buyer, body: { items: [{ sku_id: gate, quantity: 1 }] } }),
    );
    await eventually("every transaction waits", async () => (await here.databases.waiting(market)) >= runs);
    const rest = asked.map(send);
    // The one thread of the server reads what came before these.
    for (let i = 0; i < 20; ++i) await raw(here.origin, "GET", "/health");
    return { first, rest };
  });
  for (const { responses } of await Promise.all(first)) expect(responses[0]?.status).toBe(201);
  return told(asked, await Promise.all(rest));
}

/** How many orders each transaction carried, by the log. */
const companies = (here: Shop) =>
  here.server.logs.filter((entry) => entry.event === "order.created").map((entry) => Number(entry.together));

async function scene(here: Shop, market: Market) {
  const skus = [];
  for (let skip = 0; skip < 3; ++skip) skus.push((await here.findSku(market, 5, skip * 20)).sku.id);
  const [gate, plenty, last] = skus as [string, string, string];
  for (const sku of [gate, plenty]) await here.setStock(market, sku, pieces);
  await here.setStock(market, last, 1);
  const buyers = await makeBuyers(here.databases, market, runs + 12, (sub, sid) => mint({ sub, market, sid }));
  return { gate, plenty, last, blockers: buyers.slice(0, runs), others: buyers.slice(runs) };
}

describe.each(layouts)("orders carried together, %s", (layout) => {
  it.each(markets)("[A1] in %s each has its own outcome", async (market) => {
    const here = await open(layout);
    const { gate, plenty, last, blockers, others } = await scene(here, market);
    const items = (sku_id: string, quantity = 1) => ({ items: [{ sku_id, quantity }] });
    const [one, two, three, ...more] = others as [Buyer, Buyer, Buyer, ...Buyer[]];
    const asked: Asked[] = [
      { name: "the last piece", buyer: one, body: items(last) },
      { name: "the last piece too", buyer: two, body: items(last) },
      { name: "expects another total", buyer: three, body: { ...items(plenty), expected_total: 1 } },
      { name: "an article that is not", buyer: more[0] as Buyer, body: items("999999999") },
      ...more.slice(1).map((buyer, i) => ({ name: "plain", buyer, body: items(plenty, i + 1) })),
    ];
    const outcomes = await together(here, market, gate, blockers, asked);
    const [first, second, ...rest] = outcomes as [string, string, ...string[]];
    expect([first, second].map((each) => each.replace(" too", "")).sort()).toEqual([
      "the last piece 201",
      "the last piece 409 orders.out_of_stock",
    ]);
    expect(rest).toEqual([
      "expects another total 409 orders.total_changed",
      "an article that is not 404 orders.sku_not_found",
      ...more.slice(1).map(() => "plain 201"),
    ]);
    expect(Math.max(...companies(here))).toBeGreaterThanOrEqual(more.length - 1);
    const expected = new Map<string, number>([gate, plenty].map((sku) => [sku, pieces])).set(last, 1);
    expect(await conservation(here.databases, market, expected)).toEqual([]);
  });

  it("[A1] one that fails in the database fails alone", async () => {
    const here = await open(layout);
    const { gate, plenty, blockers, others } = await scene(here, "kg");
    const asked = others.map((buyer, i) => ({
      name: `${i}`,
      buyer,
      body: { items: [{ sku_id: plenty, quantity: 1 }], ...(i === 5 ? { customer_name: unlucky } : {}) },
    }));
    const outcomes = await together(here, "kg", gate, blockers, asked);
    expect(outcomes).toEqual(asked.map(({ name }, i) => (i === 5 ? `${name} 500 http.internal_error` : `${name} 201`)));
    const expected = new Map([gate, plenty].map((sku) => [sku, pieces] as const));
    expect(await conservation(here.databases, "kg", expected)).toEqual([]);
  });
});

describe("two orders of one cart", () => {
  it.each([
    ["are never carried together: the second finds it empty", {}, ["201", "422 orders.cart_empty"]],
    ["negative control: twins_together orders it twice", { MARQUE_BREAK: "twins_together" }, ["201", "201"]],
  ])("[A1] %s", async (_, settings, expected) => {
    const here = await open("one database", settings);
    const { gate, plenty, blockers, others } = await scene(here, "kg");
    const buyer = others[0] as Buyer;
    const api = here.withToken(buyer.token);
    await api.POST("/api/v1/cart/add", { body: { sku_id: plenty, quantity: 2 } });
    const twin = { name: "", buyer, body: { use_cart: true } };
    const outcomes = await together(here, "kg", gate, blockers, [twin, { ...twin }]);
    expect(outcomes.sort()).toEqual(expected);
  });
});
