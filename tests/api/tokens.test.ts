// Access tokens: the forged ones nobody may believe, key rotation, EdDSA, and the clock they run by.
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { client, good, type Problem, raw, refused } from "../harness/api.js";
import { flippedBits, forgeries, signedByHand } from "../harness/forgeries.js";
import { layouts, markets } from "../harness/layouts.js";
import { untilHeard } from "../harness/pair.js";
import { jwtSecret, MarqueServer } from "../harness/server.js";
import { type Caller, customerPhones, Shop } from "../harness/shop.js";
import { claimsOf, mint, plantSession } from "../harness/tokens.js";

const profile = "/api/v1/auth/profile";
const libfaketime = `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu/faketime/libfaketime.so.1`;

/** The problem document of a token that was not believed, without what differs from request to request. */
async function answerTo(origin: string, token: string): Promise<{ status: number; body: Problem }> {
  const answer = await raw(origin, "GET", profile, { token });
  const { request_id, ...body } = answer.problem();
  expect(request_id).toBeTruthy();
  return { status: answer.status, body: body as Problem };
}

describe.each(layouts)("tokens, %s", (layout) => {
  let shop: Shop;
  let caller: Caller;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    caller = await shop.logIn(customerPhones.kg);
  });
  afterAll(() => shop?.close());

  const parts = () => ({ sub: caller.user.id, market: "kg", sid: claimsOf(caller.token).sid });

  it("[F1] refuses every forged token with one and the same answer, and lives on", async () => {
    const forged = await forgeries(caller.token, parts());
    expect(forged.length).toBeGreaterThanOrEqual(60);
    expect(new Set(forged.map(([name]) => name)).size).toBe(forged.length);
    const first = await answerTo(shop.origin, forged[0]?.[1] ?? "");
    expect(first).toMatchObject({ status: 401, body: { code: "auth.invalid_token" } });
    const began = performance.now();
    for (const [name, token] of forged)
      expect({ name, ...(await answerTo(shop.origin, token)) }).toEqual({ name, ...first });
    const each_ms = (performance.now() - began) / forged.length;
    console.log(`${forged.length} forged tokens, ${each_ms.toFixed(2)} ms each with the way there and back`);
    good(await caller.api.GET(profile, {}));
  });

  it("[F1] refuses a token with any single bit of its signature flipped", async () => {
    const flipped = flippedBits(caller.token);
    expect(flipped).toHaveLength(256);
    const statuses = await Promise.all(
      flipped.map(async (token) => (await raw(shop.origin, "GET", profile, { token })).status),
    );
    expect(new Set(statuses)).toEqual(new Set([401]));
  });

  it("[F1] a forged token is refused where none would be needed, too", async () => {
    const token = await mint({ ...parts(), secret: "another-secret-of-more-than-32-characters!" });
    for (const path of ["/api/v1/products", "/api/v1/categories"])
      expect((await raw(shop.origin, "GET", path, { token })).problem()).toMatchObject({
        status: 401,
        code: "auth.invalid_token",
      });
  });

  it("[F1] a token of a megabyte or with NUL inside is refused while the header is read", async () => {
    const { port } = new URL(shop.origin);
    for (const [token, status] of [
      ["x".repeat(1_000_000), "431"],
      [caller.token.replace(".", "\0."), "400"],
    ]) {
      const answer = await new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), "127.0.0.1");
        let text = "";
        socket.on("data", (piece) => (text += piece.toString()));
        socket.on("close", () => resolve(text));
        socket.on("error", (error) => (text ? resolve(text) : reject(error)));
        socket.write(`GET ${profile} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`);
      });
      expect(answer.split(" ")[1]).toBe(status);
    }
    good(await caller.api.GET(profile, {}));
  });

  it("[F1] a KG token that says US opens nothing in US, whoever has the same id there", async () => {
    const other = await shop.logIn(customerPhones.us);
    const sid = claimsOf(caller.token).sid;
    if (shop.databases.split)
      await shop.databases.sql(
        "us",
        "INSERT INTO users (market, id, phone) VALUES ('US', $1, '+12125559999') ON CONFLICT DO NOTHING",
        [caller.user.id],
      );
    const moved = await shop.withToken(await mint({ ...parts(), market: "us" })).GET(profile, {});
    // In one database the account is found where it lives, whatever the hint; ids of another database are other people.
    if (shop.databases.split) expect(refused(moved)).toMatchObject({ status: 401, code: "auth.session_ended" });
    else expect(good(moved)).toMatchObject({ id: caller.user.id, market: "kg" });
    const stolen = await mint({ sub: other.user.id, market: "us", sid });
    expect(refused(await shop.withToken(stolen).GET(profile, {}))).toMatchObject({
      status: 401,
      code: "auth.session_ended",
    });
  });

  it("refuses an expired token by its own code", async () => {
    const token = await mint({ ...parts(), expiresIn_s: -1 });
    const boundary = await mint({ ...parts(), expiresIn_s: 0 });
    for (const expired of [token, boundary])
      expect(await answerTo(shop.origin, expired)).toMatchObject({ status: 401, body: { code: "auth.expired_token" } });
  });

  it("[F1] refuses a refresh token in place of an access token", async () => {
    const login = good(
      await shop.guest().POST("/api/v1/auth/verify-code", {
        body: { phone: customerPhones.kg, verification_code: "123456" },
      }),
    );
    expect(await answerTo(shop.origin, login.refresh_token)).toMatchObject({
      status: 401,
      body: { code: "auth.invalid_token" },
    });
  });

  it("refuses a token without a session, and with another user's session", async () => {
    const other = await shop.logIn("+996700111006");
    for (const sid of [undefined, claimsOf(other.token).sid]) {
      const token = await mint({ ...parts(), sid });
      expect(refused(await shop.withToken(token).GET(profile, {}))).toMatchObject({
        status: 401,
        code: "auth.session_ended",
      });
    }
  });

  it("takes the token it signed, as a control, with the scheme in any case", async () => {
    expect(good(await shop.withToken(await mint(parts())).GET(profile, {})).id).toBe(caller.user.id);
    const answer = await raw(shop.origin, "GET", profile, { headers: { Authorization: `bearer ${caller.token}` } });
    expect(answer.status).toBe(200);
  });

  it.each(["Basic dXNlcjpwYXNz", "Bearer", "Token abc"])('asks for a login where the header is "%s"', async (value) => {
    const answer = await raw(shop.origin, "GET", profile, { headers: { Authorization: value } });
    expect(answer.problem()).toMatchObject({ status: 401, code: "auth.required" });
  });

  it.each(markets)("[R41] [R42] [R45] a token of %s says who, where, and for how long", async (market) => {
    const { token, user } = await shop.logIn(customerPhones[market]);
    const claims = claimsOf(token) as unknown as Record<string, unknown>;
    expect(claims).toMatchObject({ iss: "marque", aud: "marque", sub: user.id, market, ver: 1 });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(30 * 60);
    const header = JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()) as unknown;
    expect(header).toEqual({ alg: "HS256", typ: "at+jwt", kid: expect.stringMatching(/^[\w-]{8}$/) as string });
    const life_s = await shop.databases.count(
      market,
      "SELECT extract(epoch FROM expires_at - created_at) FROM sessions WHERE id = $1",
      [claims.sid],
    );
    expect(life_s).toBe(10_080 * 60);
    expect(good(await shop.withToken(token).GET(profile, {}))).toMatchObject({ id: user.id, market });
  });

  it("[R43] a token without a market is looked up in KG, and one of an older login, too", async () => {
    const sid = await plantSession(shop.databases, "kg", { market: "KG", id: caller.user.id });
    const api = shop.withToken(await mint({ sub: caller.user.id, sid }));
    expect(good(await api.GET(profile, {}))).toMatchObject({ id: caller.user.id, market: "kg" });
  });

  it.each(markets)('[R44] an unknown user of %s in a valid token is 404 "User not found"', async (market) => {
    const token = await mint({ sub: "99999998", market, sid: claimsOf(caller.token).sid });
    for (const path of [profile, "/api/v1/auth/sessions"])
      expect((await raw(shop.origin, "GET", path, { token })).problem()).toMatchObject({
        status: 404,
        detail: "User not found",
      });
  });

  it("[R51] a page of another origin may send the token, read the answer, and keep it where it likes", async () => {
    const origin = "https://shop.example";
    const preflight = await fetch(`${shop.origin}${profile}`, {
      method: "OPTIONS",
      headers: {
        Origin: origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")?.toLowerCase()).toContain("authorization");
    const answer = await raw(shop.origin, "GET", profile, { token: caller.token, headers: { Origin: origin } });
    expect(answer.status).toBe(200);
    expect([origin, "*"]).toContain(answer.headers.get("access-control-allow-origin"));
    expect(answer.headers.get("set-cookie")).toBeNull();
  });
});

describe("tokens, keys", () => {
  let shop: Shop;
  let caller: Caller;
  beforeAll(async () => {
    shop = await Shop.open("one database");
    caller = await shop.logIn(customerPhones.kg);
  });
  afterAll(() => shop?.close());

  /** Another server on the same database for the time of a test. */
  const serving = async (settings: Record<string, string>, test: (server: MarqueServer) => Promise<void>) => {
    const server = await MarqueServer.start({ ...shop.databases.environment, ...settings });
    try {
      await test(server);
    } finally {
      await server.stop();
    }
  };
  const statusOf = async (server: MarqueServer, token: string) =>
    (await raw(server.origin, "GET", profile, { token })).status;
  const newSecret = "a-new-secret-of-more-than-32-characters-too";

  it("[F4] a new secret beside the old one interrupts nobody; the old one removed ends its tokens", async () => {
    let token = "";
    await serving({ JWT_SECRET: newSecret, JWT_SECRET_PREVIOUS: jwtSecret }, async (server) => {
      expect(await statusOf(server, caller.token)).toBe(200);
      const answer = await client(server.origin).POST("/api/v1/auth/verify-code", {
        body: { phone: customerPhones.kg, verification_code: "123456" },
      });
      token = good(answer).access_token;
      expect(await statusOf(server, token)).toBe(200);
    });
    await serving({ JWT_SECRET: newSecret }, async (server) => {
      expect(await statusOf(server, caller.token)).toBe(401);
      expect(await statusOf(server, token)).toBe(200);
    });
    expect((await raw(shop.origin, "GET", profile, { token })).status).toBe(401);
  });

  it("[F1] [F4] EdDSA: signs, keeps the former key, and takes no HMAC made with the public key", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const next = generateKeyPairSync("ed25519");
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const publicPem = publicKey.export({ type: "spki", format: "pem" }).toString();
    const publicDer = publicKey.export({ type: "spki", format: "der" });
    const claims = decodeJwt(caller.token);
    let token = "";
    await serving({ JWT_ALGORITHM: "EdDSA", JWT_PRIVATE_KEY: pem.replaceAll("\n", "\\n") }, async (server) => {
      const answer = await client(server.origin).POST("/api/v1/auth/verify-code", {
        body: { phone: customerPhones.kg, verification_code: "123456" },
      });
      token = good(answer).access_token;
      expect(await statusOf(server, token)).toBe(200);
      const outside = new SignJWT(claims).setProtectedHeader({ alg: "EdDSA", typ: "at+jwt" });
      expect(await statusOf(server, await outside.sign(privateKey))).toBe(200);
      expect(await statusOf(server, caller.token)).toBe(401);
      const header = '{"alg":"HS256","typ":"at+jwt"}';
      const keys = [publicPem, publicPem.trim(), publicPem.split("\n")[1] ?? "", publicDer, publicDer.subarray(-32)];
      for (const key of keys)
        expect(await answerTo(server.origin, signedByHand(header, JSON.stringify(claims), key))).toMatchObject({
          status: 401,
          body: { code: "auth.invalid_token" },
        });
    });
    const nextSettings = {
      JWT_ALGORITHM: "EdDSA",
      JWT_PRIVATE_KEY: next.privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"),
    };
    await serving({ ...nextSettings, JWT_PUBLIC_KEYS_PREVIOUS: publicDer.toString("base64") }, async (server) => {
      expect(await statusOf(server, token)).toBe(200);
    });
    await serving(nextSettings, async (server) => {
      expect(await statusOf(server, token)).toBe(401);
    });
  });

  it.runIf(existsSync(libfaketime))(
    "[F6] access tokens run by the server's clock, sessions and refresh tokens by the database's",
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "marque-test-clock-"));
      const clock = join(folder, "clock");
      const set = (offset: string) => writeFileSync(clock, `${offset}\n`);
      set("+0s");
      const settings = {
        LD_PRELOAD: libfaketime,
        FAKETIME_TIMESTAMP_FILE: clock,
        FAKETIME_NO_CACHE: "1",
        FAKETIME_DONT_FAKE_MONOTONIC: "1",
        ASAN_OPTIONS: "verify_asan_link_order=0",
      };
      const codeOf = async (server: MarqueServer, token: string) => {
        const answer = await raw(server.origin, "GET", profile, { token });
        return answer.status === 200 ? "good" : answer.problem().code;
      };
      try {
        await serving(settings, async (server) => {
          const api = client(server.origin);
          const body = { phone: customerPhones.kg, verification_code: "123456" };
          const login = good(await api.POST("/api/v1/auth/verify-code", { body }));
          expect(await codeOf(server, login.access_token)).toBe("good");
          set("+10m");
          expect(await codeOf(server, login.access_token)).toBe("good");
          set("+31m");
          expect(await codeOf(server, login.access_token)).toBe("auth.expired_token");
          const next = good(await api.POST("/api/v1/auth/refresh", { body: { refresh_token: login.refresh_token } }));
          expect(await codeOf(server, next.access_token)).toBe("good");
          expect(await codeOf(shop.server, next.access_token)).toBe("auth.invalid_token");
          set("-10m");
          // New to this server, and made ten minutes from now.
          const sid = claimsOf(login.access_token).sid;
          const ahead = await mint({ sub: login.user.id, market: "kg", sid });
          expect(await codeOf(server, ahead)).toBe("auth.invalid_token");
          expect(await codeOf(shop.server, ahead)).toBe("good");
          const again = good(await api.POST("/api/v1/auth/refresh", { body: { refresh_token: next.refresh_token } }));
          expect(await codeOf(server, again.access_token)).toBe("good");
          expect(await codeOf(shop.server, again.access_token)).toBe("good");
          // What runs by the monotonic clock has not noticed any of it.
          await untilHeard(server.origin, 1);
        });
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  it.each([
    ["JWT_PRIVATE_KEY", { JWT_ALGORITHM: "EdDSA" }],
    ["JWT_PRIVATE_KEY", { JWT_ALGORITHM: "EdDSA", JWT_PRIVATE_KEY: "no key at all" }],
    ["JWT_SECRET_PREVIOUS", { JWT_SECRET_PREVIOUS: "short" }],
  ])("does not start where %s is missing, unreadable or too short", async (name, settings) => {
    await expect(serving(settings, async () => {})).rejects.toThrow(name);
  });

  it.each([
    ["skip_token_type", () => mint({ ...parts(), header: { typ: "refresh" } })],
    ["skip_token_audience", () => mint({ ...parts(), claims: { aud: "somebody" } })],
    [
      "obey_token_algorithm",
      async () => {
        const payload = (await mint(parts())).split(".")[1];
        return `${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`;
      },
    ],
  ])("control: %s lets a forged token in, so its refusal is no accident", async (name, forge) => {
    const token = await forge();
    expect((await raw(shop.origin, "GET", profile, { token })).status).toBe(401);
    await serving({ MARQUE_BREAK: name }, async (server) => {
      expect(await statusOf(server, token)).toBe(200);
    });
  });

  const parts = () => ({ sub: caller.user.id, market: "kg", sid: claimsOf(caller.token).sid });
});
