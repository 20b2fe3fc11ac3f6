// The one table of who may ask what: a line for each endpoint of the server. An endpoint without a line fails the
// matrix.
//
// A new endpoint gets one line, usually one of
//     own_things()                        the caller's own, no id needed            GET /profile, POST /cart/clear
//     own_object(rowsOf("addresses"), "profile.address_not_found")                   /addresses/{id}
//     managed_things(), managed_object(orders, "orders.not_found")                   below /manager
//     shown_in_market(), shown_by_slug("products", "catalog.product_not_found")      what guests see
//     open_to_all()                       looks at no token: health, documents
// with { body: () => ({ … }) } where it wants one. rowsOf("table", { kind: "home" }) makes a row of any table that has
// `id` and `user_id`; what its checks ask for stands in the second argument.
import { delivery } from "../harness/shop.js";
import { catalogue } from "./catalogue.js";
import { commerce } from "./commerce.js";
import { messages } from "./messages.js";
import { reports } from "./reports.js";
import { returning } from "./returns.js";
import { staffing } from "./staffing.js";
import { webhooks } from "./webhooks.js";
import { asked_article } from "./guests.js";
import { exports, jobs } from "./jobs.js";
import {
  about_product,
  absentId,
  by_link,
  by_secret,
  type Cell,
  by_phone,
  checked_elsewhere,
  managed_choice,
  managed_object,
  managed_things,
  open_to_all,
  others_object,
  own_object,
  own_things,
  type Rule,
  said_of_product,
  shoppers_things,
  shown_by_slug,
  shown_in_market,
  sold_article,
} from "./rules.js";
import {
  absentUuid,
  banners,
  orders,
  ordersIn,
  payments,
  people,
  pictures,
  refunds,
  reviews,
  rowsOf,
} from "./things.js";
import { otherMarket } from "./world.js";

const all = { query: { limit: "100" } };

const addresses = rowsOf("addresses");
const addressOf = ({ actor }: Cell) => ({
  full_address: actor.mark,
  ...(actor.home === "us" ? { city: "Chicago", state: "IL", postal_code: "60601" } : { city: "Bishkek" }),
});
const card = { payment_type: "card", card_type: "visa", card_last_four: "4242", expiry_month: 12, expiry_year: 2090 };
const kept = { card_holder_name: "A HOLDER", gateway: "stripe", provider_token: "pm_matrix01" };
const cards = rowsOf("payment_methods", { ...card, ...kept });
const cardOf = () => ({ card_holder_name: "A HOLDER", expiry_month: 11, expiry_year: new Date().getFullYear() + 2 });
const moveOf = ({ actor, relation }: Cell) => ({
  to: relation === "named" ? actor.home : otherMarket(actor.home),
  reason: "matrix",
  dry_run: true,
});
const bannerOf = ({ actor }: Cell) => ({
  banner_type: "promo",
  title: actor.mark,
  image_url: "/media/demo/banner.svg",
});
const logins = { ...rowsOf("sessions", { expires_at: "2099-01-01" }), absent: absentUuid };

