// [B1] [B2] What a manager's POST makes is made once for one Idempotency-Key: jobs, endpoints of webhooks, deliveries.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw, type RawAnswer } from "../harness/api.js";
import { importPath } from "../harness/jobs.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { type Caller, managerPhones, Shop } from "../harness/shop.js";
import { addEndpoint, base, sendTest, WebhookShop } from "../harness/webhooks.js";

const twins = 6;
const file = (name: string) => `sku_code,name,category,color,price,stock\nONCE-1,${name},Things,Red,10,2\n`;

describe.each(layouts)("managers' keys, %s", (layout) => {
  let all: WebhookShop;
  let shop: Shop;
  let manager: Caller;
  beforeAll(async () => {
    all = await WebhookShop.open(layout);
    ({ shop } = all);
    manager = await shop.logIn(managerPhones.both);
  });
  afterAll(() => all?.close());

  const post = (path: string, key: string, body?: string, type = "application/json") =>
    raw(shop.origin, "POST", path, {
      token: manager.token,
      body,
      headers: { "Idempotency-Key": key, ...(body === undefined ? {} : { "Content-Type": type }) },
    });
  const count = (market: Market, table: string) =>
    shop.databases.count(market, `SELECT count(*) FROM ${table} WHERE market = $1`, [market.toUpperCase()]);

  /** Twins at once and one later: one effect, one answer; returns it. */
  const once = async (market: Market, table: string, ask: (key: string) => Promise<RawAnswer>) => {
    const before = await count(market, table);
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: twins }, () => ask(key)));
    answers.push(await ask(key));
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get("idempotent-replayed") === "true")).toHaveLength(twins);
    expect(await count(market, table)).toBe(before + 1);
    return { key, answer: answers[0] as RawAnswer };
  };
  const expectReused = (answer: RawAnswer) =>
    expect([answer.status, answer.problem().code]).toEqual([422, "idempotency.key_reused"]);

  it.each(markets)("[B1] [B2] an import, an export and a file of orders are begun once in %s", async (market) => {
    const imported = (name: string, dry: boolean) => (key: string) =>
      post(importPath(market, { dry_run: String(dry) }), key, file(name), "text/csv");
    const first = await once(market, "jobs", imported("One", true));
    expectReused(await imported("Another", true)(first.key));
    expectReused(await imported("One", false)(first.key));
    for (const [path, body, other] of [
      ["exports", { kind: "stock", format: "csv" }, { kind: "prices", format: "csv" }],
      ["orders/export", { format: "csv" }, { format: "jsonl" }],
    ] as const) {
      const asked = (wish: object) => (key: string) =>
        post(`/api/v1/manager/${path}?market=${market}`, key, JSON.stringify(wish));
      const { key } = await once(market, "jobs", asked(body));
      expectReused(await asked(other)(key));
    }
  });

  it.each(markets)(
    "[B1] [B2] an endpoint of %s is made once; who asks again is told its secret again",
    async (market) => {
      const wish = (path: string) => (key: string) =>
        post(`${base}?market=${market}`, key, JSON.stringify({ url: all.receiver.url(path) }));
      const { key, answer } = await once(market, "webhook_endpoints", wish(`/once-${market}`));
      expectReused(await wish(`/other-${market}`)(key));
      const { endpoint, secret } = answer.json() as { endpoint: { id: string }; secret: string };
      const kept = await shop.databases.sql(market, "SELECT body FROM idempotency_keys WHERE key = $1", [key]);
      expect(kept).toHaveLength(1);
      expect(JSON.stringify(kept)).not.toContain(secret.slice("whsec_".length));
      await all.remove(market, endpoint.id);
    },
  );

  it.each(markets)("[B1] a test event of %s and a redelivery are written once", async (market) => {
    const { endpoint } = await addEndpoint(manager, market, all.receiver.url(`/again-${market}`));
    const path = `${base}/${endpoint.id}`;
    const { answer } = await once(market, "webhook_deliveries", (key) => post(`${path}/test?market=${market}`, key));
    const { id } = answer.json() as { id: string };
    await once(market, "webhook_deliveries", (key) => post(`${path}/deliveries/${id}/redeliver?market=${market}`, key));
    await sendTest(manager, market, endpoint.id);
    const params = { path: { id: endpoint.id }, query: { market } };
    expect(good(await manager.api.GET(`${base}/{id}/deliveries`, { params })).items).toHaveLength(3);
    await all.remove(market, endpoint.id);
  });
});
