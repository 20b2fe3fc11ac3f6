// Whatever a visitor sends, the next one gets through a caching proxy what the server itself would say: every
// combination of the headers that decide an answer and of some that must not.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CachingProxy } from "../harness/caching_proxy.js";
import { type LayoutName, layouts } from "../harness/layouts.js";
import { customerPhones, Shop } from "../harness/shop.js";
import { decoded, Wire, type WireAnswer } from "../harness/wire.js";

const settings = {
  MARKET_HOSTS: "shop.kg=kg,shop.us=us",
  TRUSTED_PROXIES: "127.0.0.1",
  CORS_ORIGINS: "https://shop.example,https://other.example",
};

type Headers = Record<string, string>;

/** Every choice of one from each list, headers put together. */
function product(...lists: Headers[][]): Headers[] {
  return lists.reduce((all, list) => all.flatMap((one) => list.map((more) => ({ ...one, ...more }))), [{}]);
}

/** What no answer may depend on. The proxy sets X-Forwarded-For and -Proto itself, as docs say it must. */
const unkeyed: Headers[] = [
  {},
  {
    "X-Forwarded-Host": "shop.us",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Prefix": "/evil",
    "X-Original-URL": "/api/v1/products?market=us",
    "X-HTTP-Method-Override": "POST",
  },
  {
    Forwarded: "host=shop.us;proto=https",
    "X-Host": "shop.us",
    Cookie: "market=us; lang=en",
    "X-Language": "en",
    "CF-IPCountry": "US",
    Range: "bytes=0-9",
    "X-Request-Id": "poisoned-request-id",
  },
];

