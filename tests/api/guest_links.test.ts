// What the link to a guest's order is good for: looking, paying, coming back from the bank, cancelling, returning.
// And B4: a server that dies between the commit and its answer.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, good, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { type Payment, PaymentShop } from "../harness/payments.js";
import { deliver } from "../harness/return_walk.js";
import { MarqueServer } from "../harness/server.js";
import { type Caller, customerPhones, delivery, managerPhones, minor, type Order, Shop } from "../harness/shop.js";
import { otherMarket } from "../harness/strangers.js";

const absent = { status: 404, code: "orders.not_found" };

async function placed(api: Api, market: Market, sku_id: string, payment_method = "card", quantity = 1): Promise<Order> {
  const body = { ...delivery(customerPhones[market]), payment_method, items: [{ sku_id, quantity }] };
  return good(await api.POST("/api/v1/orders/create", { body }));
}
const at = (id: string, access?: string) => ({
  params: { path: { id }, query: access === undefined ? {} : { access } },
});

describe.each(layouts)("paying by a guest's link, %s", (layout) => {
  let pay: PaymentShop;
  beforeAll(async () => {
    pay = await PaymentShop.open(layout);
  });
  afterAll(() => pay?.close());

  const path = "/api/v1/orders/{id}/payment";

  it.each(markets)("begins, looks, comes back and begins again: %s", async (market) => {
    const guest = pay.shop.guest(market);
    const order = await placed(guest, market, pay.sku(market));
    const link = at(order.id, order.access_token ?? "");
    expect(good(await guest.GET(path, link))).toMatchObject({ status: "pending", order_id: order.id });
    const begun: Payment = good(await guest.POST(path, link));
    const twice = good(await guest.POST(path, link));
    expect(twice).toEqual(begun);
    const check = () => guest.POST("/api/v1/orders/{id}/payment/check", link);
    await pay.pay(market, begun, "declined");
    expect(good(await check()).status).toBe("failed");
    const retried = good(await guest.POST(path, link));
    expect(retried.payment_intent_id).toBe(begun.payment_intent_id);
    await pay.pay(market, retried);
    const checked = await check();
    expect(good(checked).status).toBe("paid");
    expect(checked.response.headers.get("cache-control")).toBe("no-store");
    await pay.until(market, order.id, "paid");
    expect(good(await guest.GET(path, link)).status).toBe("paid");
    expect(await pay.violations(market)).toEqual([]);
  });

  it.each(markets)("no other link, market or caller: %s", async (market) => {
    const guest = pay.shop.guest(market);
    const [one, other] = [await placed(guest, market, pay.sku(market)), await placed(guest, market, pay.sku(market))];
    const wrong = [at(one.id, other.access_token ?? ""), at(one.id, "x"), at("987654321", one.access_token ?? "")];
    for (const link of wrong) {
      expect(refused(await guest.GET(path, link))).toMatchObject(absent);
      expect(refused(await guest.POST(path, link))).toMatchObject(absent);
      expect(refused(await guest.POST("/api/v1/orders/{id}/payment/check", link))).toMatchObject(absent);
    }
    const abroad = pay.shop.guest(otherMarket(market));
    expect(refused(await abroad.POST(path, at(one.id, one.access_token ?? "")))).toMatchObject(absent);
    expect(refused(await guest.POST(path, at(one.id)))).toMatchObject({ status: 401, code: "auth.required" });
    expect(refused(await pay.callers[market].api.GET(path, at(one.id)))).toMatchObject(absent);
    expect((await pay.row(market, one.id)).status).toBe("pending");
  });
});

