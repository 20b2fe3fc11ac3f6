// Orders of guests: from their cart or from named articles, seen again by a signed link and by nothing else.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, client, good, raw, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { type Caller, customerPhones, delivery, managerPhones, Shop, type Sku } from "../harness/shop.js";
import { otherMarket } from "../harness/strangers.js";
import { eventually } from "../harness/waiting.js";

const path = "/api/v1/orders/create";

describe.each(layouts)("orders of guests, %s", (layout) => {
  let shop: Shop;
  let manager: Caller;
  const skus = {} as Record<Market, Sku>;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    manager = await shop.logIn(managerPhones.both);
    for (const market of markets) {
      skus[market] = (await shop.findSku(market, 10)).sku;
      await shop.setStock(market, skus[market].id, 10_000);
    }
  });
  afterAll(() => shop?.close());

  const oneOf = (market: Market, quantity = 1) => ({ items: [{ sku_id: skus[market].id, quantity }] });
  const create = (api: Api, market: Market, body: object, key?: string) =>
    api.POST(path, {
      params: { header: key === undefined ? {} : { "Idempotency-Key": key } },
      body: { ...delivery(customerPhones[market]), ...body },
    });
  const see = (api: Api, id: string, access?: string) =>
    api.GET("/api/v1/orders/{id}", { params: { path: { id }, query: access === undefined ? {} : { access } } });

  describe.each(markets)("in %s", (market) => {
    it("[R82] [R84] [R76] orders the guest's cart, empties it, and shows the order by its link", async () => {
      const token = randomUUID();
      const guest = shop.guestWithCart(market, token);
      good(await guest.POST("/api/v1/cart/add", { body: { sku_id: skus[market].id, quantity: 2 } }));
      const before = await shop.stock(market, skus[market].id);
      const answer = await create(guest, market, { use_cart: true });
      const order = good(answer);
      expect(order).toMatchObject({ market, items_count: 2, status: "pending" });
      expect(answer.response.headers.get("cache-control")).toBe("no-store");
      expect(await shop.stock(market, skus[market].id)).toBe(before - 2);
      expect(good(await guest.POST("/api/v1/cart/get", {})).items).toEqual([]);
      expect(order.order_link).toBe(`/api/v1/orders/${order.id}?market=${market}&access=${order.access_token}`);
      const seen = await raw(shop.origin, "GET", order.order_link ?? "");
      expect(seen.headers.get("cache-control")).toBe("no-store");
      expect(seen.json()).toEqual({ ...order, access_token: null, order_link: null });
    });

    it("[R84] orders named articles without any token", async () => {
      const answer = await create(shop.guest(market), market, oneOf(market, 3));
      const order = good(answer);
      expect(order.items).toMatchObject([{ sku_id: skus[market].id, quantity: 3 }]);
      expect(answer.response.headers.get("x-cart-token")).toBeNull();
      expect(good(await see(shop.guest(market), order.id, order.access_token ?? "")).id).toBe(order.id);
      expect(refused(await create(shop.guest(market), market, { use_cart: true })).code).toBe("orders.cart_empty");
    });

    it("[R86] a link shows its order and nothing else", async () => {
      const [one, other] = [
        good(await create(shop.guest(market), market, oneOf(market))),
        good(await create(shop.guest(market), market, oneOf(market))),
      ];
      const access = one.access_token ?? "";
      const guest = shop.guest(market);
      const absent = { status: 404, code: "orders.not_found" };
      expect(refused(await see(guest, other.id, access))).toMatchObject(absent);
      expect(refused(await see(shop.guest(otherMarket(market)), one.id, access))).toMatchObject(absent);
      for (const wrong of [access.slice(0, -1), `${access}A`, access.toLowerCase(), "x", other.access_token ?? ""])
        expect(refused(await see(guest, one.id, wrong))).toMatchObject(absent);
      expect(refused(await see(guest, one.id))).toMatchObject({ status: 401, code: "auth.required" });
      expect(refused(await guest.GET("/api/v1/orders", {}))).toMatchObject({ status: 401 });
      const stranger = await shop.logIn(customerPhones[market]);
      expect(refused(await see(stranger.api, one.id))).toMatchObject(absent);
      expect(good(await see(stranger.api, one.id, access)).id).toBe(one.id);
      // A customer's own order has no link, and another market's customer cannot use a guest's.
      const own = good(await create(stranger.api, market, oneOf(market)));
      expect(own).toMatchObject({ access_token: null, order_link: null });
      const abroad = await shop.logIn(customerPhones[otherMarket(market)]);
      expect(refused(await see(abroad.api, one.id, access))).toMatchObject(absent);
    });

    it("managers see it, it counts, and it is in nobody's list", async () => {
      const order = good(await create(shop.guest(market), market, oneOf(market)));
      const customer = await shop.logIn(customerPhones[market]);
      const mine = good(await customer.api.GET("/api/v1/orders", { params: { query: { limit: 100 } } }));
      expect(mine.items.map((each) => each.id)).not.toContain(order.id);
      const query = { market, limit: 100 };
      const all = good(await manager.api.GET("/api/v1/manager/orders", { params: { query } }));
      const line = all.items.find((each) => each.id === order.id);
      expect(line).toMatchObject({ customer_phone: customerPhones[market] });
      expect(line?.user_id).toBeUndefined();
      const params = { path: { id: order.id }, query: { market } };
      expect(good(await manager.api.GET("/api/v1/manager/orders/{id}", { params })).id).toBe(order.id);
      await eventually(
        "the order's event is carried out",
        async () =>
          (await shop.databases.count(
            market,
            `SELECT count(*) FROM outbox WHERE topic = 'order.created' AND done_at IS NULL AND market = $1`,
            [market.toUpperCase()],
          )) === 0,
      );
      const told = `SELECT count(*) FROM notifications WHERE market = $1 AND data->>'order_id' = $2`;
      expect(await shop.databases.count(market, told, [market.toUpperCase(), order.id])).toBe(0);
      const [history] = await shop.databases.sql(
        market,
        "SELECT changed_by FROM order_status_history WHERE market = $1 AND order_id = $2",
        [market.toUpperCase(), order.id],
      );
      expect(history).toEqual({ changed_by: "guest" });
    });

    it("a guest says who and where: name, phone and address, and no kept one", async () => {
      const { customer_name, customer_phone, delivery_address, ...rest } = delivery(customerPhones[market]);
      const all = { customer_name, customer_phone, delivery_address };
      for (const missing of Object.keys(all) as Array<keyof typeof all>) {
        const body = JSON.stringify({ ...rest, ...all, [missing]: undefined, ...oneOf(market) });
        const headers = { "Content-Type": "application/json" };
        const answer = await raw(shop.origin, "POST", path, { market, body, headers });
        expect(answer.problem()).toMatchObject({ status: 422, errors: [{ field: missing }] });
      }
      const kept = await create(shop.guest(market), market, {
        ...oneOf(market),
        delivery_address: undefined,
        address_id: "1",
      });
      expect(refused(kept)).toMatchObject({ status: 422, errors: [{ field: "address_id" }] });
    });

    it("[B1] ten at once with one key make one order and ten equal answers, with and without a cart", async () => {
      for (const guest of [shop.guestWithCart(market, randomUUID()), shop.guest(market)]) {
        const key = randomUUID();
        const before = await shop.orderCount(market);
        const answers = await Promise.all(Array.from({ length: 10 }, () => create(guest, market, oneOf(market), key)));
        for (const answer of answers) expect(good(answer)).toEqual(good(answers[0]!));
        const replays = answers.filter((answer) => answer.response.headers.get("idempotent-replayed") === "true");
        expect(replays).toHaveLength(9);
        expect(await shop.orderCount(market)).toBe(before + 1);
      }
    });

    it('[B1] two clicks on "order" with a guest\'s cart make one order', async () => {
      const guest = shop.guestWithCart(market, randomUUID());
      good(await guest.POST("/api/v1/cart/add", { body: { sku_id: skus[market].id, quantity: 2 } }));
      const key = randomUUID();
      const clicks = await Promise.all([1, 2].map(() => create(guest, market, { use_cart: true }, key)));
      expect(new Set(clicks.map((answer) => good(answer).id)).size).toBe(1);
    });

    it("[B2] a key is its guest's: another body is refused, another guest's order is another", async () => {
      const key = randomUUID();
      const guest = shop.guestWithCart(market, randomUUID());
      const first = good(await create(guest, market, oneOf(market), key));
      const changed = await create(guest, market, oneOf(market, 2), key);
      expect(refused(changed)).toMatchObject({ status: 422, code: "idempotency.key_reused" });
      const others = [shop.guestWithCart(market, randomUUID()), (await shop.logIn(customerPhones[market])).api];
      for (const other of [...others, shop.guest(market)]) {
        const order = good(await create(other, market, oneOf(market), key));
        expect(order.id).not.toBe(first.id);
      }
      const foreign = otherMarket(market);
      const abroad = good(await create(shop.guest(foreign), foreign, oneOf(foreign), key));
      expect(abroad.market).toBe(foreign);
    });

    it("[B3] without a cart token a guest's key must be one that nobody guesses", async () => {
      const before = await shop.orderCount(market);
      for (const key of ["1", "order-17", `${randomUUID()}0`]) {
        const answer = await create(shop.guest(market), market, oneOf(market), key);
        expect(refused(answer)).toMatchObject({ status: 400, code: "idempotency.guest_key_not_uuid" });
      }
      expect(await shop.orderCount(market)).toBe(before);
      const guest = shop.guestWithCart(market, randomUUID());
      good(await create(guest, market, oneOf(market), "order-17"));
    });

    it("[B5] a refused order keeps no key", async () => {
      const guest = shop.guest(market);
      const key = randomUUID();
      await shop.setStock(market, skus[market].id, 0);
      expect(refused(await create(guest, market, oneOf(market), key)).code).toBe("orders.out_of_stock");
      await shop.setStock(market, skus[market].id, 10_000);
      good(await create(guest, market, oneOf(market), key));
    });
  });
});

