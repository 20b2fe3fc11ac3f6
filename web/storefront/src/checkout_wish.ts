// From what was typed and chosen to an order; what is missing before, and what a refusal means to the visitor.
import { amountText, phoneExample } from "@marque/shared/place";
import type { components } from "@marque/shared/schema";
import type { Choice, Known, Mistakes } from "./checkout";
import type { OrderWish } from "./place_order";
import { words } from "./sale_words_data";

type Quote = components["schemas"]["QuoteView"];
type Way = Quote["shipping_options"][number];

/** What the visitor must still say before the server is asked. */
export function missing(typed: (name: string) => string, known: Known, choice: Choice, isFetched: boolean): Mistakes {
  const mistakes: Mistakes = {};
  const require = (name: string) => {
    if (!typed(name)) mistakes[name] = words.required;
  };
  require("customer_name");
  require("customer_phone");
  if (!choice.address && known.info.regions.length > 0 && !choice.region) mistakes.delivery_state = words.required;
  if (isFetched && !choice.point) mistakes.pickup_point = words.required;
  if (choice.address || isFetched) return mistakes;
  require("delivery_city");
  require("delivery_address");
  const pattern = known.info.address.postal_code_pattern;
  if (pattern && !new RegExp(`^(?:${pattern})$`).test(typed("postal_code"))) {
    mistakes.postal_code = typed("postal_code") ? words.wrong : words.required;
  }
  return mistakes;
}

export function wishOf(typed: (name: string) => string, choice: Choice, quote: Quote, way?: Way): OrderWish {
  const isFetched = way?.kind === "pickup";
  const refused = new Set(quote.refused_coupons.map(({ code }) => code.toUpperCase()));
  const street = [typed("delivery_address"), typed("postal_code")].filter(Boolean).join(", ");
  const typedPlace = isFetched
    ? { delivery_state: choice.region || undefined }
    : { delivery_address: street, delivery_city: typed("delivery_city"), delivery_state: choice.region || undefined };
  return {
    use_cart: true,
    customer_name: typed("customer_name"),
    customer_phone: typed("customer_phone"),
    customer_email: typed("customer_email") || undefined,
    delivery_notes: typed("delivery_notes") || undefined,
    ...(choice.address ? { address_id: choice.address } : typedPlace),
    shipping_option: way?.code,
    pickup_point: isFetched ? choice.point : undefined,
    payment_method: choice.payment,
    coupon_codes: choice.coupons.filter((code) => !refused.has(code.toUpperCase())),
    expected_total: amountText(quote.total_amount),
  };
}

/** What is wrong with a field the server refused. */
export function mistakeOf(field: string): string {
  return field === "customer_phone" ? `${words.wrong} ${words.forExample} ${phoneExample}` : words.wrong;
}

export function sayingOf(code: string): string {
  if (code === "orders.total_changed") return words.totalChanged;
  if (code === "orders.out_of_stock" || code === "orders.no_longer_sold") return words.outOfStock;
  if (code === "orders.coupon_refused") return words.couponRefused.replace(":", ".");
  if (code === "orders.shipping_unavailable" || code === "orders.pickup_point_unknown") return words.noWay;
  return code.startsWith("http.invalid") ? words.wrong : words.failed;
}
