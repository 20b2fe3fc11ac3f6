// Events as Stripe sends them: signed by its official library.
import Stripe from "stripe";

export type StripeObject = Record<string, unknown> & { id: string };
export const webhookSecret = "whsec_of_the_tests";
const now_s = () => Math.floor(Date.now() / 1_000);

/** An event as Stripe sends it: signed by the official library. */
export function signedHeader(payload: string, secret = webhookSecret, timestamp = now_s()): string {
  return Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
}

export async function sendEvent(
  origin: string,
  event: StripeObject,
  { secret = webhookSecret, query = "" }: { secret?: string; query?: string } = {},
): Promise<Response> {
  const payload = JSON.stringify(event);
  return fetch(`${origin}/api/v1/webhooks/payments${query}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Stripe-Signature": signedHeader(payload, secret) },
    body: payload,
  });
}
