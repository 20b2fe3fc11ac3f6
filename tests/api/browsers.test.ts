// [H10] [R51] What every answer tells a browser: what it may do with it, and which other origins may read it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { raw } from "../harness/api.js";
import { MarqueServer } from "../harness/server.js";
import { customerPhones, Shop } from "../harness/shop.js";
import { exchange, portOf } from "../harness/sockets.js";

const always = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
};
const closedPolicy = "default-src 'none'; frame-ancestors 'none'";

describe("[H10] security headers", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open("one database", { settings: { TRUSTED_PROXIES: "127.0.0.1" } });
  });
  afterAll(() => shop?.close());

  it.each<[string, string, string]>([
    ["/api/v1/markets", closedPolicy, "same-origin"],
    ["/api/v1/products?market=kg", closedPolicy, "same-origin"],
    ["/api/v1/nothing", closedPolicy, "same-origin"],
    ["/health", closedPolicy, "same-origin"],
    ["/metrics", closedPolicy, "same-origin"],
    ["/dev/sms", closedPolicy, "same-origin"],
    ["/api/v1/openapi.json", closedPolicy, "same-origin"],
    ["/docs/viewer.js", closedPolicy, "same-origin"],
    [
      "/docs",
      "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'; object-src 'none'",
      "same-origin",
    ],
  ])("%s carries them", async (path, policy, resources) => {
    const { headers } = await raw(shop.origin, "GET", path);
    expect(Object.fromEntries(headers)).toMatchObject({
      ...always,
      "content-security-policy": policy,
      "cross-origin-resource-policy": resources,
    });
    expect(headers.get("strict-transport-security")).toBeNull();
    expect(headers.get("set-cookie")).toBeNull();
  });

  it("pictures may be shown by pages of other origins, and run nothing", async () => {
    const { json } = await raw(shop.origin, "GET", "/api/v1/products?market=kg&limit=1");
    const { items } = json() as { items: Array<{ image: string }> };
    const { headers } = await raw(shop.origin, "GET", items[0]?.image ?? "");
    expect(Object.fromEntries(headers)).toMatchObject({
      ...always,
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      "cross-origin-resource-policy": "cross-origin",
    });
  });

  it("refused framing carries them as well", async () => {
    const { responses } = await exchange(portOf(shop.origin), "GET / HTTP/1.1\r\n\r\n");
    expect(responses[0]?.headers).toMatchObject({ ...always, "content-security-policy": closedPolicy });
  });

  it("what is somebody's own is not kept by caches", async () => {
    const { token } = await shop.logIn(customerPhones.kg);
    const own = await raw(shop.origin, "GET", "/api/v1/auth/profile", { token });
    expect(own.headers.get("cache-control")).toBe("no-store");
  });

  it("a browser that came by HTTPS is told to come by nothing else", async () => {
    const hsts = async (origin: string, headers: Record<string, string> = {}) =>
      (await raw(origin, "GET", "/health", { headers })).headers.get("strict-transport-security");
    const expected = "max-age=31536000; includeSubDomains";
    expect(await hsts(shop.origin, { "X-Forwarded-Proto": "https" })).toBe(expected);
    expect(await hsts(shop.origin, { "X-Forwarded-Proto": "http" })).toBeNull();
    expect(await hsts(shop.origin, { "X-Forwarded-Proto": "https, http" })).toBeNull();
    const { environment } = shop.databases;
    const plain = await MarqueServer.start(environment);
    const secure = await MarqueServer.start({ ...environment, PUBLIC_URL: "https://api.shop.example/" });
    try {
      expect(await hsts(plain.origin, { "X-Forwarded-Proto": "https" })).toBeNull();
      expect(await hsts(secure.origin)).toBe(expected);
      const { responses } = await exchange(portOf(secure.origin), "GET / HTTP/1.1\r\n\r\n");
      expect(responses[0]?.headers["strict-transport-security"]).toBe(expected);
    } finally {
      await plain.stop();
      await secure.stop();
    }
  });
});

