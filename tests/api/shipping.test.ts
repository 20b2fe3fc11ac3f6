// Shipping as managers write it: zones, ways and pickup points, and that buyers are offered them at once.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { buyersFrom, priced, quoted } from "../harness/quotes.js";
import { type Caller, managerPhones, minor, Shop } from "../harness/shop.js";

const regionOf: Record<Market, string> = { kg: "T", us: "TX" };

describe.each(layouts)("managers' shipping, %s", (layout) => {
  let shop: Shop;
  let callers: Record<Market, Caller>;
  const managers = {} as Record<Market, Caller>;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    callers = await buyersFrom(shop);
    for (const market of markets) managers[market] = await shop.logIn(managerPhones[market]);
  });
  afterAll(() => shop?.close());

  const putZone = (market: Market, code: string, body: object) =>
    managers[market].api.PUT("/api/v1/manager/shipping/zones/{code}", {
      params: { path: { code }, query: { market } } as never,
      body: body as never,
    });
  const putOption = (market: Market, zone: string, code: string, body: object) =>
    managers[market].api.PUT("/api/v1/manager/shipping/zones/{zone}/options/{code}", {
      params: { path: { zone, code }, query: { market } } as never,
      body: { kind: "courier", price_rule: "flat", days_from: 1, days_to: 2, ...body } as never,
    });
  const putPoint = (market: Market, code: string, body: object) =>
    managers[market].api.PUT("/api/v1/manager/shipping/pickup-points/{code}", {
      params: { path: { code }, query: { market } } as never,
      body: { zone: "near", address: "1 Street", city: "City", region: regionOf[market], ...body } as never,
    });

  it.each(markets)("[R58] of two zones of %s that claim one region at once, one gets it", async (market) => {
    const regions = [market === "kg" ? "N" : "OH"];
    const codes = Array.from({ length: 6 }, (_, i) => `rival-${i}`);
    const answers = await Promise.all(codes.map((code) => putZone(market, code, { regions })));
    const got = answers.filter((answer) => answer.response.ok);
    expect(got).toHaveLength(1);
    for (const answer of answers.filter((each) => !each.response.ok)) {
      expect(refused(answer)).toMatchObject({ status: 422, errors: [{ field: "regions" }] });
    }
  });

  it.each(markets)("[R58] a zone of %s with its ways and points is offered there from now on", async (market) => {
    const sku = await priced(shop, market, 10_000);
    const ask = (body: object = {}) =>
      quoted(callers[market], {
        items: [{ sku_id: sku.id, quantity: 2 }],
        delivery_state: regionOf[market],
        ...body,
      });
    const before = await ask();
    good(await putZone(market, "near", { regions: [regionOf[market].toLowerCase()], sort_order: 0 }));
    // A zone without a way ships nothing yet.
    const none = await callers[market].api.POST("/api/v1/orders/quote", {
      body: { items: [{ sku_id: sku.id, quantity: 1 }], delivery_state: regionOf[market] },
    });
    expect(refused(none).code).toBe("orders.shipping_unavailable");
    const tiers = [
      { from_g: 0, price: "3.00" },
      { from_g: 1_000, price: "4.50" },
    ];
    const names = { en: "By weight" };
    good(await putOption(market, "near", "weighed", { price_rule: "weight", tiers, free_from: "0", names }));
    const steps = [
      { from_amount: "0", price: "9.00" },
      { from_amount: "200.00", price: "1.00" },
    ];
    good(
      await putOption(market, "near", "valued", {
        price_rule: "subtotal",
        tiers: steps,
        free_from: "0",
        sort_order: 1,
      }),
    );
    good(await putOption(market, "near", "own", { kind: "pickup", price: "0", sort_order: 2 }));
    good(await putPoint(market, "near-1", { hours: "9-18" }));
    const quote = await ask();
    expect(quote.shipping_options.map((way) => [way.code, minor(way.price), way.is_chosen])).toEqual([
      ["weighed", 450, true],
      ["valued", 100, false],
      ["own", 0, false],
    ]);
    expect(quote.shipping_options[0]?.name).toBe("By weight");
    expect(quote.shipping_options[2]?.pickup_points).toMatchObject([{ code: "near-1", hours: "9-18" }]);
    expect(before.shipping_options.map((way) => way.code)).not.toContain("weighed");
    // Switched off, it is not offered any more; in another version than was read nothing is written.
    const off = { price_rule: "weight", tiers, is_active: false, version: 1 };
    const all = good(await putOption(market, "near", "weighed", off));
    const zone = all.zones.find((one) => one.code === "near");
    expect(zone?.options.find((one) => one.code === "weighed")).toMatchObject({ is_active: false, version: 2 });
    expect(refused(await putOption(market, "near", "weighed", off))).toMatchObject({
      status: 409,
      code: "shipping.stale",
    });
    expect((await ask()).shipping_option).toBe("valued");
    const list = await managers[market].api.GET("/api/v1/manager/shipping", { params: { query: { market } } });
    expect(good(list)).toEqual(all);
  });

  it("what makes no sense is refused", async () => {
    const codes = async (answer: Promise<Parameters<typeof refused>[0]>) => {
      const problem = refused(await answer);
      return [problem.status, problem.errors[0]?.field ?? problem.code];
    };
    expect(await codes(putZone("kg", "x", { regions: ["CA"] }))).toEqual([422, "regions"]);
    expect(await codes(putZone("kg", "x", { regions: ["GB"] }))).toEqual([422, "regions"]);
    expect(await codes(putZone("kg", "x", { regions: [] }))).toEqual([422, "regions"]);
    expect(await codes(putOption("kg", "none", "x", {}))).toEqual([404, "shipping.zone_not_found"]);
    const refuses = (body: object) => codes(putOption("kg", "regions", "x", body));
    expect(await refuses({ price: "-1" })).toEqual([422, "price"]);
    expect(await refuses({ price: "1.005" })).toEqual([422, "price"]);
    expect(await refuses({ price_rule: "weight" })).toEqual([422, "tiers"]);
    expect(await refuses({ tiers: [{ from_g: 0, price: "1" }] })).toEqual([422, "tiers"]);
    expect(await refuses({ price_rule: "weight", tiers: [{ from_g: 5, price: "1" }] })).toEqual([422, "tiers[0]"]);
    expect(await refuses({ days_from: 5 })).toEqual([422, "days_to"]);
    expect(await codes(putPoint("kg", "x", { zone: "none" }))).toEqual([404, "shipping.zone_not_found"]);
    expect(await codes(putPoint("kg", "x", { region: "CA" }))).toEqual([422, "region"]);
  });
});
