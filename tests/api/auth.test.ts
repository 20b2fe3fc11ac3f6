// Logging in by phone and SMS code, the account's own endpoint, and logging out.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, postText, raw, refused } from "../harness/api.js";
import { layouts } from "../harness/layouts.js";
import { customerPhones, Shop } from "../harness/shop.js";
import { claimsOf, mint } from "../harness/tokens.js";
import { eventually } from "../harness/waiting.js";

describe.each(layouts)("auth, %s", (layout) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open(layout);
  });
  afterAll(() => shop?.close());

  const send = (phone: string) => shop.guest().POST("/api/v1/auth/send-verification", { body: { phone } });
  const verify = (phone: string, code: string) =>
    shop.guest().POST("/api/v1/auth/verify-code", { body: { phone, verification_code: code } });
  const codeFor = async (phone: string) => {
    good(await send(phone));
    return eventually(`an SMS to ${phone}`, () => shop.smsCode(phone));
  };
  const notThe = (code: string) => (code === "000000" ? "000001" : "000000");
  it("[R3] [R36] [R49] sends a code and keeps no readable copy of it", async () => {
    const sent = good(await send("+996555000001"));
    expect(sent).toMatchObject({ phone: "+996555000001", market: "kg", expires_in_s: 300, resend_in_s: 60 });
    const code = await eventually("the SMS", () => shop.smsCode("+996555000001"));
    const [row] = await shop.databases.sql(
      "kg",
      "SELECT market, code_hmac, is_used FROM verification_codes WHERE phone = $1",
      ["+996555000001"],
    );
    expect(row).toMatchObject({ market: "KG", is_used: false });
    expect(row?.code_hmac).not.toContain(code);
    expect(shop.server.output).not.toContain(code);
  });

  it("[R37] [R38] [R40] [R41] the code logs in; a new phone gets an account of its market", async () => {
    const phone = "+12125557001";
    const answer = good(await verify(phone, await codeFor(phone)));
    expect(answer.user).toMatchObject({ phone, market: "us", is_verified: true, is_active: true, currency: "USD" });
    expect(answer.user.id).toMatch(/^[1-9]\d*$/);
    expect(answer.user.last_login).toBeTruthy();
    expect(answer.token_type).toBe("bearer");
    expect(answer.expires_in).toBe(1_800);
    const claims = claimsOf(answer.access_token);
    expect(claims).toMatchObject({ sub: answer.user.id, market: "us" });
    expect(claims.exp * 1000).toBeGreaterThan(Date.now() + 1_700_000);
    expect(
      await shop.databases.count("us", `SELECT count(*) FROM users WHERE phone = $1 AND market = 'US'`, [phone]),
    ).toBe(1);
    expect(
      await shop.databases.count("kg", `SELECT count(*) FROM users WHERE phone = $1 AND market = 'KG'`, [phone]),
    ).toBe(0);
  });

  it("[R7] logging in again finds the same account and sets last_login", async () => {
    const first = await shop.logIn("+996700111001");
    const second = await shop.logIn("+996700111001");
    expect(second.user.id).toBe(first.user.id);
    expect(Date.parse(second.user.last_login ?? "")).toBeGreaterThan(Date.parse(first.user.last_login ?? ""));
  });

  it.each([
    ["phone_number and code", { phone_number: "+996700111002", code: "123456" }],
    ["phone and code", { phone: "+996700111002", code: "123456" }],
    ["phone_number and verification_code", { phone_number: "+996700111002", verification_code: "123456" }],
  ])("takes the older spelling of the fields: %s", async (_, body) => {
    const answer = good(await shop.guest().POST("/api/v1/auth/verify-code", { body }));
    expect(answer.user.phone).toBe("+996700111002");
  });

  it.each(["+1 (312) 805-9851", "+1 312 805 9851", "1-312-805-9851", "13128059851"])(
    "[R4] [R5] understands the phone as people write it: %s",
    async (written) => {
      expect((await shop.logIn(written)).user).toMatchObject({ phone: "+13128059851", market: "us" });
    },
  );

  it.each(["+4915112345678", "+77011234567", "+998901234567"])(
    "refuses %s, naming the prefixes that are served, and writes nothing",
    async (phone) => {
      for (const answer of [await send(phone), await verify(phone, "123456")]) {
        const problem = refused(answer);
        expect(problem).toMatchObject({ status: 422, code: "auth.unsupported_phone" });
        expect(problem.detail).toContain("+996");
        expect(problem.detail).toContain("+1");
      }
      for (const market of ["kg", "us"] as const) {
        expect(await shop.databases.count(market, "SELECT count(*) FROM users WHERE phone = $1", [phone])).toBe(0);
        expect(
          await shop.databases.count(market, "SELECT count(*) FROM verification_codes WHERE phone = $1", [phone]),
        ).toBe(0);
      }
    },
  );

  it.each(["", "abc", "+", "+996", "+1+996505231255", "٠١٢٣", `+${"9".repeat(60)}`, "+996505231255 OR 1=1"])(
    'refuses "%s" as no phone',
    async (phone) => {
      expect(refused(await send(phone))).toMatchObject({
        status: 422,
        code: "http.invalid_input",
        errors: [{ field: "phone" }],
      });
    },
  );

  it("asks for a minute before another code goes to the same phone", async () => {
    good(await send("+996555000002"));
    const again = await send("+996555000002");
    expect(refused(again)).toMatchObject({ status: 429, code: "auth.too_many_codes" });
    const wait_s = Number(again.response.headers.get("retry-after"));
    expect(wait_s).toBeGreaterThan(0);
    expect(wait_s).toBeLessThanOrEqual(60);
    expect(
      await shop.databases.count("kg", "SELECT count(*) FROM verification_codes WHERE phone = $1", ["+996555000002"]),
    ).toBe(1);
  });

  it("a wrong code, an expired one, another phone's one and a used one are refused alike", async () => {
    const code = await codeFor("+996555000003");
    const other = await codeFor("+996555000004");
    const refusals = [refused(await verify("+996555000003", notThe(code)))];
    if (other !== code) refusals.push(refused(await verify("+996555000003", other)));
    good(await verify("+996555000003", code));
    refusals.push(refused(await verify("+996555000003", code)));
    await shop.databases.sql(
      "kg",
      `UPDATE verification_codes SET expires_at = now() - interval '1 second' WHERE phone = $1`,
      ["+996555000004"],
    );
    refusals.push(refused(await verify("+996555000004", other)));
    for (const problem of refusals)
      expect(problem).toMatchObject({ status: 401, code: "auth.wrong_code", detail: refusals[0]?.detail });
  });

  it("[E1] after five wrong guesses the right code is refused too", async () => {
    const phone = "+12125557002";
    const code = await codeFor(phone);
    for (let guess = 0; guess < 5; ++guess) expect(refused(await verify(phone, notThe(code))).status).toBe(401);
    expect(refused(await verify(phone, code))).toMatchObject({ status: 401, code: "auth.wrong_code" });
    expect(await shop.databases.count("us", "SELECT count(*) FROM users WHERE phone = $1", [phone])).toBe(0);
  });

  it("[E1] guesses made all at once are counted before they are compared", async () => {
    const phone = "+12125557003";
    const code = await codeFor(phone);
    const guesses = await Promise.all(Array.from({ length: 20 }, () => verify(phone, notThe(code))));
    for (const guess of guesses) expect([401, 429]).toContain(guess.response.status);
    expect(await shop.databases.count("us", "SELECT attempts FROM verification_codes WHERE phone = $1", [phone])).toBe(
      5,
    );
    expect(refused(await verify(phone, code)).status).toBeGreaterThanOrEqual(401);
  });

  it("[E3] of parallel correct submissions exactly one logs in", async () => {
    const phone = "+996555000006";
    const code = await codeFor(phone);
    const answers = await Promise.all(Array.from({ length: 4 }, () => verify(phone, code)));
    expect(answers.filter((answer) => answer.data !== undefined)).toHaveLength(1);
  });

  it("the code 123456 is good for the configured test phones only", async () => {
    good(await send("+996555000007"));
    expect(refused(await verify("+996555000007", "123456")).code).toBe("auth.wrong_code");
  });

  it.each(["12345", "1234567", "12a456", "", "١٢٣٤٥٦"])('refuses "%s" as no code', async (code) => {
    expect(refused(await verify("+996700111003", code))).toMatchObject({
      status: 422,
      errors: [{ field: "verification_code" }],
    });
  });

  it("[R39] the account is shown to its owner only", async () => {
    const { token, user } = await shop.logIn(customerPhones.kg);
    const profile = good(await shop.withToken(token).GET("/api/v1/auth/profile", {}));
    expect(profile).toEqual(user);
    const nobody = await shop.guest().GET("/api/v1/auth/profile", {});
    expect(refused(nobody)).toMatchObject({ status: 401, code: "auth.required" });
    expect(nobody.response.headers.get("www-authenticate")).toContain("Bearer");
  });

  it('[R44] an unknown user in a good token is 404 "User not found"', async () => {
    const api = shop.withToken(
      await mint({ sub: "99999999", market: "kg", sid: "3f0f7b9e-7a52-4c56-9f5c-0a1b2c3d4e5f" }),
    );
    expect(refused(await api.GET("/api/v1/auth/profile", {}))).toMatchObject({ status: 404, detail: "User not found" });
    expect(refused(await api.POST("/api/v1/cart/get", {}))).toMatchObject({ status: 404, detail: "User not found" });
  });

  it("[R43] a token without a market is looked up in KG", async () => {
    const { token, user } = await shop.logIn(customerPhones.kg);
    const api = shop.withToken(await mint({ sub: user.id, sid: claimsOf(token).sid }));
    expect(good(await api.GET("/api/v1/auth/profile", {}))).toMatchObject({ id: user.id, market: "kg" });
  });

  it("[R39] [F2] logging out ends this login at once and no other", async () => {
    const first = await shop.logIn("+996700111004");
    const second = await shop.logIn("+996700111004");
    good(await first.api.GET("/api/v1/auth/profile", {}));
    expect((await first.api.POST("/api/v1/auth/logout", {})).response.status).toBe(204);
    await eventually(
      "the token is refused",
      async () => {
        const answer = await first.api.GET("/api/v1/auth/profile", {});
        return answer.error !== undefined && refused(answer).code === "auth.session_ended";
      },
      { timeout_ms: 1_000 },
    );
    good(await second.api.GET("/api/v1/auth/profile", {}));
  });

  it("[F2] a blocked account is refused within a second, at the next login too", async () => {
    const phone = "+996700111005";
    const { api } = await shop.logIn(phone);
    good(await api.GET("/api/v1/auth/profile", {}));
    await shop.databases.sql("kg", "UPDATE users SET is_active = false WHERE phone = $1", [phone]);
    await eventually(
      "the token is refused",
      async () => {
        const answer = await api.GET("/api/v1/auth/profile", {});
        return answer.error !== undefined && refused(answer).code === "auth.account_blocked";
      },
      { timeout_ms: 1_500 },
    );
    expect(refused(await verify(phone, "123456"))).toMatchObject({ status: 403, code: "auth.account_blocked" });
  });

  it("refuses bodies that are not what it asked for", async () => {
    const path = "/api/v1/auth/verify-code";
    expect((await postText(shop.origin, path, '{"phone":')).problem()).toMatchObject({
      status: 400,
      code: "http.malformed_json",
    });
    expect((await postText(shop.origin, path, "[]")).problem()).toMatchObject({
      status: 422,
      code: "http.invalid_input",
    });
    const unknown = await postText(shop.origin, path, '{"phone":"+996700111003","code":"123456","market":"us"}');
    expect(unknown.problem()).toMatchObject({ status: 422, errors: [{ field: "market" }] });
    const twice = await postText(shop.origin, path, '{"phone":"+996700111003","phone":"+13128059851","code":"123456"}');
    expect([400, 422]).toContain(twice.status);
    const missing = await postText(shop.origin, path, "{}");
    expect(missing.problem().errors[0]?.field).toBe("phone");
    const wrongType = await raw(shop.origin, "POST", path, {
      body: "phone=1",
      headers: { "Content-Type": "text/plain" },
    });
    expect(wrongType.problem()).toMatchObject({ status: 415, code: "http.unsupported_media_type" });
  });
});
