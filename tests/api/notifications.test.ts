// What the shop tells a customer: made once from an order's event, in the customer's language, read by its owner only.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { good, raw, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { buy, type Caller, customerPhones, type Order, Shop } from "../harness/shop.js";
import { expectHidden, keepIdsApart, otherMarket } from "../harness/strangers.js";
import { eventually } from "../harness/waiting.js";

const path = "/api/v1/profile/notifications";

/** An amount as people of a language write it; spaces inside are no-break spaces. */
function forPeople(amount: number, language: string, sign: string): string {
  if (language === "en" && sign === "$") return amount.toLocaleString("en-US", { style: "currency", currency: "USD" });
  const [whole = "", cents] = amount.toFixed(2).split(".");
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, language === "en" ? "," : "\u00a0");
  return `${groups}${language === "en" ? "." : ","}${cents}\u00a0${sign}`;
}

const sentences: Record<string, (order: Order, amount: string) => { title: string; message: string }> = {
  ky: (order, amount) => ({
    title: "Буйрутма кабыл алынды",
    message: `${order.order_number} буйрутмаңыз ${amount} суммасына кабыл алынды.`,
  }),
  ru: (order, amount) => ({
    title: "Заказ принят",
    message: `Ваш заказ ${order.order_number} на сумму ${amount} принят.`,
  }),
  en: (order, amount) => ({
    title: "Order received",
    message: `We have received your order ${order.order_number} for ${amount}.`,
  }),
};

