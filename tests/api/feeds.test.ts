// What crawlers and shopping sites read: robots.txt, sitemaps, product feeds. Well-formed, reachable, one market each.
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { MarqueServer } from "../harness/server.js";
import { currencies, type Product, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";
import { decoded, Wire } from "../harness/wire.js";

const base = "https://shop.example";
const languages: Record<Market, string[]> = { kg: ["ru", "ky", "en"], us: ["en", "ru"] };

interface SitemapUrl {
  loc: string;
  lastmod?: string;
  "xhtml:link": Array<{ "@rel": string; "@hreflang": string; "@href": string }>;
}
interface FeedItem {
  "g:id": string;
  "g:title": string;
  "g:description": string;
  "g:link": string;
  "g:image_link": string;
  "g:price": string;
  "g:sale_price"?: string;
  "g:availability": string;
  "g:item_group_id": string;
  "g:brand": string;
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseTagValue: false,
  parseAttributeValue: false,
  isArray: (name) => ["url", "sitemap", "item", "xhtml:link"].includes(name),
  processEntities: { enabled: true, maxTotalExpansions: 1_000_000, maxExpandedLength: 100_000_000 },
});

function parsed(text: string): Record<string, unknown> {
  expect(XMLValidator.validate(text)).toBe(true);
  return parser.parse(text) as Record<string, unknown>;
}

