// Steps of tests about what orders cost: promotions and prices put there by hand, quotes and orders asked alike.
import type { components } from "../api/generated/schema.js";
import { plant } from "../isolation/rows.js";
import { good } from "./api.js";
import type { Market } from "./layouts.js";
import type { ModelRules } from "./quote_model.js";
import { type Caller, customerPhones, delivery, type Order, type Shop, type Sku } from "./shop.js";
import { statementsOfSource } from "./statements_of_source.js";

export type Quote = components["schemas"]["QuoteView"];
export type QuoteBody = components["schemas"]["QuoteOrderInput"];

/** A promotion as a row; `limit` is that of all its uses. Its id. */
export async function promote(
  shop: Shop,
  market: Market,
  { limit, ...values }: Record<string, unknown> & { limit?: number },
): Promise<string> {
  const row = await plant(shop.databases, market, "promotions", "A promotion", {
    kind: "percentage",
    milli_percent: values.kind === undefined || values.kind === "percentage" ? 10_000 : 0,
    ...values,
  });
  if (limit !== undefined) {
    await shop.databases.sql(
      market,
      "INSERT INTO promotion_uses (market, promotion_id, usage_limit) VALUES ($1, $2, $3)",
      [market.toUpperCase(), row.id, limit],
    );
    await shop.databases.sql(market, "UPDATE promotions SET version = version + 1 WHERE market = $1 AND id = $2", [
      market.toUpperCase(),
      row.id,
    ]);
  }
  return String(row.id);
}

/** No promotion is left. */
export const unpromote = (shop: Shop, market: Market) =>
  shop.databases.sql(market, "UPDATE promotions SET is_active = false WHERE market = $1", [market.toUpperCase()]);

/** A SKU with this price and many pieces. */
export async function priced(shop: Shop, market: Market, price_minor: number, skip = 0): Promise<Sku> {
  const { sku } = await shop.findSku(market, 1, skip);
  await shop.databases.sql(
    market,
    `UPDATE prices SET price_minor = $3, original_minor = NULL, sale_minor = NULL, sale_from = NULL, sale_until = NULL
     WHERE market = $1 AND sku_id = $2`,
    [market.toUpperCase(), sku.id, price_minor],
  );
  await shop.setStock(market, sku.id, 10_000);
  return sku;
}

export async function quoted(caller: Caller, body: QuoteBody): Promise<Quote> {
  return good(await caller.api.POST("/api/v1/orders/quote", { body }));
}

export const ordered = (caller: Caller, body: object) =>
  caller.api.POST("/api/v1/orders/create", { body: { ...delivery(caller.user.phone), ...body } });

/** What a quote and an order say of the same thing. */
export const amountsOf = (one: Quote | Order) => ({
  subtotal: one.subtotal,
  discount: one.discount,
  shipping_cost: one.shipping_cost,
  tax: one.tax,
  tax_included: one.tax_included,
  total_amount: one.total_amount,
  shipping_option: one.shipping_option,
  discounts: one.discounts,
  tax_lines: one.tax_lines,
  rounding: one.rounding,
  lines: one.items.map((line) => [line.sku_id, line.quantity, line.price, line.discount]),
});

/** The market's rules as the server reads them. */
export async function rulesOf(shop: Shop, market: Market): Promise<ModelRules> {
  const text = statementsOfSource().get("orders.rules") ?? "";
  const role = `marque_${market}`;
  const found = await shop.databases.as<{ rules: string }>(market, role, text);
  return JSON.parse(found[0]?.rules ?? "") as ModelRules;
}

export const buyersFrom = async (shop: Shop) =>
  ({ kg: await shop.logIn(customerPhones.kg), us: await shop.logIn(customerPhones.us) }) as Record<Market, Caller>;
