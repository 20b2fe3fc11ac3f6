// Guests: a cart and a wishlist known by a token alone, joined to the account at log-in, and forgotten in the end.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, good, postText, raw, refused } from "../harness/api.js";
import { cartOf, skusOf, wish, wishesOf } from "../harness/customers.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { type Caller, minor, Shop, type Sku } from "../harness/shop.js";
import { otherMarket } from "../harness/strangers.js";
import { eventually } from "../harness/waiting.js";

const phones: Record<Market, string[]> = {
  kg: Array.from({ length: 40 }, (_, i) => `+9967004440${String(i).padStart(2, "0")}`),
  us: Array.from({ length: 40 }, (_, i) => `+1303555${String(2_000 + i)}`),
};
const TEST_PHONES = [...phones.kg, ...phones.us].join(",");

describe.each(layouts)("guests, %s", (layout) => {
  let shop: Shop;
  const skus = {} as Record<Market, [Sku, Sku]>;
  const shared = {} as Record<Market, string>;
  const own = {} as Record<Market, string>;
  const next = { kg: 0, us: 0 };
  const newPhone = (market: Market) => phones[market][next[market]++] ?? "";
  beforeAll(async () => {
    shop = await Shop.open(layout, { settings: { TEST_PHONES, GUEST_TENDING_SECONDS: "1" } });
    for (const market of markets) {
      skus[market] = [(await shop.findSku(market, 30)).sku, (await shop.findSku(market, 30, 20)).sku];
      for (const sku of skus[market]) await shop.setStock(market, sku.id, 10_000);
      [shared[market] = ""] = await skusOf(shop, market, "shared");
      [own[market] = ""] = await skusOf(shop, market, "own");
    }
  });
  afterAll(() => shop?.close());

  const add = (api: Api, sku_id: string, quantity = 1) => api.POST("/api/v1/cart/add", { body: { sku_id, quantity } });
  const get = async (api: Api) => good(await api.POST("/api/v1/cart/get", {}));
  const quantities = async (api: Api) => Object.fromEntries((await get(api)).items.map((i) => [i.sku_id, i.quantity]));
  const wishes = async (api: Api) =>
    good(await api.POST("/api/v1/wishlist/get", {})).items.map((item) => item.product_id);
  const newGuest = (market: Market) => {
    const token = randomUUID();
    return { token, api: shop.guestWithCart(market, token) };
  };
  const logIn = (phone: string, market: Market, token: string) =>
    shop.logIn(phone, undefined, shop.guestWithCart(market, token));

  describe.each(markets)("in %s", (market) => {
    it("[R76] [R77] [R81] a token is handed out, and whoever has it has the cart and the wishlist", async () => {
      const [one, other] = skus[market];
      const first = await add(shop.guest(market), one.id, 2);
      const cart = good(first);
      const token = cart.cart_token ?? "";
      expect(token).toMatch(/^[0-9a-f-]{36}$/);
      expect(first.response.headers.get("x-cart-token")).toBe(token);
      expect(first.response.headers.get("cache-control")).toBe("no-store");
      expect(cart).toMatchObject({ total_items: 2, market });
      const guest = shop.guestWithCart(market, token);
      expect(await get(guest)).toEqual(cart);
      good(await add(guest, other.id, 3));
      good(await guest.POST("/api/v1/cart/update", { body: { sku_id: one.id, quantity: 1 } }));
      expect(await quantities(guest)).toEqual({ [one.id]: 1, [other.id]: 3 });
      const removed = good(await guest.POST("/api/v1/cart/remove", { body: { sku_id: one.id } }));
      expect(minor(removed.total_price)).toBe(3 * minor(other.price));
      await wish(shop, { api: guest }, one.id, market);
      expect(await wishes(guest)).toHaveLength(1);
      const listed = await guest.GET("/api/v1/wishlist", {});
      expect(good(listed).cart_token).toBe(token);
      expect(listed.response.headers.get("cache-control")).toBe("no-store");
      // Somebody else's guest, and whoever has none.
      for (const stranger of [newGuest(market).api, shop.guest(market)]) {
        expect((await get(stranger)).items).toEqual([]);
        expect(await wishes(stranger)).toEqual([]);
        const gone = await stranger.POST("/api/v1/cart/remove", { body: { sku_id: other.id } });
        expect(refused(gone)).toMatchObject({ status: 404, code: "cart.line_not_found" });
        good(await stranger.POST("/api/v1/cart/clear", {}));
        good(await stranger.POST("/api/v1/wishlist/clear", {}));
      }
      expect(await quantities(guest)).toEqual({ [other.id]: 3 });
      good(await guest.POST("/api/v1/wishlist/clear", {}));
      good(await guest.POST("/api/v1/cart/clear", {}));
      expect(await quantities(guest)).toEqual({});
    });

    it("the token stands nowhere in the database", async () => {
      const { token, api } = newGuest(market);
      good(await add(api, skus[market][0].id));
      await wish(shop, { api }, skus[market][0].id, market);
      for (const table of ["carts", "cart_items", "wishlists", "wishlist_items"]) {
        const found = `SELECT count(*) FROM ${table} t WHERE strpos(replace(t::text, '-', ''), $1) > 0`;
        expect(await shop.databases.count(market, found, [token.replaceAll("-", "")])).toBe(0);
      }
    });

    it("[R26] a token of one market is nothing in another", async () => {
      const { token, api } = newGuest(market);
      good(await add(api, skus[market][0].id, 2));
      const abroad = shop.guestWithCart(otherMarket(market), token);
      expect((await get(abroad)).items).toEqual([]);
      good(await abroad.POST("/api/v1/cart/clear", {}));
      good(await add(abroad, skus[otherMarket(market)][0].id, 5));
      expect(await quantities(api)).toEqual({ [skus[market][0].id]: 2 });
    });

    it("who is logged in has their own cart, whatever token comes with it", async () => {
      const { token, api } = newGuest(market);
      good(await add(api, skus[market][0].id));
      const caller = await shop.logIn(newPhone(market));
      const both = await raw(shop.origin, "POST", "/api/v1/cart/get", { token: caller.token, cart: token });
      expect(both.json()).toMatchObject({ items: [], cart_token: null });
      expect(both.headers.get("x-cart-token")).toBeNull();
      const bad = await raw(shop.origin, "POST", "/api/v1/cart/get", { token: `${caller.token}x`, cart: token });
      expect(bad.problem()).toMatchObject({ status: 401, code: "auth.invalid_token" });
    });

    it("a log-in joins what the guest has, once", async () => {
      const phone = newPhone(market);
      const [one, other] = skus[market];
      const caller = await shop.logIn(phone);
      good(await add(caller.api, one.id, 98));
      const { token, api } = newGuest(market);
      good(await add(api, one.id, 3));
      good(await add(api, other.id, 2));
      await wish(shop, { api }, one.id, market);
      await wish(shop, { api: caller.api }, one.id, market);
      await wish(shop, { api }, other.id, market);
      const body = { phone, code: "123456" };
      const joined = good(await api.POST("/api/v1/auth/verify-code", { body }));
      expect(joined.cart_joined).toBe(true);
      const customer = shop.withToken(joined.access_token);
      // Together, as far as a line goes.
      expect(await quantities(customer)).toEqual({ [one.id]: 99, [other.id]: 2 });
      expect(await wishes(customer)).toHaveLength(2);
      expect(await quantities(api)).toEqual({});
      expect(await wishes(api)).toEqual([]);
      const again = await logIn(phone, market, token);
      expect(await quantities(again.api)).toEqual({ [one.id]: 99, [other.id]: 2 });
      expect(good(await shop.guest(market).POST("/api/v1/auth/verify-code", { body })).cart_joined).toBeNull();
    });

    it("the first log-in of a new customer takes the guest's cart over", async () => {
      const { token, api } = newGuest(market);
      good(await add(api, skus[market][0].id, 4));
      const caller = await logIn(newPhone(market), market, token);
      expect(await quantities(caller.api)).toEqual({ [skus[market][0].id]: 4 });
    });

    it("ten log-ins at once with one token join it once", async () => {
      const phone = newPhone(market);
      await shop.logIn(phone);
      const { token, api } = newGuest(market);
      good(await add(api, skus[market][0].id, 3));
      const callers = await Promise.all(Array.from({ length: 10 }, () => logIn(phone, market, token)));
      expect(await quantities((callers[0] as Caller).api)).toEqual({ [skus[market][0].id]: 3 });
    });

    it("a customer of another market takes along what that market sells, and the rest stays the guest's", async () => {
      const home = otherMarket(market);
      const phone = newPhone(home);
      const { token, api } = newGuest(market);
      good(await add(api, shared[market], 2));
      good(await add(api, own[market], 1));
      await wish(shop, { api }, shared[market], market);
      await wish(shop, { api }, own[market], market);
      for (let i = 0; i < 2; ++i) {
        const caller = await logIn(phone, market, token);
        expect(caller.user.market).toBe(home);
        const cart = await get(caller.api);
        expect(cart.items).toMatchObject([{ quantity: 2, problems: [] }]);
        expect(Object.values(await cartOf(shop.databases, home, phone))).toEqual([2]);
        expect(await wishesOf(shop.databases, home, phone)).toHaveLength(1);
        expect(await quantities(api)).toEqual({ [own[market]]: 1 });
        expect(await wishes(api)).toHaveLength(1);
      }
    });

    it("what a guest puts in while logging in is in one of the carts, never in both or none", async () => {
      const phone = newPhone(market);
      const [one] = skus[market];
      for (let round = 0; round < 10; ++round) {
        const { token, api } = newGuest(market);
        good(await add(api, one.id));
        const answers = await Promise.all([
          logIn(phone, market, token),
          ...Array.from({ length: 5 }, () => add(api, one.id)),
        ]);
        const caller = answers[0] as Caller;
        const sum = ((await quantities(caller.api))[one.id] ?? 0) + ((await quantities(api))[one.id] ?? 0);
        expect(sum).toBe(6);
        good(await caller.api.POST("/api/v1/cart/clear", {}));
      }
    });

    it("what nobody has touched for sixty days is forgotten, and nothing younger or of customers", async () => {
      const { api: old } = newGuest(market);
      const { api: young } = newGuest(market);
      const caller = await shop.logIn(newPhone(market));
      for (const each of [old, young, caller.api]) {
        good(await add(each, skus[market][0].id));
        await wish(shop, { api: each }, skus[market][0].id, market);
      }
      const key = `(SELECT cart_id FROM carts WHERE market = $1 AND user_id IS NULL ORDER BY updated_at DESC LIMIT 1)`;
      for (const table of ["carts", "wishlists"]) {
        const age = (where: string, days: number, values: unknown[]) =>
          shop.databases.sql(
            market,
            `UPDATE ${table} SET updated_at = now() - make_interval(days => ${days}) WHERE market = $1 AND ${where}`,
            [market.toUpperCase(), ...values],
          );
        await age("user_id IS NULL", 59, []);
        await age("user_id = $2", 400, [caller.user.id]);
      }
      good(await add(young, skus[market][0].id)); // now the youngest
      for (const table of ["carts", "wishlists"])
        await shop.databases.sql(
          market,
          `UPDATE ${table} SET updated_at = now() - interval '61 days'
           WHERE market = $1 AND user_id IS NULL AND ${table === "carts" ? "cart_id" : "wishlist_id"} <> ${key}`,
          [market.toUpperCase()],
        );
      await eventually("the old one is gone", async () => (await get(old)).items.length === 0);
      await eventually("its wishlist, too", async () => (await wishes(old)).length === 0);
      expect((await get(young)).total_items).toBe(2);
      expect((await get(caller.api)).total_items).toBe(1);
      expect(await wishes(caller.api)).toHaveLength(1);
    });
  });

  it("refuses what is no token, before a code is used up", async () => {
    const paths = ["cart/get", "cart/add", "cart/clear", "wishlist/get", "wishlist/add", "auth/verify-code"];
    const bodies: Record<string, string> = {
      "cart/add": `{"sku_id":"${skus.kg[0].id}"}`,
      "wishlist/add": '{"product_id":"1"}',
      "auth/verify-code": `{"phone":"${phones.kg[0]}","code":"123456"}`,
    };
    for (const path of paths) {
      for (const cart of ["x", "0", "7", "00000000-0000-4000-8000-00000000000g", `${randomUUID()}0`]) {
        const answer = await postText(shop.origin, `/api/v1/${path}`, bodies[path] ?? "", { cart });
        expect(answer.problem()).toMatchObject({ status: 400, code: "shoppers.malformed_cart_token" });
      }
    }
  });

  it("a guest's token that looks like a customer's key opens no customer's cart", async () => {
    const caller = await shop.logIn(newPhone("kg"));
    good(await add(caller.api, skus.kg[0].id));
    const key = BigInt(caller.user.id).toString(16).padStart(32, "0");
    const token = `${key.slice(0, 8)}-${key.slice(8, 12)}-${key.slice(12, 16)}-${key.slice(16, 20)}-${key.slice(20)}`;
    const rows = await shop.databases.count("kg", "SELECT count(*) FROM carts WHERE cart_id = $1", [token]);
    expect(rows).toBe(1);
    expect((await get(shop.guestWithCart("kg", token))).items).toEqual([]);
  });

  it("two hundred lines are the end", async () => {
    const { api } = newGuest("kg");
    good(await add(api, skus.kg[0].id));
    await shop.databases.unchecked(
      "kg",
      `INSERT INTO cart_items (market, cart_id, sku_id, quantity, added_price_minor)
       SELECT market, cart_id, 900000000 + n, 1, 100
       FROM (SELECT market, cart_id FROM cart_items ORDER BY added_at DESC LIMIT 1) c, generate_series(1, 199) n`,
    );
    expect(refused(await add(api, skus.kg[1].id))).toMatchObject({ status: 422, code: "cart.full" });
    expect(good(await add(api, skus.kg[0].id)).items[0]?.quantity).toBe(2);
  });
});

