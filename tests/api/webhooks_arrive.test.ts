// [I6] Events to a receiver that fails half the time, from two servers, one of which is killed in the middle: all
// arrive, and none as two. How many: MARQUE_TEST_EVENTS; MARQUE_TEST_SEED repeats a run.
import { describe, expect, it } from "vitest";
import { good } from "../harness/api.js";
import { randomOf } from "../harness/checker.js";
import { layouts } from "../harness/layouts.js";
import { MarqueServer } from "../harness/server.js";
import { buy, customerPhones, managerPhones, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";
import { accepts, addEndpoint, type EventBody, WebhookReceiver, webhookSettings } from "../harness/webhooks.js";

const seed = Number(process.env.MARQUE_TEST_SEED ?? Date.now() % 1_000_000);
const events = Number(process.env.MARQUE_TEST_EVENTS ?? 100);
const settings = { ...webhookSettings, WEBHOOK_TIMEOUT_SECONDS: "1" };

interface Sent {
  id: string;
  source_event: string;
  body: string;
}

describe.each(layouts)("many events, %s", (layout) => {
  it(`[I6] ${events} to a receiver that fails half the time all arrive, none as two`, async () => {
    const random = randomOf(seed);
    const receiver = await WebhookReceiver.start();
    // Half are taken. The others fail in each way there is: also after the receiver has read them.
    receiver.react = () => {
      if (random() < 0.5) return { status: 204 };
      const way = random();
      if (way < 0.02) return "hang";
      return way < 0.3 ? "break" : { status: [500, 502, 404, 301, 429][Math.floor(random() * 5)] ?? 500 };
    };
    const shop = await Shop.open(layout, { settings });
    const servers = [await MarqueServer.start({ ...shop.databases.environment, ...settings })];
    try {
      const manager = await shop.logIn(managerPhones.both);
      const { endpoint, secret } = await addEndpoint(manager, "kg", receiver.url("/many"), ["order.created"]);
      const customer = await shop.logIn(customerPhones.kg);
      const { sku } = await shop.findSku("kg", 10);
      const placed = 5;
      for (let i = 0; i < placed; ++i) await buy(customer, sku.id);
      // The rest as the outbox would have them, of the same orders, all at once.
      await shop.databases.sql(
        "kg",
        `INSERT INTO outbox (market, topic, payload)
         SELECT 'KG', 'order.created', (SELECT payload FROM outbox WHERE market = 'KG' AND topic = 'order.created'
                                        ORDER BY id OFFSET n % ${placed} LIMIT 1)
         FROM generate_series(1, $1::integer) AS n`,
        [events - placed],
      );
      const taken = () => new Set(receiver.arrivals.filter(({ reaction }) => isTaken(reaction)).map(({ id }) => id));
      await eventually("a third was taken", () => taken().size >= events / 3, { timeout_ms: 60_000 });
      await shop.server.kill();
      servers.push(await MarqueServer.start({ ...shop.databases.environment, ...settings }));
      await eventually("all were taken", () => taken().size >= events, { timeout_ms: 90_000 });
      await eventually(
        "all are noted",
        async () =>
          (await shop.databases.count("kg", "SELECT count(*) FROM webhook_deliveries WHERE state <> 'delivered'")) ===
          0,
        { timeout_ms: 20_000 },
      );

      const rows = await shop.databases.sql<Sent>("kg", "SELECT id, source_event, body FROM webhook_events");
      const source = await shop.databases.sql<{ id: string }>(
        "kg",
        "SELECT id FROM outbox WHERE market = 'KG' AND topic = 'order.created'",
      );
      // Each event of the outbox is one event outside, and the other way round.
      expect(rows.map(({ source_event }) => source_event).sort()).toEqual(source.map(({ id }) => id).sort());
      expect(rows).toHaveLength(events);
      expect([...taken()].sort()).toEqual(rows.map(({ id }) => id).sort());
      // Under one id never anything else, in no try.
      const bodies = new Map(rows.map(({ id, body }) => [id, body]));
      expect(receiver.arrivals.filter(({ id, body }) => bodies.get(id) !== body)).toEqual([]);
      expect(receiver.arrivals.filter((arrival) => !accepts(secret, arrival))).toEqual([]);
      const orders = new Set(rows.map(({ body }) => (JSON.parse(body) as EventBody).data.order_id));
      expect(orders.size).toBe(placed);
      const params = { path: { id: endpoint.id }, query: { market: "kg" } };
      const living = Shop.on(shop.databases, servers[0] as MarqueServer).withToken(manager.token);
      const { is_active } = good(await living.GET("/api/v1/manager/webhooks/{id}", { params }));
      expect(is_active).toBe(true);
      console.log(
        `webhooks, ${layout}: seed ${seed}, ${events} events in ${receiver.arrivals.length} tries, ` +
          `${receiver.most} at once`,
      );
      expect(receiver.arrivals.length).toBeGreaterThan(events * 1.5);
    } finally {
      for (const server of servers) await server.stop();
      await shop.databases.drop();
      await receiver.close();
    }
  });
});

const isTaken = (reaction: unknown) => (reaction as { status?: number }).status === 204;
