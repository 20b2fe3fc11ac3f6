// What providers say of a message after they took it: signed, in any order, asked for, or never recorded by us.
import twilio from "twilio";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { raw } from "../harness/api.js";
import { layouts } from "../harness/layouts.js";
import { Shop } from "../harness/shop.js";
import {
  askForCode,
  deliveriesTo,
  FakeProvider,
  gatewaySecret,
  hurry,
  newPhone,
  sentTo,
  SmsShop,
  twilioSettings,
  twilioToken,
  untilState,
} from "../harness/sms.js";
import { eventually } from "../harness/waiting.js";

describe.each(layouts)("reports on SMS, %s", (layout) => {
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

  /** The newest delivery of a message Twilio took; it may be resting, so the message is made up. */
  async function twilioDelivery(): Promise<{ phone: string; id: string; sid: string }> {
    const phone = newPhone("us");
    const sid = `SM${"a".repeat(28)}${phone.slice(-4)}`;
    const [message] = await shop.databases.sql<{ id: string }>(
      "us",
      `INSERT INTO sms_messages (market, id, phone, message, state, useful_until)
       VALUES ('US', $1, $2, '', 'sent', now()) RETURNING id`,
      [1_000_000 + Number(phone.slice(-4)), phone],
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
});

describe("negative control of reports", () => {
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
});
