// The log of what managers did: a row for every request that changed something, none for any other, in the same
// transaction; what it says, who reads it, and that nobody rewrites it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import { walkBanners } from "../harness/banners.js";
import { walkCatalog } from "../harness/catalog_walk.js";
import { walkCare } from "../harness/customer_walk.js";
import { walkJobs } from "../harness/jobs.js";
import { walkWords } from "../harness/message_walk.js";
import { type Databases, layouts, type LayoutName, type Market, markets } from "../harness/layouts.js";
import { walkQuotes } from "../harness/quote_walk.js";
import { walkReports } from "../harness/report_walk.js";
import { walkReturns } from "../harness/return_walk.js";
import { walkReviews } from "../harness/reviews.js";
import { buy, type Caller, customerPhones, delivery, managerPhones, Shop } from "../harness/shop.js";
import { walkStaff } from "../harness/staff_walk.js";
import { walkWebhooks, webhookSettings } from "../harness/webhooks.js";
import { eventually } from "../harness/waiting.js";
import { type Answered, type Document, endpointsOf, runMatrix } from "../isolation/matrix.js";
import type { Operation } from "../isolation/rules.js";
import { World } from "../isolation/world.js";

interface Entry extends Record<string, unknown> {
  market: string;
  actor: string;
  action: string;
  thing: string;
  thing_id: string | null;
  before: Record<string, Record<string, unknown>>;
  after: Record<string, Record<string, unknown>>;
  request_id: string;
}

const allEntries = async (databases: Databases): Promise<Entry[]> => {
  const entries: Entry[] = [];
  for (const market of databases.split ? markets : (["kg"] as const))
    entries.push(...(await databases.sql<Entry>(market, "SELECT * FROM manager_audit ORDER BY market, id")));
  return entries;
};

const writesOf = (operations: Map<string, Operation>) =>
  [...operations].filter(([, { access, method }]) => access === "manager" && method !== "GET");
const operationIdOf = (document: Document, { method, path }: Operation) =>
  (document.paths[path]?.[method.toLowerCase()] as unknown as { operationId: string }).operationId;

/** Every write of managers once, so that each changes something. */
async function walk(shop: Shop): Promise<void> {
  const manager = await shop.logIn(managerPhones.both);
  const customer = await shop.logIn("+996700111005");
  const query = { market: "kg" } as const;
  for (const market of ["us", "kg"]) good(await manager.api.POST("/api/v1/manager/market", { body: { market } }));
  const { sku } = await shop.findSku("kg", 30);
  const bodyOf = { confirm: {}, ship: { carrier: "A courier" }, deliver: {}, cancel: { reason: "Sold out" } } as const;
  for (const moves of [["confirm", "ship", "deliver"], ["cancel"]] as const) {
    const { id } = await buy(customer, sku.id);
    for (const move of moves)
      good(
        await manager.api.POST(`/api/v1/manager/orders/{id}/${move}`, {
          params: { path: { id }, query },
          body: bodyOf[move] as never,
        }),
      );
  }
  await walkRefunds(shop, customer, manager, sku.id);
  await walkCatalog(shop, manager);
  await walkCare(shop, manager);
  await walkReturns(shop, customer, manager);
  const [open] = await shop.databases.sql<{ id: string }>("kg", "SELECT id FROM returns WHERE state = 'received'");
  await shop.databases.sql("kg", "UPDATE returns SET state = 'requested' WHERE id = $1", [open?.id]);
  good(
    await manager.api.POST("/api/v1/manager/returns/{id}/approve", {
      params: { path: { id: open?.id ?? "" }, query },
      body: {},
    }),
  );
  await walkReviews(shop);
  await rejectReview(shop, manager);
  await walkBanners(shop);
  await walkWords(manager);
  await walkReports(shop, manager, customer, sku.id);
  await walkQuotes(shop, customer, manager, sku.id);
  await walkJobs(shop);
  await cancelJob(shop, manager);
  const body = { to: "us", reason: "Lives in Chicago now" };
  const path = { id: (await shop.logIn("+996700111006")).user.id };
  good(await manager.api.POST("/api/v1/manager/users/{id}/market-move", { params: { path, query }, body }));
  await walkStaff(shop, manager);
  await walkWebhooks(shop, manager);
  await walkFourEyes(shop, customer, manager, sku.id);
}

