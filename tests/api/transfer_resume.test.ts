// An import that is killed in the middle: what was committed stays, and it goes on from there.
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { Databases, layouts } from "../harness/layouts.js";
import { ended, start } from "../harness/processes.js";
import { binary } from "../harness/server.js";
import { csv, Files, header, importFile } from "../harness/transfer.js";
import { eventually } from "../harness/waiting.js";

const files = new Files();
afterAll(() => files.close());

describe.each(layouts)("imports broken off, %s", (layout) => {
  let databases: Databases;
  beforeAll(async () => {
    databases = await Databases.copy(layout, inject("cluster"));
  });
  afterAll(() => databases?.drop());

  const into = (subject: string, file: string, ...options: string[]) =>
    importFile(databases, subject, file, ...options);
  const counted = (sql: string) => databases.count("us", sql);

  it("an import killed in the middle goes on where it was, and doubles nothing", async () => {
    const rows = Array.from({ length: 12_000 }, (_, i) => `K-${i},,Kilt ${i},Kilts,${i % 7 ? "Red" : ""},10.00,2`);
    rows[5] = "K-5,,,Kilts,Red,10.00,2";
    const file = files.write("kilts.csv", csv([header, ...rows]));
    const killed = start(binary, ["import", "products", file, "--market", "us"], {
      environment: databases.environment,
    });
    await eventually(
      "some batches are committed",
      async () =>
        (await counted("SELECT count(*) FROM jobs WHERE state = 'running' AND position >= 4000")) === 1 || undefined,
      { timeout_ms: 30_000 },
    );
    killed.kill("SIGKILL");
    await ended(killed);
    const before = await counted("SELECT count(*) FROM skus WHERE sku_code LIKE 'K-%'");
    expect(before).toBeGreaterThanOrEqual(3_999);
    expect(before).toBeLessThan(11_999);
    const resumed = await into("products", file, "--market", "us", "--resume");
    expect(resumed.code, resumed.stderr).toBe(0);
    // The report is of the whole file, also of the row that was refused before the kill.
    expect(resumed.stdout).toContain("line 7: K-5: name is empty");
    expect(resumed.stdout).toContain("12000 rows read: 11999 products (11999 new, 0 updated, 0 unchanged)");
    expect(await counted("SELECT count(*) FROM skus WHERE sku_code LIKE 'K-%'")).toBe(11_999);
    expect(
      await counted("SELECT sum(delta) FROM stock_ledger l JOIN skus k ON k.id = l.sku_id WHERE sku_code LIKE 'K-%'"),
    ).toBe(23_998);
    expect(await counted("SELECT count(*) FROM jobs WHERE state <> 'done'")).toBe(0);
    // Negative control: from the beginning all that was committed is met again, and counts as unchanged.
    const again = await into("products", file, "--market", "us");
    expect(again.stdout).toContain("11999 products (0 new, 0 updated, 11999 unchanged)");
  });
});
