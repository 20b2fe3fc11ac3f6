// [R115] [R126] The shop on the oldest PostgreSQL it promises to run on and on the newest, both out of npm: Debian 12
// has only 15. Migrations, the demo shop, a sale in each market, conservation; and nothing but PostgreSQL is needed.
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { good } from "../harness/api.js";
import { Databases, layouts, makeTemplates, markets } from "../harness/layouts.js";
import { PostgresCluster } from "../harness/postgres.js";
import { marque } from "../harness/server.js";
import { buy, customerPhones, managerPhones, Shop } from "../harness/shop.js";

describe.each([13, 18])("PostgreSQL %i", (version) => {
  let cluster: PostgresCluster;
  beforeAll(async () => {
    cluster = await PostgresCluster.create({ version });
    await makeTemplates(cluster.address);
  }, 120_000);
  afterAll(() => cluster?.destroy());

  it.each(layouts)("[R115] migrates, seeds, sells and balances, %s", async (layout) => {
    const shop = await Shop.open(layout, { cluster: cluster.address });
    try {
      const [server] = await shop.databases.sql<{ server_version: string }>("kg", "SHOW server_version");
      expect(server?.server_version).toMatch(new RegExp(`^${version}\\.`));
      const manager = await shop.logIn(managerPhones.both);
      for (const market of markets) {
        const { sku } = await shop.findSku(market, 3);
        const caller = await shop.logIn(customerPhones[market]);
        const order = await buy(caller, sku.id, 2);
        const seen = good(await caller.api.GET("/api/v1/orders/{id}", { params: { path: { id: order.id } } }));
        expect(seen.order_number).toBe(order.order_number);
        const params = { path: { id: order.id }, query: { market } };
        good(await manager.api.POST("/api/v1/manager/orders/{id}/confirm", { params, body: {} }));
        good(await manager.api.GET("/api/v1/manager/revenue", { params: { query: { market } } }));
      }
      const verified = await marque(["verify"], shop.databases.environment);
      expect(verified, verified.stdout).toMatchObject({ code: 0 });
    } finally {
      await shop.close();
    }
  });
});

describe.each(layouts)("a bare PostgreSQL, %s", (layout) => {
  it("[R126] identifiers are UUIDs where strangers see them, and no extension is needed", async () => {
    const databases = await Databases.copy(layout, inject("cluster"));
    try {
      for (const market of markets) {
        const extensions = await databases.sql<{ extname: string }>(market, "SELECT extname FROM pg_extension");
        expect(extensions.map(({ extname }) => extname)).toEqual(["plpgsql"]);
        const columns = await databases.sql<{ name: string }>(
          market,
          `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
           WHERE table_schema = 'public' AND data_type = 'uuid'`,
        );
        expect(columns.map(({ name }) => name)).toEqual(
          expect.arrayContaining(["payments.id", "sessions.id", "webhook_events.id"]),
        );
      }
    } finally {
      await databases.drop();
    }
  });
});
