// Who may ask what of reports, lists of orders and explanations.
import { absentId, managed_object, managed_things, type Rule } from "./rules.js";
import { orders } from "./things.js";

export const reports: Record<string, Rule> = {
  "GET /api/v1/manager/revenue": managed_things(),
  "GET /api/v1/manager/revenue/parts": managed_things({ query: { part: "city" } }),
  "GET /api/v1/manager/revenue/customers": managed_things(),
  "GET /api/v1/manager/revenue/funnel": managed_things(),
  "GET /api/v1/manager/revenue/running-out": managed_things(),
  "GET /api/v1/manager/revenue/unsold": managed_things(),
  "GET /api/v1/manager/revenue/compare": managed_things({ aboutAll: true }),
  "GET /api/v1/manager/report-rates": managed_things(),
  "PUT /api/v1/manager/report-rates": managed_things({
    body: () => ({ currency: "EUR", from: "2026-01-01", rate: "0.5" }),
  }),
  "GET /api/v1/manager/order-lists": managed_things(),
  "PUT /api/v1/manager/order-lists": managed_things({ body: ({ actor }) => ({ name: actor.mark }) }),
  // Each manager's own, whatever the market: order_lists.test.ts.
  "DELETE /api/v1/manager/order-lists/{id}": (() => {
    const rule = managed_things({ status: 404 });
    return { ...rule, ask: async (cell) => ({ ...(await rule.ask(cell)), path: { id: absentId } }) };
  })(),
  "POST /api/v1/manager/orders/export": managed_things({ body: () => ({ format: "nothing" }), status: 422 }),
  "POST /api/v1/manager/orders/bulk": managed_things({ body: () => ({ move: "confirm", orders: [absentId] }) }),
  "PUT /api/v1/manager/orders/{id}/address": managed_object(orders, "orders.not_found", {
    body: () => ({ version: 2_000_000_000 }),
    status: 409,
  }),
  "POST /api/v1/manager/jobs": managed_things({ body: () => ({ kind: "nothing" }), status: 422 }),
  "GET /api/v1/manager/job-schedules": managed_things(),
  "PUT /api/v1/manager/job-schedules/{kind}": (() => {
    const rule = managed_things({ body: () => ({ at_time: "never", is_active: true, version: 1 }), status: 422 });
    return { ...rule, ask: async (cell) => ({ ...(await rule.ask(cell)), path: { kind: "prune" } }) };
  })(),
  "GET /api/v1/manager/explain/price": managed_things({ query: { sku_id: absentId }, status: 404 }),
  "GET /api/v1/manager/explain/visibility": managed_things({ query: { sku: "no-such-thing" }, status: 404 }),
};
