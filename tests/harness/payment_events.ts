// What Stripe tells of one intent, event by event, and ways to tell it.
import type { PaymentShop } from "./payments.js";
import type { StripeObject } from "./stripe_events.js";

export function postEvent(
  origin: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<Response> {
  return fetch(`${origin}/api/v1/webhooks/payments`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body,
  });
}

export function permutations<T>(items: T[]): T[][] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

export async function inParallel<T>(items: T[], workers: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
    }),
  );
}

/** What Stripe tells of an intent that was declined once, confirmed, paid, and given back in part. */
export function eventsOf(pay: PaymentShop, id: string): StripeObject[] {
  const deliverTo = pay.stripe.deliverTo;
  pay.stripe.deliverTo = undefined;
  try {
    const events: StripeObject[] = [];
    const note = (type: string, object: StripeObject) => events.push(pay.stripe.event(type, object));
    note("payment_intent.payment_failed", pay.stripe.pay(id, "declined"));
    note("payment_intent.requires_action", pay.stripe.pay(id, "challenged"));
    note("payment_intent.processing", pay.stripe.pay(id, "slow"));
    const paid = pay.stripe.pay(id);
    note("payment_intent.succeeded", paid);
    pay.stripe.refund({ payment_intent: id, amount: "100" });
    note("charge.refunded", pay.stripe.charges.get(paid.latest_charge ?? "") as StripeObject);
    return events;
  } finally {
    pay.stripe.deliverTo = deliverTo;
  }
}
