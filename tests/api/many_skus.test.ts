// [A2] Sixty-four clients order one to five of twenty articles in any order, and take one order in
// ten back: every piece is accounted for, and nobody waits for anybody in a circle. MARQUE_TEST_CHECKOUTS sets how many
// orders are tried in each layout.
import { describe, expect, it } from "vitest";
import { client } from "../harness/api.js";
import { type Buyer, makeBuyers, randomOf } from "../harness/checker.js";
import { type LayoutName, layouts, type Market, markets } from "../harness/layouts.js";
import { delivery, Shop } from "../harness/shop.js";
import { mint } from "../harness/tokens.js";

const checkouts = Number(process.env.MARQUE_TEST_CHECKOUTS ?? 1_000);
const seed = Number(process.env.MARQUE_TEST_SEED ?? Date.now() % 1_000_000);
const clientsPerMarket = 32;
const linesMax = 5;

/** What the clients were told, by SKU: pieces sold and pieces given back. */
class Told {
  readonly sold = new Map<string, number>();
  readonly back = new Map<string, number>();
  readonly others: string[] = [];
  orders = 0;
  cancelled = 0;
  refused = 0;
  add(where: Map<string, number>, items: Array<{ sku_id: string; quantity: number }>) {
    for (const { sku_id, quantity } of items) where.set(sku_id, (where.get(sku_id) ?? 0) + quantity);
  }
}

/** Twenty articles, some of them few enough to run out on the way. */
async function prepare(shop: Shop, market: Market, count: number): Promise<Map<string, number>> {
  const rows = await shop.databases.sql<{ sku_id: string }>(
    market,
    `SELECT s.sku_id FROM stock s JOIN prices p ON p.market = s.market AND p.sku_id = s.sku_id
     WHERE s.market = $1 ORDER BY s.sku_id LIMIT $2`,
    [market.toUpperCase(), count],
  );
  const initial = new Map(
    rows.map(({ sku_id }, index) => [sku_id, index < Math.floor(count / 5) ? Math.ceil(checkouts / 20) : 1_000_000]),
  );
  for (const [sku, pieces] of initial) await shop.setStock(market, sku, pieces);
  return initial;
}

async function trial(layout: LayoutName, count = checkouts, skusCount = 20, settings: Record<string, string> = {}) {
  const shop = await Shop.open(layout, { settings });
  try {
    const random = randomOf(seed);
    const initial = {} as Record<Market, Map<string, number>>;
    const told = { kg: new Told(), us: new Told() };
    const buyers: Buyer[] = [];
    for (const market of markets) {
      initial[market] = await prepare(shop, market, skusCount);
      buyers.push(
        ...(await makeBuyers(shop.databases, market, clientsPerMarket, (sub, sid) => mint({ sub, market, sid }))),
      );
    }
    let left = count;
    const started = Date.now();
    const shopping = async (buyer: Buyer) => {
      const api = client(shop.origin, { token: buyer.token });
      const heard = told[buyer.market];
      while (left-- > 0) {
        const skus = [...initial[buyer.market].keys()]
          .map((sku) => ({ sku, place: random() }))
          .sort((a, b) => a.place - b.place)
          .slice(0, 1 + Math.floor(random() * linesMax));
        const items = skus.map(({ sku }) => ({ sku_id: sku, quantity: 1 + Math.floor(random() * 2) }));
        const takesBack = random() < 0.1;
        const { data, error, response } = await api.POST("/api/v1/orders/create", {
          body: { ...delivery(buyer.phone), items },
        });
        if (!data) {
          const code = (error as { code?: string } | undefined)?.code;
          if (response.status === 409 && code === "orders.out_of_stock") heard.refused += 1;
          else heard.others.push(`${response.status} ${code}`);
          continue;
        }
        heard.orders += 1;
        heard.add(heard.sold, items);
        if (!takesBack) continue;
        const taken = await api.POST("/api/v1/orders/{id}/cancel", { params: { path: { id: data.id } }, body: {} });
        if (!taken.data) {
          heard.others.push(`cancelling: ${taken.response.status}`);
          continue;
        }
        heard.cancelled += 1;
        heard.add(heard.back, items);
      }
    };
    await Promise.all(buyers.map(shopping));
    const duration_ms = Date.now() - started;
    const wrong: string[] = [];
    for (const market of markets) {
      for (const [sku, before] of initial[market]) {
        const now = await shop.stock(market, sku);
        const sold = (told[market].sold.get(sku) ?? 0) - (told[market].back.get(sku) ?? 0);
        if (now !== before - sold || now < 0)
          wrong.push(`${market} ${sku}: ${before} before, ${sold} sold, ${now} left`);
      }
      const orders = await shop.orderCount(market);
      if (orders !== told[market].orders) wrong.push(`${market}: ${told[market].orders} told, ${orders} there`);
    }
    // The counter is only sure to be told when the connections have ended.
    await shop.server.stop();
    const deadlocks = await shop.databases.count(
      "kg",
      "SELECT sum(deadlocks) FROM pg_stat_database WHERE datname = ANY ($1)",
      [Object.values(shop.databases.names)],
    );
    const sum = (of: (told: Told) => number) => of(told.kg) + of(told.us);
    console.log(
      `[A2] ${layout}: seed ${seed}, ${sum((t) => t.orders)} orders, ${sum((t) => t.cancelled)} taken back, ` +
        `${sum((t) => t.refused)} refused in ${duration_ms} ms, ${deadlocks} deadlocks`,
    );
    return { told, wrong, deadlocks, others: [...told.kg.others, ...told.us.others] };
  } finally {
    await shop.close();
  }
}

describe.each(layouts)("many articles at once, %s", (layout) => {
  it(
    "[A2] every piece is accounted for, nobody waits in a circle, nothing fails",
    async () => {
      const end = await trial(layout);
      expect(end).toMatchObject({ wrong: [], deadlocks: 0, others: [] });
      for (const market of markets) {
        expect(end.told[market].cancelled).toBeGreaterThan(0);
        expect(end.told[market].refused).toBeGreaterThan(0);
      }
    },
    60_000 + checkouts * 30,
  );
});

describe("negative control", () => {
  it("[A2] orders that take their articles in any order wait for each other in circles", async () => {
    const end = await trial("one database", 48, 3, { MARQUE_BREAK: "unsorted_stock" });
    expect(end.deadlocks).toBeGreaterThan(0);
  }, 180_000);
});
