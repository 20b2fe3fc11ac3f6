// [I3] [I5] [I6] Restarts under load: of the database, of a server, of two servers one after the other behind HAProxy
// with packaging/haproxy.cfg. How many: MARQUE_TEST_DATABASE_RESTARTS, MARQUE_TEST_ROLLING_RESTARTS (20 each by hand);
// the load of a stop: MARQUE_TEST_STOP_RATE requests a second.
import { Agent } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { Balancer } from "../harness/balancer.js";
import { makeBuyers, randomOf } from "../harness/checker.js";
import { type Ask, ask, Asker, type Told } from "../harness/clients.js";
import { FaultProxy } from "../harness/fault_proxy.js";
import { Databases, type LayoutName, makeTemplates, markets } from "../harness/layouts.js";
import { freePort, PostgresCluster } from "../harness/postgres.js";
import { MarqueServer } from "../harness/server.js";
import { delivery, Shop } from "../harness/shop.js";
import { open } from "../harness/sockets.js";
import { mint } from "../harness/tokens.js";
import { Traffic } from "../harness/traffic.js";

const seed = Number(process.env.MARQUE_TEST_SEED ?? Date.now() % 1_000_000);
const databaseRestarts = Number(process.env.MARQUE_TEST_DATABASE_RESTARTS ?? 3);
const rollingRestarts = Number(process.env.MARQUE_TEST_ROLLING_RESTARTS ?? 3);
const stopRate = Number(process.env.MARQUE_TEST_STOP_RATE ?? 500);
/** A machine that is busy with something else is asked less: so many requests wait for their answer at once. */
const underWay = 100;
const connections = 40;
/** Those that listen and watch, and the four of the process that carries out jobs (ADR 22). */
const beyondBudget = 8;

async function expectNothingLost(traffic: Traffic): Promise<number> {
  const verdict = await traffic.verdict();
  for (const market of markets) {
    expect(verdict[market]).toMatchObject({ missing: [], doubled: [], unasked: [], conservation: [] });
    expect(verdict[market].acknowledged).toBeGreaterThan(0);
  }
  return verdict.kg.acknowledged + verdict.us.acknowledged;
}

describe("the database", () => {
  const layout: LayoutName = "one database";
  let cluster: PostgresCluster;
  let proxy: FaultProxy;
  beforeAll(async () => {
    cluster = await PostgresCluster.create({ durable: true });
    await makeTemplates(cluster.address, [layout]);
    proxy = await FaultProxy.start(cluster.port);
  }, 120_000);
  afterAll(async () => {
    await proxy?.stop();
    await cluster?.destroy();
  });

  /** The most connections that were tried within one second. */
  const stormiest = (attempts: number[]) =>
    Math.max(0, ...attempts.map((from) => attempts.filter((at) => at >= from && at < from + 1_000).length));

  it(
    `[I3] restarted ${databaseRestarts} times under load: nothing lost, errors are 503, back within 5 s, no storm`,
    async () => {
      const databases = await Databases.copy(layout, cluster.address);
      const url = databases.access.tcpUrl(databases.names.kg).replace(`:${cluster.port}/`, `:${proxy.port}/`);
      const server = await MarqueServer.start({ DATABASE_URL: url, DB_CONNECTIONS: String(connections) });
      const shop = Shop.on(databases, server);
      const [reader] = await makeBuyers(databases, "us", 1, (sub, sid) => mint({ sub, market: "us", sid }), 1);
      const traffic = new Traffic(shop, randomOf(seed));
      await traffic.prepare();
      traffic.start();
      const reads = new Asker(
        () => shop.origin,
        () => ({ path: "/api/v1/orders", token: reader?.token ?? "" }),
        20,
      );
      const recoveries_ms: number[] = [];
      let storm = 0;
      try {
        for (let i = 0; i < databaseRestarts; ++i) {
          await traffic.more(40);
          await proxy.attempts();
          const back = await cluster.restart();
          await traffic.more(1);
          recoveries_ms.push(Date.now() - back);
          storm = Math.max(storm, stormiest(await proxy.attempts()));
        }
        await traffic.more(20);
      } finally {
        await reads.stop();
        await traffic.stop();
      }
      const acknowledged = await expectNothingLost(traffic);
      const statuses = new Set(reads.answers.map((each) => each.status));
      console.log(
        `[I3] seed ${seed}, ${databaseRestarts} restarts: ${acknowledged} acknowledged, back after ` +
          `${recoveries_ms.join(", ")} ms, at most ${storm} connections tried within a second, reads answered ` +
          `${[...statuses].join(", ")}`,
      );
      expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);
      for (const recovery_ms of recoveries_ms) expect(recovery_ms).toBeLessThan(5_000);
      expect(storm).toBeLessThanOrEqual(connections + beyondBudget);
      await server.kill();
      await databases.disconnect();
    },
    60_000 + databaseRestarts * 20_000,
  );
});

