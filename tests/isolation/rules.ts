// What may be asked by whom: a rule says which cells an endpoint of table.ts has, what each asks and must get.
import type { Market } from "../harness/layouts.js";
import { includes, noAccess, notManager, roleForbids } from "./roles.js";
import { type Factory, otherMarket, type Person, type Thing, type World } from "./world.js";

/**
 * Whose is the thing that is asked for. For an endpoint that takes no thing: asked plainly, naming another user of
 * the same market, naming the other market, naming a market that does not exist. `named`: the other market's thing,
 * and that market named in the query.
 */
export const relations = ["own", "same_market", "other_market", "absent", "named"] as const;
export type Relation = (typeof relations)[number];

export interface Operation {
  method: string;
  path: string;
  access: "open" | "guest" | "customer" | "manager";
  /** What a route of managers needs, by its own declaration. */
  permission?: string;
  success: number;
  /** Names of the query parameters the endpoint itself knows. */
  query: string[];
  /** Whether the endpoint reads a query at all: only then is an unknown parameter a mistake. */
  readsQuery: boolean;
  /** Top-level members of the body, where it is a JSON object. */
  body?: { required: string[]; properties: Record<string, unknown> };
}

export interface Cell {
  world: World;
  actor: Person;
  relation: Relation;
  operation: Operation;
  token?: string;
}

export interface Asked {
  path?: Record<string, string>;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: unknown;
  /** Things that must be as they were when the answer is a refusal. */
  watch?: Array<{ id: string; market: Market; table: string }>;
}

export interface Expected {
  status: number;
  code?: string;
  /** What X-Market must say of an answer that is good. */
  market?: Market;
}

export interface Rule {
  name: string;
  /** Who may call such an endpoint, by the route's own declaration. */
  access: Operation["access"] | "any";
  relations: Relation[];
  ask(cell: Cell): Promise<Asked>;
  expect(cell: Cell): Expected;
  /** Another market's thing and none at all must be answered alike. */
  hides?: boolean;
  /** Each cell gets a login of its own, because the request ends it. */
  ownLogin?: boolean;
  /** Each cell gets an account of its own, because the request ends all its logins. */
  ownAccount?: boolean;
  /** The answer speaks of all markets, on purpose. */
  speaksOfAllMarkets?: boolean;
  /** What customers of the market say to all its others. */
  isPublic?: boolean;
  /** Why no cell is asked, for what must not be called in a test. */
  unasked?: string;
  /** Why members that the endpoint does not know are no mistake there. */
  looseBody?: string;
}

export type BodyOf = (cell: Cell) => unknown;
interface Options {
  body?: BodyOf;
  query?: Record<string, string>;
  status?: number;
  hides?: boolean;
  ownLogin?: boolean;
  ownAccount?: boolean;
  /** Of managers: the answer is about every market they manage. */
  aboutAll?: boolean;
  /** Of managers: only who manages all markets may. */
  needsAll?: boolean;
}

export const absentId = "900000000000002"; // no card's digits, so logs may show it
export const absentSlug = "no-such-thing";

const required: Expected = { status: 401, code: "auth.required" };
const isGuest = (cell: Cell) => cell.actor.token === undefined;
const neighbour = (cell: Cell, market: Market) => cell.world.neighbours[market];

/** The market that a guest names; who is logged in needs none. */
const guestMarket = (cell: Cell, market: string): Record<string, string> =>
  isGuest(cell) ? { "X-Market": market } : {};

/** A request without a thing: what it names besides depends on the relation. */
function naming(cell: Cell, options: Options): Asked {
  const { actor, relation } = cell;
  const body = options.body?.(cell);
  const query = { ...options.query };
  const headers: Record<string, string> = guestMarket(cell, actor.home);
  if (relation === "same_market") {
    query.user_id = neighbour(cell, actor.home).user ?? "";
    if (body !== undefined) return { query, headers, body: { ...(body as object), user_id: query.user_id } };
  }
  if (relation === "other_market" || relation === "absent") {
    query.market = relation === "absent" ? "zz" : otherMarket(actor.home);
    headers["X-Market"] = query.market;
  }
  return { query, headers, ...(body === undefined ? {} : { body }) };
}

