// [I1] Five hundred clients at a server that may have eight connections to a database: who finds none within two
// seconds is told to come again, and the other market notices nothing.
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { type Buyer, makeBuyers } from "../harness/checker.js";
import { ask, percentile, type Told } from "../harness/clients.js";
import { type LayoutName, layouts, type Market, markets } from "../harness/layouts.js";
import { Shop } from "../harness/shop.js";
import { mint } from "../harness/tokens.js";

const clients = Number(process.env.MARQUE_TEST_POOL_CLIENTS ?? 500);
const beyondTheQueue = 1_300;
const budget = 8;
const small = { THREADS: "1", DB_CONNECTIONS: String(budget) };
const serverWait_ms = 2_000;

/** Each piece put into a cart of KG keeps its connection so long. */
const slow = `
  CREATE FUNCTION test_slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(2.6); RETURN NEW; END $$;
  CREATE TRIGGER test_slowly BEFORE INSERT OR UPDATE ON cart_items FOR EACH ROW WHEN (NEW.market = 'KG')
    EXECUTE FUNCTION test_slowly()`;
const quick = "DROP TRIGGER test_slowly ON cart_items; DROP FUNCTION test_slowly()";

class Crowd {
  private constructor(
    readonly shop: Shop,
    private readonly buyers: Record<Market, Buyer[]>,
    private readonly skus: Record<Market, string>,
  ) {}

  static async open(layout: LayoutName, count: number, settings: Record<string, string> = {}): Promise<Crowd> {
    const shop = await Shop.open(layout, { settings: { ...small, ...settings } });
    const buyers = { kg: [] as Buyer[], us: [] as Buyer[] };
    const skus = { kg: "", us: "" };
    for (const market of markets) {
      const wanted = market === "kg" ? count : 40;
      buyers[market] = await makeBuyers(shop.databases, market, wanted, (sub, sid) => mint({ sub, market, sid }));
      skus[market] = (await shop.findSku(market, 5)).sku.id;
      await shop.setStock(market, skus[market], 100_000);
    }
    return new Crowd(shop, buyers, skus);
  }

  /** Everybody puts a piece into a cart at the same moment. */
  putAll(market: Market, count = this.buyers[market].length): Promise<Told[]> {
    const body = { sku_id: this.skus[market], quantity: 1 };
    return Promise.all(
      this.buyers[market]
        .slice(0, count)
        .map(({ token }) => ask(this.shop.origin, { method: "POST", path: "/api/v1/cart/add", token, body })),
    );
  }

  /** What the server allows, and what so many answers take on this machine when nobody has to wait for any. */
  async longestWait_ms(count: number): Promise<number> {
    const calm = await Promise.all(Array.from({ length: count }, () => ask(this.shop.origin, { path: "/health" })));
    return serverWait_ms + 1_000 + 4 * Math.max(...calm.map((each) => each.ms));
  }

  /** The most connections of the server that PostgreSQL saw at once while something went on. */
  async backendsDuring<T>(work: () => Promise<T>): Promise<{ result: T; most: () => number }> {
    let most = 0;
    let over = false;
    const watch = async () => {
      while (!over) {
        for (const market of this.shop.databases.split ? markets : (["kg"] as const)) {
          const count = await this.shop.databases.count(
            market,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'shop'",
          );
          most = Math.max(most, count);
        }
        await pause(25);
      }
    };
    const watching = watch();
    try {
      return { result: await work(), most: () => most };
    } finally {
      over = true;
      await watching;
    }
  }
}

const withStatus = (answers: Told[], status: number) => answers.filter((each) => each.status === status);

describe.each(layouts)("a pool of eight, %s", (layout) => {
  let crowd: Crowd | undefined;
  afterEach(async () => {
    await crowd?.shop.close();
    crowd = undefined;
  });

  it(`[I1] ${clients} clients: who waits two seconds is told to come again, the other market is served`, async () => {
    crowd = await Crowd.open(layout, clients);
    const here = crowd;
    const longestWait_ms = await here.longestWait_ms(clients);
    await here.shop.databases.sql("kg", slow);
    const { result, most } = await here.backendsDuring(async () => {
      const waiting = here.putAll("kg");
      const neighbours = await here.putAll("us");
      return { answers: await waiting, neighbours };
    });
    const { answers, neighbours } = result;
    const served = withStatus(answers, 200);
    const sentAway = withStatus(answers, 503);
    const longest = Math.max(...sentAway.map((each) => each.ms));
    console.log(
      `[I1] ${layout}: ${served.length} served, ${sentAway.length} told to come again, the last after ` +
        `${longest.toFixed(0)} ms; ${most()} connections; the other market's p99 ` +
        `${percentile(
          neighbours.map((each) => each.ms),
          99,
        ).toFixed(0)} ms`,
    );
    expect(served.length + sentAway.length).toBe(clients);
    expect(served.length).toBeGreaterThan(0);
    expect(sentAway.length).toBeGreaterThan(clients / 2);
    for (const each of sentAway) expect(each).toMatchObject({ code: "http.unavailable", retryAfter: "1" });
    expect(longest).toBeLessThan(longestWait_ms);
    expect(withStatus(neighbours, 200).length).toBe(neighbours.length);
    expect(most()).toBeLessThanOrEqual(budget);
    // Afterwards everybody is served, none of the connections is stuck.
    await here.shop.databases.sql("kg", quick);
    const after = await here.backendsDuring(() => here.putAll("kg"));
    expect(withStatus(after.result, 200).length).toBe(clients);
    expect(after.most()).toBeLessThanOrEqual(budget);
  });

  it("[I1] the queue has an end: who comes when it is full is told so at once", async () => {
    crowd = await Crowd.open(layout, beyondTheQueue);
    await crowd.shop.databases.sql("kg", slow);
    const answers = await crowd.putAll("kg");
    const inTime = crowd.shop.server.logs.filter((line) => line.what?.includes("queue full"));
    expect(withStatus(answers, 200).length + withStatus(answers, 503).length).toBe(beyondTheQueue);
    expect(inTime.length).toBeGreaterThan(0);
  });
});

describe("control", () => {
  it("[I1] a server that lets everybody wait for ever (wait_for_ever) leaves them waiting", async () => {
    const crowd = await Crowd.open("one database", clients, { MARQUE_BREAK: "wait_for_ever" });
    try {
      await crowd.shop.databases.sql("kg", slow);
      let answered = 0;
      const waiting = crowd.putAll("kg").then((answers) => (answered = answers.length));
      await Promise.race([waiting, pause(4 * serverWait_ms)]);
      expect(answered).toBe(0);
    } finally {
      await crowd.shop.server.kill();
      await crowd.shop.databases.drop();
    }
  });
});
