// Promotions as managers write them and buyers get them: kinds, conditions, stacking, schedules, limits under a race.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import { type Buyer, makeBuyers } from "../harness/checker.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { buyersFrom, ordered, priced, promote, quoted, unpromote } from "../harness/quotes.js";
import { type Caller, customerPhones, delivery, managerPhones, minor, Shop, type Sku } from "../harness/shop.js";
import { mint } from "../harness/tokens.js";
import { Barrier } from "../harness/waiting.js";

const racers = 100;

describe.each(layouts)("promotions, %s", (layout) => {
  let shop: Shop;
  let callers: Record<Market, Caller>;
  const managers = {} as Record<Market, Caller>;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    callers = await buyersFrom(shop);
    for (const market of markets) managers[market] = await shop.logIn(managerPhones[market]);
  });
  afterAll(() => shop?.close());

  const items = (sku: { id: string }, quantity = 1) => [{ sku_id: sku.id, quantity }];
  const managed = (market: Market) => ({ params: { query: { market } } });
  const begin = async (market: Market, body: { name: string } & Record<string, unknown>) =>
    good(
      await managers[market].api.POST("/api/v1/manager/promotions", {
        ...managed(market),
        body: { kind: "percentage", milli_percent: 10_000, ...body } as never,
      }),
    );
  const off = async (market: Market, sku: Sku, body: object = {}) => {
    const quote = await quoted(callers[market], { items: items(sku), ...body });
    return {
      discount: minor(quote.discount),
      shipping: minor(quote.shipping_cost),
      refused: quote.refused_coupons.map((coupon) => `${coupon.code} ${coupon.reason}`),
    };
  };

  it.each(markets)("[R9] a manager of %s begins, changes and ends a promotion of that market only", async (market) => {
    const sku = await priced(shop, market, 10_000);
    const before = minor((await quoted(callers[market], { items: items(sku) })).total_amount);
    const made = await begin(market, {
      name: "Autumn",
      code: "autumn-10",
      usage_limit: 5,
      per_buyer_limit: 2,
      min_subtotal: "50.00",
      start_date: "2026-01-01T00:00",
    });
    expect(made).toMatchObject({ code: "AUTUMN-10", state: "running", version: 1, orders_count: 0, min_subtotal: 50 });
    const zone = market === "kg" ? "2025-12-31T18:00:00Z" : "2026-01-01T05:00:00Z";
    expect(made.start_date).toBe(zone);
    expect(await off(market, sku, { coupon_codes: ["Autumn-10"] })).toMatchObject({ discount: 1_000, refused: [] });
    const order = good(await ordered(callers[market], { items: items(sku), coupon_codes: ["autumn-10"] }));
    expect(order.discounts).toEqual([{ code: "AUTUMN-10", name: "Autumn", kind: "percentage", amount: 10 }]);
    const path = { path: { id: made.id } };
    const change = { name: "Autumn", code: "AUTUMN-10", kind: "fixed" as const, amount: "7.50", version: 1 };
    const changed = good(
      await managers[market].api.PUT("/api/v1/manager/promotions/{id}", {
        params: { ...path, query: { market } } as never,
        body: change,
      }),
    );
    expect(changed).toMatchObject({ kind: "fixed", amount: 7.5, version: 2, orders_count: 1, given_amount: 10 });
    expect(changed.usage_limit).toBeNull();
    const late = await managers[market].api.PUT("/api/v1/manager/promotions/{id}", {
      params: { ...path, query: { market } } as never,
      body: change,
    });
    expect(refused(late)).toMatchObject({ status: 409, code: "promotions.stale" });
    expect(await off(market, sku, { coupon_codes: ["AUTUMN-10"] })).toMatchObject({ discount: 750 });
    const other = market === "kg" ? "us" : "kg";
    const abroad = await priced(shop, other, 10_000);
    expect((await off(other, abroad, { coupon_codes: ["AUTUMN-10"] })).refused).toEqual(["AUTUMN-10 unknown"]);
    for (let i = 0; i < 2; ++i) {
      const ended = await managers[market].api.POST("/api/v1/manager/promotions/{id}/end", {
        params: { ...path, query: { market } } as never,
      });
      expect(good(ended)).toMatchObject({ state: "inactive", is_active: false });
    }
    expect((await off(market, sku, { coupon_codes: ["AUTUMN-10"] })).refused).toEqual(["AUTUMN-10 unknown"]);
    expect(minor((await quoted(callers[market], { items: items(sku) })).total_amount)).toBe(before);
    const list = await managers[market].api.GET("/api/v1/manager/promotions", managed(market));
    expect(good(list).items.map((item) => item.id)).toContain(made.id);
  });

  it("[R9] what makes no sense is refused, a code is there once, one key makes one promotion", async () => {
    const create = (body: object, key?: string) =>
      managers.kg.api.POST("/api/v1/manager/promotions", {
        params: { query: { market: "kg" }, header: key ? { "Idempotency-Key": key } : {} } as never,
        body: { name: "X", kind: "percentage", milli_percent: 1_000, ...body } as never,
      });
    for (const [body, field] of [
      [{ milli_percent: 0 }, "milli_percent"],
      [{ milli_percent: 100_001 }, "milli_percent"],
      [{ kind: "fixed", amount: "-1" }, "amount"],
      [{ kind: "fixed", amount: "0.001" }, "amount"],
      [{ kind: "buy_x_get_y" }, "buy_quantity"],
      [{ usage_limit: 0 }, "usage_limit"],
      [{ code: "no spaces" }, "code"],
      [{ names: { de: "X" } }, "names.de"],
      [{ start_date: "2026-05-01T00:00", end_date: "2026-05-01T00:00" }, "end_date"],
      [{ categories: ["Not A Slug"] }, "categories[0]"],
    ] as const) {
      const problem = refused(await create(body));
      expect(problem.status, JSON.stringify(body)).toBe(422);
      expect(problem.errors.map((error) => error.field)).toContain(field);
    }
    const key = randomUUID();
    const first = good(await create({ code: "ONCE-1" }, key));
    expect(good(await create({ code: "ONCE-1" }, key))).toEqual(first);
    expect(refused(await create({ code: "once-1" }))).toMatchObject({ status: 409, code: "promotions.code_taken" });
    await unpromote(shop, "kg");
  });

  it("each kind takes off what it says, from what it is for", async () => {
    const { product, sku } = await shop.findSku("kg", 1, 30);
    await priced(shop, "kg", 10_000, 30);
    const other = await priced(shop, "kg", 4_000, 90);
    const both = { items: [...items(sku, 2), ...items(other)] };
    const discount = async (values: Record<string, unknown>, body: object = both) => {
      await promote(shop, "kg", values);
      const quote = await quoted(callers.kg, body);
      await unpromote(shop, "kg");
      return minor(quote.discount);
    };
    expect(await discount({ milli_percent: 12_500 })).toBe(3_000);
    expect(await discount({ products: [product.slug] })).toBe(2_000);
    expect(await discount({ brands: [product.brand.toUpperCase()] })).toBeGreaterThanOrEqual(2_000);
    const [row] = await shop.databases.sql<{ slug: string }>(
      "kg",
      `SELECT c.slug FROM products r JOIN categories c ON c.market = r.category_market AND c.id = r.category_id
       WHERE r.id = $1`,
      [product.id],
    );
    expect(await discount({ categories: [row!.slug] })).toBeGreaterThanOrEqual(2_000);
    expect(await discount({ categories: ["no-such-thing"] })).toBe(0);
    expect(await discount({ kind: "fixed", amount_minor: 1_500 })).toBe(1_500);
    expect(await discount({ kind: "fixed", amount_minor: 999_999 })).toBe(24_000);
    const three = { kind: "buy_x_get_y", buy_quantity: 2, get_quantity: 1, milli_percent: 100_000 };
    expect(await discount(three)).toBe(4_000);
    expect(await discount({ ...three, milli_percent: 50_000 })).toBe(2_000);
    expect(await discount(three, { items: items(sku, 2) })).toBe(0);
    expect(await discount({ min_subtotal_minor: 24_000 })).toBe(2_400);
    expect(await discount({ min_subtotal_minor: 24_001 })).toBe(0);
  });

  it("free shipping takes what shipping would have cost, for the ways it names", async () => {
    const sku = await priced(shop, "kg", 10_000);
    await promote(shop, "kg", { kind: "free_shipping", code: "SHIP", shipping_options: ["express"] });
    const choice = { delivery_state: "GB", coupon_codes: ["SHIP"] };
    expect(await off("kg", sku, choice)).toEqual({ discount: 0, shipping: 20_000, refused: ["SHIP not_applicable"] });
    expect(await off("kg", sku, { ...choice, shipping_option: "express" })).toMatchObject({ shipping: 0, refused: [] });
    await unpromote(shop, "kg");
    await promote(shop, "kg", { kind: "free_shipping", code: "SHIP-2" });
    const dear = await quoted(callers.kg, { items: items(sku, 50), coupon_codes: ["SHIP-2"] });
    expect(dear.refused_coupons).toEqual([{ code: "SHIP-2", reason: "no_effect" }]);
    await unpromote(shop, "kg");
  });

  it("promotions stack in order of priority, an exclusive one goes alone, each refusal says why", async () => {
    const sku = await priced(shop, "us", 10_000);
    await promote(shop, "us", { code: "FIRST", milli_percent: 50_000, priority: 1 });
    await promote(shop, "us", { code: "SECOND", kind: "fixed", amount_minor: 1_000, priority: 2 });
    await promote(shop, "us", { code: "ALONE", milli_percent: 20_000, stacking: "exclusive", priority: 3 });
    await promote(shop, "us", { code: "KING", milli_percent: 5_000, stacking: "exclusive", priority: 0 });
    const ask = (...coupon_codes: string[]) => off("us", sku, { coupon_codes });
    expect(await ask("SECOND", "FIRST")).toMatchObject({ discount: 6_000, refused: [] });
    expect(await ask("ALONE")).toMatchObject({ discount: 2_000 });
    expect(await ask("ALONE", "FIRST")).toMatchObject({ discount: 5_000, refused: ["ALONE not_combinable"] });
    expect(await ask("FIRST", "KING")).toMatchObject({ discount: 500, refused: ["FIRST not_combinable"] });
    const problem = refused(await ordered(callers.us, { items: items(sku), coupon_codes: ["FIRST", "KING", "WHAT"] }));
    expect(problem).toMatchObject({ status: 422, code: "orders.coupon_refused" });
    expect(problem.errors.map((error) => error.message).sort()).toEqual(["FIRST: not_combinable", "WHAT: unknown"]);
    await unpromote(shop, "us");
  });

  it("a schedule is obeyed to the moment, whatever is in memory", async () => {
    const sku = await priced(shop, "kg", 10_000);
    const soon = (s: number) => new Date(Date.now() + s * 1_000);
    await promote(shop, "kg", { code: "LATER", starts_at: soon(3_600) });
    await promote(shop, "kg", { code: "OVER", starts_at: soon(-7_200), ends_at: soon(-3_600) });
    await promote(shop, "kg", { code: "NOW", starts_at: soon(-3_600), ends_at: soon(3_600) });
    expect(await off("kg", sku, { coupon_codes: ["LATER", "OVER", "NOW"] })).toMatchObject({
      discount: 1_000,
      refused: ["LATER not_started", "OVER ended"],
    });
    await unpromote(shop, "kg");
  });

  it("a coupon of each buyer once is so for users, and comes back with a cancelled order", async () => {
    const sku = await priced(shop, "kg", 10_000);
    const id = await promote(shop, "kg", { code: "MINE", per_buyer_limit: 1, limit: 2 });
    const uses = () =>
      shop.databases.count("kg", "SELECT used FROM promotion_uses WHERE market = 'KG' AND promotion_id = $1", [id]);
    const use = (caller: Caller) => ordered(caller, { items: items(sku), coupon_codes: ["MINE"] });
    const order = good(await use(callers.kg));
    expect(refused(await use(callers.kg)).detail).toBe("MINE: used_by_buyer");
    const [second, third] = [await shop.logIn("+996700111012"), await shop.logIn("+996700111013")];
    good(await use(second));
    expect(refused(await use(third)).detail).toBe("MINE: used_up");
    expect(await uses()).toBe(2);
    good(
      await callers.kg.api.POST("/api/v1/orders/{id}/cancel", {
        params: { path: { id: order.id } },
        body: {} as never,
      }),
    );
    expect(await uses()).toBe(1);
    good(await use(callers.kg));
    expect(await uses()).toBe(2);
    await unpromote(shop, "kg");
  });

  it("an automatic promotion that is used up is left out, and the order placed without", async () => {
    const sku = await priced(shop, "us", 10_000);
    await promote(shop, "us", { name: "First order", limit: 1 });
    expect(good(await ordered(callers.us, { items: items(sku) })).discount).toBe(10);
    expect(good(await ordered(callers.us, { items: items(sku) })).discount).toBe(0);
    await unpromote(shop, "us");
  });

  it.each(markets)("[A5] a coupon for one use, 100 buyers at once in %s: given once", async (market) => {
    const outcome = await race(shop, market, await racersOf(shop, market), { limit: 1 });
    console.log(`[A5] ${layout}, ${market}: ${JSON.stringify(outcome)}`);
    expect(outcome).toMatchObject({ given: 1, refused: racers - 1, others: [], used: 1 });
  });
});

