// Negative controls of messages: each guarantee switched off, and the harm that follows.
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { good } from "../harness/api.js";
import { confirmEmail, header, MailServer, setQuiet, settled } from "../harness/mail.js";
import { buy, type Caller, customerPhones, managerPhones, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

interface Scene {
  shop: Shop;
  post: MailServer;
  caller: Caller;
  manager: Caller;
  email: string;
  sku: string;
}

async function broken(name: string, play: (scene: Scene) => Promise<void>, behaviour = ""): Promise<void> {
  const post = await MailServer.start();
  const shop = await Shop.open("one database", { settings: { ...post.settings, MARQUE_BREAK: name } });
  try {
    const caller = await shop.logIn(customerPhones.us);
    const manager = await shop.logIn(managerPhones.both);
    const email = `${behaviour}${randomUUID()}@mail.example`;
    await confirmEmail(shop, post, caller, email);
    await play({ shop, post, caller, manager, email, sku: (await shop.findSku("us", 9)).sku.id });
  } finally {
    await shop.close();
    await post.close();
  }
}

describe("messages with a guarantee switched off", () => {
  it("[I6] control: mail_twice: without a lease the same mail leaves again while it is on its way", async () => {
    await broken(
      "mail_twice",
      async ({ post, caller, email, sku }) => {
        const order = await buy(caller, sku);
        await eventually(
          "the mail is there twice",
          () => post.to(email).filter((mail) => mail.text.includes(order.order_number)).length > 1,
        );
      },
      "slow+",
    );
  });

  it("[I6] control: forget_opt_out: who wants no more mail gets it all the same", async () => {
    await broken("forget_opt_out", async ({ post, caller, email, sku }) => {
      const off = { items: [{ topic: "orders" as const, channel: "mail" as const, is_on: false }] };
      good(await caller.api.PUT("/api/v1/profile/notifications/preferences", { body: off }));
      const order = await buy(caller, sku);
      await post.mail(email, order.order_number);
    });
  });

  it("[I6] control: ignore_quiet_hours: telephones ring at night", async () => {
    await broken("ignore_quiet_hours", async ({ shop, caller, manager, sku }) => {
      await setQuiet(shop, manager, "us", true);
      const order = await buy(caller, sku);
      const params = { path: { id: order.id }, query: { market: "us" as const } };
      good(await manager.api.POST("/api/v1/manager/orders/{id}/confirm", { params, body: {} }));
      good(await manager.api.POST("/api/v1/manager/orders/{id}/ship", { params, body: {} }));
      await settled(shop, "us");
      const sent = "SELECT count(*) FROM outgoing_messages WHERE channel = 'sms' AND state = 'sent'";
      expect(await shop.databases.count("us", sent)).toBe(1);
    });
  });

  it("[I6] control: raw_headers: a value ends the subject and begins a header of its own", async () => {
    await broken("raw_headers", async ({ post, caller, manager, email, sku }) => {
      const at = { kind: "order_cancelled", channel: "mail", language: "en" } as const;
      const params = { path: at, query: { market: "us" } };
      const words = { subject: "Cancelled: {reason}", body: "{order_number}", version: 0 };
      const path = "/api/v1/manager/messages/templates/{kind}/{channel}/{language}";
      good(await manager.api.PUT(path, { params, body: words }));
      const order = await buy(caller, sku);
      good(
        await manager.api.POST("/api/v1/manager/orders/{id}/cancel", {
          params: { path: { id: order.id }, query: { market: "us" } },
          body: { reason: "late\r\nX-Evil: yes" },
        }),
      );
      const mail = await post.mail(email, "Cancelled: late");
      expect(header(mail, "X-Evil")).toBe("yes");
    });
  });
});