describe.each(layouts)("sitemaps and feeds, %s", (layout) => {
  let shop: Shop;
  let wire: Wire;
  beforeAll(async () => {
    shop = await Shop.open(layout, { settings: { PUBLIC_URL: base } });
    wire = new Wire(shop.origin);
  });
  afterAll(async () => {
    wire?.close();
    await shop?.close();
  });

  const xml = async (path: string) => {
    const answer = await wire.ask(path);
    expect([answer.status, answer.headers["content-type"]], path).toEqual([200, "application/xml; charset=utf-8"]);
    expect(answer.headers["cache-control"]).toBe("public, max-age=3600");
    return parsed(decoded(answer));
  };
  const pathOf = (address: string) => {
    expect(address.startsWith(`${base}/`), address).toBe(true);
    return address.slice(base.length);
  };
  const urlsOf = async (market: Market) =>
    ((await xml(`/sitemap-${market}.xml`)) as { urlset: { url: SitemapUrl[] } }).urlset.url;
  const feedOf = async (market: Market, language?: string) => {
    const feed = await xml(`/feed-${market}.xml${language ? `?lang=${language}` : ""}`);
    return (feed as { rss: { channel: { item: FeedItem[] } } }).rss.channel.item;
  };
  /** Slugs of what a market sells, and SKU codes, as the database has them. */
  const sold = async (market: Market) =>
    shop.databases.sql<{ slug: string; sku_code: string }>(
      market,
      `SELECT r.slug, k.sku_code FROM products r
       JOIN skus k ON k.market = r.market AND k.product_id = r.id AND k.is_active
       JOIN prices p ON p.market = $1 AND p.owner_market = k.market AND p.sku_id = k.id
       WHERE r.is_active AND r.market IN ($1, 'ALL')`,
      [market.toUpperCase()],
    );

  it("[R63] robots.txt names the sitemap, and the sitemap every market's file", async () => {
    const { text, status } = await raw(shop.origin, "GET", "/robots.txt");
    expect(status).toBe(200);
    expect(text).toContain(`Sitemap: ${base}/sitemap.xml\n`);
    expect(text).toContain("Disallow: /api/v1/manager/\n");
    const index = (await xml("/sitemap.xml")) as { sitemapindex: { sitemap: Array<{ loc: string }> } };
    expect(index.sitemapindex.sitemap.map(({ loc }) => loc)).toEqual([
      `${base}/sitemap-kg.xml`,
      `${base}/sitemap-us.xml`,
    ]);
  });

  it.each(markets)(
    "[R63] the sitemap of %s has each product it sells in each language, and nothing else",
    async (market) => {
      const urls = await urlsOf(market);
      const slugs = new Set((await sold(market)).map(({ slug }) => slug));
      const products = urls.filter(({ loc }) => loc.includes("/p/"));
      const expected = [...slugs].flatMap((slug) =>
        languages[market].map((language) => `${base}/p/${slug}?market=${market}&lang=${language}`),
      );
      expect(products.map(({ loc }) => loc).sort()).toEqual(expected.sort());
      expect(new Set(urls.map(({ loc }) => loc)).size).toBe(urls.length);
      for (const { lastmod = "" } of products) {
        expect(lastmod).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        expect(Date.parse(lastmod)).toBeLessThanOrEqual(Date.now());
      }
      for (const { loc, "xhtml:link": alternates } of urls) {
        expect(alternates.map((link) => link["@hreflang"])).toEqual(
          languages[market].map((language) => `${language}-${market.toUpperCase()}`),
        );
        expect(alternates.map((link) => link["@href"])).toContain(loc);
      }
    },
  );

  it.each(markets)("[R63] every address in the sitemap of %s answers 200 in its own language", async (market) => {
    const urls = await urlsOf(market);
    const answers = new Map<string, number>();
    const rest = urls.map(({ loc }) => loc);
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        for (let address = rest.pop(); address !== undefined; address = rest.pop()) {
          const answer = await wire.ask(pathOf(address));
          if (answer.status !== 200 || answer.headers["x-market"] !== market) answers.set(address, answer.status);
        }
      }),
    );
    expect([...answers]).toEqual([]);
    console.log(`sitemap, ${layout}, ${market}: ${urls.length} addresses answer 200`);
  });

  it.each(markets)("[R63] the feed of %s has every SKU once, at the price of its page", async (market) => {
    const items = await feedOf(market);
    expect(items.map((item) => item["g:id"]).sort()).toEqual((await sold(market)).map((row) => row.sku_code).sort());
    const sample = [...new Set(items.map((item) => item["g:item_group_id"]))].filter((_, i) => i % 40 === 0);
    for (const slug of sample) {
      const product: Product = good(
        await shop.guest(market, languages[market][0]).GET("/api/v1/products/{slug}", { params: { path: { slug } } }),
      );
      for (const sku of product.skus) {
        const item = items.find((candidate) => candidate["g:id"] === sku.sku_code);
        const price = `${sku.price.toFixed(2)} ${currencies[market]}`;
        const original = sku.original_price && `${sku.original_price.toFixed(2)} ${currencies[market]}`;
        expect(item?.["g:price"]).toBe(original ?? price);
        expect(item?.["g:sale_price"]).toBe(original ? price : undefined);
        expect(item?.["g:availability"]).toBe(sku.in_stock ? "in_stock" : "out_of_stock");
        expect(item?.["g:title"]).toContain(product.name);
        expect(item?.["g:brand"]).toBe(product.brand);
        expect((await wire.ask(pathOf(item?.["g:link"] ?? ""))).status).toBe(200);
        expect((await wire.ask(pathOf(item?.["g:image_link"] ?? ""))).status).toBe(200);
      }
    }
    expect(items.some((item) => item["g:sale_price"])).toBe(true);
    console.log(`feed, ${layout}, ${market}: ${items.length} articles, ${sample.length} products compared`);
  });

  describe.each(["/sitemap.xml", "/sitemap-kg.xml", "/sitemap-us.xml", "/feed-kg.xml?lang=ky", "/feed-us.xml"])(
    "%s",
    (path) => {
      it("[R63] is named by its content, 304 for whoever has it, and compressed by brotli and gzip", async () => {
        const plain = await wire.ask(path);
        const tag = plain.headers.etag ?? "";
        expect(tag).toMatch(/^"[0-9a-f]{32}"$/);
        expect(plain.headers.vary).toBe("Accept-Encoding, Origin");
        for (const [coding, word] of [
          ["gzip, deflate", "gzip"],
          ["br;q=0.5, gzip;q=0.4", "br"],
        ] as const) {
          const coded = await wire.ask(path, { "Accept-Encoding": coding });
          expect(coded.headers).toMatchObject({ "content-encoding": word, etag: `${tag.slice(0, -1)}-${word}"` });
          expect(decoded(coded)).toBe(decoded(plain));
          if (plain.bytes.length > 10_000) expect(coded.bytes.length).toBeLessThan(plain.bytes.length / 4);
          const known = await wire.ask(path, { "Accept-Encoding": coding, "If-None-Match": coded.headers.etag ?? "" });
          expect([known.status, known.bytes.length]).toEqual([304, 0]);
          expect(known.headers).toMatchObject({ etag: coded.headers.etag, "cache-control": "public, max-age=3600" });
        }
        expect((await wire.ask(path, { "If-None-Match": tag })).status).toBe(304);
        expect((await wire.ask(path, { "If-None-Match": '"x"' })).status).toBe(200);
        expect((await wire.ask(path, { "Accept-Encoding": "identity;q=0, *;q=0" })).status).toBe(406);
        const head = await wire.ask(path, { "Accept-Encoding": "br" }, "HEAD");
        expect([head.status, head.bytes.length, head.headers.etag]).toEqual([200, 0, `${tag.slice(0, -1)}-br"`]);
      });
    },
  );

  it.each(markets)(
    "[R63] another server says the same tags of %s, and a price or a name changes them",
    async (market) => {
      const paths = [`/sitemap-${market}.xml`, `/feed-${market}.xml`, `/feed-${market}.xml?lang=en`];
      const tags = async (from: Wire) =>
        Promise.all(paths.map(async (path) => (await from.ask(path)).headers.etag ?? ""));
      const other = await MarqueServer.start({ ...shop.databases.environment, PUBLIC_URL: base });
      const there = new Wire(other.origin);
      try {
        const before = await tags(wire);
        expect(await tags(there)).toEqual(before);
        const { sku, product } = await shop.findSku(market, 1, 5);
        await shop.databases.sql(
          market,
          "UPDATE prices SET price_minor = price_minor + 100, original_minor = NULL WHERE market = $1 AND sku_id = $2",
          [market.toUpperCase(), sku.id],
        );
        await eventually("the price changes the feed's tag", async () => (await tags(wire))[1] !== before[1]);
        const priced = await tags(wire);
        await shop.databases.sql(
          market,
          `UPDATE product_translations t SET name = t.name || ' 2' FROM products r
         WHERE r.slug = $1 AND t.market = r.market AND t.product_id = r.id AND t.language = 'en'`,
          [product.slug],
        );
        await eventually("the name does, too", async () => (await tags(wire))[2] !== priced[2]);
        const named = await tags(wire);
        await eventually("the other server agrees", async () => (await tags(there)).join() === named.join());
        // Sales and stars are not in it.
        await shop.databases.sql(
          market,
          "UPDATE product_stats SET sales_count = sales_count + 1 WHERE product_id = $1",
          [product.id],
        );
        await eventually(
          "the sale shows",
          async () =>
            good(await shop.guest(market).GET("/api/v1/products/{slug}", { params: { path: { slug: product.slug } } }))
              .sales_count > product.sales_count,
        );
        expect(await tags(wire)).toEqual(named);
      } finally {
        there.close();
        await other.stop();
      }
    },
  );

  it("[R63] the feed speaks the language asked for", async () => {
    const title = async (language: string) => (await feedOf("kg", language))[0]?.["g:title"];
    const titles = [await title("ru"), await title("ky"), await title("en")];
    expect(new Set(titles).size).toBe(3);
    expect((await feedOf("kg"))[0]?.["g:title"]).toBe(titles[0]);
  });

  it("[R63] text with markup and what XML cannot hold comes through whole", async () => {
    const { product } = await shop.findSku("kg", 1, 3);
    const name = `A <b>"dress"</b> & 'more' ]]> 👗 ${product.slug}`;
    await shop.databases.sql(
      "kg",
      `UPDATE product_translations t SET name = $1, description = E'tab\\tbell\\u0007end'
       FROM products r WHERE r.slug = $2 AND t.market = r.market AND t.product_id = r.id`,
      [name, product.slug],
    );
    const deadline = Date.now() + 10_000;
    for (;;) {
      const item = (await feedOf("kg")).find((candidate) => candidate["g:item_group_id"] === product.slug);
      if (item?.["g:title"].startsWith(name)) {
        expect(item["g:description"]).toBe("tab\tbell\u{FFFD}end");
        break;
      }
      expect(Date.now()).toBeLessThan(deadline);
    }
  });

  it.each([
    "/sitemap-zz.xml",
    "/sitemap-kg-1.xml",
    "/sitemap-kg-2.xml",
    "/sitemap-kg-02.xml",
    "/sitemap-.xml",
    "/sitemap-all.xml",
    "/feed-zz.xml",
    "/feed-all.xml",
    "/feed-us.xml?lang=ky",
    "/feed-us.xml?lang=xx",
  ])("%s is not there", async (path) => {
    expect((await raw(shop.origin, "GET", path)).status).toBe(404);
  });

  it("[R63] a draft market has neither, and a reader that goes away harms nobody", async () => {
    await shop.databases.sql("us", "UPDATE markets SET state = 'draft' WHERE code = 'US'");
    const deadline = Date.now() + 10_000;
    while ((await raw(shop.origin, "GET", "/sitemap-us.xml")).status !== 404) expect(Date.now()).toBeLessThan(deadline);
    expect((await raw(shop.origin, "GET", "/feed-us.xml")).status).toBe(404);
    expect(decoded(await wire.ask("/sitemap.xml"))).not.toContain("sitemap-us");
    for (let i = 0; i < 20; i++) {
      const stop = new AbortController();
      const answer = await fetch(`${shop.origin}/feed-kg.xml`, { signal: stop.signal });
      await answer.body?.getReader().read();
      stop.abort();
    }
    expect((await raw(shop.origin, "GET", "/health")).status).toBe(200);
  });

  it("[R63] pages of a web shop elsewhere take the addresses' place", async () => {
    const settings = { PRODUCT_PAGE: "https://web.example/{market}/{language}/p/{slug}", CATEGORY_PAGE: "/c/{slug}" };
    const other = await MarqueServer.start({ ...shop.databases.environment, ...settings, PUBLIC_URL: base });
    try {
      const text = await (await fetch(`${other.origin}/sitemap-kg.xml`)).text();
      expect(text).toMatch(/<loc>https:\/\/web\.example\/kg\/ky\/p\/[a-z0-9-]+<\/loc>/);
      expect(text).toMatch(/<loc>https:\/\/shop\.example\/c\/[a-z0-9-]+<\/loc>/);
    } finally {
      await other.stop();
    }
  });
});
