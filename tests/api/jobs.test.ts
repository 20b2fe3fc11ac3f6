// Imports and exports as jobs of the server: watched, cancelled, taken over when a server dies, and seen by nobody of
// another market.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw, type RawAnswer } from "../harness/api.js";
import {
  exported,
  fileOf,
  goods,
  importPath,
  type Job,
  jobOf,
  sendFile,
  sentFile,
  untilJob,
  workersOf,
} from "../harness/jobs.js";
import { layouts, type Market } from "../harness/layouts.js";
import { marque, MarqueServer } from "../harness/server.js";
import { type Caller, managerPhones, Shop } from "../harness/shop.js";
import { exchange, portOf } from "../harness/sockets.js";
import { Files } from "../harness/transfer.js";
import { eventually } from "../harness/waiting.js";

const files = new Files();
afterAll(() => files.close());
const problem = (answer: RawAnswer) => answer.problem();
const like = (prefix: string) => `sku_code LIKE '${prefix}-%'`;

describe.each(layouts)("jobs, %s", (layout) => {
  let shop: Shop;
  let manager: Caller;
  let us: Caller;
  let kg: Caller;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    manager = await shop.logIn(managerPhones.both);
    us = await shop.logIn(managerPhones.us);
    kg = await shop.logIn(managerPhones.kg);
  });
  afterAll(() => shop?.close());

  const to = (caller: Caller) => ({ origin: shop.origin, token: caller.token });
  const inMarket = (id: string, market: Market = "us", more = {}) => ({
    params: { path: { id }, query: { market, ...more } },
  });
  const counted = (market: Market, sql: string) => shop.databases.count(market, sql);
  const skus = (market: Market, prefix: string) =>
    counted(market, `SELECT count(*) FROM skus WHERE ${like(prefix)} AND market = '${market.toUpperCase()}'`);

  it.each(["us", "kg"] as Market[])(
    "an import into %s: progress, report, refused rows, page by page",
    async (market) => {
      const file =
        goods("A", 2_500) +
        Array.from({ length: 130 }, (_, i) => `BAD-${i},,,Things,Red,10,2\n`).join("") +
        `C-1,,"=1+1",Things,Red,10,2\nragged,row\n`;
      const begun = await sentFile(to(manager), market, gzipSync(file));
      expect(begun).toMatchObject({ state: "queued", kind: "import_products", format: "csv", dry_run: false });
      let seen = -1;
      const job = await eventually(
        "the job is over",
        async () => {
          const now = await jobOf(manager, market, begun.id);
          expect(now.progress_percent ?? 0).toBeGreaterThanOrEqual(seen);
          seen = now.progress_percent ?? 0;
          return now.state === "done" && now;
        },
        { timeout_ms: 30_000 },
      );
      expect(job).toMatchObject({ state: "done", error: "", progress_percent: 100, has_file: false });
      expect(job.report).toMatchObject({ rows: 2_632, products_added: 2_501, skus_added: 2_501, refused: 131 });
      expect(job.report.reasons).toMatchObject({ "name is empty": 130 });
      expect(await skus(market, "A")).toBe(2_500);
      const page = async (offset: number) =>
        good(
          await manager.api.GET("/api/v1/manager/jobs/{id}/refusals", inMarket(job.id, market, { limit: 100, offset })),
        );
      const [first, second] = [await page(0), await page(100)];
      expect(first).toMatchObject({ total: 131, next: "100" });
      expect(first.items[0]).toEqual({ line: 2_502, key: "BAD-0", column: "name", reason: "is empty" });
      expect(second.items).toHaveLength(31);
      expect(second.items.at(-1)?.reason).toMatch(/the row has 2 fields, but the header has 7 columns/);
      // The file is gone when the job is over, or soon after.
      const listed = good(await manager.api.GET("/api/v1/manager/jobs", { params: { query: { market } } }));
      expect(listed.items[0]?.id).toBe(job.id);
      // For sale at once.
      await eventually("the market shows what came", async () => {
        const found = await shop
          .guest(market)
          .GET("/api/v1/products/search", { params: { query: { q: "Thing A 17" } } });
        return (found.data?.total ?? 0) > 0;
      });
    },
  );

  it("a dry run says the same as the run that follows, and writes nothing", async () => {
    const file = `${goods("D", 20)}D-5,,Twice,Things,Red,10,2\nD-x,,,Things,Red,10,2\n`;
    const dry = await untilJob(us, "us", (await sentFile(to(us), "us", file, { dry_run: "true" })).id);
    expect(dry).toMatchObject({ state: "done", dry_run: true });
    expect(await skus("us", "D")).toBe(0);
    const wet = await untilJob(us, "us", (await sentFile(to(us), "us", file)).id);
    expect(wet.report).toEqual(dry.report);
    expect(wet.report).toMatchObject({ skus_added: 20, refused: 2 });
    const refused = (id: string) => us.api.GET("/api/v1/manager/jobs/{id}/refusals", inMarket(id));
    expect(good(await refused(wet.id)).items).toEqual(good(await refused(dry.id)).items);
    expect(await skus("us", "D")).toBe(20);
  });

  it("prices and stock as JSON lines, reviews as CSV", async () => {
    await untilJob(us, "us", (await sentFile(to(us), "us", goods("E", 2))).id);
    const run = async (kind: string, format: string, body: string) =>
      (await untilJob(us, "us", (await sentFile(to(us), "us", body, { kind, format })).id)).report;
    expect(await run("prices", "jsonl", '{"sku": "E-0", "price": 12.5}\n{"sku": "no", "price": 1}\n')).toMatchObject({
      prices_changed: 1,
      refused: 1,
    });
    expect(await run("stock", "jsonl", '{"sku": "E-1", "on_hand": 9}\n')).toMatchObject({ stock_changed: 1 });
    expect(await run("reviews", "csv", "product,rating,comment\nE-1,5,Good\n")).toMatchObject({ reviews_added: 1 });
  });

  it.each<[string, string | Buffer, Record<string, string>, RegExp]>([
    ["a missing column", "sku,title\n1,2\n", {}, /line 1: column name is missing from the header/],
    ["nothing at all", "", {}, /the file is empty/],
    ["Windows-1251 unsaid", Buffer.from("sku,name,category\n1,\xd1\xf3\xec\xea\xe0,x\n", "latin1"), {}, /encoding/],
    ["a broken gzip", Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 1, 2]), {}, /gzip data/],
    ["a price rule that is none", goods("F", 1), { price: "much" }, /^price: /],
    ["a ZIP", Buffer.from("PK\x03\x04\x00\x00\x00\x00 not rows"), {}, /line 1|UTF|NUL/i],
  ])("%s fails with its reason, and nothing is written", async (_, body, query, words) => {
    const job = await untilJob(us, "us", (await sentFile(to(us), "us", body, query)).id);
    expect(job).toMatchObject({ state: "failed", report: { rows: 0 } });
    expect(job.error).toMatch(words);
  });

  it("what cannot be a job is refused at once", async () => {
    const refusal = async (answer: Promise<{ status: number; json(): unknown }>) => {
      const { status, json } = await answer;
      return [status, (json() as { code: string }).code];
    };
    const file = goods("G", 1);
    const wrong: [string, string][] = [
      ["prices", "magento"],
      ["stock", "shopify"],
      ["reviews", "saleor"],
      ["products", "womens_clothing"],
    ];
    for (const [kind, format] of wrong)
      expect(await refusal(sendFile(to(us), "us", file, { kind, format }))).toEqual([422, "jobs.format_not_for_kind"]);
    expect(await refusal(sendFile(to(us), "us", file, { format: "xlsx" }))).toEqual([422, "http.invalid_input"]);
    expect(await refusal(sendFile(to(us), "us", file, {}, "image/png"))).toEqual([415, "http.unsupported_media_type"]);
    const head = [
      `POST ${importPath("us")} HTTP/1.1`,
      "Host: x",
      `Authorization: Bearer ${us.token}`,
      "Content-Type: text/csv",
      `Content-Length: ${64 * 1024 * 1024 + 1}`,
    ];
    const { responses } = await exchange(portOf(shop.origin), `${head.join("\r\n")}\r\n\r\n`);
    expect(responses.map(({ status }) => status)).toEqual([413]);
    const support = "UPDATE manager_grants SET role = $1 WHERE granted_market = 'US' AND user_id = $2";
    const before = "SELECT role FROM manager_grants WHERE granted_market = 'US' AND user_id = $1";
    const [grant] = await shop.databases.sql<{ role: string }>("us", before, [us.user.id]);
    await shop.databases.sql("us", support, ["support", us.user.id]);
    expect(await refusal(sendFile(to(us), "us", file))).toEqual([403, "manager.role_forbids"]);
    await shop.databases.sql("us", support, [grant?.role, us.user.id]);
    expect(await skus("us", "G")).toBe(0);
  });

  it("an export is the file that the command writes", async () => {
    for (const kind of ["products", "stock"] as const) {
      const job = await untilJob(us, "us", (await exported(us, "us", kind)).id);
      expect(job).toMatchObject({ state: "done", kind: `export_${kind}`, has_file: true });
      const file = await fileOf(to(us), "us", job.id);
      expect(file.status).toBe(200);
      expect(file.headers.get("content-disposition")).toBe(`attachment; filename="${kind}-us.csv"`);
      const path = files.path(`${kind}.csv`);
      const command = await marque(["export", kind, "--market", "us", "--output", path], shop.databases.environment);
      expect(file.text).toBe(readFileSync(path, "utf8"));
      expect(job.bytes_total).toBe(Buffer.byteLength(file.text));
      expect(job.report.rows).toBe(Number(/^(\d+) rows written/m.exec(command.stderr)?.[1]));
    }
  });

  it("another market's manager sees nothing of a job, and cannot touch it", async () => {
    const job = await untilJob(us, "us", (await exported(us, "us", "stock")).id);
    const listed = good(await kg.api.GET("/api/v1/manager/jobs", { params: { query: { limit: 100 } } }));
    expect(listed.items.map(({ id }) => id)).not.toContain(job.id);
    for (const [method, path] of [
      ["GET", ""],
      ["GET", "/refusals"],
      ["GET", "/file"],
      ["POST", "/cancel"],
    ] as const) {
      const url = `/api/v1/manager/jobs/${job.id}${path}`;
      expect(problem(await raw(shop.origin, method, url, { token: kg.token })).code).toBe("jobs.not_found");
      const named = await raw(shop.origin, method, `${url}?market=us`, { token: kg.token });
      expect(problem(named).code).toBe("manager.no_access");
    }
    expect(problem(await sendFile(to(kg), "us", goods("H", 1))).code).toBe("manager.no_access");
    expect(await skus("us", "H")).toBe(0);
  });

  it("one job of a market at a time, ten wait, an eleventh is refused; other markets go on; cancelling", async () => {
    const long = await sentFile(to(manager), "us", goods("I", 20_000));
    await untilJob(manager, "us", long.id, ["running"]);
    const waiting: Job[] = [];
    for (let i = 0; i < 9; ++i) waiting.push(await exported(manager, "us", "stock"));
    const full = await manager.api.POST("/api/v1/manager/exports", {
      params: { query: { market: "us" } },
      body: { kind: "stock", format: "csv" },
    });
    expect(full.response.status).toBe(429);
    expect(full.error).toMatchObject({ code: "jobs.queue_full" });
    expect(await untilJob(kg, "kg", (await exported(kg, "kg", "stock")).id)).toMatchObject({ state: "done" });
    expect((await jobOf(manager, "us", long.id)).state).toBe("running");

    const cancel = (id: string) => manager.api.POST("/api/v1/manager/jobs/{id}/cancel", inMarket(id));
    for (const { id } of waiting.slice(1)) expect(good(await cancel(id)).state).toBe("cancelled");
    await eventually("a batch is committed", async () => (await skus("us", "I")) > 0);
    expect(good(await cancel(long.id))).toMatchObject({ cancel_requested: true });
    const ended = await untilJob(manager, "us", long.id);
    expect(ended.state).toBe("cancelled");
    const kept = await skus("us", "I");
    expect(kept).toBe(ended.report.skus_added);
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(12_000);
    expect(
      problem(await raw(shop.origin, "POST", `/api/v1/manager/jobs/${long.id}/cancel?market=us`, to(manager))),
    ).toMatchObject({ code: "jobs.over" });
    expect(await untilJob(manager, "us", waiting[0]?.id ?? "")).toMatchObject({ state: "done" });
    expect(await skus("us", "I")).toBe(kept);
  });

  it("a killed server's job goes on at another one, exactly once each row, by one worker at a time", async () => {
    const others: MarqueServer[] = [];
    try {
      const job = await sentFile(to(manager), "us", goods("J", 20_000));
      await untilJob(manager, "us", job.id, ["running"]);
      others.push(await MarqueServer.start(shop.databases.environment));
      await eventually("two batches are committed", async () => (await skus("us", "J")) >= 4_000, {
        timeout_ms: 30_000,
      });
      const [worker] = workersOf(shop.server.pid);
      expect(others.flatMap(({ pid }) => workersOf(pid))).toEqual([]);
      await shop.server.kill();
      await eventually("the worker dies with its server", () => {
        try {
          return readFileSync(`/proc/${worker}/status`, "utf8").includes("State:\tZ");
        } catch {
          return true;
        }
      });
      const before = await skus("us", "J");
      expect(before).toBeLessThan(20_000);
      // The other one waits for the lease to end. Time is made to pass.
      await shop.databases.sql("us", "UPDATE jobs SET lease_until = now() WHERE id = $1", [job.id]);
      const left = others.pop();
      if (left) shop.server = left;
      const done = await untilJob({ ...manager, api: shop.withToken(manager.token) } as Caller, "us", job.id);
      expect(done).toMatchObject({ state: "done", report: { rows: 20_000, products_added: 20_000, refused: 0 } });
      expect(await counted("us", `SELECT attempts FROM jobs WHERE id = '${job.id}'`)).toBe(2);
      expect(await skus("us", "J")).toBe(20_000);
      const pieces = `SELECT sum(delta) FROM stock_ledger l JOIN skus k ON k.id = l.sku_id WHERE k.${like("J")}`;
      expect(await counted("us", pieces)).toBe(40_000);
    } finally {
      for (const server of others) await server.stop();
      manager = { ...manager, api: shop.withToken(manager.token) };
      us = { ...us, api: shop.withToken(us.token) };
      kg = { ...kg, api: shop.withToken(kg.token) };
    }
  });
});

