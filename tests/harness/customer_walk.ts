// Every endpoint and command about customers and revenue once, for the test that sees each statement run.
import { good } from "./api.js";
import { command, moveBy, reason, skusOf, wish } from "./customers.js";
import { managerPhones, type Shop } from "./shop.js";
import { eventually } from "./waiting.js";

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
