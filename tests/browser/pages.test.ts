// The shop's pages as they leave the server, before any script: whole, in the visitor's market and language, named for
// search engines, and safe whatever the catalogue's texts are.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw } from "../harness/api.js";
import { type LayoutName, layouts, type Market, markets } from "../harness/layouts.js";
import { MarqueServer } from "../harness/server.js";
import { currencies, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

const html = { Accept: "text/html,application/xhtml+xml" };
const languages: Record<Market, string[]> = { kg: ["ru", "ky", "en"], us: ["en", "ru"] };
const foreign: Record<Market, RegExp> = { kg: /\$\s?\d|USD\d/, us: /\d\s?сом|KGS\d/ };

const get = async (shop: Shop, path: string, headers: Record<string, string> = {}) => {
  const { status, headers: given, text } = await page(shop, path, headers);
  expect(status, path).toBe(200);
  expect(given.get("content-type")).toBe("text/html; charset=utf-8");
  return text;
};
const page = async (shop: Shop, path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(shop.origin + path, { headers: { ...html, ...headers } });
  return { status: response.status, headers: response.headers, text: await response.text() };
};
const unescaped = (text: string) =>
  text.replace(
    /&(amp|lt|gt|quot|#39);/g,
    (_, name: string) => ({ amp: "&", lt: "<", gt: ">", quot: '"' })[name] ?? "'",
  );
const first = (text: string, pattern: RegExp) => unescaped(text.match(pattern)?.[1] ?? "");
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => unescaped(match[1] ?? ""));
const structured = (text: string) =>
  [...text.matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/gs)].map(
    (match) => JSON.parse(match[1] ?? "") as Record<string, unknown>,
  );
/** What a person reads: no scripts, no tags. */
const read = (text: string) => unescaped(text.replace(/<script.*?<\/script>/gs, " ").replace(/<[^>]*>/g, " "));
/** The digits of a price tag, as a number: "1 250,50 сом", "$1,250.50". */
const amount = (tag: string) => {
  const digits = tag.replace(/[^\d.,]/g, "");
  const fraction = digits.match(/[.,](\d{2})$/)?.[1];
  const whole = (fraction ? digits.slice(0, -3) : digits).replace(/[.,]/g, "");
  return Number(`${whole}.${fraction ?? "0"}`);
};

