// [I2] [I4] A database behind a network that is slow, silent or broken. Every request is answered in bounded time, the
// server says at once how it is, comes back by itself, loses nothing; and the other market, whose database is well,
// notices nothing. How long a database stalls: MARQUE_TEST_STALL_S (30 by hand).
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Buyer, makeBuyers, randomOf } from "../harness/checker.js";
import { type Ask, ask, Asker, percentile } from "../harness/clients.js";
import { type Fault, FaultProxy } from "../harness/fault_proxy.js";
import { Databases, type Market, markets } from "../harness/layouts.js";
import { MarqueServer } from "../harness/server.js";
import { delivery, Shop } from "../harness/shop.js";
import { open, portOf, responsesOf } from "../harness/sockets.js";
import { mint } from "../harness/tokens.js";
import { Traffic } from "../harness/traffic.js";
import { eventually } from "../harness/waiting.js";

const seed = Number(process.env.MARQUE_TEST_SEED ?? Date.now() % 1_000_000);
const stall_s = Number(process.env.MARQUE_TEST_STALL_S ?? 8);
/** The statement's time, the grace of its answer, and waiting for a connection before it. */
const longestRead_ms = 12_000;
/** A commit may wait for a standby, and so longer. */
const longestOrder_ms = 30_000;
const recovery_ms = 5_000;
/** Or what it takes a server that has no trouble, asked at the same moments on the same busy machine. */
const health_ms = 100;
/** Orders that nobody repeats are told by their notes. */
const probe = "probe";

interface Trouble {
  name: string;
  fault: Fault;
  lasts_ms: number;
  /** What is open when it begins stays dead. */
  forgotten?: boolean;
}

const troubles: Trouble[] = [
  { name: "200 ms slower", fault: { kind: "delay", ms: 200 }, lasts_ms: 2_500 },
  { name: "2 s slower", fault: { kind: "delay", ms: 2_000 }, lasts_ms: 5_000 },
  { name: "resets in the middle of answers", fault: { kind: "reset", after: 2_000 }, lasts_ms: 2_000 },
  { name: "a byte at a time", fault: { kind: "trickle" }, lasts_ms: 2_000 },
  {
    name: "half open: what was connected hears nothing any more",
    fault: { kind: "pass" },
    lasts_ms: 9_000,
    forgotten: true,
  },
  { name: `a stall of ${stall_s} s`, fault: { kind: "stall" }, lasts_ms: stall_s * 1_000 },
];

/** KG's database behind the proxy, the one of US beside it. */
class Scene {
  private constructor(
    readonly shop: Shop,
    readonly proxy: FaultProxy,
  ) {}

  static async open(settings: Record<string, string> = {}): Promise<Scene> {
    const address = inject("cluster");
    const databases = await Databases.copy("database per market", address);
    const proxy = await FaultProxy.start(address.port);
    const url = databases.access.tcpUrl(databases.names.kg).replace(`:${address.port}/`, `:${proxy.port}/`);
    const environment = { ...databases.environment, DATABASE_URL_MARQUE_KG: url, ...settings };
    return new Scene(Shop.on(databases, await MarqueServer.start(environment)), proxy);
  }

  /** Somebody with an order, to read. */
  async buyer(market: Market): Promise<Buyer> {
    const [buyer] = await makeBuyers(this.shop.databases, market, 1, (sub, sid) => mint({ sub, market, sid }), 1);
    return buyer as Buyer;
  }

  /** Milliseconds until a new price of the market is shown. */
  async priceNews(market: Market, within_ms: number): Promise<number> {
    const { product, sku } = await this.shop.findSku(market, 1, 3);
    const began = Date.now();
    await this.shop.databases.sql(
      market,
      `UPDATE prices SET price_minor = price_minor + 100, sale_minor = NULL, original_minor = NULL, sale_from = NULL,
         sale_until = NULL WHERE market = $1 AND sku_id = $2`,
      [market.toUpperCase(), sku.id],
    );
    const shown = async () => {
      const answer = await fetch(`${this.shop.origin}/api/v1/products/${product.slug}`, {
        headers: { "X-Market": market },
      });
      return JSON.stringify(((await answer.json()) as { skus: unknown }).skus) !== JSON.stringify(product.skus);
    };
    await eventually(`the new price in ${market}`, shown, { timeout_ms: within_ms });
    return Date.now() - began;
  }

