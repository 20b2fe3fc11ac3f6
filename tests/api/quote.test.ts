// What an order costs before and when it is placed: ways of shipping, discounts, tax by region, and that both agree.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { modelQuote } from "../harness/quote_model.js";
import { amountsOf, buyersFrom, ordered, priced, promote, quoted, rulesOf, unpromote } from "../harness/quotes.js";
import { Random } from "../harness/random_catalogue.js";
import { type Caller, delivery, minor, Shop } from "../harness/shop.js";

const seed = Number(process.env.MARQUE_TEST_SEED ?? Math.floor(Math.random() * 1e9));

describe.each(layouts)("quotes, %s", (layout) => {
  let shop: Shop;
  let callers: Record<Market, Caller>;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    callers = await buyersFrom(shop);
  });
  afterAll(() => shop?.close());

  const items = (sku: { id: string }, quantity = 1) => [{ sku_id: sku.id, quantity }];
  const promoting = async (market: Market, values: Record<string, unknown>, work: () => Promise<void>) => {
    await promote(shop, market, values);
    try {
      await work();
    } finally {
      await unpromote(shop, market);
    }
  };

  it("[R58] each market offers its own ways of shipping, by region", async () => {
    const sku = await priced(shop, "kg", 100_000);
    const ways = async (delivery_state?: string) =>
      Object.fromEntries(
        (await quoted(callers.kg, { items: items(sku), delivery_state })).shipping_options.map((way) => [
          way.code,
          [way.kind, way.price, way.is_chosen],
        ]),
      );
    expect(await ways("GB")).toEqual({
      standard: ["courier", 200, true],
      express: ["express", 350, false],
      pickup: ["pickup", 0, false],
    });
    expect(await ways("GO")).toEqual({ standard: ["courier", 200, true], pickup: ["pickup", 0, false] });
    expect(await ways("Y")).toEqual({ standard: ["courier", 200, true], post: ["courier", 150, false] });
    expect(await ways()).toEqual(await ways("Y"));
    const american = await priced(shop, "us", 5_000);
    const quote = await quoted(callers.us, { items: items(american, 5), delivery_state: "HI" });
    // Half a kilogram each: five weigh more than two kilograms.
    expect(quote).toMatchObject({ weight_g: 2_500, shipping_cost: 24.95 });
    const express = await quoted(callers.us, {
      items: items(american),
      delivery_state: "CA",
      shipping_option: "express",
    });
    expect(express).toMatchObject({ shipping_cost: 19.95, shipping_option: "express" });
  });

  it("[R58] a way that is not offered there is refused, and so is a point of another way", async () => {
    const sku = await priced(shop, "kg", 100_000);
    const refuses = async (body: object) =>
      refused(await ordered(callers.kg, { items: items(sku), delivery_state: "Y", ...body })).code;
    expect(await refuses({ shipping_option: "express" })).toBe("orders.shipping_unavailable");
    expect(await refuses({ shipping_option: "nowhere" })).toBe("orders.shipping_unavailable");
    expect(await refuses({ pickup_point: "nowhere" })).toBe("orders.pickup_point_unknown");
    const bishkek = { delivery_state: "GB", shipping_option: "pickup" };
    expect(await refuses(bishkek)).toBe("orders.pickup_point_unknown");
    expect(await refuses({ ...bishkek, pickup_point: "nowhere" })).toBe("orders.pickup_point_unknown");
  });

  it("[R58] an order that is fetched needs no address: it goes to the point", async () => {
    const sku = await priced(shop, "kg", 100_000);
    const { delivery_address: _, ...where } = delivery(callers.kg.user.phone);
    const order = good(
      await callers.kg.api.POST("/api/v1/orders/create", {
        body: { ...where, items: items(sku), shipping_option: "pickup", pickup_point: "bishkek-center" },
      }),
    );
    expect(order).toMatchObject({
      shipping_option: "pickup",
      pickup_point: "bishkek-center",
      delivery_address: "пр. Чуй, 150",
      delivery_state: "GB",
      shipping_cost: 0,
    });
    const shown = good(await callers.kg.api.GET("/api/v1/orders/{id}", { params: { path: { id: order.id } } }));
    expect(shown).toEqual(order);
  });

  it.each(markets)("[R88] in %s an order costs what was quoted, keeps how, and is shown alike", async (market) => {
    const skus = [await priced(shop, market, 3_333, 1), await priced(shop, market, 3_333, 2)];
    const choice = {
      items: [
        { sku_id: skus[0]!.id, quantity: 1 },
        { sku_id: skus[1]!.id, quantity: 2 },
      ],
      delivery_state: market === "us" ? "CA" : "GB",
      shipping_option: "express",
      coupon_codes: [" spring-10 "],
    };
    await promoting(market, { code: "SPRING-10", name: "Spring" }, async () => {
      const quote = await quoted(callers[market], choice);
      expect(quote.discounts).toEqual([{ code: "SPRING-10", name: "Spring", kind: "percentage", amount: 10 }]);
      expect(quote.items.map((line) => minor(line.discount)).sort((a, b) => a - b)).toEqual([333, 667]);
      const order = good(await ordered(callers[market], { ...choice, expected_total: quote.total_amount }));
      expect(amountsOf(order)).toEqual(amountsOf(quote));
      expect(minor(order.total_amount)).toBe(
        minor(order.subtotal) - minor(order.discount) + minor(order.shipping_cost) + minor(order.tax),
      );
      const id = { params: { path: { id: order.id } } };
      expect(good(await callers[market].api.GET("/api/v1/orders/{id}", id))).toEqual(order);
      const [row] = await shop.databases.sql(
        market,
        `SELECT o.discount_minor::int AS discount, o.rounding, o.tax_milli_percent::int AS rate, o.shipping_kind,
                (SELECT sum(i.discount_minor) FROM order_items i
                 WHERE i.market = o.market AND i.order_id = o.id)::int AS of_lines,
                (SELECT sum(p.amount_minor) FROM order_promotions p
                 WHERE p.market = o.market AND p.order_id = o.id)::int AS of_promotions
         FROM orders o WHERE o.market = $1 AND o.order_number = $2`,
        [market.toUpperCase(), order.order_number],
      );
      const rate = market === "us" ? 7_250 : 12_000;
      const off = { discount: 1_000, of_lines: 1_000, of_promotions: 1_000 };
      expect(row).toEqual({ ...off, rounding: "order_half_up", rate, shipping_kind: "express" });
    });
  });

  it("a total that is not what the buyer saw is refused with the present one", async () => {
    const sku = await priced(shop, "kg", 100_000);
    const problem = refused(await ordered(callers.kg, { items: items(sku), expected_total: "1199.99" }));
    expect(problem).toMatchObject({
      status: 409,
      code: "orders.total_changed",
      detail: "the total is 1200.00 KGS now",
    });
    good(await ordered(callers.kg, { items: items(sku), expected_total: "1200.00" }));
  });

  it("[A9] amounts and counts that no order has are refused, never wrapped", async () => {
    const sku = await priced(shop, "us", 5_000, 3);
    for (const expected_total of ["-1", "9223372036854775808", "1e3", "0.001"]) {
      const answer = await raw(shop.origin, "POST", "/api/v1/orders/create", {
        token: callers.us.token,
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ ...delivery(callers.us.user.phone), items: items(sku), expected_total }),
      });
      expect([409, 422], String(expected_total)).toContain(answer.status);
    }
    for (const quantity of ["-1", "0", "2147483648", "9007199254740992", "9223372036854775808", "1.5"]) {
      const answer = await raw(shop.origin, "POST", "/api/v1/orders/quote", {
        token: callers.us.token,
        headers: { "Content-Type": "application/json" },
        body: `{"items":[{"sku_id":"${sku.id}","quantity":${quantity}}]}`,
      });
      expect(answer.status, quantity).toBe(422);
    }
    for (const price of ["9007199254740991", "9223372036854775807"]) {
      await priced(shop, "us", price as unknown as number, 3);
      const body = { items: items(sku, 2) };
      expect(refused(await ordered(callers.us, body)).code).toBe("orders.amount_too_large");
      const answer = await callers.us.api.POST("/api/v1/orders/quote", { body });
      expect(refused(answer).code).toBe("orders.amount_too_large");
    }
    await priced(shop, "us", 5_000, 3);
  });

  it("[R11] clothing is taxed as each state says, a discount taken off first", async () => {
    const taxes = async (state: string, price: number, quantity = 1) => {
      const sku = await priced(shop, "us", price, 4);
      const quote = await quoted(callers.us, { items: items(sku, quantity), delivery_state: state });
      return {
        tax: minor(quote.tax),
        taxable: minor(quote.tax_lines[0]!.taxable),
        shipping: minor(quote.shipping_cost),
      };
    };
    // New York: a piece from $110 on is taxed as a whole, and shipping with it; shipping is free from $75 on.
    expect(await taxes("NY", 10_999, 3)).toMatchObject({ tax: 0, taxable: 0 });
    expect(await taxes("NY", 11_000, 3)).toMatchObject({ tax: 1_320, taxable: 33_000 });
    expect(await taxes("MA", 17_500)).toMatchObject({ tax: 0 });
    expect(await taxes("MA", 20_000, 2)).toMatchObject({ taxable: 5_000, tax: 313 });
    expect(await taxes("RI", 26_000)).toMatchObject({ taxable: 1_000, tax: 70 });
    for (const state of ["PA", "NJ", "MN", "VT"]) expect(await taxes(state, 50_000)).toMatchObject({ tax: 0 });
    // Texas taxes clothing and what a carrier brings it for; California the clothing only.
    expect(await taxes("TX", 5_000)).toEqual({ tax: 356, taxable: 5_695, shipping: 695 });
    expect(await taxes("CA", 5_000)).toEqual({ tax: 363, taxable: 5_000, shipping: 695 });
    await promoting("us", { milli_percent: 20_000 }, async () => {
      expect(await taxes("NY", 13_000)).toMatchObject({ tax: 0 });
      expect(await taxes("TX", 10_000)).toMatchObject({ taxable: 8_000 });
    });
  });

  it("[R11] a product of another class is taxed where clothing is not, from the day its rule begins", async () => {
    const sku = await priced(shop, "us", 10_000, 5);
    const tax = async () => (await quoted(callers.us, { items: items(sku), delivery_state: "PA" })).tax;
    expect(await tax()).toBe(0);
    const of = `FROM skus k WHERE k.market = r.market AND k.product_id = r.id AND k.id = $1`;
    await shop.databases.sql("us", `UPDATE products r SET tax_class = 'jewellery' ${of}`, [sku.id]);
    expect(await tax()).toBe(6);
    const rule = (from_date: string) =>
      shop.databases.sql(
        "us",
        `INSERT INTO tax_rules (market, region, tax_class, from_date, kind)
         VALUES ('US', 'PA', 'jewellery', $1, 'exempt')`,
        [from_date],
      );
    await rule("2099-01-01");
    expect(await tax()).toBe(6);
    await rule("2020-01-01");
    expect(await tax()).toBe(0);
    await shop.databases.sql("us", `UPDATE products r SET tax_class = 'clothing' ${of}`, [sku.id]);
  });

  it("an article that weighs more is sent for more, and a guest may ask", async () => {
    const sku = await priced(shop, "kg", 100_000, 6);
    await shop.databases.sql("kg", "UPDATE skus SET weight_g = 4000 WHERE id = $1", [sku.id]);
    const body = { items: items(sku), delivery_state: "T", shipping_option: "post" };
    const quote = good(await shop.guest("kg").POST("/api/v1/orders/quote", { body }));
    expect(quote).toMatchObject({ weight_g: 4_000, shipping_cost: 250 });
    const mistake = await shop.guest("kg").POST("/api/v1/orders/quote", { body: { delivery_state: "T" } });
    expect(refused(mistake).code).toBe("orders.nothing_ordered");
  });

  it.each(markets)("[A9] in %s quotes and orders of random carts are what the model says", async (market) => {
    const random = new Random(seed);
    console.log(`seed ${seed}`);
    const skus = [];
    for (let i = 0; i < 6; ++i) skus.push(await priced(shop, market, random.between(1, 20_000), 10 + i));
    const codes = ["HALF", "MINUS", "FREE", "THREE"];
    await promote(shop, market, { code: "HALF", milli_percent: 50_000, priority: 2 });
    await promote(shop, market, { code: "MINUS", kind: "fixed", amount_minor: 1_234 });
    await promote(shop, market, { code: "FREE", kind: "free_shipping" });
    await promote(shop, market, {
      code: "THREE",
      kind: "buy_x_get_y",
      buy_quantity: 2,
      get_quantity: 1,
      milli_percent: 100_000,
      stacking: "exclusive",
      priority: 1,
    });
    await promote(shop, market, { milli_percent: 3_333, min_subtotal_minor: 30_000, priority: 9 });
    const rules = await rulesOf(shop, market);
    for (let round = 0; round < 12; ++round) {
      const wanted = skus.filter(() => random.chance(0.5));
      if (wanted.length === 0) wanted.push(skus[0]!);
      const asked = wanted
        .map((sku) => ({ sku_id: sku.id, quantity: random.between(1, 5) }))
        .sort((a, b) => Number(a.sku_id) - Number(b.sku_id));
      const coupon_codes = codes.filter(() => random.chance(0.4));
      const delivery_state = random.pick(market === "us" ? ["NY", "TX", "MA", "HI", "OR"] : ["GB", "GO", "Y", "T"]);
      const body = { items: asked, coupon_codes, delivery_state };
      const quote = await quoted(callers[market], body);
      const expected = modelQuote(rules, {
        lines: quote.items.map((line) => ({
          price_minor: minor(line.price),
          quantity: line.quantity,
          product: line.product_slug,
          brand: line.product_brand,
          categories: [],
          tax_class: "clothing",
          weight_g: null,
        })),
        region: delivery_state,
        shipping_option: null,
        pickup_point: null,
        codes: coupon_codes,
        now_us: Date.now() * 1_000,
        uses: [],
      });
      const told = {
        discount: minor(quote.discount),
        shipping: minor(quote.shipping_cost),
        tax: minor(quote.tax),
        tax_included: minor(quote.tax_included),
        total: minor(quote.total_amount),
        line_discounts: quote.items.map((line) => minor(line.discount)),
        refused: quote.refused_coupons.map((coupon) => `${coupon.code} ${coupon.reason}`),
      };
      expect(expected, `seed ${seed}`).toMatchObject(told);
      const order = await ordered(callers[market], body);
      if (told.refused.length > 0) expect(refused(order).code).toBe("orders.coupon_refused");
      else if (told.total === 0) expect(refused(order).code).toBe("orders.nothing_to_pay");
      else expect(amountsOf(good(order))).toEqual(amountsOf(quote));
    }
    await unpromote(shop, market);
  });
});
