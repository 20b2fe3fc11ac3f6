// The refresh token in an HttpOnly cookie: only for whoever asks by the header, only for log-in paths, and of no use
// to another site's page.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { raw } from "../harness/api.js";
import { noteSecret } from "../harness/evidence.js";
import { type LayoutName, layouts, type Market, markets } from "../harness/layouts.js";
import { customerPhones, Shop, testCode } from "../harness/shop.js";

const post = (origin: string, path: string, body: unknown, headers: Record<string, string>) =>
  raw(origin, "POST", path, {
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

const byCookie = { "X-Refresh-Token": "cookie" };
interface Login {
  access_token: string;
  refresh_token: string;
}

describe.each<LayoutName>(layouts)("refresh by cookie, %s", (layout) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open(layout, { settings: { CORS_ORIGINS: "https://shop.example" } });
  });
  afterAll(() => shop?.close());

  const logIn = (market: Market, headers: Record<string, string> = byCookie) =>
    post(
      shop.origin,
      "/api/v1/auth/verify-code",
      { phone: customerPhones[market], verification_code: testCode },
      headers,
    );
  const refresh = (headers: Record<string, string>, refresh_token = "") =>
    post(shop.origin, "/api/v1/auth/refresh", { refresh_token }, headers);
  const cookieOf = (headers: Headers) => {
    const [pair = "", ...attributes] = (headers.get("set-cookie") ?? "").split("; ");
    noteSecret("token", pair.split("=")[1] ?? "");
    return { pair, attributes };
  };

  it.each(markets)("[R51] a login in %s is kept, renewed and ended by the cookie", async (market) => {
    const first = await logIn(market);
    expect(first.status).toBe(200);
    expect((first.json() as Login).refresh_token).toBe("");
    const { pair, attributes } = cookieOf(first.headers);
    expect(pair).toMatch(new RegExp(`^marque_refresh=${market}\\.`));
    expect(attributes).toEqual(["Path=/api/v1/auth", "HttpOnly", "SameSite=Strict", "Max-Age=604800"]);

    const second = await refresh({ ...byCookie, Cookie: `other=1; ${pair}; more=2` });
    expect(second.status).toBe(200);
    const { access_token: token, refresh_token: shown } = second.json() as Login;
    expect(shown).toBe("");
    const renewed = cookieOf(second.headers).pair;
    expect(renewed).not.toBe(pair);
    expect((await raw(shop.origin, "GET", "/api/v1/auth/profile", { token })).status).toBe(200);

    const out = await raw(shop.origin, "POST", "/api/v1/auth/logout", { token, headers: byCookie });
    expect(out.status).toBe(204);
    expect(out.headers.get("set-cookie")).toMatch(/^marque_refresh=; .*Max-Age=0/);
    expect((await refresh({ ...byCookie, Cookie: renewed })).problem().code).toBe("auth.invalid_refresh");
  });

  it("without the header nothing changes: the token stands in the answer, and a cookie is not looked at", async () => {
    const plain = await logIn("kg", {});
    expect(plain.headers.get("set-cookie")).toBeNull();
    expect((plain.json() as Login).refresh_token).toMatch(/^kg\./);
    const { pair } = cookieOf((await logIn("kg")).headers);
    const forged = await refresh({ Cookie: pair });
    expect(forged.status).toBe(401);
    expect(forged.headers.get("set-cookie")).toBeNull();
    for (const cookie of [
      "",
      "marque_refresh",
      "marque_refresh=",
      "xmarque_refresh=a",
      `x${pair}`,
      "marque_refresh=kg.1.2.3",
    ])
      expect((await refresh({ ...byCookie, Cookie: cookie })).status, cookie).toBe(401);
  });

  it("another site's page may not send the header, nor read an answer that had cookies", async () => {
    for (const origin of ["https://shop.example", "https://evil.example"]) {
      const { headers } = await fetch(`${shop.origin}/api/v1/auth/refresh`, {
        method: "OPTIONS",
        headers: {
          Origin: origin,
          "Access-Control-Request-Method": "POST",
          "Access-Control-Request-Headers": "content-type,x-refresh-token",
        },
      });
      expect((headers.get("access-control-allow-headers") ?? "").toLowerCase()).not.toContain("x-refresh-token");
      expect(headers.get("access-control-allow-credentials")).toBeNull();
    }
  });
});

it("outside development the cookie is for HTTPS only", async () => {
  const shop = await Shop.open("one database", { settings: { PUBLIC_URL: "https://shop.example" } });
  try {
    const { headers } = await post(
      shop.origin,
      "/api/v1/auth/verify-code",
      { phone: customerPhones.kg, verification_code: testCode },
      byCookie,
    );
    noteSecret("token", headers.get("set-cookie")?.match(/=([^;]*)/)?.[1] ?? "");
    expect(headers.get("set-cookie")).toMatch(/; Secure$/);
  } finally {
    await shop.close();
  }
});
