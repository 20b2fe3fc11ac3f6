// Delivery addresses: each market's format, one default, and nobody else's.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { components } from "../api/generated/schema.js";
import { good, postText, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { type Caller, customerPhones, delivery, Shop } from "../harness/shop.js";
import { expectHidden, expectNotLogged, keepIdsApart, otherMarket } from "../harness/strangers.js";
import { eventually } from "../harness/waiting.js";

type Input = components["schemas"]["AddressInput"];
const path = "/api/v1/profile/addresses";
const one = `${path}/{id}` as const;
const addresses: Record<Market, Input> = {
  kg: { title: "Home", street: "Чүй проспекти", building: "1", apartment: "кв. 5", city: "Бишкек" },
  us: {
    title: "Home",
    street: "Canary Street",
    building: "233",
    apartment: "Apt 9",
    city: "Chicago",
    state: "IL",
    postal_code: "60606",
  },
};

async function reset(shop: Shop): Promise<void> {
  await shop.databases.everywhere("DELETE FROM addresses");
}

/** Three addresses, the first of them the default. */
async function three({ api }: Caller, market: Market): Promise<[string, string, string]> {
  const ids = [];
  for (const title of ["a", "b", "c"])
    ids.push(good(await api.POST(path, { body: { ...addresses[market], title } })).id);
  return ids as [string, string, string];
}

const defaults = (shop: Shop, market: Market) =>
  shop.databases.count(market, "SELECT count(*) FROM addresses WHERE is_default AND market = $1", [
    market.toUpperCase(),
  ]);

/** Makes two addresses the default at once: both are under way before either has changed the old default. */
async function raceForDefault(shop: Shop, caller: Caller, market: Market): Promise<number[]> {
  const [first, ...others] = await three(caller, market);
  const answers = await shop.databases.holding(
    market,
    "SELECT FROM addresses WHERE market = $1 AND id = $2 FOR UPDATE",
    [market.toUpperCase(), first],
    async () => {
      const asked = others.map((id) => caller.api.POST(`${one}/default`, { params: { path: { id } } }));
      await eventually("both wait", async () => (await shop.databases.waiting(market)) >= 2);
      return asked;
    },
  );
  return (await Promise.all(answers)).map((answer) => answer.response.status);
}

describe.each(layouts)("addresses, %s", (layout) => {
  let shop: Shop;
  const callers = {} as Record<Market, Caller>;
  const neighbours = {} as Record<Market, Caller>;
  beforeAll(async () => {
    shop = await Shop.open(layout, {
      settings: { DEBUG: "true" },
      prepare: (databases) => keepIdsApart(databases, ["addresses"]),
    });
    for (const market of markets) callers[market] = await shop.logIn(customerPhones[market]);
    neighbours.kg = await shop.logIn("+996700111001");
    neighbours.us = await shop.logIn("+12125550101");
  });
  afterAll(() => shop?.close());
  beforeEach(() => reset(shop));

  const list = async (caller: Caller) => good(await caller.api.GET(path, {})).items;

  describe.each(markets)("in %s", (market) => {
    it("[R54] [R57] [R25] keeps an address with all its fields, in the market of its user", async () => {
      const { api } = callers[market];
      const answer = await api.POST(path, { body: addresses[market] });
      expect(answer.response.status).toBe(201);
      const created = good(answer);
      expect(created).toMatchObject({ ...addresses[market], market, is_default: true });
      expect(created.country).toBe(market === "kg" ? "Kyrgyzstan" : "United States");
      expect(created.full_address).toBe(
        market === "kg" ? "Бишкек, Чүй проспекти 1, кв. 5" : "233 Canary Street, Apt 9, Chicago, IL 60606",
      );
      expect(await list(callers[market])).toEqual([created]);
      expect(good(await api.GET(one, { params: { path: { id: created.id } } }))).toEqual(created);
      const [row] = await shop.databases.sql<{ market: string }>(market, "SELECT market FROM addresses");
      expect(row?.market).toBe(market.toUpperCase());
    });

    it("[R58] names who delivers in the market", async () => {
      const created = good(await callers[market].api.POST(path, { body: addresses[market] }));
      expect(created.delivery_service).toBe(market === "kg" ? "courier" : "usps");
    });

    it("[R57] has one default: the first, then whichever is chosen, then the newest left", async () => {
      const { api } = callers[market];
      const [a, b, c] = await three(callers[market], market);
      const isDefault = async () =>
        (await list(callers[market])).filter((item) => item.is_default).map((item) => item.id);
      expect(await isDefault()).toEqual([a]);
      expect(good(await api.POST(`${one}/default`, { params: { path: { id: b } } })).is_default).toBe(true);
      expect(await isDefault()).toEqual([b]);
      const put = { ...addresses[market], title: "moved", is_default: true };
      expect(good(await api.PUT(one, { params: { path: { id: a } }, body: put }))).toMatchObject({
        id: a,
        title: "moved",
        is_default: true,
      });
      expect(await isDefault()).toEqual([a]);
      expect((await list(callers[market]))[0]?.id).toBe(a);
      // Nobody is left without a default by taking it from the one that is.
      good(await api.PUT(one, { params: { path: { id: a } }, body: { ...put, is_default: false } }));
      expect(await isDefault()).toEqual([a]);
      expect((await api.DELETE(one, { params: { path: { id: a } } })).response.status).toBe(204);
      expect(await isDefault()).toEqual([c]);
      const fourth = good(await api.POST(path, { body: { ...addresses[market], is_default: true } }));
      expect(await isDefault()).toEqual([fourth.id]);
      for (const id of [b, c, fourth.id]) await api.DELETE(one, { params: { path: { id } } });
      expect(await list(callers[market])).toEqual([]);
    });

    it("[R57] replaces the whole address", async () => {
      const { api } = callers[market];
      const { id } = good(await api.POST(path, { body: addresses[market] }));
      const { title: _, apartment: __, ...body } = addresses[market];
      const changed = good(
        await api.PUT(one, { params: { path: { id } }, body: { ...body, full_address: "By the gate" } }),
      );
      expect(changed).toMatchObject({ id, title: null, apartment: null, full_address: "By the gate" });
    });

    it("[R54] [R90] an order to a kept address copies it, for good; a foreign one looks like none", async () => {
      const { api, user } = callers[market];
      const { id, full_address } = good(await api.POST(path, { body: addresses[market] }));
      const { sku } = await shop.findSku(market, 10);
      const { delivery_address, ...rest } = delivery(user.phone);
      const header = { "Idempotency-Key": randomUUID() };
      const order = (address: object) =>
        api.POST("/api/v1/orders/create", {
          params: { header },
          body: { ...rest, ...address, items: [{ sku_id: sku.id, quantity: 1 }] },
        });
      const placed = good(await order({ address_id: id }));
      const copy = {
        delivery_address: full_address,
        delivery_city: addresses[market].city,
        delivery_state: addresses[market].state ?? null,
      };
      expect(placed).toMatchObject(copy);
      // Illinois: 6.25 % on top; Kyrgyzstan: 12 % inside.
      const cents = Math.round(placed.subtotal * 100);
      const [tax, share] = market === "us" ? [placed.tax, cents * 0.0625] : [placed.tax_included, (cents * 12) / 112];
      expect(Math.abs(tax * 100 - share)).toBeLessThanOrEqual(0.51);

      expect((await api.DELETE(one, { params: { path: { id } } })).response.status).toBe(204);
      expect(good(await api.GET("/api/v1/orders/{id}", { params: { path: { id: placed.id } } }))).toMatchObject(copy);
      expect(good(await order({ address_id: id })).id).toBe(placed.id); // replayed
      header["Idempotency-Key"] = randomUUID();
      const stranger = good(await neighbours[market].api.POST(path, { body: addresses[market] })).id;
      for (const gone of [id, stranger])
        expect(refused(await order({ address_id: gone }))).toMatchObject({
          status: 404,
          code: "profile.address_not_found",
          errors: [{ field: "address_id" }],
        });
      for (const [both, field] of [
        [{ address_id: id, delivery_address }, "delivery_address"],
        [{ address_id: id, delivery_city: "x" }, "delivery_city"],
        [{}, "delivery_address"],
      ] as const)
        expect(refused(await order(both))).toMatchObject({ status: 422, errors: [{ field }] });
    });

    it("[R54] [R58] [G3] somebody else's address looks like none: same market or another", async () => {
      const stranger = good(await neighbours[market].api.POST(path, { body: addresses[market] })).id;
      const other = otherMarket(market);
      const foreign = good(await callers[other].api.POST(path, { body: addresses[other] })).id;
      const mine = good(await callers[market].api.POST(path, { body: addresses[market] })).id;
      for (const id of [stranger, foreign]) {
        await expectHidden(shop, callers[market], id, [
          ["GET", (id) => `${path}/${id}`],
          ["PUT", (id) => `${path}/${id}`, { ...addresses[market], is_default: true }],
          ["POST", (id) => `${path}/${id}/default`],
          ["DELETE", (id) => `${path}/${id}`],
        ]);
      }
      expect(await list(callers[market])).toMatchObject([{ id: mine, is_default: true }]);
      expect((await list(neighbours[market]))[0]?.id).toBe(stranger);
      expect((await list(callers[other]))[0]?.id).toBe(foreign);
    });

    it("[R57] two choices of a default at once leave exactly one", async () => {
      expect(await raceForDefault(shop, callers[market], market)).toEqual([200, 200]);
      expect(await defaults(shop, market)).toBe(1);
    });

    it("[R54] many at once: the first is the default alone, and twenty are kept at most", async () => {
      const { api } = callers[market];
      const answers = await Promise.all(
        Array.from({ length: 25 }, (_, i) => api.POST(path, { body: { ...addresses[market], title: `${i}` } })),
      );
      expect(answers.filter((answer) => answer.response.status === 201)).toHaveLength(20);
      for (const answer of answers)
        if (answer.error) expect(refused(answer)).toMatchObject({ status: 422, code: "profile.too_many_addresses" });
      expect(await list(callers[market])).toHaveLength(20);
      expect(await defaults(shop, market)).toBe(1);
    });

    it("[B1] [B2] [B3] one Idempotency-Key makes one address and the same answer each time", async () => {
      const { api } = callers[market];
      const header: Record<"Idempotency-Key", string> = { "Idempotency-Key": randomUUID() };
      const create = (body: Input, key = header) => api.POST(path, { params: { header: key }, body });
      const answers = await Promise.all(Array.from({ length: 10 }, () => create(addresses[market])));
      expect(new Set(answers.map((answer) => JSON.stringify(good(answer)))).size).toBe(1);
      expect(answers.map((answer) => answer.response.status)).toEqual(Array(10).fill(201));
      expect(await list(callers[market])).toHaveLength(1);
      expect(refused(await create({ ...addresses[market], title: "x" }))).toMatchObject({
        status: 422,
        code: "idempotency.key_reused",
      });
      expect(refused(await create(addresses[market], { "Idempotency-Key": "a b" }))).toMatchObject({
        status: 400,
        code: "idempotency.malformed_key",
      });
      good(await neighbours[market].api.POST(path, { params: { header }, body: addresses[market] }));
      expect(await list(callers[market])).toHaveLength(1);
    });
  });

  it.each([
    [{}, ["street", "city", "state", "postal_code"]],
    [{ ...addresses.us, state: undefined }, ["state"]],
    [{ ...addresses.us, state: "ON" }, ["state"]],
    [{ ...addresses.us, state: "GB" }, ["state"]],
    [{ ...addresses.us, postal_code: undefined }, ["postal_code"]],
    [{ ...addresses.us, postal_code: "6060" }, ["postal_code"]],
    [{ ...addresses.us, postal_code: "60606-12" }, ["postal_code"]],
    [{ ...addresses.us, postal_code: "720001" }, ["postal_code"]],
    [{ ...addresses.us, city: undefined, country: "Kyrgyzstan" }, ["city", "country"]],
    [{ ...addresses.us, street: undefined }, ["street"]],
  ])("[R58] in us refuses %j", async (body, fields) => {
    const problem = refused(await callers.us.api.POST(path, { body: body as Input }));
    expect(problem).toMatchObject({ status: 422, code: "http.invalid_input" });
    expect(problem.errors.map((error) => error.field)).toEqual(fields);
    expect(await list(callers.us)).toEqual([]);
  });

  it.each([
    [{}, ["street", "city"]],
    [{ ...addresses.kg, city: undefined }, ["city"]],
    [{ ...addresses.kg, state: "IL" }, ["state"]],
    [{ ...addresses.kg, postal_code: "7".repeat(21) }, ["postal_code"]],
    [{ ...addresses.kg, country: "US" }, ["country"]],
  ])("[R58] in kg refuses %j", async (body, fields) => {
    const problem = refused(await callers.kg.api.POST(path, { body: body as Input }));
    expect(problem.errors.map((error) => error.field)).toEqual(fields);
  });

  it("[R58] takes ZIP+4, states by name, regions instead of cities, and a free full address", async () => {
    const us = good(
      await callers.us.api.POST(path, {
        body: { full_address: "c/o the porter", city: "Chicago", state: "illinois", postal_code: "60606-1234" },
      }),
    );
    expect(us).toMatchObject({ state: "IL", postal_code: "60606-1234", full_address: "c/o the porter", street: null });
    // Whatever language a region is named in, the address is written in the first one of the market.
    for (const state of ["issyk-kul", "иссык-кульская область", "Ысык-Көл облусу", "y"]) {
      const kg = good(await callers.kg.api.POST(path, { body: { street: "Ленина", state } }));
      expect(kg).toMatchObject({ state: "Y", city: null, full_address: "Иссык-Кульская область, Ленина" });
    }
  });

  it.each([
    ['{"street":"a","city":""}', "city"],
    [`{"street":"${"x".repeat(256)}","city":"a"}`, "street"],
    ['{"street":7,"city":"a"}', "street"],
    ['{"street":"a","city":"a","is_default":"yes"}', "is_default"],
    ['{"street":"a","city":"a","market":"us"}', "market"],
    ['{"street":"a","city":"a","user_id":"1"}', "user_id"],
    ['{"street":"a","city":"a","delivery_service":"usps"}', "delivery_service"],
  ])("refuses the body %.60s", async (body, field) => {
    const answer = await postText(shop.origin, path, body, { token: callers.kg.token });
    expect(answer.problem()).toMatchObject({ status: 422, code: "http.invalid_input", errors: [{ field }] });
  });

  it("[R58] the rules are data: what the market asks for changes at once", async () => {
    const set = (required: string, pattern: string) =>
      shop.databases.sql("kg", "UPDATE markets SET address_required = $1, postal_code_pattern = $2 WHERE code = 'KG'", [
        required,
        pattern,
      ]);
    await set("{apartment,postal_code}", "72[0-9]{4}");
    const { apartment: _, ...body } = addresses.kg;
    const problem = refused(await callers.kg.api.POST(path, { body }));
    expect(problem.errors.map((error) => error.field)).toEqual(["apartment", "postal_code"]);
    const other = await callers.kg.api.POST(path, { body: { ...addresses.kg, postal_code: "7200011" } });
    expect(refused(other).errors).toMatchObject([{ field: "postal_code" }]);
    const fits = good(await callers.kg.api.POST(path, { body: { ...addresses.kg, postal_code: "720001" } }));
    expect(fits.full_address).toBe("720001, Бишкек, Чүй проспекти 1, кв. 5");
    await set("{}", "");
  });

  it("needs a login, and an id that is one", async () => {
    for (const where of [path, `${path}/1/default`])
      expect((await postText(shop.origin, where, "{}")).problem()).toMatchObject({
        status: 401,
        code: "auth.required",
      });
    const odd = await callers.kg.api.GET(one, { params: { path: { id: "one" } } });
    expect(refused(odd)).toMatchObject({ status: 422, errors: [{ field: "id" }] });
  });

  // It takes the three seconds that a lock is waited for, so one layout must do.
  if (layout === "one database")
    it("a change that waits too long for another is refused, not lost", async () => {
      const answer = await shop.databases.holding(
        "kg",
        "SELECT FROM users WHERE market = 'KG' AND id = $1 FOR UPDATE",
        [callers.kg.user.id],
        () => callers.kg.api.POST(path, { body: addresses.kg }),
      );
      expect(refused(answer)).toMatchObject({ status: 409, code: "profile.busy" });
      expect(await list(callers.kg)).toEqual([]);
    });

  it("leaves no address in the log", async () => {
    good(await callers.us.api.POST(path, { body: addresses.us }));
    await callers.us.api.POST(path, { body: { ...addresses.us, postal_code: "6060" } });
    expectNotLogged(shop, ["Canary Street", "60606", "Бишкек", "Чүй", "the porter", customerPhones.us.slice(1)]);
  });

  it("negative control: without the lock and the index, two choices at once leave two defaults", async () => {
    const broken = await Shop.open(layout, {
      settings: { MARQUE_BREAK: "unlocked_owner" },
      prepare: (databases) => databases.everywhere("DROP INDEX addresses_one_default"),
    });
    try {
      expect(await raceForDefault(broken, await broken.logIn(customerPhones.us), "us")).toEqual([200, 200]);
      expect(await defaults(broken, "us")).toBe(2);
    } finally {
      await broken.close();
    }
  });
});
