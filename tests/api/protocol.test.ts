// [H7] [H8] What the API makes of HTTP's many ways to ask for the same: one table; and what its errors tell.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Problem, raw } from "../harness/api.js";
import { layouts } from "../harness/layouts.js";
import { customerPhones, Shop } from "../harness/shop.js";
import { exchange, open, portOf, type RawResponse, responsesOf } from "../harness/sockets.js";
import { eventually } from "../harness/waiting.js";

/** Words that only somebody inside would use: statements, libraries, files, addresses, versions. */
const inside = new RegExp(
  [
    "SELECT|INSERT|orders_gone|relation|postgres|libpq|llhttp|boost",
    "\\.cpp|/src/|/build/|C\\+\\+|0x[0-9a-f]{6}|\\d+\\.\\d+\\.\\d+",
  ].join("|"),
  "i",
);

const json = "Content-Type: application/json\r\n";

describe("[H7] the protocol", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open("one database");
  });
  afterAll(() => shop?.close());

  const ask = async (method: string, target: string, headers = "", body = ""): Promise<RawResponse> => {
    const length = body ? `Content-Length: ${Buffer.byteLength(body)}\r\n` : "";
    const text = `${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}${length}\r\n${body}`;
    const { responses } = await exchange(portOf(shop.origin), text);
    expect(responses).toHaveLength(1);
    return responses[0] as RawResponse;
  };
  const codeOf = (response: RawResponse) =>
    response.status >= 400 && response.body ? (JSON.parse(response.body) as Problem).code : "";

  it.each<[string, string, number, string]>([
    ["GET", "/api/v1/markets", 200, ""],
    ["HEAD", "/api/v1/markets", 200, ""],
    ["POST", "/api/v1/markets", 405, "GET, HEAD"],
    ["PUT", "/api/v1/markets", 405, "GET, HEAD"],
    ["PATCH", "/api/v1/markets", 405, "GET, HEAD"],
    ["DELETE", "/api/v1/markets", 405, "GET, HEAD"],
    ["OPTIONS", "/api/v1/markets", 405, "GET, HEAD"],
    ["GET", "/api/v1/cart/add", 405, "POST"],
    ["HEAD", "/api/v1/cart/add", 405, "POST"],
    ["TRACE", "/api/v1/markets", 501, ""],
    ["CONNECT", "/api/v1/markets", 501, ""],
    ["PROPFIND", "/api/v1/markets", 501, ""],
    ["QUERY", "/api/v1/markets", 501, ""],
    ["get", "/api/v1/markets", 501, ""],
  ])("%s %s is %i, allowed: %s", async (method, target, status, allowed) => {
    const answer = await ask(method, target);
    expect(answer.status).toBe(status);
    expect(answer.headers.allow ?? "").toBe(allowed);
    if (method === "HEAD") expect(answer.body).toBe("");
    if (method === "HEAD") expect(Number(answer.headers["content-length"])).toBeGreaterThan(0);
  });

  // A body that is JSON but not what the endpoint wants: 422 shows that it was read.
  it.each<[string, number]>([
    ["Content-Type: application/json", 422],
    ["content-type: APPLICATION/JSON", 422],
    ["Content-Type: application/json; charset=utf-8", 422],
    ["Content-Type: application/json;charset=UTF-8", 422],
    ['Content-Type: application/json; charset="utf-8"', 422],
    ["Content-Type: application/json; profile=x", 422],
    ["Content-Type: application/json; charset=utf-16", 415],
    ["Content-Type: application/json; charset=iso-8859-1", 415],
    ["Content-Type: application/json; a=b; charset=latin1", 415],
    ["Content-Type: application/json, text/plain", 415],
    ["Content-Type: application/jsonx", 415],
    ["Content-Type: application/problem+json", 415],
    ["Content-Type: text/json", 415],
    ["Content-Type: text/plain", 415],
    ["Content-Type: application/x-www-form-urlencoded", 415],
    ["Content-Type: multipart/form-data; boundary=x", 415],
    ["Content-Type: application/xml", 415],
    ["Content-Type:", 415],
    ["X-A: b", 415],
    ["Content-Type: application/json\r\nContent-Encoding: identity", 422],
    ["Content-Type: application/json\r\nContent-Encoding: gzip", 415],
    ["Content-Type: application/json\r\nContent-Encoding: deflate", 415],
    ["Content-Type: application/json\r\nContent-Encoding: br", 415],
    ["Content-Type: application/json\r\nContent-Encoding: gzip, gzip", 415],
  ])("a body with %s is %i", async (headers, status) => {
    const answer = await ask("POST", "/api/v1/auth/verify-code", `${headers}\r\n`, "{}");
    expect([answer.status, codeOf(answer)]).toEqual([
      status,
      status === 415 ? "http.unsupported_media_type" : "http.invalid_input",
    ]);
  });

  it.each<[string, number]>([
    ["Accept: application/json", 200],
    ["Accept: text/html", 200],
    ["Accept: application/json;q=0", 200],
    ["Accept: \x2c\x2c;;", 200],
    ["Accept-Charset: utf-16", 200],
    ["Accept-Encoding: zstd, *;q=0", 200],
    [`Accept-Language: ${"a-b;q=0.1,".repeat(800)}`, 200],
    ["Range: bytes=0-1", 200],
    ["If-Match: *", 200],
    ["Connection: Upgrade\r\nUpgrade: websocket", 200],
    ["Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk", 200],
    ["X-HTTP-Method-Override: DELETE", 200],
    ["X-Original-URL: /metrics", 200],
    ["X-Rewrite-URL: /metrics", 200],
    ["Expect: 100-continue", 200],
    ["Expect: 200-ok", 417],
  ])("%s changes nothing: %i", async (header, status) => {
    const answer = await ask("GET", "/api/v1/markets", `${header}\r\n`);
    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
  });

  it("asks for a body that was announced with Expect: 100-continue", async () => {
    const socket = await open(portOf(shop.origin));
    let text = "";
    socket.on("data", (piece) => (text += piece.toString("latin1")));
    socket.write(
      `POST /api/v1/auth/verify-code HTTP/1.1\r\nHost: x\r\n${json}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n`,
    );
    await eventually("it is asked for", () => text === "HTTP/1.1 100 Continue\r\n\r\n");
    socket.write("{}");
    await eventually("it is answered", () => text.includes('"request_id"'));
    socket.destroy();
    expect(responsesOf(text).map((response) => response.status)).toEqual([422]);
  });

  it.each<[string, number, string]>([
    ["/api/v1/products/%00", 404, "http.not_found"],
    ["/api/v1/products/a%00b", 404, "http.not_found"],
    ["/api/v1/products/%", 404, "http.not_found"],
    ["/api/v1/products/%zz", 404, "http.not_found"],
    ["/api/v1/products/%ff", 404, "http.not_found"],
    ["/api/v1/products/%c0%ae", 404, "http.not_found"],
    ["/api/v1/products/%ed%a0%80", 404, "http.not_found"],
    ["/api/v1/products/%2e%2e", 422, "http.invalid_input"],
    ["/api/v1/products/..", 422, "http.invalid_input"],
    ["/api/v1/products/%252e%252e", 422, "http.invalid_input"],
    ["/api/v1/products/..%2f..%2fetc%2fpasswd", 422, "http.invalid_input"],
    ["/api/v1/products/..%5c..%5cboot.ini", 422, "http.invalid_input"],
    ["/api/v1/products/a%2Fb", 422, "http.invalid_input"],
    ["/api/v1/products/", 404, "http.not_found"],
    ["/api/v1/products/a/", 404, "http.not_found"],
    ["/api/v1/../v1/markets", 404, "http.not_found"],
    ["/api/v1/./markets", 404, "http.not_found"],
    ["/api/v1/%2e%2e/v1/markets", 404, "http.not_found"],
    ["/api/v1//markets", 404, "http.not_found"],
    ["//api/v1/markets", 404, "http.not_found"],
    ["/api/v1/markets/", 404, "http.not_found"],
    ["/api/v1/markets;a=b", 404, "http.not_found"],
    ["/api/v1/%6darkets", 404, "http.not_found"],
    ["/api/v1/MARKETS", 404, "http.not_found"],
    ["/api/v1/markets%20", 404, "http.not_found"],
    ["/api/v1/markets%3flang=ky", 404, "http.not_found"],
    ["/api/v1/products?limit=1", 200, ""],
    ["/api/v1/products?", 200, ""],
    ["/api/v1/products?&&", 200, ""],
    ["/api/v1/products?limit=1&limit=2", 422, "http.invalid_input"],
    ["/api/v1/products?limit=1&limit=1", 422, "http.invalid_input"],
    ["/api/v1/products?limit=1&l%69mit=2", 422, "http.invalid_input"],
    ["/api/v1/products?lang=ky&lang=ru", 422, "http.invalid_input"],
    ["/api/v1/products?market=kg&market=us", 422, "http.invalid_input"],
    ["/api/v1/products?limit[]=1", 422, "http.invalid_input"],
    ["/api/v1/products?limit[$gt]=1", 422, "http.invalid_input"],
    ["/api/v1/products?Limit=1", 422, "http.invalid_input"],
    ["/api/v1/products?limit", 422, "http.invalid_input"],
    ["/api/v1/products?limit=", 422, "http.invalid_input"],
    ["/api/v1/products?limit=+5", 422, "http.invalid_input"],
    ["/api/v1/products?limit=5%20", 422, "http.invalid_input"],
    ["/api/v1/products?limit=05", 200, ""],
    ["/api/v1/products?=1", 422, "http.invalid_input"],
    ["/api/v1/products?nothing=1", 422, "http.invalid_input"],
    ["/api/v1/products?limit=%zz", 400, "http.bad_request"],
    ["/api/v1/products?limit=%00", 400, "http.bad_request"],
    ["/api/v1/products?q=%ff", 400, "http.bad_request"],
    ["/api/v1/products?q=%", 400, "http.bad_request"],
    [`/api/v1/products?${"a&".repeat(65)}`, 400, "http.bad_request"],
    ["/api/v1/products?q=a%26limit%3d0", 200, ""],
    ["/api/v1/products?q='%20OR%201=1--", 200, ""],
  ])("%s is %i", async (target, status, code) => {
    const answer = await ask("GET", target);
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
  });
});

