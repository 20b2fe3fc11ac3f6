// [H1] [H3] Requests that two servers could read differently: refused, connection closed, and the request hidden behind
// them never carried out. Sent byte for byte through a plain socket.
import { connect } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { good } from "../harness/api.js";
import { type Caller, customerPhones, Shop } from "../harness/shop.js";

describe("framing", () => {
  let shop: Shop;
  let caller: Caller;
  let skuId: string;
  beforeAll(async () => {
    shop = await Shop.open("one database");
    caller = await shop.logIn(customerPhones.kg);
    skuId = (await shop.findSku("kg", 5)).sku.id;
  });
  afterAll(() => shop?.close());

  /** Everything the server sends until it closes, or until `idle_ms` after its last byte. */
  const exchange = (bytes: string, idle_ms = 500): Promise<{ text: string; closed: boolean }> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(shop.origin).port), "127.0.0.1");
      let text = "";
      const finish = (closed: boolean) => {
        socket.destroy();
        resolve({ text, closed });
      };
      socket.setTimeout(idle_ms, () => finish(false));
      socket.on("data", (piece) => (text += piece.toString("latin1")));
      socket.on("end", () => finish(true));
      socket.on("error", (error) => (text ? finish(true) : reject(error)));
      socket.write(bytes, "latin1");
    });

  /** A complete request that puts something into the caller's cart: if it is carried out, it can be seen. */
  const canary = () => {
    const body = `{"sku_id":"${skuId}"}`;
    return (
      `POST /api/v1/cart/add HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${caller.token}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    );
  };
  const cartSize = async () => good(await caller.api.POST("/api/v1/cart/get", {})).total_items;

  beforeEach(async () => {
    good(await caller.api.POST("/api/v1/cart/clear", {}));
  });

  it("control: the hidden request is carried out when it is not hidden", async () => {
    const answer = await exchange(`GET /health HTTP/1.1\r\nHost: x\r\n\r\n${canary()}`);
    expect(answer.text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(await cartSize()).toBe(1);
  });

  const post = (headers: string, body: string) => `POST /api/v1/cart/get HTTP/1.1\r\nHost: x\r\n${headers}\r\n${body}`;
  const cases: Array<[string, () => string, RegExp]> = [
    ["chunked", () => post("Transfer-Encoding: chunked\r\n", `0\r\n\r\n${canary()}`), /^HTTP\/1\.1 501/],
    ["an unknown coding", () => post("Transfer-Encoding: xchunked\r\n", canary()), /^HTTP\/1\.1 501/],
    [
      "Transfer-Encoding and Content-Length",
      () => post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", `0\r\n\r\n${canary()}`),
      /^HTTP\/1\.1 (400|501)/,
    ],
    ["two lengths", () => post("Content-Length: 0\r\nContent-Length: 5\r\n", canary()), /^HTTP\/1\.1 400/],
    ["a list of lengths", () => post("Content-Length: 0, 0\r\n", canary()), /^HTTP\/1\.1 400/],
    ["a signed length", () => post("Content-Length: +0\r\n", canary()), /^HTTP\/1\.1 400/],
    ["a length of 2^64", () => post("Content-Length: 18446744073709551616\r\n", canary()), /^HTTP\/1\.1 4(00|13)/],
    ["space before the colon", () => post("Content-Length : 0\r\n", canary()), /^HTTP\/1\.1 400/],
    ["a folded line", () => post("X-A: b\r\n Content-Length: 5\r\n", canary()), /^HTTP\/1\.1 400/],
    ["a bare LF", () => post("X-A: b\nContent-Length: 0\r\n", canary()), /^HTTP\/1\.1 400/],
    ["NUL in a header", () => post("X-A: b\0c\r\n", canary()), /^HTTP\/1\.1 400/],
    ["no Host", () => `GET /health HTTP/1.1\r\n\r\n${canary()}`, /^HTTP\/1\.1 400/],
    ["two Hosts", () => `GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n${canary()}`, /^HTTP\/1\.1 400/],
    [
      "a body on GET",
      () => `GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: ${canary().length}\r\n\r\n${canary()}`,
      /^HTTP\/1\.1 400/,
    ],
    [
      "two Authorizations",
      () => post(`Authorization: Bearer ${caller.token}\r\nAuthorization: Bearer x\r\nContent-Length: 0\r\n`, canary()),
      /^HTTP\/1\.1 400/,
    ],
    ["HTTP/2.0", () => `GET /health HTTP/2.0\r\nHost: x\r\n\r\n${canary()}`, /^HTTP\/1\.1 (400|505)/],
    ["a target of 5 KiB", () => `GET /${"a".repeat(5_000)} HTTP/1.1\r\nHost: x\r\n\r\n${canary()}`, /^HTTP\/1\.1 414/],
    ["a header of 20 KiB", () => post(`X-A: ${"a".repeat(20_000)}\r\n`, canary()), /^HTTP\/1\.1 431/],
    ["100 header fields", () => post("X-A: b\r\n".repeat(100), canary()), /^HTTP\/1\.1 431/],
    ["a body of 300 KiB announced", () => post("Content-Length: 307200\r\n", ""), /^HTTP\/1\.1 413/],
    ["bytes of TLS", () => "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", /^HTTP\/1\.1 400|^$/],
  ];

  it.each(cases)("%s", async (_, bytes, status) => {
    const answer = await exchange(bytes(), 3_000);
    expect(answer.text).toMatch(status);
    expect(answer.closed).toBe(true);
    if (answer.text) {
      const [head, body] = answer.text.split("\r\n\r\n") as [string, string];
      expect(head.toLowerCase()).toContain("connection: close");
      expect(JSON.parse(body)).toMatchObject({
        status: Number(answer.text.slice(9, 12)),
        code: expect.stringMatching(/^http\./),
      });
    }
    expect(answer.text.match(/HTTP\/1\.1 \d/g)?.length ?? 0).toBeLessThanOrEqual(1);
    expect(await cartSize()).toBe(0);
  });
});
