// What a manager does with the catalogue of one market, in a line each.
import { randomUUID } from "node:crypto";
import type { components } from "../api/generated/schema.js";
import { good } from "./api.js";
import type { Market } from "./layouts.js";
import type { Caller } from "./shop.js";

export type Managed = components["schemas"]["ManagedProduct"];
export const word = () => `thing-${randomUUID().slice(0, 8)}`;

/** Calls of one manager in one market. */
export const desk = (caller: Caller, market: Market) => {
  const query = { market };
  const once = (key: string) => ({ query, header: { "Idempotency-Key": key } });
  const at = (id: string) => ({ query, path: { id } });
  const { api } = caller;
  return {
    create: (body: object, key: string = randomUUID()) =>
      api.POST("/api/v1/manager/products", { params: once(key), body: { category: "dresses", ...body } as never }),
    get: (id: string) => api.GET("/api/v1/manager/products/{id}", { params: at(id) }),
    list: (filter: object) => api.GET("/api/v1/manager/products", { params: { query: { ...query, ...filter } } }),
    change: (id: string, body: object) =>
      api.PUT("/api/v1/manager/products/{id}", { params: at(id), body: { category: "dresses", ...body } as never }),
    activate: (id: string, is_active: boolean, version: number) =>
      api.PUT("/api/v1/manager/products/{id}/active", { params: at(id), body: { is_active, version } }),
    pictures: (id: string, pictures: object[], version: number) =>
      api.PUT("/api/v1/manager/products/{id}/pictures", { params: at(id), body: { pictures, version } }),
    add_sku: (id: string, body: object, key: string = randomUUID()) =>
      api.POST("/api/v1/manager/products/{id}/skus", { params: { ...at(id), ...once(key) }, body: body as never }),
    change_sku: (id: string, body: object) =>
      api.PUT("/api/v1/manager/skus/{id}", { params: at(id), body: body as never }),
    price: (id: string, prices: object[]) =>
      api.PUT("/api/v1/manager/products/{id}/prices", { params: at(id), body: { prices } as never }),
    stock: (id: string, stock: object[], key: string = randomUUID()) =>
      api.POST("/api/v1/manager/products/{id}/stock", {
        params: { ...at(id), ...once(key) },
        body: { reason: "Counted again", stock } as never,
      }),
    ledger: (id: string) => api.GET("/api/v1/manager/skus/{id}/stock-ledger", { params: at(id) }),
    categories: () => api.GET("/api/v1/manager/categories", { params: { query } }),
    create_category: (body: object, key: string = randomUUID()) =>
      api.POST("/api/v1/manager/categories", { params: once(key), body: body as never }),
    change_category: (id: string, body: object) =>
      api.PUT("/api/v1/manager/categories/{id}", { params: at(id), body: body as never }),
  };
};
export type Desk = ReturnType<typeof desk>;

/** A product with one SKU that has a price and pieces. */
export async function sold(at: Desk, pieces = 5, body: object = {}): Promise<Managed> {
  const name = word();
  const { id } = good(await at.create({ name, slug: name, ...body }));
  const { skus } = good(await at.add_sku(id, { code: `${name}-S`, size: "S" }));
  good(await at.price(id, [{ sku_id: skus[0]!.id, price: "20.00" }]));
  return good(await at.stock(id, [{ sku_id: skus[0]!.id, by: pieces }]));
}
