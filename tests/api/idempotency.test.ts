// One Idempotency-Key, one effect: replays, double clicks, other bodies, and what happens without the unique index.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { type Caller, customerPhones, delivery, Shop, type Sku } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

describe.each(layouts)("idempotency, %s", (layout) => {
  let shop: Shop;
  const callers = {} as Record<Market, Caller>;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    for (const market of markets) callers[market] = await shop.logIn(customerPhones[market]);
  });
  afterAll(() => shop?.close());

  const path = "/api/v1/orders/create";
  const create = (market: Market, body: object, key?: string) =>
    callers[market].api.POST(path, {
      params: { header: key === undefined ? {} : { "Idempotency-Key": key } },
      body: { ...delivery(callers[market].user.phone), ...body },
    });
  const freshSku = async (market: Market, pieces: number, skip: number): Promise<Sku> => {
    const { sku } = await shop.findSku(market, 5, skip);
    await shop.setStock(market, sku.id, pieces);
    return sku;
  };

  const oneOf = (sku: Sku) => ({ items: [{ sku_id: sku.id, quantity: 1 }] });

  it("[B1] the same key and body replays the first answer", async () => {
    const sku = await freshSku("kg", 5, 16);
    const key = randomUUID();
    const answers = [];
    for (let i = 0; i < 3; ++i) answers.push(await create("kg", oneOf(sku), key));
    expect(answers.map((answer) => answer.response.status)).toEqual([201, 201, 201]);
    expect(answers.map((answer) => answer.response.headers.get("idempotent-replayed"))).toEqual([null, "true", "true"]);
    expect(good(answers[1] ?? answers[0]!)).toEqual(good(answers[0]!));
    expect(await shop.stock("kg", sku.id)).toBe(4);
  });

  it("[B1] ten at once make one order and ten equal answers", async () => {
    const sku = await freshSku("us", 50, 16);
    const key = randomUUID();
    const before = await shop.orderCount("us");
    const answers = await Promise.all(Array.from({ length: 10 }, () => create("us", oneOf(sku), key)));
    const numbers = answers.map((answer) => good(answer).order_number);
    expect(new Set(numbers).size).toBe(1);
    expect(answers.filter((answer) => answer.response.headers.get("idempotent-replayed") === "true")).toHaveLength(9);
    expect(await shop.orderCount("us")).toBe(before + 1);
    expect(await shop.stock("us", sku.id)).toBe(49);
  });

  it('[B1] two clicks on "order" with the cart make one order', async () => {
    const sku = await freshSku("kg", 5, 18);
    good(await callers.kg.api.POST("/api/v1/cart/add", { body: { sku_id: sku.id, quantity: 2 } }));
    const key = randomUUID();
    const [one, two] = await Promise.all([
      create("kg", { use_cart: true }, key),
      create("kg", { use_cart: true }, key),
    ]);
    expect(good(one!).order_number).toBe(good(two!).order_number);
    expect(await shop.stock("kg", sku.id)).toBe(3);
  });

  it("[B2] the same key with another body is refused, of another user or market independent", async () => {
    const [kg, us] = [await freshSku("kg", 9, 20), await freshSku("us", 9, 20)];
    const key = randomUUID();
    const first = good(await create("kg", oneOf(kg), key));
    const changed = await create("kg", { ...oneOf(kg), delivery_notes: "x" }, key);
    expect(refused(changed)).toMatchObject({ status: 422, code: "idempotency.key_reused" });
    const neighbour = await shop.logIn("+996700111011");
    const theirs = good(
      await neighbour.api.POST(path, {
        params: { header: { "Idempotency-Key": key } },
        body: { ...delivery(customerPhones.kg), ...oneOf(kg) },
      }),
    );
    expect(theirs.order_number).not.toBe(first.order_number);
    expect(good(await create("us", oneOf(us), key)).market).toBe("us");
    expect(await shop.stock("kg", kg.id)).toBe(7);
  });

  it("[B3] a key that is too long or unreadable is refused", async () => {
    const sku = await freshSku("kg", 5, 22);
    for (const key of [
      "k".repeat(201),
      "a b",
      "ключ"
        .split("")
        .map(() => "\u00ff")
        .join(""),
    ]) {
      expect(refused(await create("kg", oneOf(sku), key)).status).toBe(400);
    }
    expect(await shop.stock("kg", sku.id)).toBe(5);
  });

  it("[B5] a refused order keeps no key: the right repetition is carried out", async () => {
    const sku = await freshSku("us", 0, 24);
    const key = randomUUID();
    expect(refused(await create("us", oneOf(sku), key)).code).toBe("orders.out_of_stock");
    await shop.setStock("us", sku.id, 1);
    const order = good(await create("us", oneOf(sku), key));
    expect(order.items[0]?.sku_id).toBe(sku.id);
  });

  it("negative control: without the unique index ten at once make more than one order", async () => {
    const broken = await Shop.open(layout, {
      prepare: (databases) =>
        databases.everywhere("ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_once"),
    });
    try {
      const { api, user } = await broken.logIn(customerPhones.kg);
      const { sku } = await broken.findSku("kg", 5);
      await broken.setStock("kg", sku.id, 50);
      const header = { "Idempotency-Key": randomUUID() };
      // Nobody gets beyond the stock until at least two have looked for the key in vain.
      const stockRow = `SELECT FROM stock WHERE market = 'KG' AND sku_id = $1 FOR UPDATE`;
      const answers = await broken.databases.holding("kg", stockRow, [sku.id], async () => {
        const asked = Array.from({ length: 10 }, () =>
          api.POST(path, { params: { header }, body: { ...delivery(user.phone), ...oneOf(sku) } }),
        );
        await eventually("two orders wait for the stock", async () => (await broken.databases.waiting("kg")) >= 2);
        return asked;
      });
      await Promise.all(answers);
      expect(await broken.orderCount("kg")).toBeGreaterThan(1);
    } finally {
      await broken.close();
    }
  });
});