/** Naming another user is a mistake where the endpoint reads a query or a body, and without any effect elsewhere. */
function namesStranger(cell: Cell): Expected | undefined {
  if (cell.relation !== "same_market") return undefined;
  const mistake = cell.operation.readsQuery || cell.operation.body !== undefined;
  return mistake ? { status: 422, code: "http.invalid_input" } : undefined;
}

const plain: Relation[] = ["own", "same_market", "other_market", "absent"];

/** Looks at no token and no market. */
export const open_to_all = (): Rule => ({
  name: "open_to_all",
  access: "open",
  relations: ["own"],
  ask: async () => ({}),
  expect: (cell) => ({ status: cell.operation.success }),
});

/** What a market shows to everybody: guests choose the market, who is logged in has one. */
export const shown_in_market = (options: Options & { speaksOfAllMarkets?: boolean } = {}): Rule => ({
  name: "shown_in_market",
  access: "guest",
  relations: plain,
  speaksOfAllMarkets: options.speaksOfAllMarkets,
  ask: async (cell) => naming(cell, options),
  expect(cell) {
    if (isGuest(cell) && cell.relation === "absent") return { status: 422, code: "markets.unknown" };
    const stranger = namesStranger(cell);
    if (stranger) return stranger;
    const asked = cell.relation === "other_market" ? otherMarket(cell.actor.home) : cell.actor.home;
    return { status: options.status ?? cell.operation.success, market: isGuest(cell) ? asked : cell.actor.home };
  },
});

/** What belongs to whoever shops and needs no id: a customer's own, or that of the guest of a token. */
export const shoppers_things = (options: Options = {}): Rule => ({
  ...shown_in_market(options),
  name: "shoppers_things",
});

/** A product or category that a market shows, by the slug in the path: own, of ALL, of the other market, none. */
export const shown_by_slug = (kind: "products" | "categories", code: string): Rule => ({
  name: `shown_by_slug(${kind})`,
  access: "guest",
  relations: plain,
  hides: true,
  async ask(cell) {
    const owner = ownerOf(cell);
    const slug = owner ? await cell.world.slugOf(kind, owner) : absentSlug;
    return { path: { slug }, headers: guestMarket(cell, cell.actor.home) };
  },
  expect(cell) {
    const seen = cell.relation === "own" || cell.relation === "same_market";
    return seen ? { status: 200, market: cell.actor.home } : { status: 404, code };
  },
});

/** Who owns an article or text of the catalogue: the market itself, all, the other one; nobody where it is absent. */
function ownerOf(cell: Cell): string | undefined {
  if (cell.relation === "own") return cell.actor.home.toUpperCase();
  if (cell.relation === "same_market") return "ALL";
  return cell.relation === "other_market" ? otherMarket(cell.actor.home).toUpperCase() : undefined;
}

/** What customers say of a product that the market sells, by the slug in the path. */
export const said_of_product = (code: string): Rule => ({ ...shown_by_slug("products", code), isPublic: true });

/** Saying something of a product. */
export const about_product = (body: BodyOf, code: string): Rule => ({
  ...shown_by_slug("products", code),
  name: "about_product",
  access: "customer",
  async ask(cell) {
    const { path } = await shown_by_slug("products", code).ask(cell);
    return { path, body: body(cell) };
  },
  expect(cell) {
    if (isGuest(cell)) return required;
    const seen = cell.relation === "own" || cell.relation === "same_market";
    return seen ? { status: cell.operation.success, market: cell.actor.home } : { status: 404, code };
  },
});