describe.each<LayoutName>(layouts)("[R63] [R64] [R66] [R67] pages, %s", (layout) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open(layout);
  });
  afterAll(() => shop?.close());

  describe.each<Market>(markets)("%s", (market) => {
    it("every page of the market shows its own prices and nobody else's", async () => {
      const list = good(await shop.guest(market).GET("/api/v1/products", { params: { query: { limit: 100 } } }));
      const price = new Map(list.items.map((item) => [item.slug, item.price]));
      const { items: categories } = good(await shop.guest(market).GET("/api/v1/categories"));
      const paths = ["/", "/search", ...categories.map(({ slug }) => `/c/${slug}`)];
      const products = list.items.slice(0, 5).map(({ slug }) => `/p/${slug}`);
      let compared = 0;
      for (const path of [...paths, ...products]) {
        const text = await get(shop, `${path}?market=${market}&lang=${languages[market][0]}`);
        expect(read(text), path).not.toMatch(foreign[market]);
        const cards = text.matchAll(/<li class="card"><a href="\/p\/([a-z0-9-]+)[?"].*?<b>(.*?)<\/b>/gs);
        for (const [, slug = "", tag = ""] of cards) {
          if (!price.has(slug)) continue;
          expect(amount(unescaped(tag)), `${slug} on ${path}`).toBe(price.get(slug));
          compared += 1;
        }
      }
      expect(compared).toBeGreaterThan(50);
    });

    it.each(languages[market])("the start page in %s", async (language) => {
      const text = await get(shop, `/?market=${market}&lang=${language}`);
      expect(text).toContain(`<html lang="${language}-${market.toUpperCase()}"`);
      const { banners, best_sellers: best } = good(
        await shop.guest(market, language).GET("/api/v1/home", { params: { query: { lang: language } } }),
      );
      for (const { title } of [...banners.hero, ...banners.promo]) expect(read(text)).toContain(title);
      for (const { name } of best.slice(0, 8)) expect(read(text)).toContain(name);
      expect(first(text, /<link rel="canonical" href="(.*?)"/)).toMatch(`/?market=${market}&lang=${language}`);
      const tags = all(text, /hreflang="(\w+-\w+)" href/g);
      expect(tags.sort()).toEqual(languages[market].map((each) => `${each}-${market.toUpperCase()}`).sort());
      expect(all(text, /<h1[^>]*>(.*?)<\/h1>/g)).toHaveLength(1);
    });

    it("a product's page says all that the API says", async () => {
      const { items } = good(
        await shop.guest(market).GET("/api/v1/products", { params: { query: { limit: 3, sort: "rating" } } }),
      );
      for (const { slug } of items) {
        const language = languages[market][0] ?? "";
        const product = good(
          await shop
            .guest(market)
            .GET("/api/v1/products/{slug}", { params: { path: { slug }, query: { lang: language } } }),
        );
        const text = await get(shop, `/p/${slug}?market=${market}&lang=${language}`);
        expect(first(text, /<title>(.*?)<\/title>/)).toBe(`${product.name}, ${product.brand} — Marque`);
        expect(first(text, /<meta name="description" content="(.*?)"/)).toBe(product.description.slice(0, 160));
        const canonical = first(text, /<link rel="canonical" href="(.*?)"/);
        expect(canonical).toMatch(`/p/${slug}?market=${market}&lang=${language}`);
        expect(first(text, /<meta property="og:type" content="(.*?)"/)).toBe("product");
        expect(first(text, /<meta property="og:image" content="(.*?)"/)).toMatch(/^http.*\/media\//);
        for (const words of [product.name, product.description, ...product.features])
          expect(read(text)).toContain(words);
        const [breadcrumbs, data] = ["BreadcrumbList", "Product"].map((type) =>
          structured(text).find((each) => each["@type"] === type),
        );
        const offers = data?.offers as Array<Record<string, unknown>>;
        expect(offers.map(({ sku, price, priceCurrency }) => [sku, price, priceCurrency])).toEqual(
          product.skus.map(({ sku_code, price }) => [sku_code, price, currencies[market]]),
        );
        expect(data).toMatchObject({ name: product.name, aggregateRating: { reviewCount: product.reviews_count } });
        expect((breadcrumbs?.itemListElement as unknown[]).length).toBe(product.category_path.length + 1);
      }
    });

    it("lists are walked by plain links: filters, orders and pages", async () => {
      const path = `/c/dresses?market=${market}&lang=en`;
      const text = await get(shop, path);
      const total = Number(first(text, /data-total="(\d+)"/));
      const { items } = good(await shop.guest(market).GET("/api/v1/categories"));
      expect(total).toBe(items.find(({ slug }) => slug === "dresses")?.product_count);
      // Each choice says how many products it leaves, and leaves that many.
      const choices = [
        ...text.matchAll(/<a href="([^"]*)" rel="nofollow" data-facet ?>(?:(?!<\/a>).)*<small>(\d+)</gs),
      ];
      expect(choices.length).toBeGreaterThan(12);
      for (const [, href = "", count = ""] of choices) {
        const narrowed = await get(shop, unescaped(href));
        expect(first(narrowed, /data-total="(\d+)"/), href).toBe(count);
        expect(unescaped(href)).toContain(`market=${market}&lang=en`);
        expect(first(narrowed, /<link rel="canonical" href="(.*?)"/)).toMatch(/\/c\/dresses\?market=\w+&lang=en$/);
      }
      // All pages together are all products, each once.
      const names: string[] = [];
      for (let next: string | undefined = path; next;) {
        const shown: string = await get(shop, next);
        names.push(...all(shown, /<li class="card"><a href="\/p\/([a-z0-9-]+)/g));
        next = first(shown, /<a href="([^"]*)" rel="next"/) || undefined;
      }
      expect(new Set(names).size).toBe(total);
      expect(names.length).toBe(total);
      const cheapest = all(await get(shop, `${path}&sort=price_asc`), /<li class="card">.*?<b>(.*?)<\/b>/gs).map(
        amount,
      );
      expect(cheapest).toEqual([...cheapest].sort((a, b) => a - b));
    });
  });

  it("control: another market's page would be noticed", async () => {
    for (const market of markets) {
      const other = market === "kg" ? "us" : "kg";
      expect(read(await get(shop, `/?market=${other}&lang=en`))).toMatch(foreign[market]);
    }
  });

  it("[R65] a search finds, corrects, and says so where nothing fits", async () => {
    const found = await get(shop, "/search?q=dress&market=us&lang=en");
    expect(Number(first(found, /data-total="(\d+)"/))).toBeGreaterThan(5);
    expect(found).toContain('<meta name="robots" content="noindex">');
    const mistyped = await get(shop, "/search?q=dreess&market=us&lang=en");
    expect(Number(first(mistyped, /data-total="(\d+)"/))).toBeGreaterThan(5);
    const nothing = await get(shop, "/search?q=qqqqzzzz&market=us&lang=en");
    expect(read(nothing)).toContain("Nothing fits yet");
    expect(all(nothing, /<li class="card">(.)/g).length).toBeGreaterThan(0);
  });

  it("addresses that people bend stay pages: foreign parameters, broken values, other languages", async () => {
    const usual = Number(first(await get(shop, "/c/dresses?market=kg&lang=ru"), /data-total="(\d+)"/));
    for (const query of [
      "utm_source=x",
      "price_min=abc",
      "page=0",
      "page=-1",
      "page=x",
      "rating=9",
      "discount=x",
      "sort=x",
    ]) {
      const text = await get(shop, `/c/dresses?market=kg&lang=ru&${query}`);
      expect(Number(first(text, /data-total="(\d+)"/)), query).toBe(usual);
    }
    expect(await get(shop, "/?market=us&lang=ky")).toContain('<html lang="en-US"');
    expect(await get(shop, "/", { "Accept-Language": "ky", "X-Market": "kg" })).toContain('<html lang="ky-KG"');
    const plain = await get(shop, "/", { "Accept-Language": "ru", "X-Market": "kg" });
    expect(all(plain, /href="(\/c\/dresses[^"]*)"/g)[0]).toBe("/c/dresses");
  });

  it("what is not there is a page for people and a problem for programs", async () => {
    const sold = good(await shop.guest("kg").GET("/api/v1/products", { params: { query: { limit: 100 } } })).items;
    const kgOnly = sold.find(({ market }) => market === "kg")?.slug;
    expect(kgOnly).toBeDefined();
    for (const path of [
      `/p/${kgOnly}?market=us&lang=en`,
      "/p/none?market=us&lang=en",
      "/c/none?market=us&lang=en",
      "/x/y?market=us",
    ]) {
      const { status, headers, text } = await page(shop, path);
      expect([status, headers.get("content-type")], path).toEqual([404, "text/html; charset=utf-8"]);
      expect(headers.get("cache-control")).toBe("no-store");
      expect(read(text)).toContain("This page is not here");
      expect(read(text)).not.toMatch(foreign.us);
      const problem = await raw(shop.origin, "GET", path);
      expect([problem.status, problem.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    }
    const unknown = await page(shop, "/?market=zz");
    expect([unknown.status, unknown.headers.get("content-type")]).toEqual([422, "text/html; charset=utf-8"]);
    expect((await page(shop, "/api/v1/none")).headers.get("content-type")).toBe("application/problem+json");
  });
});

