// A walk through reports, lists and explanations, for the test that wants every statement run.
import { good, refused } from "./api.js";
import { command } from "./customers.js";
import { untilJob } from "./jobs.js";
import { buy, type Caller, type Shop } from "./shop.js";
import { eventually } from "./waiting.js";

export async function walkReports(shop: Shop, manager: Caller, customer: Caller, skuId: string): Promise<void> {
  const query = { market: "kg" as const };
  const { api } = manager;
  // An order of some days ago, so that there are days to keep.
  await shop.databases.sql(
    "kg",
    `UPDATE orders SET order_date = order_date - interval '3 days'
     WHERE market = 'KG' AND id = (SELECT min(id) FROM orders WHERE market = 'KG')`,
  );
  await eventually("its day is kept", async () => {
    const marks = await shop.databases.count("kg", "SELECT count(*) FROM revenue_marks WHERE market = 'KG'");
    const kept = await shop.databases.count("kg", "SELECT count(*) FROM revenue_snapshots WHERE market = 'KG'");
    return kept >= 3 && marks <= 100;
  });
  await eventually("old visits are forgotten", () =>
    shop.databases.count("kg", "SELECT count(*) FROM revenue_snapshots WHERE market = 'KG'"),
  );
  const from = new Date(Date.now() - 10 * 86_400_000).toISOString().slice(0, 10);
  good(await api.GET("/api/v1/manager/revenue", { params: { query: { ...query, from, compare: "previous" } } }));
  for (const part of ["hour", "category"] as const)
    good(await api.GET("/api/v1/manager/revenue/parts", { params: { query: { ...query, from, part } } }));
  for (const path of ["customers", "funnel", "running-out", "unsold"] as const)
    good(await api.GET(`/api/v1/manager/revenue/${path}`, { params: { query } }));
  const rate = { currency: "USD", from, rate: "0.0114" };
  good(await api.PUT("/api/v1/manager/report-rates", { params: { query }, body: rate }));
  good(await api.GET("/api/v1/manager/report-rates", { params: { query } }));
  for (const sort of ["newest", "oldest", "dearest", "cheapest"] as const)
    good(await api.GET("/api/v1/manager/orders", { params: { query: { ...query, sort } } }));
  await shop.setStock("kg", skuId, 50);
  const order = await buy(customer, skuId);
  const goingTo = (delivery_city: string) =>
    api.PUT("/api/v1/manager/orders/{id}/address", {
      params: { path: { id: order.id }, query },
      body: { version: order.version, delivery_city },
    });
  good(await goingTo("Karakol"));
  refused(await goingTo("Naryn"));
  const moved = { move: "confirm" as const, orders: [order.id] };
  good(await api.POST("/api/v1/manager/orders/bulk", { params: { query }, body: moved }));
  const lists = "/api/v1/manager/order-lists";
  const saved = good(await api.PUT(lists, { params: { query }, body: { name: "Walk", filter: { q: "walk" } } }));
  good(await api.GET(lists, { params: { query } }));
  await api.DELETE(`${lists}/{id}`, { params: { path: { id: saved.id }, query } });
  const job = good(await api.POST("/api/v1/manager/orders/export", { params: { query }, body: { format: "csv" } }));
  await untilJob(manager, "kg", job.id);
  good(await customer.api.POST("/api/v1/cart/add", { body: { sku_id: skuId } }));
  const customer_id = customer.user.id;
  good(await api.GET("/api/v1/manager/explain/price", { params: { query: { ...query, customer_id } } }));
  const [row] = await shop.databases.sql<{ sku_code: string }>("kg", "SELECT sku_code FROM skus WHERE id = $1", [
    skuId,
  ]);
  good(await api.GET("/api/v1/manager/explain/visibility", { params: { query: { ...query, sku: row?.sku_code } } }));
  const done = await command(shop, ["revenue", "rate", "--market", "kg", "--currency", "USD", "--rate", "0.0115"]);
  if (done.code !== 0) throw new Error(done.stderr);
}
