// Asks every cell of the table and says which answers are not what it declares. The endpoints come from the server's
// own OpenAPI document and metrics, so none can be left out.
import type { Market } from "../harness/layouts.js";
import { table } from "./table.js";
import { type Asked, type Cell, type Expected, type Operation, type Relation, type Rule } from "./rules.js";
import { canaryPattern } from "./rows.js";
import { type ActorName, actorNames, type Person, type World } from "./world.js";

export type Endpoint = string;

export interface Schema {
  $ref?: string;
  type?: string;
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
}
export interface Document {
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: { schemas: Record<string, Schema> };
}
interface DocumentedOperation {
  "x-access": Operation["access"];
  "x-permission"?: string;
  parameters?: Array<{ $ref?: string; in?: string; name?: string }>;
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

export const resolved = (document: Document, schema: Schema): Schema =>
  schema.$ref ? (document.components.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {}) : schema;

function operationOf(document: Document, method: string, path: string, documented: DocumentedOperation): Operation {
  const query = (documented.parameters ?? []).filter((each) => each.in === "query").map((each) => each.name ?? "");
  const schema = documented.requestBody?.content["application/json"]?.schema;
  const body = schema ? resolved(document, schema) : undefined;
  return {
    method: method.toUpperCase(),
    path,
    access: documented["x-access"],
    permission: documented["x-permission"],
    success: Number(Object.keys(documented.responses).find((status) => status.startsWith("2"))),
    query,
    readsQuery: query.length > 0,
    ...(body ? { body: { required: body.required ?? [], properties: body.properties ?? {} } } : {}),
  };
}

/** What people see in a browser: no part of the API's document, but of one market like what guests ask. */
const own = ["/checkout", "/orders", "/orders/{id}", "/account", "/wishlist"];
const pages = new Set(["/", "/search", "/c/{slug}", "/p/{slug}", ...own]);

/** Every endpoint of the running server: those of the API as its document says, the rest as its metrics name them. */
export async function endpointsOf(
  origin: string,
): Promise<{ document: Document; operations: Map<Endpoint, Operation> }> {
  const document = (await (await fetch(`${origin}/api/v1/openapi.json`)).json()) as Document;
  const operations = new Map<Endpoint, Operation>();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, documented] of Object.entries(methods))
      operations.set(`${method.toUpperCase()} ${path}`, operationOf(document, method, path, documented));
  }
  const metrics = await (await fetch(`${origin}/metrics`)).text();
  for (const [, method = "", path = ""] of metrics.matchAll(
    /http_requests_total\{method="([A-Z]+)",route="([^"]+)"/g,
  )) {
    const endpoint = `${method} ${path}`;
    if (!operations.has(endpoint))
      operations.set(endpoint, {
        method,
        path,
        access: pages.has(path) ? "guest" : "open",
        success: 200,
        query: [],
        readsQuery: false,
      });
  }
  return { document, operations };
}

/** The line that most likely is right. */
function advice({ access, path, body }: Operation): string {
  const options = body ? `{ body: () => ({ ${body.required.map((name) => `${name}: …`).join(", ")} }) }` : "";
  if (access === "open") return "open_to_all()";
  if (access === "guest")
    return path.includes("{slug}") ? 'shown_by_slug("products", "…_not_found")' : "shown_in_market()";
  const rule = access === "manager" ? "managed" : "own";
  if (!path.includes("{")) return `${rule}_things(${options})`;
  const things = path.split("/{")[0]?.split("/").at(-1);
  return `${rule}_object(rowsOf("${things}"), "…_not_found"${options ? `, ${options}` : ""})`;
}

/** What is wrong between the table and the server, as sentences that say what to do. */
export function gapsOf(operations: Map<Endpoint, Operation>, rules: Record<string, Rule> = table): string[] {
  const gaps: string[] = [];
  for (const [endpoint, operation] of operations) {
    const rule = rules[endpoint];
    if (!rule)
      gaps.push(`${endpoint} has no line in tests/isolation/table.ts; add: "${endpoint}": ${advice(operation)},`);
    else if (rule.access !== "any" && rule.access !== operation.access)
      gaps.push(
        `${endpoint} is declared ${operation.access} in its route; ${rule.name} in table.ts is for ${rule.access}`,
      );
  }
  for (const endpoint of Object.keys(rules))
    if (!operations.has(endpoint))
      gaps.push(`${endpoint} stands in tests/isolation/table.ts, but the server has it not`);
  return gaps;
}

