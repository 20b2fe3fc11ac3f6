// Words that a market gives its messages: edited in the version that was read, looked at before they are sent, never
// able to do more than say something.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw, refused } from "../harness/api.js";
import { layouts, markets } from "../harness/layouts.js";
import { confirmEmail, MailServer, settled } from "../harness/mail.js";
import { buy, type Caller, customerPhones, managerPhones, Shop } from "../harness/shop.js";

const templates = "/api/v1/manager/messages/templates";
const one = `${templates}/{kind}/{channel}/{language}` as const;

describe.each(layouts)("words of messages, %s", (layout) => {
  let post: MailServer;
  let shop: Shop;
  let manager: Caller;
  beforeAll(async () => {
    post = await MailServer.start();
    shop = await Shop.open(layout, { settings: post.settings });
    manager = await shop.logIn(managerPhones.both);
  });
  afterAll(async () => {
    await shop?.close();
    await post?.close();
  });

  describe.each(markets)("in %s", (market) => {
    const language = market === "kg" ? "ky" : "en";
    const at = (kind: string, channel: string, spoken: string = language) =>
      ({ path: { kind, channel, language: spoken }, query: { market } }) as never;
    const get = async (kind: string, channel: string) =>
      good(await manager.api.GET(one, { params: at(kind, channel) }));

    it("[I6] lists every message in every language that the market speaks, with what it may name", async () => {
      const query = { market };
      const { items } = good(await manager.api.GET(templates, { params: { query } }));
      const languages = new Set(items.map((item) => item.language));
      expect([...languages].sort()).toEqual(market === "kg" ? ["en", "ky", "ru"] : expect.arrayContaining(["en"]));
      expect(new Set(items.map((item) => item.kind)).size).toBe(18);
      for (const item of items) {
        expect(item).toMatchObject({ is_default: true, version: 0 });
        const named = [...`${item.subject} ${item.body}`.matchAll(/\{([a-z_]+)\}/g)].map(([, name]) => name);
        expect(item.placeholders).toEqual(expect.arrayContaining(named));
      }
      const mails = good(await manager.api.GET(templates, { params: { query: { market, channel: "mail" } } }));
      expect(new Set(mails.items.map((item) => item.channel))).toEqual(new Set(["mail"]));
    });

    it("[I6] a market's own words are what customers read, in the app and by mail, until taken back", async () => {
      const email = `words.${market}.${Date.now()}@mail.example`;
      const caller = await shop.logIn(customerPhones[market]);
      good(await caller.api.PUT("/api/v1/profile", { body: { language } }));
      await confirmEmail(shop, post, caller, email);
      const sku = (await shop.findSku(market, 10)).sku.id;
      const words = { subject: "№ {order_number} <b>", body: "{shop}: {amount} & {order_number}[[ {guest_link}]]" };
      for (const channel of ["app", "mail"]) {
        const before = await get("order_created", channel);
        const params = at("order_created", channel);
        const body = { ...words, version: before.version };
        const put = good(await manager.api.PUT(one, { params, body }));
        expect(put).toMatchObject({ ...words, is_default: false, version: before.version + 1 });
        expect(refused(await manager.api.PUT(one, { params, body })).code).toBe("messages.stale");
      }
      const order = await buy(caller, sku);
      const mail = await post.mail(email, order.order_number);
      expect(mail.subject).toBe(`№ ${order.order_number} <b>`);
      expect(mail.text).toMatch(new RegExp(`^Marque Demo Shop: .* & ${order.order_number}\n`));
      expect(mail.html).toContain(` &amp; ${order.order_number}</p>`);
      const told = good(await caller.api.GET("/api/v1/profile/notifications", {})).items[0];
      expect(told?.title).toBe(`№ ${order.order_number} <b>`);

      for (const channel of ["app", "mail"]) {
        const kept = await get("order_created", channel);
        const params = { ...(at("order_created", channel) as object) } as { query: object };
        const stale = { ...params, query: { market, version: kept.version - 1 } } as never;
        expect(refused(await manager.api.DELETE(one, { params: stale })).code).toBe("messages.stale");
        const read = { ...params, query: { market, version: kept.version } } as never;
        expect(good(await manager.api.DELETE(one, { params: read }))).toMatchObject({ is_default: true });
      }
      expect(await get("order_created", "mail")).toMatchObject({ is_default: true, version: 2 });
    });

    it.each([
      ["a name that the message has not", "order_created", "mail", { subject: "a", body: "{tracking_url}" }, "body"],
      ["another in the subject", "back_in_stock", "mail", { subject: "{order_number}", body: "a" }, "subject"],
      ["a part that is not closed", "order_created", "app", { subject: "a", body: "[[ {amount}" }, "body"],
      ["a part in a part", "order_created", "app", { subject: "a", body: "[[ [[ {amount} ]] ]]" }, "body"],
      ["a subject of two lines", "order_created", "mail", { subject: "a\r\nBcc: x@y.example", body: "a" }, "subject"],
      ["nothing", "order_created", "mail", { subject: "a", body: "" }, "body"],
      ["an SMS with a subject", "order_shipped", "sms", { subject: "a", body: "a" }, "subject"],
      ["an SMS as long as a letter", "order_shipped", "sms", { subject: "", body: "a".repeat(401) }, "body"],
    ])("[I6] refuses %s, naming it, to keep and to look at", async (_, kind, channel, words, field) => {
      const params = at(kind, channel);
      const kept = refused(await manager.api.PUT(one, { params, body: { ...words, version: 0 } }));
      expect(kept).toMatchObject({ status: 422, errors: [{ field }] });
      const seen = refused(await manager.api.POST(`${one}/preview`, { params, body: words }));
      expect(seen.errors).toEqual(kept.errors);
      if (words.body === "{tracking_url}") expect(kept.errors?.[0]?.message).toContain("{tracking_url}");
    });

    it("[I6] shows a message before it is kept, sends nothing, and keeps what is HTML a text", async () => {
      const params = at("order_shipped", "mail");
      const words = { subject: "{order_number}", body: "<i>{parcel}</i>\n\nhttps://shop.example/?a=1&b=2\n{{ {none" };
      const seen = good(await manager.api.POST(`${one}/preview`, { params, body: words }));
      expect(seen.subject).toMatch(/^MQ-\d{8}-\w{5}$/);
      expect(seen.text).toContain("<i>Courier, AB123456</i>");
      expect(seen.html).toContain("<p>&lt;i&gt;Courier, AB123456&lt;/i&gt;</p><p>");
      expect(seen.html).toContain('<a href="https://shop.example/?a=1&amp;b=2">');
      expect(seen.html).toContain("{{ {none");
      expect((await get("order_shipped", "mail")).is_default).toBe(true);
      const foreign = refused(await manager.api.GET(one, { params: at("order_shipped", "mail", "de") }));
      expect(foreign.errors?.[0]?.field).toBe("language");
    });
  });

  it("[I6] a test goes to the manager's own confirmed address and phone, to nobody else", async () => {
    const params = {
      path: { kind: "order_shipped", channel: "mail", language: "ru" },
      query: { market: "kg" },
    } as never;
    expect(refused(await manager.api.POST(`${one}/test`, { params })).code).toBe("messages.no_address");
    const email = `own.${Date.now()}@mail.example`;
    await confirmEmail(shop, post, manager, email);
    const before = post.mails.length;
    expect((await manager.api.POST(`${one}/test`, { params })).response.status).toBe(204);
    const mail = await post.mail(email, "MQ-20260131-7KM3X");
    expect(mail.subject).toBe("Заказ отправлен");
    await settled(shop, "kg");
    expect(post.mails.slice(before).every((each) => each.to.join() === email)).toBe(true);
  });

  it("[I6] who may only look may not write, and a log tells no address", async () => {
    const { items } = good(await manager.api.GET("/api/v1/manager/messages", { params: { query: { market: "kg" } } }));
    expect(items.length).toBeGreaterThan(0);
    for (const item of items) expect(item.address).toMatch(/•••/);
    const page = good(
      await manager.api.GET("/api/v1/manager/messages", { params: { query: { market: "kg", limit: 1 } } }),
    );
    expect(page.items).toHaveLength(1);
    const next = good(
      await manager.api.GET("/api/v1/manager/messages", {
        params: { query: { market: "kg", limit: 1, cursor: page.next ?? "" } },
      }),
    );
    expect(next.items[0]?.id).not.toBe(page.items[0]?.id);
    const viewer = await shop.logIn("+996700111019");
    await shop.databases.sql(
      "kg",
      "INSERT INTO manager_grants (market, user_id, granted_market, role) VALUES ('KG', $1, 'KG', 'viewer')",
      [viewer.user.id],
    );
    const params = {
      path: { kind: "order_shipped", channel: "mail", language: "ru" },
      query: { market: "kg" },
    } as never;
    good(await viewer.api.GET(one, { params }));
    const body = { subject: "a", body: "b", version: 0 };
    expect(refused(await viewer.api.PUT(one, { params, body })).status).toBe(403);
    const anybody = await raw(shop.origin, "GET", "/api/v1/manager/messages?market=kg", {
      token: (await shop.logIn("+996700111018")).token,
    });
    expect(anybody.status).toBe(403);
  });
});
