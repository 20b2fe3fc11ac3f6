// [G4] Another's id in every place a request has, and [G5] members that a body should not have.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { delivery } from "../harness/shop.js";
import {
  type Answered,
  type Document,
  type Endpoint,
  endpointsOf,
  plain,
  resolved,
  type Schema,
  send,
} from "../isolation/matrix.js";
import { absentId, type Cell, type Operation } from "../isolation/rules.js";
import { leaksIn, secretsOf } from "../isolation/secrets.js";
import { table } from "../isolation/table.js";
import { orders } from "../isolation/things.js";
import { type ActorName, otherMarket, type Person, World } from "../isolation/world.js";

/** An answer names fifty mistakes and no more. */
const mistakesTold = 40;

interface Mistakes {
  code: string;
  errors?: Array<{ field: string; message: string }>;
}

/** The names of all members of a schema, at any depth. */
function membersOf(
  document: Document,
  schema: Schema,
  found = new Set<string>(),
  seen = new Set<string>(),
): Set<string> {
  if (schema.$ref) {
    if (seen.has(schema.$ref)) return found;
    seen.add(schema.$ref);
  }
  const whole = resolved(document, schema);
  for (const [name, member] of Object.entries(whole.properties ?? {})) {
    found.add(name);
    membersOf(document, member, found, seen);
  }
  if (whole.items) membersOf(document, whole.items, found, seen);
  for (const each of [...(whole.anyOf ?? []), ...(whole.oneOf ?? [])]) membersOf(document, each, found, seen);
  return found;
}

