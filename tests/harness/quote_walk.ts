// A walk through quotes, promotions and shipping, for the test that wants every statement run.
import { good } from "./api.js";
import { type Caller, delivery, type Shop } from "./shop.js";

export async function walkQuotes(shop: Shop, caller: Caller, manager: Caller, skuId: string): Promise<void> {
  const query = { market: "kg" as const };
  const body = { name: "Walk", kind: "percentage" as const, milli_percent: 1_000 };
  const limits = { code: "WALK-1", usage_limit: 10, per_buyer_limit: 3 };
  const promotions = "/api/v1/manager/promotions";
  const made = good(await manager.api.POST(promotions, { params: { query }, body: { ...body, ...limits } }));
  const params = { path: { id: made.id }, query };
  await shop.setStock("kg", skuId, 50);
  const choice = { items: [{ sku_id: skuId, quantity: 1 }], coupon_codes: ["walk-1"], delivery_state: "GB" };
  good(await caller.api.POST("/api/v1/orders/quote", { body: choice }));
  const order = good(
    await caller.api.POST("/api/v1/orders/create", { body: { ...delivery(caller.user.phone), ...choice } }),
  );
  good(await caller.api.POST("/api/v1/orders/{id}/cancel", { params: { path: { id: order.id } }, body: {} as never }));
  good(await manager.api.PUT(`${promotions}/{id}`, { params, body: { ...body, ...limits, version: made.version } }));
  good(await manager.api.POST(`${promotions}/{id}/end`, { params }));
  const zone = { path: { code: "walk" }, query };
  good(await manager.api.PUT("/api/v1/manager/shipping/zones/{code}", { params: zone, body: { regions: ["T"] } }));
  good(
    await manager.api.PUT("/api/v1/manager/shipping/zones/{zone}/options/{code}", {
      params: { path: { zone: "walk", code: "standard" }, query },
      body: { kind: "courier", price_rule: "flat", days_from: 1, days_to: 2 },
    }),
  );
  good(
    await manager.api.PUT("/api/v1/manager/shipping/pickup-points/{code}", {
      params: { path: { code: "walk-point" }, query },
      body: { zone: "walk", address: "1 Street", city: "Talas", region: "T" },
    }),
  );
}
