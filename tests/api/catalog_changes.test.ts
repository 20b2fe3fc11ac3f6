// What changed in a catalogue reaches every server within a second of its commit, whoever changed it and in whichever
// way: servers poll a log that triggers write, so there is no message that could be lost.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { client, good } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { Pair, second_ms } from "../harness/pair.js";
import { marque } from "../harness/server.js";
import { buy, customerPhones, minor, type Product, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

const detail = async (origin: string, market: Market, slug: string): Promise<Product | undefined> => {
  const answer = await client(origin, { market }).GET("/api/v1/products/{slug}", { params: { path: { slug } } });
  return answer.response.status === 404 ? undefined : good(answer);
};

describe.each(layouts)("changes of the catalogue, %s", (layout) => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await Pair.open(layout);
  });
  afterAll(() => pair?.close());

  /** Both servers show it within a second of the change. */
  const bothShow = async (
    market: Market,
    slug: string,
    what: string,
    holds: (product: Product | undefined) => boolean,
  ) => {
    const began = performance.now();
    for (const origin of pair.origins) {
      await eventually(`${what} on ${origin}`, async () => holds(await detail(origin, market, slug)), {
        timeout_ms: second_ms - (performance.now() - began),
        interval_ms: 10,
      });
    }
  };
  const priceOf = (sku: string, price_minor: number) => (product: Product | undefined) =>
    minor(product?.skus.find((candidate) => candidate.sku_code === sku)?.price ?? 0) === price_minor;

  describe.each(markets)("in %s", (market) => {
    it("[I7] [R63] [R66] a price changed by SQL is shown by both servers within a second", async () => {
      const { product, sku } = await pair.shop.findSku(market, 2);
      await pair.shop.databases.sql(
        market,
        "UPDATE prices SET price_minor = 123400, original_minor = NULL WHERE market = $1 AND sku_id = $2",
        [market.toUpperCase(), sku.id],
      );
      await bothShow(market, product.slug, "the new price", priceOf(sku.sku_code, 123_400));
    });

    it("[I7] the same while no message of PostgreSQL arrives, for servers poll", async () => {
      const { product, sku } = await pair.shop.findSku(market, 2);
      await pair.deafened(async () => {
        await pair.shop.databases.sql(
          market,
          "UPDATE prices SET price_minor = 223400 WHERE market = $1 AND sku_id = $2",
          [market.toUpperCase(), sku.id],
        );
        await bothShow(market, product.slug, "the new price", priceOf(sku.sku_code, 223_400));
      });
    });

    it("a price set by command", async () => {
      const { product, sku } = await pair.shop.findSku(market, 2, 1);
      const set = await marque(["price", "set", market, sku.sku_code, "4321.00"], pair.shop.databases.environment);
      expect(set.code, set.stderr).toBe(0);
      await bothShow(market, product.slug, "the price that was set", priceOf(sku.sku_code, 432_100));
    });

    it("[R68] an order that takes the last piece", async () => {
      const { product, sku } = await pair.shop.findSku(market, 2, 2);
      await pair.shop.setStock(market, sku.id, 1);
      const inStock = (wanted: boolean) => (shown: Product | undefined) =>
        shown?.skus.find((candidate) => candidate.id === sku.id)?.in_stock === wanted;
      await bothShow(market, product.slug, "the piece is there", inStock(true));
      await buy(await pair.shop.logIn(customerPhones[market]), sku.id);
      await bothShow(market, product.slug, "the piece is gone", inStock(false));
    });

    it("a transaction that commits after one that began later", async () => {
      const first = await pair.shop.findSku(market, 2, 5);
      const second = await pair.shop.findSku(market, 2, 40);
      expect(second.product.slug).not.toBe(first.product.slug);
      const change = "UPDATE prices SET price_minor = $3, original_minor = NULL WHERE market = $1 AND sku_id = $2";
      await pair.shop.databases.slowly(market, change, [market.toUpperCase(), first.sku.id, 543_200], async () => {
        await pair.shop.databases.sql(market, change, [market.toUpperCase(), second.sku.id, 654_300]);
        await bothShow(market, second.product.slug, "the quick change", priceOf(second.sku.sku_code, 654_300));
        expect(await detail(pair.shop.origin, market, first.product.slug)).toMatchObject({ skus: first.product.skus });
      });
      await bothShow(market, first.product.slug, "the slow change", priceOf(first.sku.sku_code, 543_200));
    });
  });

  it("[I7] a product of ALL that the shared role deletes is gone everywhere, with what markets had of it", async () => {
    const { product } = await pair.shop.findSku("kg", 1, 60);
    const all = good(
      await pair.shop.guest("us").GET("/api/v1/products/{slug}", { params: { path: { slug: product.slug } } }),
    );
    expect(all.market).toBe("all");
    await pair.shop.databases.everywhere(
      `BEGIN; SET LOCAL ROLE marque_shared; DELETE FROM products WHERE slug = '${product.slug}'; COMMIT`,
    );
    for (const market of markets)
      await bothShow(market, product.slug, "the product is gone", (shown) => shown === undefined);
  });

  it("an order that leaves pieces writes nothing to the log", async () => {
    const { sku } = await pair.shop.findSku("kg", 5, 3);
    const logged = () => pair.shop.databases.count("kg", "SELECT count(*) FROM catalog_changes");
    const before = await logged();
    await buy(await pair.shop.logIn(customerPhones.kg), sku.id);
    expect(await logged()).toBe(before);
  });
});

it("[I7] [control] a server that does not look shows the old price, and charges the new one all the same", async () => {
  const pair = await Pair.open("one database", { MARQUE_BREAK: "deaf_to_catalogue" });
  try {
    for (const market of markets) {
      const { product, sku } = await pair.shop.findSku(market, 2);
      const caller = await pair.shop.logIn(customerPhones[market]);
      const atTheDeaf = { ...caller, api: client(pair.other.origin, { token: caller.token }) };
      await pair.shop.databases.sql(
        market,
        `UPDATE prices SET price_minor = 777700, sale_minor = NULL, original_minor = NULL, sale_from = NULL,
           sale_until = NULL WHERE market = $1 AND sku_id = $2`,
        [market.toUpperCase(), sku.id],
      );
      const shows = (origin: string) => async () =>
        minor((await detail(origin, market, product.slug))?.skus.find((s) => s.id === sku.id)?.price ?? 0) === 777_700;
      await eventually("the server that looks shows it", shows(pair.shop.origin), { timeout_ms: second_ms });
      await expect(
        eventually("the deaf one shows it", shows(pair.other.origin), { timeout_ms: second_ms }),
      ).rejects.toThrow(/not within/);
      const order = await buy(atTheDeaf, sku.id);
      expect(minor(order.items[0]?.price ?? 0)).toBe(777_700);
    }
  } finally {
    await pair.close();
  }
});

it("[R63] the log is kept short", async () => {
  const shop = await Shop.open("one database", {
    prepare: (databases) =>
      databases.everywhere(
        `INSERT INTO catalog_changes (market, at) VALUES ('KG', now() - interval '2 hours'),
           ('ALL', now() - interval '2 hours'), ('KG', now())`,
      ),
  });
  try {
    const left = () =>
      shop.databases.count("kg", "SELECT count(*) FROM catalog_changes WHERE at < now() - interval '1 hour'");
    await eventually("old rows are gone", async () => (await left()) === 0);
    expect(await shop.databases.count("kg", "SELECT count(*) FROM catalog_changes")).toBeGreaterThan(0);
  } finally {
    await shop.close();
  }
});
