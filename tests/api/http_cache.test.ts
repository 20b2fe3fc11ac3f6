// Answers of the catalogue as caches and browsers see them: entity tags, 304, Cache-Control, Vary, codings.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentPath } from "../harness/contract.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { MarqueServer, marque } from "../harness/server.js";
import { customerPhones, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";
import { decoded, Wire, type WireAnswer } from "../harness/wire.js";

interface Operation {
  "x-access": string;
  responses: Record<string, unknown>;
}
const document = JSON.parse(readFileSync(documentPath, "utf8")) as { paths: Record<string, { get?: Operation }> };
/** Every endpoint that the document says caches may keep and that depends on the market; a new one joins */
const endpoints = Object.entries(document.paths)
  .filter(([, { get }]) => get?.["x-access"] === "guest" && get.responses["304"] !== undefined)
  .map(([path]) => path)
  // The shop's pages are no part of the API's document, and kept alike.
  .concat(["/", "/search", "/c/{slug}", "/p/{slug}", "/checkout", "/orders", "/account", "/wishlist"]);

/** A query that each endpoint wants, where it wants one. */
const queries: Record<string, (slug: string) => string> = {
  "/api/v1/products/search": () => "?q=dress",
  "/api/v1/products": () => "?limit=30",
  "/api/v1/products/suggestions": () => "?q=dre",
  "/api/v1/products/batch": (slug) => `?slugs=${slug},no-such-thing`,
};

const etag = (answer: WireAnswer) => answer.headers.etag ?? "";
const names = (field: string | undefined) => (field ?? "").split(",").map((name) => name.trim().toLowerCase());

it("[R15] everything that guests may read of a market's catalogue can be kept by caches", () => {
  expect(endpoints).toEqual(
    expect.arrayContaining([
      "/api/v1/products",
      "/api/v1/products/best-sellers",
      "/api/v1/products/search",
      "/api/v1/products/{slug}",
      "/api/v1/categories",
      "/api/v1/categories/{slug}",
      "/api/v1/categories/{slug}/subcategories",
      "/api/v1/attributes",
      "/api/v1/home",
      "/api/v1/products/batch",
      "/api/v1/products/featured",
      "/api/v1/products/{slug}/related",
    ]),
  );
});

describe.each(layouts)("answers that caches keep, %s", (layout) => {
  let shop: Shop;
  let wire: Wire;
  const slugs: Record<string, string> = {};
  beforeAll(async () => {
    shop = await Shop.open(layout);
    wire = new Wire(shop.origin);
    const page = JSON.parse(decoded(await wire.ask("/api/v1/products?limit=1"))) as { items: Array<{ slug: string }> };
    const top = JSON.parse(decoded(await wire.ask("/api/v1/categories"))) as { items: Array<{ slug: string }> };
    slugs.products = page.items[0]?.slug ?? "";
    slugs.categories = top.items[0]?.slug ?? "";
  });
  afterAll(async () => {
    wire?.close();
    await shop?.close();
  });

  /** The path of an endpoint with a thing that both markets have. */
  const pathOf = (endpoint: string) =>
    endpoint.replace(
      /\/(\w+)\/\{slug\}/,
      (_, kind: string) => `/${kind}/${slugs[{ c: "categories", p: "products" }[kind] ?? kind]}`,
    ) + (queries[endpoint]?.(slugs.products ?? "") ?? "");
  const guest = (market: Market, language = "ru") => ({ "X-Market": market, "Accept-Language": language });

  describe.each(endpoints)("GET %s", (endpoint) => {
    it.each(markets)("is 304 for whoever has it, in %s", async (market) => {
      const path = pathOf(endpoint);
      const whole = await wire.ask(path, guest(market));
      expect(whole.status).toBe(200);
      expect(etag(whole)).toMatch(/^"[0-9a-f]{32}"$/);
      expect(whole.headers["cache-control"]).toBe("public, max-age=5, stale-while-revalidate=30");
      expect(whole.headers["content-encoding"]).toBeUndefined();
      const varies = ["x-market", "accept-language", "authorization", "accept-encoding", "origin"];
      expect(names(whole.headers.vary).sort()).toEqual(varies.sort());
      for (const field of [etag(whole), `W/${etag(whole)}`, `"x", ${etag(whole)}`, `W/"y" ,${etag(whole)}`, "*"]) {
        const same = await wire.ask(path, { ...guest(market), "If-None-Match": field });
        expect(same.status, field).toBe(304);
        expect(same.bytes.length).toBe(0);
        for (const name of ["etag", "vary", "cache-control"]) expect(same.headers[name]).toBe(whole.headers[name]);
        expect(same.headers.date).toBeDefined();
        for (const name of ["content-type", "content-length", "content-encoding"])
          expect(same.headers[name]).toBeUndefined();
      }
      for (const field of ['"x"', etag(whole).slice(1, -1), `${etag(whole).slice(0, -1)}-br"`, ""])
        expect((await wire.ask(path, { ...guest(market), "If-None-Match": field })).status, field).toBe(200);
    });

    it("answers HEAD with the same header and no body", async () => {
      for (const coding of ["identity", "gzip"]) {
        const headers = { ...guest("kg"), "Accept-Encoding": coding };
        const [whole, head] = [
          await wire.ask(pathOf(endpoint), headers),
          await wire.ask(pathOf(endpoint), headers, "HEAD"),
        ];
        expect(head.bytes.length).toBe(0);
        for (const name of ["etag", "vary", "cache-control", "content-length", "content-encoding", "content-type"])
          expect(head.headers[name], name).toBe(whole.headers[name]);
        const known = await wire.ask(pathOf(endpoint), { ...headers, "If-None-Match": etag(whole) }, "HEAD");
        expect(known.status).toBe(304);
      }
    });

    it("has another tag in another market or language, and the same one again", async () => {
      const seen = new Map<string, string>();
      for (const market of markets) {
        for (const language of ["ru", "en"]) {
          const answer = await wire.ask(pathOf(endpoint), guest(market, language));
          seen.set(`${market} ${language}`, etag(answer));
          expect(etag(await wire.ask(pathOf(endpoint), guest(market, language)))).toBe(etag(answer));
        }
      }
      expect(new Set(seen.values()).size).toBe(4);
    });

    it("says the same to a customer, whose market the token decides, and lets no shared cache keep it", async () => {
      const { token } = await shop.logIn(customerPhones.us);
      const asked = { Authorization: `Bearer ${token}`, "X-Market": "kg", "Accept-Language": "ky" };
      const own = await wire.ask(pathOf(endpoint), asked);
      expect(own.headers["cache-control"]).toBe("private, no-cache");
      expect(own.headers["x-market"]).toBe("us");
      expect(etag(own)).toBe(etag(await wire.ask(pathOf(endpoint), guest("us", "en"))));
      const known = await wire.ask(pathOf(endpoint), { ...asked, "If-None-Match": etag(own) });
      expect([known.status, known.headers["cache-control"]]).toEqual([304, "private, no-cache"]);
    });

    it("is the same bytes in every coding, each with a tag of its own", async () => {
      const plain = await wire.ask(pathOf(endpoint), guest("kg"));
      const tags = new Set<string>();
      for (const coding of ["br", "gzip", "identity"]) {
        const answer = await wire.ask(pathOf(endpoint), { ...guest("kg"), "Accept-Encoding": coding });
        expect(decoded(answer)).toBe(plain.bytes.toString());
        if (plain.bytes.length >= 1024 && coding !== "identity") {
          expect(answer.headers["content-encoding"]).toBe(coding);
          expect(answer.bytes.length).toBeLessThan(plain.bytes.length * 0.6);
        } else {
          expect(answer.headers["content-encoding"]).toBeUndefined();
        }
        tags.add(etag(answer));
        const known = { ...guest("kg"), "Accept-Encoding": coding, "If-None-Match": etag(answer) };
        expect((await wire.ask(pathOf(endpoint), known)).status).toBe(304);
      }
      expect(tags.size).toBe(plain.bytes.length >= 1024 ? 3 : 1);
      const other = { ...guest("kg"), "Accept-Encoding": "br", "If-None-Match": etag(plain) };
      expect((await wire.ask(pathOf(endpoint), other)).status).toBe(plain.bytes.length >= 1024 ? 200 : 304);
    });
  });

  it.each([
    ["gzip, deflate, br", "br"],
    ["gzip, deflate", "gzip"],
    ["x-gzip", "gzip"],
    ["GZip;Q=0.3", "gzip"],
    ["br;q=0.2, gzip;q=0.8", "gzip"],
    ["br;q=0, gzip;q=0.001", "gzip"],
    ["*", "br"],
    ["*;q=0.1, br;q=0", "gzip"],
    ["*;q=0, gzip", "gzip"],
    ["identity;q=0, *", "br"],
    ["identity, br;q=0.5", undefined],
    ["identity;q=0.5, br;q=0.4", undefined],
    ["", undefined],
    ["deflate, zstd", undefined],
    ["*;q=0, identity", undefined],
    ["br;q=5, gzip;q=x", undefined],
    ["br;q=0", undefined],
  ])("Accept-Encoding %j gets %s", async (field, coding) => {
    const answer = await wire.ask("/api/v1/products", { "Accept-Encoding": field });
    expect([answer.status, answer.headers["content-encoding"]]).toEqual([200, coding]);
    expect(decoded(answer)).toBe(decoded(await wire.ask("/api/v1/products")));
  });

  it.each(["*;q=0", "identity;q=0", "identity;q=0, deflate"])(
    "Accept-Encoding %j leaves nothing to send",
    async (field) => {
      const answer = await wire.ask("/api/v1/products", { "Accept-Encoding": field });
      expect(answer.status).toBe(406);
      expect(JSON.parse(decoded(answer))).toMatchObject({ code: "http.not_acceptable" });
      expect(answer.headers["cache-control"]).toBe("no-store");
    },
  );

  it("only the catalogue is compressed: refusals, customers' own things and open pages are not", async () => {
    const { token } = await shop.logIn(customerPhones.kg);
    const own = { Authorization: `Bearer ${token}`, "Accept-Encoding": "br, gzip" };
    for (const path of ["/api/v1/profile", "/api/v1/orders", "/api/v1/profile/notifications", "/api/v1/openapi.json"])
      expect((await wire.ask(path, own)).headers["content-encoding"], path).toBeUndefined();
    const refusals = ["/api/v1/products/no-such-thing", `/api/v1/products?nonsense=${"x".repeat(1500)}`];
    for (const path of refusals) {
      const answer = await wire.ask(path, { "Accept-Encoding": "br" });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.headers["content-encoding"]).toBeUndefined();
      expect(answer.headers["cache-control"]).toBe("no-store");
      expect(names(answer.headers.vary)).toContain("x-market");
    }
  });

  it("another price, then another currency, is another answer; what is said again has its old tag", async () => {
    const { product, sku } = await shop.findSku("kg");
    const path = `/api/v1/products/${product.slug}`;
    const headers = { ...guest("kg"), "Accept-Encoding": "br" };
    const before = await wire.ask(path, headers);
    const abroad = await wire.ask(path, guest("us"));
    const setPrice = async (amount: string) => {
      const original = sku.original_price === null ? [] : ["--original", String(sku.original_price)];
      const done = await marque(["price", "set", "KG", sku.sku_code, amount, ...original], shop.databases.environment);
      expect(done.stderr + done.stdout).toContain(sku.sku_code);
    };
    const changed = (than: WireAnswer) =>
      eventually("the answer changes", async () => {
        const answer = await wire.ask(path, { ...headers, "If-None-Match": etag(than) });
        return answer.status === 200 ? answer : undefined;
      });
    await setPrice("1.00");
    const cheap = await changed(before);
    expect(decoded(cheap)).toContain('"price":1.00');
    expect(etag(cheap)).not.toBe(etag(before));
    expect(etag(await wire.ask(path, guest("us")))).toBe(etag(abroad));
    await setPrice(sku.price.toFixed(2));
    const again = await changed(cheap);
    expect(decoded(again)).toContain(`"price":${sku.price.toFixed(2)}`); // and another lowest price of the last days
    await shop.databases.sql("kg", "UPDATE markets SET currency = 'KZT' WHERE code = 'KG'");
    expect(decoded(await changed(again))).toContain('"currency":"KZT"');
    await shop.databases.sql("kg", "UPDATE markets SET currency = 'KGS' WHERE code = 'KG'");
    await eventually("the old currency", async () => etag(await wire.ask(path, headers)) === etag(again));
  });

  it("two servers, and one after a restart, name the same answer alike", async () => {
    const other = await MarqueServer.start(shop.databases.environment);
    const second = new Wire(other.origin);
    try {
      for (const endpoint of endpoints) {
        for (const coding of ["identity", "br"]) {
          const headers = { ...guest("us"), "Accept-Encoding": coding };
          const [a, b] = [await wire.ask(pathOf(endpoint), headers), await second.ask(pathOf(endpoint), headers)];
          expect(etag(a), endpoint).toBe(etag(b));
          expect(a.bytes.equals(b.bytes)).toBe(true);
        }
      }
    } finally {
      second.close();
      await other.stop();
    }
  });
});
