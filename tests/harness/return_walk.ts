// Every statement of returns once: asked for, called off, approved, refused, taken in with an exchange.
import { good } from "./api.js";
import type { Market } from "./layouts.js";
import { buy, type Caller, delivery, type Order, type Shop } from "./shop.js";

/** Makes an order one that was delivered a while ago. */
export async function deliver(shop: Shop, market: Market, id: string, ago = "1 hour"): Promise<void> {
  await shop.databases.sql(
    market,
    `UPDATE orders SET status = 'delivered', delivered_date = now() - $3::interval WHERE market = $1 AND id = $2`,
    [market.toUpperCase(), id, ago],
  );
}

/** Another SKU of the same product, at the same price and in stock. */
export async function sibling(shop: Shop, market: Market, skuId: string): Promise<string | undefined> {
  const [row] = await shop.databases.sql<{ id: string }>(
    market,
    `SELECT b.id FROM skus a JOIN skus b ON b.market = a.market AND b.product_id = a.product_id AND b.id <> a.id
     JOIN prices p ON p.market = $1 AND p.sku_id = a.id JOIN prices q ON q.market = $1 AND q.sku_id = b.id
     JOIN stock s ON s.market = $1 AND s.sku_id = b.id
     WHERE a.id = $2 AND b.is_active AND s.on_hand > 5
       AND (p.price_minor, p.sale_minor) IS NOT DISTINCT FROM (q.price_minor, q.sale_minor)
     ORDER BY b.id LIMIT 1`,
    [market.toUpperCase(), skuId],
  );
  return row?.id;
}

export async function walkReturns(shop: Shop, caller: Caller, manager: Caller): Promise<void> {
  const { sku } = await shop.findSku("kg", 20);
  const order: Order = await buy(caller, sku.id, 3);
  await deliver(shop, "kg", order.id);
  const at = (id: string) => ({ params: { path: { id }, query: { market: "kg" } } });
  const ask = async (exchange_sku_id?: string) =>
    good(
      await caller.api.POST("/api/v1/orders/{id}/returns", {
        params: { path: { id: order.id } },
        body: { items: [{ sku_id: sku.id, quantity: 1, reason: "too_small", exchange_sku_id }] },
      }),
    ).id;
  const called = await ask();
  good(await caller.api.POST("/api/v1/returns/{id}/cancel", { params: { path: { id: called } } }));
  const refused = await ask();
  good(await manager.api.POST("/api/v1/manager/returns/{id}/reject", { ...at(refused), body: { reason: "Worn" } }));
  const taken = await ask(await sibling(shop, "kg", sku.id));
  good(await manager.api.POST("/api/v1/manager/returns/{id}/receive", { ...at(taken), body: {} }));
  const order_of_guest = await guestsReturn(shop);
  good(await manager.api.GET("/api/v1/manager/orders/{id}/packing-slip", { ...at(order_of_guest), parseAs: "stream" }));
  good(await caller.api.GET("/api/v1/orders/{id}/documents", { params: { path: { id: order.id } } }));
  good(await caller.api.POST("/api/v1/orders/{id}/reorder", { params: { path: { id: order.id } } }));
  good(await caller.api.GET("/api/v1/orders/{id}/returns", { params: { path: { id: order.id } } }));
}

/** A guest's order, whose return is asked for and called off by its link; the order. */
async function guestsReturn(shop: Shop): Promise<string> {
  const guest = shop.guest("kg");
  const { sku } = await shop.findSku("kg", 20);
  const body = { ...delivery("+996700123999"), items: [{ sku_id: sku.id, quantity: 1 }] };
  const order = good(await guest.POST("/api/v1/orders/create", { body }));
  await deliver(shop, "kg", order.id);
  const query = { access: order.access_token ?? "" };
  const { id } = good(
    await guest.POST("/api/v1/orders/{id}/returns", {
      params: { path: { id: order.id }, query },
      body: { items: [{ sku_id: sku.id, quantity: 1, reason: "other" }] },
    }),
  );
  good(await guest.POST("/api/v1/returns/{id}/cancel", { params: { path: { id }, query } }));
  return order.id;
}
