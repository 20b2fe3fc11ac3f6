// [A10] What one server has acknowledged, the other one shows at once; [B6] and what was ordered with a key a day or a
// year ago is not ordered again with it. MARQUE_TEST_READ_BACKS sets how many orders a layout is asked for.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { Pair } from "../harness/pair.js";
import { type Caller, customerPhones, delivery, type Order } from "../harness/shop.js";

const readBacks = Number(process.env.MARQUE_TEST_READ_BACKS ?? 200);
const readersAtOnce = 4;

describe.each(layouts)("two servers, %s", (layout) => {
  let pair: Pair;
  const skus = {} as Record<Market, string>;
  const customers = {} as Record<Market, Caller>;
  beforeAll(async () => {
    pair = await Pair.open(layout);
    for (const market of markets) {
      skus[market] = (await pair.shop.findSku(market, 5)).sku.id;
      await pair.shop.setStock(market, skus[market], 10_000_000);
      customers[market] = await pair.shop.logIn(customerPhones[market]);
    }
  });
  afterAll(() => pair?.close());

  const order = (market: Market, key?: string): Promise<{ data?: Order; response: Response }> =>
    customers[market].api.POST("/api/v1/orders/create", {
      body: { ...delivery(customerPhones[market]), items: [{ sku_id: skus[market], quantity: 1 }] },
      ...(key === undefined ? {} : { headers: { "Idempotency-Key": key } }),
    }) as Promise<{ data?: Order; response: Response }>;

  /** What an order is called where the other server does not show it as it was answered. */
  async function otherwise(market: Market, origins: string[]): Promise<string[]> {
    const { data } = await order(market);
    const path = `/api/v1/orders/${data?.id}`;
    const seen = await Promise.all(
      origins.map((origin) => raw(origin, "GET", path, { token: customers[market].token })),
    );
    const first = seen[0]?.text;
    const number = (seen[0]?.json() as Order | undefined)?.order_number;
    const alike = seen.every(({ status, text }) => status === 200 && text === first) && number === data?.order_number;
    return alike ? [] : [`${data?.order_number}: ${seen.map(({ status }) => status).join(", ")}`];
  }

  it(`[A10] ${readBacks} orders are shown by the other server at once, word for word`, async () => {
    const wrong: string[] = [];
    let asked = 0;
    const reader = async (index: number) => {
      for (; asked < readBacks;) {
        asked += 1;
        wrong.push(...(await otherwise(markets[index % 2] as Market, [pair.other.origin, pair.shop.origin])));
      }
    };
    await Promise.all(Array.from({ length: readersAtOnce }, (_, index) => reader(index)));
    console.log(`[A10] ${layout}: ${asked} read back, ${wrong.length} wrong`);
    expect(wrong).toEqual([]);
  });

  it.each(markets)(
    "[B6] in %s a key is good for one order for ever, 25 hours and a year later, too",
    async (market) => {
      const key = `once-${market}`;
      const { data: first } = await order(market, key);
      for (const age of ["25 hours", "1 year"]) {
        await pair.shop.databases.sql(
          market,
          "UPDATE idempotency_keys SET created_at = now() - $2::interval WHERE market = $1",
          [market.toUpperCase(), age],
        );
        const again = await order(market, key);
        expect(again.data).toEqual(first);
        expect(again.response.headers.get("Idempotent-Replayed")).toBe("true");
      }
      const orders = good(await customers[market].api.GET("/api/v1/orders", { params: { query: { limit: 100 } } }));
      expect(orders.items.filter((each) => each.order_number === first?.order_number)).toHaveLength(1);
    },
  );
});

describe("control of [A10]", () => {
  it("a server that reads an older copy of the database does not show the order", async () => {
    const pair = await Pair.open("one database");
    const copy = await Pair.open("one database");
    try {
      const caller = await pair.shop.logIn(customerPhones.kg);
      const { sku } = await pair.shop.findSku("kg", 5);
      const placed = good(
        await caller.api.POST("/api/v1/orders/create", {
          body: { ...delivery(customerPhones.kg), items: [{ sku_id: sku.id, quantity: 1 }] },
        }),
      );
      const reader = await copy.shop.logIn(customerPhones.kg);
      const seen = await raw(copy.shop.origin, "GET", `/api/v1/orders/${placed.id}`, { token: reader.token });
      expect(seen.status).toBe(404);
    } finally {
      await copy.close();
      await pair.close();
    }
  });
});
