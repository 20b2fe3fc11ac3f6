// [R52] What the server logs and what it must not. The logs of the whole run are searched at its end for everything
// that any test put in (harness/evidence.ts, harness/global_setup.ts).
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw } from "../harness/api.js";
import { leaksIn, type Secret } from "../harness/evidence.js";
import { layouts } from "../harness/layouts.js";
import { buy, customerPhones, delivery, Shop } from "../harness/shop.js";
import { exchange, portOf } from "../harness/sockets.js";
import { eventually } from "../harness/waiting.js";

describe.each(layouts)("[R52] log hygiene, %s", (layout) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open(layout, { settings: { DEBUG: "true" } });
  });
  afterAll(() => shop?.close());

  const logged = (id: string) =>
    eventually(`the line of ${id}`, () => shop.server.logs.find((line) => line.request_id === id));

  it("logs log-ins and requests, and nothing personal or secret, even at level debug", async () => {
    const phone = "+996555020001";
    good(await shop.guest().POST("/api/v1/auth/send-verification", { body: { phone } }));
    const code = await eventually("the SMS", () => shop.smsCode(phone));
    const caller = await shop.logIn(phone, code);
    const { sku } = await shop.findSku("kg", 5);
    await buy(caller, sku.id);
    await raw(shop.origin, "POST", "/api/v1/cart/get", { headers: { "X-Request-Id": "hygiene-end" } });
    await logged("hygiene-end");
    expect(shop.server.logs.find((line) => line.event === "auth.logged_in")).toMatchObject({ market: "kg" });
    expect(shop.server.logs.filter((line) => line.event === "http.request").length).toBeGreaterThan(5);
    const secrets: Secret[] = [
      { kind: "phone", value: phone },
      { kind: "code", value: code },
      { kind: "token", value: caller.token },
      { kind: "address", value: delivery(phone).delivery_address },
    ];
    expect(leaksIn("server", shop.server.output, secrets)).toEqual([]);
  });

  it("control: a server that logs phones is found out", async () => {
    const guilty = await Shop.open(layout, { settings: { MARQUE_BREAK: "log_phone" } });
    try {
      await guilty.logIn(customerPhones.us);
      await eventually("the log-in is logged", () => guilty.server.logs.find((l) => l.event === "auth.logged_in"));
      const leaks = leaksIn("server", guilty.server.output, [{ kind: "phone", value: customerPhones.us }]);
      expect(leaks).toHaveLength(1);
      expect(leaks[0]?.line).toContain("auth.phone");
    } finally {
      await guilty.close();
    }
  });

  it("the search finds each kind of secret in a line, and no part of a longer word", () => {
    const secrets: Secret[] = [
      { kind: "phone", value: "+996505231255" },
      { kind: "code", value: "493817" },
      { kind: "token", value: "aaaa.bbbb.cccccccccccccccccccccc" },
      { kind: "address", value: "Chuy Avenue 1" },
      { kind: "card", value: "4242424242424242" },
    ];
    const line = (text: string) =>
      leaksIn("x", `{"time":"2026-01-01T00:00:00.493817Z","event":"a","what":"${text}"}`, secrets);
    for (const text of [
      "to 996505231255",
      "code 493817 sent",
      "Bearer x.y.cccccccccccccccccccccc",
      "to Chuy Avenue 1, Bishkek",
      "card 4242424242424242",
    ])
      expect(line(text), text).toHaveLength(1);
    for (const text of ["+996*******55", "a493817b", "1493817", "cccc", "Chuy"]) expect(line(text), text).toEqual([]);
  });

  it("what a client chose cannot end a line, nor begin a field", async () => {
    const forged = `","level":"error","event":"forged`;
    const path = `/api/v1/${encodeURIComponent(`\r\n{"event":"forged"}`)}${forged.replaceAll('"', "%22")}`;
    await raw(shop.origin, "POST", path, { headers: { "X-Request-Id": "hygiene-forged" } });
    expect((await logged("hygiene-forged")).path).toBe(path);
    // Quotes may stand in a target as they are; bytes beyond ASCII and controls are refused before.
    const odd = await exchange(
      portOf(shop.origin),
      `POST /a"},{"event":"forged"}\\n HTTP/1.1\r\nHost: x\r\nX-Request-Id: hygiene-quotes\r\n\r\n`,
      300,
    );
    expect(odd.responses[0]?.status).toBe(404);
    expect((await logged("hygiene-quotes")).path).toBe(`/a"},{"event":"forged"}\\n`);
    expect(shop.server.logs.filter((line) => line.event === "forged")).toEqual([]);
  });
});
