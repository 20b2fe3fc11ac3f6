// Who may ask what of returns.
import { by_link, managed_object, managed_things, own_object, type Rule } from "./rules.js";
import { plant } from "./rows.js";
import { ordersIn } from "./things.js";
import type { Factory } from "./world.js";

const returns: Factory = {
  name: "returns",
  async make(world, owner) {
    const order = await ordersIn("delivered").make(world, owner);
    const row = await plant(world.databases, owner.home, "returns", owner.mark, {
      order_id: order.id,
      user_id: owner.user,
      state: "requested",
      currency: owner.home === "kg" ? "KGS" : "USD",
    });
    const item = { return_id: row.id, line: 1, sku_id: 1, quantity: 1, reason: "other", exchange_sku_id: null };
    await plant(world.databases, owner.home, "return_items", owner.mark, item);
    await world.databases.sql(owner.home, "UPDATE order_items SET returned = 1 WHERE market = $1 AND order_id = $2", [
      owner.home.toUpperCase(),
      order.id,
    ]);
    return { id: String(row.id), market: owner.home, table: "returns" };
  },
};
const missing = "returns.not_found";
const asked = () => ({ items: [{ sku_id: "1", quantity: 1, reason: "other" }] });

export const returning: Record<string, Rule> = {
  // Delivered at no known time, so too late; what is taken shows returns.test.ts.
  "POST /api/v1/orders/{id}/returns": by_link(
    own_object(ordersIn("delivered"), "orders.not_found", { body: asked, status: 409 }),
  ),
  "GET /api/v1/orders/{id}/returns": by_link(own_object(ordersIn("delivered"), "orders.not_found")),
  "POST /api/v1/returns/{id}/cancel": by_link(own_object(returns, missing)),
  "GET /api/v1/manager/returns": managed_things({ query: { limit: "100" } }),
  "GET /api/v1/manager/returns/{id}": managed_object(returns, missing),
  "POST /api/v1/manager/returns/{id}/approve": managed_object(returns, missing, { body: () => ({}) }),
  "POST /api/v1/manager/returns/{id}/reject": managed_object(returns, missing, { body: () => ({ reason: "matrix" }) }),
  "POST /api/v1/manager/returns/{id}/receive": managed_object(returns, missing, { body: () => ({}) }),
};
