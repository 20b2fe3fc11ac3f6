// Who may ask what of the catalogue and of customers as managers write them.
import { randomBytes } from "node:crypto";
import { absentId, type BodyOf, managed_object, managed_things, type Rule } from "./rules.js";
import { canary, plant } from "./rows.js";
import type { Factory } from "./world.js";

/** Letters only: answers are compared without the numbers that were asked for. */
const word = () =>
  `matrix-${randomBytes(6)
    .toString("hex")
    .replace(/\d/g, (digit) => "ghijklmnop"[Number(digit)]!)}`;

/** A market's own products, which its customers do not see. */
export const products: Factory = {
  name: "products",
  async make(world, owner) {
    const [category] = await world.databases.sql<{ id: string }>(
      owner.home,
      "SELECT id FROM categories WHERE market = 'ALL' AND slug = 'dresses'",
    );
    const row = await plant(world.databases, owner.home, "products", canary(owner.home), {
      slug: word(),
      category_market: "ALL",
      category_id: category?.id,
      is_active: false,
    });
    return { id: String(row.id), market: owner.home, table: "products" };
  },
};

const skus: Factory = {
  name: "skus",
  async make(world, owner) {
    const { id } = await products.make(world, owner);
    const row = await plant(world.databases, owner.home, "skus", canary(owner.home), {
      product_id: id,
      sku_code: word(),
      is_active: false,
    });
    return { id: String(row.id), market: owner.home, table: "skus" };
  },
};

const categories: Factory = {
  name: "categories",
  async make(world, owner) {
    const row = await plant(world.databases, owner.home, "categories", canary(owner.home), {
      slug: word(),
      parent_id: null,
      is_active: false,
    });
    return { id: String(row.id), market: owner.home, table: "categories" };
  },
};

/** Accounts of nobody who asks, so that they may be blocked and erased. */
const strangers: Factory = {
  name: "strangers",
  async make(world, owner) {
    const row = await plant(world.databases, owner.home, "users", canary(owner.home), {
      phone: world.freshPhone(owner.home),
      email: null,
      profile_image_url: null,
      moved_to: null,
    });
    return { id: String(row.id), market: owner.home, table: "users" };
  },
};
const unknown = "customers.not_found";
const because = { body: () => ({ reason: "matrix" }) };

const productOf: BodyOf = ({ actor }) => ({ name: actor.mark, category: "dresses", is_active: false });
const missing = "products.not_found";
const each = { limit: "100" };

export const catalogue: Record<string, Rule> = {
  "GET /api/v1/manager/products": managed_things({ query: each }),
  "POST /api/v1/manager/products": managed_things({
    body: (cell) => ({ ...(productOf(cell) as object), slug: word() }),
  }),
  "GET /api/v1/manager/products/{id}": managed_object(products, missing),
  "PUT /api/v1/manager/products/{id}": managed_object(products, missing, {
    body: (cell) => ({ ...(productOf(cell) as object), version: 1 }),
  }),
  "PUT /api/v1/manager/products/{id}/active": managed_object(products, missing, {
    body: () => ({ is_active: false, version: 1 }),
  }),
  "PUT /api/v1/manager/products/{id}/pictures": managed_object(products, missing, {
    body: () => ({ pictures: [], version: 1 }),
  }),
  "POST /api/v1/manager/products/{id}/skus": managed_object(products, missing, { body: () => ({ code: word() }) }),
  "PUT /api/v1/manager/skus/{id}": managed_object(skus, "products.sku_not_found", {
    body: () => ({ is_active: false, version: 1 }),
  }),
  "GET /api/v1/manager/skus/{id}/stock-ledger": managed_object(skus, "products.sku_not_found"),
  // Of a SKU that is not the product's: what is written shows manage_products.test.ts.
  "PUT /api/v1/manager/products/{id}/prices": managed_object(products, missing, {
    body: () => ({ prices: [{ sku_id: absentId, price: "1.00" }] }),
    status: 422,
  }),
  "POST /api/v1/manager/products/{id}/stock": managed_object(products, missing, {
    body: () => ({ reason: "matrix", stock: [{ sku_id: absentId, by: 1 }] }),
    status: 422,
  }),
  "GET /api/v1/manager/categories": managed_things(),
  "POST /api/v1/manager/categories": managed_things({
    body: () => ({ slug: word(), name: word(), is_active: false }),
  }),
  "PUT /api/v1/manager/categories/{id}": managed_object(categories, "categories.not_found", {
    body: () => ({ name: word(), version: 1 }),
  }),
  "GET /api/v1/manager/customers": managed_things({ query: each }),
  "POST /api/v1/manager/customers/{id}/block": managed_object(strangers, unknown, because),
  "POST /api/v1/manager/customers/{id}/unblock": managed_object(strangers, unknown),
  "GET /api/v1/manager/customers/{id}/notes": managed_object(strangers, unknown),
  "POST /api/v1/manager/customers/{id}/notes": managed_object(strangers, unknown, { body: () => ({ note: word() }) }),
  "POST /api/v1/manager/customers/{id}/export": managed_object(strangers, unknown, because),
  "POST /api/v1/manager/customers/{id}/erase": managed_object(strangers, unknown, because),
};