export const table: Record<string, Rule> = {
  "POST /api/v1/auth/send-verification": by_phone(
    (phone) => ({ phone }),
    { status: 200 },
    { status: 422, code: "auth.unsupported_phone" },
  ),
  "POST /api/v1/auth/verify-code": by_phone(
    (phone) => ({ phone, code: "000000" }),
    { status: 401, code: "auth.wrong_code" },
    { status: 422, code: "auth.unsupported_phone" },
  ),
  "GET /api/v1/auth/profile": own_things(),
  "POST /api/v1/auth/logout": own_things({ ownLogin: true }),

  "POST /api/v1/auth/refresh": by_secret({ refresh_token: "nobody" }, { status: 401, code: "auth.invalid_refresh" }),
  "GET /api/v1/auth/sessions": own_things(),
  "DELETE /api/v1/auth/sessions/{id}": own_object(logins, "auth.session_not_found"),
  "POST /api/v1/auth/logout-all": own_things({ ownAccount: true }),

  "GET /api/v1/markets": open_to_all(),
  "GET /api/v1/products": shown_in_market(all),
  "GET /api/v1/products/best-sellers": shown_in_market(all),
  "GET /api/v1/home": shown_in_market(),
  "GET /api/v1/products/batch": shown_in_market({ query: { slugs: "no-such-thing" } }),
  "GET /api/v1/products/featured": shown_in_market(all),
  "GET /api/v1/products/{slug}/related": shown_by_slug("products", "catalog.product_not_found"),
  "GET /api/v1/products/search": shown_in_market({ query: { q: "dress", limit: "100" } }),
  "GET /api/v1/products/suggestions": shown_in_market({ query: { q: "dress" } }),
  "GET /api/v1/products/{slug}": shown_by_slug("products", "catalog.product_not_found"),
  "GET /api/v1/categories": shown_in_market(),
  "GET /api/v1/attributes": shown_in_market(),
  "GET /api/v1/categories/{slug}": shown_by_slug("categories", "catalog.category_not_found"),
  "GET /api/v1/categories/{slug}/subcategories": shown_by_slug("categories", "catalog.category_not_found"),

  "POST /api/v1/cart/get": shoppers_things(),
  "POST /api/v1/cart/add": sold_article((sku_id) => ({ sku_id, quantity: 1 }), {
    guests: true,
    code: "cart.sku_not_found",
  }),
  // What is not in one's own cart cannot be changed there, whether it is sold or not.
  "POST /api/v1/cart/update": shoppers_things({ body: () => ({ sku_id: absentId, quantity: 1 }), status: 404 }),
  "POST /api/v1/cart/remove": shoppers_things({ body: () => ({ sku_id: absentId }), status: 404 }),
  "POST /api/v1/cart/save": shoppers_things({ body: () => ({ sku_id: absentId }), status: 404 }),
  "POST /api/v1/cart/unsave": shoppers_things({ body: () => ({ sku_id: absentId }), status: 404 }),
  "POST /api/v1/cart/clear": shoppers_things(),

  "POST /api/v1/orders/create": sold_article(
    (sku_id, { actor }) => ({ ...delivery(actor.phone || "+996700123999"), items: [{ sku_id, quantity: 1 }] }),
    { guests: true, code: "orders.sku_not_found" },
  ),
  "POST /api/v1/orders/quote": asked_article(
    (sku_id) => ({ items: [{ sku_id, quantity: 1 }] }),
    "orders.sku_not_found",
  ),
  "GET /api/v1/orders": own_things(all),
  "GET /api/v1/orders/{id}": by_link(own_object(orders, "orders.not_found")),
  "GET /api/v1/orders/{id}/history": by_link(own_object(orders, "orders.not_found")),
  "POST /api/v1/orders/{id}/reorder": by_link(own_object(orders, "orders.not_found")),
  "GET /api/v1/orders/{id}/invoice": by_link(own_object(ordersIn("confirmed"), "orders.not_found")),
  "GET /api/v1/orders/{id}/documents": by_link(own_object(orders, "orders.not_found")),
  "GET /api/v1/manager/orders/{id}/invoice": managed_object(ordersIn("confirmed"), "orders.not_found"),
  "GET /api/v1/manager/orders/{id}/documents": managed_object(orders, "orders.not_found"),
  "GET /api/v1/manager/orders/{id}/packing-slip": managed_object(orders, "orders.not_found"),
  "POST /api/v1/orders/{id}/cancel": by_link(own_object(orders, "orders.not_found", { body: () => ({}) })),

  "PUT /api/v1/auth/profile": own_things({ body: ({ actor }) => ({ full_name: actor.mark }) }),
  "GET /api/v1/profile": own_things(),
  "PUT /api/v1/profile": own_things({ body: ({ actor }) => ({ full_name: actor.mark }) }),
  "PUT /api/v1/profile/avatar": own_things({ status: 415 }),
  "DELETE /api/v1/profile/avatar": own_things({ status: 404 }),
  "GET /media/avatars/{market}/{id}": checked_elsewhere("whoever knows a picture's UUID may see it: profile.test.ts"),
  "POST /api/v1/media": own_things({ status: 415 }),
  "GET /api/v1/media/{id}": own_object(pictures, "media.not_found"),
  "POST /api/v1/manager/media": managed_things({ status: 415 }),
  "GET /api/v1/manager/media/{id}": managed_object(pictures, "media.not_found"),
  "GET /media/pictures/{market}/{hash}/{file}": checked_elsewhere("named by its content's hash: media.test.ts"),
  "GET /api/v1/profile/addresses": own_things(),
  "POST /api/v1/profile/addresses": own_things({ body: addressOf }),
  "GET /api/v1/profile/addresses/{id}": own_object(addresses, "profile.address_not_found"),
  "PUT /api/v1/profile/addresses/{id}": own_object(addresses, "profile.address_not_found", { body: addressOf }),
  "POST /api/v1/profile/addresses/{id}/default": own_object(addresses, "profile.address_not_found"),
  "DELETE /api/v1/profile/addresses/{id}": own_object(addresses, "profile.address_not_found"),
  "GET /api/v1/profile/payment-methods": own_things(),
  "POST /api/v1/profile/payment-methods": own_things({ body: () => ({ payment_type: "cash" }) }),
  "GET /api/v1/profile/payment-methods/{id}": own_object(cards, "profile.payment_method_not_found"),
  "PUT /api/v1/profile/payment-methods/{id}": own_object(cards, "profile.payment_method_not_found", { body: cardOf }),
  "POST /api/v1/profile/payment-methods/{id}/default": own_object(cards, "profile.payment_method_not_found"),
  "DELETE /api/v1/profile/payment-methods/{id}": own_object(cards, "profile.payment_method_not_found"),
  "GET /api/v1/profile/notifications": own_things(all),
  "GET /api/v1/profile/notifications/preferences": own_things(),
  "PUT /api/v1/profile/notifications/preferences": own_things({
    body: () => ({ items: [{ topic: "marketing", channel: "mail", is_on: true }] }),
  }),
  "POST /api/v1/profile/email/confirmation": own_things({ status: 409 }),
  "GET /api/v1/profile/notifications/unread-count": own_things(),
  "POST /api/v1/profile/notifications/read-all": own_things(),
  "POST /api/v1/profile/notifications/{id}/read": own_object(rowsOf("notifications"), "notifications.not_found"),
  "GET /api/v1/profile/orders": own_things(all),
  "GET /api/v1/wishlist": shoppers_things(),
  "POST /api/v1/wishlist/get": shoppers_things(),
  "POST /api/v1/wishlist/add": sold_article((product_id) => ({ product_id }), {
    guests: true,
    by: "product",
    code: "wishlist.product_not_found",
  }),
  "POST /api/v1/wishlist/remove": shoppers_things({ body: () => ({ product_id: absentId }), status: 404 }),
  "POST /api/v1/wishlist/clear": shoppers_things(),

  "GET /api/v1/manager/me": managed_things({ aboutAll: true }),
  "GET /api/v1/manager/market": managed_things(),
  "POST /api/v1/manager/market": managed_choice((market) => ({ market })),
  "GET /api/v1/manager/orders": managed_things(all),
  "GET /api/v1/manager/orders/{id}": managed_object(orders, "orders.not_found"),
  "GET /api/v1/manager/orders/{id}/history": managed_object(orders, "orders.not_found"),
  "POST /api/v1/manager/orders/{id}/confirm": managed_object(orders, "orders.not_found", { body: () => ({}) }),
  "POST /api/v1/manager/orders/{id}/ship": managed_object(ordersIn("confirmed"), "orders.not_found", {
    body: () => ({ carrier: "A courier" }),
  }),
  "POST /api/v1/manager/orders/{id}/deliver": managed_object(ordersIn("shipped"), "orders.not_found", {
    body: () => ({}),
  }),
  "POST /api/v1/manager/orders/{id}/cancel": managed_object(orders, "orders.not_found", {
    body: () => ({ reason: "matrix" }),
  }),

  "GET /api/v1/orders/{id}/payment": by_link(own_object(orders, "orders.not_found")),
  "POST /api/v1/orders/{id}/payment": by_link(own_object(orders, "orders.not_found")),
  "POST /api/v1/orders/{id}/payment/check": by_link(own_object(orders, "orders.not_found")),
  "GET /api/v1/manager/orders/{id}/payment": managed_object(orders, "orders.not_found"),
  "GET /api/v1/manager/orders/{id}/refunds": managed_object(orders, "orders.not_found"),
  // Nothing was paid for it.
  "POST /api/v1/manager/orders/{id}/refunds": managed_object(orders, "orders.not_found", {
    body: () => ({ reason: "matrix" }),
    status: 409,
  }),
  "POST /api/v1/manager/payments/{id}/confirm": managed_object(payments, "payments.not_found", { status: 409 }),
  "POST /api/v1/manager/refunds/{id}/confirm": managed_object(refunds, "payments.refund_not_found", { status: 409 }),
  "POST /api/v1/manager/refunds/{id}/approve": managed_object(refunds, "payments.refund_not_found", { status: 409 }),
  "POST /api/v1/manager/refunds/{id}/reject": managed_object(refunds, "payments.refund_not_found", { status: 409 }),
  "POST /api/v1/webhooks/payments": by_secret({}, { status: 400, code: "payments.bad_event" }),
  "POST /api/v1/webhooks/payments/{market}": by_secret(
    {},
    { status: 400, code: "payments.bad_signature" },
    { market: "kg" },
  ),

  "GET /api/v1/manager/users/{id}": managed_object(people, "customers.not_found"),
  "POST /api/v1/manager/users/{id}/market-move": managed_object(people, "customers.not_found", {
    body: moveOf,
    needsAll: true,
  }),

  "GET /api/v1/products/{slug}/reviews": said_of_product("reviews.product_not_found"),
  "POST /api/v1/products/{slug}/reviews": about_product(
    ({ actor }) => ({ rating: 4, comment: actor.mark }),
    "reviews.product_not_found",
  ),
  "GET /api/v1/reviews/{id}": own_object(reviews, "reviews.not_found"),
  "PUT /api/v1/reviews/{id}": own_object(reviews, "reviews.not_found", {
    body: ({ actor }) => ({ rating: 3, comment: actor.mark }),
  }),
  "DELETE /api/v1/reviews/{id}": own_object(reviews, "reviews.not_found"),
  "POST /api/v1/reviews/{id}/helpful": others_object(reviews, "reviews.not_found", "reviews.own_review"),
  "DELETE /api/v1/reviews/{id}/helpful": others_object(reviews, "reviews.not_found", "reviews.own_review"),
  "GET /api/v1/profile/reviews": own_things(all),
  "GET /api/v1/profile/reviews/to-write": own_things(all),
  "GET /api/v1/manager/reviews": managed_things({ query: { limit: "100", state: "approved" } }),
  "GET /api/v1/manager/reviews/settings": managed_things(),
  "PUT /api/v1/manager/reviews/settings": managed_things({ body: () => ({ needs_approval: true }) }),
  "GET /api/v1/manager/reviews/{id}": managed_object(reviews, "reviews.not_found"),
  "POST /api/v1/manager/reviews/{id}/approve": managed_object(reviews, "reviews.not_found", {
    body: () => ({ version: 1 }),
  }),
  "POST /api/v1/manager/reviews/{id}/reject": managed_object(reviews, "reviews.not_found", {
    body: () => ({ version: 1, reason: "matrix" }),
  }),

  "GET /api/v1/banners": shown_in_market(),
  "GET /api/v1/banners/hero": shown_in_market(),
  "GET /api/v1/banners/promo": shown_in_market(),
  "GET /api/v1/banners/category": shown_in_market(),
  "POST /api/v1/banners/{id}/view": checked_elsewhere(
    "counts in memory for the market it is asked in: banners.test.ts",
  ),
  "POST /api/v1/banners/{id}/click": checked_elsewhere("the same"),
  "POST /api/v1/manager/imports": { ...managed_things({ status: 415 }), looseBody: "the body is a file" },
  "POST /api/v1/manager/exports": managed_things({ body: () => ({ kind: "nothing", format: "csv" }), status: 422 }),
  "GET /api/v1/manager/jobs": managed_things(all),
  "GET /api/v1/manager/jobs/{id}": managed_object(jobs, "jobs.not_found"),
  "GET /api/v1/manager/jobs/{id}/refusals": managed_object(jobs, "jobs.not_found"),
  "POST /api/v1/manager/jobs/{id}/cancel": managed_object(jobs, "jobs.not_found"),
  "GET /api/v1/manager/jobs/{id}/file": managed_object(exports, "jobs.not_found"),
  "GET /api/v1/manager/banners": managed_things(all),
  "POST /api/v1/manager/banners": managed_things({ body: bannerOf }),
  "GET /api/v1/manager/banners/{id}": managed_object(banners, "banners.not_found"),
  "PUT /api/v1/manager/banners/{id}": managed_object(banners, "banners.not_found", {
    body: (cell) => ({ ...bannerOf(cell), version: 1 }),
  }),
  "DELETE /api/v1/manager/banners/{id}": managed_object(banners, "banners.not_found"),
  ...catalogue,
  ...commerce,
  ...reports,
  ...returning,
  ...staffing,
  ...webhooks,

  "POST /api/v1/webhooks/sms/twilio": by_secret({}, { status: 403, code: "sms.bad_signature" }),
  "POST /api/v1/webhooks/sms/gateway/{market}": by_secret(
    {},
    { status: 403, code: "sms.bad_signature" },
    { market: "kg" },
  ),

  "GET /health": open_to_all(),
  "GET /health/ready": open_to_all(),
  "GET /health/deep": checked_elsewhere("says whether the audit is content, of all markets: audit.test.ts"),
  "GET /metrics": open_to_all(),
  "GET /api/v1/openapi.json": open_to_all(),
  "GET /docs": open_to_all(),
  "GET /docs/problems": open_to_all(),
  "GET /docs/viewer.js": open_to_all(),
  "GET /media/demo/{name}": checked_elsewhere(
    "drawn from the name alone, reads no data; story of the pictures: products",
  ),
  // Managers' banners of this very run hang on it; what it says is what GET /api/v1/home says.
  "GET /": checked_elsewhere("each market's start page shows its own prices and banners: browser/pages.test.ts"),
  "GET /search": shown_in_market(),
  "GET /c/{slug}": shown_by_slug("categories", "catalog.category_not_found"),
  "GET /p/{slug}": shown_by_slug("products", "catalog.product_not_found"),
  "GET /checkout": shown_in_market(),
  "GET /account": shown_in_market(),
  "GET /wishlist": shown_in_market(),
  "GET /orders": shown_in_market(),
  "GET /orders/{id}": checked_elsewhere("a frame that says nothing of any order: browser/sale.test.ts"),
  "GET /assets/{name}": checked_elsewhere("files of the pages, the same for everybody: browser/pages.test.ts"),
  "GET /admin": checked_elsewhere("says nothing of anybody: browser/admin.test.ts"),
  "GET /admin/": checked_elsewhere("says nothing of anybody: browser/admin.test.ts"),
  "GET /admin/{page}": checked_elsewhere("says nothing of anybody: browser/admin.test.ts"),
  "GET /admin/{page}/{below}": checked_elsewhere("says nothing of anybody: browser/admin.test.ts"),
  "GET /admin/{page}/{below}/{further}": checked_elsewhere("says nothing of anybody: browser/admin.test.ts"),
  "GET /admin/assets/{name}": checked_elsewhere("files, the same for everybody: browser/admin.test.ts"),
  "GET /robots.txt": open_to_all(),
  "GET /sitemap.xml": open_to_all(),
  "GET /sitemap-{name}.xml": checked_elsewhere("each market's file names only what that market sells: feeds.test.ts"),
  "GET /feed-{market}.xml": checked_elsewhere("each market's feed holds only its own articles: feeds.test.ts"),
  ...messages,
  "GET /dev/mail": checked_elsewhere("development only, and there on purpose for every market"),
  "GET /dev/sms": checked_elsewhere("development only, and there on purpose for every market"),
};
