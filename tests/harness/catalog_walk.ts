// A walk through the catalogue as managers write it, each call so that it changes something.
import { randomUUID } from "node:crypto";
import { good } from "./api.js";
import { managerPictures, sent } from "./media.js";
import { png } from "./pictures.js";
import type { Caller, Shop } from "./shop.js";

export async function walkCatalog(shop: Shop, manager: Caller): Promise<void> {
  const query = { market: "kg" as const };
  const { api } = manager;
  const once = () => ({ query, header: { "Idempotency-Key": randomUUID() } });
  const word = `walk-${randomUUID().slice(0, 8)}`;
  const top = good(
    await api.POST("/api/v1/manager/categories", {
      params: once(),
      body: { slug: word, name: word, names: { ru: `Прогулка ${word}` } },
    }),
  );
  const below = good(
    await api.POST("/api/v1/manager/categories", {
      params: once(),
      body: { slug: `${word}-b`, name: `${word} b`, parent: word },
    }),
  );
  good(
    await api.PUT("/api/v1/manager/categories/{id}", {
      params: { query, path: { id: below.id } },
      body: { name: `${word} c`, parent: word, names: { ru: `Ниже ${word}` }, version: below.version },
    }),
  );
  good(await api.GET("/api/v1/manager/categories", { params: { query } }));
  let product = good(
    await api.POST("/api/v1/manager/products", {
      params: once(),
      body: { name: word, slug: word, category: top.slug, subcategory: below.slug, brand: "Walk", is_shared: false },
    }),
  );
  const at = { query, path: { id: product.id } };
  product = good(
    await api.PUT("/api/v1/manager/products/{id}", {
      params: at,
      body: {
        name: `${word} two`,
        category: top.slug,
        translations: { ru: { name: `Прогулка ${word}`, description: "Долгая" } },
        features: { ru: ["Легко"], en: ["Light", "Warm"] },
        version: product.version,
      },
    }),
  );
  product = good(
    await api.PUT("/api/v1/manager/products/{id}/active", {
      params: at,
      body: { is_active: false, version: product.version },
    }),
  );
  const picture = await sent(shop.origin, manager.token, managerPictures("product", "kg"), "image/png", png(40, 30));
  product = good(
    await api.PUT("/api/v1/manager/products/{id}/pictures", {
      params: at,
      body: { pictures: [{ media_id: picture.id }], version: product.version },
    }),
  );
  product = good(
    await api.POST("/api/v1/manager/products/{id}/skus", {
      params: { ...at, ...once() },
      body: { code: `${word}-S`, size: "S" },
    }),
  );
  const sku = product.skus[0]!;
  product = good(
    await api.PUT("/api/v1/manager/skus/{id}", {
      params: { query, path: { id: sku.id } },
      body: { color: "red", sort_order: 7, version: sku.version },
    }),
  );
  product = good(
    await api.PUT("/api/v1/manager/products/{id}/prices", {
      params: at,
      body: { prices: [{ sku_id: sku.id, price: "15.00" }] },
    }),
  );
  good(
    await api.POST("/api/v1/manager/products/{id}/stock", {
      params: { ...at, ...once() },
      body: { reason: "Received", stock: [{ sku_id: sku.id, by: 5 }] },
    }),
  );
  good(await api.GET("/api/v1/manager/skus/{id}/stock-ledger", { params: { query, path: { id: sku.id } } }));
  const version = product.skus[0]!.offers.kg!.version!;
  good(
    await api.PUT("/api/v1/manager/products/{id}/prices", {
      params: at,
      body: { prices: [{ sku_id: sku.id, version }] },
    }),
  );
  good(await api.GET("/api/v1/manager/products", { params: { query: { ...query, search: word } } }));
  // A write that is too late asks the log who was faster; a product of all markets is written as the shared role.
  await api.PUT("/api/v1/manager/products/{id}/active", { params: at, body: { is_active: true, version: 1 } });
  const shared = good(
    await api.POST("/api/v1/manager/products", {
      params: once(),
      body: { name: `${word} all`, category: "dresses", is_shared: true, is_active: false },
    }),
  );
  good(await api.GET("/api/v1/manager/products/{id}", { params: { query, path: { id: shared.id } } }));
}
