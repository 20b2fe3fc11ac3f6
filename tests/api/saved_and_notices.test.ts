// What is saved for later, and hearing that something is in stock again.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, good, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { type Caller, delivery, minor, Shop, type Sku } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

const phones: Record<Market, string[]> = {
  kg: Array.from({ length: 20 }, (_, i) => `+9967005550${String(i).padStart(2, "0")}`),
  us: Array.from({ length: 20 }, (_, i) => `+1303555${String(3_000 + i)}`),
};

describe.each(layouts)("saved for later and back in stock, %s", (layout) => {
  let shop: Shop;
  const next = { kg: 0, us: 0 };
  const newCaller = (market: Market) => shop.logIn(phones[market][next[market]++] ?? "");
  /** Two sizes of one product, and SKUs of others. */
  const sizes = {} as Record<Market, { product_id: string; slug: string; skus: [string, string] }>;
  const skus = {} as Record<Market, [Sku, Sku]>;
  beforeAll(async () => {
    const TEST_PHONES = [...phones.kg, ...phones.us].join(",");
    shop = await Shop.open(layout, { settings: { TEST_PHONES, BACK_IN_STOCK_SECONDS: "1" } });
    for (const market of markets) {
      const rows = await shop.databases.sql<{ product_id: string; slug: string; skus: string[] }>(
        market,
        `SELECT r.id AS product_id, r.slug, array_agg(k.id::text ORDER BY k.id) AS skus
         FROM stock s JOIN prices p ON p.market = s.market AND p.sku_id = s.sku_id
         JOIN skus k ON k.market = s.owner_market AND k.id = s.sku_id AND k.is_active
         JOIN products r ON r.market = k.market AND r.id = k.product_id AND r.is_active
         WHERE s.market = $1 GROUP BY r.id, r.slug HAVING count(*) > 1 ORDER BY r.slug LIMIT 1`,
        [market.toUpperCase()],
      );
      const { product_id, slug, skus: ids } = rows[0] ?? { product_id: "", slug: "", skus: [] };
      sizes[market] = { product_id, slug, skus: [ids[0] ?? "", ids[1] ?? ""] };
      skus[market] = [(await shop.findSku(market, 10, 40)).sku, (await shop.findSku(market, 10, 60)).sku];
      for (const sku of skus[market]) await shop.setStock(market, sku.id, 10_000);
    }
  });
  afterAll(() => shop?.close());

  const add = async (api: Api, sku: Sku, quantity: number) =>
    good(await api.POST("/api/v1/cart/add", { body: { sku_id: sku.id, quantity } }));
  const save = (api: Api, sku: Sku) => api.POST("/api/v1/cart/save", { body: { sku_id: sku.id } });
  const unsave = (api: Api, sku: Sku) => api.POST("/api/v1/cart/unsave", { body: { sku_id: sku.id } });
  const ids = (lines: Array<{ sku_id: string }>) => lines.map((line) => line.sku_id);

  /** Every SKU of the product. */
  const setAll = async (market: Market, pieces: number) => {
    const rows = await shop.databases.sql<{ sku_id: string }>(
      market,
      `SELECT s.sku_id FROM stock s JOIN skus k ON k.market = s.owner_market AND k.id = s.sku_id
       WHERE s.market = $1 AND k.product_id = $2`,
      [market.toUpperCase(), sizes[market].product_id],
    );
    for (const row of rows) await shop.setStock(market, row.sku_id, pieces);
  };
  const waitFor = async (caller: Caller, product_id: string, more: object = {}) =>
    good(await caller.api.POST("/api/v1/wishlist/add", { body: { product_id, notify_back_in_stock: true, ...more } }));
  const told = async (caller: Caller) =>
    good(await caller.api.GET("/api/v1/profile/notifications", {})).items.filter((i) => i.type === "back_in_stock");
  const untilTold = (caller: Caller, times: number) =>
    eventually(`told ${times} times`, async () => (await told(caller)).length === times);
  /** Whoever would be told by now, has been: somebody who began to wait later is. */
  const settle = async (market: Market) => {
    const canary = await newCaller(market);
    const { sku, product } = await shop.findSku(market, 1, 80);
    await shop.setStock(market, sku.id, 0);
    await waitFor(canary, product.id, { sku_id: sku.id });
    await shop.setStock(market, sku.id, 7);
    await untilTold(canary, 1);
  };

  describe.each(markets)("in %s", (market) => {
    it("[R76] lines move to what is saved and back, shown apart, in no total and no order", async () => {
      const [one, other] = skus[market];
      const caller = await newCaller(market);
      for (const api of [caller.api, shop.guestWithCart(market, randomUUID())]) {
        await add(api, one, 2);
        await add(api, other, 3);
        const saved = good(await save(api, one));
        expect(ids(saved.items)).toEqual([other.id]);
        expect(saved.saved).toMatchObject([{ sku_id: one.id, quantity: 2, problems: [] }]);
        expect(saved.total_items).toBe(3);
        expect(minor(saved.total_price)).toBe(3 * minor(other.price));
        expect(good(await api.POST("/api/v1/cart/get", {}))).toEqual(saved);
        expect(refused(await save(api, one))).toMatchObject({ status: 404, code: "cart.line_not_found" });
        const update = await api.POST("/api/v1/cart/update", { body: { sku_id: one.id, quantity: 1 } });
        expect(refused(update).code).toBe("cart.line_not_found");
        const body = { ...delivery(caller.user.phone), use_cart: true };
        const order = good(await api.POST("/api/v1/orders/create", { body }));
        expect(ids(order.items)).toEqual([other.id]);
        expect(ids(good(await api.POST("/api/v1/cart/clear", {})).saved)).toEqual([one.id]);
        expect(refused(await api.POST("/api/v1/orders/create", { body })).code).toBe("orders.cart_empty");
        const back = good(await unsave(api, one));
        expect(back).toMatchObject({ saved: [], total_items: 2 });
        expect(refused(await unsave(api, one))).toMatchObject({ status: 404, code: "cart.line_not_found" });
        // Put into the cart anew, it is in the cart, with the quantity that was asked for.
        good(await save(api, one));
        expect(await add(api, one, 4)).toMatchObject({ saved: [], total_items: 4 });
        good(await save(api, one));
        expect(good(await api.POST("/api/v1/cart/remove", { body: { sku_id: one.id } })).saved).toEqual([]);
      }
    });

    it("what a guest saved is still saved after the log-in, unless the customer has it in the cart", async () => {
      const [one, other] = skus[market];
      const guest = shop.guestWithCart(market, randomUUID());
      const phone = phones[market][next[market]++] ?? "";
      await add((await shop.logIn(phone)).api, other, 1);
      for (const sku of [one, other]) {
        await add(guest, sku, 2);
        good(await save(guest, sku));
      }
      const caller = await shop.logIn(phone, undefined, guest);
      const cart = good(await caller.api.POST("/api/v1/cart/get", {}));
      expect(ids(cart.saved)).toEqual([one.id]);
      expect(cart.items).toMatchObject([{ sku_id: other.id, quantity: 3 }]);
    });

    it("who waits for a product is told once when a piece of it is there again", async () => {
      const { product_id, slug, skus: both } = sizes[market];
      await setAll(market, 0);
      const [waiting, reader] = [await newCaller(market), await newCaller(market)];
      const list = await waitFor(waiting, product_id);
      expect(list.items).toMatchObject([{ product_id, notify_back_in_stock: true, notify_sku_id: null }]);
      good(await reader.api.POST("/api/v1/wishlist/add", { body: { product_id } }));
      await shop.setStock(market, both[0], 3);
      await untilTold(waiting, 1);
      const [note] = await told(waiting);
      expect(note?.data).toEqual({ product_slug: slug, sku_id: both[0] });
      expect(note?.message).toBeTruthy();
      const after = good(await waiting.api.GET("/api/v1/wishlist", {}));
      expect(after.items).toMatchObject([{ product_id, notify_back_in_stock: false }]);
      await setAll(market, 0);
      await setAll(market, 4);
      await settle(market);
      expect(await told(waiting)).toHaveLength(1);
      expect(await told(reader)).toEqual([]);
      // Waiting anew, while it is there: the next time it comes back.
      await waitFor(waiting, product_id);
      await settle(market);
      expect(await told(waiting)).toHaveLength(1);
      await shop.setStock(market, both[1], 0);
      await shop.setStock(market, both[1], 2);
      await untilTold(waiting, 2);
    });

    it("who waits for one size is not told of another, and who waits no more of none", async () => {
      const { product_id, skus: both } = sizes[market];
      await setAll(market, 0);
      const [waiting, gone] = [await newCaller(market), await newCaller(market)];
      expect((await waitFor(waiting, product_id, { sku_id: both[1] })).items[0]?.notify_sku_id).toBe(both[1]);
      await waitFor(gone, product_id);
      const body = { product_id, notify_back_in_stock: false };
      expect(good(await gone.api.POST("/api/v1/wishlist/add", { body })).items[0]?.notify_back_in_stock).toBe(false);
      await shop.setStock(market, both[0], 3);
      await settle(market);
      expect(await told(waiting)).toEqual([]);
      await shop.setStock(market, both[1], 3);
      await untilTold(waiting, 1);
      expect(await told(gone)).toEqual([]);
    });

    it("a guest's waiting begins to count with the log-in", async () => {
      const { product_id, skus: both } = sizes[market];
      await setAll(market, 0);
      const guest = shop.guestWithCart(market, randomUUID());
      good(await guest.POST("/api/v1/wishlist/add", { body: { product_id, notify_back_in_stock: true } }));
      await shop.setStock(market, both[0], 3);
      await settle(market);
      const caller = await shop.logIn(phones[market][next[market]++] ?? "", undefined, guest);
      await untilTold(caller, 1);
    });
  });

  it("a SKU that is none of the product's, or named without waiting, is refused", async () => {
    const caller = await newCaller("kg");
    const body = { product_id: sizes.kg.product_id, sku_id: skus.kg[0].id };
    expect(refused(await caller.api.POST("/api/v1/wishlist/add", { body }))).toMatchObject({
      status: 422,
      errors: [{ field: "sku_id" }],
    });
    const foreign = await caller.api.POST("/api/v1/wishlist/add", { body: { ...body, notify_back_in_stock: true } });
    expect(refused(foreign)).toMatchObject({ status: 404, errors: [{ field: "sku_id" }] });
  });

  it("who waited while the server was down is told by the next one", async () => {
    const { product_id, skus: both } = sizes.us;
    await setAll("us", 0);
    const caller = await newCaller("us");
    await waitFor(caller, product_id);
    await shop.server.stop();
    await shop.setStock("us", both[0], 3);
    await shop.restart();
    const again = { ...caller, api: shop.withToken(caller.token) };
    await untilTold(again, 1);
    expect(await told(again)).toHaveLength(1);
  });
});