describe("limits of guests", () => {
  it("one address begins so many carts and wishlists in an hour; those it has, and customers, go on", async () => {
    const shop = await Shop.open("one database", { settings: { TEST_PHONES, GUEST_CARTS_PER_HOUR: "3" } });
    try {
      const { sku, product } = await shop.findSku("kg", 30);
      const add = (api: Api) => api.POST("/api/v1/cart/add", { body: { sku_id: sku.id } });
      const known = shop.guestWithCart("kg", randomUUID());
      for (const api of [known, shop.guest("kg"), shop.guest("kg")]) good(await add(api));
      for (const api of [shop.guest("kg"), shop.guestWithCart("kg", randomUUID())]) {
        const answer = await add(api);
        expect(refused(answer)).toMatchObject({ status: 429, code: "shoppers.too_many_guests" });
        expect(answer.response.headers.get("ratelimit-policy")).toContain("guest-carts");
        expect(Number(answer.response.headers.get("retry-after"))).toBeGreaterThan(1_000);
        const list = await api.POST("/api/v1/wishlist/add", { body: { product_id: product.id } });
        expect(refused(list).code).toBe("shoppers.too_many_guests");
      }
      expect(good(await add(known)).total_items).toBe(2);
      const caller = await shop.logIn(phones.kg[0] ?? "");
      good(await add(caller.api));
      expect(await shop.databases.count("kg", "SELECT count(*) FROM carts WHERE user_id IS NULL")).toBe(3);
    } finally {
      await shop.close();
    }
  });

  it.each([
    ["held, nothing is lost", {}, 2],
    ["negative control: unheld_join loses what came in between", { MARQUE_BREAK: "unheld_join" }, 1],
  ])("a line that is committed while the log-in waits for the cart: %s", async (_, broken, expected) => {
    const shop = await Shop.open("one database", { settings: { TEST_PHONES, ...broken } });
    try {
      const [one, other] = [(await shop.findSku("kg", 5)).sku, (await shop.findSku("kg", 5, 20)).sku];
      const guest = shop.guestWithCart("kg", randomUUID());
      good(await guest.POST("/api/v1/cart/add", { body: { sku_id: one.id } }));
      const late = `WITH cart AS (UPDATE carts SET updated_at = now() WHERE user_id IS NULL RETURNING market, cart_id)
                    INSERT INTO cart_items (market, cart_id, sku_id, quantity, added_price_minor)
                    SELECT market, cart_id, $1, 1, 100 FROM cart`;
      const asked = await shop.databases.slowly("kg", late, [other.id], async () => {
        const login = shop.logIn(phones.kg[0] ?? "", undefined, guest);
        await eventually("the join waits", async () => (await shop.databases.waiting("kg")) > 0);
        return { login };
      });
      const caller = await asked.login;
      expect(good(await caller.api.POST("/api/v1/cart/get", {})).items).toHaveLength(expected);
    } finally {
      await shop.close();
    }
  });
});