/** With the limit that the walk of staff has set: a refund for each answer of a second manager. */
async function walkFourEyes(shop: Shop, customer: Caller, manager: Caller, sku_id: string): Promise<void> {
  const query = { market: "kg" } as const;
  const items = [{ sku_id, quantity: 1 }];
  const body = { ...delivery(customer.user.phone), payment_method: "bank_transfer", items };
  const order = good(await customer.api.POST("/api/v1/orders/create", { body }));
  const where = "SELECT id FROM payments WHERE order_id = $1";
  const [payment] = await shop.databases.sql<{ id: string }>("kg", where, [order.id]);
  const confirm = { path: { id: payment?.id ?? "" }, query };
  good(await manager.api.POST("/api/v1/manager/payments/{id}/confirm", { params: confirm }));
  const second = await shop.logIn(managerPhones.kg);
  for (const word of ["approve", "reject"] as const) {
    const params = { path: { id: order.id }, query };
    const stain = { amount: 5, reason: "A stain" };
    const { id } = good(await manager.api.POST("/api/v1/manager/orders/{id}/refunds", { params, body: stain }));
    good(await second.api.POST(`/api/v1/manager/refunds/{id}/${word}`, { params: { path: { id }, query } }));
  }
}

async function walkRefunds(shop: Shop, customer: Caller, manager: Caller, sku_id: string): Promise<void> {
  const query = { market: "kg" } as const;
  const order = good(
    await customer.api.POST("/api/v1/orders/create", {
      body: {
        ...delivery(customer.user.phone),
        payment_method: "bank_transfer",
        items: [{ sku_id, quantity: 2 }],
      },
    }),
  );
  const [payment] = await shop.databases.sql<{ id: string }>("kg", "SELECT id FROM payments WHERE order_id = $1", [
    order.id,
  ]);
  const params = { path: { id: order.id }, query };
  const confirm = { path: { id: payment?.id ?? "" }, query };
  good(await manager.api.POST("/api/v1/manager/payments/{id}/confirm", { params: confirm }));
  const stain = { amount: 1, reason: "A stain" };
  good(await manager.api.POST("/api/v1/manager/orders/{id}/refunds", { params, body: stain }));
  good(await manager.api.POST("/api/v1/manager/orders/{id}/cancel", { params, body: { reason: "Sold out" } }));
  const owed = await eventually("the rest is owed", async () => {
    const { items } = good(await manager.api.GET("/api/v1/manager/orders/{id}/refunds", { params }));
    return items.find(({ state }) => state === "by_hand");
  });
  const path = { id: owed.id };
  good(await manager.api.POST("/api/v1/manager/refunds/{id}/confirm", { params: { path, query } }));
}

async function rejectReview(shop: Shop, manager: Caller): Promise<void> {
  const [product] = await shop.databases.sql<{ id: string }>(
    "kg",
    "SELECT id FROM products WHERE market = 'ALL' LIMIT 1",
  );
  const [review] = await shop.databases.sql<{ id: string }>(
    "kg",
    `INSERT INTO reviews (market, product_market, product_id, rating, comment, language)
     VALUES ('KG', 'ALL', $1, 1, 'Bad words', 'en') RETURNING id`,
    [product?.id],
  );
  const params = { path: { id: review?.id ?? "" }, query: { market: "kg" } };
  const body = { version: 1, reason: "Bad words" };
  good(await manager.api.POST("/api/v1/manager/reviews/{id}/reject", { params, body }));
}

async function cancelJob(shop: Shop, manager: Caller): Promise<void> {
  const [job] = await shop.databases.sql<{ id: string }>(
    "kg",
    `INSERT INTO jobs (market, id, kind, request, created_by)
     VALUES ('KG', gen_random_uuid(), 'import_products', '{}', 'command line') RETURNING id`,
  );
  const params = { path: { id: job?.id ?? "" }, query: { market: "kg" } };
  good(await manager.api.POST("/api/v1/manager/jobs/{id}/cancel", { params }));
}

/** What is wrong between the answers of a matrix and the log, as sentences. */
function gapsOf(answers: Answered[], entries: Entry[], world: World, idOf: (answer: Answered) => string): string[] {
  const gaps: string[] = [];
  for (const answer of answers) {
    const found = entries.filter((entry) => entry.request_id === answer.requestId);
    const cell = `${answer.endpoint} as ${answer.actor} for ${answer.relation}: ${answer.status}`;
    if (answer.status >= 400 && found.length > 0) gaps.push(`${cell}, refused and yet told about`);
    const { home, user } = world.actors[answer.actor];
    for (const { actor, action, market } of found) {
      if (actor !== `manager:${home}/${user}`) gaps.push(`${cell}: actor ${actor}`);
      if (action !== idOf(answer)) gaps.push(`${cell}: action ${action}`);
      const about = /manager\/(market|second-factor)/.test(answer.endpoint) ? home : answer.headers.get("x-market");
      if (!answer.endpoint.includes("/staff") && market !== about?.toUpperCase()) gaps.push(`${cell}: in ${market}`);
    }
  }
  return gaps;
}