describe.each(layouts)("probing, %s", (layout) => {
  let world: World;
  let operations: Map<Endpoint, Operation>;
  let document: Document;
  const homes: Record<Market, ActorName[]> = { kg: ["kg_user_a", "kg_manager"], us: ["us_user", "us_manager"] };
  beforeAll(async () => {
    world = await World.open(layout);
    ({ operations, document } = await endpointsOf(world.origin));
    for (const market of markets) await world.thing(orders, world.neighbours[market]);
  });
  afterAll(() => world?.close());

  const ask = async (operation: Operation, actor: Person, query: Record<string, string>): Promise<Answered> => {
    const sent = await send(world.origin, operation, { query }, actor.token);
    return { endpoint: "", actor: actor.name as ActorName, relation: "own", asked: { query }, ...sent };
  };

  it.each(markets)(
    "[G4] a value of the other market in any query parameter is as good as none, for people of %s",
    async (market) => {
      const foreign = otherMarket(market);
      const goods = world.goods[foreign];
      const order = await world.thing(orders, world.neighbours[foreign]);
      const pairs: Array<[string, string]> = [
        // Of the same shape: a search for real words finds something.
        [goods.products.slug, "cnnobodyx0000000000-cnnobodyx1111111111"],
        [goods.categories.slug, "cnnobodyx0000000000-cnnobodyx1111111111"],
        [goods.sku, absentId],
        [order.id, absentId],
        [world.marks[foreign], "cnnobodyx0000000000"],
        [world.neighbours[foreign].phone, "+996550999999"],
      ];
      const secrets = await secretsOf(world.databases, foreign);
      const wrong: string[] = [];
      let asked = 0;
      for (const [endpoint, operation] of operations) {
        if (operation.method !== "GET" || operation.path.includes("{")) continue;
        for (const name of homes[market]) {
          // Numbers that count or price something, or say how far a list was read, and states are no names of anything.
          const counts = /^(limit|offset|cursor|price_min|price_max|total_from|total_to|discount|rating|region)$/;
          for (const parameter of operation.query.filter((each) => !counts.test(each))) {
            for (const [value, nothing] of pairs) {
              const actor = world.actors[name];
              const one = await ask(operation, actor, { [parameter]: value });
              const other = await ask(operation, actor, { [parameter]: nothing });
              asked += 2;
              const same = plain(one).replaceAll(value, "…") === plain(other).replaceAll(nothing, "…");
              if (!same)
                wrong.push(`${endpoint}?${parameter}=${value} differs from ${nothing}: ${one.status} ${other.status}`);
              // What the caller wrote may be repeated; anything else of the other market may not be there.
              const leaks = leaksIn(one.text.replaceAll(value, "…"), market, secrets);
              if (leaks.length > 0) wrong.push(`${endpoint}?${parameter}=${value} leaks ${leaks.join(", ")}`);
            }
          }
        }
      }
      console.log(`[G4] ${layout}, ${market}: ${asked} requests`);
      expect(wrong).toEqual([]);
      expect(asked).toBeGreaterThan(50);
    },
  );

  it("[G4] another's Idempotency-Key replays nothing of theirs, in the same market and in the other", async () => {
    const operation = operations.get("POST /api/v1/orders/create") as Operation;
    const key = randomUUID();
    const numbers = new Map<string, string>();
    for (const name of ["kg_user_a", "kg_user_b", "us_user"] as const) {
      const actor = world.actors[name];
      const items = [{ sku_id: await world.skuOf("ALL", actor.home), quantity: 1 }];
      const body = { ...delivery(world.actors.kg_user_a.phone), customer_name: actor.mark, items };
      const answer = await send(world.origin, operation, { body, headers: { "Idempotency-Key": key } }, actor.token);
      expect(answer.status, answer.text).toBe(201);
      const order = JSON.parse(answer.text) as { order_number: string; market: string; customer_name: string };
      expect(order).toMatchObject({ market: actor.home, customer_name: actor.mark });
      numbers.set(order.order_number, name);
    }
    expect(numbers.size).toBe(3);
  });

  it("[G4] a line of another's cart cannot be changed by its SKU", async () => {
    const [owner, stranger] = [world.actors.kg_user_a, world.actors.kg_user_b];
    const sku_id = await world.skuOf("KG", "kg");
    const post = async (path: string, body: unknown, actor: Person) =>
      send(world.origin, operations.get(`POST ${path}`) as Operation, { body }, actor.token);
    expect((await post("/api/v1/cart/add", { sku_id, quantity: 2 }, owner)).status).toBe(200);
    expect((await post("/api/v1/cart/update", { sku_id, quantity: 5 }, stranger)).status).toBe(404);
    expect((await post("/api/v1/cart/remove", { sku_id }, stranger)).status).toBe(404);
    expect((await post("/api/v1/cart/clear", {}, stranger)).status).toBe(200);
    const cart = JSON.parse((await post("/api/v1/cart/get", undefined, owner)).text) as {
      items: Array<{ quantity: number }>;
    };
    expect(cart.items.map((item) => item.quantity)).toEqual([2]);
  });

  it.each(["kg_user_a", "us_user", "admin"] as const)(
    "[G5] every member of every answer, sent back by %s in every body that does not know it, is refused by name",
    async (name) => {
      const actor = world.actors[name];
      const answered = new Set(["market", "role", "user_id", "price", "status", "is_staff"]);
      for (const methods of Object.values(document.paths)) {
        for (const { responses } of Object.values(methods)) {
          const schema =
            responses["200"]?.content?.["application/json"]?.schema ??
            responses["201"]?.content?.["application/json"]?.schema;
          if (schema) membersOf(document, schema, answered);
        }
      }
      const before = await world.stateOf({ id: actor.user ?? "", market: actor.home, table: "users" });
      let bodies = 0;
      const wrong: string[] = [];
      for (const [endpoint, operation] of operations) {
        const rule = table[endpoint];
        if (!operation.body || !rule || rule.unasked || rule.looseBody) continue;
        const cell: Cell = { world, actor, relation: rule.relations[0] ?? "own", operation };
        const asked = await rule.ask(cell);
        const extra = [...answered].filter((member) => !(member in (operation.body?.properties ?? {})));
        bodies += 1;
        for (let from = 0; from < extra.length; from += mistakesTold) {
          const some = extra.slice(from, from + mistakesTold);
          const body = { ...(asked.body as object), ...Object.fromEntries(some.map((member) => [member, "1"])) };
          const answer = await send(world.origin, operation, { ...asked, body }, actor.token);
          const mistakes = JSON.parse(answer.text) as Mistakes;
          const stranger = operation.access === "manager" && actor.manages.length === 0;
          if (stranger && answer.status === 403) continue;
          const named = new Set((mistakes.errors ?? []).map((error) => error.field));
          const missing = some.filter((member) => !named.has(member));
          if (stranger || answer.status !== 422 || mistakes.code !== "http.invalid_input" || missing.length > 0)
            wrong.push(`${endpoint}: ${answer.status} ${mistakes.code}, not refused: ${missing.join(", ")}`);
        }
      }
      console.log(`[G5] ${layout}, ${name}: ${answered.size} members against ${bodies} bodies`);
      expect(wrong).toEqual([]);
      expect(bodies).toBeGreaterThan(4);
      expect(await world.stateOf({ id: actor.user ?? "", market: actor.home, table: "users" })).toBe(before);
    },
  );

  it("[G5] a member inside a line of an order is refused, too", async () => {
    const actor = world.actors.kg_user_a;
    const items = [{ sku_id: await world.skuOf("KG", "kg"), quantity: 1, price: 1, market: "us" }];
    const operation = operations.get("POST /api/v1/orders/create") as Operation;
    const answer = await send(world.origin, operation, { body: { ...delivery(actor.phone), items } }, actor.token);
    const { errors } = JSON.parse(answer.text) as Mistakes;
    expect(answer.status).toBe(422);
    expect(errors?.map((error) => error.field).sort()).toEqual(["items[0].market", "items[0].price"]);
  });
});
