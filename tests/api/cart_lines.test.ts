// What a line of a cart says of its article as it is now, and what of that stands in the way of an order.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Api, good, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { type Caller, customerPhones, delivery, minor, Shop, type Sku } from "../harness/shop.js";

describe.each(layouts)("lines of a cart, %s", (layout) => {
  let shop: Shop;
  const callers = {} as Record<Market, Caller>;
  const skus = {} as Record<Market, Sku[]>;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    for (const market of markets) {
      callers[market] = await shop.logIn(customerPhones[market]);
      const found = [];
      for (const skip of [0, 20, 40, 60]) found.push((await shop.findSku(market, 10, skip)).sku);
      skus[market] = found;
      for (const sku of found) await shop.setStock(market, sku.id, 10_000);
    }
  });
  afterAll(() => shop?.close());
  beforeEach(async () => {
    for (const market of markets) good(await callers[market].api.POST("/api/v1/cart/clear", {}));
  });

  const add = async (api: Api, sku: Sku, quantity: number) =>
    good(await api.POST("/api/v1/cart/add", { body: { sku_id: sku.id, quantity } }));
  const get = async (api: Api) => good(await api.POST("/api/v1/cart/get", {}));
  const order = (market: Market, api: Api) =>
    api.POST("/api/v1/orders/create", {
      body: { ...delivery(customerPhones[market]), use_cart: true },
    });

  describe.each(markets)("in %s", (market) => {
    const code = market.toUpperCase();
    /** Changes rows of an article as superuser and back. */
    const whereOf: Record<string, string> = {
      skus: "id = $1",
      products: "id = (SELECT product_id FROM skus k WHERE k.id = $1 AND k.market = products.market)",
      prices: `market = '${code}' AND sku_id = $1`,
    };
    const change = (table: string, set: string, sku: Sku) =>
      shop.databases.sql(market, `UPDATE ${table} SET ${set} WHERE ${whereOf[table]}`, [sku.id]);

    it("[R76] [R79] says price now, price when added, original price and what is left", async () => {
      const api = callers[market].api;
      const [one] = skus[market] as [Sku];
      await add(api, one, 2);
      const [row] = await shop.databases.sql<{ price_minor: string; original_minor: string | null }>(
        market,
        "SELECT price_minor, original_minor FROM prices WHERE market = $1 AND sku_id = $2",
        [code, one.id],
      );
      const before = Number(row?.price_minor);
      await change("prices", `price_minor = ${before + 700}, original_minor = ${before + 900}`, one);
      for (const [pieces, stock_state, available, problems] of [
        [6, "in_stock", null, ["price_changed"]],
        [5, "few_left", 5, ["price_changed"]],
        [1, "few_left", 1, ["not_enough_stock", "price_changed"]],
        [0, "out_of_stock", 0, ["not_enough_stock", "price_changed"]],
      ] as const) {
        await shop.setStock(market, one.id, pieces);
        const cart = await get(api);
        expect(cart.items[0]).toMatchObject({ stock_state, available, problems, in_stock: pieces > 0, quantity: 2 });
        const amounts = ["price", "price_when_added", "original_price", "subtotal"] as const;
        expect(amounts.map((name) => minor(cart.items[0]?.[name] ?? 0))).toEqual([
          before + 700,
          before,
          before + 900,
          2 * (before + 700),
        ]);
        expect(cart.total_items).toBe(2);
        expect(minor(cart.total_price)).toBe(2 * (before + 700));
      }
      await change("prices", `price_minor = ${before}, original_minor = ${row?.original_minor ?? "NULL"}`, one);
      await shop.setStock(market, one.id, 10_000);
    });

    it("more than five are told only to who wants more than there is", async () => {
      const api = callers[market].api;
      const [one] = skus[market] as [Sku];
      await add(api, one, 30);
      await shop.setStock(market, one.id, 12);
      expect((await get(api)).items[0]).toMatchObject({
        stock_state: "in_stock",
        available: 12,
        problems: ["not_enough_stock"],
      });
      await shop.setStock(market, one.id, 10_000);
    });

    it.each([
      ["a SKU that was switched off", "skus", "is_active = false", "is_active = true"],
      ["a product that was switched off", "products", "is_active = false", "is_active = true"],
      ["an article without a price", "prices", "", ""],
    ])("[R76] [R78] %s stays, is told, counts in no total and cannot be ordered", async (_, table, off, on) => {
      const api = callers[market].api;
      const [one, other, third] = skus[market] as [Sku, Sku, Sku];
      await add(api, one, 3);
      await add(api, other, 2);
      await add(api, third, 4);
      await shop.setStock(market, third.id, 1);
      const [price] = await shop.databases.sql(market, "SELECT * FROM prices WHERE market = $1 AND sku_id = $2", [
        code,
        one.id,
      ]);
      if (table === "prices") {
        await shop.databases.sql(market, "DELETE FROM prices WHERE market = $1 AND sku_id = $2", [code, one.id]);
      } else {
        await change(table, off, one);
      }
      const cart = await get(api);
      expect(cart.items.map((item) => item.sku_id)).toEqual([one.id, other.id, third.id]);
      expect(cart.items[0]).toMatchObject({
        stock_state: "not_sold",
        in_stock: false,
        available: null,
        problems: ["no_longer_sold"],
        subtotal: 0,
        quantity: 3,
      });
      expect(cart.total_items).toBe(6);
      expect(minor(cart.total_price)).toBe(2 * minor(other.price) + 4 * minor(third.price));
      // Each problem of the cart is named in one answer, and nothing was ordered.
      const orders = await shop.orderCount(market);
      const answer = refused(await order(market, api));
      expect(answer).toMatchObject({ status: 409, code: "orders.no_longer_sold" });
      expect(answer.errors.map((error) => error.message)).toEqual([
        expect.stringMatching(new RegExp(`^${cart.items[0]?.sku_code}: no longer sold`)),
        `${cart.items[2]?.sku_code}: 4 wanted, 1 left`,
      ]);
      expect(await shop.orderCount(market)).toBe(orders);
      expect((await get(api)).items).toHaveLength(3);
      good(await api.POST("/api/v1/cart/remove", { body: { sku_id: one.id } }));
      expect(refused(await order(market, api))).toMatchObject({ status: 409, code: "orders.out_of_stock" });
      good(await api.POST("/api/v1/cart/update", { body: { sku_id: third.id, quantity: 1 } }));
      const placed = good(await order(market, api));
      expect(placed.items).toHaveLength(2);
      expect((await get(api)).items).toEqual([]);
      if (table === "prices") {
        const columns = Object.keys(price ?? {});
        await shop.databases.sql(
          market,
          `INSERT INTO prices (${columns.join(", ")}) VALUES (${columns.map((_, i) => `$${i + 1}`).join(", ")})`,
          Object.values(price ?? {}),
        );
      } else {
        await change(table, on, one);
      }
      await shop.setStock(market, third.id, 10_000);
    });

    it("a guest's lines say the same", async () => {
      const guest = shop.guestWithCart(market, randomUUID());
      const [one] = skus[market] as [Sku];
      await add(guest, one, 1);
      await change("skus", "is_active = false", one);
      expect((await get(guest)).items[0]).toMatchObject({ problems: ["no_longer_sold"], stock_state: "not_sold" });
      await change("skus", "is_active = true", one);
      expect((await get(guest)).items[0]).toMatchObject({ problems: [], stock_state: "in_stock" });
    });
  });
});
