// What becomes of an order: confirmed, shipped, delivered, cancelled, by whom, and what follows from it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { buy, type Caller, customerPhones, delivery, managerPhones, type Order, Shop } from "../harness/shop.js";
import { keepIdsApart, otherMarket } from "../harness/strangers.js";
import { eventually } from "../harness/waiting.js";

type Status = Order["status"];
const statuses: Status[] = ["pending", "confirmed", "shipped", "delivered", "cancelled"];
/** Ruling 30, written down once more. */
const ways: Record<Status, Status[]> = {
  pending: ["confirmed", "cancelled"],
  confirmed: ["shipped", "cancelled"],
  shipped: ["delivered"],
  delivered: [],
  cancelled: [],
};
const deeds = { confirm: "confirmed", ship: "shipped", deliver: "delivered", cancel: "cancelled" } as const;
type Deed = keyof typeof deeds;
const bodies: Record<Deed, object> = { confirm: {}, ship: {}, deliver: {}, cancel: { reason: "Sold out meanwhile" } };
const races = Number(process.env.MARQUE_RACES ?? 40);

describe.each(layouts)("an order's life, %s", (layout) => {
  let shop: Shop;
  const callers = {} as Record<Market, Caller>;
  const managers = {} as Record<Market, Caller>;
  beforeAll(async () => {
    shop = await Shop.open(layout, { prepare: (databases) => keepIdsApart(databases, ["orders"]) });
    for (const market of markets) {
      callers[market] = await shop.logIn(customerPhones[market]);
      managers[market] = await shop.logIn(managerPhones[market]);
    }
  });
  afterAll(() => shop?.close());

  const at = (id: string) => ({ params: { path: { id } } });
  const act = (market: Market, deed: Deed, id: string, body: object = bodies[deed]) =>
    managers[market].api.POST(`/api/v1/manager/orders/{id}/${deed}`, { ...at(id), body: body as { reason: string } });
  const fresh = async (market: Market, quantity = 1, payment_method = "cash_on_delivery") => {
    const { sku } = await shop.findSku(market, 10);
    const before = await shop.stock(market, sku.id);
    const { api, user } = callers[market];
    const items = [{ sku_id: sku.id, quantity }];
    const wanted = { ...delivery(user.phone), payment_method, items };
    return { sku, before, order: good(await api.POST("/api/v1/orders/create", { body: wanted })) };
  };
  const put = (market: Market, id: string, status: Status) =>
    shop.databases.sql(market, "UPDATE orders SET status = $3 WHERE market = $1 AND id = $2", [
      market.toUpperCase(),
      id,
      status,
    ]);
  const ledger = (market: Market, id: string) =>
    shop.databases.sql(
      market,
      "SELECT reason, delta FROM stock_ledger WHERE market = $1 AND order_id = $2 ORDER BY id",
      [market.toUpperCase(), id],
    );

  describe.each(markets)("in %s", (market) => {
    it("[R88] [R89] [R91] is confirmed, shipped with a parcel to follow, and delivered", async () => {
      const { order } = await fresh(market);
      expect(order.allowed_actions).toEqual(["cancel", "reorder"]);
      const looked = good(await managers[market].api.GET("/api/v1/manager/orders/{id}", at(order.id)));
      expect(looked.allowed_actions).toEqual(["confirm", "cancel"]);
      const confirmed = good(await act(market, "confirm", order.id));
      expect(confirmed).toMatchObject({ status: "confirmed", version: 2, allowed_actions: ["ship", "cancel"] });
      const parcel = {
        carrier: "A courier",
        tracking_number: "AB 123",
        tracking_url: "https://courier.example/AB123",
      };
      expect(good(await act(market, "ship", order.id, parcel))).toMatchObject({ status: "shipped", ...parcel });
      const delivered = good(await act(market, "deliver", order.id, { notes: "Left with a neighbour" }));
      expect(delivered).toMatchObject({
        status: "delivered",
        is_active: false,
        can_cancel: false,
        allowed_actions: [],
      });
      const seen = good(await callers[market].api.GET("/api/v1/orders/{id}", at(order.id)));
      const { payment_status: _, ...lasting } = seen;
      expect({ ...delivered, allowed_actions: ["reorder"] }).toMatchObject(lasting);
      for (const date of [seen.confirmed_date, seen.shipped_date, seen.delivered_date])
        expect(Math.abs(Date.parse(date ?? "") - Date.now())).toBeLessThan(60_000);
      expect(seen.cancelled_date).toBeNull();

      const mine = good(await callers[market].api.GET("/api/v1/orders/{id}/history", at(order.id))).items;
      expect(mine.map((step) => [step.status, step.by])).toEqual([
        ["pending", "customer"],
        ["confirmed", "shop"],
        ["shipped", "shop"],
        ["delivered", "shop"],
      ]);
      const theirs = good(await managers[market].api.GET("/api/v1/manager/orders/{id}/history", at(order.id))).items;
      const manager = managers[market].user;
      expect(theirs[3]).toMatchObject({
        changed_by: `manager:${manager.market}/${manager.id}`,
        notes: "Left with a neighbour",
      });
    });

    it("[R89] its customer cancels it until it is shipped: the stock goes back, once", async () => {
      for (const [method, status] of [
        ["cash_on_delivery", "pending"],
        ["cash_on_delivery", "confirmed"],
        ["card", "pending"],
        ["card", "confirmed"],
      ] as const) {
        const { sku, before, order } = await fresh(market, 3, method);
        expect(await shop.stock(market, sku.id)).toBe(before - 3);
        if (status === "confirmed") good(await act(market, "confirm", order.id));
        expect(await shop.stock(market, sku.id)).toBe(before - 3);
        const cancel = () =>
          callers[market].api.POST("/api/v1/orders/{id}/cancel", { ...at(order.id), body: { reason: "Too late" } });
        const cancelled = good(await cancel());
        expect(cancelled).toMatchObject({ status: "cancelled", cancel_reason: "Too late", can_cancel: false });
        expect(cancelled.allowed_actions).toEqual(["reorder"]);
        // What becomes of its payment follows by itself, a moment later.
        const { payment_status: _, ...again } = good(await cancel());
        expect(cancelled).toMatchObject(again);
        expect(await shop.stock(market, sku.id)).toBe(before);
        // What is paid by card is held, and taken when the order is confirmed or paid.
        const taken = [
          { reason: "order", delta: -3 },
          { reason: "cancel", delta: 3 },
        ];
        expect(await ledger(market, order.id)).toEqual(method === "card" && status === "pending" ? [] : taken);
      }
      const { order } = await fresh(market);
      await put(market, order.id, "shipped");
      const late = await callers[market].api.POST("/api/v1/orders/{id}/cancel", { ...at(order.id), body: {} });
      expect(refused(late)).toMatchObject({
        status: 409,
        code: "orders.move_not_allowed",
        errors: [{ field: "status" }],
      });
    });

    it("[R91] moves only as ruling 30 says, and a wish that came true already is answered the same", async () => {
      const { sku, order } = await fresh(market);
      for (const from of statuses) {
        for (const [deed, to] of Object.entries(deeds) as Array<[Deed, Status]>) {
          await put(market, order.id, from);
          const before = await shop.stock(market, sku.id);
          const answer = await act(market, deed, order.id);
          const name = `${from} → ${to}`;
          if (ways[from].includes(to) || from === to) expect([name, good(answer).status]).toEqual([name, to]);
          else expect([name, refused(answer).code]).toEqual([name, "orders.move_not_allowed"]);
          // Put back by hand and cancelled again, the order has nothing left to give.
          const back = to === "cancelled" && from === "pending" ? 1 : 0;
          expect([name, await shop.stock(market, sku.id)]).toEqual([name, before + back]);
        }
      }
      await put(market, order.id, "shipped");
      expect(refused(await act(market, "ship", order.id, { tracking_number: "another" })).status).toBe(409);
    });

    it("is moved by its own market's managers whose role handles orders", async () => {
      const { order } = await fresh(market);
      const other = managers[otherMarket(market)];
      const strange = await other.api.POST("/api/v1/manager/orders/{id}/confirm", { ...at(order.id), body: {} });
      expect(refused(strange).status).toBe(404);
      const { id } = managers[market].user;
      const role = (name: string) =>
        shop.databases.sql(market, "UPDATE manager_grants SET role = $3 WHERE market = $1 AND user_id = $2", [
          managers[market].user.market.toUpperCase(),
          id,
          name,
        ]);
      await role("content");
      expect(refused(await act(market, "confirm", order.id))).toMatchObject({
        status: 403,
        code: "manager.role_forbids",
      });
      await role("support");
      expect(good(await act(market, "confirm", order.id)).status).toBe("confirmed");
      await role("manager");
      const reasonless = await act(market, "cancel", order.id, {});
      expect(refused(reasonless)).toMatchObject({ status: 422, errors: [{ field: "reason" }] });
    });

    it("[R62] each step is told to the customer, in their language", async () => {
      const language = market === "kg" ? "ky" : "en";
      good(await callers[market].api.PUT("/api/v1/profile", { body: { language } }));
      const { order } = await fresh(market);
      good(await act(market, "confirm", order.id));
      good(await act(market, "ship", order.id, { carrier: "A courier", tracking_number: "77" }));
      good(await act(market, "deliver", order.id));
      const number = order.order_number;
      const path = "/api/v1/profile/notifications";
      const told = async () =>
        good(await callers[market].api.GET(path, {})).items.filter((item) => item.message.includes(number));
      const news = await eventually("four notifications", async () => {
        const items = await told();
        return items.length === 4 ? items : undefined;
      });
      expect(news.map((item) => item.type)).toEqual([
        "order_delivered",
        "order_shipped",
        "order_confirmed",
        "order_created",
      ]);
      expect(news[1]?.message).toBe(
        market === "kg"
          ? `${number} буйрутмаңыз жолдо. Көзөмөлдөө: A courier, 77`
          : `Your order ${number} is on its way. To follow it: A courier, 77`,
      );
    });

    it(`[A8] ${races} races of cancelling, shipping, cancelling: one path, stock back at most once`, async () => {
      expect(await raceAll(shop, market, races)).toEqual([]);
    });
  });

  /** Races over one order each; what does not hold afterwards, as sentences. */
  async function raceAll(where: Shop, market: Market, rounds: number): Promise<string[]> {
    const customer = await where.logIn(customerPhones[market]);
    const manager = await where.logIn(managerPhones[market]);
    const { sku } = await where.findSku(market, 10);
    await where.setStock(market, sku.id, 1_000);
    const wrong: string[] = [];
    for (let i = 0; i < rounds; ++i) {
      const before = await where.stock(market, sku.id);
      const { id } = await buy(customer, sku.id, 2);
      const one = at(id);
      if (i % 2 === 0) good(await manager.api.POST("/api/v1/manager/orders/{id}/confirm", { ...one, body: {} }));
      const cancelling = { ...one, body: { reason: "a race" } };
      const answers = await Promise.all([
        customer.api.POST("/api/v1/orders/{id}/cancel", cancelling),
        manager.api.POST("/api/v1/manager/orders/{id}/cancel", cancelling),
        manager.api.POST("/api/v1/manager/orders/{id}/ship", { ...one, body: {} }),
        manager.api.POST("/api/v1/manager/orders/{id}/confirm", { ...one, body: {} }),
        manager.api.POST("/api/v1/manager/orders/{id}/cancel", cancelling),
      ]);
      for (const { response } of answers)
        if (response.status !== 200 && response.status !== 409) wrong.push(`${id}: answered ${response.status}`);
      const steps = good(await customer.api.GET("/api/v1/orders/{id}/history", one)).items.map((step) => step.status);
      steps.slice(1).forEach((step, at) => {
        const from = steps[at] as Status;
        if (!ways[from].includes(step)) wrong.push(`${id}: ${steps.join(", ")}`);
      });
      const { status } = good(await customer.api.GET("/api/v1/orders/{id}", one));
      if (status !== steps.at(-1)) wrong.push(`${id}: is ${status}, its history ends with ${steps.at(-1)}`);
      const left = await where.stock(market, sku.id);
      if (left !== (status === "cancelled" ? before : before - 2)) wrong.push(`${id}: ${status}, ${left} of ${before}`);
    }
    return wrong;
  }

  it("[A8] negative control: a change that does not ask for the state before takes forbidden ways", async () => {
    const naive = await Shop.open(layout, { settings: { MARQUE_BREAK: "moves_from_anywhere" } });
    try {
      expect((await raceAll(naive, "kg", 10)).length).toBeGreaterThan(0);
    } finally {
      await naive.close();
    }
  });
});