/** A seeded order, so that a failure can be repeated. */
function shuffled<T>(items: T[], seed: number): T[] {
  let state = seed;
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  return items
    .map((item) => ({ item, key: next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** What an answer says, without what belongs to the moment or to the connection. */
function said({ status, headers, bytes }: WireAnswer): string {
  const {
    date: _,
    "x-request-id": _id,
    connection: _c,
    "keep-alive": _k,
    "x-cache": _x,
    age: _a,
    server: _s,
    ...rest
  } = headers;
  if (status >= 400) delete rest["content-length"]; // the request id has no fixed length
  const fields = Object.entries(rest).sort(([a], [b]) => a.localeCompare(b));
  const body = status >= 400 ? bytes.toString().replace(/"request_id":"[^"]*"/, "") : bytes.toString("latin1");
  return JSON.stringify([status, fields, body]);
}

interface Visit {
  path: string;
  headers: Headers;
}

interface Outcome {
  visits: number;
  hits: number;
  wrong: Array<Visit & { got: string; wanted: string }>;
}

/** Makes every visit through the proxy, in two passes of different order; holds each answer against the server's. */
async function visitAll(visits: Visit[], server: Wire, proxy: Wire, seed: number): Promise<Outcome> {
  const wanted = new Map<Visit, string>();
  await inParallel(visits, async (visit) => {
    const asProxiesAsk = { ...visit.headers, "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "http" };
    wanted.set(visit, said(await server.ask(visit.path, asProxiesAsk)));
  });
  const outcome: Outcome = { visits: 0, hits: 0, wrong: [] };
  for (const pass of [1, 2]) {
    await inParallel(shuffled(visits, seed + pass), async (visit) => {
      const answer = await proxy.ask(visit.path, visit.headers);
      outcome.visits += 1;
      const kept = /HIT|STALE|UPDATING|REVALIDATED/.test(answer.headers["x-cache"] ?? "");
      if (kept || answer.headers.age !== undefined) outcome.hits += 1;
      const got = said(answer);
      if (got !== wanted.get(visit)) outcome.wrong.push({ ...visit, got, wanted: wanted.get(visit) ?? "" });
    });
  }
  return outcome;
}

async function inParallel<T>(items: T[], work: (item: T) => Promise<void>, width = 24): Promise<void> {
  const rest = [...items];
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let item = rest.pop(); item !== undefined; item = rest.pop()) await work(item);
    }),
  );
}

const brief = (outcome: Outcome) =>
  outcome.wrong.slice(0, 3).map(({ path, headers: { Authorization, ...headers }, got, wanted }) => ({
    path,
    headers: { ...headers, ...(Authorization ? { token: "yes" } : {}) },
    got: got.slice(0, 700),
    wanted: wanted.slice(0, 700),
  }));

async function combinations(shop: Shop): Promise<{ keyed: Headers[]; some: Headers[] }> {
  const tokens = {
    kg: (await shop.logIn(customerPhones.kg)).token,
    us: (await shop.logIn(customerPhones.us)).token,
  };
  const marketHeader: Headers[] = [{}, { "X-Market": "kg" }, { "X-Market": "us" }, { "X-Market": "zz" }];
  const host: Headers[] = [{}, { Host: "shop.kg" }, { Host: "shop.us" }];
  const language: Headers[] = [{}, { "Accept-Language": "ru" }, { "Accept-Language": "en-US,en;q=0.9,ky;q=0.8" }];
  const coding: Headers[] = [{}, { "Accept-Encoding": "gzip, deflate" }, { "Accept-Encoding": "br" }];
  const authorization: Headers[] = [
    {},
    { Authorization: `Bearer ${tokens.kg}` },
    { Authorization: `Bearer ${tokens.us}` },
    { Authorization: "Bearer broken" },
  ];
  const origin: Headers[] = [{}, { Origin: "https://shop.example" }];
  return {
    keyed: product(marketHeader, host, language, coding, authorization, origin, unkeyed),
    some: product(marketHeader.slice(0, 3), host, language.slice(1), coding.slice(1), authorization.slice(0, 2)),
  };
}

const seed = Number(process.env.MARQUE_TEST_SEED ?? 20_261_121);

async function poison(layout: LayoutName, proxyKind: "nginx" | "haproxy", broken = ""): Promise<Outcome> {
  const shop = await Shop.open(layout, { settings: { ...settings, ...(broken ? { MARQUE_BREAK: broken } : {}) } });
  const proxy = await CachingProxy.start(proxyKind, shop.origin);
  const [server, through] = [new Wire(shop.origin), new Wire(proxy.origin)];
  try {
    const { keyed, some } = await combinations(shop);
    const list = "/api/v1/products?limit=3";
    const visits: Visit[] = [];
    const all = proxyKind === "nginx" && !broken;
    for (const headers of all ? keyed : some) visits.push({ path: list, headers });
    for (const query of ["&market=us", "&market=KG", "&lang=en", "&lang=ky&market=kg"])
      for (const headers of some) visits.push({ path: list + query, headers });
    const page = JSON.parse(decoded(await server.ask("/api/v1/products?limit=2"))) as {
      items: Array<{ slug: string }>;
    };
    const batch = `/api/v1/products/batch?slugs=${page.items.map((item) => item.slug).join(",")}`;
    const pages = ["/", "/search?q=dress", `/p/${page.items[0]?.slug}`];
    for (const path of ["/api/v1/categories", "/api/v1/products/no-such-thing", "/api/v1/home", batch, ...pages])
      for (const headers of some) visits.push({ path, headers });
    const outcome = await visitAll(visits, server, through, seed);
    console.log(
      `poisoning, ${layout}, ${proxyKind}${broken ? `, ${broken}` : ""}: ${visits.length} combinations, ` +
        `${outcome.visits} visits, ${outcome.hits} from the cache, ${outcome.wrong.length} wrong (seed ${seed})`,
    );
    return outcome;
  } finally {
    server.close();
    through.close();
    await proxy.stop();
    await shop.close();
  }
}

describe.each(layouts)("caches cannot be poisoned, %s", (layout) => {
  it("[R15] through nginx with proxy_cache and its default key, over all combinations", async () => {
    const outcome = await poison(layout, "nginx");
    expect(brief(outcome)).toEqual([]);
    expect(outcome.hits).toBeGreaterThan(outcome.visits / 10);
  });
});

describe("other proxies and the control", () => {
  it("[R15] through HAProxy's cache", async () => {
    expect(brief(await poison("one database", "haproxy"))).toEqual([]);
  });

  it("negative control: without X-Market and Accept-Language in Vary a visitor gets another's answer", async () => {
    const outcome = await poison("one database", "nginx", "forget_vary");
    expect(outcome.wrong.length).toBeGreaterThan(10);
  });
});

describe("what the proxy adds", () => {
  let shop: Shop;
  let proxy: CachingProxy;
  beforeAll(async () => {
    shop = await Shop.open("one database", { settings });
    proxy = await CachingProxy.start("nginx", shop.origin);
  });
  afterAll(async () => {
    await proxy?.stop();
    await shop?.close();
  });

  it("answers from its memory for guests, never for a token", async () => {
    const wire = new Wire(proxy.origin);
    const { token } = await shop.logIn(customerPhones.kg);
    const ask = async (headers: Headers) => (await wire.ask("/api/v1/products?limit=2", headers)).headers["x-cache"];
    expect([await ask({}), await ask({})]).toEqual(["MISS", "HIT"]);
    const own = { Authorization: `Bearer ${token}` };
    expect([await ask(own), await ask(own)]).toEqual(["MISS", "MISS"]);
    wire.close();
  });
});
