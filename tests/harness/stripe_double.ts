// Stripe, played on this machine: Payment Intents, refunds, charges and events as its documentation says, idempotency
// keys among them, with faults on demand. It is judged by the official library (stripe_double.test.ts).
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { join, resolve } from "node:path";
import { projectFolder } from "./server.js";
import { type StripeObject, webhookSecret } from "./stripe_events.js";
import { inUse, invalid, missing, Refusal } from "./stripe_refusals.js";

export const stripeKey = "sk_test_of_the_tests";

/** What goes wrong with a call, before or after it had its effect. */
export type Fault = "timeout_after" | "error_after" | "error_before" | "conflict" | "limit" | "reset_after" | "reset";

type Fields = Record<string, string>;

const fixturesFile = join(
  process.env.MARQUE_SHARED_DATA ?? resolve(projectFolder, "../shared/data"),
  "providers/stripe_fixtures.json",
);
/** Stripe's own examples of its objects, where they are at hand: members that ours lack come from there. */
const fixtures: Record<string, Record<string, unknown>> = existsSync(fixturesFile)
  ? (JSON.parse(readFileSync(fixturesFile, "utf8")) as Record<string, Record<string, unknown>>)
  : {};

const now_s = () => Math.floor(Date.now() / 1_000);
const identifier = (prefix: string) => `${prefix}_${randomBytes(12).toString("hex")}`;

/** "metadata[market]". */
function nested(fields: Fields, name: string): Fields {
  const found: Fields = {};
  for (const [key, value] of Object.entries(fields)) {
    const match = key.match(/^([a-z_]+)\[([a-z_A-Z]+)\]$/);
    if (match?.[1] === name && match[2]) found[match[2]] = value;
  }
  return found;
}

interface Intent extends StripeObject {
  amount: number;
  amount_received: number;
  currency: string;
  status: string;
  metadata: Fields;
  latest_charge: string | null;
  last_payment_error: { type: string; code: string; message: string } | null;
}
interface ChargeObject extends StripeObject {
  amount: number;
  amount_refunded: number;
  payment_intent: string;
}
interface RefundObject extends StripeObject {
  amount: number;
  payment_intent: string;
  status: string;
}

interface KeptAnswer {
  fingerprint: string;
  status: number;
  body: string;
  running: boolean;
}