describe("[H10] [R51] browsers of other origins", () => {
  let shop: Shop;
  beforeAll(async () => {
    const origins = "https://shop.example,https://admin.shop.example:8443,http://localhost:3000";
    shop = await Shop.open("one database", { settings: { CORS_ORIGINS: origins } });
  });
  afterAll(() => shop?.close());

  const preflight = (origin: string, headers: Record<string, string> = {}) =>
    fetch(`${shop.origin}/api/v1/orders/create`, {
      method: "OPTIONS",
      headers: { Origin: origin, "Access-Control-Request-Method": "POST", ...headers },
    });

  it.each<[string, boolean]>([
    ["https://shop.example", true],
    ["https://admin.shop.example:8443", true],
    ["http://localhost:3000", true],
    ["null", false],
    ["*", false],
    ["http://shop.example", false],
    ["https://shop.example:443", false],
    ["https://shop.example:8443", false],
    ["https://admin.shop.example", false],
    ["https://SHOP.example", false],
    ["https://shop.example/", false],
    ["https://shop.example.", false],
    ["https://shop.example.evil.example", false],
    ["https://evil-shop.example", false],
    ["https://sub.shop.example", false],
    ["https://shop.example@evil.example", false],
    ["https://shop_example", false],
    ["https://shopxexample", false],
    ["http://localhost", false],
    ["http://localhost:30000", false],
    ["http://127.0.0.1:3000", false],
    ["https://shop.example, https://evil.example", false],
    ["https://evil.example https://shop.example", false],
    ["file://", false],
  ])("%s: %s", async (origin, allowed) => {
    const before = await preflight(origin, { "Access-Control-Request-Headers": "authorization,content-type" });
    const answer = await fetch(`${shop.origin}/api/v1/markets`, { headers: { Origin: origin } });
    const refusal = await fetch(`${shop.origin}/api/v1/orders`, { headers: { Origin: origin } });
    expect([before.status, answer.status, refusal.status]).toEqual([204, 200, 401]);
    for (const { headers } of [before, answer, refusal]) {
      expect(headers.get("access-control-allow-origin")).toBe(allowed ? origin : null);
      expect(headers.get("access-control-allow-credentials")).toBeNull();
      expect(headers.get("access-control-allow-private-network")).toBeNull();
      expect((headers.get("vary") ?? "").split(/,\s*/)).toContain("Origin");
    }
    expect(before.headers.get("access-control-allow-methods")).toBe(allowed ? "GET, POST, PUT, PATCH, DELETE" : null);
    expect(before.headers.get("access-control-max-age")).toBe(allowed ? "600" : null);
  });

  it("an answer to nobody's origin says that it depends on it, so that no cache mixes them up", async () => {
    const { headers } = await raw(shop.origin, "GET", "/api/v1/markets");
    expect(headers.get("access-control-allow-origin")).toBeNull();
    expect((headers.get("vary") ?? "").split(/,\s*/)).toContain("Origin");
  });

  it("the token travels in the Authorization header only, which no other page can make a browser send", async () => {
    const { token } = await shop.logIn(customerPhones.us);
    const origin = "https://shop.example";
    const before = await preflight(origin, { "Access-Control-Request-Headers": "authorization" });
    expect((before.headers.get("access-control-allow-headers") ?? "").toLowerCase()).toContain("authorization");
    const good = await raw(shop.origin, "GET", "/api/v1/auth/profile", { token, headers: { Origin: origin } });
    expect(good.status).toBe(200);
    expect(good.headers.get("access-control-allow-origin")).toBe(origin);
    expect(good.headers.get("set-cookie")).toBeNull();
    for (const headers of [
      { Cookie: `access_token=${token}` },
      { Cookie: `Authorization=Bearer ${token}` },
      { "X-Access-Token": token },
      { Authorization: `Basic ${Buffer.from(`x:${token}`).toString("base64")}` },
      { Authorization: token },
    ] as Array<Record<string, string>>) {
      expect((await raw(shop.origin, "GET", "/api/v1/auth/profile", { headers })).status).toBe(401);
    }
    for (const name of ["access_token", "token", "authorization"])
      expect((await raw(shop.origin, "GET", `/api/v1/auth/profile?${name}=${token}`)).status).toBe(401);
  });
});
