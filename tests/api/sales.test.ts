// What was ordered makes products popular: counts of sales follow orders, each piece once, whoever counts and whatever
// was committed late.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { MarqueServer } from "../harness/server.js";
import { buy, type Caller, customerPhones, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

const settings = { SALES_COUNTING_SECONDS: "1" };

describe.each(layouts)("sales are counted, %s", (layout) => {
  let shop: Shop;
  const callers = {} as Record<Market, Caller>;
  beforeAll(async () => {
    shop = await Shop.open(layout, { settings });
    for (const market of markets) callers[market] = await shop.logIn(customerPhones[market]);
  });
  afterAll(() => shop?.close());

  const shown = async (market: Market, slug: string) =>
    good(await shop.guest(market).GET("/api/v1/products/{slug}", { params: { path: { slug } } })).sales_count;
  const untilShown = (what: string, market: Market, slug: string, wanted: number) => {
    const look = async () => {
      expect(await shown(market, slug)).toBe(wanted);
      return true;
    };
    return eventually(what, look);
  };
  const popular = async (market: Market, path: "/api/v1/products" | "/api/v1/products/best-sellers") =>
    good(await shop.guest(market).GET(path, { params: { query: { limit: 100 } } })).items.map((item) => item.slug);

  /** Until a counting began and ended that began after this. */
  const counted = async (market: Market) => {
    const at = () =>
      shop.databases.count(market, "SELECT extract(epoch FROM counted_at) FROM sales_counting WHERE market = $1", [
        market.toUpperCase(),
      ]);
    for (let i = 0; i < 2; i += 1) {
      const before = await at();
      await eventually("sales are counted", async () => (await at()) > before);
    }
  };

  const otherOf = (market: Market): Market => (market === "kg" ? "us" : "kg");
  /** Another product in each market: what is sold in one must not be what the other one watches. */
  const findSku = (market: Market, skip: number) => shop.findSku(market, 20, skip + (market === "us" ? 60 : 0));
  /** The same in both markets at once, since most of it is waiting. */
  const inBoth = (work: (market: Market) => Promise<void>) => async () => {
    await Promise.all(markets.map(work));
  };

  it(
    "[R64] [R71] [R75] what is ordered most becomes most popular, in its market only, each piece once",
    inBoth(async (market) => {
      const { product, sku } = await findSku(market, 3);
      await shop.databases.sql(market, "UPDATE products SET is_best_seller = true WHERE slug = $1 AND market = $2", [
        product.slug,
        product.market.toUpperCase(),
      ]);
      const elsewhere = product.market === "all" ? await shown(otherOf(market), product.slug) : undefined;
      const top = await shown(market, (await popular(market, "/api/v1/products"))[0] ?? "");
      const pieces = 3;
      const before = top - pieces + 1;
      await shop.databases.sql(
        market,
        "UPDATE product_stats SET sales_count = $1 WHERE market = $2 AND product_id = $3",
        [before, market.toUpperCase(), product.id],
      );
      await untilShown("that shows", market, product.slug, before);
      await buy(callers[market], sku.id, 2);
      await buy(callers[market], sku.id, 1);
      await untilShown("the sales show", market, product.slug, before + pieces);
      expect((await popular(market, "/api/v1/products"))[0]).toBe(product.slug);
      expect((await popular(market, "/api/v1/products/best-sellers"))[0]).toBe(product.slug);
      await counted(market);
      expect(await shown(market, product.slug)).toBe(before + pieces);
      if (elsewhere !== undefined) expect(await shown(otherOf(market), product.slug)).toBe(elsewhere);
    }),
  );

  it(
    "[R71] what was cancelled is taken off again",
    inBoth(async (market) => {
      const { product, sku } = await findSku(market, 9);
      const before = await shown(market, product.slug);
      const order = await buy(callers[market], sku.id, 4);
      await untilShown("the sale shows", market, product.slug, before + 4);
      await shop.databases.sql(
        market,
        "INSERT INTO order_status_history (market, order_id, status, changed_by) VALUES ($1, $2, 'cancelled', 'test')",
        [market.toUpperCase(), order.id],
      );
      await untilShown("it is taken off", market, product.slug, before);
    }),
  );

  it("[R71] what another transaction commits late is not lost; two servers count once", async () => {
    const second = await MarqueServer.start({ ...shop.databases.environment, ...settings });
    try {
      await inBoth(async (market) => {
        const { product, sku } = await findSku(market, 15);
        const before = await shown(market, product.slug);
        const order = await buy(callers[market], sku.id, 1);
        await untilShown("the sale shows", market, product.slug, before + 1);
        // Five pieces more, written before and committed after two orders and some countings.
        await shop.databases.slowly(
          market,
          `WITH late AS (
             INSERT INTO orders (market, order_number, user_id, customer_name, customer_phone, delivery_address,
                                 payment_method, currency, subtotal_minor, shipping_minor, tax_minor,
                                 tax_included_minor, total_minor)
             SELECT market, 'LATE-' || order_number, user_id, customer_name, customer_phone, delivery_address,
                    payment_method, currency, subtotal_minor, shipping_minor, tax_minor, tax_included_minor, total_minor
             FROM orders WHERE market = $1 AND id = $2 RETURNING market, id
           ), items AS (
             INSERT INTO order_items (market, order_id, line, sku_id, sku_code, product_slug, product_name,
                                      product_brand, size, color, price_minor, quantity, subtotal_minor)
             SELECT l.market, l.id, 1, i.sku_id, i.sku_code, i.product_slug, i.product_name, i.product_brand, i.size,
                    i.color, i.price_minor, 5, i.price_minor * 5
             FROM late l, order_items i WHERE i.market = $1 AND i.order_id = $2
           )
           INSERT INTO order_status_history (market, order_id, status, changed_by)
           SELECT market, id, 'pending', 'test' FROM late`,
          [market.toUpperCase(), order.id],
          async () => {
            await buy(callers[market], sku.id, 1);
            await counted(market);
          },
        );
        await untilShown("all of them show", market, product.slug, before + 7);
        await counted(market);
        expect(await shown(market, product.slug)).toBe(before + 7);
      })();
    } finally {
      await second.stop();
    }
  });

  it(
    "[R71] steps that came with a database from another cluster are not counted again",
    inBoth(async (market) => {
      const { product, sku } = await findSku(market, 21);
      const before = await shown(market, product.slug);
      await buy(callers[market], sku.id, 1);
      await untilShown("the sale shows", market, product.slug, before + 1);
      // As if all of this had been written where millions of transactions had been, and a few more than here by now.
      const code = market.toUpperCase();
      const far = "(pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 40)::text::xid8";
      await shop.databases.sql(
        market,
        `WITH steps AS (UPDATE order_status_history SET xid = ${far} WHERE market = $1)
         UPDATE sales_counting SET counted_before = '9000000000000' WHERE market = $1`,
        [code],
      );
      await counted(market);
      for (let i = 0; i < 60; i += 1) await shop.databases.sql(market, "SELECT pg_current_xact_id()");
      await buy(callers[market], sku.id, 1);
      await untilShown("the new sale shows", market, product.slug, before + 2);
      await counted(market);
      expect(await shown(market, product.slug)).toBe(before + 2);
    }),
  );

  it(
    "[R65] a search goes by what was sold, and a server that just started says the same",
    inBoth(async (market) => {
      const path = "/api/v1/products/search?q=a&limit=50";
      const found = async (origin: string) => {
        const answer = await raw(origin, "GET", path, { market, language: "en" });
        return (answer.json() as { items: Array<{ slug: string; sales_count: number }> }).items;
      };
      const before = await found(shop.origin);
      // Who sold most sells least from now on.
      await shop.databases.sql(
        market,
        "UPDATE product_stats SET sales_count = greatest(0, 2000 - sales_count) WHERE market = $1",
        [market.toUpperCase()],
      );
      await eventually("that shows", async () => {
        const [first] = await popular(market, "/api/v1/products");
        return first !== undefined && (await shown(market, first)) > 1_900;
      });
      const after = await found(shop.origin);
      expect(after.map((item) => item.slug)).not.toEqual(before.map((item) => item.slug));
      const second = await MarqueServer.start({ ...shop.databases.environment, ...settings });
      try {
        expect(await found(second.origin)).toEqual(after);
      } finally {
        await second.stop();
      }
    }),
  );

  it(
    "[control] where it is forgotten what was counted, pieces count twice",
    inBoth(async (market) => {
      const { product, sku } = await findSku(market, 27);
      await counted(market);
      const before = await shown(market, product.slug);
      await buy(callers[market], sku.id, 2);
      await untilShown("the sale shows", market, product.slug, before + 2);
      await shop.databases.sql(
        market,
        "UPDATE sales_counting SET counted_before = '0', counted_after = 0 WHERE market = $1",
        [market.toUpperCase()],
      );
      await untilShown("it counts twice", market, product.slug, before + 4);
    }),
  );
});
