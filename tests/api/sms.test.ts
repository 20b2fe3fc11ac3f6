// SMS from the code somebody asked for to the provider that took it: which one, what if it fails, what it says later.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import twilio from "twilio";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { good, raw } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { buy, Shop } from "../harness/shop.js";
import {
  chooseProviders,
  deliveriesTo,
  FakeProvider,
  gatewaySecret,
  gatewaySettings,
  twilioAccount,
  twilioSettings,
  twilioToken,
} from "../harness/sms.js";
import { eventually } from "../harness/waiting.js";

let lastPhone = 0;
/** A mobile number nobody has used yet in this file. */
function newPhone(market: Market): string {
  const digits = String(++lastPhone).padStart(4, "0");
  return market === "kg" ? `+99670022${digits}` : `+1212555${digits}`;
}

async function askForCode(shop: Shop, phone: string): Promise<void> {
  good(await shop.guest().POST("/api/v1/auth/send-verification", { body: { phone } }));
}

const sentTo = (provider: FakeProvider, phone: string) =>
  provider.received.filter((request) => Object.values(request.fields).includes(phone));

async function untilState(shop: Shop, market: Market, phone: string, state: string) {
  return eventually(`the message to ${phone} is ${state}`, async () => {
    const found = await deliveriesTo(shop.databases, market, phone);
    return found.messages.at(-1)?.state === state && found;
  });
}

/** Lets a message's next try come now instead of after its back-off. */
const hurry = (shop: Shop, market: Market) =>
  shop.databases.sql(market, "UPDATE sms_messages SET available_at = now() WHERE state = 'waiting'");

