// Placing orders: lines, totals, refusals, idempotency, and who may see them.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, postText, raw, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import {
  buy,
  type Caller,
  currencies,
  customerPhones,
  delivery,
  minor,
  type Order,
  Shop,
  type Sku,
} from "../harness/shop.js";

describe.each(layouts)("orders, %s", (layout) => {
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

  /** Sums within an order, and against its rows. */
  const checkSums = async (market: Market, order: Order) => {
    const lines = order.items.map((item) => minor(item.subtotal));
    expect(order.items.map((item) => minor(item.price) * item.quantity)).toEqual(lines);
    expect(minor(order.subtotal)).toBe(lines.reduce((a, b) => a + b, 0));
    expect(minor(order.total_amount)).toBe(
      minor(order.subtotal) - minor(order.discount) + minor(order.shipping_cost) + minor(order.tax),
    );
    expect(order.items_count).toBe(order.items.reduce((count, item) => count + item.quantity, 0));
    const [row] = await shop.databases.sql(
      market,
      `SELECT o.total_minor, o.currency, p.amount_minor, p.currency AS paid_in, h.status, h.changed_by,
              (SELECT sum(quantity) FROM stock_reservations r
               WHERE r.market = o.market AND r.order_id = o.id AND r.state = 'held') AS held,
              (SELECT count(*) FROM stock_ledger l WHERE l.market = o.market AND l.order_id = o.id) AS taken
       FROM orders o JOIN payments p ON p.market = o.market AND p.order_id = o.id
       JOIN order_status_history h ON h.market = o.market AND h.order_id = o.id
       WHERE o.market = $1 AND o.order_number = $2`,
      [market.toUpperCase(), order.order_number],
    );
    expect(row).toMatchObject({
      total_minor: String(minor(order.total_amount)),
      amount_minor: String(minor(order.total_amount)),
      currency: order.currency,
      paid_in: order.currency,
      status: "pending",
      changed_by: `user:${callers[market].user.id}`,
      held: String(order.items_count),
      taken: "0",
    });
  };

  describe.each(markets)("in %s", (market) => {
    it("[R82] [R83] [R84] [R88] [R89] [R90] [R91] orders the cart and empties it", async () => {
      const { sku, product } = await shop.findSku(market, 10);
      const before = await shop.stock(market, sku.id);
      good(await callers[market].api.POST("/api/v1/cart/add", { body: { sku_id: sku.id, quantity: 2 } }));
      const answer = await create(market, {
        use_cart: true,
        customer_email: "a@example.com",
        delivery_city: "A City",
        delivery_notes: "Ring twice",
      });
      expect(answer.response.status).toBe(201);
      const order = good(answer);
      expect(order).toMatchObject({
        market,
        status: "pending",
        payment_status: "pending",
        payment_method: "card",
        currency: currencies[market],
        customer_name: "A Customer",
        customer_phone: customerPhones[market],
        customer_email: "a@example.com",
        delivery_city: "A City",
        delivery_notes: "Ring twice",
        items_count: 2,
        is_active: true,
        can_cancel: true,
        items: [
          {
            sku_id: sku.id,
            sku_code: sku.sku_code,
            product_slug: product.slug,
            product_brand: product.brand,
            quantity: 2,
            price: sku.price,
          },
        ],
      });
      await checkSums(market, order);
      expect(await shop.stock(market, sku.id)).toBe(before - 2);
      expect(good(await callers[market].api.POST("/api/v1/cart/get", {})).items).toEqual([]);
      const id = { params: { path: { id: order.id } } };
      expect(good(await callers[market].api.GET("/api/v1/orders/{id}", id))).toEqual(order);
    });

    it("[R84] orders named items and leaves the cart alone", async () => {
      const [one, other] = [await freshSku(market, 10, 30), await freshSku(market, 10, 60)];
      good(await callers[market].api.POST("/api/v1/cart/add", { body: { sku_id: one.id, quantity: 1 } }));
      const order = good(
        await create(market, {
          items: [
            { sku_id: one.id, quantity: 1 },
            { sku_id: other.id, quantity: 3 },
          ],
        }),
      );
      await checkSums(market, order);
      expect(order.items_count).toBe(4);
      expect(good(await callers[market].api.POST("/api/v1/cart/clear", {})).items).toEqual([]);
      expect(await shop.stock(market, one.id)).toBe(9);
    });

    it("[R87] the order number names the market's day and is unique", async () => {
      const sku = await freshSku(market, 50, 90);
      const numbers = await Promise.all(
        Array.from(
          { length: 10 },
          async () => good(await create(market, { items: [{ sku_id: sku.id, quantity: 1 }] })).order_number,
        ),
      );
      expect(new Set(numbers).size).toBe(10);
      const zone = market === "kg" ? "Asia/Bishkek" : "America/New_York";
      const days = [Date.now() - 60_000, Date.now()].map((time) =>
        new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(time).replaceAll("-", ""),
      );
      for (const number of numbers) {
        expect(number).toMatch(/^MQ-\d{8}-[23456789ABCDEFGHJKMNPQRSTUVWXYZ]{5}$/);
        expect(days).toContain(number.slice(3, 11));
      }
    });

    it("[A3] the same article on two lines is one line, and the sum is what must be there", async () => {
      const sku = await freshSku(market, 5, 120);
      const lines = (a: number, b: number) => ({
        items: [
          { sku_id: sku.id, quantity: a },
          { sku_id: sku.id, quantity: b },
        ],
      });
      expect(refused(await create(market, lines(3, 3)))).toMatchObject({ status: 409, code: "orders.out_of_stock" });
      expect(await shop.stock(market, sku.id)).toBe(5);
      const order = good(await create(market, lines(3, 2)));
      expect(order.items).toHaveLength(1);
      expect(order.items[0]?.quantity).toBe(5);
      expect(await shop.stock(market, sku.id)).toBe(0);
    });

    it("an order of which one line is short is refused whole", async () => {
      const [plenty, short] = [await freshSku(market, 10, 150), await freshSku(market, 1, 180)];
      const orders = await shop.orderCount(market);
      const problem = refused(
        await create(market, {
          items: [
            { sku_id: plenty.id, quantity: 2 },
            { sku_id: short.id, quantity: 2 },
          ],
        }),
      );
      expect(problem).toMatchObject({ status: 409, code: "orders.out_of_stock" });
      expect(problem.errors[0]?.message).toContain(short.sku_code);
      expect(await shop.stock(market, plenty.id)).toBe(10);
      expect(await shop.orderCount(market)).toBe(orders);
    });

    it("[R85] [R94] lists the caller's orders, newest first, in pages and by status", async () => {
      const orders = (query: object) => callers[market].api.GET("/api/v1/orders", { params: { query } });
      const page = good(await orders({ limit: 3 }));
      expect(page.items).toHaveLength(3);
      expect(page.next).toBe("3");
      const ids = page.items.map((item) => Number(item.id));
      expect(ids).toEqual([...ids].sort((a, b) => b - a));
      expect(page.items.every((item) => item.user_id === callers[market].user.id && item.market === market)).toBe(true);
      expect(page.total).toBe(
        await shop.databases.count(market, "SELECT count(*) FROM orders WHERE market = $1 AND user_id = $2", [
          market.toUpperCase(),
          callers[market].user.id,
        ]),
      );
      expect(good(await orders({ status_filter: "pending" })).total).toBe(page.total);
      expect(good(await orders({ status_filter: "delivered" }))).toMatchObject({ items: [], total: 0 });
      const second = good(await orders({ limit: 3, cursor: 3 }));
      expect(second.items.map((item) => item.id)).not.toContain(page.items[0]?.id);
      const { problem } = await raw(shop.origin, "GET", "/api/v1/orders?status_filter=lost", {
        token: callers[market].token,
      });
      expect(problem()).toMatchObject({ status: 422, errors: [{ field: "status_filter" }] });
    });
  });

  it("[R11] VAT of Kyrgyzstan is contained in the price; shipping is free from 5000 som on", async () => {
    const sku = await freshSku("kg", 99, 10);
    for (const quantity of [1, 99]) {
      const order = good(await create("kg", { items: [{ sku_id: sku.id, quantity }] }));
      const subtotal = minor(sku.price) * quantity;
      expect(minor(order.tax)).toBe(0);
      expect(minor(order.tax_included)).toBe(Math.floor((subtotal * 12 + 56) / 112));
      expect(minor(order.shipping_cost)).toBe(subtotal >= 500_000 ? 0 : 20_000);
      expect(minor(order.total_amount)).toBe(subtotal + minor(order.shipping_cost));
      if (quantity === 1) await shop.setStock("kg", sku.id, 99);
    }
  });

  it.each([
    ["IL", 6_250],
    ["il", 6_250],
    ["OR", 0],
    ["NV", 6_850],
    ["ZZ", 0],
  ])("[R11] sales tax of %s is added to an order in US", async (state, milli_percent) => {
    const sku = await freshSku("us", 10, 12);
    const order = good(await create("us", { items: [{ sku_id: sku.id, quantity: 3 }], delivery_state: state }));
    const subtotal = 3 * minor(sku.price);
    expect(minor(order.tax)).toBe(Math.floor((subtotal * milli_percent + 50_000) / 100_000));
    expect(minor(order.tax_included)).toBe(0);
    await checkSums("us", order);
  });

  it("[R86] an order is its owner's only, and unknown to everybody else", async () => {
    const order = await buy(callers.kg, (await freshSku("kg", 5, 14)).id);
    const id = { params: { path: { id: order.id } } };
    const neighbour = await shop.logIn("+996700111010");
    const own = refused(await callers.kg.api.GET("/api/v1/orders/{id}", { params: { path: { id: "987654321" } } }));
    const problem = refused(await neighbour.api.GET("/api/v1/orders/{id}", id));
    expect(problem).toMatchObject({ status: 404, code: "orders.not_found", detail: own.detail });
    const abroad = await callers.us.api.GET("/api/v1/orders/{id}", id);
    // In two databases the same number may be the stranger's own order there; it is never this one.
    if (abroad.data) expect(abroad.data).toMatchObject({ market: "us", customer_phone: customerPhones.us });
    else expect(refused(abroad)).toMatchObject({ status: 404, code: "orders.not_found", detail: own.detail });
    expect(good(await neighbour.api.GET("/api/v1/orders", {})).total).toBe(0);
    expect(refused(await shop.guest().GET("/api/v1/orders/{id}", id)).status).toBe(401);
    for (const odd of ["0", "-1", "abc", "1e3", "99999999999999999999", "1%20OR%201=1"]) {
      const answer = await raw(shop.origin, "GET", `/api/v1/orders/${odd}`, { token: callers.kg.token });
      expect(answer.problem()).toMatchObject({ status: 422, errors: [{ field: "id" }] });
    }
  });

  it("the curl line of S0 works as it is written", async () => {
    const { sku } = await shop.findSku("us", 5, 3);
    good(await callers.us.api.POST("/api/v1/cart/add", { body: { sku_id: sku.id } }));
    const body = `{
    "customer_name": "John Doe",
    "customer_phone": "+13128059851",
    "delivery_address": "123 Main St",
    "payment_method": "card",
    "use_cart": true
  }`;
    const answer = await postText(shop.origin, path, body, { token: callers.us.token });
    expect(answer.status).toBe(201);
    expect(answer.json()).toMatchObject({ market: "us", currency: "USD" });
  });

  describe("bad input writes nothing and has a code of its own", () => {
    const cases: Array<[string, object, number, string]> = [
      ["an empty cart", { use_cart: true }, 422, "orders.cart_empty"],
      ["no items", { use_cart: false }, 422, "orders.nothing_ordered"],
      ["an empty list", { use_cart: false, items: [] }, 422, "orders.nothing_ordered"],
      ["an unknown article", { items: [{ sku_id: "999999999", quantity: 1 }] }, 404, "orders.sku_not_found"],
      ["quantity 0", { items: [{ sku_id: "1", quantity: 0 }] }, 422, "http.invalid_input"],
      ["quantity 10^9", { items: [{ sku_id: "1", quantity: 1_000_000_000 }] }, 422, "http.invalid_input"],
      [
        "51 lines",
        { items: Array.from({ length: 51 }, (_, i) => ({ sku_id: String(i + 1), quantity: 1 })) },
        422,
        "http.invalid_input",
      ],
      ["no name", { customer_name: "", use_cart: true }, 422, "http.invalid_input"],
      ["a name of 256 letters", { customer_name: "ы".repeat(256), use_cart: true }, 422, "http.invalid_input"],
      ["no phone", { customer_phone: "", use_cart: true }, 422, "http.invalid_input"],
      [
        "a payment method of nowhere",
        { payment_method: "barter", use_cart: true },
        422,
        "orders.payment_method_unknown",
      ],
      [
        "a payment method of another market",
        { payment_method: "bank_transfer", use_cart: true },
        422,
        "orders.payment_method_unknown",
      ],
      ["a user id", { use_cart: true, user_id: "1" }, 422, "http.invalid_input"],
      ["a price", { items: [{ sku_id: "1", quantity: 1, price: 1 }] }, 422, "http.invalid_input"],
      ["a market", { use_cart: true, market: "kg" }, 422, "http.invalid_input"],
      ["NUL in a text", { use_cart: true, delivery_notes: "a\u0000b" }, 422, "http.invalid_input"],
    ];
    it.each(cases)("%s", async (_, body, status, code) => {
      const before = await shop.orderCount("us");
      const text = JSON.stringify({ ...delivery("+13128059851"), ...body });
      const { problem } = await postText(shop.origin, path, text, { token: callers.us.token });
      expect(problem()).toMatchObject({ status, code });
      expect(await shop.orderCount("us")).toBe(before);
    });

    it("names the place of what is wrong", async () => {
      const items = [
        { sku_id: "1", quantity: 1 },
        { sku_id: "x", quantity: 100 },
      ];
      const { problem } = await postText(shop.origin, path, JSON.stringify({ ...delivery("+13128059851"), items }), {
        token: callers.us.token,
      });
      expect(problem().errors.map((error) => error.field)).toEqual(["items[1].sku_id", "items[1].quantity"]);
    });
  });
});
