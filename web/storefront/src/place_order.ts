// Placing an order once, however often it is tried: an attempt keeps its Idempotency-Key until the server has said what
// became of it, even through a page that is loaded anew.
import { api, type Refusal, refusalOf } from "@marque/shared/api";
import { randomUuid } from "@marque/shared/guest";
import { market, pathOf } from "@marque/shared/place";
import type { components } from "@marque/shared/schema";

type Schemas = components["schemas"];
export type OrderWish = Schemas["CreateOrderInput"];

const place = `marque.order.${market}`;

interface Attempt {
  key: string;
  body: OrderWish;
}

/** The attempt whose end is not known; kept in this tab only. */
export function openAttempt(): Attempt | undefined {
  try {
    const text = sessionStorage.getItem(place);
    return text ? (JSON.parse(text) as Attempt) : undefined;
  } catch {
    return undefined;
  }
}

function keep(attempt: Attempt | undefined): void {
  try {
    if (attempt) sessionStorage.setItem(place, JSON.stringify(attempt));
    else sessionStorage.removeItem(place);
  } catch {
    // Without storage an attempt lasts as long as the page.
  }
}

let last: Attempt | undefined;

export async function placeOrder(body: OrderWish): Promise<{ order?: Schemas["OrderView"]; refusal?: Refusal }> {
  const before = openAttempt() ?? last;
  const isSame = before !== undefined && JSON.stringify(before.body) === JSON.stringify(body);
  const attempt = isSame ? before : { key: randomUuid(), body };
  last = attempt;
  keep(attempt);
  const { data, error } = await api.POST("/api/v1/orders/create", {
    params: { header: { "Idempotency-Key": attempt.key } },
    body,
  });
  const refusal = error ? refusalOf(error) : undefined;
  const isKnown = data !== undefined || (refusal !== undefined && refusal.status >= 400 && refusal.status < 500);
  if (isKnown && refusal?.code !== "orders.in_flight") {
    last = undefined;
    keep(undefined);
  }
  return { order: data, refusal };
}

/** Where an order is seen; a guest's link says so behind the #, which no server and no other site is sent. */
export function pageOf(order: Schemas["OrderView"], isNew = false): string {
  const words: Record<string, string> = { market: order.market };
  if (isNew) words.placed = "1";
  return pathOf(`/orders/${order.id}`, words) + (order.access_token ? `#access=${order.access_token}` : "");
}
