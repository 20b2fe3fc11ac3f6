// [K3] What is brought back was whole: a backup made while customers order, and a copy of PostgreSQL's files with its
// archived log up to a moment. Either has every order that was acknowledged before, and its books agree.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { conservation, randomOf, type Wish } from "../harness/checker.js";
import { Databases, layouts, makeTemplates, type Market, markets } from "../harness/layouts.js";
import { owner, PostgresCluster } from "../harness/postgres.js";
import { runWell } from "../harness/processes.js";
import { marque } from "../harness/server.js";
import { Shop } from "../harness/shop.js";
import { Traffic } from "../harness/traffic.js";

const seed = Number(process.env.MARQUE_TEST_SEED ?? Date.now() % 1_000_000);

const acknowledged = (traffic: Traffic): Wish[] =>
  traffic.history.wishes.filter((wish) => wish.outcome === "acknowledged");

/** Which of these orders are not there. */
async function missing(databases: Databases, wishes: Wish[]): Promise<string[]> {
  const there = new Set<string>();
  for (const market of markets) {
    const rows = await databases.sql<{ order_number: string }>(
      market,
      "SELECT order_number FROM orders WHERE market = $1",
      [market.toUpperCase()],
    );
    for (const row of rows) there.add(`${market} ${row.order_number}`);
  }
  return wishes.map((wish) => `${wish.market} ${wish.orderNumber}`).filter((order) => !there.has(order));
}

/** Where stock, ledger, orders and payments do not agree. */
async function wrong(databases: Databases, initial: Record<Market, Map<string, number>>): Promise<string[]> {
  const found = [];
  for (const market of markets) found.push(...(await conservation(databases, market, initial[market])));
  return found;
}

describe.each(layouts)("brought back, %s", (layout) => {
  it("[K3] a backup under load holds all that was acknowledged before it began", async () => {
    const folder = mkdtempSync(join(tmpdir(), "marque-test-backup-"));
    const shop = await Shop.open(layout);
    const elsewhere = await Databases.empty(layout, inject("cluster"));
    const asKeeper = { PGPASSWORD: owner.password, FILE_STORAGE_DIR: join(folder, "files") };
    const traffic = new Traffic(shop, randomOf(seed));
    try {
      await traffic.prepare();
      traffic.start();
      await traffic.more(100);
      const before = acknowledged(traffic);
      const backup = join(folder, "backup");
      const made = await marque(["backup", backup, "--user", "keeper"], { ...shop.databases.environment, ...asKeeper });
      expect(made, made.stderr).toMatchObject({ code: 0 });
      const during = acknowledged(traffic).length - before.length;
      await traffic.more(50);
      await traffic.stop();
      const there = { ...elsewhere.environment, ...asKeeper };
      const restored = await marque(["restore", backup, "--user", "keeper"], there, 60_000);
      expect(restored, restored.stderr).toMatchObject({ code: 0 });
      const verified = await marque(["verify"], there);
      expect(verified, verified.stdout).toMatchObject({ code: 0 });
      expect(await missing(elsewhere, before)).toEqual([]);
      expect(await wrong(elsewhere, traffic.initial)).toEqual([]);
      const later = await missing(elsewhere, acknowledged(traffic));
      console.log(
        `[K3] ${layout}, seed ${seed}: ${before.length} orders before the backup are there, ${during} were taken ` +
          `meanwhile, ${later.length} came too late for it`,
      );
      // What came after it can't be there: else this test would not see what is missing.
      expect(later.length).toBeGreaterThanOrEqual(50);
      expect(during).toBeGreaterThan(0);
    } finally {
      await traffic.stop();
      await elsewhere.drop();
      await shop.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);
});

describe("a copy of the files and the archived log", () => {
  let cluster: PostgresCluster;
  let archive: string;
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "marque-test-archive-"));
    archive = join(folder, "wal");
    mkdirSync(archive);
    await runWell("chmod", ["-R", "a+rwx", folder]);
    cluster = await PostgresCluster.create({
      durable: true,
      settings: { archive_mode: "on", archive_command: `test ! -f ${archive}/%f && cp %p ${archive}/%f` },
    });
    await makeTemplates(cluster.address);
  }, 120_000);
  afterAll(async () => {
    await cluster?.destroy();
    rmSync(join(archive, ".."), { recursive: true, force: true });
  });

  it.each(layouts)(
    "[K3] brings back every order acknowledged before a moment, %s",
    async (layout) => {
      const shop = await Shop.open(layout, { cluster: cluster.address });
      const traffic = new Traffic(shop, randomOf(seed));
      let copy: PostgresCluster | undefined;
      let brought: Databases | undefined;
      try {
        await traffic.prepare();
        traffic.start();
        await traffic.more(50);
        copy = await PostgresCluster.copyOf(cluster.address);
        await traffic.more(50);
        const before = acknowledged(traffic);
        const [moment] = await shop.databases.sql<{ at: string }>("kg", "SELECT clock_timestamp()::text AS at");
        await traffic.more(50);
        await traffic.stop();
        await cluster.admin("SELECT pg_switch_wal()");
        await copy.recover(archive, moment?.at ?? "");
        brought = shop.databases.at(copy.address);
        const all = acknowledged(traffic);
        const lost = await missing(brought, all);
        console.log(
          `[K3] ${layout}, seed ${seed}: ${before.length} orders acknowledged before ${moment?.at} are there, ` +
            `${lost.length} of ${all.length - before.length} after it are not`,
        );
        expect(await missing(brought, before)).toEqual([]);
        expect(await wrong(brought, traffic.initial)).toEqual([]);
        const verified = await marque(["verify"], brought.environment);
        expect(verified, verified.stdout).toMatchObject({ code: 0 });
        // The moment was kept: nobody would see an order that is missing where all of them came back.
        expect(lost.length).toBeGreaterThan(0);
      } finally {
        await traffic.stop();
        await brought?.disconnect();
        await copy?.destroy();
        await shop.close();
      }
    },
    180_000,
  );
});