/** Something of somebody else's that a market shows to all its customers, and that one cannot do to one's own. */
export const others_object = (factory: Factory, code: string, ownCode: string): Rule => ({
  ...own_object(factory, code),
  name: `others_object(${factory.name})`,
  expect(cell) {
    if (isGuest(cell)) return required;
    if (cell.relation === "own") return { status: 409, code: ownCode };
    if (cell.relation === "same_market") return { status: 200, market: cell.actor.home };
    return { status: 404, code };
  },
});

/** What belongs to the caller and needs no id: nobody else's can be named, and no other market. */
export const own_things = (options: Options = {}): Rule => ({
  name: "own_things",
  access: "customer",
  relations: plain,
  ownLogin: options.ownLogin,
  ownAccount: options.ownAccount,
  ask: async (cell) => naming(cell, options),
  expect(cell) {
    if (isGuest(cell)) return required;
    return namesStranger(cell) ?? { status: options.status ?? cell.operation.success, market: cell.actor.home };
  },
});

/** One thing of the caller's, by the id in the path. Anybody else's is as absent as one that never was. */
export const own_object = (factory: Factory, code: string, options: Options = {}): Rule => ({
  name: `own_object(${factory.name})`,
  access: "customer",
  relations: plain,
  hides: true,
  ownLogin: options.ownLogin,
  async ask(cell) {
    const body = options.body?.(cell);
    const id = await pathThing(cell, factory);
    return {
      path: { id: id?.id ?? factory.absent ?? absentId },
      watch: watched(factory, id),
      query: options.query,
      body,
    };
  },
  expect(cell) {
    if (isGuest(cell)) return required;
    if (cell.relation !== "own") return { status: 404, code };
    return { status: options.status ?? cell.operation.success, market: cell.actor.home };
  },
});

/** One's own by log-in, or a guest's by a signed link, which nobody here has: guest_links.test.ts. */
export const by_link = (rule: Rule): Rule => ({ ...rule, access: "guest" });

const watched = (factory: Factory, thing?: Thing) => (thing && !factory.unwatched ? [thing] : []);

/** Fresh for everything that writes: one cell's change would be another's surprise. */
async function pathThing(cell: Cell, factory: Factory) {
  const { world, actor, relation } = cell;
  if (relation === "absent") return undefined;
  const foreign = relation === "other_market" || relation === "named";
  const stranger = neighbour(cell, foreign ? otherMarket(actor.home) : actor.home);
  const owner = relation === "own" && actor.user !== undefined ? actor : stranger;
  return world.thing(factory, owner, cell.operation.method !== "GET");
}

/** A SKU or product named in the body: the market's own, one of ALL, one that only the other market sells, none. */
export const sold_article = (
  body: (sku: string, cell: Cell) => unknown,
  options: Options & { code: string; by?: "product"; guests?: boolean },
): Rule => ({
  name: "sold_article",
  access: options.guests ? "guest" : "customer",
  relations: plain,
  hides: options.hides ?? true,
  async ask(cell) {
    const owner = ownerOf(cell);
    const { world, actor } = cell;
    const known = options.by === "product" ? "productOf" : "skuOf";
    const headers = guestMarket(cell, actor.home);
    return { headers, body: body(owner ? await world[known](owner, actor.home) : absentId, cell) };
  },
  expect(cell) {
    if (isGuest(cell) && !options.guests) return required;
    const sold = cell.relation === "own" || cell.relation === "same_market";
    if (!sold) return { status: 404, code: options.code };
    return { status: options.status ?? cell.operation.success, market: cell.actor.home };
  },
});