interface Stopped {
  answers: Told[];
  /** What connections that had said nothing yet were told when they did. */
  late: Told[];
  exit: number | null;
  took_ms: number;
}

/** Requests at a rate, half of them on connections of their own, and a stop in the middle. */
async function stopUnderLoad(settings: Record<string, string>, rate = stopRate): Promise<Stopped> {
  const shop = await Shop.open("one database", { settings });
  const agent = new Agent({ keepAlive: true, maxSockets: 40 });
  try {
    const [buyer] = await makeBuyers(shop.databases, "kg", 1, (sub, sid) => mint({ sub, market: "kg", sid }));
    const { sku } = await shop.findSku("kg", 5);
    await shop.setStock("kg", sku.id, 100_000);
    const token = buyer?.token ?? "";
    const order = { ...delivery(buyer?.phone ?? ""), items: [{ sku_id: sku.id, quantity: 1 }] };
    const kinds: Ask[] = [
      { path: "/api/v1/products?limit=5", market: "kg" },
      { path: "/api/v1/markets" },
      { path: "/api/v1/orders", token },
      { path: "/api/v1/products?limit=20", market: "us" },
      { method: "POST", path: "/api/v1/orders/create", token, body: order },
    ];
    const answers: Array<Promise<Told>> = [];
    let sent = 0;
    let waiting = 0;
    let running = true;
    const every_ms = 10;
    const load = async () => {
      const began = Date.now();
      while (running) {
        for (const due = ((Date.now() - began) * rate) / 1_000; sent < due && waiting < underWay; ++sent) {
          ++waiting;
          const asked = ask(shop.origin, kinds[sent % kinds.length] as Ask, sent % 2 === 0 ? agent : false);
          answers.push(asked.finally(() => --waiting));
        }
        await pause(every_ms);
      }
    };
    const loading = load();
    await pause(700);
    const silent = await Promise.all(Array.from({ length: 5 }, () => open(Number(new URL(shop.origin).port))));
    const began = Date.now();
    const stopping = shop.server.stop(30_000);
    const delay_ms = 1_000 * Number(settings.SHUTDOWN_DELAY_SECONDS ?? 0);
    await pause(delay_ms + 300);
    const late = await Promise.all(
      silent.map(
        (socket) =>
          new Promise<Told>((resolve) => {
            let text = "";
            const told = (trouble: string) =>
              resolve({
                status: Number(text.split(" ")[1] ?? 0),
                ms: 0,
                code: "",
                retryAfter: null,
                accepted: true,
                trouble,
              });
            if (socket.closed || socket.readableEnded) return told("closed before it said anything");
            socket.on("data", (piece: Buffer) => (text += piece.toString()));
            socket.on("error", (error) => told(String(error)));
            socket.on("close", () => told("closed"));
            socket.write("GET /api/v1/markets HTTP/1.1\r\nHost: shop\r\n\r\n");
          }),
      ),
    );
    const exit = await stopping;
    const took_ms = Date.now() - began;
    running = false;
    await loading;
    return { answers: await Promise.all(answers), late, exit, took_ms };
  } finally {
    agent.destroy();
    await shop.server.kill();
    await shop.databases.drop();
  }
}

const unanswered = (answers: Told[]) => answers.filter((each) => each.accepted && each.status === 0);

