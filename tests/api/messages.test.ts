// Messages by SMS and e-mail: each thing that happens is told once, in the reader's language, to addresses that are
// theirs, by the ways they want, and telephones are left alone at night.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { confirmEmail, header, linkIn, MailServer, setQuiet, settled, site } from "../harness/mail.js";
import { buy, type Caller, delivery, managerPhones, Shop } from "../harness/shop.js";
import { otherMarket } from "../harness/strangers.js";
import { eventually } from "../harness/waiting.js";

const preferences = "/api/v1/profile/notifications/preferences";
const subjects: Record<string, { created: string; shipped: string }> = {
  ky: { created: "Буйрутма кабыл алынды", shipped: "Буйрутма жөнөтүлдү" },
  ru: { created: "Заказ принят", shipped: "Заказ отправлен" },
  en: { created: "Order received", shipped: "Order shipped" },
};

describe.each(layouts)("messages, %s", (layout) => {
  let post: MailServer;
  let shop: Shop;
  let manager: Caller;
  const skus = {} as Record<Market, string>;
  const phones = { kg: 0, us: 0 };
  const nextPhone = (market: Market) => {
    const number = String(phones[market]++).padStart(2, "0");
    return market === "kg" ? `+9967001110${number}` : `+121255501${number}`;
  };
  beforeAll(async () => {
    post = await MailServer.start();
    shop = await Shop.open(layout, { settings: post.settings });
    manager = await shop.logIn(managerPhones.both);
    for (const market of markets) {
      skus[market] = (await shop.findSku(market, 10)).sku.id;
      await shop.setStock(market, skus[market], 10_000);
    }
  });
  afterAll(async () => {
    await shop?.close();
    await post?.close();
  });

  /** After it was killed, with nothing to wait for: what it had taken is due again. */
  const restart = async () => {
    await shop.restart();
    manager = await shop.logIn(managerPhones.both);
  };
  const address = (name: string) => `${name}.${randomUUID().slice(0, 8)}@mail.example`;
  const customer = async (market: Market, email?: string, language?: string) => {
    const caller = await shop.logIn(nextPhone(market));
    if (language) good(await caller.api.PUT("/api/v1/profile", { body: { language } }));
    if (email) await confirmEmail(shop, post, caller, email);
    return caller;
  };
  const ship = async (market: Market, id: string) => {
    const params = { path: { id }, query: { market } };
    good(await manager.api.POST("/api/v1/manager/orders/{id}/confirm", { params, body: {} }));
    const parcel = { carrier: "Courier", tracking_number: "AB12" };
    good(await manager.api.POST("/api/v1/manager/orders/{id}/ship", { params, body: parcel }));
  };
  const smsTo = (market: Market, phone: string) =>
    shop.databases.sql<{ message: string }>(
      market,
      "SELECT message FROM development_sms WHERE market = $1 AND phone = $2 AND message LIKE '%AB12%'",
      [market.toUpperCase(), phone],
    );

  describe.each(markets)("in %s", (market) => {
    it.each(market === "kg" ? ["ky", "ru", "en"] : ["en", "ru"])(
      "[I6] a receipt comes once by mail in %s, over TLS and with a log-in, readable as text and as HTML",
      async (language) => {
        const email = address("receipt");
        const caller = await customer(market, email, language);
        const order = await buy(caller, skus[market], 2);
        const mail = await post.mail(email, order.order_number);
        expect(mail.subject).toBe(subjects[language]?.created);
        expect(mail).toMatchObject({ tls: true, user: "shop", to: [email], defects: [] });
        expect(mail.from).toBe(market === "kg" ? "kabar@shop.example" : "news@shop.example");
        const [line] = order.items;
        expect(mail.text).toContain(`2 × ${line?.product_name}`);
        expect(mail.text).toContain(`${site}/orders/${order.id}?market=${market}&lang=${language}`);
        expect(mail.html).toContain(`<a href="${site}/orders/${order.id}?market=${market}&amp;lang=${language}">`);
        expect(header(mail, "Content-Language")).toBe(language);
        expect(header(mail, "Message-ID")).toMatch(/^<[0-9a-f-]{36}@shop\.example>$/);
        expect(header(mail, "List-Unsubscribe-Post")).toBe("List-Unsubscribe=One-Click");
        for (const line of mail.raw.split("\r\n")) expect(line.length).toBeLessThan(400);
        await settled(shop, market);
        expect(post.to(email).filter((each) => each.text.includes(order.order_number))).toHaveLength(1);
        const kept = "SELECT subject, body, state FROM outgoing_messages WHERE address = $1";
        const rows = await shop.databases.sql(market, kept, [email]);
        expect(rows).toEqual([1, 2].map(() => ({ subject: "", body: "", state: "sent" })));
      },
    );

    it("[I6] only an address that was confirmed gets mail, and another one is asked first", async () => {
      const [first, second] = [address("first"), address("second")];
      const caller = await customer(market);
      good(await caller.api.PUT("/api/v1/profile", { body: { email: first } }));
      const asked = await post.mail(first, "/mail/confirm/");
      await buy(caller, skus[market]);
      await settled(shop, market);
      expect(post.to(first)).toHaveLength(1);
      expect(good(await caller.api.GET(preferences, {}))).toMatchObject({ email: first, is_email_confirmed: false });

      const link = linkIn(asked, "/mail/confirm/");
      expect((await raw(shop.origin, "GET", link)).text).toContain('<form method="post">');
      expect(good(await caller.api.GET(preferences, {})).is_email_confirmed).toBe(false);
      expect((await raw(shop.origin, "POST", link.replace(/.\?/, "x?"))).status).toBe(404);
      expect((await raw(shop.origin, "POST", link)).status).toBe(200);
      expect(good(await caller.api.GET(preferences, {})).is_email_confirmed).toBe(true);

      good(await caller.api.PUT("/api/v1/profile", { body: { email: second } }));
      await post.mail(second, "/mail/confirm/");
      await settled(shop, market);
      const warned = post.to(first).at(-1);
      expect(warned?.text).toContain(`${site}/account`);
      expect(header(warned as never, "List-Unsubscribe")).toBeUndefined();
      expect((await raw(shop.origin, "POST", link)).status).toBe(404);
      const told = good(await caller.api.GET("/api/v1/profile/notifications", {})).items;
      expect(told[0]?.type).toBe("email_changed");
    });

    it("[I6] who wants no more mail of orders gets none: by a mail program's one click, without a log-in", async () => {
      const email = address("leaving");
      const caller = await customer(market, email);
      const order = await buy(caller, skus[market]);
      const mail = await post.mail(email, order.order_number);
      const link = header(mail, "List-Unsubscribe")?.slice(1 + site.length, -1) ?? "";
      expect((await raw(shop.origin, "GET", link)).status).toBe(200);
      const on = good(await caller.api.GET(preferences, {})).items;
      expect(on.find((each) => each.topic === "orders" && each.channel === "mail")?.is_on).toBe(true);
      expect((await raw(shop.origin, "POST", link.replace("/orders/", "/stock/"))).status).toBe(404);
      const clicked = await raw(shop.origin, "POST", link, {
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body: "List-Unsubscribe=One-Click",
      });
      expect(clicked.status).toBe(200);
      const off = good(await caller.api.GET(preferences, {})).items;
      expect(off.find((each) => each.topic === "orders" && each.channel === "mail")?.is_on).toBe(false);
      const later = await buy(caller, skus[market]);
      await settled(shop, market);
      expect(post.to(email).some((each) => each.text.includes(later.order_number))).toBe(false);
      const told = good(await caller.api.GET("/api/v1/profile/notifications", {})).items;
      expect(told[0]).toMatchObject({ type: "order_created", data: { order_number: later.order_number } });

      good(await caller.api.PUT(preferences, { body: { items: [{ topic: "orders", channel: "mail", is_on: true }] } }));
      const again = await buy(caller, skus[market]);
      await post.mail(email, again.order_number);
      const security = { items: [{ topic: "security" as const, channel: "mail" as const, is_on: false }] };
      expect(refused(await caller.api.PUT(preferences, { body: security })).errors?.[0]?.field).toBe("items[0].is_on");
    });

    it("[I6] an SMS of the night leaves in the morning, once, and mail does not wait", async () => {
      const email = address("night");
      const caller = await customer(market, email);
      await setQuiet(shop, manager, market, true);
      await setQuiet(shop, manager, otherMarket(market), false);
      const order = await buy(caller, skus[market]);
      await ship(market, order.id);
      await post.mail(email, "AB12");
      await settled(shop, market, 1);
      expect(await smsTo(market, caller.user.phone)).toEqual([]);
      await setQuiet(shop, manager, market, false);
      await settled(shop, market);
      await eventually("the SMS", async () => (await smsTo(market, caller.user.phone)).length > 0);
      const [sms] = await smsTo(market, caller.user.phone);
      expect(sms?.message).toContain(order.order_number);
      expect(await smsTo(market, caller.user.phone)).toHaveLength(1);
    });

    it("[I6] a guest is told by the order's own address, with a link that shows the order", async () => {
      const email = address("guest");
      const guest = shop.guest(market);
      const order = good(
        await guest.POST("/api/v1/orders/create", {
          body: {
            ...delivery(nextPhone(market)),
            customer_email: email,
            payment_method: "cash_on_delivery",
            items: [{ sku_id: skus[market], quantity: 1 }],
          } as never,
        }),
      );
      const mail = await post.mail(email, order.order_number);
      const link = linkIn(mail, "/orders/");
      const access = link.split("#access=")[1] ?? "";
      const shown = await raw(shop.origin, "GET", `/api/v1/orders/${order.id}?market=${market}&access=${access}`);
      expect(shown.status).toBe(200);
      const leave = header(mail, "List-Unsubscribe")?.slice(1 + site.length, -1) ?? "";
      expect(leave).not.toContain(email);
      expect((await raw(shop.origin, "POST", leave)).status).toBe(200);
      await ship(market, order.id);
      await settled(shop, market);
      expect(post.to(email)).toHaveLength(1);
    });

    it("[I6] a value cannot end a header: a reason with line breaks stays in the subject's one line", async () => {
      const email = address("lines");
      const caller = await customer(market, email, "en");
      const at = { kind: "order_cancelled", channel: "mail", language: "en" } as const;
      const params = { path: at, query: { market } };
      const path = "/api/v1/manager/messages/templates/{kind}/{channel}/{language}";
      const kept = good(await manager.api.GET(path, { params }));
      const words = { subject: "Cancelled: {reason}", body: "Order {order_number}: {reason}", version: kept.version };
      good(await manager.api.PUT(path, { params, body: words }));
      const order = await buy(caller, skus[market]);
      const reason = "late\r\nBcc: evil@mail.example\r\n\r\n<script>alert(1)</script>";
      good(
        await manager.api.POST("/api/v1/manager/orders/{id}/cancel", {
          params: { path: { id: order.id }, query: { market } },
          body: { reason },
        }),
      );
      const mail = await post.mail(email, "Cancelled:");
      expect(mail.subject).toBe("Cancelled: late Bcc: evil@mail.example <script>alert(1)</script>");
      expect(header(mail, "Bcc")).toBeUndefined();
      expect(mail.to).toEqual([email]);
      expect(mail.html).toContain("&lt;script&gt;");
      expect(mail.html).not.toContain("<script>");
    });

    it("[I6] a mail refused for a while is tried again, one refused for good is not, and managers see it", async () => {
      const state = (email: string) =>
        shop.databases.sql<{ state: string; tries: number; error: string | null }>(
          market,
          "SELECT state, tries, error FROM outgoing_messages WHERE address = $1 ORDER BY id",
          [email],
        );
      const [later, never] = [address("temporary-1+later"), address("never+here")];
      for (const email of [later, never]) {
        const caller = await customer(market);
        good(await caller.api.PUT("/api/v1/profile", { body: { email } }));
      }
      await eventually("the first try", async () => (await state(later))[0]?.error === "451");
      await shop.databases.sql(market, "UPDATE outgoing_messages SET available_at = now() WHERE address = $1", [later]);
      await post.mail(later, "/mail/confirm/");
      await settled(shop, market);
      expect(await state(later)).toEqual([{ state: "sent", tries: 2, error: null }]);
      expect(await state(never)).toEqual([{ state: "refused", tries: 1, error: "550" }]);
      const query = { market, channel: "mail", state: "refused" } as const;
      const { items } = good(await manager.api.GET("/api/v1/manager/messages", { params: { query } }));
      expect(items[0]).toMatchObject({ kind: "confirm_email", error: "550", address: "n•••@mail.example" });
      expect(shop.server.output).not.toContain("mail.example");
    });
  });

  it("[I6] a mail whose answer was lost is repeated under its own Message-ID, whoever dies in between", async () => {
    const email = address("lost-1+again");
    const caller = await customer("kg");
    good(await caller.api.PUT("/api/v1/profile", { body: { email } }));
    await eventually("the mail is there, its answer is not", () => post.to(email).length === 1);
    await shop.server.kill();
    await shop.databases.sql("kg", "UPDATE outgoing_messages SET available_at = now() WHERE state = 'waiting'");
    await restart();
    await settled(shop, "kg");
    const mails = post.to(email);
    expect(mails).toHaveLength(2);
    expect(new Set(mails.map((mail) => header(mail, "Message-ID"))).size).toBe(1);
  });

  it("[I6] killed with mails on their way: each order is told, repeated under its own Message-ID", async () => {
    const email = address("slow+many");
    const caller = await customer("us", email);
    const orders = [];
    for (let i = 0; i < 12; i++) orders.push(await buy(caller, skus.us));
    await eventually("some mails are there", () => post.to(email).length >= 3);
    await shop.server.kill();
    await shop.databases.sql("us", "UPDATE outgoing_messages SET available_at = now() WHERE state = 'waiting'");
    await shop.databases.sql("us", "UPDATE outbox SET available_at = now() WHERE done_at IS NULL");
    await restart();
    await settled(shop, "us");
    for (const order of orders) {
      const mails = post.to(email).filter((mail) => mail.text.includes(order.order_number));
      expect(mails.length).toBeGreaterThanOrEqual(1);
      expect(new Set(mails.map((mail) => header(mail, "Message-ID"))).size).toBe(1);
    }
  });

  it("[I6] who is erased leaves no address behind, and an export tells what was chosen", async () => {
    const email = address("erased");
    const caller = await customer("kg", email);
    good(await caller.api.PUT(preferences, { body: { items: [{ topic: "stock", channel: "sms", is_on: false }] } }));
    await settled(shop, "kg");
    const params = { path: { id: caller.user.id }, query: { market: "kg" } } as const;
    const body = { reason: "asked" };
    const data = good(await manager.api.POST("/api/v1/manager/customers/{id}/export", { params, body }));
    const tables = data.tables as Record<string, Array<Record<string, unknown>>>;
    expect(tables.message_preferences?.[0]).toMatchObject({ topic: "stock", channel: "sms", is_on: false });
    expect(tables.users?.[0]).toMatchObject({ confirmed_email: email });
    expect((await manager.api.POST("/api/v1/manager/customers/{id}/erase", { params, body })).response.status).toBe(
      204,
    );
    for (const table of ["users", "outgoing_messages", "message_preferences", "manager_audit"]) {
      const left = `SELECT count(*) FROM ${table} t WHERE t::text LIKE '%' || $1 || '%'`;
      expect(await shop.databases.count("kg", left, [email]), table).toBe(0);
    }
  });
});
