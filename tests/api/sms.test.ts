// SMS from the code somebody asked for to the provider that took it: which one, and what if it fails.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { layouts, markets } from "../harness/layouts.js";
import { buy, Shop } from "../harness/shop.js";
import {
  askForCode,
  deliveriesTo,
  FakeProvider,
  gatewaySettings,
  hurry,
  newPhone,
  sentTo,
  SmsShop,
  twilioAccount,
  twilioToken,
  untilState,
} from "../harness/sms.js";
import { eventually } from "../harness/waiting.js";

describe.each(layouts)("SMS, %s", (layout) => {
  let all: SmsShop;
  let shop: Shop;
  let gateway: FakeProvider;
  let american: FakeProvider;
  let fakeTwilio: FakeProvider;
  beforeAll(async () => {
    all = await SmsShop.open(layout);
    ({ shop, gateway, american, twilio: fakeTwilio } = all);
  });
  afterEach(() => all.reset());
  afterAll(() => all?.close());

  it("[R50] a KG code goes to the local gateway, filled into its template, and logs in", async () => {
    const phone = newPhone("kg");
    await askForCode(shop, phone);
    const { messages, tries } = await untilState(shop, "kg", phone, "sent");
    expect(tries).toMatchObject([{ provider: "gateway", status: "accepted", provider_message_id: "m1", error: null }]);
    const [request] = sentTo(gateway, phone);
    expect(request).toMatchObject({ method: "POST", path: "/send" });
    expect(request?.headers).toMatchObject({
      authorization: "Bearer gateway-token",
      "x-shop": "marque",
      "idempotency-key": `kg${messages[0]?.id}`,
      "content-type": "application/json",
    });
    expect(request?.fields).toMatchObject({ to: phone, id: `kg${messages[0]?.id}` });
    const code = request?.fields.text?.match(/\d{6}/)?.[0] ?? "";
    expect((await shop.logIn(phone, code)).user.market).toBe("kg");
    expect([american.received, fakeTwilio.received]).toEqual([[], []]);
  });

  it("[R50] a US code goes to Twilio", async () => {
    const phone = newPhone("us");
    await askForCode(shop, phone);
    const { tries } = await untilState(shop, "us", phone, "sent");
    expect(tries).toMatchObject([{ provider: "twilio", status: "accepted" }]);
    const [request] = sentTo(fakeTwilio, phone);
    expect(request?.path).toBe(`/2010-04-01/Accounts/${twilioAccount}/Messages.json`);
    expect(request?.headers.authorization).toBe(
      `Basic ${Buffer.from(`${twilioAccount}:${twilioToken}`).toString("base64")}`,
    );
    expect(request?.fields).toMatchObject({
      To: phone,
      From: "+15005550006",
      StatusCallback: `https://shop.example/api/v1/webhooks/sms/twilio?market=us&delivery=${tries[0]?.id}`,
    });
    expect(Number(request?.fields.ValidityPeriod)).toBeGreaterThan(200);
    const code = request?.fields.Body?.match(/\d{6}/)?.[0] ?? "";
    expect((await shop.logIn(phone, code)).user.market).toBe("us");
    expect(gateway.received).toEqual([]);
  });

  it("[E9] keeps neither code nor phone where it need not: not in finished rows, not in logs", async () => {
    const phone = newPhone("kg");
    await askForCode(shop, phone);
    const { messages } = await untilState(shop, "kg", phone, "sent");
    const text = sentTo(gateway, phone)[0]?.fields.text ?? "";
    expect(messages[0]?.message).toBe("");
    await eventually(
      "the outbox forgets",
      async () =>
        (await shop.databases.count(
          "kg",
          "SELECT count(*) FROM outbox WHERE topic = 'sms.send' AND payload <> '{}'",
        )) === 0,
    );
    const code = text.match(/\d{6}/)?.[0] ?? "none";
    const lines = shop.server.logs.filter((line) => line.event.startsWith("sms."));
    expect(lines.length).toBeGreaterThan(0);
    expect(JSON.stringify(lines)).not.toContain(phone.slice(1));
    expect(shop.server.output).not.toContain(`код ${code}`);
    expect(shop.server.output).not.toContain(twilioToken);
    expect(shop.server.output).not.toContain("gateway-token");
  });

  it.each<[string, FakeProvider["answer"], string]>([
    ["answers 500", () => ({ status: 500, body: "<html>" }), "status 500"],
    ["is overloaded", () => ({ status: 429, body: '{"code": 20429}' }), "status 429, code 20429"],
    ["sends us elsewhere", () => ({ status: 302, headers: { location: "/elsewhere" } }), "status 302"],
    ["answers without end", () => ({ status: 201, body: "x".repeat(1 << 20) }), "the answer is too large"],
    ["never answers", () => "hang", "Timeout was reached"],
  ])("where the first provider %s, the second one sends", async (_, answer, error) => {
    fakeTwilio.answer = answer;
    const phone = newPhone("us");
    await askForCode(shop, phone);
    const { messages, tries } = await untilState(shop, "us", phone, "sent");
    expect(tries).toMatchObject([
      { provider: "twilio", status: "failed", error },
      { provider: "gateway", status: "accepted", error: null },
    ]);
    expect(sentTo(fakeTwilio, phone)).toHaveLength(1);
    expect(sentTo(american, phone)).toHaveLength(1);
    expect(sentTo(american, phone)[0]?.fields.id).toBe(`us${messages[0]?.id}`);
    // A provider that failed three times in a row would rest; here it goes well again.
    fakeTwilio.reset();
    const again = newPhone("us");
    await askForCode(shop, again);
    await untilState(shop, "us", again, "sent");
  });

  it("a number that no provider can reach is refused for good, and nobody else is asked", async () => {
    fakeTwilio.answer = () => ({ status: 400, body: '{"code": 21211, "message": "not a number", "status": 400}' });
    const phone = newPhone("us");
    await askForCode(shop, phone);
    const { tries } = await untilState(shop, "us", phone, "refused");
    expect(tries).toMatchObject([{ provider: "twilio", status: "refused", error: "status 400, code 21211" }]);
    expect(american.received.filter((request) => request.path === "/send")).toEqual([]);

    gateway.answer = () => ({ status: 200, body: '{"ok":false, "why": "no such number"}' });
    const other = newPhone("kg");
    await askForCode(shop, other);
    expect((await untilState(shop, "kg", other, "refused")).tries).toHaveLength(1);
  });

  it("tries again after a rest, with the same key, until somebody takes it", async () => {
    gateway.answer = (_, count) => (count < 3 ? { status: 503 } : { status: 200, body: '{"ok":true,"id":"late"}' });
    const phone = newPhone("kg");
    const began = Date.now();
    await askForCode(shop, phone);
    const { messages, tries } = await untilState(shop, "kg", phone, "sent");
    expect(tries.map((entry) => entry.status)).toEqual(["failed", "failed", "accepted"]);
    expect(new Set(sentTo(gateway, phone).map((request) => request.headers["idempotency-key"])).size).toBe(1);
    expect(messages[0]?.rounds).toBe(3);
    // One second, then two.
    expect(Date.now() - began).toBeGreaterThan(2_900);
  });

  it("drops a message that nobody has any use for any more", async () => {
    gateway.answer = () => ({ status: 503 });
    const phone = newPhone("kg");
    await askForCode(shop, phone);
    await eventually("it was tried", async () => {
      const { tries } = await deliveriesTo(shop.databases, "kg", phone);
      return tries[0]?.status === "failed";
    });
    gateway.reset();
    await shop.databases.sql(
      "kg",
      "UPDATE sms_messages SET useful_until = now() - interval '1 s', available_at = now() WHERE state = 'waiting'",
    );
    const { messages } = await untilState(shop, "kg", phone, "expired");
    expect(messages[0]?.message).toBe("");
    expect(sentTo(gateway, phone)).toEqual([]);
  });

  it("a provider that hangs holds up neither the other market, nor messages, nor orders", async () => {
    const stuck = newPhone("kg");
    gateway.answer = (request) =>
      request.fields.to === stuck ? "hang" : { status: 200, body: '{"ok":true,"id":"quick"}' };
    await askForCode(shop, stuck);
    await eventually("the gateway was asked", () => sentTo(gateway, stuck).length > 0);
    const caller = await shop.logIn("+996700111000");
    const { sku } = await shop.findSku("kg", 1);
    await buy(caller, sku.id);
    const others = markets.map((market) => [market, newPhone(market)] as const);
    for (const [, phone] of others) await askForCode(shop, phone);
    for (const [market, phone] of others) await untilState(shop, market, phone, "sent");
    const idle = await shop.databases.count(
      "kg",
      `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'
       AND state_change < now() - interval '100 ms'`,
    );
    expect(idle).toBe(0);
    const waiting = await shop.databases.count(
      "kg",
      "SELECT count(*) FROM outbox WHERE done_at IS NULL AND topic = 'order.created'",
    );
    expect(waiting).toBe(0);
  });

  it("a provider that keeps failing is asked last for a while", async () => {
    fakeTwilio.answer = () => ({ status: 500 });
    for (let i = 0; i < 4; ++i) {
      const phone = newPhone("us");
      await askForCode(shop, phone);
      const { tries } = await untilState(shop, "us", phone, "sent");
      expect(tries.map((entry) => entry.provider)).toEqual(i < 3 ? ["twilio", "gateway"] : ["gateway"]);
    }
    const metrics = await (await fetch(`${shop.origin}/metrics`)).text();
    expect(metrics).toMatch(/marque_sms_tries\{market="us",outcome="failed",provider="twilio"\} \d+/);
    expect(metrics).toMatch(/marque_sms_tries\{market="us",outcome="accepted",provider="gateway"\} \d+/);
  });

  it("[C7] kill -9 while messages are on their way: each arrives, and repetitions have the same key", async () => {
    const phones = Array.from({ length: 20 }, () => newPhone("kg"));
    const held: Array<() => void> = [];
    // The first answers come too late for the server that asked.
    gateway.answer = (_, count) =>
      count % 2 === 0
        ? { status: 200, body: '{"ok":true,"id":"x"}' }
        : new Promise((resolve) => {
            held.push(() => resolve({ status: 200, body: '{"ok":true,"id":"y"}' }));
          });
    await Promise.all(phones.map((phone) => askForCode(shop, phone)));
    await eventually("half of them were taken", () => held.length >= 4 && gateway.received.length >= 8);
    await shop.server.kill();
    for (const release of held) release();
    gateway.answer = () => ({ status: 200, body: '{"ok":true,"id":"z"}' });
    await shop.restart();
    // Rather than wait for the dead server's leases to run out.
    await hurry(shop, "kg");
    for (const phone of phones) await untilState(shop, "kg", phone, "sent");
    let repeated = 0;
    for (const phone of phones) {
      const requests = sentTo(gateway, phone);
      expect(requests.length).toBeGreaterThan(0);
      expect(new Set(requests.map((request) => request.fields.id)).size).toBe(1);
      repeated += requests.length - 1;
    }
    const keys = new Set(phones.map((phone) => sentTo(gateway, phone)[0]?.fields.id));
    expect(keys.size).toBe(phones.length);
    console.log(`[C7] ${layout}: 20 of 20 messages arrived over a kill -9, ${repeated} repeated under their own key`);
  });
});

