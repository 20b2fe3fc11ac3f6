// A running shop for one test file in one layout, and the steps shoppers and managers take in it.
import { inject } from "vitest";
import { type Api, client, good, raw } from "./api.js";
import type { components } from "../api/generated/schema.js";
import { Databases, type LayoutName, type Market } from "./layouts.js";
import type { ClusterAddress } from "./postgres.js";
import { MarqueServer } from "./server.js";

export type Order = components["schemas"]["OrderView"];
export type Product = components["schemas"]["ProductDetail"];
export type Sku = components["schemas"]["SkuView"];
export type User = components["schemas"]["UserView"];

export const managerPhones = { both: "+996700000001", kg: "+996700000002", us: "+12025550143" };
export const customerPhones: Record<Market, string> = { kg: "+996505231255", us: "+13128059851" };
export const testCode = "123456";

/** Somebody logged in. */
export interface Caller {
  token: string;
  user: User;
  api: Api;
}

export const currencies: Record<Market, string> = { kg: "KGS", us: "USD" };

/** Amounts as whole minor units, so that sums are exact. */
export const minor = (amount: number) => Math.round(amount * 100);

export interface ShopOptions {
  settings?: Record<string, string>;
  /** Changes the databases before the server sees them. */
  prepare?: (databases: Databases) => Promise<void>;
  /** Another cluster than the one all tests share. */
  cluster?: ClusterAddress;
}

export class Shop {
  private constructor(
    readonly databases: Databases,
    public server: MarqueServer,
    private readonly settings: Record<string, string>,
  ) {}

  /** Databases copied from the templates, and a server on them. */
  static async open(layout: LayoutName, { settings = {}, prepare, cluster }: ShopOptions = {}): Promise<Shop> {
    const databases = await Databases.copy(layout, cluster ?? inject("cluster"));
    try {
      await prepare?.(databases);
      const server = await MarqueServer.start({ ...databases.environment, ...settings });
      return new Shop(databases, server, settings);
    } catch (error) {
      await databases.drop();
      throw error;
    }
  }

  /** A server somebody started, on databases somebody made. */
  static on(databases: Databases, server: MarqueServer): Shop {
    return new Shop(databases, server, {});
  }

  get origin(): string {
    return this.server.origin;
  }

  /** Another server process on the same databases, after the first one has gone. */
  async restart(): Promise<void> {
    this.server = await MarqueServer.start({ ...this.databases.environment, ...this.settings });
  }

  async close(): Promise<void> {
    try {
      await this.server.stop();
    } finally {
      await this.databases.drop();
    }
  }

  guest(market?: Market | string, language?: string): Api {
    return client(this.origin, { market, language });
  }

  /** A guest who is known by a token. */
  guestWithCart(market: Market, cart: string): Api {
    return client(this.origin, { market, cart });
  }

  withToken(token: string): Api {
    return client(this.origin, { token });
  }

  /** Logs in with a test phone and code 123456. */
  async logIn(phone: string, code = testCode, guest = this.guest()): Promise<Caller> {
    const answer = good(await guest.POST("/api/v1/auth/verify-code", { body: { phone, verification_code: code } }));
    return { token: answer.access_token, user: answer.user, api: this.withToken(answer.access_token) };
  }

  /** The newest code that went out as SMS to a phone, from the development page. */
  async smsCode(phone: string): Promise<string | undefined> {
    const answer = await raw(this.origin, "GET", "/dev/sms");
    const { items } = answer.json() as { items: Array<{ phone: string; message: string }> };
    return items.find((item) => item.phone === phone)?.message.match(/\b\d{6}\b/)?.[0];
  }

  /** A product of the market with a SKU of which there are at least `pieces`, and that SKU. */
  async findSku(market: Market, pieces = 1, skip = 0): Promise<{ product: Product; sku: Sku }> {
    const [row] = await this.databases.sql<{ slug: string; sku_id: string }>(
      market,
      `SELECT r.slug, s.sku_id FROM stock s
       JOIN prices p ON p.market = s.market AND p.sku_id = s.sku_id
       JOIN skus k ON k.market = p.owner_market AND k.id = s.sku_id
       JOIN products r ON r.market = k.market AND r.id = k.product_id
       WHERE s.market = $1 AND s.on_hand - s.reserved >= $2 ORDER BY r.slug, s.sku_id LIMIT 1 OFFSET $3`,
      [market.toUpperCase(), pieces, skip],
    );
    if (!row) throw new Error(`the demo shop has no SKU with ${pieces} pieces in ${market}`);
    const product = good(
      await this.guest(market).GET("/api/v1/products/{slug}", { params: { path: { slug: row.slug } } }),
    );
    const sku = product.skus.find((candidate) => candidate.id === row.sku_id);
    if (!sku) throw new Error(`${row.slug} does not show its SKU ${row.sku_id}`);
    return { product, sku };
  }

  /** Sets the stock of a SKU as superuser, with a line of the ledger that explains it. */
  async setStock(market: Market, skuId: string, pieces: number): Promise<void> {
    await this.databases.sql(
      market,
      `WITH before AS (SELECT market, sku_id, on_hand FROM stock WHERE market = $1 AND sku_id = $2 FOR UPDATE),
            changed AS (UPDATE stock s SET on_hand = $3, reserved = 0 FROM before b
              WHERE s.market = b.market AND s.sku_id = b.sku_id)
       INSERT INTO stock_ledger (market, sku_id, delta, reason)
         SELECT market, sku_id, $3 - on_hand, 'test' FROM before`,
      [market.toUpperCase(), skuId, pieces],
    );
  }

  /** Pieces that nobody has taken or holds. */
  stock(market: Market, skuId: string): Promise<number> {
    return this.databases.count(market, "SELECT on_hand - reserved FROM stock WHERE market = $1 AND sku_id = $2", [
      market.toUpperCase(),
      skuId,
    ]);
  }

  orderCount(market: Market): Promise<number> {
    return this.databases.count(market, "SELECT count(*) FROM orders WHERE market = $1", [market.toUpperCase()]);
  }
}

/** What every order needs besides its lines. */
export function delivery(phone: string) {
  return {
    customer_name: "A Customer",
    customer_phone: phone,
    delivery_address: "1 Main Street",
    payment_method: "card",
  };
}

/** Puts pieces of a SKU into the caller's cart and orders the cart. */
export async function buy(caller: Caller, skuId: string, quantity = 1): Promise<Order> {
  good(await caller.api.POST("/api/v1/cart/add", { body: { sku_id: skuId, quantity } }));
  return good(
    await caller.api.POST("/api/v1/orders/create", { body: { ...delivery(caller.user.phone), use_cart: true } }),
  );
}