describe("a worker whose job another one holds", () => {
  const written = async (settings: Record<string, string>) => {
    const shop = await Shop.open("one database", { settings });
    try {
      const manager = await shop.logIn(managerPhones.us);
      const job = await sentFile({ origin: shop.origin, token: manager.token }, "us", goods("Z", 8_000));
      const count = () => shop.databases.count("us", `SELECT count(*) FROM skus WHERE ${like("Z")}`);
      await eventually("a batch is committed", async () => (await count()) > 0, { timeout_ms: 30_000 });
      // As another server does whose clock has gone past the lease.
      await shop.databases.sql(
        "us",
        "UPDATE jobs SET attempts = attempts + 1, lease_until = now() + interval '1 hour' WHERE id = $1",
        [job.id],
      );
      const before = await count();
      await eventually("the worker has ended", () => workersOf(shop.server.pid).length === 0, { timeout_ms: 30_000 });
      return { more: (await count()) - before, state: (await jobOf(manager, "us", job.id)).state };
    } finally {
      await shop.close();
    }
  };

  it("writes nothing more; MARQUE_BREAK=unfenced_jobs lets it go on to the end", async () => {
    expect(await written({})).toEqual({ more: 0, state: "running" });
    const broken = await written({ MARQUE_BREAK: "unfenced_jobs" });
    expect(broken.more).toBeGreaterThan(0);
    expect(broken.state).toBe("done");
  });
});

