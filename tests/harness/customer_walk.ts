// Every endpoint and command about customers and revenue once, for the test that sees each statement run.
import { good } from "./api.js";
import { command, moveBy, reason, skusOf, wish } from "./customers.js";
import { type Caller, managerPhones, type Shop } from "./shop.js";
import { eventually } from "./waiting.js";

/** A customer of KG that nobody is: listed, noted, blocked, let in, told what is known of them, and erased. */
export async function walkCare(shop: Shop, manager: Caller): Promise<void> {
  const [account] = await shop.databases.sql<{ id: string }>(
    "kg",
    "INSERT INTO users (market, phone, full_name) VALUES ('KG', '+996555700009', 'A Stranger') RETURNING id",
  );
  const query = { market: "kg" as const };
  const params = { path: { id: account?.id ?? "" }, query };
  const body = { reason: "A walk" };
  const path = "/api/v1/manager/customers/{id}";
  good(await manager.api.GET("/api/v1/manager/customers", { params: { query: { ...query, search: "stranger" } } }));
  good(await manager.api.POST(`${path}/block`, { params, body }));
  good(await manager.api.POST(`${path}/unblock`, { params }));
  good(await manager.api.POST(`${path}/notes`, { params, body: { note: "Likes silk" } }));
  good(await manager.api.GET(`${path}/notes`, { params }));
  good(await manager.api.POST(`${path}/export`, { params, body }));
  const gone = await manager.api.POST(`${path}/erase`, { params, body });
  if (gone.response.status !== 204) throw new Error(`erasing the stranger answered ${gone.response.status}`);
}

export async function walkCustomers(shop: Shop): Promise<void> {
  const phone = "+996700111017";
  const caller = await shop.logIn(phone);
  const [sku = ""] = await skusOf(shop, "kg", "shared");
  good(await caller.api.POST("/api/v1/cart/add", { body: { sku_id: sku, quantity: 1 } }));
  await wish(shop, caller, sku);
  await moveBy(shop, phone, "us");
  await moveBy(shop, phone, "us");
  await eventually("the old token leads to the new market", async () => {
    const profile = good(await caller.api.GET("/api/v1/auth/profile", {}));
    return profile.market === "us";
  });
  const manager = await shop.logIn(managerPhones.both);
  const path = { id: caller.user.id };
  const query = { market: "kg" };
  good(await manager.api.GET("/api/v1/manager/users/{id}", { params: { path, query } }));
  const body = { to: "kg", reason, dry_run: true };
  good(await manager.api.POST("/api/v1/manager/users/{id}/market-move", { params: { path, query }, body }));
  await walkCare(shop, manager);
  good(await manager.api.GET("/api/v1/manager/revenue/compare", {}));
  await shop.databases.sql("kg", "INSERT INTO users (market, phone) VALUES ('', '+996555700001')");
  for (const args of [
    ["user", "show", phone],
    ["user", "find", phone],
    ["user", "block", phone],
    ["user", "backfill-market", "--apply"],
    ["inspect", "users"],
    ["inspect", "user", "1"],
    ["inspect", "orders", "1"],
    ["revenue", "snapshot"],
  ]) {
    const { code, stderr } = await command(shop, args);
    if (code !== 0) throw new Error(`marque ${args.join(" ")} ended with ${code}: ${stderr}`);
  }
}
