// [G10] Connections that serve one request after another, in two markets, while some are cut, cancelled or made to
// wait; and [G11] managers who switch markets while requests run.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { layouts, markets } from "../harness/layouts.js";
import { delivery } from "../harness/shop.js";
import { type Endpoint, endpointsOf, leaksOf, send, together } from "../isolation/matrix.js";
import type { Asked, Cell, Operation } from "../isolation/rules.js";
import { orders } from "../isolation/things.js";
import { type ActorName, type Person, World } from "../isolation/world.js";

/** One thread, and four connections for each market: two shared ones for reads, two for what writes. */
const small = { THREADS: "1", DB_CONNECTIONS: "8" };

/** A machine that is busy with something else asks fewer, and says so. */
const longest_ms = 25_000;
const fewest = 2_500;

interface Step {
  endpoint: Endpoint;
  actor: ActorName;
  asked: Asked;
}

/** One round of what customers and managers do, the markets in turn; `aborted` fails inside its transaction. */
async function roundOf(world: World): Promise<Step[]> {
  const pairs: Array<[ActorName, ActorName]> = [
    ["kg_user_a", "us_user"],
    ["kg_manager", "us_manager"],
  ];
  const steps: Step[][] = [];
  for (const pair of pairs) {
    for (const name of pair) {
      const actor = world.actors[name];
      const sku_id = await world.skuOf("ALL", actor.home);
      const own = await world.thing(orders, actor);
      const manages = actor.manages.length > 0;
      const aborted = {
        ...delivery(actor.phone),
        items: [
          { sku_id, quantity: 99 },
          { sku_id: await world.lastPieces(actor.home), quantity: 99 },
        ],
      };
      steps.push([
        { endpoint: "GET /api/v1/auth/profile", actor: name, asked: {} },
        { endpoint: "GET /api/v1/orders/{id}", actor: name, asked: { path: { id: own.id } } },
        { endpoint: "POST /api/v1/cart/add", actor: name, asked: { body: { sku_id, quantity: 1 } } },
        { endpoint: "GET /api/v1/orders", actor: name, asked: {} },
        { endpoint: "POST /api/v1/cart/clear", actor: name, asked: {} },
        { endpoint: "POST /api/v1/orders/create", actor: name, asked: { body: aborted } },
        ...(manages ? [{ endpoint: "GET /api/v1/manager/orders", actor: name, asked: {} }] : []),
        { endpoint: "POST /api/v1/cart/get", actor: name, asked: {} },
      ]);
    }
  }
  const longest = Math.max(...steps.map((each) => each.length));
  return Array.from({ length: longest }, (_, i) => steps.flatMap((each) => each.slice(i, i + 1))).flat();
}

interface Result {
  statuses: Map<number, number>;
  leaks: string[];
  sent: number;
}

async function alternate(
  world: World,
  operations: Map<Endpoint, Operation>,
  count: number,
  disturb: (sent: number) => void,
) {
  const round = await roundOf(world);
  const result: Result = { statuses: new Map(), leaks: [], sent: 0 };
  const numbers = Array.from({ length: count }, (_, i) => i + 1);
  const until = Date.now() + longest_ms;
  await together(numbers, 16, async (number) => {
    if (Date.now() > until) return;
    const step = round[number % round.length] as Step;
    const operation = operations.get(step.endpoint) as Operation;
    const actor = world.actors[step.actor];
    disturb(number);
    const answer = await send(world.origin, operation, step.asked, actor.token);
    result.sent += 1;
    result.statuses.set(answer.status, (result.statuses.get(answer.status) ?? 0) + 1);
    const cell: Cell = { world, actor, relation: "own", operation };
    for (const leak of leaksOf(cell, answer)) result.leaks.push(`${step.endpoint} as ${step.actor}: ${leak}`);
  });
  return result;
}

/** Requests of KG that wait for a locked cart until they are given up; those of US go on. Returns how many were. */
async function givenUpUnderLock(world: World, operations: Map<Endpoint, Operation>): Promise<number> {
  const add = operations.get("POST /api/v1/cart/add") as Operation;
  const post = async (actor: Person) =>
    send(world.origin, add, { body: { sku_id: await world.skuOf("ALL", actor.home), quantity: 1 } }, actor.token);
  const { kg_user_a: slow, us_user: quick } = world.actors;
  expect((await post(slow)).status).toBe(200);
  const cart = "SELECT FROM carts WHERE market = 'KG' AND user_id = $1 FOR UPDATE";
  return world.databases.holding("kg", cart, [slow.user], async () => {
    const waiting = [post(slow), post(slow)];
    for (let i = 0; i < 20; ++i) expect((await post(quick)).status).toBe(200);
    const answers = await Promise.all(waiting);
    return answers.filter((answer) => answer.status === 503).length;
  });
}

const share = (result: Result, ...statuses: number[]) =>
  statuses.reduce((sum, status) => sum + (result.statuses.get(status) ?? 0), 0) / result.sent;

