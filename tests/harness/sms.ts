// SMS providers played on this machine: a server that remembers every request and answers as the test says.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Databases, Market } from "./layouts.js";

export interface Received {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  /** The body's fields, JSON or form. */
  fields: Record<string, string>;
}

/** What to answer; "hang" leaves the caller waiting. */
export type Answer = { status: number; body?: string; headers?: Record<string, string> } | "hang";

function fieldsOf(contentType: string, body: string): Record<string, string> {
  if (contentType.startsWith("application/json")) return JSON.parse(body) as Record<string, string>;
  return Object.fromEntries(new URLSearchParams(body));
}

export class FakeProvider {
  readonly received: Received[] = [];
  answer: (request: Received, count: number) => Answer | Promise<Answer>;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly usual: (request: Received, count: number) => Answer,
  ) {
    this.answer = usual;
    server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
    server.on("request", (request, response) => void this.handle(request, response));
  }

  /** A gateway that takes everything and calls it m1, m2, … */
  static gateway(): Promise<FakeProvider> {
    return FakeProvider.start((_, count) => ({ status: 200, body: JSON.stringify({ ok: true, id: `m${count}` }) }));
  }

  /** Twilio, as far as its answers to new messages go. */
  static twilio(): Promise<FakeProvider> {
    return FakeProvider.start((_, count) => ({
      status: 201,
      body: JSON.stringify({ sid: `SM${String(count).padStart(32, "0")}`, status: "queued" }),
    }));
  }

  private static async start(usual: (request: Received, count: number) => Answer): Promise<FakeProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new FakeProvider(server, usual);
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Forgets what came and answers as at first. */
  reset(): void {
    this.received.length = 0;
    this.answer = this.usual;
  }

  /** Ends the connections of those who were left hanging. */
  dropConnections(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.dropConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const piece of request) body += String(piece);
    const headers = request.headers as Record<string, string>;
    const fields = body ? fieldsOf(headers["content-type"] ?? "", body) : {};
    const received = { method: request.method ?? "", path: request.url ?? "", headers, body, fields };
    this.received.push(received);
    const answer = await this.answer(received, this.received.length);
    if (answer === "hang") return;
    response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
    response.end(answer.body ?? "");
  }
}

export const gatewaySecret = "a-gateways-own-secret";

/** Settings that let a market send by a gateway. */
export function gatewaySettings(market: Market, origin: string, more: Record<string, string> = {}) {
  const fields = {
    URL: `${origin}/send`,
    BODY: '{"to": "{phone}", "text": "{text}", "id": "{id}"}',
    HEADERS: "Authorization: Bearer gateway-token | X-Shop: marque",
    SUCCESS_TEXT: '"ok":true',
    REFUSED_TEXT: "no such number",
    ID_PATH: "id",
    STATUS_SECRET: gatewaySecret,
    ...more,
  };
  const prefix = `SMS_GATEWAY_${market.toUpperCase()}_`;
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [prefix + name, value]));
}

export const twilioAccount = `AC${"0".repeat(32)}`;
export const twilioToken = "twilio-token-of-tests";

export function twilioSettings(origin: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    TWILIO_ACCOUNT_SID: twilioAccount,
    TWILIO_AUTH_TOKEN: twilioToken,
    TWILIO_FROM: "+15005550006",
    TWILIO_API_BASE: origin,
    PUBLIC_URL: "https://shop.example",
    ...more,
  };
}

export async function chooseProviders(databases: Databases, providers: Partial<Record<Market, string>>): Promise<void> {
  for (const [market, provider] of Object.entries(providers)) {
    await databases.sql(market as Market, "UPDATE markets SET sms_provider = $2 WHERE code = $1", [
      market.toUpperCase(),
      provider,
    ]);
  }
}

export interface DeliveryRow {
  id: string;
  message_id: string;
  provider: string;
  provider_message_id: string | null;
  status: string;
  error: string | null;
}

/** The tries made for a phone's messages, in order, and those messages. */
export async function deliveriesTo(databases: Databases, market: Market, phone: string) {
  const values = [market.toUpperCase(), phone];
  const messages = await databases.sql<{ id: string; state: string; message: string; rounds: number }>(
    market,
    "SELECT id, state, message, rounds FROM sms_messages WHERE market = $1 AND phone = $2 ORDER BY id",
    values,
  );
  const tries = await databases.sql<DeliveryRow>(
    market,
    `SELECT d.* FROM sms_deliveries d JOIN sms_messages m ON m.market = d.market AND m.id = d.message_id
     WHERE m.market = $1 AND m.phone = $2 ORDER BY d.id`,
    values,
  );
  return { messages, tries };
}