export class StripeDouble {
  readonly intents = new Map<string, Intent>();
  readonly charges = new Map<string, ChargeObject>();
  readonly refunds = new Map<string, RefundObject>();
  readonly events: StripeObject[] = [];
  readonly calls: Array<{ method: string; path: string; key: string }> = [];
  /** Asked at each call that changes something; what it names goes wrong. */
  fault: (call: { method: string; path: string; count: number }) => Fault | undefined = () => undefined;
  live = false;
  /** Whether a connection serves more than one call. */
  keepsConnections = true;
  /** Where events go, when set. */
  deliverTo: ((event: StripeObject) => Promise<unknown>) | undefined;
  readonly deliveries: Promise<unknown>[] = [];
  private readonly kept = new Map<string, KeptAnswer>();
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
    server.on("request", (request, response) => void this.handle(request, response));
  }

  static async start(): Promise<StripeDouble> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new StripeDouble(server);
  }

  get port() {
    return (this.server.address() as AddressInfo).port;
  }
  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Settings that let the server use this Stripe. */
  settings(more: Record<string, string> = {}): Record<string, string> {
    return {
      STRIPE_SECRET_KEY: stripeKey,
      STRIPE_WEBHOOK_SECRET: webhookSecret,
      STRIPE_API_BASE: this.origin,
      ...more,
    };
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((done) => this.server.close(done));
  }

  /** All that was taken less what went back, in minor units, of one currency. */
  balance(currency: string): number {
    const charges = [...this.charges.values()].filter((charge) => charge.currency === currency);
    return charges.reduce((sum, charge) => sum + charge.amount - charge.amount_refunded, 0);
  }

  /** What a buyer does in the browser: enters a card that is good, declined, or must be confirmed first. */
  pay(id: string, how: "good" | "declined" | "challenged" | "slow" = "good"): Intent {
    const intent = this.intent(id);
    if (intent.status === "succeeded" || intent.status === "canceled") return intent;
    if (how === "declined") {
      intent.status = "requires_payment_method";
      intent.last_payment_error = { type: "card_error", code: "card_declined", message: "Your card was declined." };
      this.tell("payment_intent.payment_failed", intent);
    } else if (how === "challenged") {
      intent.status = "requires_action";
      this.tell("payment_intent.requires_action", intent);
    } else if (how === "slow") {
      intent.status = "processing";
      this.tell("payment_intent.processing", intent);
    } else {
      this.charge(intent);
    }
    return intent;
  }

  private charge(intent: Intent): void {
    const charge: ChargeObject = {
      ...fixtures.charge,
      id: identifier("ch"),
      object: "charge",
      amount: intent.amount,
      amount_captured: intent.amount,
      amount_refunded: 0,
      captured: true,
      created: now_s(),
      currency: intent.currency,
      livemode: this.live,
      metadata: intent.metadata,
      paid: true,
      payment_intent: intent.id,
      refunded: false,
      status: "succeeded",
    };
    this.charges.set(charge.id, charge);
    intent.status = "succeeded";
    intent.amount_received = intent.amount;
    intent.latest_charge = charge.id;
    intent.last_payment_error = null;
    this.tell("payment_intent.succeeded", intent);
  }

  /** A refund, as the dashboard or a call makes it. */
  refund(fields: Fields): RefundObject {
    const intent = this.intent(fields.payment_intent ?? "");
    const charge = intent.latest_charge ? this.charges.get(intent.latest_charge) : undefined;
    if (!charge) throw invalid("This PaymentIntent does not have a successful charge to refund.");
    const left = charge.amount - charge.amount_refunded;
    const amount = fields.amount === undefined ? left : Number(fields.amount);
    if (amount > left || amount <= 0)
      throw invalid(
        `Refund amount ($${amount}) is greater than unrefunded amount on charge`,
        "charge_already_refunded",
      );
    const refund: RefundObject = {
      ...fixtures.refund,
      id: identifier("re"),
      object: "refund",
      amount,
      charge: charge.id,
      created: now_s(),
      currency: intent.currency,
      metadata: nested(fields, "metadata"),
      payment_intent: intent.id,
      status: "succeeded",
    };
    this.refunds.set(refund.id, refund);
    charge.amount_refunded += amount;
    charge.refunded = charge.amount_refunded === charge.amount;
    this.tell("refund.created", refund);
    this.tell("charge.refunded", charge);
    return refund;
  }

  /** An event about an object as it is now. */
  event(type: string, object: StripeObject): StripeObject {
    return {
      ...fixtures.event,
      id: identifier("evt"),
      object: "event",
      api_version: "2024-06-20",
      created: now_s(),
      livemode: this.live,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type,
      data: { object: structuredClone(object) },
    };
  }
  private tell(type: string, object: StripeObject) {
    const event = this.event(type, object);
    this.events.push(event);
    if (this.deliverTo) this.deliveries.push(this.deliverTo(event));
  }

  private intent(id: string): Intent {
    const intent = this.intents.get(id);
    if (!intent) throw missing(`payment_intent: '${id}'`);
    return intent;
  }

  private create(fields: Fields): Intent {
    const amount = Number(fields.amount);
    if (!Number.isInteger(amount) || amount < 1) throw invalid("Invalid integer: amount", "parameter_invalid_integer");
    if (!/^[a-z]{3}$/.test(fields.currency ?? "")) throw invalid("Invalid currency", "parameter_missing");
    const id = identifier("pi");
    const intent: Intent = {
      ...fixtures.payment_intent,
      id,
      object: "payment_intent",
      amount,
      amount_received: 0,
      canceled_at: null,
      client_secret: `${id}_secret_${randomBytes(8).toString("hex")}`,
      created: now_s(),
      currency: fields.currency ?? "",
      last_payment_error: null,
      latest_charge: null,
      livemode: this.live,
      metadata: nested(fields, "metadata"),
      status: "requires_payment_method",
    };
    this.intents.set(id, intent);
    this.tell("payment_intent.created", intent);
    return intent;
  }

  private cancel(id: string): Intent {
    const intent = this.intent(id);
    if (intent.status === "succeeded" || intent.status === "canceled")
      throw invalid(
        `You cannot cancel this PaymentIntent because it has a status of ${intent.status}.`,
        "payment_intent_unexpected_state",
      );
    intent.status = "canceled";
    intent.canceled_at = now_s();
    this.tell("payment_intent.canceled", intent);
    return intent;
  }

  private confirm(id: string, fields: Fields): Intent {
    const method = fields.payment_method ?? "pm_card_visa";
    const intent = this.pay(id, method === "pm_card_visa" ? "good" : "declined");
    if (intent.last_payment_error)
      throw new Refusal(402, { ...intent.last_payment_error, message: intent.last_payment_error.message });
    return intent;
  }

  private list(objects: StripeObject[], query: Fields): StripeObject {
    const newest = objects.toReversed();
    const from = query.starting_after ? newest.findIndex((object) => object.id === query.starting_after) + 1 : 0;
    const since = Number(query["created[gte]"] ?? 0);
    const matching = newest
      .slice(from)
      .filter((object) => Number(object.created) >= since)
      .filter((object) => !query.payment_intent || object.payment_intent === query.payment_intent);
    const limit = Number(query.limit ?? 10);
    return {
      id: "",
      object: "list",
      data: matching.slice(0, limit),
      has_more: matching.length > limit,
    };
  }

  private shown(intent: Intent, query: Fields): StripeObject {
    const expands = Object.entries(query).some(
      ([name, value]) => name.startsWith("expand") && value === "latest_charge",
    );
    return expands && intent.latest_charge
      ? { ...intent, latest_charge: this.charges.get(intent.latest_charge) }
      : intent;
  }

  private act(method: string, path: string, fields: Fields): StripeObject {
    const [, , collection, id = "", action] = path.split("/");
    if (collection === "payment_intents") {
      if (method === "POST" && !id) return this.create(fields);
      if (method === "GET" && !id) return this.list([...this.intents.values()], fields);
      if (method === "GET") return this.shown(this.intent(id), fields);
      if (action === "cancel") return this.cancel(id);
      if (action === "confirm") return this.confirm(id, fields);
    }
    if (collection === "refunds") {
      if (method === "POST" && !id) return this.refund(fields);
      if (method === "GET" && !id) return this.list([...this.refunds.values()], fields);
      const refund = this.refunds.get(id);
      if (refund) return refund;
    }
    if (collection === "events" && method === "GET") {
      if (!id) return this.list(this.events, fields);
      const event = this.events.find((one) => one.id === id);
      if (event) return event;
    }
    throw missing(path);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const piece of request) text += String(piece);
    const url = new URL(request.url ?? "", this.origin);
    const method = request.method ?? "GET";
    const fields = Object.fromEntries(new URLSearchParams(method === "GET" ? url.search : text));
    const key = String(request.headers["idempotency-key"] ?? "");
    this.calls.push({ method, path: url.pathname, key });
    const answer = (status: number, body: string, replayed = false) => {
      response.writeHead(status, {
        "content-type": "application/json",
        "request-id": identifier("req"),
        ...(this.keepsConnections ? {} : { connection: "close" }),
        ...(replayed ? { "idempotent-replayed": "true" } : {}),
        ...(key ? { "idempotency-key": key } : {}),
      });
      response.end(body);
    };
    const refuse = (refusal: Refusal) => answer(refusal.status, JSON.stringify({ error: refusal.body }));
    if (request.headers.authorization !== `Bearer ${stripeKey}`)
      return refuse(new Refusal(401, { type: "invalid_request_error", message: "Invalid API Key provided" }));
    const changes = method === "POST";
    const fault = changes ? this.fault({ method, path: url.pathname, count: this.calls.length }) : undefined;
    if (fault === "limit")
      return refuse(
        new Refusal(429, { type: "invalid_request_error", code: "rate_limit", message: "Too many requests" }),
      );
    if (fault === "conflict") return refuse(inUse());
    if (fault === "reset") return void request.socket.destroy();

    const fingerprint = `${method} ${url.pathname} ${text}`;
    const kept = key && changes ? this.kept.get(key) : undefined;
    if (kept) {
      if (kept.fingerprint !== fingerprint)
        return refuse(
          new Refusal(400, {
            type: "idempotency_error",
            message:
              "Keys for idempotent requests can only be used with the same parameters they were first used with.",
          }),
        );
      if (kept.running) return refuse(inUse());
      return answer(kept.status, kept.body, true);
    }
    const keep: KeptAnswer = { fingerprint, status: 200, body: "", running: true };
    if (key && changes) this.kept.set(key, keep);
    try {
      if (fault !== "error_before") keep.body = JSON.stringify(this.act(method, url.pathname, fields));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      keep.status = error.status;
      keep.body = JSON.stringify({ error: error.body });
    }
    if (fault === "error_after" || fault === "error_before") {
      // Kept for the key, too: whoever repeats the call gets the failure again.
      keep.status = 500;
      keep.body = JSON.stringify({ error: { type: "api_error", message: "An error occurred" } });
    }
    keep.running = false;
    if (fault === "timeout_after") return; // the answer never comes
    if (fault === "reset_after") return void request.socket.destroy();
    answer(keep.status, keep.body);
  }
}
