// [A4] A cart that is changed while it is being ordered: each change is wholly before the order or wholly after it, and
// lines, total and payment of the order agree. MARQUE_TEST_CART_RACES sets how many races a layout runs.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, good } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { customerPhones, delivery, minor, type Order, Shop, type Sku } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

const races = Number(process.env.MARQUE_TEST_CART_RACES ?? 240);
const shoppersAtOnce = 6;

const changes = ["update", "add", "add another", "remove"] as const;
type Change = (typeof changes)[number];

/** Rows that must agree, read past the server. */
async function disagreements(shop: Shop, market: Market, order: Order): Promise<string[]> {
  const [row] = await shop.databases.sql<Record<string, string>>(
    market,
    `SELECT o.total_minor, o.subtotal_minor, o.discount_minor, o.shipping_minor, o.tax_minor,
            (SELECT sum(i.subtotal_minor) FROM order_items i WHERE i.market = o.market AND i.order_id = o.id) AS lines,
            (SELECT sum(p.amount_minor) FROM payments p WHERE p.market = o.market AND p.order_id = o.id) AS payments
     FROM orders o WHERE o.market = $1 AND o.id = $2`,
    [market.toUpperCase(), order.id],
  );
  const of = (name: string) => Number(row?.[name]);
  const wrong: string[] = [];
  if (of("lines") !== of("subtotal_minor")) wrong.push(`lines ${of("lines")}, subtotal ${of("subtotal_minor")}`);
  const total = of("subtotal_minor") - of("discount_minor") + of("shipping_minor") + of("tax_minor");
  if (total !== of("total_minor")) wrong.push(`parts ${total}, total ${of("total_minor")}`);
  if (of("payments") !== of("total_minor")) wrong.push(`payments ${of("payments")}, total ${of("total_minor")}`);
  if (minor(order.total_amount) !== of("total_minor")) wrong.push(`told ${order.total_amount}, kept ${total}`);
  return wrong;
}

describe.each(layouts)("carts that change while they are ordered, %s", (layout) => {
  let shop: Shop;
  const skus = {} as Record<Market, [Sku, Sku]>;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    for (const market of markets) {
      skus[market] = [(await shop.findSku(market, 10)).sku, (await shop.findSku(market, 10, 20)).sku];
      for (const sku of skus[market]) await shop.setStock(market, sku.id, 10_000_000);
    }
  });
  afterAll(() => shop?.close());

  const ask: Record<Change, (api: Api, one: string, other: string) => Promise<{ response: Response }>> = {
    update: (api, sku_id) => api.POST("/api/v1/cart/update", { body: { sku_id, quantity: 5 } }),
    add: (api, sku_id) => api.POST("/api/v1/cart/add", { body: { sku_id, quantity: 2 } }),
    "add another": (api, _, sku_id) => api.POST("/api/v1/cart/add", { body: { sku_id, quantity: 2 } }),
    remove: (api, sku_id) => api.POST("/api/v1/cart/remove", { body: { sku_id } }),
  };
  /** What the order and the cart may hold together, as "order/cart" of the first article and of the other one. */
  const explained: Record<Change, Record<number, string[]>> = {
    update: { 200: ["5/0 0/0"], 404: ["3/0 0/0"] },
    add: { 200: ["5/0 0/0", "3/2 0/0"] },
    "add another": { 200: ["3/0 2/0", "3/0 0/2"] },
    remove: { 200: ["0/0 0/0"], 404: ["3/0 0/0"] },
  };

  async function race(api: Api, market: Market, change: Change): Promise<string[]> {
    const [one, other] = skus[market];
    good(await api.POST("/api/v1/cart/clear", {}));
    good(await api.POST("/api/v1/cart/add", { body: { sku_id: one.id, quantity: 3 } }));
    const placing = () =>
      api.POST("/api/v1/orders/create", { body: { ...delivery(customerPhones[market]), use_cart: true } });
    const [placed, changed] = await Promise.all([placing(), ask[change](api, one.id, other.id)]);
    const cart = good(await api.POST("/api/v1/cart/get", {}));
    const held = (items: Array<{ sku_id: string; quantity: number }> | undefined, sku: Sku) =>
      items?.find((item) => item.sku_id === sku.id)?.quantity ?? 0;
    const seen = [one, other].map((sku) => `${held(placed.data?.items, sku)}/${held(cart.items, sku)}`).join(" ");
    const wrong = placed.data ? await disagreements(shop, market, placed.data) : [];
    const allowed = explained[change][changed.response.status] ?? [];
    if (!allowed.includes(seen)) wrong.push(`${change} answered ${changed.response.status}, order/cart ${seen}`);
    if (!placed.data && placed.response.status !== 422) wrong.push(`order answered ${placed.response.status}`);
    return wrong;
  }

  it(`[A4] ${races} races: order, cart and payment are what one after the other would have made them`, async () => {
    const wrong: string[] = [];
    const outcomes = new Map<Change, number>();
    let next = 0;
    const shopper = async (index: number) => {
      const market = markets[index % 2] as Market;
      const api = shop.guestWithCart(market, randomUUID());
      const caller = index < 2 ? (await shop.logIn(customerPhones[market])).api : api;
      while (next < races) {
        const change = changes[next++ % changes.length] as Change;
        wrong.push(...(await race(caller, market, change)));
        outcomes.set(change, (outcomes.get(change) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: shoppersAtOnce }, (_, i) => shopper(i)));
    console.log(`[A4] ${layout}: ${JSON.stringify(Object.fromEntries(outcomes))}, ${wrong.length} wrong`);
    expect(wrong.slice(0, 10)).toEqual([]);
  }, 300_000);
});

describe("a cart that changes while its order waits for it", () => {
  it.each([
    ["the order has what the cart held", {}, 5],
    ["negative control: cart_outside_transaction orders what it held before", "cart_outside_transaction", 1],
  ])("[A4] %s", async (_, broken, expected) => {
    const settings: Record<string, string> = typeof broken === "string" ? { MARQUE_BREAK: broken } : {};
    const shop = await Shop.open("one database", { settings });
    try {
      const { sku } = await shop.findSku("kg", 10);
      const caller = await shop.logIn(customerPhones.kg);
      good(await caller.api.POST("/api/v1/cart/add", { body: { sku_id: sku.id, quantity: 1 } }));
      const change = `WITH cart AS (UPDATE carts SET updated_at = now() WHERE user_id = $1 RETURNING market, cart_id)
                      UPDATE cart_items i SET quantity = 5 FROM cart WHERE i.cart_id = cart.cart_id`;
      const { placing } = await shop.databases.slowly("kg", change, [caller.user.id], async () => {
        const placing = caller.api.POST("/api/v1/orders/create", {
          body: { ...delivery(customerPhones.kg), use_cart: true },
        });
        await eventually("the order waits", async () => (await shop.databases.waiting("kg")) > 0);
        return { placing };
      });
      expect(good(await placing).items[0]?.quantity).toBe(expected);
      expect(good(await caller.api.POST("/api/v1/cart/get", {})).items).toEqual([]);
    } finally {
      await shop.close();
    }
  });
});