describe("guests who order", () => {
  it("one address places so many orders in an hour; customers go on", async () => {
    const shop = await Shop.open("one database", { settings: { GUEST_ORDERS_PER_HOUR: "2" } });
    try {
      const { sku } = await shop.findSku("kg", 20);
      const body = { ...delivery(customerPhones.kg), items: [{ sku_id: sku.id, quantity: 1 }] };
      for (let i = 0; i < 2; ++i) good(await shop.guest("kg").POST(path, { body }));
      const answer = await client(shop.origin, { market: "us", cart: randomUUID() }).POST(path, { body });
      expect(refused(answer)).toMatchObject({ status: 429, code: "shoppers.too_many_guest_orders" });
      expect(answer.response.headers.get("ratelimit-policy")).toContain("guest-orders");
      good(await (await shop.logIn(customerPhones.kg)).api.POST(path, { body }));
      expect(await shop.orderCount("kg")).toBe(3);
    } finally {
      await shop.close();
    }
  });

  it("negative control: a server that believes any link shows anybody's order", async () => {
    const shop = await Shop.open("one database", { settings: { MARQUE_BREAK: "any_order_link" } });
    try {
      const { sku } = await shop.findSku("kg", 20);
      const body = { ...delivery(customerPhones.kg), items: [{ sku_id: sku.id, quantity: 1 }] };
      const { id } = good(await shop.guest("kg").POST(path, { body }));
      const params = { path: { id }, query: { access: "x" } };
      expect(good(await shop.guest("kg").GET("/api/v1/orders/{id}", { params })).id).toBe(id);
    } finally {
      await shop.close();
    }
  });
});
