// Saved payment methods: by the provider's token only, what the market takes, one default, nobody else's.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { components } from "../api/generated/schema.js";
import { good, postText, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { type Caller, customerPhones, Shop } from "../harness/shop.js";
import { expectHidden, expectNotLogged, keepIdsApart, otherMarket } from "../harness/strangers.js";
import { eventually } from "../harness/waiting.js";

type Input = components["schemas"]["PaymentMethodInput"];
const path = "/api/v1/profile/payment-methods";
const one = `${path}/{id}` as const;
const year = new Date().getUTCFullYear() + 2;
const card: Input = {
  payment_type: "card",
  card_type: "visa",
  last_four: "4242",
  card_holder_name: "Canary Holder",
  expiry_month: 12,
  expiry_year: year,
  provider_token: "pm_canary1PqL9s2eZvKYlo2C",
};

/** Numbers that payment providers publish for tests. */
const fullNumbers = {
  visa: "4242424242424242",
  mastercard: "5555555555554444",
  amex: "378282246310005",
  mir: "2200000000000004",
};

async function three({ api }: Caller): Promise<[string, string, string]> {
  const ids = [];
  for (const last_four of ["0001", "0002", "0003"])
    ids.push(good(await api.POST(path, { body: { ...card, last_four } })).id);
  return ids as [string, string, string];
}

const defaults = (shop: Shop, market: Market) =>
  shop.databases.count(market, "SELECT count(*) FROM payment_methods WHERE is_default AND market = $1", [
    market.toUpperCase(),
  ]);

async function raceForDefault(shop: Shop, caller: Caller, market: Market): Promise<number[]> {
  const [first, ...others] = await three(caller);
  const answers = await shop.databases.holding(
    market,
    "SELECT FROM payment_methods WHERE market = $1 AND id = $2 FOR UPDATE",
    [market.toUpperCase(), first],
    async () => {
      const asked = others.map((id) => caller.api.POST(`${one}/default`, { params: { path: { id } } }));
      await eventually("both wait", async () => (await shop.databases.waiting(market)) >= 2);
      return asked;
    },
  );
  return (await Promise.all(answers)).map((answer) => answer.response.status);
}

/** Every text of the database's payment methods and kept answers. */
async function stored(shop: Shop, market: Market): Promise<string> {
  const rows = await shop.databases.sql<{ text: string }>(
    market,
    `SELECT p::text AS text FROM payment_methods p UNION ALL SELECT k::text FROM idempotency_keys k`,
  );
  return rows.map((row) => row.text).join("\n");
}

describe.each(layouts)("payment methods, %s", (layout) => {
  let shop: Shop;
  const callers = {} as Record<Market, Caller>;
  const neighbours = {} as Record<Market, Caller>;
  beforeAll(async () => {
    shop = await Shop.open(layout, {
      settings: { DEBUG: "true" },
      prepare: (databases) => keepIdsApart(databases, ["payment_methods"]),
    });
    for (const market of markets) callers[market] = await shop.logIn(customerPhones[market]);
    neighbours.kg = await shop.logIn("+996700111001");
    neighbours.us = await shop.logIn("+12125550101");
  });
  afterAll(() => shop?.close());
  beforeEach(() => shop.databases.everywhere("DELETE FROM payment_methods"));

  const list = async (caller: Caller) => good(await caller.api.GET(path, {})).items;

  describe.each(markets)("in %s", (market) => {
    it("[R59] [R25] keeps a card without its number, in the market of its user", async () => {
      const { api } = callers[market];
      const answer = await api.POST(path, { body: card });
      expect(answer.response.status).toBe(201);
      const created = good(answer);
      const { last_four: _, provider_token: __, ...rest } = card;
      expect(created).toMatchObject({
        ...rest,
        market,
        card_number_masked: "**** **** **** 4242",
        is_default: true,
      });
      expect(JSON.stringify(created)).not.toContain(card.provider_token);
      expect(await list(callers[market])).toEqual([created]);
      expect(good(await api.GET(one, { params: { path: { id: created.id } } }))).toEqual(created);
      const [row] = await shop.databases.sql(market, "SELECT market, provider_token FROM payment_methods");
      expect(row).toEqual({ market: market.toUpperCase(), provider_token: card.provider_token });
    });

    it("[R60] names the gateway of the market, and takes no other", async () => {
      const { api } = callers[market];
      const own = market === "kg" ? ["local_bank"] : ["stripe", "paypal"];
      expect(good(await api.POST(path, { body: card })).gateway).toBe(own[0]);
      for (const gateway of ["local_bank", "stripe", "paypal"]) {
        const answer = await api.POST(path, { body: { ...card, gateway } });
        if (own.includes(gateway)) expect(good(answer).gateway).toBe(gateway);
        else expect(refused(answer)).toMatchObject({ status: 422, errors: [{ field: "gateway" }] });
      }
    });

    it("[R61] takes the market's brands: MIR only in KG, American Express only in US", async () => {
      const { api } = callers[market];
      const taken = market === "kg" ? ["visa", "mastercard", "mir"] : ["visa", "mastercard", "amex"];
      for (const card_type of ["visa", "mastercard", "mir", "amex"] as const) {
        const answer = await api.POST(path, { body: { ...card, card_type, last_four: "0005" } });
        if (!taken.includes(card_type)) {
          expect(refused(answer)).toMatchObject({
            status: 422,
            code: "profile.card_brand_not_taken",
            errors: [{ field: "card_type", message: `must be one of: ${taken.join(", ")}` }],
          });
          continue;
        }
        expect(good(answer).card_number_masked).toBe(
          card_type === "amex" ? "**** ****** *0005" : "**** **** **** 0005",
        );
      }
    });

    it("[R59] keeps other types of payment, where the market offers them", async () => {
      const { api } = callers[market];
      const offered = market === "kg" ? ["cash", "bank_transfer"] : ["cash"];
      for (const payment_type of ["cash", "bank_transfer", "digital_wallet"] as const) {
        const token = payment_type === "digital_wallet" ? { provider_token: "wallet-token" } : {};
        const answer = await api.POST(path, { body: { payment_type, ...token } });
        if (offered.includes(payment_type))
          expect(good(answer)).toMatchObject({
            payment_type,
            card_type: null,
            card_number_masked: null,
            gateway: null,
          });
        else
          expect(refused(answer)).toMatchObject({
            status: 422,
            code: "profile.payment_type_not_offered",
            errors: [{ field: "payment_type" }],
          });
      }
    });

    it("[R59] has one default, changes holder and expiry, forgets", async () => {
      const { api } = callers[market];
      const [a, b, c] = await three(callers[market]);
      const isDefault = async () =>
        (await list(callers[market])).filter((item) => item.is_default).map((item) => item.id);
      expect(await isDefault()).toEqual([a]);
      good(await api.POST(`${one}/default`, { params: { path: { id: b } } }));
      expect(await isDefault()).toEqual([b]);
      const body = { card_holder_name: "Canary Other", expiry_month: 1, expiry_year: year + 1 };
      expect(good(await api.PUT(one, { params: { path: { id: b } }, body }))).toMatchObject({ ...body, id: b });
      expect((await api.DELETE(one, { params: { path: { id: b } } })).response.status).toBe(204);
      expect(await isDefault()).toEqual([c]);
      good(await api.POST(path, { body: { ...card, is_default: true } }));
      expect(await defaults(shop, market)).toBe(1);
      const cash = good(await api.POST(path, { body: { payment_type: "cash" } })).id;
      expect(refused(await api.PUT(one, { params: { path: { id: cash } }, body })).status).toBe(404);
    });

    it("[R59] [G3] somebody else's method looks like none: same market or another", async () => {
      const stranger = good(await neighbours[market].api.POST(path, { body: card })).id;
      const other = otherMarket(market);
      const foreign = good(await callers[other].api.POST(path, { body: card })).id;
      const mine = good(await callers[market].api.POST(path, { body: card })).id;
      const change = { card_holder_name: "x", expiry_month: 1, expiry_year: year };
      for (const id of [stranger, foreign]) {
        await expectHidden(shop, callers[market], id, [
          ["GET", (id) => `${path}/${id}`],
          ["PUT", (id) => `${path}/${id}`, change],
          ["POST", (id) => `${path}/${id}/default`],
          ["DELETE", (id) => `${path}/${id}`],
        ]);
      }
      expect(await list(callers[market])).toMatchObject([{ id: mine, is_default: true }]);
      expect((await list(neighbours[market]))[0]).toMatchObject({ id: stranger, card_holder_name: "Canary Holder" });
      expect((await list(callers[other]))[0]).toMatchObject({ id: foreign });
    });

    it("[R59] two choices of a default at once leave exactly one", async () => {
      expect(await raceForDefault(shop, callers[market], market)).toEqual([200, 200]);
      expect(await defaults(shop, market)).toBe(1);
    });

    it("[B1] [B2] one Idempotency-Key keeps one method; at most twenty are kept", async () => {
      const { api } = callers[market];
      const header = { "Idempotency-Key": randomUUID() };
      const create = (body: Input) => api.POST(path, { params: { header }, body });
      const answers = await Promise.all(Array.from({ length: 10 }, () => create(card)));
      expect(new Set(answers.map((answer) => good(answer).id)).size).toBe(1);
      expect(refused(await create({ ...card, last_four: "1111" })).code).toBe("idempotency.key_reused");
      expect(await list(callers[market])).toHaveLength(1);
      const more = await Promise.all(Array.from({ length: 22 }, () => api.POST(path, { body: card })));
      expect(more.filter((answer) => answer.response.status === 201)).toHaveLength(19);
      for (const answer of more)
        if (answer.error) expect(refused(answer).code).toBe("profile.too_many_payment_methods");
    });

    it.each([
      ["in the holder's name", { card_holder_name: fullNumbers.visa }],
      ["in groups", { card_holder_name: "4242 4242 4242 4242" }],
      ["beside other digits", { card_holder_name: "4242-4242-4242-4242 12/30 123" }],
      ["fifteen digits", { card_holder_name: `A ${fullNumbers.amex}` }],
      ["as the token", { provider_token: fullNumbers.mastercard }],
      ["inside the token", { provider_token: `tok_${fullNumbers.mir}` }],
      ["as the gateway", { gateway: fullNumbers.visa }],
      ["as the last four", { last_four: fullNumbers.visa }],
      ["as a field of its own", { card_number: fullNumbers.visa }],
      ["as a number", { card_number: Number(fullNumbers.visa) }],
      ["as the year", { expiry_year: Number(fullNumbers.visa) }],
      ["as the masked number", { card_number_masked: fullNumbers.visa }],
    ])("[R59] refuses a full card number %s, keeps and repeats nothing of it", async (_, part) => {
      const answer = await postText(shop.origin, path, JSON.stringify({ ...card, ...part }), {
        token: callers[market].token,
        headers: { "Idempotency-Key": randomUUID() },
      });
      expect(answer.status).toBe(422);
      const texts = [answer.text, await stored(shop, market)].join("\n");
      for (const number of [...Object.values(fullNumbers), "4242 4242", "4242-4242"])
        expect(texts).not.toContain(number);
      expect(await list(callers[market])).toEqual([]);
      expectNotLogged(shop, [...Object.values(fullNumbers), "4242 4242", "4242-4242"]);
    });
  });

  it.each([
    [
      { payment_type: "card" },
      ["card_type", "last_four", "card_holder_name", "provider_token", "expiry_month", "expiry_year"],
    ],
    [{ ...card, expiry_month: 13 }, ["expiry_month"]],
    [{ ...card, expiry_month: 0 }, ["expiry_month"]],
    [{ ...card, expiry_year: 2020 }, ["expiry_year"]],
    [{ ...card, expiry_year: 30 }, ["expiry_year"]],
    [{ ...card, last_four: "424" }, ["last_four"]],
    [{ ...card, last_four: "٤٢٤٢" }, ["last_four"]],
    [{ ...card, provider_token: "short" }, ["provider_token"]],
    [{ ...card, provider_token: "has spaces inside" }, ["provider_token"]],
    [{ ...card, card_type: "maestro" }, ["card_type"]],
    [{ ...card, payment_type: "cheque" }, ["payment_type"]],
    [{ ...card, card_holder_name: "" }, ["card_holder_name"]],
    [{ ...card, market: "us" }, ["market"]],
    [{ ...card, user_id: "1" }, ["user_id"]],
    [{ payment_type: "cash", card_type: "visa", provider_token: "12345678" }, ["card_type", "provider_token"]],
  ])("[R59] refuses %j, naming the fields", async (body, fields) => {
    const answer = await postText(shop.origin, path, JSON.stringify(body), { token: callers.kg.token });
    expect(answer.problem()).toMatchObject({ status: 422, code: "http.invalid_input" });
    expect(answer.problem().errors.map((error) => error.field)).toEqual(fields);
    expect(await list(callers.kg)).toEqual([]);
  });

  it("[R59] refuses a full card number when a card is changed, too", async () => {
    const { id } = good(await callers.us.api.POST(path, { body: card }));
    const body = { card_holder_name: fullNumbers.visa, expiry_month: 1, expiry_year: year };
    expect(refused(await callers.us.api.PUT(one, { params: { path: { id } }, body }))).toMatchObject({
      status: 422,
      code: "profile.full_card_number",
      errors: [{ field: "card_holder_name" }],
    });
  });

  it("[R61] PostgreSQL itself keeps MIR in KG", async () => {
    await expect(
      shop.databases.sql("us", `UPDATE markets SET card_brands = '{mir}' WHERE code = 'US'`),
    ).rejects.toThrow(/markets_mir_in_kg/);
    good(await callers.us.api.POST(path, { body: card }));
    await expect(
      shop.databases.sql("us", `UPDATE payment_methods SET card_type = 'mir' WHERE market = 'US'`),
    ).rejects.toThrow(/payment_methods_mir_in_kg/);
  });

  it("needs a login", async () => {
    for (const where of [path, `${path}/1/default`])
      expect((await postText(shop.origin, where, "{}")).problem()).toMatchObject({
        status: 401,
        code: "auth.required",
      });
  });

  it("leaves no holder or token in the log", async () => {
    good(await callers.us.api.POST(path, { body: card }));
    await callers.us.api.POST(path, { body: { ...card, expiry_month: 13 } });
    expectNotLogged(shop, ["Canary", "canary", customerPhones.us.slice(1)]);
  });

  it("[R59] [R61] brands and types are data: a market that lists more takes more", async () => {
    const other = await Shop.open(layout, {
      prepare: async (databases) => {
        await databases.sql(
          "us",
          `UPDATE markets SET card_brands = '{visa}', payment_methods = '{card,digital_wallet}' WHERE code = 'US'`,
        );
      },
    });
    try {
      const { api } = await other.logIn(customerPhones.us);
      expect(refused(await api.POST(path, { body: { ...card, card_type: "amex" } })).code).toBe(
        "profile.card_brand_not_taken",
      );
      const wallet = { payment_type: "digital_wallet", gateway: "paypal", provider_token: "wallet-token" } as const;
      expect(good(await api.POST(path, { body: wallet }))).toMatchObject({ gateway: "paypal" });
      expect(refused(await api.POST(path, { body: { payment_type: "cash" } })).code).toBe(
        "profile.payment_type_not_offered",
      );
    } finally {
      await other.close();
    }
  });

  it("negative controls: without lock and index two defaults, without the check a number is kept", async () => {
    const broken = await Shop.open(layout, {
      settings: { MARQUE_BREAK: "unlocked_owner,keep_card_numbers" },
      prepare: (databases) => databases.everywhere("DROP INDEX payment_methods_one_default"),
    });
    try {
      const caller = await broken.logIn(customerPhones.us);
      expect(await raceForDefault(broken, caller, "us")).toEqual([200, 200]);
      expect(await defaults(broken, "us")).toBe(2);
      good(await caller.api.POST(path, { body: { ...card, card_holder_name: fullNumbers.visa } }));
      expect(await stored(broken, "us")).toContain(fullNumbers.visa);
    } finally {
      await broken.close();
    }
  });
});
