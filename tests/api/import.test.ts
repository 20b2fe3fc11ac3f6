// Importing the real Magento export: whole, priced for each market, and repeatable. Skipped where the file is absent.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { marque, projectFolder } from "../harness/server.js";
import { customerPhones, delivery, minor, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

const shared = process.env.MARQUE_SHARED_DATA ?? resolve(projectFolder, "../shared/data");
const file = join(shared, "catalog/magento_luma_products.csv.gz");
const isThere = existsSync(file);
if (!isThere) console.log(`import tests skipped: there is no ${file} (set MARQUE_SHARED_DATA)`);

describe.skipIf(!isThere).each(layouts)("import of the real export, %s", (layout) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open(layout);
  });
  afterAll(() => shop?.close());

  const importIt = () =>
    marque(
      ["import", "products", file, "--format", "magento", "--market", "us,kg", "--price", "kg=89.5:10"],
      shop.databases.environment,
      120_000,
    );

  /** Products, SKUs, prices and stock rows of the import in one market. */
  const counted = async (market: Market) => {
    const [row] = await shop.databases.sql(
      market,
      `SELECT count(DISTINCT r.id)::int AS products, count(DISTINCT k.id)::int AS skus,
        count(p.sku_id)::int AS prices, count(s.sku_id)::int AS stock
       FROM products r JOIN skus k ON k.market = r.market AND k.product_id = r.id
       LEFT JOIN prices p ON p.market = $1 AND p.owner_market = k.market AND p.sku_id = k.id
       LEFT JOIN stock s ON s.market = $1 AND s.owner_market = k.market AND s.sku_id = k.id
       WHERE r.source = 'magento'`,
      [market.toUpperCase()],
    );
    return row;
  };

  it("reads 147 products and 1,847 SKUs, and a second time doubles nothing", async () => {
    const first = await importIt();
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toMatch(/147 products \(147 new, 0 updated, 0 unchanged\), 1847 SKUs new/);
    const counts = { kg: await counted("kg"), us: await counted("us") };
    for (const market of markets)
      expect(counts[market]).toEqual({ products: 147, skus: 1847, prices: 1847, stock: 1847 });
    const second = await importIt();
    expect(second.code, second.stderr).toBe(0);
    expect(second.stdout).toMatch(/147 products \(0 new, 0 updated, 147 unchanged\), 0 SKUs new/);
    expect({ kg: await counted("kg"), us: await counted("us") }).toEqual(counts);
  });

  it("the imported goods are for sale at each market's written price", async () => {
    const [row] = await shop.databases.sql<{ slug: string; sku_code: string }>(
      "us",
      `SELECT r.slug, k.sku_code FROM products r JOIN skus k ON k.market = r.market AND k.product_id = r.id
       JOIN stock s ON s.owner_market = k.market AND s.sku_id = k.id AND s.in_stock AND s.market = 'US'
       WHERE r.source = 'magento' ORDER BY r.slug, k.sku_code LIMIT 1`,
    );
    const path = { params: { path: { slug: row?.slug ?? "" } } };
    const prices = {} as Record<Market, number>;
    for (const market of markets) {
      const product = await eventually(
        `${row?.slug} in ${market}`,
        async () => (await shop.guest(market).GET("/api/v1/products/{slug}", path)).data,
      );
      const sku = product.skus.find((candidate) => candidate.sku_code === row?.sku_code);
      prices[market] = minor(sku?.price ?? 0);
      expect(product.description).not.toMatch(/<p>|&amp;|&eacute;/);
      if (market !== "us") continue;
      const { api } = await shop.logIn(customerPhones.us);
      const order = good(
        await api.POST("/api/v1/orders/create", {
          body: { ...delivery(customerPhones.us), items: [{ sku_id: sku?.id ?? "", quantity: 1 }] },
        }),
      );
      expect(order.items[0]).toMatchObject({ sku_code: row?.sku_code, product_slug: row?.slug });
    }
    // The factor writes explicit prices, rounded to ten som.
    expect(prices.kg % 1_000).toBe(0);
    expect(Math.abs(prices.kg - prices.us * 89.5)).toBeLessThanOrEqual(1_000);
  });

  it.each([
    [["no-such-file.csv", "--market", "us"], /no-such-file/],
    [[file, "--format", "excel", "--market", "us"], /--format/],
    [[file, "--format", "shopify", "--market", "us"], /column handle is missing from the header/],
    [[file, "--format", "magento", "--market", "us,kg", "--price", "kg=much"], /--price/],
    [[file, "--format", "magento", "--market", "us", "--price", "kg=87.5:10"], /--price/],
    [[file, "--format", "magento", "--market", "de", "--price", "de=1:1"], /no market de/],
    [[file, "--format", "magento", "--market", "us", "--price", "us=-1:1"], /--price/],
  ])("refuses %j", async (args, words) => {
    const result = await marque(["import", "products", ...args], shop.databases.environment);
    expect(result.code).not.toBe(0);
    expect(result.stderr).toMatch(words);
  });
});