describe.each(layouts)("calling an order off by a guest's link, %s", (layout) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open(layout);
  });
  afterAll(() => shop?.close());

  const path = "/api/v1/orders/{id}/cancel";

  it.each(markets)("may as long as a customer may, and reads who did what: %s", async (market) => {
    const guest = shop.guest(market);
    const manager = (await shop.logIn(managerPhones[market])).api;
    const { id: sku } = (await shop.findSku(market, 20)).sku;
    await shop.setStock(market, sku, 10);
    const one = await placed(guest, market, sku, "cash_on_delivery", 2);
    const other = await placed(guest, market, sku, "cash_on_delivery");
    expect(one).toMatchObject({ can_cancel: true, allowed_actions: ["cancel", "reorder"] });
    const link = at(one.id, one.access_token ?? "");
    for (const wrong of [at(one.id, other.access_token ?? ""), at(one.id, "x")]) {
      expect(refused(await guest.POST(path, { ...wrong, body: {} }))).toMatchObject(absent);
      expect(refused(await guest.GET("/api/v1/orders/{id}/history", wrong))).toMatchObject(absent);
    }
    expect(refused(await guest.POST(path, { ...at(one.id), body: {} }))).toMatchObject({ status: 401 });
    const abroad = shop.guest(otherMarket(market));
    expect(refused(await abroad.POST(path, { ...link, body: {} }))).toMatchObject(absent);
    for (let i = 0; i < 2; ++i) {
      const cancelled = good(await guest.POST(path, { ...link, body: { reason: "Too late" } }));
      expect(cancelled).toMatchObject({ status: "cancelled", cancel_reason: "Too late", allowed_actions: ["reorder"] });
    }
    expect(await shop.stock(market, sku)).toBe(9);
    const steps = good(await guest.GET("/api/v1/orders/{id}/history", link)).items;
    expect(steps.map((step) => [step.status, step.by])).toEqual([
      ["pending", "customer"],
      ["cancelled", "customer"],
    ]);
    const sent = { params: { path: { id: other.id } }, body: {} };
    good(await manager.POST("/api/v1/manager/orders/{id}/confirm", sent));
    good(await manager.POST("/api/v1/manager/orders/{id}/ship", sent));
    const late = await guest.POST(path, { ...at(other.id, other.access_token ?? ""), body: {} });
    expect(refused(late).code).toBe("orders.move_not_allowed");
  });
});

describe.each(layouts)("returns by a guest's link, %s", (layout) => {
  let shop: Shop;
  const managers = {} as Record<Market, Caller>;
  const skus = {} as Record<Market, string>;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    for (const market of markets) {
      managers[market] = await shop.logIn(managerPhones[market]);
      skus[market] = (await shop.findSku(market, 20)).sku.id;
      await shop.setStock(market, skus[market], 1_000);
    }
  });
  afterAll(() => shop?.close());

  const path = "/api/v1/orders/{id}/returns";
  const ask = (api: Api, order: Order, access: string | undefined, quantity = 1, key?: string) =>
    api.POST(path, {
      params: { ...at(order.id, access).params, header: key === undefined ? {} : { "Idempotency-Key": key } },
      body: { items: [{ sku_id: order.items[0]?.sku_id ?? "", quantity, reason: "too_small" }] },
    });

  it.each(markets)("asks, sees, calls off, and gets the money for what is taken in: %s", async (market) => {
    const guest = shop.guest(market);
    const order = await placed(guest, market, skus[market], "cash_on_delivery", 2);
    const access = order.access_token ?? "";
    expect(refused(await ask(guest, order, access)).code).toBe("returns.not_returnable");
    await deliver(shop, market, order.id);
    const first = good(await ask(guest, order, access));
    const cancel = (id: string, token?: string) => guest.POST("/api/v1/returns/{id}/cancel", at(id, token));
    for (const token of ["x", "A".repeat(43)]) {
      expect(refused(await cancel(first.id, token))).toMatchObject({ status: 404, code: "returns.not_found" });
      expect(refused(await ask(guest, order, token))).toMatchObject(absent);
      expect(refused(await guest.GET(path, at(order.id, token)))).toMatchObject(absent);
    }
    expect(refused(await cancel("987654321", access))).toMatchObject({ status: 404, code: "returns.not_found" });
    expect(refused(await cancel(first.id)).status).toBe(401);
    expect(refused(await ask(shop.guest(otherMarket(market)), order, access))).toMatchObject(absent);
    expect(good(await cancel(first.id, access)).state).toBe("cancelled");
    const second = good(await ask(guest, order, access, 2));
    const taken = good(
      await managers[market].api.POST("/api/v1/manager/returns/{id}/receive", {
        params: { path: { id: second.id } },
        body: {},
      }),
    );
    expect(minor(taken.refund)).toBe(minor(order.total_amount) - minor(order.shipping_cost));
    const { items } = good(await guest.GET(path, at(order.id, access)));
    expect(items.map((item) => item.state)).toEqual(["received", "cancelled"]);
  });

  it.each(markets)("[B1] [B2] a key asks once for an order, and only once: %s", async (market) => {
    const guest = shop.guest(market);
    const key = randomUUID();
    const orders = [];
    for (let i = 0; i < 2; ++i) {
      const order = await placed(guest, market, skus[market], "cash_on_delivery", 2);
      await deliver(shop, market, order.id);
      orders.push(order);
    }
    const made = [];
    for (const order of orders) {
      const access = order.access_token ?? "";
      const answers = await Promise.all(Array.from({ length: 6 }, () => ask(guest, order, access, 1, key)));
      const ids = new Set(answers.map((answer) => good(answer).id));
      expect(ids.size).toBe(1);
      made.push(...ids);
      expect(refused(await ask(guest, order, access, 2, key))).toMatchObject({ code: "idempotency.key_reused" });
    }
    expect(new Set(made).size).toBe(2);
  });
});