describe.each(layouts)("SMS, %s", (layout) => {
  let shop: Shop;
  let gateway: FakeProvider;
  let american: FakeProvider;
  let fakeTwilio: FakeProvider;
  beforeAll(async () => {
    gateway = await FakeProvider.gateway();
    american = await FakeProvider.gateway();
    fakeTwilio = await FakeProvider.twilio();
    shop = await Shop.open(layout, {
      settings: {
        ...gatewaySettings("kg", gateway.origin),
        ...gatewaySettings("us", american.origin, {
          STATUS_SECRET: "",
          STATUS_URL: `${american.origin}/status/{provider_id}?own={id}`,
        }),
        ...twilioSettings(fakeTwilio.origin),
        SMS_TIMEOUT_SECONDS: "1",
        SMS_STATUS_POLL_SECONDS: "1",
      },
      prepare: (databases) => chooseProviders(databases, { us: "twilio, gateway" }),
    });
  });
  afterEach(() => {
    for (const provider of [gateway, american, fakeTwilio]) {
      provider.dropConnections();
      provider.reset();
    }
  });
  afterAll(async () => {
    await shop?.close();
    for (const provider of [gateway, american, fakeTwilio]) await provider?.close();
  });

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
    await eventually("it was tried", async () => (await deliveriesTo(shop.databases, "kg", phone)).tries.length > 0);
    gateway.reset();
    await shop.databases.sql(
      "kg",
      "UPDATE sms_messages SET useful_until = now() - interval '1 s', available_at = now() WHERE state = 'waiting'",
    );
    const { messages } = await untilState(shop, "kg", phone, "expired");
    expect(messages[0]?.message).toBe("");
    expect(sentTo(gateway, phone)).toEqual([]);
  });

  it("a provider that hangs holds up neither the other market, nor other messages, nor orders, nor a transaction", async () => {
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

  /** The newest delivery of a message Twilio took; it may be resting, so the message is made up. */
  async function twilioDelivery(): Promise<{ phone: string; id: string; sid: string }> {
    const phone = newPhone("us");
    const sid = `SM${"a".repeat(28)}${String(lastPhone).padStart(4, "0")}`;
    const [message] = await shop.databases.sql<{ id: string }>(
      "us",
      `INSERT INTO sms_messages (market, id, phone, message, state, useful_until)
       VALUES ('US', $1, $2, '', 'sent', now()) RETURNING id`,
      [1_000_000 + lastPhone, phone],
    );
    const [delivery] = await shop.databases.sql<{ id: string }>(
      "us",
      `INSERT INTO sms_deliveries (market, message_id, provider, provider_message_id, status)
       VALUES ('US', $1, 'twilio', $2, 'accepted') RETURNING id`,
      [message?.id, sid],
    );
    return { phone, id: delivery?.id ?? "", sid };
  }

  /** Twilio's callback, signed by its own library. */
  async function report(target: string, form: Record<string, string>, token = twilioToken, signed = form) {
    const signature = twilio.getExpectedTwilioSignature(token, `https://shop.example${target}`, signed);
    return raw(shop.origin, "POST", target, {
      headers: { "X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(form).toString(),
    });
  }

  it("[R50] Twilio's signed reports move a delivery on, never back", async () => {
    const { phone, id, sid } = await twilioDelivery();
    const target = `/api/v1/webhooks/sms/twilio?market=us&delivery=${id}`;
    const form = (status: string, more = {}) => ({ MessageSid: sid, MessageStatus: status, To: phone, ...more });
    const status = async () => (await deliveriesTo(shop.databases, "us", phone)).tries[0]?.status;
    for (const [word, expected] of [
      ["sent", "sent"],
      ["delivered", "delivered"],
      ["sent", "delivered"],
      ["undelivered", "delivered"],
      ["something new", "delivered"],
    ] as const) {
      expect((await report(target, form(word))).status).toBe(204);
      expect(await status()).toBe(expected);
    }
    const other = await twilioDelivery();
    const bad = { MessageSid: other.sid, MessageStatus: "undelivered", ErrorCode: "30003" };
    await report(`/api/v1/webhooks/sms/twilio?market=us&delivery=${other.id}`, bad);
    expect((await deliveriesTo(shop.databases, "us", other.phone)).tries[0]).toMatchObject({
      status: "undelivered",
      error: "code 30003",
    });
    // Signed, but about another message than this delivery's.
    const wrong = { MessageSid: sid, MessageStatus: "delivered" };
    const answer = await report(`/api/v1/webhooks/sms/twilio?market=us&delivery=${other.id}`, wrong);
    expect(answer.status).toBe(204);
    expect((await deliveriesTo(shop.databases, "us", other.phone)).tries[0]?.status).toBe("undelivered");
  });

  it("a report whose sending nobody could record ends the trying", async () => {
    gateway.answer = () => "hang";
    const phone = newPhone("kg");
    await askForCode(shop, phone);
    const key = await eventually("the gateway was asked", () => sentTo(gateway, phone)[0]?.fields.id);
    const path = `/api/v1/webhooks/sms/gateway/kg?secret=${gatewaySecret}&id=${key}&status=Delivered`;
    expect((await raw(shop.origin, "POST", path)).status).toBe(204);
    const { tries } = await untilState(shop, "kg", phone, "sent");
    expect(tries[0]?.status).toBe("delivered");
    await hurry(shop, "kg");
    expect(sentTo(gateway, phone)).toHaveLength(1);
  });

  it("refuses reports that are unsigned, wrongly signed, or signed for something else", async () => {
    const { phone, id, sid } = await twilioDelivery();
    const target = `/api/v1/webhooks/sms/twilio?market=us&delivery=${id}`;
    const form = { MessageSid: sid, MessageStatus: "delivered" };
    const answers = [
      await raw(shop.origin, "POST", target, { body: new URLSearchParams(form).toString() }),
      await report(target, form, "another token"),
      await report(target, form, twilioToken, { ...form, MessageStatus: "sent" }),
      await report(target, form, ""),
    ];
    const signature = twilio.getExpectedTwilioSignature(twilioToken, `https://shop.example${target}`, form);
    for (const header of [signature.slice(0, -1), signature.toLowerCase(), ""]) {
      const init = { headers: { "X-Twilio-Signature": header }, body: new URLSearchParams(form).toString() };
      answers.push(await raw(shop.origin, "POST", target, init));
    }
    for (const answer of answers) expect(answer.problem()).toMatchObject({ status: 403, code: "sms.bad_signature" });
    for (const path of [
      "kg",
      "kg?secret=wrong",
      `us?secret=${gatewaySecret}`,
      "us?secret=",
      `de?secret=${gatewaySecret}`,
    ]) {
      const answer = await raw(shop.origin, "POST", `/api/v1/webhooks/sms/gateway/${path}`, { body: '{"id":"m1"}' });
      expect(answer.problem()).toMatchObject({ status: 403, code: "sms.bad_signature" });
    }
    expect((await deliveriesTo(shop.databases, "us", phone)).tries[0]?.status).toBe("accepted");
    expect((await report("/api/v1/webhooks/sms/twilio?market=us", form)).problem().code).toBe("sms.bad_callback");
  });

  it("a gateway's report may come as JSON or form, by our id or its own", async () => {
    for (const body of ['{"id": "m1", "status": "delivered"}', "id=m1&status=DELIVERED"]) {
      const phone = newPhone("kg");
      gateway.reset();
      gateway.answer = () => ({ status: 200, body: JSON.stringify({ ok: true, id: `own-${phone}` }) });
      await askForCode(shop, phone);
      await untilState(shop, "kg", phone, "sent");
      const answer = await raw(shop.origin, "POST", "/api/v1/webhooks/sms/gateway/kg", {
        headers: { "X-Webhook-Secret": gatewaySecret },
        body: body.replace("m1", body.startsWith("{") ? `own-${phone}` : encodeURIComponent(`own-${phone}`)),
      });
      expect(answer.status).toBe(204);
      expect((await deliveriesTo(shop.databases, "kg", phone)).tries[0]?.status).toBe("delivered");
    }
    const unknown = await raw(shop.origin, "POST", "/api/v1/webhooks/sms/gateway/kg", {
      headers: { "X-Webhook-Secret": gatewaySecret },
      body: '{"id": "nobody"}',
    });
    expect(unknown.problem()).toMatchObject({ status: 422, code: "sms.bad_callback" });
  });

  it("a gateway that does not report is asked", async () => {
    american.answer = (request, count) =>
      request.method === "GET"
        ? { status: 200, body: '{"status": "delivered"}' }
        : { status: 200, body: `{"ok":true,"id":"asked ${count}"}` };
    fakeTwilio.answer = () => ({ status: 500 });
    const phone = newPhone("us");
    await askForCode(shop, phone);
    const { messages } = await untilState(shop, "us", phone, "sent");
    await eventually("it was delivered", async () => {
      const { tries } = await deliveriesTo(shop.databases, "us", phone);
      return tries.at(-1)?.status === "delivered";
    });
    const asked = american.received.filter((request) => request.method === "GET").map((request) => request.path);
    expect(asked.some((path) => path.endsWith(`?own=us${messages[0]?.id}`) && path.includes("asked+"))).toBe(true);
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
    await hurry(shop, "kg");
    for (const phone of phones) await untilState(shop, "kg", phone, "sent");
    let repeated = 0;
    for (const phone of phones) {
      const requests = sentTo(gateway, phone);
      expect(requests.length).toBeGreaterThan(0);
      expect(new Set(requests.map((request) => request.fields.id)).size).toBe(1);
      repeated += requests.length - 1;
    }
    const keys = new Set(gateway.received.map((request) => request.fields.id));
    expect(keys.size).toBe(phones.length);
    console.log(`[C7] ${layout}: 20 of 20 messages arrived over a kill -9, ${repeated} repeated under their own key`);
  });
});

describe("SMS over TLS", () => {
  it("a provider whose certificate nobody vouches for gets nothing", async () => {
    const folder = mkdtempSync(join(tmpdir(), "marque-test-tls-"));
    const made = spawnSync("openssl", [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"],
      ...["-subj", "/CN=localhost", "-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")],
    ]);
    expect(made.status, String(made.stderr)).toBe(0);
    let heard = 0;
    const pair = { key: readFileSync(join(folder, "key.pem")), cert: readFileSync(join(folder, "cert.pem")) };
    const server = createTlsServer(pair, (_, response) => {
      heard += 1;
      response.end('{"ok":true}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
    const shop = await Shop.open("one database", { settings: gatewaySettings("kg", origin) });
    try {
      const phone = newPhone("kg");
      await askForCode(shop, phone);
      const failed = await eventually("it was tried", async () => {
        const { tries } = await deliveriesTo(shop.databases, "kg", phone);
        return tries.find((entry) => entry.status === "failed");
      });
      expect(failed.error).toContain("certificate");
      expect(heard).toBe(0);
    } finally {
      await shop.close();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("negative controls of SMS", () => {
  it("unsigned_sms_status: an unsigned report would be believed", async () => {
    const shop = await Shop.open("one database", {
      settings: {
        ...twilioSettings("http://127.0.0.1:1"),
        MARQUE_BREAK: "unsigned_sms_status",
      },
    });
    try {
      const answer = await raw(shop.origin, "POST", "/api/v1/webhooks/sms/twilio?market=us&delivery=1", {
        body: "MessageSid=SM1&MessageStatus=delivered",
      });
      expect(answer.status).toBe(204);
    } finally {
      await shop.close();
    }
  });

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
