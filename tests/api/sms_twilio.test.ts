// What we send to Twilio against Twilio's own description of its Messages API, played by Prism. Skipped where absent.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good } from "../harness/api.js";
import { Prism } from "../harness/prism.js";
import { projectFolder } from "../harness/server.js";
import { Shop } from "../harness/shop.js";
import { deliveriesTo, twilioAccount, twilioSettings, twilioToken } from "../harness/sms.js";
import { eventually } from "../harness/waiting.js";

const shared = process.env.MARQUE_SHARED_DATA ?? resolve(projectFolder, "../shared/data");
const file = join(shared, "providers/twilio_messages.openapi.json");
const isThere = existsSync(file);
if (!isThere) console.log(`Twilio tests skipped: there is no ${file} (set MARQUE_SHARED_DATA)`);

const senders = {
  "a number": { TWILIO_FROM: "+15005550006" },
  "a messaging service": { TWILIO_FROM: "", TWILIO_MESSAGING_SERVICE_SID: `MG${"0".repeat(32)}` },
};

describe.skipIf(!isThere)("Twilio's Messages API, played by Prism", () => {
  let prism: Prism;
  beforeAll(async () => {
    prism = await Prism.play(file);
  });
  afterAll(() => prism?.close());

  it.each(Object.entries(senders))("[R50] takes our message, sent from %s", async (_, settings) => {
    const shop = await Shop.open("database per market", { settings: twilioSettings(prism.origin, settings) });
    try {
      const phone = "+12125550199";
      good(await shop.guest().POST("/api/v1/auth/send-verification", { body: { phone } }));
      const delivery = await eventually("Twilio answers", async () => {
        const { tries } = await deliveriesTo(shop.databases, "us", phone);
        return tries.find((entry) => entry.status !== "sending");
      });
      expect(delivery).toMatchObject({
        provider: "twilio",
        status: "accepted",
        error: null,
        provider_message_id: `SM${"a".repeat(32)}`,
      });
    } finally {
      await shop.close();
    }
  });

  it("negative control: refuses a message without receiver, with a wrong type, or without credentials", async () => {
    const url = `${prism.origin}/2010-04-01/Accounts/${twilioAccount}/Messages.json`;
    const authorization = `Basic ${Buffer.from(`${twilioAccount}:${twilioToken}`).toString("base64")}`;
    const ask = async (form: Record<string, string>, headers: Record<string, string>) =>
      (await fetch(url, { method: "POST", headers, body: new URLSearchParams(form) })).status;
    const form = { To: "+12125550199", From: "+15005550006", Body: "text" };
    expect(await ask(form, { authorization })).toBe(201);
    expect(await ask({ From: form.From, Body: form.Body }, { authorization })).toBe(422);
    expect(await ask({ ...form, ValidityPeriod: "long" }, { authorization })).toBe(422);
    expect(await ask(form, {})).toBe(401);
  });
});
