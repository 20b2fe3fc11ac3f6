// Every step of messages once, with development's own mail page in the place of a mail server.
import { good, raw } from "./api.js";
import type { Caller, Shop } from "./shop.js";
import { eventually } from "./waiting.js";

interface Shown {
  address: string;
  message: string;
}

const pathIn = (message: string, path: string) => {
  const link = message.split(/\s+/).find((word) => word.includes(path)) ?? "";
  return new URL(link).pathname + new URL(link).search;
};

async function shownTo(shop: Shop, address: string, what: string): Promise<string> {
  return eventually(`a mail to ${address} of ${what}`, async () => {
    const { items } = (await raw(shop.origin, "GET", "/dev/mail")).json() as { items: Shown[] };
    return items.find((mail) => mail.address === address && mail.message.includes(what))?.message;
  });
}

/** What managers write of messages: quiet hours, words of their own, those taken back, and one sent to try them. */
export async function walkWords(manager: Caller): Promise<void> {
  const query = { market: "kg" } as const;
  const settings = "/api/v1/manager/messages/settings";
  const now = good(await manager.api.GET(settings, { params: { query } }));
  // Equal times: never quiet, whatever the hour of this run.
  const never = { quiet_from: "03:00", quiet_until: "03:00", sms_kinds: ["order_shipped" as const] };
  for (const version of [now.version, now.version + 1])
    good(await manager.api.PUT(settings, { params: { query }, body: { ...never, version } }));
  const one = "/api/v1/manager/messages/templates/{kind}/{channel}/{language}";
  const path = { kind: "order_confirmed", channel: "mail", language: "ru" } as const;
  const { version } = good(await manager.api.GET(one, { params: { path, query } }));
  const body = { subject: "{order_number}", body: "{amount}", version };
  good(await manager.api.PUT(one, { params: { path, query }, body }));
  good(await manager.api.POST(`${one}/preview`, { params: { path, query }, body: {} }));
  good(await manager.api.DELETE(one, { params: { path, query: { ...query, version: version + 1 } } }));
  good(await manager.api.GET("/api/v1/manager/messages", { params: { query } }));
  const sms = { path: { ...path, channel: "sms" as const }, query };
  const sent = await manager.api.POST(`${one}/test`, { params: sms });
  if (sent.response.status !== 204) throw new Error(`a test answered ${sent.response.status}`);
}

/** A confirmed address, choices, a mail that leaves, one that is refused for ever, and one that nobody took in time. */
export async function walkMessages(shop: Shop, caller: Caller, manager: Caller): Promise<void> {
  await walkWords(manager);
  const email = "walk@mail.example";
  good(await caller.api.PUT("/api/v1/profile", { body: { email } }));
  const confirm = pathIn(await shownTo(shop, email, "/mail/confirm/"), "/mail/confirm/");
  await caller.api.POST("/api/v1/profile/email/confirmation", {});
  for (const method of ["GET", "POST"]) await raw(shop.origin, method, confirm);
  const preferences = "/api/v1/profile/notifications/preferences";
  good(await caller.api.GET(preferences, {}));
  const on = { items: [{ topic: "stock" as const, channel: "sms" as const, is_on: false }] };
  good(await caller.api.PUT(preferences, { body: on }));
  const { sku } = await shop.findSku("kg", 5);
  const body = {
    customer_name: "A Guest",
    customer_phone: "+996700111017",
    customer_email: "walking.guest@mail.example",
    delivery_address: "1 Main Street",
    payment_method: "cash_on_delivery",
    items: [{ sku_id: sku.id, quantity: 1 }],
  };
  const order = good(await shop.guest("kg").POST("/api/v1/orders/create", { body }));
  const mail = await shownTo(shop, body.customer_email, order.order_number);
  await raw(shop.origin, "POST", pathIn(mail, "/mail/unsubscribe/"));
  await shop.databases.sql(
    "kg",
    `INSERT INTO outgoing_messages
       (market, source, kind, channel, topic, language, address, subject, body, useful_until)
     VALUES ('KG', 'walk', 'order_created', 'mail', 'orders', 'ru', 'late@mail.example', 'a', 'b', now())`,
  );
  const expired = "SELECT count(*) FROM outgoing_messages WHERE state = 'expired'";
  await eventually("what is too late is dropped", async () => (await shop.databases.count("kg", expired)) > 0);
}
