// Access tokens that must not be believed: forged, expired, damaged, or signed for another purpose.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw, refused } from "../harness/api.js";
import { layouts } from "../harness/layouts.js";
import { type Caller, customerPhones, Shop } from "../harness/shop.js";
import { base64url, claimsOf, mint } from "../harness/tokens.js";

describe.each(layouts)("tokens, %s", (layout) => {
  let shop: Shop;
  let caller: Caller;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    caller = await shop.logIn(customerPhones.kg);
  });
  afterAll(() => shop?.close());

  const parts = () => ({ sub: caller.user.id, market: "kg", sid: claimsOf(caller.token).sid });
  const pieces = () => caller.token.split(".") as [string, string, string];

  const forgeries: Array<[string, () => Promise<string> | string]> = [
    ["another secret", () => mint({ ...parts(), secret: "another-secret-of-more-than-32-characters!" })],
    ["alg none without a signature", () => `${base64url('{"alg":"none","typ":"at+jwt"}')}.${pieces()[1]}.`],
    ["alg None with the right signature", () => `${base64url('{"alg":"None"}')}.${pieces()[1]}.${pieces()[2]}`],
    ["alg HS512 under the right key", () => mint({ ...parts(), header: { alg: "HS512" } })],
    [
      "another user in the payload",
      () => `${pieces()[0]}.${base64url(JSON.stringify({ ...claimsOf(caller.token), sub: "1" }))}.${pieces()[2]}`,
    ],
    ["no signature", () => `${pieces()[0]}.${pieces()[1]}.`],
    ["two parts", () => `${pieces()[0]}.${pieces()[1]}`],
    ["four parts", () => `${caller.token}.x`],
    [
      "one bit of the signature",
      () => caller.token.slice(0, -2) + (caller.token.at(-2) === "A" ? "B" : "A") + caller.token.slice(-1),
    ],
    ["padding", () => `${caller.token}=`],
    ["no text at all", () => "..."],
    ["no exp", () => mint({ ...parts(), claims: { exp: undefined } })],
    ["exp as text", () => mint({ ...parts(), claims: { exp: "9999999999" } })],
    ["no sub", () => mint({ ...parts(), claims: { sub: undefined } })],
    ["sub with SQL", () => mint({ ...parts(), sub: "1 OR 1=1" })],
    ["sub negative", () => mint({ ...parts(), sub: "-1" })],
    ["a market that does not exist", () => mint({ ...parts(), market: "de" })],
    ["the market all", () => mint({ ...parts(), market: "all" })],
    ["another issuer", () => mint({ ...parts(), claims: { iss: "somebody" } })],
    ["another audience", () => mint({ ...parts(), claims: { aud: "somebody" } })],
    ["another kind of token", () => mint({ ...parts(), header: { typ: "refresh" } })],
    ["8 KB of claims", () => mint({ ...parts(), claims: { more: "x".repeat(8_000) } })],
  ];

  it.each(forgeries)("[F1] refuses a token with %s", async (_, forge) => {
    const token = await forge();
    const answer = await shop.withToken(token).GET("/api/v1/auth/profile", {});
    expect(refused(answer)).toMatchObject({ status: 401, code: "auth.invalid_token" });
    const list = await shop.withToken(token).GET("/api/v1/products", {});
    expect(refused(list)).toMatchObject({ status: 401 });
  });

  it("refuses an expired token by its own code", async () => {
    const token = await mint({ ...parts(), expiresIn_s: -1 });
    expect(refused(await shop.withToken(token).GET("/api/v1/auth/profile", {}))).toMatchObject({
      status: 401,
      code: "auth.expired_token",
    });
  });

  it("refuses a refresh token in place of an access token", async () => {
    const login = good(
      await shop.guest().POST("/api/v1/auth/verify-code", {
        body: { phone: customerPhones.kg, verification_code: "123456" },
      }),
    );
    const answer = await shop.withToken(login.refresh_token).GET("/api/v1/auth/profile", {});
    expect(refused(answer)).toMatchObject({ status: 401, code: "auth.invalid_token" });
  });

  it("refuses a token without a session, and with another user's session", async () => {
    const other = await shop.logIn("+996700111006");
    for (const sid of [undefined, claimsOf(other.token).sid]) {
      const token = await mint({ ...parts(), sid });
      expect(refused(await shop.withToken(token).GET("/api/v1/auth/profile", {}))).toMatchObject({
        status: 401,
        code: "auth.session_ended",
      });
    }
  });

  it("takes the token it signed, as a control, with the scheme in any case", async () => {
    expect(good(await shop.withToken(await mint(parts())).GET("/api/v1/auth/profile", {})).id).toBe(caller.user.id);
    const answer = await raw(shop.origin, "GET", "/api/v1/auth/profile", {
      headers: { Authorization: `bearer ${caller.token}` },
    });
    expect(answer.status).toBe(200);
  });

  it.each(["Basic dXNlcjpwYXNz", "Bearer", "Token abc"])('asks for a login where the header is "%s"', async (value) => {
    const answer = await raw(shop.origin, "GET", "/api/v1/auth/profile", { headers: { Authorization: value } });
    expect(answer.problem()).toMatchObject({ status: 401, code: "auth.required" });
  });
});
