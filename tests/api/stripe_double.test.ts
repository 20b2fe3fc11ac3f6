// The tests' Stripe, judged by the official library: it must be able to use it as it uses the real one.
import Stripe from "stripe";
import { afterAll, beforeAll, expect, it } from "vitest";
import { StripeDouble, stripeKey } from "../harness/stripe_double.js";
import { sendEvent, signedHeader, webhookSecret } from "../harness/stripe_events.js";

let double: StripeDouble;
let stripe: Stripe;
beforeAll(async () => {
  double = await StripeDouble.start();
  stripe = new Stripe(stripeKey, {
    host: "127.0.0.1",
    port: double.port,
    protocol: "http",
    maxNetworkRetries: 0,
    telemetry: false,
  });
});
afterAll(() => double?.close());
const wanted = { amount: 1_099, currency: "usd", metadata: { order: "19" } };

it("makes, finds, confirms and cancels intents", async () => {
  const made = await stripe.paymentIntents.create(wanted);
  expect(made).toMatchObject({ object: "payment_intent", amount: 1_099, status: "requires_payment_method" });
  expect(made.metadata).toEqual({ order: "19" });
  expect((await stripe.paymentIntents.retrieve(made.id)).client_secret).toBe(made.client_secret);
  const paid = await stripe.paymentIntents.confirm(made.id, { payment_method: "pm_card_visa" });
  expect(paid).toMatchObject({ status: "succeeded", amount_received: 1_099 });
  const whole = await stripe.paymentIntents.retrieve(made.id, { expand: ["latest_charge"] });
  expect((whole.latest_charge as Stripe.Charge).amount_refunded).toBe(0);
  const other = await stripe.paymentIntents.create(wanted);
  expect((await stripe.paymentIntents.cancel(other.id)).status).toBe("canceled");
  await expect(stripe.paymentIntents.cancel(made.id)).rejects.toThrow(/cannot cancel/);
  const found: string[] = [];
  for await (const intent of stripe.paymentIntents.list({ limit: 1 })) found.push(intent.id);
  expect(found).toEqual([other.id, made.id]);
});

it("declines a card, and takes another one for the same intent", async () => {
  const made = await stripe.paymentIntents.create(wanted);
  await expect(stripe.paymentIntents.confirm(made.id, { payment_method: "pm_card_declined" })).rejects.toMatchObject({
    type: "StripeCardError",
    code: "card_declined",
  });
  expect((await stripe.paymentIntents.retrieve(made.id)).last_payment_error?.code).toBe("card_declined");
  expect((await stripe.paymentIntents.confirm(made.id)).status).toBe("succeeded");
});

it("gives back what there is, never more", async () => {
  const made = await stripe.paymentIntents.create(wanted);
  await expect(stripe.refunds.create({ payment_intent: made.id })).rejects.toThrow(/successful charge/);
  await stripe.paymentIntents.confirm(made.id);
  expect((await stripe.refunds.create({ payment_intent: made.id, amount: 99 })).status).toBe("succeeded");
  await expect(stripe.refunds.create({ payment_intent: made.id, amount: 1_001 })).rejects.toThrow(/greater/);
  expect((await stripe.refunds.create({ payment_intent: made.id })).amount).toBe(1_000);
  const listed = await stripe.refunds.list({ payment_intent: made.id });
  expect(listed.data.map((refund) => refund.amount)).toEqual([1_000, 99]);
});

it("repeats an answer for its key, refuses other parameters, and says when the first is still running", async () => {
  const options = { idempotencyKey: "one" };
  const first = await stripe.paymentIntents.create(wanted, options);
  const again = await stripe.paymentIntents.create(wanted, options);
  expect(again.id).toBe(first.id);
  expect(again.lastResponse.headers["idempotent-replayed"]).toBe("true");
  await expect(stripe.paymentIntents.create({ ...wanted, amount: 1 }, options)).rejects.toMatchObject({
    type: "StripeIdempotencyError",
    statusCode: 400,
  });
  double.fault = () => "conflict";
  await expect(stripe.paymentIntents.create(wanted, { idempotencyKey: "two" })).rejects.toMatchObject({
    statusCode: 409,
  });
  double.fault = () => "limit";
  await expect(stripe.paymentIntents.create(wanted)).rejects.toMatchObject({ statusCode: 429 });
  double.fault = () => undefined;
});

it("keeps a failure of its own for the key; the effect may be there all the same", async () => {
  const before = double.intents.size;
  double.fault = () => "error_after";
  const options = { idempotencyKey: "fails" };
  await expect(stripe.paymentIntents.create(wanted, options)).rejects.toMatchObject({ statusCode: 500 });
  double.fault = () => undefined;
  await expect(stripe.paymentIntents.create(wanted, options)).rejects.toMatchObject({ statusCode: 500 });
  expect(double.intents.size).toBe(before + 1);
  double.fault = () => "reset_after";
  // The library repeats what was cut off, with the same key.
  const cut = await stripe.paymentIntents.create(wanted, { idempotencyKey: "cut" });
  double.fault = () => undefined;
  expect((await stripe.paymentIntents.create(wanted, { idempotencyKey: "cut" })).id).toBe(cut.id);
  expect(double.intents.size).toBe(before + 2);
});

it("sends events that the library believes, and no other key", async () => {
  const made = await stripe.paymentIntents.create(wanted);
  const { data } = await stripe.events.list({ limit: 1 });
  expect(data[0]).toMatchObject({ type: "payment_intent.created", data: { object: { id: made.id } } });
  const payload = JSON.stringify(data[0]);
  const header = signedHeader(payload);
  expect(stripe.webhooks.constructEvent(payload, header, webhookSecret).id).toBe(data[0]?.id);
  expect(() => stripe.webhooks.constructEvent(payload, header, "whsec_other")).toThrow();
  const stranger = new Stripe("sk_test_stranger", { host: "127.0.0.1", port: double.port, protocol: "http" });
  await expect(stranger.paymentIntents.create(wanted)).rejects.toMatchObject({ statusCode: 401 });
  expect(sendEvent).toBeTypeOf("function");
});