describe.each(layouts)("connections reused, %s", (layout) => {
  let world: World;
  let operations: Map<Endpoint, Operation>;
  beforeAll(async () => {
    world = await World.open(layout, { ...small, DEBUG: "false" });
    ({ operations } = await endpointsOf(world.origin));
    for (const market of markets) await world.thing(orders, world.neighbours[market]);
  });
  afterAll(() => world?.close());

  const count = layout === "one database" ? 10_000 : 1_000;

  it(`[G10] ${count} requests of KG and US in turn, with aborts, timeouts and cut connections: no leak`, async () => {
    const done = { cut: 0, cancelled: 0 };
    const backends = async (what: "pg_terminate_backend" | "pg_cancel_backend") => {
      for (const market of world.databases.split ? markets : (["kg"] as const)) {
        const [row] = await world.databases.sql(
          market,
          `SELECT count(${what}(pid)) AS n FROM (SELECT pid FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'marque' ORDER BY random() LIMIT 2) victims`,
        );
        done[what === "pg_cancel_backend" ? "cancelled" : "cut"] += Number(row?.n);
      }
    };
    const disturbances: Array<Promise<unknown>> = [];
    const started = Date.now();
    const given = await givenUpUnderLock(world, operations);
    const result = await alternate(world, operations, count, (number) => {
      if (number % 250 === 0) disturbances.push(backends("pg_cancel_backend"));
      if (number % 400 === 0) disturbances.push(backends("pg_terminate_backend"));
    });
    await Promise.all(disturbances);
    const statuses = JSON.stringify(Object.fromEntries(result.statuses));
    console.log(
      `[G10] ${layout}: ${result.sent} of ${count} requests in ${Date.now() - started} ms, ${statuses},` +
        ` ${JSON.stringify(done)}, timed out before: ${given}`,
    );
    expect(result.leaks).toEqual([]);
    expect(result.sent).toBeGreaterThanOrEqual(Math.min(count, fewest));
    expect(given).toBe(2);
    expect(done.cut).toBeGreaterThan(1);
    expect(share(result, 409)).toBeGreaterThan(0.05);
    expect(share(result, 200, 201, 409)).toBeGreaterThan(0.9);
    expect(share(result, 200, 201, 409, 503)).toBe(1);
  }, 120_000);

  it("[G11] a manager switches markets while requests run: each is answered in its own market", async () => {
    const { both } = world.actors;
    const list = operations.get("GET /api/v1/manager/orders") as Operation;
    const switching = operations.get("POST /api/v1/manager/market") as Operation;
    const seen = new Map<string, number>();
    const wrong: string[] = [];
    const look = async (actor: Person, market?: string) => {
      const answer = await send(world.origin, list, { query: market ? { market } : {} }, actor.token);
      const served = answer.headers.get("x-market") ?? "";
      const { items } = JSON.parse(answer.text) as { items: Array<{ market: string }> };
      seen.set(`${market ?? "saved"}→${served}`, (seen.get(`${market ?? "saved"}→${served}`) ?? 0) + 1);
      if (market && served !== market) wrong.push(`asked for ${market}, served in ${served}`);
      if (items.length === 0 || items.some((item) => item.market !== served))
        wrong.push(`rows of another market in ${served}`);
      wrong.push(...leaksOf({ world, actor, relation: "own", operation: list }, answer));
    };
    await send(world.origin, switching, { body: { market: "kg" } }, both.token);
    const numbers = Array.from({ length: 400 }, (_, i) => i);
    await together(numbers, 12, async (number) => {
      const market = markets[Math.floor(number / 4) % 2] ?? "kg";
      if (number % 4 === 0) await send(world.origin, switching, { body: { market } }, both.token);
      else await look(both, number % 4 === 1 ? undefined : market);
    });
    console.log(`[G11] ${layout}: ${JSON.stringify(Object.fromEntries(seen))}`);
    expect(wrong).toEqual([]);
    expect([...seen.keys()].sort()).toEqual(["kg→kg", "saved→kg", "saved→us", "us→us"]);
    const rows = await world.databases.sql(
      "kg",
      `SELECT market, user_id, from_market, to_market,
              lag(to_market) OVER (ORDER BY id) IS NOT DISTINCT FROM from_market AS follows
       FROM manager_switches WHERE user_id = $1 ORDER BY id`,
      [both.user],
    );
    expect(rows.length).toBe(101);
    expect(rows[0]).toMatchObject({ market: "KG", user_id: both.user, from_market: null });
    expect(rows.filter((row) => row.follows !== true)).toEqual([]);
  });

  if (layout === "database per market") return;
  it("[G10] negative control: with policies opened, the same requests leak", async () => {
    for (const table of ["orders", "order_items"])
      await world.databases.sql("kg", `CREATE POLICY open ON ${table} FOR SELECT USING (true)`);
    const result = await alternate(world, operations, 100, () => {});
    expect(result.leaks).toContainEqual(expect.stringMatching(/manager\/orders as kg_manager: .*words of others/));
  });
});
