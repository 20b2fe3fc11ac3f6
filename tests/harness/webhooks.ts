// A receiver of webhooks built on the official library, and the steps managers take with endpoints.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Webhook } from "standardwebhooks";
import type { components } from "../api/generated/schema.js";
import { good } from "./api.js";
import { type LayoutName, type Market, markets } from "./layouts.js";
import { type Caller, customerPhones, delivery, managerPhones, Shop } from "./shop.js";
import { eventually } from "./waiting.js";

export type Endpoint = components["schemas"]["WebhookEndpoint"];
export type Delivery = components["schemas"]["WebhookDelivery"];

/** What a receiver does with a request: a status, silence, or a connection that breaks before the answer. */
export type Reaction =
  { status: number; body?: string; headers?: Record<string, string> } | "hang" | "break" | "endless";

export interface Arrival {
  path: string;
  headers: Record<string, string>;
  body: string;
  id: string;
  /** What it was told. */
  reaction: Reaction;
}

export interface EventBody {
  type: string;
  timestamp: string;
  data: Record<string, unknown>;
}

/** Throws what the official library throws. */
export const verified = (secret: string, arrival: Pick<Arrival, "body" | "headers">): EventBody =>
  new Webhook(secret).verify(arrival.body, arrival.headers) as EventBody;

export const accepts = (secret: string, arrival: Pick<Arrival, "body" | "headers">): boolean => {
  try {
    verified(secret, arrival);
    return true;
  } catch {
    return false;
  }
};

export const typesOf = (arrivals: Arrival[]) => arrivals.map(({ body }) => (JSON.parse(body) as EventBody).type);

export class WebhookReceiver {
  readonly arrivals: Arrival[] = [];
  react: (arrival: Omit<Arrival, "reaction">) => Reaction = () => ({ status: 204 });
  /** Requests that are being answered, and the most there were at once. */
  underWay = 0;
  most = 0;
  bytesSent = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        this.bytesSent += socket.bytesWritten;
        this.sockets.delete(socket);
      });
    });
    server.on("request", (request, response) => void this.handle(request, response));
  }

  static async start(): Promise<WebhookReceiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new WebhookReceiver(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  url(path = "/"): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  to(path: string): Arrival[] {
    return this.arrivals.filter((arrival) => arrival.path === path);
  }

  /** The arrivals of a path, once there are so many. */
  async until(path: string, count: number, timeout_ms = 60_000): Promise<Arrival[]> {
    return eventually(`${count} arrivals at ${path}`, () => this.to(path).length >= count && this.to(path), {
      timeout_ms,
    });
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.most = Math.max(this.most, ++this.underWay);
    response.on("close", () => --this.underWay);
    let body = "";
    request.setEncoding("utf8");
    for await (const piece of request) body += String(piece);
    const headers = request.headers as Record<string, string>;
    const arrival = { path: request.url ?? "", headers, body, id: headers["webhook-id"] ?? "" };
    const reaction = this.react(arrival);
    this.arrivals.push({ ...arrival, reaction });
    if (reaction === "hang") return;
    if (reaction === "break") {
      request.socket.destroy();
      return;
    }
    if (reaction === "endless") {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(65_536)));
      };
      response.on("drain", more);
      more();
      return;
    }
    response.writeHead(reaction.status, reaction.headers);
    response.end(reaction.body ?? "");
  }
}

/** What tests set, so that nobody waits: this machine may be called, and what failed comes again at once. */
export const webhookSettings = {
  WEBHOOK_ALLOW_LOOPBACK: "true",
  WEBHOOK_RETRY_SECONDS: "0",
  WEBHOOK_TIMEOUT_SECONDS: "2",
};

export const base = "/api/v1/manager/webhooks";

/** A shop whose markets' manager has a receiver, and a customer in each market. */
export class WebhookShop {
  readonly customers = {} as Record<Market, Caller>;
  private constructor(
    readonly shop: Shop,
    readonly receiver: WebhookReceiver,
    readonly manager: Caller,
  ) {}

  static async open(layout: LayoutName): Promise<WebhookShop> {
    const receiver = await WebhookReceiver.start();
    const shop = await Shop.open(layout, { settings: webhookSettings });
    const all = new WebhookShop(shop, receiver, await shop.logIn(managerPhones.both));
    for (const market of markets) all.customers[market] = await shop.logIn(customerPhones[market]);
    return all;
  }

  async close(): Promise<void> {
    await this.shop.close();
    await this.receiver.close();
  }

  async remove(market: Market, id: string): Promise<void> {
    const params = { path: { id }, query: { market } };
    const { response } = await this.manager.api.DELETE(`${base}/{id}`, { params });
    if (response.status !== 204) throw new Error(`removing an endpoint answered ${response.status}`);
  }
}

/** An endpoint of a market, with its secret. */
export async function addEndpoint(
  manager: Caller,
  market: Market,
  url: string,
  event_types?: string[],
): Promise<{ endpoint: Endpoint; secret: string }> {
  return good(await manager.api.POST(base, { params: { query: { market } }, body: { url, event_types } }));
}

export async function endpointNow(manager: Caller, market: Market, id: string): Promise<Endpoint> {
  return good(await manager.api.GET(`${base}/{id}`, { params: { path: { id }, query: { market } } }));
}

