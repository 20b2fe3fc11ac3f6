// Markets as front ends see them, and how the market of a request is found.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw, refused } from "../harness/api.js";
import { layouts } from "../harness/layouts.js";
import { customerPhones, Shop } from "../harness/shop.js";

describe.each(layouts)("markets, %s", (layout) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open(layout);
  });
  afterAll(() => shop?.close());

  it("[R1] [R11] [R12] lists both launch markets with what belongs to each", async () => {
    const { items } = good(await shop.guest().GET("/api/v1/markets", {}));
    expect(items.map((item) => item.code)).toEqual(["kg", "us"]);
    const [kg, us] = items;
    expect(kg).toMatchObject({
      name: "Kyrgyzstan",
      currency: "KGS",
      currency_sign: "сом",
      phone_prefixes: ["+996"],
      time_zone: "Asia/Bishkek",
      tax_inclusive: true,
      is_default: true,
    });
    expect(us).toMatchObject({
      name: "United States",
      currency: "USD",
      currency_sign: "$",
      phone_prefixes: ["+1"],
      time_zone: "America/New_York",
      tax_inclusive: false,
      is_default: false,
    });
    expect(kg?.payment_methods).toContain("card");
    expect(kg?.languages).toEqual(["ru", "ky", "en"]);
  });

  it("[R17] a guest without a market is in the default one", async () => {
    const { response } = await shop.guest().GET("/api/v1/products", {});
    expect(response.headers.get("x-market")).toBe("kg");
    expect(response.headers.get("vary")).toContain("X-Market");
  });

  it.each(["us", "US", "Us"])("[R17] a guest names the market by header, in any case: %s", async (written) => {
    const { response } = await shop.guest(written).GET("/api/v1/products", {});
    expect(response.headers.get("x-market")).toBe("us");
  });

  it("a guest names the market by query, and the header goes first", async () => {
    const byQuery = await raw(shop.origin, "GET", "/api/v1/products?market=us");
    expect(byQuery.headers.get("x-market")).toBe("us");
    const both = await raw(shop.origin, "GET", "/api/v1/products?market=us", { market: "kg" });
    expect(both.headers.get("x-market")).toBe("kg");
  });

  it.each(["de", "all", "k", "kg1", "kg;us", "K G"])(
    'refuses the unknown market "%s" and does not fall back to another',
    async (market) => {
      const problem = refused(await shop.guest(market).GET("/api/v1/products", {}));
      expect(problem).toMatchObject({ status: 422, code: "markets.unknown" });
    },
  );

  it("[R18] a customer is in the market of the account, whatever header and query say", async () => {
    const { token } = await shop.logIn(customerPhones.us);
    const answer = await raw(shop.origin, "GET", "/api/v1/products?market=kg", { token, market: "kg" });
    expect(answer.headers.get("x-market")).toBe("us");
    expect(answer.text).toContain('"currency":"USD"');
    expect(answer.text).not.toContain('"currency":"KGS"');
  });

  it("[R20] the market stands in the log lines of requests", async () => {
    await shop.logIn(customerPhones.us);
    const line = shop.server.logs.findLast((entry) => entry.event === "auth.logged_in");
    expect(line).toMatchObject({ market: "us" });
    expect(JSON.stringify(line)).not.toContain(customerPhones.us);
  });
});