describe.each(layouts)("notifications, %s", (layout) => {
  let shop: Shop;
  const callers = {} as Record<Market, Caller>;
  const neighbours = {} as Record<Market, Caller>;
  const skus = {} as Record<Market, string>;
  beforeAll(async () => {
    shop = await Shop.open(layout, {
      settings: { DEBUG: "true" },
      prepare: (databases) => keepIdsApart(databases, ["notifications", "orders"]),
    });
    for (const market of markets) {
      callers[market] = await shop.logIn(customerPhones[market]);
      skus[market] = (await shop.findSku(market, 30)).sku.id;
    }
    neighbours.kg = await shop.logIn("+996700111001");
    neighbours.us = await shop.logIn("+12125550101");
  });
  afterAll(() => shop?.close());
  beforeEach(async () => {
    await relayed();
    await shop.databases.everywhere("DELETE FROM notifications");
  });

  /** Every event so far has been carried out. */
  const relayed = async () => {
    for (const market of markets)
      await eventually(
        "the outbox is worked off",
        async () => (await shop.databases.count(market, "SELECT count(*) FROM outbox WHERE done_at IS NULL")) === 0,
      );
  };
  const list = async (caller: Caller, query = {}) => good(await caller.api.GET(path, { params: { query } }));
  const unread = async (caller: Caller) => good(await caller.api.GET(`${path}/unread-count`, {})).unread;
  const read = (caller: Caller, id: string) => caller.api.POST(`${path}/{id}/read`, { params: { path: { id } } });
  const buyAndHear = async (market: Market, caller = callers[market]) => {
    const order = await buy(caller, skus[market]);
    await relayed();
    return order;
  };

  describe.each(markets)("in %s", (market) => {
    const sign = market === "kg" ? "сом" : "$";
    it.each(market === "kg" ? ["ky", "ru", "en"] : ["en", "ru"])(
      "[R62] [R56] [R25] tells of an order in %s, with the amount as people write it",
      async (language) => {
        good(await callers[market].api.PUT("/api/v1/profile", { body: { language } }));
        const order = await buyAndHear(market);
        const page = await list(callers[market]);
        expect(page).toMatchObject({ total: 1, limit: 20, offset: 0, next: null });
        const amount = forPeople(order.total_amount, language, sign);
        expect(page.items[0]).toMatchObject({
          ...sentences[language]?.(order, amount),
          market,
          type: "order_created",
          is_read: false,
          data: { order_id: order.id, order_number: order.order_number },
        });
        const [row] = await shop.databases.sql(market, "SELECT market FROM notifications");
        expect(row).toEqual({ market: market.toUpperCase() });
      },
    );

    it("[R56] are read one by one, all at once, counted, filtered and paged", async () => {
      for (let i = 0; i < 3; ++i) await buy(callers[market], skus[market]);
      await relayed();
      expect(await unread(callers[market])).toBe(3);
      const { items } = await list(callers[market]);
      expect(items.map((item) => Number(item.id))).toEqual(items.map((item) => Number(item.id)).sort((a, b) => b - a));
      const first = items[0]?.id ?? "";
      expect(good(await read(callers[market], first))).toMatchObject({ id: first, is_read: true });
      expect(good(await read(callers[market], first)).is_read).toBe(true);
      expect(await unread(callers[market])).toBe(2);
      expect((await list(callers[market], { unread: true })).items.map((item) => item.id)).toEqual(
        items.slice(1).map((item) => item.id),
      );
      const page = await list(callers[market], { limit: 2 });
      expect(page).toMatchObject({ total: 3, limit: 2, next: "2" });
      expect((await list(callers[market], { limit: 2, cursor: 2 })).items.map((item) => item.id)).toEqual([
        items[2]?.id,
      ]);
      expect(good(await callers[market].api.POST(`${path}/read-all`, {})).changed).toBe(2);
      expect(good(await callers[market].api.POST(`${path}/read-all`, {})).changed).toBe(0);
      expect(await unread(callers[market])).toBe(0);
      expect((await list(callers[market], { unread: true })).items).toEqual([]);
    });

    it("[R56] [G3] somebody else's are not seen, counted or read: same market or another", async () => {
      const other = otherMarket(market);
      await buyAndHear(market, neighbours[market]);
      await buyAndHear(other);
      expect(await list(callers[market])).toMatchObject({ items: [], total: 0 });
      expect(await unread(callers[market])).toBe(0);
      expect(good(await callers[market].api.POST(`${path}/read-all`, {})).changed).toBe(0);
      for (const owner of [neighbours[market], callers[other]]) {
        const foreign = (await list(owner)).items[0]?.id ?? "";
        await expectHidden(shop, callers[market], foreign, [["POST", (id) => `${path}/${id}/read`]]);
        expect(await unread(owner)).toBe(1);
      }
    });

    it("[R62] an event that comes again makes no second notification", async () => {
      await buyAndHear(market);
      const again = () =>
        shop.databases.sql(
          market,
          `UPDATE outbox SET done_at = NULL, available_at = now() WHERE topic = 'order.created'
           AND id = (SELECT max(id) FROM outbox WHERE market = $1) RETURNING id`,
          [market.toUpperCase()],
        );
      expect(await again()).toHaveLength(1);
      await relayed();
      expect((await list(callers[market])).total).toBe(1);
      // Negative control: a notification that has forgotten its event is made again.
      await shop.databases.sql(market, "UPDATE notifications SET event_id = NULL");
      expect(await again()).toHaveLength(1);
      await relayed();
      expect((await list(callers[market])).total).toBe(2);
    });
  });

  it.each(["limit=0", "limit=101", "offset=-1", "unread=maybe", "user_id=1", "limit=1&limit=2"])(
    "[R56] refuses the query %s",
    async (query) => {
      const field = query.split("=")[0];
      const answer = await raw(shop.origin, "GET", `${path}?${query}`, { token: callers.kg.token });
      expect(answer.problem()).toMatchObject({ status: 422, code: "http.invalid_input", errors: [{ field }] });
    },
  );

  it("needs a login", async () => {
    for (const [method, where] of [
      ["GET", path],
      ["GET", `${path}/unread-count`],
      ["POST", `${path}/read-all`],
      ["POST", `${path}/1/read`],
    ] as const)
      expect((await raw(shop.origin, method, where)).problem()).toMatchObject({ status: 401, code: "auth.required" });
    expect(refused(await read(callers.kg, "x")).errors).toMatchObject([{ field: "id" }]);
  });
});