describe("a server", () => {
  it.each([0, 1])(
    `[I5] stopped under ${stopRate} requests a second, %i s after it said so: whatever it accepted is answered`,
    async (delay_s) => {
      const { answers, late, exit, took_ms } = await stopUnderLoad({ SHUTDOWN_DELAY_SECONDS: String(delay_s) });
      const refused = answers.filter((each) => !each.accepted).length;
      console.log(
        `[I5] delay ${delay_s} s: ${answers.length - refused} accepted, ${unanswered(answers).length} unanswered, ` +
          `${refused} refused at the door, over after ${took_ms} ms`,
      );
      // Without a moment to say so, a kept connection may close while its client's next request is on its way, which
      // HTTP/1.1 leaves to clients (RFC 9112, 9.5); with it there is none.
      const owed = delay_s > 0 ? answers : answers.filter((_, i) => i % 2 === 1);
      expect(unanswered(owed)).toEqual([]);
      expect(answers.filter((each) => ![0, 200, 201].includes(each.status))).toEqual([]);
      expect(late.map((each) => each.status)).toEqual([200, 200, 200, 200, 200]);
      expect(exit).toBe(0);
      expect(took_ms).toBeLessThan(30_000);
    },
    60_000,
  );

  it("control: a server that hangs up (hang_up_at_stop) leaves connections unanswered", async () => {
    const { late } = await stopUnderLoad({ MARQUE_BREAK: "hang_up_at_stop" }, 0);
    expect(unanswered(late).length).toBeGreaterThan(0);
  }, 60_000);
});

describe("two servers behind HAProxy", () => {
  interface Rolled {
    traffic: Traffic;
    acknowledged: number;
    reads: Told[];
    balancer: string;
  }

  /** Restarts them in turn; `end` is how a server comes to its end. */
  async function roll(count: number, end: (server: MarqueServer) => Promise<void>): Promise<Rolled> {
    const databases = await Databases.copy("one database", inject("cluster"));
    const settings = { SHUTDOWN_DELAY_SECONDS: "2", TRUSTED_PROXIES: "127.0.0.1" };
    const ports: [number, number] = [await freePort(), await freePort()];
    const starting = (port: number) =>
      MarqueServer.start({ ...databases.environment, PORT: String(port), ...settings });
    const servers = await Promise.all(ports.map(starting));
    const balancer = await Balancer.start(ports);
    try {
      const shop = Shop.on(databases, servers[0] as MarqueServer);
      const traffic = new Traffic(shop, randomOf(seed), { origin: () => balancer.origin, clientsPerMarket: 4 });
      await traffic.prepare();
      traffic.start();
      const reads = new Asker(
        () => balancer.origin,
        () => ({ path: "/api/v1/products?limit=10", market: "kg" }),
        5,
      );
      try {
        await traffic.more(20);
        for (let i = 0; i < count; ++i) {
          const since = balancer.said;
          const name = i % 2 === 0 ? "one" : "two";
          await end(servers[i % 2] as MarqueServer);
          servers[i % 2] = await starting(ports[i % 2] as number);
          await balancer.until(name, "UP", since);
          await traffic.more(20);
        }
      } finally {
        await reads.stop();
        await traffic.stop();
      }
      const acknowledged = await expectNothingLost(traffic);
      return { traffic, acknowledged, reads: reads.answers, balancer: balancer.tail() };
    } finally {
      await balancer.stop();
      for (const server of servers) await server.kill();
      await databases.drop();
    }
  }

  const failedOf = ({ traffic, reads }: Rolled) =>
    traffic.history.wishes.filter((wish) => wish.tries > 1).length + reads.filter((each) => each.status !== 200).length;

  it(
    `[I6] ${rollingRestarts} restarts one after the other: no request fails, no order is made twice`,
    async () => {
      const rolled = await roll(rollingRestarts, async (server) => expect(await server.stop(30_000)).toBe(0));
      console.log(
        `[I6] seed ${seed}, ${rollingRestarts} restarts: ${rolled.acknowledged} orders, ` +
          `${rolled.reads.length} reads, ${failedOf(rolled)} failed`,
      );
      expect(failedOf(rolled), rolled.balancer).toBe(0);
    },
    60_000 + rollingRestarts * 20_000,
  );

  it("control: servers that are killed instead of told to stop fail requests", async () => {
    const rolled = await roll(1, (server) => server.kill());
    expect(failedOf(rolled)).toBeGreaterThan(0);
  }, 90_000);
});