export async function deliveriesOf(
  manager: Caller,
  market: Market,
  id: string,
  query: Record<string, unknown> = {},
): Promise<Delivery[]> {
  const params = { path: { id }, query: { market, limit: 100, ...query } };
  return good(await manager.api.GET(`${base}/{id}/deliveries`, { params })).items;
}

export async function sendTest(manager: Caller, market: Market, id: string): Promise<Delivery> {
  return good(await manager.api.POST(`${base}/{id}/test`, { params: { path: { id }, query: { market } } }));
}

export async function deliveryNow(manager: Caller, market: Market, id: string, delivery: string) {
  const params = { path: { id, delivery }, query: { market } };
  return good(await manager.api.GET(`${base}/{id}/deliveries/{delivery}`, { params }));
}

/** A delivery once it is in a state. */
export async function untilDelivery(
  manager: Caller,
  market: Market,
  id: string,
  delivery: string,
  state: Delivery["state"],
) {
  return eventually(`delivery ${delivery} is ${state}`, async () => {
    const detail = await deliveryNow(manager, market, id, delivery);
    return detail.delivery.state === state && detail;
  });
}

/** A delivery once it was tried. */
export async function untilTried(manager: Caller, market: Market, id: string, delivery: string) {
  return eventually(`delivery ${delivery} was tried`, async () => {
    const detail = await deliveryNow(manager, market, id, delivery);
    return detail.tries.length > 0 && detail;
  });
}

/** Every statement of webhooks once: an endpoint's life, what is sent to it, a test, a replay. */
export async function walkWebhooks(shop: Shop, manager: Caller): Promise<void> {
  const receiver = await WebhookReceiver.start();
  const market = "kg" as const;
  const query = { market };
  try {
    const { endpoint, secret } = await addEndpoint(manager, market, receiver.url("/walk"));
    const path = { id: endpoint.id };
    good(await manager.api.GET(base, { params: { query } }));
    good(await manager.api.GET(`${base}/event-types`, { params: { query } }));
    const rotated = good(
      await manager.api.POST(`${base}/{id}/rotate-secret`, { params: { path, query }, body: { version: 1 } }),
    );
    const sent = await sendTest(manager, market, endpoint.id);
    const [arrival] = await receiver.until("/walk", 1);
    if (!arrival || !accepts(secret, arrival) || !accepts(rotated.secret, arrival)) throw new Error("a bad signature");
    await untilDelivery(manager, market, endpoint.id, sent.id, "delivered");
    const again = { path: { ...path, delivery: sent.id }, query };
    good(await manager.api.POST(`${base}/{id}/deliveries/{delivery}/redeliver`, { params: again }));
    await deliveriesOf(manager, market, endpoint.id);
    // Something to replay, whether or not anything has happened in the shop since the endpoint was made.
    await shop.databases.sql(
      market,
      `INSERT INTO webhook_events (market, id, source_event, type, body, occurred_at)
       VALUES ('KG', gen_random_uuid(), -1, 'order.created', '{}', now() - interval '1 minute')`,
    );
    const body = { from: "2020-01-01T00:00:00Z", to: "2099-01-01T00:00:00Z" };
    good(await manager.api.POST(`${base}/{id}/replay`, { params: { path, query }, body }));
    const change = { url: receiver.url("/walk"), is_active: true, version: rotated.endpoint.version };
    const changed = good(await manager.api.PUT(`${base}/{id}`, { params: { path, query }, body: change }));
    receiver.react = () => ({ status: 410 });
    // Refused where what is replayed has switched it off already.
    await manager.api.POST(`${base}/{id}/test`, { params: { path, query } });
    await eventually("it is switched off", async () => !(await endpointNow(manager, market, endpoint.id)).is_active);
    const gone = await manager.api.DELETE(`${base}/{id}`, { params: { path, query: { market } } });
    if (gone.response.status !== 204) throw new Error(`removing answered ${gone.response.status}, ${changed.version}`);
  } finally {
    await receiver.close();
  }
}

/** Does things while an endpoint of KG hears of them, until each of the types has been told. */
export async function whileListening(
  shop: Shop,
  types: string[],
  things: (untilTold: (types: string[]) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const receiver = await WebhookReceiver.start();
  const manager = await shop.logIn(managerPhones.both);
  const { endpoint } = await addEndpoint(manager, "kg", receiver.url("/listening"));
  try {
    const untilTold = (wanted: string[]) =>
      eventually(`${wanted.join(", ")} are told`, () =>
        wanted.every((type) => typesOf(receiver.arrivals).includes(type)),
      );
    await things(untilTold);
    await payByTransfer(shop, manager);
    await untilTold(types);
  } finally {
    await manager.api.DELETE(`${base}/{id}`, { params: { path: { id: endpoint.id }, query: { market: "kg" } } });
    await receiver.close();
  }
}

async function payByTransfer(shop: Shop, manager: Caller): Promise<void> {
  const { sku } = await shop.findSku("kg", 5);
  const items = [{ sku_id: sku.id, quantity: 1 }];
  const body = { ...delivery("+996700123998"), payment_method: "bank_transfer", items };
  const order = good(await shop.guest("kg").POST("/api/v1/orders/create", { body }));
  const query = { market: "kg" };
  const params = { path: { id: order.id }, query };
  const { id } = good(await manager.api.GET("/api/v1/manager/orders/{id}/payment", { params }));
  good(await manager.api.POST("/api/v1/manager/payments/{id}/confirm", { params: { path: { id }, query } }));
}
