// Who may ask what of a market's webhooks.
import { randomUUID } from "node:crypto";
import { managed_object, managed_things, type Rule } from "./rules.js";
import { absentUuid } from "./things.js";
import { plant } from "./rows.js";
import type { Factory, World } from "./world.js";

/** Nothing that answers. Letters only: numbers of a question are cut out of answers. */
const url = () =>
  `https://hooks.invalid/${randomUUID().replaceAll(/\d/g, (digit) => "ghijklmnop"[Number(digit)] ?? "")}`;

/** Endpoints that are not switched on: nobody shall look for a server of that name. */
const endpointsThat = (is_active: boolean): Factory => ({
  name: is_active ? "webhooks" : "webhooks at rest",
  absent: absentUuid,
  // One that is on is tried meanwhile.
  unwatched: is_active,
  async make(world, owner) {
    const row = await plant(world.databases, owner.home, "webhook_endpoints", owner.mark, {
      url: url(),
      is_active,
      former_secret_sealed: null,
    });
    return { id: String(row.id), market: owner.home, table: "webhook_endpoints" };
  },
});
const endpoints = endpointsThat(false);
const running = endpointsThat(true);

/** A delivery that is over, of an endpoint; answers with the endpoint, and remembers the delivery. */
const deliveries = new Map<string, string>();
const delivered: Factory = {
  ...running,
  name: "webhook deliveries",
  async make(world: World, owner) {
    const endpoint = await running.make(world, owner);
    const event = await plant(world.databases, owner.home, "webhook_events", owner.mark, { type: "order.created" });
    const row = await plant(world.databases, owner.home, "webhook_deliveries", owner.mark, {
      endpoint_id: endpoint.id,
      event_id: event.id,
      cause: "event",
      state: "delivered",
      finished_at: new Date(),
    });
    await plant(world.databases, owner.home, "webhook_tries", owner.mark, { delivery_id: row.id });
    deliveries.set(endpoint.id, String(row.id));
    return endpoint;
  },
};

const missing = "webhooks.not_found";
const body = () => ({ url: url(), is_active: false });

/** The rule of an endpoint, with one of its deliveries in the path. */
const with_delivery = (rule: Rule): Rule => ({
  ...rule,
  async ask(cell) {
    const asked = await rule.ask(cell);
    const { id = "" } = (asked.path ?? {}) as { id?: string };
    return { ...asked, path: { id, delivery: deliveries.get(id) ?? "900000000000001" } };
  },
});

export const webhooks: Record<string, Rule> = {
  "GET /api/v1/manager/webhooks": managed_things(),
  // One market has twenty: what a new one is like shows webhooks.test.ts.
  "POST /api/v1/manager/webhooks": managed_things({ body: () => ({ url: "https://10.0.0.1/" }), status: 422 }),
  "GET /api/v1/manager/webhooks/event-types": managed_things(),
  "GET /api/v1/manager/webhooks/{id}": managed_object(endpoints, missing),
  "PUT /api/v1/manager/webhooks/{id}": managed_object(endpoints, missing, {
    body: () => ({ ...body(), version: 1 }),
  }),
  "DELETE /api/v1/manager/webhooks/{id}": managed_object(endpoints, missing),
  "POST /api/v1/manager/webhooks/{id}/rotate-secret": managed_object(endpoints, missing, {
    body: () => ({ version: 1 }),
  }),
  // At rest: nothing is sent to a name that is none.
  "POST /api/v1/manager/webhooks/{id}/test": managed_object(endpoints, missing, { status: 409 }),
  "POST /api/v1/manager/webhooks/{id}/replay": managed_object(running, missing, {
    body: () => ({ from: "2020-01-01T00:00:00Z", to: "2020-01-02T00:00:00Z" }),
  }),
  "GET /api/v1/manager/webhooks/{id}/deliveries": managed_object(endpoints, missing),
  "GET /api/v1/manager/webhooks/{id}/deliveries/{delivery}": with_delivery(
    managed_object(delivered, "webhooks.delivery_not_found"),
  ),
  "POST /api/v1/manager/webhooks/{id}/deliveries/{delivery}/redeliver": with_delivery(
    managed_object(delivered, "webhooks.delivery_not_found"),
  ),
};
