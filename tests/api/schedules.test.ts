// What a market's day begins by itself: when, once however many servers run, again where it did not work, and by hand.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import { command } from "../harness/customers.js";
import { jobOf, untilJob, workersOf } from "../harness/jobs.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { MarqueServer } from "../harness/server.js";
import { type Caller, managerPhones, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";
import type { components } from "./generated/schema.js";

const zones: Record<Market, string> = { kg: "Asia/Bishkek", us: "America/New_York" };
type ScheduleInput = components["schemas"]["ScheduleInput"];
type Kind = "prune" | "revenue_snapshot";

/** How many jobs two servers make of one schedule that is due, both having seen it before either could begin. */
async function jobsOfTwoServers(shop: Shop, market: Market): Promise<number> {
  const code = market.toUpperCase();
  const count = () =>
    shop.databases.count(market, "SELECT count(*) FROM jobs WHERE market = $1 AND kind = 'prune'", [code]);
  const before = await count();
  // Each stands still where it puts its job in; a second one that asks first stands still before.
  await shop.databases.sql(
    market,
    `CREATE FUNCTION test_stand_still() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN PERFORM pg_advisory_xact_lock(1717); RETURN NEW; END $$`,
  );
  await shop.databases.sql(
    market,
    "CREATE TRIGGER test_stand_still BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION test_stand_still()",
  );
  const schedule = "UPDATE job_schedules SET next_at = now() WHERE market = $1 AND kind = 'prune' RETURNING kind";
  const there = "SELECT count(*) FROM job_schedules WHERE market = $1";
  await eventually("there is a schedule", async () => (await shop.databases.count(market, there, [code])) > 0);
  await shop.databases.holding(market, "SELECT pg_advisory_xact_lock(1717)", [], async () => {
    await shop.databases.sql(market, schedule, [code]);
    await eventually("both servers stand still", async () => (await shop.databases.waiting(market)) >= 2);
  });
  await eventually("what is due has begun", async () => {
    const due = "SELECT count(*) FROM job_schedules WHERE next_at <= now()";
    return (await shop.databases.waiting(market)) === 0 && (await shop.databases.count(market, due)) === 0;
  });
  // Whoever waits no longer may still be writing; the lock is free when the last of them has committed.
  await shop.databases.sql(market, "SELECT pg_advisory_xact_lock(1717)");
  return (await count()) - before;
}

describe.each(layouts)("schedules, %s", (layout) => {
  let shop: Shop;
  let second: MarqueServer | undefined;
  let both: Caller;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    second = await MarqueServer.start(shop.databases.environment);
    both = await shop.logIn(managerPhones.both);
  });
  afterAll(async () => {
    await second?.stop();
    await shop?.close();
  });

  const at = (market: Market) => ({ params: { query: { market } } });
  const schedules = async (market: Market) =>
    good(await both.api.GET("/api/v1/manager/job-schedules", at(market))).items;
  const set = (market: Market, kind: Kind, body: ScheduleInput) =>
    both.api.PUT("/api/v1/manager/job-schedules/{kind}", { params: { path: { kind }, query: { market } }, body });
  const begin = (market: Market, kind: Kind, key: string = randomUUID()) =>
    both.api.POST("/api/v1/manager/jobs", {
      params: { query: { market }, header: { "Idempotency-Key": key } },
      body: { kind },
    });

  it("[R106] each market has them by its own clocks, and its managers change them", async () => {
    const clock = (market: Market, moment: string) =>
      new Intl.DateTimeFormat("en-GB", { timeZone: zones[market], hour: "2-digit", minute: "2-digit" }).format(
        new Date(moment),
      );
    for (const market of markets) {
      const all = await eventually("they are there", async () => {
        const found = await schedules(market);
        return found.length === 2 && found;
      });
      expect(all.map(({ kind, at_time }) => [kind, at_time])).toEqual([
        ["prune", "03:40"],
        ["revenue_snapshot", "00:20"],
      ]);
      for (const one of all) {
        expect([one.time_zone, clock(market, one.next_at)]).toEqual([zones[market], one.at_time]);
        const hours = (Date.parse(one.next_at) - Date.now()) / 3_600_000;
        expect(hours).toBeGreaterThan(0);
        expect(hours).toBeLessThanOrEqual(25);
      }
      const { version } = all[0] as { version: number };
      const wanted = { at_time: "17:05", is_active: true, version, events_days: 7, sms_days: 20 };
      const changed = good(await set(market, "prune", wanted));
      expect([changed.events_days, changed.sms_days]).toEqual([7, 20]);
      expect([changed.version, clock(market, changed.next_at)]).toEqual([version + 1, "17:05"]);
      const stale = refused(await set(market, "prune", { at_time: "18:00", is_active: true, version }));
      expect([stale.status, stale.code]).toEqual([409, "jobs.schedule_stale"]);
      const wrong = refused(await set(market, "prune", { at_time: "24:00", is_active: true, version: version + 1 }));
      expect(wrong.status).toBe(422);
    }
  });

  it.each(markets)("[R106] two servers begin what is due once, and it keeps yesterday: %s", async (market) => {
    const code = market.toUpperCase();
    const soon = (kind: Kind) =>
      shop.databases.sql(market, "UPDATE job_schedules SET next_at = now() WHERE market = $1 AND kind = $2", [
        code,
        kind,
      ]);
    await shop.databases.sql(market, "UPDATE job_schedules SET next_at = now() + interval '1 day' WHERE market = $1", [
      code,
    ]);
    await shop.databases.sql(market, "DELETE FROM revenue_snapshots WHERE market = $1", [code]);
    await soon("revenue_snapshot");
    const job = await eventually("it has begun", async () => {
      const found = (await schedules(market)).find(({ kind }) => kind === "revenue_snapshot");
      return found?.last_job_id ?? undefined;
    });
    const done = await untilJob(both, market, job);
    expect(done).toMatchObject({ kind: "revenue_snapshot", state: "done", attempts: 1, error: "" });
    const today = new Intl.DateTimeFormat("en-CA", { timeZone: zones[market], dateStyle: "short" }).format(new Date());
    const kept = await shop.databases.count(
      market,
      "SELECT count(*) FROM revenue_snapshots WHERE market = $1 AND day = $2::date - 1",
      [code, today],
    );
    expect(kept).toBe(1);
    const jobs = await shop.databases.count(
      market,
      "SELECT count(*) FROM jobs WHERE market = $1 AND kind = 'revenue_snapshot'",
      [code],
    );
    expect(jobs).toBe(1);
  });

  it.each(markets)("[R106] throws away what is old, and nothing else: %s", async (market) => {
    const code = market.toUpperCase();
    const sql = (text: string) => shop.databases.sql(market, text, [code]);
    await sql(
      `INSERT INTO outbox (market, topic, payload, created_at, done_at)
       SELECT $1, 'order.created', '{}', now() - interval '8 days' - n * interval '1 second',
              CASE WHEN n % 2500 > 0 THEN now() - interval '8 days' END
       FROM generate_series(1, 5000) AS n`,
    );
    await sql("UPDATE outbox SET available_at = now() + interval '1 day' WHERE market = $1 AND done_at IS NULL");
    await sql(
      `INSERT INTO outbox (market, topic, payload, done_at)
       SELECT $1, 'young', '{}', now() - interval '6 days' FROM generate_series(1, 3)`,
    );
    await sql(
      `INSERT INTO sms_messages (market, id, phone, message, state, useful_until, finished_at)
       SELECT $1, -n, '+1', '', 'sent', now(), now() - interval '15.5 days' - n * interval '1 day'
       FROM generate_series(1, 9) AS n`,
    );
    await sql("INSERT INTO sms_deliveries (market, message_id, provider, status) VALUES ($1, -9, 'gateway', 'sent')");
    await sql(
      `INSERT INTO webhook_events (market, id, source_event, type, body, occurred_at, created_at)
       SELECT $1, gen_random_uuid(), -n, 'order.created', '{}', now(), now() - n * interval '3 days'
       FROM generate_series(1, 5) AS n`,
    );
    await sql(
      `WITH endpoint AS (
         INSERT INTO webhook_endpoints (market, id, url, secret_sealed, is_active, changed_by)
         VALUES ($1, gen_random_uuid(), 'https://hooks.invalid/', '', false, 'test') RETURNING id)
       INSERT INTO webhook_deliveries (market, endpoint_id, event_id, cause, state, give_up_at)
       SELECT $1, endpoint.id, v.id, 'event', CASE WHEN v.source_event = -5 THEN 'waiting' ELSE 'delivered' END,
              now() + interval '1 day'
       FROM endpoint, webhook_events v WHERE v.market = $1`,
    );
    const job = good(await begin(market, "prune"));
    const done = await untilJob(both, market, job.id);
    expect(done).toMatchObject({ kind: "prune", state: "done", error: "" });
    expect(done.report.notes).toEqual([
      "4998 events older than 7 days",
      "2 events sent out older than 7 days",
      "5 SMS older than 20 days",
      "0 messages older than 20 days",
    ]);
    const left = (text: string) => shop.databases.count(market, text, [code]);
    expect(await left("SELECT count(*) FROM webhook_events WHERE market = $1")).toBe(3);
    expect(await left("SELECT count(*) FROM webhook_deliveries WHERE market = $1")).toBe(3);
    expect(await left("SELECT count(*) FROM outbox WHERE market = $1 AND created_at < now() - interval '7 days'")).toBe(
      2,
    );
    expect(await left("SELECT count(*) FROM outbox WHERE market = $1 AND topic = 'young'")).toBe(3);
    expect(await left("SELECT count(*) FROM sms_messages WHERE market = $1 AND id < 0")).toBe(4);
    await sql("DELETE FROM outbox WHERE market = $1 AND created_at < now() - interval '7 days'");
  });

  it("[B1] begins once for one key, and tells it as a job like others", async () => {
    const key = randomUUID();
    const first = good(await begin("us", "prune", key));
    const again = await begin("us", "prune", key);
    expect(again.response.headers.get("idempotent-replayed")).toBe("true");
    expect(good(again).id).toBe(first.id);
    expect(refused(await begin("us", "revenue_snapshot", key)).code).toBe("idempotency.key_reused");
    const done = await untilJob(both, "us", first.id);
    const listed = good(await both.api.GET("/api/v1/manager/jobs", at("us")));
    expect(listed.items.find(({ id }) => id === first.id)).toEqual(done);
  });

  it("[R106] is tried again later where it did not work, and has failed after the fifth time", async () => {
    await shop.databases.sql(
      "kg",
      `CREATE FUNCTION test_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the disk is full, say'; END $$`,
    );
    await shop.databases.sql(
      "kg",
      "CREATE TRIGGER test_refuse BEFORE INSERT OR UPDATE ON revenue_snapshots EXECUTE FUNCTION test_refuse()",
    );
    const { id } = good(await begin("kg", "revenue_snapshot"));
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const last = attempt === 5;
      const now = await eventually(`try ${attempt}`, async () => {
        const job = await jobOf(both, "kg", id);
        return job.attempts === attempt && job.state === (last ? "failed" : "queued") && job;
      });
      expect(now.error).toContain("the disk is full, say");
      const [row] = await shop.databases.sql<{ wait_s: number }>(
        "kg",
        "SELECT extract(epoch FROM available_at - started_at)::float8 AS wait_s FROM jobs WHERE id = $1",
        [id],
      );
      if (!last) expect(row?.wait_s).toBeGreaterThanOrEqual(5 * 2 ** attempt);
      // Time is made to pass.
      await shop.databases.sql("kg", "UPDATE jobs SET available_at = now(), started_at = now() WHERE id = $1", [id]);
    }
    await shop.databases.sql("kg", "DROP TRIGGER test_refuse ON revenue_snapshots");
    const next = good(await begin("kg", "revenue_snapshot"));
    expect(await untilJob(both, "kg", next.id)).toMatchObject({ state: "done", attempts: 1 });
  });

  it("[R106] marque jobs lists, begins and cancels", async () => {
    const run = await command(shop, ["jobs", "run", "prune", "--market", "us"]);
    const id = /[0-9a-f-]{36}/.exec(run.stdout)?.[0] ?? "";
    expect(run.code).toBe(0);
    expect(await untilJob(both, "us", id)).toMatchObject({ kind: "prune", state: "done" });
    const list = await command(shop, ["jobs", "list", "--market", "us"]);
    expect(list.stdout).toContain(`US  ${id}  prune`);
    expect(list.stdout).toMatch(/US {2}revenue_snapshot +each day at 00:20, next /);
    const json = await command(shop, ["jobs", "list", "--json"]);
    const { markets: all } = JSON.parse(json.stdout) as { markets: Array<{ market: string; items: unknown[] }> };
    expect(all.map(({ market }) => market).sort()).toEqual(["kg", "us"]);
    // One that nobody takes yet.
    await shop.databases.sql(
      "kg",
      `INSERT INTO jobs (market, id, kind, available_at) VALUES ('KG', $1, 'prune', now() + interval '1 hour')`,
      ["00000000-0000-4000-8000-00000000000a"],
    );
    const cancelled = await command(shop, ["jobs", "cancel", "00000000-0000-4000-8000-00000000000a"]);
    expect([cancelled.code, cancelled.stderr]).toEqual([0, ""]);
    expect((await jobOf(both, "kg", "00000000-0000-4000-8000-00000000000a")).state).toBe("cancelled");
    for (const args of [
      ["jobs", "cancel", "00000000-0000-4000-8000-00000000000a"],
      ["jobs", "cancel", randomUUID()],
      ["jobs", "run", "nothing"],
    ])
      expect((await command(shop, args)).code).not.toBe(0);
  });

  it("[I3] a server killed in the middle: another one goes on", async () => {
    const old = "(market, topic, payload, done_at) VALUES ('US', 'held', '{}', now() - interval '9 days')";
    await shop.databases.sql("us", `INSERT INTO outbox ${old}`);
    await second?.stop();
    second = undefined;
    let id = "";
    await shop.databases.holding(
      "us",
      "SELECT FROM outbox WHERE market = 'US' AND topic = 'held' FOR UPDATE",
      [],
      async () => {
        id = good(await begin("us", "prune")).id;
        await eventually("it is in the middle", async () => (await shop.databases.waiting("us")) > 0);
        expect(workersOf(shop.server.pid)).toHaveLength(1);
        const left = await MarqueServer.start(shop.databases.environment);
        await shop.server.kill();
        shop.server = left;
        both = { ...both, api: shop.withToken(both.token) } as Caller;
        // Its lease holds others off until it ends. Time is made to pass.
        expect(await jobOf(both, "us", id)).toMatchObject({ state: "running", attempts: 1 });
        await shop.databases.sql("us", "UPDATE jobs SET lease_until = now() WHERE id = $1", [id]);
      },
    );
    expect(await untilJob(both, "us", id)).toMatchObject({ state: "done", attempts: 2, error: "" });
    const held = "SELECT count(*) FROM outbox WHERE market = 'US' AND topic = 'held'";
    expect(await shop.databases.count("us", held)).toBe(0);
  });
});

describe("a schedule that two servers see at the same moment", () => {
  const jobs = async (settings: Record<string, string>) => {
    const shop = await Shop.open("one database", { settings });
    const second = await MarqueServer.start({ ...shop.databases.environment, ...settings });
    try {
      return await jobsOfTwoServers(shop, "kg");
    } finally {
      await second.stop();
      await shop.close();
    }
  };

  it("begins one job; with MARQUE_BREAK=naive_schedules each server begins its own", async () => {
    expect(await jobs({})).toBe(1);
    expect(await jobs({ MARQUE_BREAK: "naive_schedules" })).toBe(2);
  });
});