export interface Answered {
  endpoint: Endpoint;
  actor: ActorName;
  relation: Relation;
  asked: Asked;
  url: string;
  status: number;
  headers: Headers;
  text: string;
  requestId: string;
  duration_ms: number;
}

let requests = 0;

export async function send(origin: string, operation: Operation, asked: Asked, token?: string, tries = 1) {
  const path = operation.path.replace(/\{([^}]+)\}/g, (_, name: string) =>
    encodeURIComponent(asked.path?.[name] ?? ""),
  );
  const query = new URLSearchParams(asked.query ?? {}).toString();
  const url = `${path}${query ? `?${query}` : ""}`;
  const requestId = `matrix-${process.pid}-${++requests}`;
  const started = performance.now();
  const response = await fetch(`${origin}${url}`, {
    method: operation.method,
    headers: {
      "X-Request-Id": requestId,
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...(asked.body === undefined ? {} : { "Content-Type": "application/json" }),
      ...asked.headers,
    },
    body: asked.body === undefined ? undefined : JSON.stringify(asked.body),
    redirect: "manual",
  });
  const text = await response.text();
  // A busy machine asks to come again, which says nothing of who may do what.
  if (response.status === 503 && tries < 4) return send(origin, operation, asked, token, tries + 1);
  return {
    url,
    status: response.status,
    headers: response.headers,
    text,
    requestId,
    duration_ms: performance.now() - started,
  };
}

/** Runs the work of a list, so many at a time. */
export async function together<T>(items: T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: width }, lane));
}

/**
 * Whose words may stand in an answer: the caller's own, and of a manager's answer, or where customers speak in public,
 * those of the market it is about.
 */
function foreignWords(cell: Cell, answer: { headers: Headers; text: string }, isPublic: boolean, aboutAll: boolean) {
  const { actor, world, operation } = cell;
  const served = answer.headers.get("x-market") ?? "";
  const found = new Set<string>();
  const whole = `${answer.text}\n${[...answer.headers].join("\n")}`;
  for (const [word, of = ""] of whole.matchAll(canaryPattern)) {
    if (of === served || word === actor.mark) continue;
    // A market's staff may have its accounts in another.
    if (aboutAll && operation.access === "manager" && (of === "kg" || of === "us")) continue;
    const owner = [...Object.values(world.actors), ...Object.values(world.neighbours)].find(
      (each) => each.mark === word,
    );
    // A market's customers, and whoever else manages it. People made for one cell say their home in their name.
    const home = owner?.home ?? /^cn(kg|us)_(?:user|manager)/.exec(word)?.[1];
    const known = home === served || owner?.manages.includes(served as Market);
    const managed = operation.access === "manager" && known && actor.manages.includes(served as Market);
    const said = isPublic && owner?.home === served;
    if (!managed && !said) found.add(word);
  }
  return [...found];
}

/** Every `"market"` an answer names. */
function marketsNamed(value: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const each of value) marketsNamed(each, found);
  else if (typeof value === "object" && value !== null)
    for (const [name, member] of Object.entries(value)) {
      if (name === "market" && typeof member === "string") found.add(member);
      marketsNamed(member, found);
    }
  return found;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What an answer says that its caller should not learn, whatever its status. */
