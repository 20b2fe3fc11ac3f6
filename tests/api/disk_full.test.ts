// [C5] The disk of PostgreSQL is full in the middle of orders: orders are refused as a problem that passes, what is
// asked for is still shown, and when there is room again everything goes on, nothing lost. Wants the right to mount.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, postText, raw } from "../harness/api.js";
import { randomOf } from "../harness/checker.js";
import { layouts, makeTemplates, markets } from "../harness/layouts.js";
import { PostgresCluster } from "../harness/postgres.js";
import { buy, customerPhones, delivery, Shop } from "../harness/shop.js";
import { Traffic } from "../harness/traffic.js";
import { eventually } from "../harness/waiting.js";

const seed = Number(process.env.MARQUE_TEST_SEED ?? Date.now() % 1_000_000);
const size_mb = 700;

/** A file system of a limited size, or nothing where this user may not mount one. */
function smallDisk(): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), "marque-test-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size_mb}m,mode=755`, "tmpfs", directory], { stdio: "pipe" });
    return directory;
  } catch (error) {
    rmSync(directory, { recursive: true });
    console.log(`[C5] skipped: no file system could be mounted (${String(error).split("\n")[0]})`);
    return undefined;
  }
}

const disk = smallDisk();

describe.skipIf(disk === undefined)("a full disk", () => {
  const directory = disk as string;
  const filler = join(directory, "filler");
  let cluster: PostgresCluster;
  beforeAll(async () => {
    cluster = await PostgresCluster.create({
      durable: true,
      within: directory,
      settings: { max_wal_size: "96MB", min_wal_size: "64MB" },
    });
    await makeTemplates(cluster.address);
  }, 120_000);
  afterAll(async () => {
    await cluster?.destroy();
    execFileSync("umount", [directory]);
    rmSync(directory, { recursive: true });
  });

  /** Takes whatever is left of the disk. */
  const fill = () => {
    const { bavail, bsize } = statfsSync(directory);
    try {
      writeFileSync(filler, Buffer.alloc(bavail * bsize), { flag: "a" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    }
  };

  it.each(layouts)(
    "[C5] %s: 503 while it is full, reads are answered, and afterwards no acknowledged order is missing",
    async (layout) => {
      const shop = await Shop.open(layout, { cluster: cluster.address });
      const traffic = new Traffic(shop, randomOf(seed));
      try {
        const customer = await shop.logIn(customerPhones.kg);
        const { sku } = await shop.findSku("kg", 20, 40);
        const earlier = await buy(customer, sku.id);
        await traffic.prepare();
        traffic.start();
        await traffic.more(50);
        const wanted = { ...delivery(customer.user.phone), items: [{ sku_id: sku.id, quantity: 1 }] };
        let probes = 0;
        const refused = await eventually("an order is refused", async () => {
          fill();
          const body = JSON.stringify({ ...wanted, delivery_notes: `probe ${(probes += 1)}` });
          const answer = await postText(shop.origin, "/api/v1/orders/create", body, customer);
          return answer.status === 201 ? false : answer;
        });
        expect(refused.status).toBe(503);
        expect(refused.headers.get("content-type")).toBe("application/problem+json");
        expect(refused.problem().code).toMatch(/unavailable/);
        const path = { id: earlier.id };
        expect(good(await customer.api.GET("/api/v1/orders/{id}", { params: { path } })).id).toBe(earlier.id);
        expect((await raw(shop.origin, "GET", "/api/v1/products?market=kg")).status).toBe(200);
        truncateSync(filler, 0);
        await traffic.more(50);
        await traffic.stop();
        const verdict = await traffic.verdict();
        const told = markets.map((market) => verdict[market].acknowledged);
        const repeated = traffic.history.wishes.filter((wish) => wish.tries > 1).length;
        console.log(`[C5] ${layout}: seed ${seed}, ${told.join(" + ")} acknowledged, ${repeated} repeated`);
        expect(repeated).toBeGreaterThan(0);
        for (const market of markets)
          expect(verdict[market]).toMatchObject({ missing: [], doubled: [], conservation: [] });
      } finally {
        truncateSync(filler, 0);
        await traffic.stop();
        await shop.close();
      }
    },
    120_000,
  );
});
