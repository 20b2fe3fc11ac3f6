// [G2] Every row of a market carries a word that occurs nowhere else. A server that is asked by one market's people
// only must say and log none of the other's.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { layouts, type Market, markets } from "../harness/layouts.js";
import type { LogLine } from "../harness/server.js";
import { eventually } from "../harness/waiting.js";
import { type Endpoint, endpointsOf, type Outcome, runMatrix, send } from "../isolation/matrix.js";
import type { Operation } from "../isolation/rules.js";
import { leaksIn, ownMarks, secretsOf } from "../isolation/secrets.js";
import { orders } from "../isolation/things.js";
import { type ActorName, otherMarket, World } from "../isolation/world.js";

const actorsOf: Record<Market, ActorName[]> = {
  kg: ["anonymous", "kg_user_a", "kg_user_b", "kg_manager", "revoked"],
  us: ["us_user", "us_manager"],
};

/** SMS of every market, shown in development only; and who may manage a market, whose accounts may lie in another. */
const aboutAll = new Set(["GET /dev/sms", "GET /api/v1/manager/staff"]);

const textOf = (outcome: Outcome) =>
  outcome.answers.map((answer) => `${answer.text}\n${[...answer.headers].map((pair) => pair.join(": ")).join("\n")}`);

/** Every page of every list, and every product: what a patient visitor of one market would see. */
async function crawl(origin: string, operations: Map<Endpoint, Operation>, market: Market): Promise<string[]> {
  const texts: string[] = [];
  const get = async (path: string) => {
    const response = await fetch(`${origin}${path}`, { headers: { "X-Market": market } });
    const text = await response.text();
    texts.push(`${text}\n${[...response.headers].join("\n")}`);
    return JSON.parse(text) as { items?: Array<{ slug?: string }>; next?: string | null };
  };
  for (const [endpoint, operation] of operations) {
    if (!endpoint.startsWith("GET ") || operation.access !== "guest" || !operation.query.includes("cursor")) continue;
    let next: string | null | undefined = "0";
    while (next) {
      const page = await get(`${operation.path}?limit=100&cursor=${next}`);
      for (const item of page.items ?? []) if (item.slug) await get(`${operation.path}/${item.slug}`);
      next = page.next;
    }
  }
  return texts;
}

describe.each(layouts)("canaries, %s", (layout) => {
  let world: World;
  let operations: Map<Endpoint, Operation>;
  beforeAll(async () => {
    world = await World.open(layout);
    ({ operations } = await endpointsOf(world.origin));
    // Both markets have people with orders before either is looked at.
    for (const person of Object.values(world.actors)) if (person.user) await world.thing(orders, person);
    for (const market of markets) await world.thing(orders, world.neighbours[market]);
  });
  afterAll(() => world?.close());

  it.each(markets)(
    "[G2] [R13] [R19] [R21] nothing of the other market is said or logged where all are of %s",
    async (market) => {
      const server = await world.secondServer();
      const texts: string[] = [];
      try {
        const outcome = await runMatrix(world, operations, {
          origin: server.origin,
          actors: actorsOf[market],
          relations: ["own", "same_market", "absent"],
          endpoints: (endpoint) => !aboutAll.has(endpoint),
        });
        expect(outcome.failures).toEqual([]);
        texts.push(...textOf(outcome), ...(await crawl(server.origin, operations, market)));
        await eventually("requests are logged", () => server.logs.some((line) => line.event === "http.request"));
      } finally {
        await server.stop();
      }
      // What a server does by itself for a market is told of that market: it tries to reach the other's webhooks, too.
      const own = (line: LogLine) => !(line.event.startsWith("webhooks.") && line.market === otherMarket(market));
      const logs = server.logs.filter(own).map((line) => JSON.stringify(line));
      expect(logs.filter((line) => line.includes('"http.request"')).length).toBeGreaterThan(100);
      const secrets = await secretsOf(world.databases, otherMarket(market));
      const said = texts.join("\n");
      console.log(
        `[G2] ${layout}, ${market}: ${texts.length} answers, ${(said.length / 1e6).toFixed(1)} MB,` +
          ` ${logs.length} log lines, ${ownMarks(said, market)} own marks, ${secrets.size} secrets of the other market`,
      );
      expect(leaksIn(said, market, secrets)).toEqual([]);
      expect(leaksIn(logs.join("\n"), market, secrets)).toEqual([]);
      // The scan has eyes: the market's own words are found, and those of the other where they belong.
      expect(ownMarks(said, market)).toBeGreaterThan(1_000);
      expect(secrets.size).toBeGreaterThan(10);
      expect(leaksIn(said, otherMarket(market), secrets).length).toBeGreaterThan(1);
    },
    120_000,
  );

  if (layout === "database per market") return;
  it("[G2] negative control: with a policy opened, the scan finds the other's words", async () => {
    for (const table of ["orders", "order_items"])
      await world.databases.sql("kg", `CREATE POLICY open ON ${table} FOR SELECT USING (true)`);
    const operation = operations.get("GET /api/v1/manager/orders") as Operation;
    const answer = await send(world.origin, operation, { query: { limit: "100" } }, world.actors.us_manager.token);
    expect(leaksIn(answer.text, "us", await secretsOf(world.databases, "kg"))).not.toEqual([]);
  });
});