export function leaksOf(
  cell: Cell,
  answer: { status: number; headers: Headers; text: string },
  speaksOfAllMarkets = false,
  isPublic = false,
): string[] {
  const wrong: string[] = [];
  const words = foreignWords(cell, answer, isPublic, speaksOfAllMarkets);
  if (words.length > 0) wrong.push(`the answer holds words of others: ${words.join(", ")}`);
  const served = answer.headers.get("x-market");
  const { access } = cell.operation;
  if (!served || answer.status >= 400 || access === "open") return wrong;
  const about = speaksOfAllMarkets ? (access === "manager" ? cell.actor.manages : ["kg", "us"]) : [served];
  const others = [...marketsNamed(parsed(answer.text))].filter((market) => market !== "all" && !about.includes(market));
  if (others.length > 0) wrong.push(`the answer served in ${served} names ${others.join(", ")}`);
  if (access === "manager" && !cell.actor.manages.includes(served as Market))
    wrong.push(`served in ${served}, which this manager may not manage`);
  if (access === "customer" && served !== cell.actor.home)
    wrong.push(`served in ${served} instead of ${cell.actor.home}`);
  return wrong;
}

/** What is wrong with one answer. */
function complaints(cell: Cell, rule: Rule, expected: Expected, answer: Answered): string[] {
  const wrong: string[] = [];
  const body = parsed(answer.text) as { code?: string } | undefined;
  const said = `${answer.status}${answer.status >= 400 && body?.code ? ` ${body.code}` : ""}`;
  if (answer.status !== expected.status || (expected.code !== undefined && body?.code !== expected.code))
    wrong.push(`expected ${expected.status}${expected.code ? ` ${expected.code}` : ""}, got ${said}`);
  const served = answer.headers.get("x-market");
  if (expected.market !== undefined && answer.status < 400 && served !== expected.market)
    wrong.push(`expected to be served in ${expected.market}, was in ${served}`);
  wrong.push(...leaksOf(cell, answer, rule.speaksOfAllMarkets, rule.isPublic));
  return wrong.map((what) => `${answer.endpoint} as ${cell.actor.name} for ${cell.relation} (${answer.url}): ${what}`);
}

export interface Selection {
  endpoints?: (endpoint: Endpoint) => boolean;
  actors?: ActorName[];
  relations?: Relation[];
  origin?: string;
}

export interface Outcome {
  answers: Answered[];
  failures: string[];
  cells: number;
}

interface Task {
  endpoint: Endpoint;
  rule: Rule;
  cell: Cell;
}

function tasksOf(world: World, operations: Map<Endpoint, Operation>, selection: Selection): Task[] {
  const tasks: Task[] = [];
  for (const [endpoint, operation] of operations) {
    const rule = table[endpoint];
    if (!rule || (selection.endpoints && !selection.endpoints(endpoint))) continue;
    for (const name of selection.actors ?? actorNames) {
      // Roles differ below /manager only; elsewhere everybody is a customer, and nine of them are enough.
      if (operation.access !== "manager" && /^kg_(support|content|viewer|stylist)$/.test(name)) continue;
      for (const relation of rule.relations) {
        if (selection.relations && !selection.relations.includes(relation)) continue;
        tasks.push({ endpoint, rule, cell: { world, actor: world.actors[name], relation, operation } });
      }
    }
  }
  return tasks;
}

const tokenFor = async (world: World, rule: Rule, actor: Person) =>
  rule.ownLogin && actor.token !== undefined ? world.logIn(actor) : actor.token;

async function withOwnAccount(world: World, task: Task): Promise<Task> {
  const { actor } = task.cell;
  if (!task.rule.ownAccount || actor.token === undefined) return task;
  return { ...task, cell: { ...task.cell, actor: await world.person(actor.name, actor.home) } };
}

interface Prepared extends Task {
  token?: string;
  asked: Asked;
  before: string[];
}

const statesOf = (world: World, asked: Asked) => Promise.all((asked.watch ?? []).map((thing) => world.stateOf(thing)));

/** All things are there before the first request, so that no answer can depend on which cell came first. */
async function prepared(world: World, tasks: Task[]): Promise<Prepared[]> {
  const ready: Prepared[] = [];
  await together(tasks, 8, async (declared) => {
    const task = await withOwnAccount(world, declared);
    const token = await tokenFor(world, task.rule, task.cell.actor);
    const asked = await task.rule.ask(task.cell);
    const writes = task.cell.operation.method !== "GET";
    ready.push({ ...task, token, asked, before: writes ? await statesOf(world, asked) : [] });
  });
  return ready;
}