/** What a manager sees of a market, and of no other than the permitted ones (ruling 15). */
export const managed_things = (options: Options = {}): Rule => ({
  name: "managed_things",
  access: "manager",
  relations: plain,
  speaksOfAllMarkets: options.aboutAll,
  async ask(cell) {
    const { actor, relation } = cell;
    const body = options.body?.(cell);
    const market = relation === "absent" ? "zz" : relation === "other_market" ? otherMarket(actor.home) : actor.home;
    return { query: { ...options.query, ...(relation === "own" ? {} : { market }) }, body };
  },
  expect(cell) {
    const { actor, relation } = cell;
    if (isGuest(cell)) return required;
    if (actor.manages.length === 0) return notManager;
    if (relation === "absent") return { status: 422, code: "markets.unknown" };
    const market = relation === "other_market" ? otherMarket(actor.home) : actor.home;
    if (!actor.manages.includes(market)) return noAccess;
    if (!includes(actor.role, cell.operation.permission)) return roleForbids;
    // Without a parameter the saved market decides, which others may switch meanwhile.
    return { status: options.status ?? cell.operation.success, ...(relation === "own" ? {} : { market }) };
  },
});

/** One thing of a managed market by the id in the path, whoever of that market's customers owns it. */
export const managed_object = (factory: Factory, code: string, options: Options = {}): Rule => ({
  name: `managed_object(${factory.name})`,
  access: "manager",
  relations: [...plain, "named"],
  hides: true,
  async ask(cell) {
    const body = options.body?.(cell);
    const thing = await pathThing(cell, factory);
    const market = cell.relation === "named" ? otherMarket(cell.actor.home) : cell.actor.home;
    return {
      path: { id: thing?.id ?? factory.absent ?? absentId },
      query: { ...options.query, market },
      watch: watched(factory, thing),
      body,
    };
  },
  expect(cell) {
    const { actor, relation } = cell;
    if (isGuest(cell)) return required;
    if (actor.manages.length === 0) return notManager;
    const market = relation === "named" ? otherMarket(actor.home) : actor.home;
    if (!actor.manages.includes(market)) return noAccess;
    if (!includes(actor.role, cell.operation.permission)) return roleForbids;
    if (options.needsAll && actor.manages.length < 2) return noAccess;
    if (relation === "other_market" || relation === "absent") return { status: 404, code };
    return { status: options.status ?? cell.operation.success, market };
  },
});

/** The manager's own choice of market, named in the body. */
export const managed_choice = (body: (market: string) => unknown): Rule => ({
  name: "managed_choice",
  access: "manager",
  relations: ["own", "other_market", "absent"],
  async ask(cell) {
    const { actor, relation } = cell;
    return { body: body(relation === "absent" ? "zz" : relation === "own" ? actor.home : otherMarket(actor.home)) };
  },
  expect(cell) {
    const { actor, relation } = cell;
    if (isGuest(cell)) return required;
    if (actor.manages.length === 0) return notManager;
    if (relation === "absent") return noAccess;
    const market = relation === "own" ? actor.home : otherMarket(actor.home);
    return actor.manages.includes(market) ? { status: 200 } : noAccess;
  },
});

/** A step of logging in: the phone decides; who calls, and from which market, does not. */
export const by_phone = (
  body: (phone: string) => unknown,
  expected: { status: number; code?: string },
  unserved: { status: number; code: string },
): Rule => ({
  name: "by_phone",
  access: "guest",
  relations: plain,
  speaksOfAllMarkets: true,
  async ask(cell) {
    const { world, actor, relation } = cell;
    if (relation === "absent") return { body: body("+33612345678") };
    const market = relation === "other_market" ? otherMarket(actor.home) : actor.home;
    return { body: body(world.freshPhone(market)) };
  },
  expect: (cell) => (cell.relation === "absent" ? unserved : expected),
});

/** Open to everybody, but only a secret in the request opens it; without it all are refused alike. */
export const by_secret = (body: unknown, refusal: { status: number; code: string }, path = {}): Rule => ({
  name: "by_secret",
  access: "any",
  relations: ["own"],
  ask: async () => ({ path, body }),
  expect: () => refusal,
});

/** Nothing is asked: what would be left to check is said by another test, named in the reason. */
export const checked_elsewhere = (reason: string): Rule => ({
  name: "checked_elsewhere",
  access: "any",
  relations: [],
  unasked: reason,
  ask: async () => ({}),
  expect: () => ({ status: 0 }),
});
