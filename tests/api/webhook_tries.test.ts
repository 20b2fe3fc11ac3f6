// [I6] Events that leave the shop: what becomes of those that a receiver does not take.
// Their order is not guaranteed: no test here relies on it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import { layouts, type Market } from "../harness/layouts.js";

import { buy, type Caller, type Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";
import {
  accepts,
  addEndpoint,
  deliveriesOf,
  deliveryNow,
  endpointNow,
  sendTest,
  untilDelivery,
  untilTried,
  type WebhookReceiver,
  base,
  WebhookShop,
} from "../harness/webhooks.js";

describe.each(layouts)("tries of webhooks, %s", (layout) => {
  let all: WebhookShop;
  let shop: Shop;
  let receiver: WebhookReceiver;
  let manager: Caller;
  let customers: Record<Market, Caller>;
  beforeAll(async () => {
    all = await WebhookShop.open(layout);
    ({ shop, receiver, manager, customers } = all);
  });
  afterAll(() => all?.close());

  it("[I6] what was not taken comes again: the same id, the same bytes, a log of each try", async () => {
    const { endpoint, secret } = await addEndpoint(manager, "kg", receiver.url("/again"));
    const reactions = [
      { status: 500, body: "\u0000no\u0001" },
      "break",
      "hang",
      { status: 302 },
      { status: 200 },
    ] as const;
    receiver.react = ({ path }) =>
      path === "/again" ? (reactions[receiver.to("/again").length] ?? { status: 200 }) : { status: 200 };
    const sent = await sendTest(manager, "kg", endpoint.id);
    const arrivals = await receiver.until("/again", 5);
    const { delivery: end, tries, body } = await untilDelivery(manager, "kg", endpoint.id, sent.id, "delivered");
    expect(new Set(arrivals.map(({ id }) => id))).toEqual(new Set([sent.event_id]));
    expect(new Set(arrivals.map((arrival) => arrival.body))).toEqual(new Set([body]));
    expect(arrivals.every((arrival) => accepts(secret, arrival))).toBe(true);
    expect(end).toMatchObject({ tries: 5, last_status: 200, last_error: null, next_try_at: null });
    expect(tries.map(({ number, status }) => [number, status])).toEqual([
      [5, 200],
      [4, 302],
      [3, null],
      [2, null],
      [1, 500],
    ]);
    expect(tries.find(({ number }) => number === 3)?.error).toBe("Timeout was reached");
    expect(tries.find(({ number }) => number === 1)?.answer).toBe("?no?");
    const metrics = await (await fetch(`${shop.origin}/metrics`)).text();
    expect(metrics).toMatch(/marque_webhook_tries\{market="kg",outcome="failed"\} \d+/);
    expect(metrics).toMatch(/marque_webhook_tries\{market="kg",outcome="delivered"\} \d+/);
    const lines = shop.server.logs.filter(
      ({ event, webhook_id }) => /^webhooks\./.test(event) && webhook_id === sent.event_id,
    );
    expect(lines.length).toBe(5);
    expect(JSON.stringify(lines)).not.toContain(receiver.url());
    receiver.react = () => ({ status: 204 });
    await all.remove("kg", endpoint.id);
  });

  it("[I6] an answer without end is good, is not read, and its beginning is kept", async () => {
    const { endpoint } = await addEndpoint(manager, "us", receiver.url("/endless"));
    receiver.react = () => "endless";
    const sent = await sendTest(manager, "us", endpoint.id);
    const { tries } = await untilDelivery(manager, "us", endpoint.id, sent.id, "delivered");
    receiver.react = () => ({ status: 204 });
    expect(tries).toHaveLength(1);
    expect(tries[0]?.answer).toBe("x".repeat(1_024));
    await all.remove("us", endpoint.id);
  });

  it("[I6] a receiver that asks for patience is given it, within bounds", async () => {
    const { endpoint } = await addEndpoint(manager, "kg", receiver.url("/patience"));
    for (const [status, header, least_s, most_s] of [
      [429, "120", 115, 121],
      [503, new Date(Date.now() + 200_000).toUTCString(), 180, 201],
      [503, "1000000", 3_590, 3_601],
    ] as const) {
      receiver.react = () => ({ status, headers: { "retry-after": header } });
      const sent = await sendTest(manager, "kg", endpoint.id);
      const { delivery: waits } = await untilTried(manager, "kg", endpoint.id, sent.id);
      const wait_s = (Date.parse(waits.next_try_at ?? "") - Date.now()) / 1_000;
      expect(wait_s, `${status} ${header}`).toBeGreaterThan(least_s);
      expect(wait_s, `${status} ${header}`).toBeLessThan(most_s);
      receiver.react = () => ({ status: 204 });
    }
    // Of others it is no promise: they are asked again as ever, which is at once here.
    receiver.react = () => ({ status: 500, headers: { "retry-after": "500" } });
    const sent = await sendTest(manager, "kg", endpoint.id);
    await untilTried(manager, "kg", endpoint.id, sent.id);
    receiver.react = () => ({ status: 204 });
    await untilDelivery(manager, "kg", endpoint.id, sent.id, "delivered");
    await all.remove("kg", endpoint.id);
  });

  it("[I6] one that says it is gone is switched off, and on again by a manager", async () => {
    const { endpoint } = await addEndpoint(manager, "kg", receiver.url("/gone"));
    receiver.react = () => ({ status: 410 });
    const sent = await sendTest(manager, "kg", endpoint.id);
    await untilDelivery(manager, "kg", endpoint.id, sent.id, "failed");
    const off = await eventually("it is off", async () => {
      const now = await endpointNow(manager, "kg", endpoint.id);
      return !now.is_active && now;
    });
    expect(off).toMatchObject({ disabled_reason: "gone", version: 2 });
    receiver.react = () => ({ status: 204 });
    const { sku } = await shop.findSku("kg", 3);
    await buy(customers.kg, sku.id);
    const params = { path: { id: endpoint.id }, query: { market: "kg" } };
    const body = { url: endpoint.url, is_active: true, version: 2 };
    const on = good(await manager.api.PUT(`${base}/{id}`, { params, body }));
    expect(on).toMatchObject({ is_active: true, disabled_reason: null, disabled_at: null });
    expect(receiver.to("/gone")).toHaveLength(1);
    await all.remove("kg", endpoint.id);
  });

  it("[I6] what nobody takes is given up, and an endpoint that took nothing is switched off", async () => {
    const { endpoint } = await addEndpoint(manager, "us", receiver.url("/never"), ["order.created"]);
    receiver.react = ({ path }) => ({ status: path === "/never" ? 500 : 204 });
    const { sku } = await shop.findSku("us", 3);
    await buy(customers.us, sku.id);
    await receiver.until("/never", 2);
    await shop.databases.sql("us", "UPDATE webhook_deliveries SET give_up_at = now() WHERE endpoint_id = $1", [
      endpoint.id,
    ]);
    const off = await eventually("it is off", async () => {
      const now = await endpointNow(manager, "us", endpoint.id);
      return !now.is_active && now;
    });
    expect(off.disabled_reason).toBe("failing");
    const [given] = await deliveriesOf(manager, "us", endpoint.id);
    expect(given).toMatchObject({ state: "failed", last_status: 500, cause: "event", event_type: "order.created" });
    expect(given?.finished_at).not.toBeNull();
    receiver.react = () => ({ status: 204 });
    await all.remove("us", endpoint.id);
  });

  it("[I6] a receiver that hangs holds up no other, and has few at once", async () => {
    const slow = await addEndpoint(manager, "kg", receiver.url("/slow"));
    const quick = await addEndpoint(manager, "kg", receiver.url("/quick"));
    receiver.react = ({ path }) => (path === "/slow" ? "hang" : { status: 204 });
    receiver.most = 0;
    for (let i = 0; i < 12; ++i) await sendTest(manager, "kg", slow.endpoint.id);
    await receiver.until("/slow", 4);
    const began = Date.now();
    for (let i = 0; i < 12; ++i) await sendTest(manager, "kg", quick.endpoint.id);
    await receiver.until("/quick", 12);
    expect(Date.now() - began).toBeLessThan(4_000);
    expect(receiver.most).toBeLessThanOrEqual(8);
    const idle = await shop.databases.count(
      "kg",
      `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'
       AND state_change < now() - interval '500 ms'`,
    );
    expect(idle).toBe(0);
    receiver.react = () => ({ status: 204 });
    for (const { endpoint } of [slow, quick]) await all.remove("kg", endpoint.id);
  });

  it("[I6] what was sent is sent again on demand and by time, under the ids it had", async () => {
    const { endpoint } = await addEndpoint(manager, "kg", receiver.url("/replay"), ["order.created"]);
    const from = new Date().toISOString();
    const { sku } = await shop.findSku("kg", 5);
    for (let i = 0; i < 3; ++i) await buy(customers.kg, sku.id);
    const first = await receiver.until("/replay", 3);
    const [newest] = await eventually("all are noted", async () => {
      const items = await deliveriesOf(manager, "kg", endpoint.id, { state: "delivered" });
      return items.length === 3 && items;
    });
    const path = { id: endpoint.id };
    const query = { market: "kg" };
    const again = good(
      await manager.api.POST(`${base}/{id}/deliveries/{delivery}/redeliver`, {
        params: { path: { ...path, delivery: newest?.id ?? "" }, query },
      }),
    );
    expect(again).toMatchObject({ event_id: newest?.event_id, cause: "redelivery", state: "waiting" });
    await receiver.until("/replay", 4);
    await untilDelivery(manager, "kg", endpoint.id, again.id, "delivered");
    const replay = (body: { from: string; to: string }) =>
      manager.api.POST(`${base}/{id}/replay`, { params: { path, query }, body });
    const to = new Date(Date.now() + 60_000).toISOString();
    expect(good(await replay({ from, to }))).toEqual({ deliveries: 3, next_from: null });
    const replayed = await receiver.until("/replay", 7);
    const bodies = new Map(first.map(({ id, body }) => [id, body]));
    expect(bodies.size).toBe(3);
    for (const { id, body } of replayed) expect(body).toBe(bodies.get(id));
    expect(good(await replay({ from: "2020-01-01T00:00:00Z", to: "2020-01-02T00:00:00Z" })).deliveries).toBe(0);
    expect(refused(await replay({ from: to, to: from })).errors).toMatchObject([{ field: "to" }]);
    const missing = { path: { ...path, delivery: "900000000000001" }, query };
    const none = await manager.api.POST(`${base}/{id}/deliveries/{delivery}/redeliver`, { params: missing });
    expect(refused(none).code).toBe("webhooks.delivery_not_found");

    // The log in pages, and what its filters mean.
    await eventually("all are noted", async () => {
      return (await deliveriesOf(manager, "kg", endpoint.id, { state: "waiting" })).length === 0;
    });
    const whole = await deliveriesOf(manager, "kg", endpoint.id);
    expect(whole.map(({ cause }) => cause)).toEqual([
      ...Array(3).fill("replay"),
      "redelivery",
      ...Array(3).fill("event"),
    ]);
    const paged: string[] = [];
    for (let cursor: string | undefined; ;) {
      const params = { path, query: { ...query, limit: 2, cursor } };
      const page = good(await manager.api.GET(`${base}/{id}/deliveries`, { params }));
      paged.push(...page.items.map(({ id }) => id));
      if (page.next === null) break;
      cursor = page.next;
    }
    expect(paged).toEqual(whole.map(({ id }) => id));
    for (const [filter, count] of [
      [{ event_type: "order.created" }, 7],
      [{ event_type: "order.shipped" }, 0],
      [{ from: to }, 0],
      [{ to: from }, 0],
      [{ from, to, state: "delivered" }, 7],
    ] as const)
      expect(await deliveriesOf(manager, "kg", endpoint.id, filter)).toHaveLength(count);
    expect((await deliveryNow(manager, "kg", endpoint.id, again.id)).body).toBe(bodies.get(again.event_id));
    await all.remove("kg", endpoint.id);
  });

  it("[I6] an event that the outbox gives twice is one event", async () => {
    const { endpoint } = await addEndpoint(manager, "us", receiver.url("/once"), ["order.created"]);
    const { sku } = await shop.findSku("us", 3);
    const { id } = await buy(customers.us, sku.id);
    await receiver.until("/once", 1);
    const twice = `UPDATE outbox SET done_at = NULL, available_at = now()
                   WHERE market = 'US' AND topic = 'order.created' AND payload ->> 'order_id' = $1`;
    await shop.databases.sql("us", twice, [id]);
    await eventually("it was given again", async () => {
      const waiting = "SELECT count(*) FROM outbox WHERE market = 'US' AND done_at IS NULL";
      return (await shop.databases.count("us", waiting)) === 0;
    });
    expect(await deliveriesOf(manager, "us", endpoint.id)).toHaveLength(1);
    await all.remove("us", endpoint.id);
  });
});
