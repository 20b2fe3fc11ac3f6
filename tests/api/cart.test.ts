// The cart of a customer: lines, sums, and everything it refuses.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { good, postText, raw, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { type Caller, currencies, customerPhones, minor, Shop, type Sku } from "../harness/shop.js";

describe.each(layouts)("cart, %s", (layout) => {
  let shop: Shop;
  const callers = {} as Record<Market, Caller>;
  const skus = {} as Record<Market, [Sku, Sku]>;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    for (const market of markets) {
      callers[market] = await shop.logIn(customerPhones[market]);
      skus[market] = [(await shop.findSku(market, 10)).sku, (await shop.findSku(market, 10, 20)).sku];
    }
  });
  afterAll(() => shop?.close());
  beforeEach(async () => {
    for (const market of markets) good(await callers[market].api.POST("/api/v1/cart/clear", {}));
  });

  const add = (market: Market, sku_id: string, quantity?: number) =>
    callers[market].api.POST("/api/v1/cart/add", { body: { sku_id, quantity } });
  const get = async (market: Market) => good(await callers[market].api.POST("/api/v1/cart/get", {}));

  describe.each(markets)("in %s", (market) => {
    it("[R76] [R78] [R79] adds, changes, removes and clears, with true sums", async () => {
      const [one, other] = skus[market];
      expect(good(await add(market, one.id)).items).toMatchObject([{ sku_id: one.id, quantity: 1 }]);
      good(await add(market, one.id, 2));
      const cart = good(await add(market, other.id, 2));
      expect(cart).toMatchObject({ total_items: 5, currency: currencies[market], market });
      expect(cart.items.map((item) => [item.sku_id, item.quantity])).toEqual([
        [one.id, 3],
        [other.id, 2],
      ]);
      expect(minor(cart.total_price)).toBe(3 * minor(one.price) + 2 * minor(other.price));
      for (const item of cart.items) expect(minor(item.subtotal)).toBe(item.quantity * minor(item.price));
      expect(await get(market)).toEqual(cart);

      const changed = good(
        await callers[market].api.POST("/api/v1/cart/update", { body: { sku_id: one.id, quantity: 1 } }),
      );
      expect(changed.total_items).toBe(3);
      const removed = good(await callers[market].api.POST("/api/v1/cart/remove", { body: { sku_id: one.id } }));
      expect(removed.items.map((item) => item.sku_id)).toEqual([other.id]);
      const cleared = good(await callers[market].api.POST("/api/v1/cart/clear", {}));
      expect(cleared).toMatchObject({ items: [], total_items: 0, total_price: 0 });
    });

    it("[R26] carts of the two markets do not touch each other", async () => {
      const other = market === "kg" ? "us" : "kg";
      good(await add(market, skus[market][0].id));
      expect((await get(other)).items).toEqual([]);
    });

    it("an article of another market is not found", async () => {
      const other = market === "kg" ? "us" : "kg";
      const [foreign] = await shop.databases.sql<{ sku_id: string }>(
        other,
        "SELECT sku_id FROM stock WHERE market = $1 AND owner_market = $1 AND in_stock ORDER BY sku_id DESC LIMIT 1",
        [other.toUpperCase()],
      );
      const known = await shop.databases.count(market, "SELECT count(*) FROM stock WHERE market = $1 AND sku_id = $2", [
        market.toUpperCase(),
        foreign?.sku_id,
      ]);
      // In two databases the same number may mean another article here.
      if (known === 0)
        expect(refused(await add(market, foreign?.sku_id ?? ""))).toMatchObject({
          status: 404,
          code: "cart.sku_not_found",
        });
      else expect(layout).toBe("database per market");
    });
  });

  it("ids are taken as numbers too", async () => {
    const answer = await postText(shop.origin, "/api/v1/cart/add", `{"sku_id":${skus.kg[0].id}}`, {
      token: callers.kg.token,
    });
    expect(answer.status).toBe(200);
  });

  it("refuses an unknown article", async () => {
    expect(refused(await add("kg", "999999999"))).toMatchObject({
      status: 404,
      code: "cart.sku_not_found",
      errors: [{ field: "sku_id" }],
    });
  });

  it("refuses what is sold out, and more than is there, naming what is left", async () => {
    const { sku } = await shop.findSku("us", 5, 40);
    await shop.setStock("us", sku.id, 3);
    expect(refused(await add("us", sku.id, 4))).toMatchObject({
      status: 409,
      code: "cart.out_of_stock",
      errors: [{ field: "quantity", message: "must be at most 3" }],
    });
    good(await add("us", sku.id, 3));
    await shop.setStock("us", sku.id, 0);
    expect(refused(await add("us", sku.id, 1)).code).toBe("cart.out_of_stock");
    expect(
      refused(await callers.us.api.POST("/api/v1/cart/update", { body: { sku_id: sku.id, quantity: 2 } })).code,
    ).toBe("cart.out_of_stock");
    const cart = await get("us");
    expect(cart.items[0]).toMatchObject({ in_stock: false, problems: ["not_enough_stock"], quantity: 3 });
  });

  it("tells when a price has changed since the article was put in", async () => {
    const { sku } = await shop.findSku("kg", 5, 60);
    good(await add("kg", sku.id));
    await shop.databases.sql(
      "kg",
      `UPDATE prices SET price_minor = price_minor + 100, original_minor = NULL WHERE market = 'KG' AND sku_id = $1`,
      [sku.id],
    );
    const [line] = (await get("kg")).items;
    expect(line).toMatchObject({ problems: ["price_changed"] });
    expect(minor(line?.price ?? 0)).toBe(minor(sku.price) + 100);
    expect(minor(line?.price_when_added ?? 0)).toBe(minor(sku.price));
  });

  it.each(["0", "-1", "100", "1000000000", "1e9", "1.5", '"x"', '"2"', "true", "[]", "99999999999999999999"])(
    "refuses the quantity %s and writes nothing",
    async (quantity) => {
      const body = `{"sku_id":"${skus.kg[0].id}","quantity":${quantity}}`;
      for (const path of ["/api/v1/cart/add", "/api/v1/cart/update"]) {
        const { problem } = await postText(shop.origin, path, body, { token: callers.kg.token });
        expect(problem()).toMatchObject({ status: 422, code: "http.invalid_input", errors: [{ field: "quantity" }] });
      }
      expect((await get("kg")).items).toEqual([]);
    },
  );

  it("a line holds at most 99 pieces, however they were added", async () => {
    const { sku } = await shop.findSku("kg", 5, 80);
    await shop.setStock("kg", sku.id, 1_000);
    good(await add("kg", sku.id, 99));
    expect(refused(await add("kg", sku.id, 1))).toMatchObject({ status: 422, code: "cart.quantity_too_large" });
    expect((await get("kg")).items[0]?.quantity).toBe(99);
  });

  it.each([
    ['{"sku_id":', 400, "http.malformed_json"],
    ["", 400, "http.malformed_json"],
    ['{"sku_id":"1"} {}', 400, "http.malformed_json"],
    ['{"sku_id":"1","quantity":NaN}', 400, "http.malformed_json"],
    ["null", 422, "http.invalid_input"],
    ["[]", 422, "http.invalid_input"],
    ["{}", 422, "http.invalid_input"],
    ['{"sku_id":"abc"}', 422, "http.invalid_input"],
    ['{"sku_id":"01"}', 422, "http.invalid_input"],
    ['{"sku_id":-1}', 422, "http.invalid_input"],
    ['{"sku_id":"1; DROP TABLE carts"}', 422, "http.invalid_input"],
    ['{"sku_id":"99999999999999999999"}', 422, "http.invalid_input"],
  ])("refuses the body %s", async (body, status, code) => {
    const { problem } = await postText(shop.origin, "/api/v1/cart/add", body, { token: callers.kg.token });
    expect(problem()).toMatchObject({ status, code });
  });

  it.each(["user_id", "market", "price", "cart_id"])(
    "[R81] refuses the field %s: who and where is known by the token",
    async (field) => {
      const body = `{"sku_id":"${skus.kg[0].id}","${field}":"1"}`;
      const { problem } = await postText(shop.origin, "/api/v1/cart/add", body, { token: callers.kg.token });
      expect(problem()).toMatchObject({ status: 422, errors: [{ field, message: "is not a known field" }] });
      expect((await get("kg")).items).toEqual([]);
    },
  );

  it("takes JSON only", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"]) {
      const answer = await raw(shop.origin, "POST", "/api/v1/cart/add", {
        token: callers.kg.token,
        body: `{"sku_id":"${skus.kg[0].id}"}`,
        headers: { "Content-Type": type },
      });
      expect(answer.problem()).toMatchObject({ status: 415, code: "http.unsupported_media_type" });
    }
    const charset = await raw(shop.origin, "POST", "/api/v1/cart/add", {
      token: callers.kg.token,
      body: `{"sku_id":"${skus.kg[0].id}"}`,
      headers: { "Content-Type": "Application/JSON; charset=utf-8" },
    });
    expect(charset.status).toBe(200);
  });

  it("a line that is not there is not found", async () => {
    const { api } = callers.kg;
    const sku_id = skus.kg[0].id;
    expect(refused(await api.POST("/api/v1/cart/update", { body: { sku_id, quantity: 1 } }))).toMatchObject({
      status: 404,
      code: "cart.line_not_found",
    });
    expect(refused(await api.POST("/api/v1/cart/remove", { body: { sku_id } }))).toMatchObject({
      status: 404,
      code: "cart.line_not_found",
    });
  });

  it("a token that is none is refused, and never taken for a guest", async () => {
    for (const path of ["get", "add", "update", "remove", "clear"]) {
      const answer = await postText(shop.origin, `/api/v1/cart/${path}`, "{}", { token: "nonsense" });
      expect(answer.problem()).toMatchObject({ status: 401, code: "auth.invalid_token" });
    }
  });

  it("twenty parallel additions by one customer all count", async () => {
    const { sku } = await shop.findSku("us", 5, 100);
    await shop.setStock("us", sku.id, 100);
    const answers = await Promise.all(Array.from({ length: 20 }, () => add("us", sku.id, 1)));
    for (const answer of answers) good(answer);
    expect((await get("us")).items[0]?.quantity).toBe(20);
  });
});
