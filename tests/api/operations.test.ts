// What operators and browsers need of the server: health, metrics, documents, CORS, request ids, problem documents.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, type Problem, raw } from "../harness/api.js";
import { checkAnswer, documentPath } from "../harness/contract.js";
import { layouts } from "../harness/layouts.js";
import { run } from "../harness/processes.js";
import { marque, MarqueServer, projectFolder } from "../harness/server.js";
import { customerPhones, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

describe("statements of a route", () => {
  it("are counted in builds for tests, and the contract refuses one more than the route declares", async () => {
    const shop = await Shop.open("one database");
    try {
      const { token } = await shop.logIn(customerPhones.kg);
      const answer = await raw(shop.origin, "POST", "/api/v1/cart/get", { token });
      expect(Number(answer.headers.get("x-statements"))).toBeGreaterThanOrEqual(1);
      const seen = {
        method: "POST",
        path: "/api/v1/cart/get",
        status: 200,
        contentType: "application/json",
        body: answer.text,
        requestId: "a-request",
      };
      checkAnswer({ ...seen, statements: "1" });
      expect(() => checkAnswer({ ...seen, statements: "2" })).toThrow("2 statements, the route declares 1");
    } finally {
      await shop.close();
    }
  });
});

describe("OpenAPI", () => {
  it("[R128] the committed document is what the binary prints", async () => {
    const printed = await marque(["openapi"], { ENVIRONMENT: "development" });
    expect(printed.code).toBe(0);
    expect(printed.stdout).toBe(readFileSync(documentPath, "utf8"));
  });

  it("the document is valid for Redocly", async () => {
    const tests = join(projectFolder, "tests");
    const lint = await run(
      join(tests, "node_modules/.bin/redocly"),
      ["lint", "--config", join(tests, "redocly.yaml"), documentPath],
      {
        directory: tests,
        environment: { REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
      },
    );
    expect(lint.code, lint.stdout + lint.stderr).toBe(0);
  });
});

describe.each(layouts)("operations, %s", (layout) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open(layout);
  });
  afterAll(() => shop?.close());

  it("says that it lives and that it is ready", async () => {
    expect((await raw(shop.origin, "GET", "/health")).json()).toEqual({ status: "ok" });
    expect((await raw(shop.origin, "GET", "/health/ready")).json()).toEqual({ status: "ready" });
  });

  it("counts requests by route for Prometheus", async () => {
    const path = "/api/v1/markets";
    const seen = async () => {
      const { text } = await raw(shop.origin, "GET", "/metrics");
      const line = text
        .split("\n")
        .find(
          (entry) =>
            entry.startsWith("marque_http_requests_total") && entry.includes(`"${path}"`) && entry.includes("2xx"),
        );
      return Number(line?.split(" ").at(-1));
    };
    const before = await seen();
    good(await shop.guest().GET(path, {}));
    expect(await seen()).toBe(before + 1);
  });

  it("serves its OpenAPI document and a viewer that loads nothing from elsewhere", async () => {
    const served = await raw(shop.origin, "GET", "/api/v1/openapi.json");
    expect(served.text).toBe(readFileSync(documentPath, "utf8"));
    const page = await raw(shop.origin, "GET", "/docs");
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(page.text).not.toMatch(/(?:src|href)="https?:/);
    const script = await raw(shop.origin, "GET", "/docs/viewer.js");
    expect(script.headers.get("content-type")).toContain("javascript");
  });

  it("draws the pictures that products name", async () => {
    const { items } = good(await shop.guest("us").GET("/api/v1/products", { params: { query: { limit: 3 } } }));
    for (const item of items) {
      const picture = await raw(shop.origin, "GET", item.image ?? "");
      expect(picture.status).toBe(200);
      expect(picture.headers.get("content-type")).toBe("image/svg+xml");
      expect(picture.text).toContain("<svg");
    }
    expect((await raw(shop.origin, "GET", "/media/demo/none.svg")).problem()).toMatchObject({
      status: 404,
      code: "media.not_found",
    });
  });

  it.each([
    "/nothing",
    "/api/v1/nothing",
    "/api/v2/products",
    "/api/v1/products/a/b",
    "/API/v1/products",
    "/api/v1/../../etc/passwd",
  ])("answers 404 with a problem document for %s", async (path) => {
    expect((await raw(shop.origin, "GET", path)).problem()).toMatchObject({
      status: 404,
      code: "http.not_found",
      title: expect.any(String),
      type: expect.any(String),
      errors: [],
    });
  });

  it("answers 405 and the methods that are allowed", async () => {
    const answer = await raw(shop.origin, "DELETE", "/api/v1/products");
    expect(answer.problem()).toMatchObject({ status: 405, code: "http.method_not_allowed" });
    expect(answer.headers.get("allow")).toContain("GET");
    const remove = await raw(shop.origin, "PUT", "/api/v1/cart/add", { body: "{}" });
    expect(remove.problem().code).toBe("http.method_not_allowed");
    expect(remove.headers.get("allow")).toContain("POST");
  });

  it("keeps a caller's request id, makes its own where there is none worth keeping, and logs it", async () => {
    const given = await raw(shop.origin, "POST", "/api/v1/auth/verify-code", {
      headers: { "X-Request-Id": "test-request-12345", "Content-Type": "application/json" },
      body: "{}",
    });
    expect(given.headers.get("x-request-id")).toBe("test-request-12345");
    expect(given.problem().request_id).toBe("test-request-12345");
    await eventually("the line is logged", () =>
      shop.server.logs.find((line) => line.request_id === "test-request-12345"),
    );
    const ids = new Set<string>();
    for (const odd of ["", "short", "with space 123", "x".repeat(65), '{"a":"bcdefg"}']) {
      const answer = await raw(shop.origin, "GET", "/health", { headers: odd ? { "X-Request-Id": odd } : {} });
      expect(answer.headers.get("x-request-id")).not.toBe(odd);
      ids.add(answer.headers.get("x-request-id") ?? "");
    }
    expect(ids.size).toBe(5);
  });

  it("[R113] development answers browsers of every origin", async () => {
    const preflight = await fetch(`${shop.origin}/api/v1/orders/create`, {
      method: "OPTIONS",
      headers: {
        Origin: "http://localhost:3000",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,idempotency-key",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
    expect(preflight.headers.get("access-control-allow-methods")).toContain("POST");
    const allowed = (preflight.headers.get("access-control-allow-headers") ?? "").toLowerCase();
    for (const name of ["authorization", "content-type", "x-market", "idempotency-key"])
      expect(allowed).toContain(name);
    const answer = await raw(shop.origin, "GET", "/api/v1/products", { headers: { Origin: "http://localhost:3000" } });
    expect(answer.headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
    expect(answer.headers.get("vary")).toContain("Origin");
    expect(answer.headers.get("access-control-expose-headers")).toContain("X-Request-Id");
  });

  it.each(["https://shop.example,https://admin.example", '["https://shop.example", "https://admin.example"]'])(
    "[R113] configured origins are the only ones: %s",
    async (origins) => {
      const server = await MarqueServer.start({ ...shop.databases.environment, CORS_ORIGINS: origins });
      try {
        for (const origin of ["https://shop.example", "https://admin.example"]) {
          const answer = await fetch(`${server.origin}/api/v1/markets`, { headers: { Origin: origin } });
          expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
        }
        for (const origin of ["https://shop.example.evil", "http://shop.example", "null", "https://SHOP.example:443"]) {
          const answer = await fetch(`${server.origin}/api/v1/markets`, { headers: { Origin: origin } });
          expect(answer.headers.get("access-control-allow-origin")).toBeNull();
          const preflight = await fetch(`${server.origin}/api/v1/markets`, {
            method: "OPTIONS",
            headers: { Origin: origin, "Access-Control-Request-Method": "GET" },
          });
          expect(preflight.headers.get("access-control-allow-origin")).toBeNull();
        }
      } finally {
        await server.stop();
      }
    },
  );

  it("logs are JSON lines without phones, codes and tokens", async () => {
    const { token } = await shop.logIn(customerPhones.kg);
    good(await shop.withToken(token).GET("/api/v1/auth/profile", {}));
    await eventually("the login is logged", () => shop.server.logs.find((line) => line.event === "auth.logged_in"));
    for (const line of shop.server.logs)
      expect(line).toMatchObject({ time: expect.any(String), level: expect.any(String), event: expect.any(String) });
    const text = JSON.stringify(shop.server.logs);
    expect(text).not.toContain(customerPhones.kg);
    expect(text).not.toContain(token.split(".")[2]);
  });

  it("two servers on the same databases agree: a login here is good there, and ends there", async () => {
    const second = await MarqueServer.start(shop.databases.environment);
    try {
      const { api, token } = await shop.logIn(customerPhones.us);
      const there = () => raw(second.origin, "GET", "/api/v1/auth/profile", { token });
      expect((await there()).status).toBe(200);
      expect((await api.POST("/api/v1/auth/logout", {})).response.status).toBe(204);
      await eventually("the other server refuses the token", async () => (await there()).status === 401, {
        timeout_ms: 1_500,
      });
    } finally {
      await second.stop();
    }
  });

  it("stops on SIGTERM with success", async () => {
    const server = await MarqueServer.start(shop.databases.environment);
    expect((await fetch(`${server.origin}/health`)).status).toBe(200);
    expect(await server.stop()).toBe(0);
    expect(server.logs.some((line) => line.event === "server.stopped")).toBe(true);
  });

  it("with the database gone: alive, not ready, 503 with a problem document", async () => {
    const own = await Shop.open(layout);
    try {
      const { token } = await own.logIn(customerPhones.kg);
      const access = own.databases.access;
      for (const name of new Set(Object.values(own.databases.names))) {
        const maintenance = access.pool("postgres");
        await maintenance.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
        await maintenance.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [name]);
        await maintenance.end();
      }
      await eventually("not ready", async () => (await raw(own.origin, "GET", "/health/ready")).status === 503, {
        timeout_ms: 5_000,
      });
      expect((await raw(own.origin, "GET", "/health")).status).toBe(200);
      expect((await own.guest("kg").GET("/api/v1/products", {})).response.status).toBe(200);
      const orders = await raw(own.origin, "GET", "/api/v1/orders", { token });
      expect(orders.problem() satisfies Problem).toMatchObject({ status: 503, code: "http.unavailable" });
      for (const name of new Set(Object.values(own.databases.names))) {
        const maintenance = access.pool("postgres");
        await maintenance.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
        await maintenance.end();
      }
      await eventually("ready again", async () => (await raw(own.origin, "GET", "/health/ready")).status === 200, {
        timeout_ms: 5_000,
      });
      // Another thread's pool may still be in its half second of back-off.
      const served = async () => (await raw(own.origin, "GET", "/api/v1/orders", { token })).status === 200;
      await eventually("orders served again", served, { timeout_ms: 5_000 });
    } finally {
      await own.close();
    }
  });
});
