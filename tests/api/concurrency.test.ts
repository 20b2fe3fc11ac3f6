// [A1] Two hundred buyers for fifty pieces, started on a barrier, at one server and at two; and the proof that a naive
// server oversells. MARQUE_TEST_BARRIERS sets how many rounds each market is asked for.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Buyer, conservation, makeBuyers } from "../harness/checker.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { Pair } from "../harness/pair.js";
import { delivery, Shop } from "../harness/shop.js";
import { mint } from "../harness/tokens.js";
import { Barrier } from "../harness/waiting.js";

const buyersCount = 200;
const pieces = 50;
const rounds = Number(process.env.MARQUE_TEST_BARRIERS ?? 1);

interface Outcome {
  sold: number;
  soldOut: number;
  others: string[];
  lowestSeen: number;
  duration_ms: number;
}

/** One round: every buyer has an open connection to one of the servers and waits at the barrier before asking. */
async function round(
  shop: Shop,
  buyers: Buyer[],
  market: Market,
  sku: string,
  origins = [shop.origin],
): Promise<Outcome> {
  const barrier = new Barrier(buyers.length);
  const outcome: Outcome = { sold: 0, soldOut: 0, others: [], lowestSeen: pieces, duration_ms: 0 };
  let racing = true;
  const watch = (async () => {
    while (racing) outcome.lowestSeen = Math.min(outcome.lowestSeen, await shop.stock(market, sku));
  })();
  let started = 0;
  await Promise.all(
    buyers.map(async (buyer, index) => {
      const origin = origins[index % origins.length];
      const headers = { Authorization: `Bearer ${buyer.token}`, "Content-Type": "application/json" };
      await (await fetch(`${origin}/api/v1/cart/get`, { method: "POST", headers })).text();
      await barrier.arrive();
      started ||= Date.now();
      const response = await fetch(`${origin}/api/v1/orders/create`, {
        method: "POST",
        headers,
        body: JSON.stringify({ ...delivery(buyer.phone), items: [{ sku_id: sku, quantity: 1 }] }),
      });
      const answer = (await response.json()) as { code?: string };
      if (response.status === 201) outcome.sold += 1;
      else if (response.status === 409 && answer.code === "orders.out_of_stock") outcome.soldOut += 1;
      else outcome.others.push(`${response.status} ${answer.code}`);
    }),
  );
  outcome.duration_ms = Date.now() - started;
  racing = false;
  await watch;
  return outcome;
}

const buyersOf = (shop: Shop, market: Market) =>
  makeBuyers(shop.databases, market, buyersCount, (sub, sid) => mint({ sub, market, sid }));

/** Each round sells all there is of another article, and explains every piece. */
async function expectExact(name: string, shop: Shop, market: Market, origins: string[]): Promise<void> {
  const buyers = await buyersOf(shop, market);
  for (let done = 1; done <= rounds; ++done) {
    const { sku } = await shop.findSku(market, 5, done);
    await shop.setStock(market, sku.id, pieces);
    const outcome = await round(shop, buyers, market, sku.id, origins);
    console.log(`[A1] ${name}, ${market}: ${JSON.stringify(outcome)}`);
    expect(outcome).toMatchObject({ sold: pieces, soldOut: buyersCount - pieces, others: [] });
    expect(outcome.lowestSeen).toBeGreaterThanOrEqual(0);
    expect(outcome.duration_ms).toBeLessThan(10_000);
    expect(await shop.stock(market, sku.id)).toBe(0);
    expect(await shop.orderCount(market)).toBe(pieces * done);
    expect(await conservation(shop.databases, market, new Map([[sku.id, pieces]]))).toEqual([]);
  }
}
const expected = "exactly 50 orders, 150 refusals, nothing left and nothing unexplained";

describe.each(layouts)("200 buyers for 50 pieces, %s", (layout) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open(layout);
  });
  afterAll(() => shop?.close());

  it.each(markets)(
    `[A1] in %s ${expected}`,
    (market) => expectExact(layout, shop, market, [shop.origin]),
    rounds * 30_000,
  );
});

describe("200 buyers for 50 pieces, two servers on one database", () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await Pair.open("one database");
  });
  afterAll(() => pair?.close());

  it.each(markets)(
    `[A1] in %s ${expected}`,
    (market) => expectExact("two servers", pair.shop, market, [pair.shop.origin, pair.other.origin]),
    rounds * 30_000,
  );
});

describe("negative control", () => {
  it("[A1] a server that reads stock first and writes it back oversells", async () => {
    const shop = await Shop.open("one database", { settings: { MARQUE_BREAK: "naive_stock" } });
    try {
      const { sku } = await shop.findSku("kg", 5);
      await shop.setStock("kg", sku.id, pieces);
      const outcome = await round(shop, await buyersOf(shop, "kg"), "kg", sku.id);
      console.log(`[A1] naive_stock: ${JSON.stringify(outcome)}`);
      expect(outcome.sold).toBeGreaterThan(pieces);
      expect(await conservation(shop.databases, "kg", new Map([[sku.id, pieces]]))).not.toEqual([]);
    } finally {
      await shop.close();
    }
  });
});