describe.each(layouts)("the managers' audit log, %s", (layout: LayoutName) => {
  let shop: Shop;
  const own = {} as Record<Market, Caller>;
  let both: Caller;
  beforeAll(async () => {
    shop = await Shop.open(layout, { settings: { SALES_COUNTING_SECONDS: "1", ...webhookSettings } });
    await walk(shop);
    both = await shop.logIn(managerPhones.both);
    for (const market of markets) own[market] = await shop.logIn(managerPhones[market]);
  }, 120_000);
  afterAll(() => shop?.close());

  const read = async (query: object, caller = both) =>
    good(await caller.api.GET("/api/v1/manager/audit", { params: { query: { market: "kg", ...query } as never } }));

  it("[R101] [R106] every write of managers that the OpenAPI document names has left its row", async () => {
    const { operations, document } = await endpointsOf(shop.origin);
    const told = new Set((await allEntries(shop.databases)).map(({ action }) => action));
    const missing = writesOf(operations).map(([, operation]) => operationIdOf(document, operation));
    expect(missing.length).toBeGreaterThan(30);
    // A preview changes nothing, and a test message is a row of the messages' own log.
    const silent = /^post_manager_messages_templates_.*_(preview|test)$/;
    expect(missing.filter((action) => !told.has(action) && !silent.test(action))).toEqual([]);
  });

  it("[R103] the active market is tracked: each switch has a row, each request its row and log line", async () => {
    const { items } = await read({ action: "post_manager_market" });
    const switches = items.map(({ before, after }) => {
      const [[, was] = []] = Object.entries(before as Entry["before"]).filter(([key]) =>
        key.startsWith("manager_settings"),
      );
      const [[, is] = []] = Object.entries(after as Entry["after"]).filter(([key]) =>
        key.startsWith("manager_settings"),
      );
      return [was?.active_market, is?.active_market];
    });
    expect(switches).toContainEqual(["US", "KG"]);
    const lines = new Map(
      shop.server.logs.filter(({ event }) => event === "http.request").map((line) => [line.request_id, line]),
    );
    const entries = (await allEntries(shop.databases)).filter(({ action }) => action.includes("orders_id"));
    expect(entries.length).toBeGreaterThan(5);
    for (const entry of entries) {
      expect(entry.market).toBe("KG");
      const line = lines.get(entry.request_id);
      if (line) expect(line.market).toBe("kg");
    }
  });

  it("says who did what to which thing, before and after", async () => {
    const { items } = await read({ action: "post_manager_orders_id_confirm" });
    const [entry] = items;
    expect(entry).toMatchObject({
      market: "kg",
      actor: `manager:kg/${both.user.id}`,
      thing: "orders",
      before: { [`orders/${entry?.thing_id}`]: { status: "pending" } },
      after: { [`orders/${entry?.thing_id}`]: { status: "confirmed" } },
      left_out: 0,
    });
    const made = await read({ action: "post_manager_banners" });
    expect(made.items[0]?.thing).toBe("banners");
    expect(Object.keys(made.items[0]?.after as object)).toContain(`banners/${made.items[0]?.thing_id}`);
  });

  it("shows neither secrets nor whole phones", async () => {
    const all = JSON.stringify(await allEntries(shop.databases));
    for (const phone of [
      ...Object.values(customerPhones),
      "+996700111006",
      "+996700111005",
      "+12125550119",
      "+996700111019",
    ])
      expect(all).not.toContain(phone);
    const moved = await read({ action: "post_manager_users_id_market_move" });
    expect(JSON.stringify(moved.items)).toContain("Lives in Chicago now");
    expect(all).toContain('"phone":"…');
  });

  it("tells of each column that changed, of a long text the beginning", async () => {
    const query = { market: "kg" } as const;
    const long = "Мягкая шерсть, подкладка из вискозы. ".repeat(80);
    const product = good(
      await both.api.POST("/api/v1/manager/products", {
        params: { query },
        body: { name: "Told coat", slug: "told-coat", category: "dresses", description: long, is_shared: false },
      }),
    );
    good(
      await both.api.PUT("/api/v1/manager/products/{id}", {
        params: { path: { id: product.id }, query },
        body: { name: "Told coat", category: "dresses", description: "A smartphone pocket", version: product.version },
      }),
    );
    const key = `products/${product.id}`;
    const [changed] = (await read({ action: "put_manager_products_id", thing_id: product.id })).items;
    const [made] = (await read({ action: "post_manager_products", thing_id: product.id })).items;
    const sides = (entry?: { before: unknown; after: unknown }) =>
      [entry?.before, entry?.after].map((side) => (side as Entry["after"])[key]?.description as string | undefined);
    const beginning = JSON.stringify(long).slice(0, 2000) + "…";
    expect(sides(made)).toEqual([undefined, beginning]);
    expect(sides(changed)).toEqual([beginning, "A smartphone pocket"]);
    expect((changed?.after as Entry["after"])[key]).not.toHaveProperty("name");
  });

  it("is filtered by actor, action, thing, period and request, and read in pages", async () => {
    const whole: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await read({ limit: 7, ...(cursor ? { cursor } : {}) });
      whole.push(...page.items.map(({ id }) => id));
      if (page.next === null || page.next === undefined) break;
      cursor = page.next;
    }
    const stored = (await allEntries(shop.databases)).filter(({ market }) => market === "KG");
    expect(whole).toEqual(stored.map(({ id }) => String(id)).reverse());
    const pick = stored[3] as Entry & { at: Date };
    for (const [query, fits] of [
      [{ actor: pick.actor }, (entry: Entry) => entry.actor === pick.actor],
      [{ action: pick.action }, (entry: Entry) => entry.action === pick.action],
      [{ thing: pick.thing }, (entry: Entry) => entry.thing === pick.thing],
      [
        { thing: pick.thing, thing_id: pick.thing_id },
        (e: Entry) => e.thing === pick.thing && e.thing_id === pick.thing_id,
      ],
      [{ request_id: pick.request_id }, (entry: Entry) => entry.request_id === pick.request_id],
      [{ from: "2099-01-01T00:00:00Z" }, () => false],
      [{ to: "2099-01-01T00:00:00Z" }, () => true],
    ] as Array<[object, (entry: Entry) => boolean]>) {
      const { items } = await read({ ...query, limit: 100 });
      expect(items.map(({ id }) => id)).toEqual(
        stored
          .filter(fits)
          .map(({ id }) => String(id))
          .reverse()
          .slice(0, 100),
      );
    }
  });

  it("is read where the role includes it, of the managed market only, and by no customer", async () => {
    const customer = await shop.logIn(customerPhones.kg);
    const asked = (caller: Caller, market: string) =>
      caller.api.GET("/api/v1/manager/audit", { params: { query: { market } } });
    expect(refused(await asked(customer, "kg")).code).toBe("manager.not_a_manager");
    expect(refused(await asked(own.us, "kg")).detail).toBe("No access to KG market");
    expect(good(await asked(own.us, "us")).items.every(({ market }) => market === "us")).toBe(true);
    await shop.databases.sql("us", "UPDATE manager_grants SET role = 'viewer' WHERE market = 'US' AND user_id = $1", [
      own.us.user.id,
    ]);
    expect(refused(await asked(own.us, "us"))).toMatchObject({
      status: 403,
      code: "manager.role_forbids",
      detail: "Your role in US does not include the permission audit.read",
    });
  });

  it("is not rewritten by a market's role", async () => {
    for (const change of ["UPDATE manager_audit SET actor = 'nobody'", "DELETE FROM manager_audit"]) {
      const attempt = shop.databases.sql("kg", `DO $$ BEGIN SET LOCAL ROLE marque_kg; ${change}; END $$`);
      await expect(attempt).rejects.toThrow("the audit log is not rewritten");
    }
  });
});