describe("a file of 60 MB", () => {
  it("costs the server no memory that grows with it, and others are answered meanwhile", async () => {
    const shop = await Shop.open("one database", { settings: { THREADS: "1" } });
    try {
      const manager = await shop.logIn(managerPhones.us);
      const memory_mb = (pid: number, field: string) =>
        Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) /
        1024;
      const line = `no-such-product,5,"${"word ".repeat(900)}"\n`;
      const file = `product,rating,comment\n${line.repeat(Math.floor(60e6 / line.length))}`;
      const before = memory_mb(shop.server.pid, "RssAnon");
      const job = await sentFile({ origin: shop.origin, token: manager.token }, "us", file, { kind: "reviews" });
      const [worker] = await eventually("it is worked on", () => {
        const found = workersOf(shop.server.pid);
        return found.length > 0 && found;
      });
      let slowest_ms = 0;
      let peak = 0;
      const done = await eventually(
        "it is over",
        async () => {
          const began = performance.now();
          good(await shop.guest("us").GET("/api/v1/products", { params: { query: { limit: 5 } } }));
          slowest_ms = Math.max(slowest_ms, performance.now() - began);
          try {
            const peak_so_far = memory_mb(worker ?? 0, "VmHWM");
            // One that has ended and was not waited for yet has a status without memory: not a number.
            if (peak_so_far > peak) peak = peak_so_far;
          } catch {
            // It has ended.
          }
          const now = await jobOf(manager, "us", job.id);
          return now.state === "done" && now;
        },
        { timeout_ms: 60_000 },
      );
      const grown = memory_mb(shop.server.pid, "RssAnon") - before;
      console.log(
        `60 MB: server ${grown.toFixed(1)} MB more, worker ${peak.toFixed(1)} MB, ` +
          `slowest answer ${slowest_ms.toFixed(0)} ms`,
      );
      expect(done.report.refused).toBe(Math.floor(60e6 / line.length));
      const page = await manager.api.GET("/api/v1/manager/jobs/{id}/refusals", {
        params: { path: { id: job.id }, query: { market: "us" } },
      });
      expect(page.data?.total).toBe(10_000);
      expect(grown).toBeLessThan(30);
      expect(peak).toBeGreaterThan(10);
      expect(peak).toBeLessThan(100);
    } finally {
      await shop.close();
    }
  });
});
