// The former shop's two databases taken over into either layout: one person under one phone, each order where it was
// made, one product where both sold it, and a report of what was merged, moved and refused.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { good } from "../harness/api.js";
import { Databases, type LayoutName, layouts } from "../harness/layouts.js";
import { OldShop } from "../harness/old_shop.js";
import { MarqueServer, marque } from "../harness/server.js";
import { buy, customerPhones, Shop } from "../harness/shop.js";

let old: OldShop;
let folder: string;
beforeAll(async () => {
  old = await OldShop.create(inject("cluster"));
  folder = mkdtempSync(join(tmpdir(), "marque-test-adopt-"));
});
afterAll(async () => {
  await old?.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Databases for a shop that has sold nothing yet. */
async function prepared(layout: LayoutName): Promise<Databases> {
  const databases = await Databases.empty(layout, inject("cluster"));
  for (const command of [["migrate"], ["seed", "--no-demo"]]) {
    const { code, stderr } = await marque(command, databases.environment, 120_000);
    expect(code, stderr).toBe(0);
  }
  return databases;
}

describe.each(layouts)("the former shop, %s", (layout) => {
  let databases: Databases;
  const report = () => join(folder, `${databases.names.kg}.csv`);
  const adopt = (...more: string[]) =>
    marque(["adopt", ...old.from, "--report", report(), ...more], databases.environment, 120_000);
  const orders = () => databases.count("kg", "SELECT count(*) FROM orders");

  beforeAll(async () => {
    databases = await prepared(layout);
  }, 180_000);
  afterAll(() => databases?.drop());

  it("a dry run says the same of people and orders, and writes nothing", async () => {
    const { code, stdout, stderr } = await adopt("--dry-run");
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/kg:.* 2 orders/);
    expect(stdout).toContain("nothing was written");
    expect(await orders()).toBe(0);
    expect(await databases.count("kg", "SELECT count(*) FROM users")).toBe(0);
  });

  it("people, orders, reviews, carts and goods are there; what could not be taken is named", async () => {
    const { code, stdout, stderr } = await adopt();
    expect(code, stdout + stderr).toBe(0);
    const notes = readFileSync(report(), "utf8");
    expect(notes).toMatch(/kg,customer,"11","refused: the phone:/);
    expect(notes).toContain('kg,customer,"+13128059851","merged: stood in kg as 10 and us as 19"');
    expect(notes).toContain('kg,customer,"+13128059851","moved: the phone is of us"');
    expect(notes).toContain('kg,order,"MQ-20251103-EMPTY","refused: it has no lines"');
    expect(notes).toContain(
      'kg,order,"MQ-20251103-WRONG","refused: its lines, shipping and tax make 125000, its total says 999900"',
    );
    expect(notes).toContain('kg,product,"Never made","refused: it has no SKU"');
    expect(notes).toContain('kg,review,"2","refused: its rating is not of 1 to 5"');
    expect(notes).toContain(
      'kg,review,"3","refused: nothing of its product came along, or its author wrote another one of it"',
    );
    expect(notes).toContain('kg,table,"alembic_version","was not read"');
    const verified = await marque(["verify"], databases.environment);
    expect(verified, verified.stdout).toMatchObject({ code: 0 });

    const server = await MarqueServer.start(databases.environment);
    try {
      const shop = Shop.on(databases, server);
      const azamat = await shop.logIn(customerPhones.kg);
      const [first, ...others] = good(await azamat.api.GET("/api/v1/orders", { params: { query: {} } })).items;
      expect(others).toEqual([]);
      expect(first).toMatchObject({ order_number: "MQ-20251101-AAAAA", status: "delivered", total_amount: 2550 });
      const detail = good(await azamat.api.GET("/api/v1/orders/{id}", { params: { path: { id: first?.id ?? "" } } }));
      expect(detail.items).toMatchObject([{ sku_code: "TS-M", quantity: 2, price: 1250, subtotal: 2500 }]);
      expect(detail).toMatchObject({ discount: 100, shipping_cost: 150, payment_status: "paid" });
      const addresses = good(await azamat.api.GET("/api/v1/profile/addresses", {})).items;
      expect(addresses.map(({ full_address }) => full_address).sort()).toEqual(["Chuy Avenue 1", "Manas Avenue 2"]);
      expect(addresses.filter(({ is_default }) => is_default)).toHaveLength(1);
      expect(good(await azamat.api.POST("/api/v1/cart/get", {})).items).toMatchObject([
        { sku_code: "KAL-1", quantity: 2 },
      ]);
      expect(good(await azamat.api.POST("/api/v1/wishlist/get", {})).items).toMatchObject([
        { product: { slug: "t-shirt-soft" } },
      ]);

      // One person, whose home is where her phone is; what she ordered at the other place stays there.
      const ann = await shop.logIn(customerPhones.us);
      expect(ann.user).toMatchObject({ market: "us" });
      const hers = good(await ann.api.GET("/api/v1/orders", { params: { query: {} } })).items;
      expect(hers.map(({ order_number }) => order_number).sort()).toEqual(["MQ-20251102-CCCCC", "MQ-20251104-DDDDD"]);
      const [stayed] = await databases.sql<{ phone: string; moved_to: string }>(
        "kg",
        `SELECT u.phone, u.moved_to FROM orders o JOIN users u ON u.market = o.market AND u.id = o.user_id
         WHERE o.market = 'KG' AND o.order_number = 'MQ-20251102-BBBBB'`,
      );
      expect(stayed).toEqual({ phone: "+13128059851", moved_to: "US" });

      // Both sold the shirt: one product with a price and stock in each market. What one sold is that market's alone.
      const shirt = async (market: "kg" | "us") =>
        good(await shop.guest(market).GET("/api/v1/products/{slug}", { params: { path: { slug: "t-shirt-soft" } } }));
      const [here, there] = [await shirt("kg"), await shirt("us")];
      expect([here.market, there.market, here.id]).toEqual(["all", "all", there.id]);
      const price = (product: typeof here, code: string) => product.skus.find((sku) => sku.sku_code === code)?.price;
      expect([price(here, "TS-M"), price(there, "TS-M")]).toEqual([1250, 19.99]);
      expect(here.features).toEqual(["Cotton | organic", "Made here"]);
      for (const [market, own, other] of [
        ["kg", "kalpak", "jeans"],
        ["us", "jeans", "kalpak"],
      ] as const) {
        const get = async (slug: string) =>
          (await shop.guest(market).GET("/api/v1/products/{slug}", { params: { path: { slug } } })).response.status;
        expect([await get(own), await get(other)]).toEqual([200, 404]);
      }
      const reviews = good(
        await shop.guest("kg").GET("/api/v1/products/{slug}/reviews", { params: { path: { slug: "t-shirt-soft" } } }),
      );
      expect(reviews.items).toMatchObject([{ rating: 5, comment: "Soft indeed", author: "Azamat O." }]);
      // And it goes on: a new order takes of the stock that came along.
      const jeans = good(await ann.api.GET("/api/v1/products/{slug}", { params: { path: { slug: "jeans" } } })).skus[0];
      await buy(ann, jeans?.id ?? "");
      expect(await shop.stock("us", jeans?.id ?? "")).toBe(5);
    } finally {
      await server.stop();
    }
  });

  it("a second run adds what came since, and nothing twice", async () => {
    const before = await orders();
    await old.sql(
      "kg",
      `INSERT INTO orders (id, order_number, user_id, status, customer_name, customer_phone, delivery_address,
         payment_method, payment_status, shipping_cost, tax, total_amount, currency, created_at)
       VALUES (7, 'MQ-20251109-EEEEE', 3, 'confirmed', 'Aida', '+996700123456', 'Chuy 7', 'cash', 'pending', 0, 0, 1250,
         'KGS', '2025-11-09') ON CONFLICT DO NOTHING;
       INSERT INTO order_items (order_id, sku_id, product_name, size, color, price, quantity)
         SELECT 7, 1, 'T-Shirt', 'M', 'white', 1250, 1 WHERE NOT EXISTS (SELECT FROM order_items WHERE order_id = 7)`,
    );
    const { code, stdout, stderr } = await adopt();
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/kg:.* 0 customers.* 1 orders/);
    expect(readFileSync(report(), "utf8")).toContain('kg,order,"MQ-20251101-AAAAA","was here already"');
    expect(await orders()).toBe(before + 1);
    expect(await databases.count("kg", "SELECT count(*) FROM reviews WHERE market = 'KG'")).toBe(1);
    const verified = await marque(["verify"], databases.environment);
    expect(verified, verified.stdout).toMatchObject({ code: 0 });
    await old.sql("kg", "DELETE FROM orders WHERE id = 7; DELETE FROM order_items WHERE order_id = 7");
  });

  it("control: people left where they stood live in another market than their phone", async () => {
    const strangers = (where: Databases) =>
      where.count("kg", "SELECT count(*) FROM users WHERE market = 'KG' AND phone LIKE '+1%' AND moved_to IS NULL");
    expect(await strangers(databases)).toBe(0);
    const broken = await prepared(layout);
    try {
      const environment = { ...broken.environment, MARQUE_BREAK: "adopt_as_stood" };
      const { code, stderr } = await marque(["adopt", ...old.from], environment, 120_000);
      expect(code, stderr).toBe(0);
      expect(await strangers(broken)).toBe(1);
    } finally {
      await broken.drop();
    }
  }, 180_000);

  it("what is no former shop is refused, and named", async () => {
    const own = Object.values(databases.environment)[0] ?? "";
    const refused = await marque(["adopt", "--from", `kg=${own}`], databases.environment);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("is a database of this Marque");
    const unnamed = await marque(["adopt", "--from", own], databases.environment);
    expect(unnamed.stderr).toContain("--from must name a market and its former database: kg=URL");
  });
});
