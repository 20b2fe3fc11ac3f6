// Clients that go on ordering whatever happens to the servers, and everything they were told.
import { setTimeout as pause } from "node:timers/promises";
import { type Buyer, History, judge, makeBuyers, tryOrder, type Verdict, type Wish } from "./checker.js";
import { type Market, markets } from "./layouts.js";
import type { Shop } from "./shop.js";
import { mint } from "./tokens.js";
import { eventually } from "./waiting.js";

const skusPerMarket = 4;
const plenty = 100_000;

export interface TrafficOptions {
  /** Where the clients send their orders; the shop's own server unless told. */
  origin?: () => string;
  clientsPerMarket?: number;
  /** Of the buyers' phones, where others have bought in these databases before. */
  block?: number;
  /** How long a client repeats one wish before it goes on to the next. */
  patience_ms?: number;
}

/** Started, watched and stopped by the test; each client repeats a wish with the same key until it knows. */
export class Traffic {
  readonly history = new History();
  readonly initial: Record<Market, Map<string, number>> = { kg: new Map(), us: new Map() };
  private stopping = false;
  private readonly buyers: Buyer[] = [];
  private clients: Array<Promise<void>> = [];
  private trouble: unknown;
  private readonly origin: () => string;
  private readonly clientsPerMarket: number;
  private readonly patience_ms: number;
  private readonly block: number;

  constructor(
    private readonly shop: Shop,
    private readonly random: () => number,
    { origin = () => shop.origin, clientsPerMarket = 8, patience_ms = 20_000, block = 0 }: TrafficOptions = {},
  ) {
    this.block = block;
    this.origin = origin;
    this.clientsPerMarket = clientsPerMarket;
    this.patience_ms = patience_ms;
  }

  /** Stock and buyers as the clients will find them. */
  async prepare(): Promise<void> {
    for (const market of markets) {
      for (let i = 0; i < skusPerMarket; ++i) {
        const { sku } = await this.shop.findSku(market, 5, i * 17);
        await this.shop.setStock(market, sku.id, plenty);
        this.initial[market].set(sku.id, plenty);
      }
      this.buyers.push(
        ...(await makeBuyers(
          this.shop.databases,
          market,
          this.clientsPerMarket,
          (sub, sid) => mint({ sub, market, sid }),
          this.block,
        )),
      );
    }
  }

  start(): void {
    this.clients = this.buyers.map((buyer) =>
      this.orderAway(buyer).catch((error) => {
        this.trouble = error;
      }),
    );
  }

  private async orderAway(buyer: Buyer): Promise<void> {
    const skus = [...this.initial[buyer.market].keys()];
    while (!this.stopping) {
      const sku = skus[Math.floor(this.random() * skus.length)] ?? "";
      await this.untilKnown(buyer, this.history.wish(buyer, sku, 1 + Math.floor(this.random() * 3)));
    }
  }

  /** Repeats with the same key, as every careful client does after a broken connection. */
  private async untilKnown(buyer: Buyer, wish: Wish): Promise<void> {
    const deadline = Date.now() + this.patience_ms;
    while (wish.outcome === "unknown" && Date.now() < deadline) {
      await tryOrder(this.origin(), buyer, wish);
      if (wish.outcome === "unknown") await pause(10);
    }
  }

  /** Returns when so many more orders were acknowledged. */
  async more(count: number, timeout_ms = 20_000): Promise<void> {
    const wanted = this.history.count("acknowledged") + count;
    const enough = () => this.trouble !== undefined || this.history.count("acknowledged") >= wanted;
    await eventually(`${count} more orders`, enough, { timeout_ms, interval_ms: 5 });
    if (this.trouble !== undefined) throw this.trouble;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.clients);
  }

  async verdict(): Promise<Record<Market, Verdict>> {
    return {
      kg: await judge(this.shop.databases, "kg", this.history, this.initial.kg),
      us: await judge(this.shop.databases, "us", this.history, this.initial.us),
    };
  }
}