describe("pages and caches, files", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open("one database");
  });
  afterAll(() => shop?.close());

  it("a page is kept like any answer of the catalogue: named, compressed, told apart by what decides it", async () => {
    const path = "/c/dresses?market=kg&lang=ru";
    const plain = await page(shop, path, { "Accept-Encoding": "identity" });
    const tag = plain.headers.get("etag") ?? "";
    expect(plain.headers.get("cache-control")).toBe("public, max-age=5, stale-while-revalidate=30");
    expect(plain.headers.get("vary")).toBe("X-Market, Accept-Language, Authorization, Origin, Accept-Encoding");
    expect(plain.headers.get("set-cookie")).toBeNull();
    const again = await page(shop, path, { "Accept-Encoding": "identity", "If-None-Match": tag });
    expect([again.status, again.text]).toEqual([304, ""]);
    const compressed = await page(shop, path, { "Accept-Encoding": "br" });
    expect(compressed.headers.get("content-encoding")).toBe("br");
    expect(compressed.text).toBe(plain.text);
    expect((await page(shop, "/c/dresses?market=kg&lang=en")).headers.get("etag")).not.toBe(tag);
  });

  it("[H10] browsers are told to run nothing but the shop's own files", async () => {
    const { headers, text } = await page(shop, "/?market=kg");
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("form-action 'self'; base-uri 'none'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("permissions-policy")).toContain("geolocation=()");
    // Nothing of the page would be blocked: no style, no handler, no script but files and data.
    expect(text).not.toMatch(/<style|\sstyle=|\son\w+=/);
    for (const script of text.match(/<script[^>]*>/g) ?? []) {
      expect(script).toMatch(/src="\/assets\/[\w.-]+"|type="application\/(ld\+)?json"/);
    }
  });

  it("files have names of their content, compressed forms, and are kept for ever", async () => {
    const text = await get(shop, "/");
    const files = [...new Set(all(text, /"(\/assets\/[^"]+)"/g))];
    expect(files.length).toBeGreaterThanOrEqual(4);
    for (const file of files) {
      const { status, headers } = await page(shop, file, { "Accept-Encoding": "br, gzip" });
      expect(status, file).toBe(200);
      expect(headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(headers.get("vary")).toContain("Accept-Encoding");
      expect(headers.get("content-encoding")).toBe(file.endsWith(".woff2") ? null : "br");
      expect(file).toMatch(/-[\w-]{8}\.(js|css|woff2)$/);
    }
    for (const none of ["/assets/none.js", "/assets/..%2f..%2fMakefile", "/assets/storefront"]) {
      expect((await page(shop, none)).status, none).toBe(404);
    }
  });

  it("a server without built pages serves bare ones, and the whole API", async () => {
    const server = await MarqueServer.start({ ...shop.databases.environment, WEB_DIR: "/nonexistent" });
    try {
      const text = await (await fetch(`${server.origin}/?market=us&lang=en`, { headers: html })).text();
      expect(read(text)).toContain("Best sellers");
      expect(text).not.toContain("/assets/");
      expect((await fetch(`${server.origin}/assets/storefront.js`)).status).toBe(404);
      expect((await fetch(`${server.origin}/api/v1/products`)).status).toBe(200);
    } finally {
      await server.stop();
    }
  });

  it("[R63] who asks for a colour is shown it: the card's picture, and the page it leads to", async () => {
    const text = await get(shop, "/c/dresses?market=us&lang=en&color=red");
    const cards = [...text.matchAll(/<li class="card"><a href="([^"]*)".*?<img src="([^"]*)"/gs)];
    expect(cards.length).toBeGreaterThan(2);
    for (const [, href = "", picture = ""] of cards) {
      const address = new URL(unescaped(href), shop.origin);
      const color = address.searchParams.get("color");
      const product = good(
        await shop.guest("us").GET("/api/v1/products/{slug}", {
          params: { path: { slug: address.pathname.slice("/p/".length) } },
        }),
      );
      expect(product.colors.find(({ value }) => value === color)?.family, href).toBe("red");
      expect(product.skus.filter((sku) => sku.color === color).map((sku) => sku.variant_image)).toContain(picture);
      const shown = await get(shop, unescaped(href));
      expect(first(shown, /<div class="gallery".*?<img src="(.*?)"/s)).toBe(picture);
    }
  });

  it("texts of the catalogue and of the visitor stay texts", async () => {
    const { items } = good(await shop.guest("kg").GET("/api/v1/products", { params: { query: { limit: 1 } } }));
    const slug = items[0]?.slug ?? "";
    const hostile = `</title></script><script>alert(1)</script>"'><img src=x onerror=alert(1)>`;
    await shop.databases.sql("kg", "UPDATE products SET name = $2, description = $2 WHERE slug = $1", [slug, hostile]);
    await shop.databases.sql(
      "kg",
      "DELETE FROM product_translations WHERE product_id = (SELECT id FROM products WHERE slug = $1)",
      [slug],
    );
    const text = await eventually("the new name is shown", async () => {
      const shown = await get(shop, `/p/${slug}?market=kg&lang=ru`);
      return shown.includes("alert(1)") ? shown : undefined;
    });
    const searched = await get(shop, `/search?market=kg&q=${encodeURIComponent(hostile.slice(0, 100))}`);
    for (const each of [text, searched]) {
      expect(each).toContain("alert(1)");
      expect(each).not.toContain("<script>alert");
      expect(each).not.toContain("<img src=x");
      expect(each.match(/<title>/g)).toHaveLength(1);
    }
    const data = structured(text).find((one) => one["@type"] === "Product");
    expect(data?.name).toBe(hostile);
    expect(first(text, /<title>(.*?)<\/title>/)).toContain(hostile);
  });
});
