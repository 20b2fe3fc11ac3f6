// [G1] Every endpoint, asked by everybody for everything: the table of tests/isolation says what must come back.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { layouts } from "../harness/layouts.js";
import { eventually } from "../harness/waiting.js";
import { writtenByHand } from "../isolation/by_hand.js";
import {
  type Answered,
  type Document,
  type Endpoint,
  endpointsOf,
  gapsOf,
  type Outcome,
  runMatrix,
  send,
  undeclaredMethods,
} from "../isolation/matrix.js";
import { absentId, type Operation } from "../isolation/rules.js";
import { table } from "../isolation/table.js";
import { orders } from "../isolation/things.js";
import { World } from "../isolation/world.js";

const few = (failures: string[]) => [
  ...failures.slice(0, 20),
  ...(failures.length > 20 ? [`… ${failures.length}`] : []),
];
const cellOf = (answer: Answered) => `${answer.endpoint} as ${answer.actor} for ${answer.relation}`;
const aboutOrders = (endpoint: Endpoint) => /orders|manager/.test(endpoint);
const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

describe.each(layouts)("matrix, %s", (layout) => {
  let world: World;
  let operations: Map<Endpoint, Operation>;
  let document: Document;
  let outcome: Outcome;
  beforeAll(async () => {
    world = await World.open(layout);
    ({ operations, document } = await endpointsOf(world.origin));
    const started = Date.now();
    outcome = await runMatrix(world, operations);
    console.log(`[G1] ${layout}: ${operations.size} endpoints, ${outcome.cells} cells, ${Date.now() - started} ms`);
  }, 300_000);
  afterAll(() => world?.close());

  it("[G1] every endpoint of the server has a line in the table, and every line an endpoint", () => {
    expect(gapsOf(operations)).toEqual([]);
  });

  it("[G1] negative control: an endpoint without a line is named, with the line to add", () => {
    const { "GET /api/v1/profile/addresses/{id}": _, ...rest } = table;
    expect(gapsOf(operations, rest)).toEqual([
      expect.stringMatching(
        /^GET \/api\/v1\/profile\/addresses\/\{id\} has no line .* own_object\(rowsOf\("addresses"\)/,
      ),
    ]);
  });

  it("[G1] [G3] [G4] [R13] [R19] [R21] every cell is answered as the table declares", () => {
    expect(few(outcome.failures)).toEqual([]);
    expect(outcome.cells).toBeGreaterThan(800);
  });

  it("[G1] the sensitive endpoints answer as written down by hand", () => {
    const answered = new Map(outcome.answers.map((answer) => [cellOf(answer), answer.status]));
    const written = writtenByHand();
    expect(written.size).toBeGreaterThan(240);
    const wrong = [...written].filter(([cell, status]) => answered.get(cell) !== status);
    expect(few(wrong.map(([cell, status]) => `${cell}: by hand ${status}, got ${answered.get(cell)}`))).toEqual([]);
  });

  it("[G1] a method that a path has not is 405 for everybody", async () => {
    const { asked, wrong } = await undeclaredMethods(world, document);
    console.log(`[G1] ${layout}: ${asked} requests by undeclared methods`);
    expect(few(wrong)).toEqual([]);
  });

  it("[R20] each request's log line names the market that served it, in both markets", async () => {
    const served = outcome.answers.filter((answer) => answer.headers.get("x-market"));
    expect(new Set(served.map((answer) => answer.headers.get("x-market")))).toEqual(new Set(["kg", "us"]));
    const logged = await eventually("the last request is logged", () => {
      const lines = world.shop.server.logs.filter((line) => line.event === "http.request");
      const byId = new Map(lines.map((line) => [line.request_id, line]));
      return served.every((answer) => byId.has(answer.requestId)) ? byId : undefined;
    });
    const wrong = served.filter((answer) => logged.get(answer.requestId)?.market !== answer.headers.get("x-market"));
    expect(few(wrong.map(cellOf))).toEqual([]);
  });

  it("[G3] another market's order takes as long to be absent as one that never was", async () => {
    const operation = operations.get("GET /api/v1/orders/{id}") as Operation;
    const { kg_user_a: actor } = world.actors;
    const foreign = await world.thing(orders, world.neighbours.us);
    const times = { foreign: [] as number[], absent: [] as number[] };
    // In pairs, each first in turn: what else the machine does slows both of a pair alike.
    for (let i = 0; i < 600; ++i) {
      const kind = i % 4 === 0 || i % 4 === 3 ? "foreign" : "absent";
      const id = kind === "foreign" ? foreign.id : absentId;
      const answer = await send(world.origin, operation, { path: { id } }, actor.token);
      expect(answer.status).toBe(404);
      times[kind].push(answer.duration_ms);
    }
    const difference = median(times.foreign.map((each, i) => each - (times.absent[i] ?? 0)));
    const [one, other] = [median(times.foreign), median(times.absent)];
    console.log(
      `[G3] ${layout}: median ${one.toFixed(2)} ms for another market's, ${other.toFixed(2)} ms for none,` +
        ` ${difference.toFixed(2)} ms between them`,
    );
    expect(Math.abs(difference)).toBeLessThan(1);
  });
});

describe("negative controls of the matrix", () => {
  const failuresWith = async (settings: Record<string, string>, sql?: string) => {
    const world = await World.open("one database", settings);
    try {
      if (sql) await world.databases.sql("kg", sql);
      const { operations } = await endpointsOf(world.origin);
      return (await runMatrix(world, operations, { endpoints: aboutOrders })).failures;
    } finally {
      await world.close();
    }
  };

  it("[G1] a handler without its user filter fails the matrix", async () => {
    const failures = await failuresWith({ MARQUE_BREAK: "orders_of_anybody" });
    expect(failures).toContainEqual(expect.stringMatching(/orders\/\{id\} as kg_user_a for same_market .*got 200/));
  });

  it("[G1] [R101] [R105] permissions that nobody asks about fail the matrix", async () => {
    const failures = await failuresWith({ MARQUE_BREAK: "ignore_permissions" });
    expect(failures).toContainEqual(expect.stringMatching(/confirm as kg_viewer for same_market .*got 200/));
    expect(failures).toContainEqual(expect.stringMatching(/manager\/orders as kg_content for own .*got 200/));
  });

  const open = (table: string) => `CREATE POLICY open ON ${table} FOR SELECT USING (true);`;
  it.each([
    ["opened", open("orders") + open("order_items"), /manager\/orders as us_manager for own .*words of others/],
    ["dropped", "DROP POLICY market_kg_select ON orders", /orders\/\{id\} as kg_user_a for own .*got 404/],
    ["ignored", "ALTER TABLE orders DISABLE ROW LEVEL SECURITY", /manager\/orders as us_manager for same_market/],
    [
      "widened",
      "ALTER POLICY market_kg_select ON orders USING (current_user = 'marque_kg')",
      /orders\/\{id\}\/documents as kg_manager for other_market .*got 200/,
    ],
  ])("[G1] [G6] a policy that is %s fails the matrix", async (_, sql, telling) => {
    expect(await failuresWith({}, sql)).toContainEqual(expect.stringMatching(telling));
  });
});
