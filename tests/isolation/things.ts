// Things that belong to somebody, made for the cells of the matrix: rows of any table, orders, banners, reviews.
import { randomBytes } from "node:crypto";
import { canary, plant } from "./rows.js";
import type { Factory } from "./world.js";

/** Rows of a table that has `id` and `user_id`; `values` is what its checks ask for beyond a value of each type. */
export function rowsOf(table: string, values: Record<string, unknown> = {}): Factory {
  return {
    name: table,
    async make(world, owner) {
      const row = await plant(world.databases, owner.home, table, owner.mark, { user_id: owner.user, ...values });
      return { id: String(row.id), market: owner.home, table };
    },
  };
}

/** An upload with its files' row: a customer's for a review, or the shop's own. */
export const pictures: Factory = {
  name: "pictures",
  async make(world, owner) {
    const hash = randomBytes(32).toString("hex");
    const size = { width: 30, height: 20, widths: [30], color: "#808080" };
    await plant(world.databases, owner.home, "media_files", owner.mark, { hash, state: "ready", ...size });
    const upload = { hash, user_id: owner.user, added_by: owner.user, purpose: "review" };
    const row = await plant(world.databases, owner.home, "media", owner.mark, upload);
    return { id: String(row.id), market: owner.home, table: "media" };
  },
};

export const absentUuid = "00000000-0000-4000-8000-000000000000";

/** Accounts themselves, for those who manage them. */
export const people: Factory = {
  name: "people",
  unwatched: true,
  make: async (_, owner) => ({ id: owner.user ?? "", market: owner.home, table: "users" }),
};

/** With a line, a payment and a first step. */
export const ordersIn = (status: string): Factory => ({
  name: `orders in ${status}`,
  async make(world, owner) {
    const currency = owner.home === "kg" ? "KGS" : "USD";
    const amounts = { subtotal_minor: 500, shipping_minor: 0, tax_minor: 0, tax_included_minor: 0, total_minor: 500 };
    const order = await plant(world.databases, owner.home, "orders", owner.mark, {
      user_id: owner.user,
      order_number: `MQ-20260101-${randomBytes(6).toString("hex")}`,
      status,
      customer_phone: owner.phone,
      payment_method: "card",
      currency,
      ...amounts,
    });
    const line = { order_id: order.id, line: 1, sku_id: 1, price_minor: 500, quantity: 1, subtotal_minor: 500 };
    await plant(world.databases, owner.home, "order_items", owner.mark, line);
    const provider_reference = `${owner.mark} ${randomBytes(6).toString("hex")}`;
    const payment = { order_id: order.id, method: "card", amount_minor: 500, currency, provider_reference };
    await plant(world.databases, owner.home, "payments", owner.mark, payment);
    const step = { order_id: order.id, status: "pending", changed_by: `user:${owner.user}` };
    await plant(world.databases, owner.home, "order_status_history", owner.mark, step);
    return { id: String(order.id), market: owner.home, table: "orders" };
  },
});
export const orders = ordersIn("pending");

/** The payment of an order, and a refund that its provider has not made yet. */
export const payments: Factory = {
  name: "payments",
  absent: absentUuid,
  async make(world, owner) {
    const order = await orders.make(world, owner);
    const [row] = await world.databases.sql<{ id: string }>(
      owner.home,
      "SELECT id FROM payments WHERE market = $1 AND order_id = $2",
      [owner.home.toUpperCase(), order.id],
    );
    return { id: row?.id ?? "", market: owner.home, table: "payments" };
  },
};
export const refunds: Factory = {
  name: "refunds",
  absent: absentUuid,
  async make(world, owner) {
    const payment = await payments.make(world, owner);
    const row = await plant(world.databases, owner.home, "refunds", owner.mark, {
      payment_id: payment.id,
      order_id: 1,
      cause: `${owner.mark} ${randomBytes(6).toString("hex")}`,
      amount_minor: 5,
      currency: owner.home === "kg" ? "KGS" : "USD",
      state: "sent",
    });
    return { id: String(row.id), market: owner.home, table: "refunds" };
  },
};

/** A market's own banners, which everybody of the market sees. */
export const banners: Factory = {
  name: "banners",
  unwatched: true,
  async make(world, owner) {
    const row = await plant(world.databases, owner.home, "banners", canary(owner.home), {
      banner_type: "promo",
      image_url: "/media/demo/banner.svg",
      link_url: "/",
    });
    return { id: String(row.id), market: owner.home, table: "banners" };
  },
};

let reviewsMade = 0;
/** Approved reviews, each of another product, since one may be written of each. */
export const reviews: Factory = {
  name: "reviews",
  // Everybody may vote, which changes the count.
  unwatched: true,
  async make(world, owner) {
    // Not the one that the matrix has everybody review.
    const products = await world.databases.sql<{ id: string }>(
      owner.home,
      "SELECT id FROM products WHERE market = 'ALL' AND slug <> $1 ORDER BY id",
      [await world.slugOf("products", "ALL")],
    );
    const product = products[reviewsMade++ % products.length];
    // A neighbour is asked about so often that there are not enough products: others of the market write for them.
    const isNeighbour = Object.values(world.neighbours).includes(owner);
    const writer = { phone: world.freshPhone(owner.home), profile_image_url: null, email: null };
    const author = isNeighbour ? await plant(world.databases, owner.home, "users", owner.mark, writer) : undefined;
    const row = await plant(world.databases, owner.home, "reviews", owner.mark, {
      user_id: author?.id ?? owner.user,
      product_market: "ALL",
      product_id: product?.id,
      order_id: null,
      rating: 4,
      is_approved: true,
      language: "en",
    });
    return { id: String(row.id), market: owner.home, table: "reviews" };
  },
};

/** Somebody who looks at the market, as its staff is named. */
export const staff: Factory = {
  name: "staff",
  absent: "kg-900000000000002",
  unwatched: true,
  async make(world, owner) {
    const person = await plant(world.databases, owner.home, "users", canary(owner.home), {
      phone: world.freshPhone(owner.home),
      profile_image_url: null,
      email: null,
      full_name: null,
    });
    await world.databases.sql(
      owner.home,
      "INSERT INTO manager_grants (market, user_id, granted_market, role) VALUES ($1, $2, $1, 'viewer')",
      [owner.home.toUpperCase(), person.id],
    );
    return { id: `${owner.home}-${person.id}`, market: owner.home, table: "manager_grants" };
  },
};
