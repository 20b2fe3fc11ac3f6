// Steps of tests about reviews: people who bought something, and the two ways of knowing a product's rating.
import { client, good } from "./api.js";
import type { Databases, Market } from "./layouts.js";
import { reviewPictures, sent } from "./media.js";
import { png } from "./pictures.js";
import { type Caller, managerPhones, type Shop } from "./shop.js";
import { plain, statementsOfSource } from "./statements_of_source.js";
import { mint, plantSession } from "./tokens.js";

export const reviewsPath = "/api/v1/products/{slug}/reviews";

let made = 0;

/** A customer with a name, made by hand so that many are made quickly. */
export async function newCustomer(shop: Shop, market: Market, name = "Aigul Bekova"): Promise<Caller> {
  const number = String(++made).padStart(5, "0");
  const phone = market === "kg" ? `+9967703${number}` : `+130362${number}`;
  const [row] = await shop.databases.sql<{ id: string }>(
    market,
    "INSERT INTO users (market, phone, full_name, is_verified) VALUES ($1, $2, $3, true) RETURNING id",
    [market.toUpperCase(), phone, name],
  );
  const id = String(row?.id);
  const sid = await plantSession(shop.databases, market, { market: market.toUpperCase(), id });
  const token = await mint({ sub: id, market, sid });
  const user = good(await client(shop.origin, { token }).GET("/api/v1/auth/profile", {}));
  return { token, user, api: client(shop.origin, { token }) };
}

/** Products of ALL that the market sells, by slug. */
export async function sharedProducts(shop: Shop, market: Market): Promise<string[]> {
  const rows = await shop.databases.sql<{ slug: string }>(
    market,
    `SELECT DISTINCT r.slug FROM products r JOIN skus k ON k.market = r.market AND k.product_id = r.id
     JOIN stock s ON s.owner_market = k.market AND s.sku_id = k.id AND s.market = $1 AND s.on_hand > s.reserved + 2
     WHERE r.market = 'ALL' AND NOT EXISTS (SELECT FROM reviews v WHERE v.product_id = r.id) ORDER BY 1`,
    [market.toUpperCase()],
  );
  return rows.map((row) => row.slug);
}

/** Products whose stored rating is not that of their reviews, by the server's own statement. */
export async function wrongRatings(databases: Databases, market: Market): Promise<unknown[]> {
  const sql = statementsOfSource().get("reviews.wrong_ratings");
  if (sql === undefined) throw new Error("the source has no reviews.wrong_ratings");
  return databases.sql(market, plain(sql));
}

/** Orders a SKU of the product and has the order delivered, as its managers would. */
export async function receive(shop: Shop, caller: Caller, slug: string, status = "delivered"): Promise<string> {
  const { market } = caller.user;
  const detail = good(await caller.api.GET("/api/v1/products/{slug}", { params: { path: { slug } } }));
  const sku = detail.skus.find((candidate) => candidate.in_stock);
  if (!sku) throw new Error(`${slug} has no SKU in stock`);
  const order = good(
    await caller.api.POST("/api/v1/orders/create", {
      body: {
        customer_name: "A Customer",
        customer_phone: caller.user.phone,
        delivery_address: "1 Main Street",
        payment_method: "card",
        items: [{ sku_id: sku.id, quantity: 1 }],
      },
    }),
  );
  await shop.databases.sql(
    market as Market,
    "UPDATE orders SET status = $3, delivered_date = now() WHERE market = $1 AND id = $2",
    [market.toUpperCase(), order.id, status],
  );
  return order.id;
}

/** Every statement of reviews once, for the test that wants each to have run. */
export async function walkReviews(shop: Shop, approved?: () => Promise<void>): Promise<void> {
  const manager = await shop.logIn(managerPhones.both);
  const [author, voter] = [await newCustomer(shop, "kg"), await newCustomer(shop, "kg")];
  const [slug = ""] = await sharedProducts(shop, "kg");
  await receive(shop, author, slug);
  good(await author.api.GET("/api/v1/profile/reviews/to-write", {}));
  const header = { "Idempotency-Key": "walk-reviews" };
  const photo = await sent(shop.origin, author.token, reviewPictures, "image/png", png(31, 20));
  const review = good(
    await author.api.POST(reviewsPath, {
      params: { path: { slug }, header },
      body: { rating: 5, comment: "Good", images: [photo.id] },
    }),
  );
  const path = { id: review.id };
  const params = { path, query: { market: "kg" } };
  const managed = "/api/v1/manager/reviews";
  good(await manager.api.GET(managed, { params: { query: { market: "kg" } } }));
  good(await manager.api.GET(`${managed}/{id}`, { params }));
  good(await manager.api.POST(`${managed}/{id}/approve`, { params, body: { version: 1 } }));
  await approved?.();
  good(await shop.guest("kg").GET(reviewsPath, { params: { path: { slug } } }));
  good(await voter.api.POST("/api/v1/reviews/{id}/helpful", { params: { path } }));
  good(await voter.api.DELETE("/api/v1/reviews/{id}/helpful", { params: { path } }));
  good(await author.api.PUT("/api/v1/reviews/{id}", { params: { path }, body: { rating: 4 } }));
  good(await author.api.GET("/api/v1/profile/reviews", {}));
  good(await manager.api.GET(`${managed}/settings`, { params: { query: { market: "kg" } } }));
  const settings = { params: { query: { market: "kg" } }, body: { needs_approval: true } };
  good(await manager.api.PUT(`${managed}/settings`, settings));
  await author.api.DELETE("/api/v1/reviews/{id}", { params: { path } });
}