const racersOf = (shop: Shop, market: Market): Promise<Buyer[]> =>
  makeBuyers(shop.databases, market, racers, (sub, sid) => mint({ sub, market, sid }));

/** Every buyer orders with the same coupon at the same moment. */
async function race(shop: Shop, market: Market, buyers: Buyer[], { limit }: { limit: number }) {
  const sku = await priced(shop, market, 10_000);
  const id = await promote(shop, market, { code: "RACE", limit });
  const barrier = new Barrier(buyers.length);
  const outcome = { given: 0, refused: 0, others: [] as string[], used: 0 };
  await Promise.all(
    buyers.map(async (buyer) => {
      const headers = { Authorization: `Bearer ${buyer.token}`, "Content-Type": "application/json" };
      await (await fetch(`${shop.origin}/api/v1/cart/get`, { method: "POST", headers })).text();
      await barrier.arrive();
      const response = await fetch(`${shop.origin}/api/v1/orders/create`, {
        method: "POST",
        headers,
        body: JSON.stringify({
          ...delivery(buyer.phone),
          items: [{ sku_id: sku.id, quantity: 1 }],
          coupon_codes: ["RACE"],
        }),
      });
      const answer = (await response.json()) as { code?: string; detail?: string };
      if (response.status === 201) outcome.given += 1;
      else if (answer.code === "orders.coupon_refused" && answer.detail === "RACE: used_up") outcome.refused += 1;
      else outcome.others.push(`${response.status} ${answer.code}`);
    }),
  );
  outcome.used = await shop.databases.count(
    market,
    "SELECT count(*) FROM order_promotions WHERE market = $1 AND promotion_id = $2",
    [market.toUpperCase(), id],
  );
  await unpromote(shop, market);
  return outcome;
}

