// Buying again: what can still be bought of an old order comes into the cart, and each line says what it is not.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, good, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { type Caller, customerPhones, delivery, type Order, Shop } from "../harness/shop.js";
import { expectHidden, keepIdsApart, otherMarket } from "../harness/strangers.js";
import { eventually } from "../harness/waiting.js";

describe.each(layouts)("reorder, %s", (layout) => {
  let shop: Shop;
  const callers = {} as Record<Market, Caller>;
  beforeAll(async () => {
    shop = await Shop.open(layout, { prepare: (databases) => keepIdsApart(databases, ["orders"]) });
    for (const market of markets) callers[market] = await shop.logIn(customerPhones[market]);
  });
  afterAll(() => shop?.close());

  const skusOf = async (market: Market, count: number) => {
    const skus = [];
    // The test before may have switched an article off and on again: the catalogue shows it within a moment.
    const shown = (i: number) => eventually("it is shown", () => shop.findSku(market, 5, i * 7));
    for (let i = 0; i < count; ++i) skus.push((await shown(i)).sku.id);
    for (const sku of skus) await shop.setStock(market, sku, 50);
    return skus;
  };
  const place = async (api: Api, market: Market, skus: string[], quantity = 2): Promise<Order> =>
    good(
      await api.POST("/api/v1/orders/create", {
        body: { ...delivery(customerPhones[market]), items: skus.map((sku_id) => ({ sku_id, quantity })) },
      }),
    );
  const again = (api: Api, id: string, access?: string) =>
    api.POST("/api/v1/orders/{id}/reorder", {
      params: { path: { id }, query: access === undefined ? {} : { access } },
    });
  const cartOf = async (api: Api) => good(await api.POST("/api/v1/cart/get", {}));
  const pieces = async (api: Api) => new Map((await cartOf(api)).items.map((line) => [line.sku_id, line.quantity]));

  describe.each(markets)("in %s", (market) => {
    it("puts all of it into the customer's cart, and a second time changes nothing", async () => {
      const { api } = callers[market];
      good(await api.POST("/api/v1/cart/clear", {}));
      const skus = await skusOf(market, 3);
      const order = await place(api, market, skus);
      expect(order.allowed_actions).toContain("reorder");
      good(await api.POST("/api/v1/cart/add", { body: { sku_id: skus[0] ?? "", quantity: 5 } }));
      good(await api.POST("/api/v1/cart/add", { body: { sku_id: skus[1] ?? "", quantity: 1 } }));
      const answers = await Promise.all(Array.from({ length: 4 }, () => again(api, order.id)));
      for (const answer of answers) {
        const view = good(answer);
        expect(view.is_complete).toBe(true);
        expect(view.items.map((line) => [line.sku_id, line.ordered, line.in_cart, line.problems])).toEqual([
          [skus[0], 2, 5, []],
          [skus[1], 2, 2, []],
          [skus[2], 2, 2, []],
        ]);
      }
      expect(await pieces(api)).toEqual(
        new Map([
          [skus[0], 5],
          [skus[1], 2],
          [skus[2], 2],
        ]),
      );
    });

    it("says of each line what could not be bought, and why", async () => {
      const { api } = callers[market];
      good(await api.POST("/api/v1/cart/clear", {}));
      const [gone = "", sold_out = "", few = "", dearer = "", fine = ""] = await skusOf(market, 5);
      const order = await place(api, market, [gone, sold_out, few, dearer, fine]);
      const code = market.toUpperCase();
      await shop.databases.sql(market, "UPDATE skus SET is_active = false WHERE id = $1", [gone]);
      await shop.setStock(market, sold_out, 0);
      await shop.setStock(market, few, 1);
      const price =
        "UPDATE prices SET price_minor = price_minor + 100, sale_minor = NULL, original_minor = NULL, " +
        "sale_from = NULL, sale_until = NULL WHERE market = $1 AND sku_id = $2";
      await shop.databases.sql(market, price, [code, dearer]);
      const view = good(await again(api, order.id));
      expect(view.is_complete).toBe(false);
      const lines = new Map(view.items.map((line) => [line.sku_id, line]));
      expect(lines.get(gone)).toMatchObject({ in_cart: 0, price: null, problems: ["no_longer_sold"] });
      expect(lines.get(sold_out)).toMatchObject({ in_cart: 0, problems: ["out_of_stock"] });
      expect(lines.get(few)).toMatchObject({ in_cart: 1, problems: ["fewer_pieces"] });
      expect(lines.get(dearer)).toMatchObject({ in_cart: 2, problems: ["price_changed"] });
      expect(lines.get(dearer)?.price).not.toBe(lines.get(dearer)?.price_then);
      expect(lines.get(fine)).toMatchObject({ in_cart: 2, problems: [] });
      expect(await pieces(api)).toEqual(
        new Map([
          [few, 1],
          [dearer, 2],
          [fine, 2],
        ]),
      );
      await shop.databases.sql(market, "UPDATE skus SET is_active = true WHERE id = $1", [gone]);
    });

    it("a guest's order by its link: into the guest's cart, or the caller's own; nobody else's order", async () => {
      const [sku = ""] = await skusOf(market, 1);
      const token = randomUUID();
      const guest = shop.guestWithCart(market, token);
      const order = await place(guest, market, [sku]);
      expect(order.allowed_actions).toEqual(["cancel", "reorder"]);
      const access = order.access_token ?? "";
      expect(good(await again(guest, order.id, access)).is_complete).toBe(true);
      expect(await pieces(guest)).toEqual(new Map([[sku, 2]]));
      const unknown = await again(shop.guest(market), order.id, access);
      const begun = unknown.response.headers.get("x-cart-token") ?? "";
      expect(good(unknown).is_complete).toBe(true);
      expect(await pieces(shop.guestWithCart(market, begun))).toEqual(new Map([[sku, 2]]));
      expect(refused(await again(guest, order.id)).status).toBe(401);
      const absent = { status: 404, code: "orders.not_found" };
      expect(refused(await again(guest, order.id, `${access}A`))).toMatchObject(absent);
      expect(refused(await again(shop.guest(otherMarket(market)), order.id, access))).toMatchObject(absent);
      const own = await place(callers[market].api, market, [sku]);
      await expectHidden(shop, callers[otherMarket(market)], own.id, [
        ["POST", (id) => `/api/v1/orders/${id}/reorder`],
      ]);
    });

    it("a cart that is full takes what it has a line for already", async () => {
      const { api } = callers[market];
      good(await api.POST("/api/v1/cart/clear", {}));
      const [has = "", hasNot = ""] = await skusOf(market, 2);
      const order = await place(api, market, [has, hasNot]);
      good(await api.POST("/api/v1/cart/add", { body: { sku_id: has, quantity: 1 } }));
      // As many lines as a cart may have, of articles that are nobody's business here.
      await shop.databases.sql(
        market,
        `INSERT INTO cart_items (market, cart_id, sku_id, quantity, added_price_minor)
         SELECT c.market, c.cart_id, s.sku_id, 1, 1 FROM carts c, stock s
         WHERE c.market = $1 AND c.user_id = $2 AND s.market = c.market AND s.sku_id <> ALL ($3::bigint[]) LIMIT 199`,
        [market.toUpperCase(), callers[market].user.id, [has, hasNot]],
      );
      const lines = (await cartOf(api)).items.length;
      if (lines < 200) await fill(market, 200 - lines, [has, hasNot]);
      const view = good(await again(api, order.id));
      expect(view.items.map((line) => [line.sku_id, line.in_cart, line.problems])).toEqual([
        [has, 2, []],
        [hasNot, 0, ["cart_full"]],
      ]);
      await shop.databases.sql(market, "DELETE FROM cart_items WHERE market = $1", [market.toUpperCase()]);
    });
  });

  /** More lines, of copies of an article, where the demo shop has too few. */
  async function fill(market: Market, count: number, without: string[]): Promise<void> {
    const { user } = callers[market];
    await shop.databases.sql(
      market,
      `WITH made AS (
         INSERT INTO skus (market, product_id, sku_code, size, color)
         SELECT k.market, k.product_id, 'FILL-${market}-' || n, 'F' || n, k.color
         FROM skus k, generate_series(1, $3) AS n WHERE k.id = $4 RETURNING market, id
       ), stocked AS (
         INSERT INTO stock (market, owner_market, sku_id, on_hand) SELECT $1, market, id, 0 FROM made RETURNING sku_id
       )
       INSERT INTO cart_items (market, cart_id, sku_id, quantity, added_price_minor)
       SELECT c.market, c.cart_id, s.sku_id, 1, 1 FROM carts c, stocked s WHERE c.market = $1 AND c.user_id = $2`,
      [market.toUpperCase(), user.id, count, without[0]],
    );
  }
});
