// [H2] [H3] [H9] Requests that are too large, too slow, too many or none at all: answered by the right code before they
// are read, cut off in time, and no other client notices.
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { raw } from "../harness/api.js";
import { randomOf } from "../harness/checker.js";
import { binary, MarqueServer } from "../harness/server.js";
import { Shop } from "../harness/shop.js";
import { exchange, open, portOf, responsesOf } from "../harness/sockets.js";
import { eventually } from "../harness/waiting.js";

const seed = Number(process.env.MARQUE_TEST_SEED ?? Date.now() % 1_000_000);
const host = "Host: x\r\n";
/** Sanitizers keep freed memory for a while, to see whether it is used again. */
const slack_kb = /\/(asan|tsan)\//.test(binary) ? 1_024 * 1_024 : 0;

const residentKb = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
const openFiles = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;
/** Processor time used so far, in hundredths of a second. */
const cpuTicks = (pid: number) => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
};

describe("[H3] limits", () => {
  let shop: Shop;
  let port: number;
  beforeAll(async () => {
    shop = await Shop.open("one database");
    port = portOf(shop.origin);
  });
  afterAll(() => shop?.close());

  const status = async (bytes: string) => (await exchange(port, bytes)).responses.map((response) => response.status);
  const closing = `${host}Connection: close\r\n`;
  const target = (size: number) => `GET /${"a".repeat(size - 1)} HTTP/1.1\r\n${closing}\r\n`;
  const fields = (count: number) => `GET /health HTTP/1.1\r\n${closing}${"X-A: b\r\n".repeat(count - 2)}\r\n`;
  const header = (size: number) => {
    const start = `GET /health HTTP/1.1\r\n${closing}X-A: `;
    return `${start}${"a".repeat(size - start.length - 4)}\r\n\r\n`;
  };
  const body = (size: number) =>
    `POST /api/v1/auth/verify-code HTTP/1.1\r\n${closing}Content-Type: application/json\r\n` +
    `Content-Length: ${size}\r\n\r\n{${" ".repeat(size - 2)}}`;

  it.each<[string, string, number, string, number]>([
    ["a target of 4 KiB", target(4_096), 404, target(4_097), 414],
    ["64 fields", fields(64), 200, fields(65), 431],
    ["a header of 16 KiB", header(16_384), 200, header(16_385), 431],
    ["a body of 256 KiB", body(262_144), 422, body(262_145), 413],
  ])("%s is the most", async (_, fits, good, tooMuch, bad) => {
    expect(await status(fits)).toEqual([good]);
    expect(await status(tooMuch)).toEqual([bad]);
  });

  const nested = (depth: number) => `{"a":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
  const values = (count: number) =>
    `{"a":[${Array(count - 2)
      .fill(0)
      .join(",")}]}`;
  const text = (size: number) => `{"a":"${"x".repeat(size)}"}`;
  it.each<[string, string, string]>([
    ["32 levels", nested(32), nested(33)],
    ["10,000 values", values(10_000), values(10_001)],
    ["a string of 64 KiB", text(65_536), text(65_537)],
  ])("%s are the most that a JSON body may have", async (_, fits, tooMuch) => {
    const code = async (json: string) => {
      const headers = { "Content-Type": "application/json" };
      return (await raw(shop.origin, "POST", "/api/v1/auth/verify-code", { body: json, headers })).problem().code;
    };
    expect(await code(fits)).toBe("http.invalid_input");
    expect(await code(tooMuch)).toBe("http.malformed_json");
  });

  it("a body that is too large is refused before any of it has come, and never kept", async () => {
    const head = `POST /api/v1/cart/add HTTP/1.1\r\n${host}Content-Length: 104857600\r\n\r\n`;
    expect(await status(head)).toEqual([413]);
    const before = residentKb(shop.server.pid);
    for (let round = 0; round < 20; ++round) {
      const answers = await Promise.all(Array.from({ length: 5 }, () => status(head + "x".repeat(1_000_000))));
      expect(answers.flat().every((each) => each === 413)).toBe(true);
    }
    expect(residentKb(shop.server.pid) - before).toBeLessThan(8 * 1_024 + slack_kb);
  });

  it("bodies that fit are given back: memory does not grow with their number", async () => {
    const files = openFiles(shop.server.pid);
    const round = async () => {
      const request = body(200_000);
      await Promise.all(Array.from({ length: 25 }, () => exchange(port, request)));
      await eventually("all are gone", () => openFiles(shop.server.pid) <= files);
    };
    await round();
    await round();
    const before = residentKb(shop.server.pid);
    for (let i = 0; i < 4; ++i) await round();
    expect(residentKb(shop.server.pid) - before).toBeLessThan(16 * 1_024 + slack_kb);
  });
});

describe("[H2] slow clients", () => {
  it("are cut off at their deadlines while others are served as ever", { timeout: 60_000 }, async () => {
    const settings = {
      HEADER_TIMEOUT_SECONDS: "2",
      BODY_TIMEOUT_SECONDS: "2",
      IDLE_TIMEOUT_SECONDS: "2",
      WRITE_TIMEOUT_SECONDS: "2",
    };
    const shop = await Shop.open("one database", { settings });
    try {
      const port = portOf(shop.origin);
      await raw(shop.origin, "GET", "/api/v1/products?market=kg");
      const files = openFiles(shop.server.pid);
      const memory = residentKb(shop.server.pid);
      const started = Date.now();
      const ends: Array<{ kind: string; after_ms: number; text: string }> = [];
      const sockets: Socket[] = [];
      const slow = async (kind: string, first: string, drip: string) => {
        const socket = await open(port);
        sockets.push(socket);
        let text = "";
        socket.on("data", (piece) => (text += piece.toString("latin1")));
        socket.write(first);
        const timer = drip ? setInterval(() => socket.write(drip), 200) : undefined;
        socket.on("close", () => {
          clearInterval(timer);
          ends.push({ kind, after_ms: Date.now() - started, text });
        });
      };
      /** Asks for 40 MB and reads nothing of it. */
      const deaf = async () => {
        const socket = await open(port);
        sockets.push(socket);
        socket.pause();
        socket.write(`GET /api/v1/openapi.json HTTP/1.1\r\n${host}\r\n`.repeat(300));
      };
      const count = 250;
      for (let i = 0; i < count; ++i) {
        await slow("header", "GET /health HTTP/1.1\r\nHost: x\r\nX-A: ", "a");
        await slow("body", `POST /api/v1/cart/add HTTP/1.1\r\n${host}Content-Length: 1000\r\n\r\n{`, " ");
        await slow("idle", "", "");
      }
      for (let i = 0; i < 20; ++i) await deaf();

      const durations: number[] = [];
      await eventually(
        "all are cut off",
        async () => {
          const before = performance.now();
          const answer = await fetch(`${shop.origin}/api/v1/products?market=kg&limit=5`);
          await answer.text();
          durations.push(performance.now() - before);
          expect(answer.status).toBe(200);
          // Those that read nothing are cut off as well: their sockets are closed on the server's side.
          return ends.length === 3 * count && openFiles(shop.server.pid) <= files + 40;
        },
        { timeout_ms: 20_000, interval_ms: 5 },
      );
      for (const kind of ["header", "body", "idle"]) {
        const of = ends.filter((end) => end.kind === kind);
        expect(of).toHaveLength(count);
        expect(Math.min(...of.map((end) => end.after_ms))).toBeGreaterThan(1_900);
        for (const { text } of of)
          expect(responsesOf(text).map((response) => response.status)).toEqual(kind === "idle" ? [] : [408]);
      }
      durations.sort((a, b) => a - b);
      const p99 = durations[Math.floor(durations.length * 0.99)] ?? 0;
      console.log(`[H2] 770 slow clients; others: ${durations.length} requests, p99 ${p99.toFixed(1)} ms`);
      expect(p99).toBeLessThan(1_000);
      expect(residentKb(shop.server.pid) - memory).toBeLessThan(64 * 1_024 + slack_kb);
      for (const socket of sockets) socket.destroy();
    } finally {
      await shop.close();
    }
  });
});

describe("[H9] noise", () => {
  let shop: Shop;
  let port: number;
  beforeAll(async () => {
    shop = await Shop.open("one database");
    port = portOf(shop.origin);
  });
  afterAll(() => shop?.close());

  const alive = async () => {
    expect((await fetch(`${shop.origin}/health`)).status).toBe(200);
    expect((await fetch(`${shop.origin}/health/ready`)).status).toBe(200);
  };

  it(
    "10,000 connections of random bytes: no answer but a refusal, and the server lives",
    { timeout: 60_000 },
    async () => {
      console.log(`[H9] seed ${seed}`);
      const random = randomOf(seed);
      const below = (count: number) => Math.floor(random() * count);
      const sample = Buffer.from(
        `POST /api/v1/cart/add?a=1 HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
      );
      const noise = (): Buffer => {
        if (below(2) === 0) return Buffer.from(Array.from({ length: 1 + below(300) }, () => below(256)));
        const damaged = Buffer.from(sample);
        for (let i = 0; i <= below(3); ++i) damaged[below(damaged.length)] = below(256);
        return damaged;
      };
      const files = openFiles(shop.server.pid);
      const statuses = new Map<number, number>();
      let left = 10_000;
      const sender = async () => {
        while (left-- > 0) {
          const bytes = noise();
          const socket = await open(port);
          let text = "";
          socket.on("data", (piece) => (text += piece.toString("latin1")));
          await new Promise((resolve) => {
            socket.on("close", resolve);
            socket.end(bytes);
          });
          for (const { status } of responsesOf(text)) statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: 64 }, sender));
      const seen = [...statuses].sort(([a], [b]) => a - b);
      console.log(`[H9] answers to noise: ${seen.map(([status, count]) => `${count} × ${status}`).join(", ")}`);
      expect(seen.filter(([status]) => status < 400 || (status >= 500 && status !== 501 && status !== 505))).toEqual(
        [],
      );
      await alive();
      // Connections to the database come and go meanwhile; of the 10,000 none may stay.
      await eventually("no connection is left over", () => openFiles(shop.server.pid) <= files + 40);
    },
  );

  it("TLS on the plain port is refused", async () => {
    const hello = Buffer.concat([Buffer.from("1603010200010001fc0303", "hex"), randomBytes(507)]);
    const answer = await exchange(port, hello);
    expect(answer.closed).toBe(true);
    expect(answer.responses.map((response) => response.status)).toEqual([400]);
  });

  it("a client that has shut its side down still gets its answer", async () => {
    const socket = await open(port);
    let text = "";
    socket.on("data", (piece) => (text += piece.toString("latin1")));
    const closed = new Promise((resolve) => socket.on("close", resolve));
    socket.end(`GET /health HTTP/1.1\r\n${host}\r\n`);
    await closed;
    expect(responsesOf(text).map((response) => response.status)).toEqual([200]);
  });

  it("5,000 idle connections: the next client is served, and all are given back", { timeout: 60_000 }, async () => {
    const limit = Number(/Max open files\s+(\d+)/.exec(readFileSync("/proc/self/limits", "utf8"))?.[1]);
    const count = Math.min(5_000, limit - 300);
    const files = openFiles(shop.server.pid);
    const before = residentKb(shop.server.pid);
    const sockets: Socket[] = [];
    const opener = async () => {
      while (sockets.length < count) sockets.push(await open(port));
    };
    await Promise.all(Array.from({ length: 32 }, opener));
    await eventually("all are accepted", () => openFiles(shop.server.pid) >= files + count);
    await alive();
    const grown_kb = residentKb(shop.server.pid) - before;
    console.log(`[H9] ${count} idle connections: ${((grown_kb * 1_024) / count).toFixed(0)} bytes each`);
    expect(grown_kb).toBeLessThan(64 * 1_024 + slack_kb);
    for (const socket of sockets) socket.destroy();
    await eventually("all are given back", () => openFiles(shop.server.pid) <= files + 40);
  });

  it("out of file descriptors: accepting rests, nothing spins, and it recovers", { timeout: 60_000 }, async () => {
    const server = await MarqueServer.start(shop.databases.environment, [], { files_max: 256 });
    const sockets: Socket[] = [];
    try {
      for (let i = 0; i < 400; ++i) sockets.push(await open(portOf(server.origin)));
      const refusals = () => server.logs.filter((line) => line.event === "http.not_accepted").length;
      await eventually("it has run out", () => refusals() > 0);
      const before = { ticks: cpuTicks(server.pid), refusals: refusals(), at: Date.now() };
      await pause(1_000);
      const seconds = (Date.now() - before.at) / 1_000;
      expect((cpuTicks(server.pid) - before.ticks) / seconds).toBeLessThan(25);
      expect((refusals() - before.refusals) / seconds).toBeLessThan(100);
      for (const socket of sockets) socket.destroy();
      await eventually("it serves again", async () => (await fetch(`${server.origin}/health`)).status === 200);
    } finally {
      for (const socket of sockets) socket.destroy();
      await server.stop();
    }
  });
});
