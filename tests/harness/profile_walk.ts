// A customer's walk through profile, notifications and wishlist, for the test that wants every statement to have run.
import { good, raw } from "./api.js";
import { png } from "./pictures.js";
import { type Caller, delivery, type Shop } from "./shop.js";

export async function walkProfile(shop: Shop, { api, token, user }: Caller, productId: string): Promise<void> {
  good(await api.GET("/api/v1/profile", {}));
  good(await api.PUT("/api/v1/profile", { body: { full_name: "A Customer" } }));
  const avatar = "/api/v1/profile/avatar";
  const headers = { "Content-Type": "image/png" };
  const shown = await raw(shop.origin, "PUT", avatar, { token, headers, body: new Uint8Array(png(30, 20)) });
  await fetch(shop.origin + (shown.json() as { profile_image_url: string }).profile_image_url);
  await api.DELETE(avatar, {});

  const key = { params: { header: { "Idempotency-Key": "walk-profile" } } };
  const address = { street: "Ленина", city: "Бишкек", state: "GB" };
  const addresses = "/api/v1/profile/addresses";
  const path = { id: good(await api.POST(addresses, { ...key, body: address })).id };
  good(await api.GET(addresses, {}));
  good(await api.GET(`${addresses}/{id}`, { params: { path } }));
  good(await api.PUT(`${addresses}/{id}`, { params: { path }, body: { ...address, is_default: true } }));
  good(await api.POST(`${addresses}/{id}/default`, { params: { path } }));
  await api.POST("/api/v1/orders/create", {
    body: {
      ...(({ delivery_address: _, ...rest }) => rest)(delivery(user.phone)),
      address_id: path.id,
      use_cart: true,
    },
  });
  await api.DELETE(`${addresses}/{id}`, { params: { path } });

  const methods = "/api/v1/profile/payment-methods";
  const change = { card_holder_name: "A Customer", expiry_month: 12, expiry_year: new Date().getUTCFullYear() + 1 };
  const card = {
    payment_type: "card",
    card_type: "visa",
    last_four: "4242",
    provider_token: "token-of-a-card",
  } as const;
  const method = { id: good(await api.POST(methods, { body: { ...card, ...change } })).id };
  good(await api.GET(methods, {}));
  good(await api.GET(`${methods}/{id}`, { params: { path: method } }));
  good(await api.PUT(`${methods}/{id}`, { params: { path: method }, body: change }));
  good(await api.POST(`${methods}/{id}/default`, { params: { path: method } }));
  await api.DELETE(`${methods}/{id}`, { params: { path: method } });

  const notifications = "/api/v1/profile/notifications";
  good(await api.GET(notifications, {}));
  good(await api.GET(`${notifications}/unread-count`, {}));
  await api.POST(`${notifications}/{id}/read`, { params: { path: { id: "1" } } });
  good(await api.POST(`${notifications}/read-all`, {}));

  good(await api.POST("/api/v1/wishlist/add", { body: { product_id: productId } }));
  good(await api.POST("/api/v1/wishlist/get", {}));
  good(await api.POST("/api/v1/wishlist/remove", { body: { product_id: productId } }));
  good(await api.POST("/api/v1/wishlist/clear", {}));
}