describe("negative control of SMS", () => {
  it("without its key, one event seen twice would be two messages", async () => {
    const gateway = await FakeProvider.gateway();
    const replay = async (prepare?: string) => {
      const shop = await Shop.open("one database", {
        settings: gatewaySettings("kg", gateway.origin),
        prepare: async (databases) => {
          if (prepare) await databases.sql("kg", prepare);
        },
      });
      try {
        gateway.reset();
        const phone = newPhone("kg");
        await askForCode(shop, phone);
        await untilState(shop, "kg", phone, "sent");
        // As after a crash between the message's row and the event's "done".
        await shop.databases.sql(
          "kg",
          `UPDATE outbox SET done_at = NULL, available_at = now(),
             payload = jsonb_build_object('phone', $1::text, 'message', 'again 123456') WHERE topic = 'sms.send'`,
          [phone],
        );
        await eventually(
          "the event is done again",
          async () => (await shop.databases.count("kg", "SELECT count(*) FROM outbox WHERE done_at IS NULL")) === 0,
        );
        await eventually(
          "nothing waits",
          async () =>
            (await shop.databases.count("kg", "SELECT count(*) FROM sms_messages WHERE state = 'waiting'")) === 0,
        );
        return sentTo(gateway, phone).length;
      } finally {
        await shop.close();
      }
    };
    const forgetful = `CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        DELETE FROM sms_messages WHERE market = NEW.market AND id = NEW.id;
        RETURN NEW;
      END $$;
      CREATE TRIGGER forget BEFORE INSERT ON sms_messages FOR EACH ROW EXECUTE FUNCTION forget()`;
    expect(await replay()).toBe(1);
    expect(await replay(forgetful)).toBe(2);
    await gateway.close();
  });
});
