// Which settings a server sends SMS with, and without which it does not start; whom it trusts over TLS.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { bankSettings } from "../harness/bank_double.js";
import { Databases } from "../harness/layouts.js";
import { marque } from "../harness/server.js";
import { Shop } from "../harness/shop.js";
import {
  askForCode,
  chooseProviders,
  deliveriesTo,
  gatewaySettings,
  newPhone,
  twilioSettings,
  twilioToken,
} from "../harness/sms.js";
import { eventually } from "../harness/waiting.js";

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

describe("SMS outside development", () => {
  const production = {
    ENVIRONMENT: "production",
    JWT_SECRET: "tests-only-secret-of-more-than-32-characters",
    CORS_ORIGINS: "https://shop.example",
    STRIPE_SECRET_KEY: "sk_test_of_the_tests",
    STRIPE_WEBHOOK_SECRET: "whsec_tests",
    ...bankSettings("https://bank.example"),
  };
  let databases: Databases;
  beforeAll(async () => {
    databases = await Databases.copy("database per market", inject("cluster"));
  });
  afterAll(() => databases?.drop());
  const ready = {
    ...gatewaySettings("kg", "https://gateway.example"),
    ...twilioSettings("https://api.twilio.com"),
  };

  it.each<[string, Record<string, string>, Record<string, string>, RegExp]>([
    [
      "no provider at all",
      {},
      {},
      /market KG sends SMS by gateway: set SMS_GATEWAY_KG_URL[^]*market US sends SMS by twilio: set TWILIO/,
    ],
    ["the development provider", ready, { us: "development" }, /market US sends SMS by development: it sends nothing/],
    ["a second provider that is not ready", ready, { us: "twilio, gateway" }, /market US sends SMS by gateway/],
    ["an unknown provider", ready, { kg: "pigeon" }, /market KG sends SMS by pigeon: there is no such provider/],
    ["no words", ready, { kg: "" }, /market KG has no sms_provider/],
    [
      "codes over plain HTTP",
      { ...ready, TWILIO_API_BASE: "http://api.twilio.com" },
      {},
      /TWILIO_API_BASE: must begin/,
    ],
    [
      "a mistake in a gateway",
      { ...ready, SMS_GATEWAY_KG_COLOUR: "blue" },
      {},
      /SMS_GATEWAY_KG_…: COLOUR is no setting/,
    ],
  ])("does not serve with %s", async (_, settings, providers, message) => {
    await chooseProviders(databases, { kg: "gateway", us: "twilio", ...providers });
    const result = await marque(["serve"], { ...production, ...databases.environment, ...settings });
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toContain(twilioToken);
  });

  it("has no more to say of it when every live market has its provider", async () => {
    await chooseProviders(databases, { kg: "gateway", us: "twilio" });
    const result = await marque(["serve"], { ...production, ...databases.environment, ...ready });
    // The next thing that is looked at: the tests' PostgreSQL does not sync.
    expect(result.stderr).toContain("may lose committed orders");
    expect(result.stderr).not.toContain("SMS");
  });
});