  async close(): Promise<void> {
    await this.shop.server.kill();
    await this.proxy.stop();
    await this.shop.databases.drop();
  }
}

describe("a database in trouble", () => {
  let scene: Scene;
  let askers: Record<"alive" | "ready" | "kg" | "us" | "witnessReady" | "witnessUs", Asker>;
  let orders: Asker;
  let readers: Record<Market, Buyer>;
  let traffic: Traffic;
  /** A server on the same databases, without the proxy: how slow this machine is just now. */
  let witness: MarqueServer;

  beforeAll(async () => {
    scene = await Scene.open();
    witness = await MarqueServer.start(scene.shop.databases.environment);
    readers = { kg: await scene.buyer("kg"), us: await scene.buyer("us") };
    traffic = new Traffic(scene.shop, randomOf(seed), { clientsPerMarket: 2, patience_ms: 60_000 });
    await traffic.prepare();
    const { sku } = await scene.shop.findSku("kg", 1_000, 0);
    const origin = () => scene.shop.origin;
    const reading = (market: Market) => (): Ask => ({ path: "/api/v1/orders", token: readers[market].token });
    traffic.start();
    askers = {
      alive: new Asker(origin, () => ({ path: "/health" }), 40),
      ready: new Asker(origin, () => ({ path: "/health/ready" }), 40),
      kg: new Asker(origin, reading("kg"), 50),
      us: new Asker(origin, reading("us"), 25),
      witnessReady: new Asker(
        () => witness.origin,
        () => ({ path: "/health/ready" }),
        40,
      ),
      witnessUs: new Asker(() => witness.origin, reading("us"), 25),
    };
    let probes = 0;
    const order = () => ({
      ...delivery(readers.kg.phone),
      delivery_notes: `${probe} ${++probes}`,
      items: [{ sku_id: sku.id, quantity: 1 }],
    });
    orders = new Asker(
      origin,
      () => ({ method: "POST", path: "/api/v1/orders/create", token: readers.kg.token, body: order() }),
      200,
    );
    await traffic.more(20);
  }, 60_000);
  afterAll(async () => {
    await traffic?.stop();
    for (const asker of [orders, ...Object.values(askers ?? {})]) await asker?.stop();
    await witness?.kill();
    await scene?.close();
  });

  it.each(troubles)(
    "[I2] [I4] $name",
    async ({ name, fault, lasts_ms, forgotten }) => {
      const since = Date.now();
      await scene.proxy.set(fault);
      if (forgotten) await scene.proxy.forget();
      // The other market hears of its own news as ever.
      const news_ms = await scene.priceNews("us", 5_000);
      await pause(Math.max(0, since + lasts_ms - Date.now()));
      await scene.proxy.set({ kind: "pass" });
      const over = Date.now();
      // Back is when an order is taken and reads are answered again.
      await traffic.more(6, recovery_ms + 5_000);
      await eventually(
        "reads in KG are answered again",
        async () => (await ask(scene.shop.origin, { path: "/api/v1/orders", token: readers.kg.token })).status === 200,
        { timeout_ms: recovery_ms },
      );
      const back_ms = Date.now() - over;
      const [alive, ready] = [askers.alive.since(since), askers.ready.since(since)];
      const reads = askers.kg.since(since);
      const writes = orders.since(since);
      const others = askers.us.since(since);
      const slowestHealth = Math.max(...[...alive, ...ready].map((each) => each.ms));
      const witnessHealth_ms = Math.max(...askers.witnessReady.since(since).map((each) => each.ms));
      const witness_ms = percentile(
        askers.witnessUs.since(since).map((each) => each.ms),
        99,
      );
      const others_ms = percentile(
        others.map((each) => each.ms),
        99,
      );
      console.log(
        `[I2] ${name}: back after ${back_ms} ms; health within ${slowestHealth.toFixed(0)} ms ` +
          `(${witnessHealth_ms.toFixed(0)} without trouble); reads within ` +
          `${Math.max(0, ...reads.map((each) => each.ms)).toFixed(0)} ms, writes within ` +
          `${Math.max(0, ...writes.map((each) => each.ms)).toFixed(0)} ms; [I4] the other market: p99 ` +
          `${others_ms.toFixed(0)} ms (${witness_ms.toFixed(0)} without trouble), news after ${news_ms} ms`,
      );
      expect(slowestHealth).toBeLessThan(Math.max(health_ms, 2 * witnessHealth_ms));
      expect(new Set(alive.map((each) => each.status))).toEqual(new Set([200]));
      // One market's database away does not close the shop of the other.
      expect(new Set(ready.map((each) => each.status))).toEqual(new Set([200]));
      for (const each of reads) expect([200, 503]).toContain(each.status);
      for (const each of writes) expect([201, 503]).toContain(each.status);
      expect(Math.max(0, ...reads.map((each) => each.ms))).toBeLessThan(longestRead_ms);
      expect(Math.max(0, ...writes.map((each) => each.ms))).toBeLessThan(longestOrder_ms);
      expect(back_ms).toBeLessThan(recovery_ms);
      expect(new Set(others.map((each) => each.status))).toEqual(new Set([200]));
      // A fifth, and what a process that shares two cores with the server, PostgreSQL and itself cannot measure.
      expect(others_ms).toBeLessThan(witness_ms * 1.2 + 100);
    },
    90_000 + stall_s * 1_000,
  );

  it("nothing acknowledged is lost, nothing is doubled", async () => {
    await traffic.stop();
    await orders.stop();
    const verdict = await traffic.verdict();
    console.log(`[I2] seed ${seed}: ${verdict.kg.acknowledged} orders in KG, ${verdict.us.acknowledged} in US`);
    for (const market of markets) {
      expect(verdict[market]).toMatchObject({ missing: [], doubled: [], conservation: [] });
      expect(verdict[market].unasked.filter((key) => !key.startsWith(probe))).toEqual([]);
      expect(verdict[market].acknowledged).toBeGreaterThan(0);
    }
  }, 60_000);
});

