// [I6] Events that leave the shop: what is told, how it is signed, and what becomes of what a receiver does not take.
// Their order is not guaranteed: no test here relies on it.
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { walkReturns } from "../harness/return_walk.js";
import { newCustomer, receive, reviewsPath, sharedProducts } from "../harness/reviews.js";
import { MarqueServer } from "../harness/server.js";
import { buy, type Caller, delivery, managerPhones, minor, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";
import {
  accepts,
  addEndpoint,
  type Arrival,
  type EventBody,
  sendTest,
  typesOf,
  verified,
  type WebhookReceiver,
  base,
  WebhookShop,
} from "../harness/webhooks.js";

/** One that stays: of what was removed before it could be told, nothing is. */
async function approvedReview(shop: Shop, manager: Caller): Promise<void> {
  const author = await newCustomer(shop, "kg");
  const [slug = ""] = await sharedProducts(shop, "kg");
  await receive(shop, author, slug);
  const review = { params: { path: { slug } }, body: { rating: 5, comment: "Good" } };
  const { id } = good(await author.api.POST(reviewsPath, review));
  const params = { path: { id }, query: { market: "kg" } };
  good(await manager.api.POST("/api/v1/manager/reviews/{id}/approve", { params, body: { version: 1 } }));
}

describe.each(layouts)("webhooks, %s", (layout) => {
  let all: WebhookShop;
  let shop: Shop;
  let receiver: WebhookReceiver;
  let manager: Caller;
  let customers: Record<Market, Caller>;
  beforeAll(async () => {
    all = await WebhookShop.open(layout);
    ({ shop, receiver, manager, customers } = all);
  });
  afterAll(() => all?.close());

  /** Confirms, ships and delivers an order. */
  async function carryOut(market: Market, id: string): Promise<void> {
    const params = { path: { id }, query: { market } };
    good(await manager.api.POST("/api/v1/manager/orders/{id}/confirm", { params, body: {} }));
    good(await manager.api.POST("/api/v1/manager/orders/{id}/ship", { params, body: { carrier: "A courier" } }));
    good(await manager.api.POST("/api/v1/manager/orders/{id}/deliver", { params, body: {} }));
  }

  it("[I6] an order's life is told to its own market's endpoints, signed, complete, and of nobody", async () => {
    const secrets = {} as Record<Market, string>;
    const ids = {} as Record<Market, string>;
    for (const market of markets) {
      const made = await addEndpoint(manager, market, receiver.url(`/life-${market}`));
      [secrets[market], ids[market]] = [made.secret, made.endpoint.id];
      expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    }
    for (const market of markets) {
      const { sku } = await shop.findSku(market, 5);
      const order = await buy(customers[market], sku.id, 2);
      await carryOut(market, order.id);
      const arrivals = await receiver.until(`/life-${market}`, 4);
      const events = arrivals.map((arrival) => verified(secrets[market], arrival));
      expect(events.map(({ type }) => type).sort()).toEqual([
        "order.confirmed",
        "order.created",
        "order.delivered",
        "order.shipped",
      ]);
      expect(new Set(arrivals.map(({ id }) => id)).size).toBe(4);
      for (const { type, data } of events) {
        expect(data).toMatchObject({
          order_id: order.id,
          order_number: order.order_number,
          market,
          status: type === "order.created" ? "pending" : type.slice("order.".length),
          currency: order.currency,
          total_amount: order.total_amount,
          carrier: ["order.shipped", "order.delivered"].includes(type) ? "A courier" : null,
          items: [{ sku_id: sku.id, quantity: 2 }],
        });
        const sum = (data.items as Array<{ subtotal: number }>).reduce((all, { subtotal }) => all + minor(subtotal), 0);
        expect(sum).toBe(minor(data.subtotal as number));
      }
      const said = arrivals.map(({ body }) => body).join();
      const digits = customers[market].user.phone.slice(1);
      for (const secret of [digits, "A Customer", "1 Main Street"]) expect(said).not.toContain(secret);
      // Not even the answer's headers name another: it is one JSON document of the type it says.
      expect(arrivals.every(({ headers }) => headers["content-type"] === "application/json")).toBe(true);
    }
    for (const market of markets) await all.remove(market, ids[market]);
  });

  it("[I6] payments, returns and reviews are told, and every body is what its type's schema says", async () => {
    const { endpoint, secret } = await addEndpoint(manager, "kg", receiver.url("/all"));
    const { sku } = await shop.findSku("kg", 30);
    const customer = customers.kg;
    const body = { ...delivery(customer.user.phone), payment_method: "bank_transfer" };
    const items = [{ sku_id: sku.id, quantity: 2 }];
    const order = good(await customer.api.POST("/api/v1/orders/create", { body: { ...body, items } }));
    const params = { path: { id: order.id }, query: { market: "kg" } };
    const { id } = good(await manager.api.GET("/api/v1/manager/orders/{id}/payment", { params }));
    const payment = { path: { id }, query: { market: "kg" } };
    good(await manager.api.POST("/api/v1/manager/payments/{id}/confirm", { params: payment }));
    for (const reason of ["A stain", "All of it"]) {
      const amount = reason === "A stain" ? 1 : undefined;
      const refund = good(
        await manager.api.POST("/api/v1/manager/orders/{id}/refunds", { params, body: { amount, reason } }),
      );
      const path = { id: (refund as { id: string }).id };
      good(await manager.api.POST("/api/v1/manager/refunds/{id}/confirm", { params: { ...params, path } }));
    }
    await walkReturns(shop, customer, manager);
    await approvedReview(shop, manager);
    const wanted = [
      "order.created",
      "order.confirmed",
      "payment.paid",
      "payment.partially_refunded",
      "payment.refunded",
      "return.rejected",
      "return.received",
      "review.approved",
    ];
    const missing = () => wanted.filter((type) => !typesOf(receiver.to("/all")).includes(type));
    await eventually("all types have come", () => missing().length === 0).catch((error: unknown) => {
      throw new Error(`${String(error)}, lacking ${missing().join(", ")}`);
    });
    const types = good(await manager.api.GET(`${base}/event-types`, { params: { query: { market: "kg" } } })).items;
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
    ajv.addFormat("int32", true);
    ajv.addFormat("int64", true);
    const schemas = new Map(types.map(({ type, schema }) => [type, ajv.compile(schema as object)]));
    expect(types.length).toBeGreaterThan(12);
    for (const arrival of receiver.to("/all")) {
      const event = verified(secret, arrival);
      const schema = schemas.get(event.type);
      expect(schema?.(event), `${event.type}: ${JSON.stringify(schema?.errors)}`).toBe(true);
    }
    // A schema that takes everything would say nothing.
    expect(schemas.get("payment.paid")?.({ type: "payment.paid", timestamp: "now", data: {} })).toBe(false);
    const refunds = receiver
      .to("/all")
      .map(({ body: text }) => JSON.parse(text) as EventBody)
      .filter(({ type, data }) => type.startsWith("payment.") && data.order_id === order.id);
    expect(refunds.find(({ type }) => type === "payment.partially_refunded")?.data.refunded).toBe(1);
    expect(refunds.find(({ type }) => type === "payment.refunded")?.data.refunded).toBe(order.total_amount);
    await all.remove("kg", endpoint.id);
  });

  it("[I6] the official library takes all of ours and nothing that was changed", async () => {
    const { endpoint, secret } = await addEndpoint(manager, "us", receiver.url("/library"));
    const other = await addEndpoint(manager, "us", receiver.url("/library-2"));
    await sendTest(manager, "us", endpoint.id);
    const [arrival] = (await receiver.until("/library", 1)) as [Arrival];
    expect(accepts(secret, arrival)).toBe(true);
    const with_ = (change: Partial<Record<string, string>>, body = arrival.body) =>
      ({ body, headers: { ...arrival.headers, ...change } }) as Arrival;
    const later = String(Number(arrival.headers["webhook-timestamp"]) + 1);
    const signature = arrival.headers["webhook-signature"] ?? "";
    for (const changed of [
      with_({}, `${arrival.body} `),
      with_({}, arrival.body.replace("webhook.test", "order.created")),
      with_({ "webhook-timestamp": later }),
      with_({ "webhook-timestamp": String(Number(later) - 3_600) }),
      with_({ "webhook-id": other.endpoint.id }),
      with_({ "webhook-signature": signature.replace("v1,", "v2,") }),
      with_({ "webhook-signature": `v1,${Buffer.alloc(32).toString("base64")}` }),
      with_({ "webhook-signature": signature.slice(0, -8) }),
    ])
      expect(accepts(secret, changed)).toBe(false);
    expect(accepts(other.secret, arrival)).toBe(false);
    expect(Math.abs(Date.now() / 1000 - Number(arrival.headers["webhook-timestamp"]))).toBeLessThan(30);
    await all.remove("us", endpoint.id);
    await all.remove("us", other.endpoint.id);
  });

  it("[I6] a secret is told once and lies sealed; a rotated one signs beside the new one for a day", async () => {
    const { endpoint, secret } = await addEndpoint(manager, "kg", receiver.url("/secrets"));
    const params = { path: { id: endpoint.id }, query: { market: "kg" } };
    const rotate = (version: number) => manager.api.POST(`${base}/{id}/rotate-secret`, { params, body: { version } });
    const { secret: second, endpoint: after } = good(await rotate(endpoint.version));
    expect(refused(await rotate(endpoint.version)).code).toBe("webhooks.stale");
    expect(second).not.toBe(secret);
    await sendTest(manager, "kg", endpoint.id);
    const [both] = (await receiver.until("/secrets", 1)) as [Arrival];
    expect([accepts(secret, both), accepts(second, both)]).toEqual([true, true]);
    const day_ms = Date.parse(after.former_secret_until ?? "") - Date.now();
    expect(day_ms).toBeGreaterThan(86_400_000 - 60_000);
    expect(day_ms).toBeLessThan(86_400_000 + 60_000);
    await shop.databases.sql("kg", "UPDATE webhook_endpoints SET former_secret_until = now() WHERE id = $1", [
      endpoint.id,
    ]);
    await sendTest(manager, "kg", endpoint.id);
    const [, alone] = (await receiver.until("/secrets", 2)) as [Arrival, Arrival];
    expect([accepts(secret, alone), accepts(second, alone)]).toEqual([false, true]);

    const read = good(await manager.api.GET(`${base}/{id}`, { params }));
    const listed = good(await manager.api.GET(base, { params: { query: { market: "kg" } } }));
    const audit = good(await manager.api.GET("/api/v1/manager/audit", { params: { query: { market: "kg" } } }));
    const rows = await shop.databases.sql("kg", "SELECT * FROM webhook_endpoints");
    const seen = JSON.stringify([read, listed, audit, rows]) + shop.server.output;
    expect(JSON.stringify(audit)).toContain("post_manager_webhooks_id_rotate_secret");
    for (const each of [secret, second]) expect(seen).not.toContain(each.slice("whsec_".length));
    await all.remove("kg", endpoint.id);
  });

  it("[I6] endpoints are changed in the version that was read, each URL once, twenty at most", async () => {
    const { endpoint } = await addEndpoint(manager, "kg", receiver.url("/edit"), ["payment.paid", "order.created"]);
    expect(endpoint).toMatchObject({ is_active: true, version: 1, event_types: ["order.created", "payment.paid"] });
    const params = { path: { id: endpoint.id }, query: { market: "kg" } };
    const put = (body: object) => manager.api.PUT(`${base}/{id}`, { params, body: body as never });
    const change = { url: receiver.url("/edited"), description: "The warehouse", is_active: false, version: 1 };
    expect(good(await put(change))).toMatchObject({
      url: receiver.url("/edited"),
      event_types: [],
      is_active: false,
      disabled_reason: "manager",
      version: 2,
      changed_by: `manager:kg/${manager.user.id}`,
    });
    expect(refused(await put(change))).toMatchObject({ status: 409, code: "webhooks.stale" });
    const { version: _, ...unread } = change;
    expect(refused(await put(unread)).errors).toMatchObject([{ field: "version" }]);
    const test = await manager.api.POST(`${base}/{id}/test`, { params });
    expect(refused(test)).toMatchObject({ status: 409, code: "webhooks.inactive" });
    const twin = await manager.api.POST(base, { params: { query: { market: "kg" } }, body: { url: change.url } });
    expect(refused(twin).code).toBe("webhooks.url_taken");
    const made: string[] = [endpoint.id];
    for (let i = 0; i < 19; ++i) made.push((await addEndpoint(manager, "kg", receiver.url(`/n${i}`))).endpoint.id);
    const more = await manager.api.POST(base, { params: { query: { market: "kg" } }, body: { url: receiver.url() } });
    expect(refused(more).code).toBe("webhooks.too_many");
    expect((await addEndpoint(manager, "us", receiver.url("/edited"))).endpoint.version).toBe(1);
    const stale = { params: { path: { id: endpoint.id }, query: { market: "kg", version: 1 } } };
    expect(refused(await manager.api.DELETE(`${base}/{id}`, stale)).code).toBe("webhooks.stale");
    for (const id of made) await all.remove("kg", id);
    expect(refused(await manager.api.GET(`${base}/{id}`, { params })).code).toBe("webhooks.not_found");
    const unknown = { url: receiver.url("/typed"), event_types: ["order.eaten"] };
    const bad = await manager.api.POST(base, { params: { query: { market: "kg" } }, body: unknown });
    expect(refused(bad).errors).toMatchObject([{ field: "event_types[0]" }]);
  });

  it("[I6] who reads a market's endpoints need not be allowed to change them", async () => {
    const reader = await shop.logIn(managerPhones.us);
    await shop.databases.sql("us", "UPDATE manager_grants SET role = 'manager' WHERE market = 'US' AND user_id = $1", [
      reader.user.id,
    ]);
    const query = { market: "us" };
    good(await reader.api.GET(base, { params: { query } }));
    const body = { url: receiver.url("/theirs") };
    expect(refused(await reader.api.POST(base, { params: { query }, body }))).toMatchObject({
      code: "manager.role_forbids",
      detail: "Your role in US does not include the permission webhooks.write",
    });
    expect(refused(await reader.api.GET(base, { params: { query: { market: "kg" } } })).code).toBe("manager.no_access");
  });

  it("[I6] only the types that were asked for are sent", async () => {
    const some = await addEndpoint(manager, "us", receiver.url("/some"), ["order.cancelled"]);
    const every = await addEndpoint(manager, "us", receiver.url("/every"));
    const { sku } = await shop.findSku("us", 3);
    const { id } = await buy(customers.us, sku.id);
    good(await customers.us.api.POST("/api/v1/orders/{id}/cancel", { params: { path: { id } }, body: {} }));
    await receiver.until("/every", 2);
    await receiver.until("/some", 1);
    expect(typesOf(receiver.to("/some"))).toEqual(["order.cancelled"]);
    // One event, two receivers, one id and one body.
    const twin = receiver.to("/every").find(({ id: own }) => own === receiver.to("/some")[0]?.id);
    expect(twin?.body).toBe(receiver.to("/some")[0]?.body);
    for (const { endpoint } of [some, every]) await all.remove("us", endpoint.id);
  });
});

describe("webhooks outside development", () => {
  it("[I6] a server that may call its own machine does not start", async () => {
    const started = MarqueServer.start({ ENVIRONMENT: "production", WEBHOOK_ALLOW_LOOPBACK: "true" });
    await expect(started).rejects.toThrow("WEBHOOK_ALLOW_LOOPBACK=true lets managers reach");
  });
});