/** Asks the cells and holds every answer against the table. */
export async function runMatrix(
  world: World,
  operations: Map<Endpoint, Operation>,
  selection: Selection = {},
): Promise<Outcome> {
  const outcome: Outcome = { answers: [], failures: [], cells: 0 };
  const origin = selection.origin ?? world.origin;
  const tasks = await prepared(world, tasksOf(world, operations, selection));
  await together(tasks, 16, async ({ endpoint, rule, cell, asked, token, before }) => {
    outcome.cells += 1;
    const { relation } = cell;
    const sent = await send(origin, cell.operation, asked, token);
    const answer: Answered = { endpoint, actor: cell.actor.name as ActorName, relation, asked, ...sent };
    outcome.answers.push(answer);
    outcome.failures.push(...complaints(cell, rule, rule.expect(cell), answer));
    if (before.length === 0 || answer.status < 400) return;
    const after = await statesOf(world, asked);
    if (after.join() !== before.join())
      outcome.failures.push(`${endpoint} as ${cell.actor.name} for ${relation}: refused, but the row has changed`);
  });
  outcome.failures.push(...unlike(outcome.answers));
  return outcome;
}

/** Methods that a path does not have, asked by a guest, a customer and an admin: 405, whoever asks. */
export async function undeclaredMethods(world: World, document: Document): Promise<{ asked: number; wrong: string[] }> {
  const wrong: string[] = [];
  const tasks: Array<{ path: string; method: string; actor: Person }> = [];
  for (const [path, declared] of Object.entries(document.paths)) {
    for (const method of ["get", "post", "put", "patch", "delete"].filter((each) => !(each in declared)))
      for (const actor of [world.actors.anonymous, world.actors.kg_user_a, world.actors.admin])
        tasks.push({ path, method: method.toUpperCase(), actor });
  }
  await together(tasks, 16, async ({ path, method, actor }) => {
    const filled = path.replace(/\{[^}]+\}/g, "1");
    // "/products/{slug}" takes GET; so does "/products/search", whatever that path itself declares.
    const others = Object.entries(document.paths).filter(
      ([other, methods]) =>
        new RegExp(`^${other.replace(/\{[^}]+\}/g, "[^/]+")}$`).test(filled) && method.toLowerCase() in methods,
    );
    if (others.length > 0) return;
    const operation: Operation = { method, path: filled, access: "open", success: 405, query: [], readsQuery: false };
    const answer = await send(world.origin, operation, {}, actor.token);
    if (answer.status !== 405) wrong.push(`${method} ${path} as ${actor.name}: expected 405, got ${answer.status}`);
  });
  return { asked: tasks.length, wrong };
}

/** An answer without what must differ: its request, and the id that was asked for. */
export function plain(answer: Answered): string {
  // An ETag names the body, which is compared itself; where the body repeats what was asked, both differ alike.
  const headers = [...answer.headers].filter(
    ([name]) => !/^(date|x-request-id|x-statements|content-length|etag|ratelimit.*)$/.test(name),
  );
  let text = `${answer.status}\n${headers.map((pair) => pair.join(": ")).join("\n")}\n${answer.text}`;
  const ids = [
    ...Object.values(answer.asked.path ?? {}),
    ...(JSON.stringify(answer.asked.body ?? "").match(/\d{2,}/g) ?? []),
  ];
  for (const value of [answer.requestId, ...ids]) if (value) text = text.replaceAll(value, "…");
  return text;
}

/** [G3] Where a rule hides, a thing of the other market and none at all are answered alike, to the letter. */
function unlike(answers: Answered[]): string[] {
  const wrong: string[] = [];
  const absent = new Map<string, string>();
  const key = (answer: Answered) => `${answer.endpoint} as ${answer.actor}`;
  for (const answer of answers) if (answer.relation === "absent") absent.set(key(answer), plain(answer));
  for (const answer of answers) {
    const rule = table[answer.endpoint];
    if (!rule?.hides || answer.relation !== "other_market") continue;
    const expected = absent.get(key(answer));
    if (expected !== undefined && expected !== plain(answer))
      wrong.push(`${key(answer)}: another market's and none at all differ:\n${plain(answer)}\n-- and --\n${expected}`);
  }
  return wrong;
}
