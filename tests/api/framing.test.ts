// [H1] Requests that two servers could read differently: refused, connection closed, and the request hidden behind them
// never carried out; through HAProxy, both count the same messages. The cases stand in framing/corpus.ts.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { corpus, type FramingCase } from "../framing/corpus.js";
import { type Problem, raw } from "../harness/api.js";
import { HaProxy } from "../harness/haproxy.js";
import { customerPhones, Shop } from "../harness/shop.js";
import { type Exchange, exchange, portOf } from "../harness/sockets.js";
import { eventually } from "../harness/waiting.js";

/** Answered only where the connection still lives; ends it. */
const ping = "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

describe("[H1] framing", () => {
  let shop: Shop;
  let token: string;
  let skuId: string;
  beforeAll(async () => {
    shop = await Shop.open("one database", { settings: { DEBUG: "true" } });
    ({ token } = await shop.logIn(customerPhones.kg));
    skuId = (await shop.findSku("kg", 5)).sku.id;
  });
  afterAll(() => shop?.close());

  /** A complete request that changes something and names itself in the log when it is carried out. */
  const canary = (name: string) => {
    const body = `{"sku_id":"${skuId}"}`;
    return (
      `POST /api/v1/cart/add HTTP/1.1\r\nHost: x\r\nX-Request-Id: ${name}\r\nAuthorization: Bearer ${token}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    );
  };

  /** Everything logged so far has been read when a line of now has been. */
  const untilLogged = async (mark: string) => {
    await raw(shop.origin, "POST", "/api/v1/cart/get", { headers: { "X-Request-Id": mark } });
    await eventually("the log is read", () => shop.server.logs.find((entry) => entry.request_id === mark));
  };
  const executed = (id: string) =>
    shop.server.logs.filter((entry) => entry.request_id === id && entry.event === "http.request").length;

  describe("directly", () => {
    const id = (index: number) => `canary-direct-${index}`;
    let seen: Exchange[];
    beforeAll(async () => {
      const port = portOf(shop.origin);
      seen = await Promise.all(corpus.map((entry, index) => exchange(port, entry.bytes(canary(id(index))) + ping)));
      await untilLogged("framing-direct-end");
    });

    it("the corpus has at least 74 cases with names of their own", () => {
      expect(corpus.length).toBeGreaterThanOrEqual(74);
      expect(new Set(corpus.map((entry) => entry.name)).size).toBe(corpus.length);
    });

    it.each(corpus.map((entry, index) => [entry.name, entry, index] as [string, FramingCase, number]))(
      "%s",
      (_, entry, index) => {
        const answer = seen[index] as Exchange;
        expect(answer.responses.map((response) => response.status)).toEqual(
          entry.closes ? entry.answers : [...entry.answers, 200],
        );
        expect(answer.closed).toBe(true);
        expect(executed(id(index))).toBe(entry.executed);
        const last = answer.responses.at(-1);
        expect(last?.headers.connection).toBe("close");
        if (!last?.body || last.status < 400) return;
        expect(last.headers["content-type"]).toBe("application/problem+json");
        const problem = JSON.parse(last.body) as Problem;
        expect(problem).toMatchObject({ status: last.status, code: expect.stringMatching(/^http\./) });
        expect(problem.request_id).toBe(last.headers["x-request-id"]);
      },
    );
  });

  describe("through HAProxy", () => {
    let proxy: HaProxy;
    beforeAll(async () => {
      proxy = await HaProxy.start(shop.origin);
    });
    afterAll(() => proxy?.stop());

    /** Requests that the server has answered or refused, those that ask for this left out. */
    const counted = async () => {
      const { text } = await raw(shop.origin, "GET", "/metrics");
      let sum = 0;
      for (const [, labels, value] of text.matchAll(/^marque_http_requests_total(\{.*\}) (\d+)$/gm)) {
        if (!labels?.includes('route="/metrics"')) sum += Number(value);
      }
      return sum;
    };

    const batches: Array<[string, FramingCase[]]> = [];
    for (let at = 0; at < corpus.length; at += 16) {
      const batch = corpus.slice(at, at + 16);
      batches.push([`${batch[0]?.name} … ${batch.at(-1)?.name}`, batch]);
    }
    it.each(batches)("the same messages: %s", async (_, batch) => {
      const id = (entry: FramingCase) => `canary-proxied-${corpus.indexOf(entry)}`;
      const before = { server: await counted(), proxy: proxy.requests.length };
      const seen = await Promise.all(batch.map((entry) => exchange(proxy.port, entry.bytes(canary(id(entry))) + ping)));
      const answers = seen.reduce((sum, each) => sum + each.responses.length, 0);
      // HAProxy logs a request when it has ended, which may be after its client has gone: the counts agree in the end.
      await eventually("HAProxy has logged what it answered, and has passed on what the server counts", async () => {
        const requests = proxy.requests.slice(before.proxy);
        const forwarded = requests.filter((request) => request.forwarded).length;
        return requests.length >= answers && (await counted()) - before.server === forwarded;
      });
      await untilLogged(`framing-proxied-${before.server}`);
      // A canary that HAProxy saw as a request bears HAProxy's id; under its own it was smuggled past it.
      expect(batch.filter((entry) => executed(id(entry)) > 0).map((entry) => entry.name)).toEqual([]);
      expect(seen.filter((each) => !each.closed)).toEqual([]);
    });
  });
});

describe("[H1] control: a server that reads bodies as requests", () => {
  it("carries out what hides in a body, directly and past HAProxy", async () => {
    const shop = await Shop.open("one database", { settings: { MARQUE_BREAK: "content_length" } });
    const proxy = await HaProxy.start(shop.origin);
    try {
      for (const port of [portOf(shop.origin), proxy.port]) {
        const hidden = `POST /api/v1/cart/get HTTP/1.1\r\nHost: x\r\nX-Request-Id: hidden-${port}\r\n\r\n`;
        await exchange(
          port,
          `POST /api/v1/nothing HTTP/1.1\r\nHost: x\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}${ping}`,
        );
        await eventually("the hidden request is carried out", () =>
          shop.server.logs.find((line) => line.request_id === `hidden-${port}`),
        );
      }
    } finally {
      await proxy.stop();
      await shop.close();
    }
  });
});