describe("[B4] a server that dies between the commit and its answer", () => {
  const rounds = Number(process.env.MARQUE_TEST_KILLS ?? 1);

  /** Orders placed at a server that dies of each; answers of the repetition at another one. */
  async function trial(shop: Shop): Promise<{ keys: number; orders: number; replayed: number }> {
    const settings = { ...shop.databases.environment, MARQUE_BREAK: "die_after_order" };
    const { sku } = await shop.findSku("us", 5);
    await shop.setStock("us", sku.id, 1_000_000);
    const caller = await shop.logIn(customerPhones.us);
    const before = await shop.orderCount("us");
    let [keys, replayed] = [0, 0];
    for (let i = 0; i < rounds; ++i) {
      const cart = randomUUID();
      for (const who of [{ token: caller.token }, { market: "us", cart }, { market: "us" }]) {
        const dying = await MarqueServer.start(settings);
        const headers: Record<string, string> = {
          "Content-Type": "application/json",
          "Idempotency-Key": randomUUID(),
          ...("token" in who ? { Authorization: `Bearer ${who.token}` } : { "X-Market": "us" }),
          ...("cart" in who ? { "X-Cart-Token": who.cart ?? "" } : {}),
        };
        const items = [{ sku_id: sku.id, quantity: 1 }];
        const body = JSON.stringify({ ...delivery(customerPhones.us), items });
        const send = (origin: string) => fetch(`${origin}/api/v1/orders/create`, { method: "POST", headers, body });
        await expect(send(dying.origin)).rejects.toThrow();
        await dying.kill();
        const [one, two] = [await send(shop.origin), await send(shop.origin)];
        expect([one.status, two.status]).toEqual([201, 201]);
        expect(await two.json()).toEqual(await one.json());
        if (one.headers.get("idempotent-replayed") === "true") ++replayed;
        ++keys;
      }
    }
    return { keys, orders: (await shop.orderCount("us")) - before, replayed };
  }

  it.each(layouts)(
    "the repetition is given the order that was made: customers, guests with and without a cart, %s",
    async (layout) => {
      const shop = await Shop.open(layout);
      try {
        const { keys, orders, replayed } = await trial(shop);
        expect({ orders, replayed }).toEqual({ orders: keys, replayed: keys });
      } finally {
        await shop.close();
      }
    },
  );

  it("control: a shop that keeps no keys makes each order twice", async () => {
    const forget = `
      CREATE FUNCTION forget_key() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
      CREATE TRIGGER forget_key BEFORE INSERT ON idempotency_keys FOR EACH ROW EXECUTE FUNCTION forget_key()`;
    const shop = await Shop.open("one database", { prepare: (databases) => databases.everywhere(forget) });
    try {
      await expect(trial(shop)).rejects.toThrow();
      expect(await shop.orderCount("us")).toBeGreaterThan(1);
    } finally {
      await shop.close();
    }
  });
});
