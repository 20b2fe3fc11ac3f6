// A guest's walk through cart, wishlist and log-in, for the test that wants every statement to have run.
import { randomUUID } from "node:crypto";
import { good } from "./api.js";
import { skusOf, wish } from "./customers.js";
import { customerPhones, type Shop } from "./shop.js";
import { eventually } from "./waiting.js";

/** Joins a guest's things at home and from abroad, and leaves some behind; the server must look for those often. */
export async function walkGuests(shop: Shop): Promise<void> {
  const [shared = ""] = await skusOf(shop, "us", "shared");
  const { sku } = await shop.findSku("us", 5);
  for (const [id, phone] of [
    [sku.id, customerPhones.us],
    [shared, customerPhones.kg],
  ] as const) {
    const guest = shop.guestWithCart("us", randomUUID());
    good(await guest.POST("/api/v1/cart/add", { body: { sku_id: id } }));
    await wish(shop, { api: guest }, id, "us");
    await shop.logIn(phone, undefined, guest);
  }
  const caller = await shop.logIn(customerPhones.us);
  const productOf = "SELECT product_id FROM skus WHERE id = $1";
  const [product] = await shop.databases.sql<{ product_id: string }>("us", productOf, [shared]);
  await shop.setStock("us", shared, 0);
  good(
    await caller.api.POST("/api/v1/wishlist/add", {
      body: { product_id: product?.product_id ?? "", notify_back_in_stock: true, sku_id: shared },
    }),
  );
  await shop.setStock("us", shared, 50);
  const told = "SELECT count(*) FROM notifications WHERE type = 'back_in_stock'";
  await eventually("the customer is told", async () => (await shop.databases.count("us", told)) > 0);
  const old = shop.guestWithCart("us", randomUUID());
  good(await old.POST("/api/v1/cart/add", { body: { sku_id: sku.id } }));
  await shop.databases.sql("us", "UPDATE carts SET updated_at = '2020-01-01' WHERE user_id IS NULL");
  await eventually(
    "what guests left is forgotten",
    async () => (await shop.databases.count("us", "SELECT count(*) FROM carts WHERE updated_at = '2020-01-01'")) === 0,
  );
}