describe("rules in memory", () => {
  /** How many of twenty orders, each right after a change of a promotion, were priced as before it. */
  const stale = async (breaks: string) => {
    const shop = await Shop.open("one database", { settings: breaks ? { MARQUE_BREAK: breaks } : {} });
    try {
      const sku = await priced(shop, "kg", 100_000);
      const caller = await shop.logIn(customerPhones.kg);
      const id = await promote(shop, "kg", { milli_percent: 1_000 });
      let wrong = 0;
      for (let percent = 2; percent <= 21; ++percent) {
        await shop.databases.sql("kg", "UPDATE promotions SET milli_percent = $2 WHERE id = $1", [id, percent * 1_000]);
        const order = good(await ordered(caller, { items: [{ sku_id: sku.id, quantity: 1 }] }));
        if (minor(order.discount) !== percent * 1_000) wrong += 1;
      }
      return wrong;
    } finally {
      await shop.close();
    }
  };

  it("an order never uses a rule that had changed before it", async () => {
    expect(await stale("")).toBe(0);
  });

  it("negative control: a server that does not look at the rules' version does", async () => {
    expect(await stale("deaf_to_rules")).toBeGreaterThan(0);
  });
});

describe("negative control", () => {
  it("[A5] a server that counts uses by what it read gives a coupon for one use more often", async () => {
    const shop = await Shop.open("one database", { settings: { MARQUE_BREAK: "naive_coupons" } });
    try {
      const buyers = await racersOf(shop, "kg");
      const given: number[] = [];
      // On a slow machine the first order may be written before the others have read: ten races, not one.
      while (given.length < 10 && !given.some((times) => times > 1)) {
        given.push((await race(shop, "kg", buyers, { limit: 1 })).given);
      }
      console.log(`[A5] naive_coupons: given ${given.join(", ")} times`);
      expect(Math.max(...given)).toBeGreaterThan(1);
    } finally {
      await shop.close();
    }
  });
});