describe("the audit log beside the matrix", () => {
  const runOn = async (settings: Record<string, string>) => {
    const world = await World.open("one database", settings);
    try {
      const { operations, document } = await endpointsOf(world.origin);
      const writes = new Set(writesOf(operations).map(([endpoint]) => endpoint));
      const actors = ["admin", "kg_manager", "us_manager", "kg_viewer", "kg_user_a"] as const;
      const { answers } = await runMatrix(world, operations, {
        endpoints: (endpoint) => writes.has(endpoint),
        actors: [...actors],
      });
      const entries = await allEntries(world.databases);
      const idOf = ({ endpoint }: Answered) => operationIdOf(document, operations.get(endpoint) as Operation);
      return { gaps: gapsOf(answers, entries, world, idOf), entries, answers };
    } finally {
      await world.close();
    }
  };

  it("[G1] what was refused left no row; what was done, one of its actor, action and market", async () => {
    const { gaps, entries, answers } = await runOn({});
    expect(gaps.slice(0, 20)).toEqual([]);
    expect(entries.length).toBeGreaterThan(80);
    // An order's move is never without its row, and one request has one.
    const moved = answers.filter(({ endpoint, status }) => /orders\/\{id\}\/ship/.test(endpoint) && status === 200);
    const ids = entries.map(({ request_id }) => request_id);
    expect(moved.length).toBeGreaterThan(5);
    expect(moved.filter(({ requestId }) => ids.filter((id) => id === requestId).length !== 1)).toEqual([]);
  });

  it("negative control: with the bracket forgotten nothing is told", async () => {
    const { entries, answers } = await runOn({ MARQUE_BREAK: "forget_audit" });
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    expect(entries).toEqual([]);
  });
});