describe("no database at all", () => {
  it("[I2] not ready within two seconds, said at once, while it lives; ready again when one is back", async () => {
    const scene = await Scene.open();
    const away = "ALTER DATABASE %s ALLOW_CONNECTIONS";
    const us = scene.shop.databases.names.us;
    try {
      await scene.proxy.set({ kind: "stall" });
      await scene.shop.databases.disconnect();
      await scene.shop.databases.access.asSuperuser(`${away.replace("%s", us)} false`);
      await scene.shop.databases.access.asSuperuser(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${us}'`,
      );
      const ready = async () => {
        const told = await ask(scene.shop.origin, { path: "/health/ready" });
        expect(told.ms).toBeLessThan(10 * health_ms);
        return told.status;
      };
      await eventually("not ready", async () => (await ready()) === 503, { timeout_ms: 4_000 });
      expect((await ask(scene.shop.origin, { path: "/health" })).status).toBe(200);
      await scene.proxy.set({ kind: "pass" });
      await eventually("ready", async () => (await ready()) === 200, { timeout_ms: recovery_ms });
      expect(await scene.shop.server.stop(30_000)).toBe(0);
    } finally {
      await scene.shop.databases.access.asSuperuser(`${away.replace("%s", us)} true`);
      await scene.close();
    }
  });

  it("[I5] a server whose database says nothing any more stops in time all the same", async () => {
    const scene = await Scene.open();
    try {
      await scene.proxy.set({ kind: "stall" });
      const buyer = await scene.buyer("kg");
      // In one packet: when the first is answered, the server has the second in hand.
      const socket = await open(portOf(scene.shop.origin));
      const heard: Buffer[] = [];
      socket.on("data", (piece: Buffer) => heard.push(piece));
      const closed = once(socket, "close");
      const head = (path: string) =>
        `GET ${path} HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer ${buyer.token}\r\n\r\n`;
      socket.write(head("/health") + head("/api/v1/orders"));
      await once(socket, "data");
      const began = Date.now();
      expect(await scene.shop.server.stop(30_000)).toBe(0);
      await closed;
      expect(responsesOf(Buffer.concat(heard).toString()).map(({ status }) => status)).toEqual([200, 503]);
      expect(Date.now() - began).toBeLessThan(30_000);
    } finally {
      await scene.close();
    }
  }, 60_000);
});

describe("control", () => {
  it("[I4] where one thread watches all (one_watch), a stall keeps the other market's news back", async () => {
    const scene = await Scene.open({ MARQUE_BREAK: "one_watch" });
    try {
      await scene.proxy.set({ kind: "stall" });
      await expect(
        (async () => {
          await scene.priceNews("us", 1_500);
          await scene.priceNews("us", 1_500);
        })(),
      ).rejects.toThrow("the new price in us");
    } finally {
      await scene.close();
    }
  }, 60_000);
});