describe.each(layouts)("[H8] errors, %s", (layout) => {
  it("every one is a problem document that tells nothing of the inside", async () => {
    const shop = await Shop.open(layout);
    try {
      const { token } = await shop.logIn(customerPhones.kg);
      const authorization = `Authorization: Bearer ${token}\r\n`;
      const request = (line: string, headers = "", body = "") =>
        `${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;
      const asked: Array<[number, string]> = [
        [400, request("POST /api/v1/auth/verify-code", json, "{")],
        [400, "GET /health HTTP/1.1\r\n\r\n"],
        [401, request("GET /api/v1/orders")],
        [401, request("GET /api/v1/orders", "Authorization: Bearer x.y.z\r\n")],
        [403, request("GET /api/v1/manager/orders", authorization)],
        [404, request("GET /etc/passwd")],
        [404, request("GET /api/v1/orders/999999999", authorization)],
        [405, request("DELETE /api/v1/markets")],
        [413, "POST /api/v1/cart/add HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n"],
        [414, `GET /${"a".repeat(5_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
        [415, request("POST /api/v1/auth/verify-code", "", "{}")],
        [417, request("GET /health", "Expect: x\r\n")],
        [422, request("GET /api/v1/products?limit=0")],
        [422, request("GET /api/v1/products", "X-Market: zz\r\n")],
        [431, request("GET /health", "A: b\r\n".repeat(100))],
        [501, "BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n"],
        [505, "GET /health HTTP/3.0\r\nHost: x\r\n\r\n"],
      ];
      const types = new Map<string, string>();
      const check = async (status: number, bytes: string) => {
        const { text, responses } = await exchange(portOf(shop.origin), bytes);
        const [answer] = responses;
        expect(answer?.status, bytes.slice(0, 200)).toBe(status);
        expect(answer?.headers["content-type"]).toBe("application/problem+json");
        const problem = JSON.parse(answer?.body ?? "") as Problem;
        expect(problem).toMatchObject({ status, type: `/docs/problems#${problem.code}`, error: problem.detail });
        expect(problem.request_id).toMatch(/^[0-9a-z]{8}-[0-9a-f]+$/);
        expect(answer?.headers["x-request-id"]).toBe(problem.request_id);
        expect(answer?.headers["cache-control"]).toBe("no-store");
        expect(answer?.headers).not.toHaveProperty("server");
        expect(answer?.headers).not.toHaveProperty("x-powered-by");
        expect(text).not.toMatch(inside);
        expect(types.get(problem.code) ?? problem.title).toBe(problem.title);
        types.set(problem.code, problem.title);
      };
      for (const [status, bytes] of asked) await check(status, bytes);
      await shop.databases.everywhere("ALTER TABLE orders RENAME TO orders_gone");
      await check(500, request("GET /api/v1/orders", authorization));
      const page = await raw(shop.origin, "GET", "/docs/problems");
      expect(page.status).toBe(200);
    } finally {
      await shop.close();
    }
  });
});
