// Asking for one-time codes and guessing them, at one of several servers and from any address, as behind a proxy.
import { type RawAnswer, postText, raw } from "./api.js";
import type { Databases, LayoutName, Market } from "./layouts.js";
import { MarqueServer } from "./server.js";
import { Shop, type ShopOptions } from "./shop.js";
import { eventually } from "./waiting.js";

export interface From {
  /** X-Forwarded-For, of which the tests' own address is a trusted proxy. */
  from?: string;
  server?: number;
  headers?: Record<string, string>;
}

export const wrong = (code: string) => (code === "000000" ? "000001" : "000000");

/** The market a phone of the tests belongs to. */
export const marketOf = (phone: string): Market => (phone.startsWith("+996") ? "kg" : "us");

/** Several servers on one shop's databases, and people who log in at any of them. */
export class Door {
  private constructor(
    readonly shop: Shop,
    readonly servers: MarqueServer[],
    private readonly environment: Record<string, string>,
  ) {}

  static async open(layout: LayoutName, count: number, options: ShopOptions = {}): Promise<Door> {
    const settings = { TRUSTED_PROXIES: "127.0.0.1", THREADS: "1", ...options.settings };
    const shop = await Shop.open(layout, { ...options, settings });
    const door = new Door(shop, [shop.server], { ...shop.databases.environment, ...settings });
    try {
      for (let i = 1; i < count; ++i) door.servers.push(await MarqueServer.start(door.environment));
    } catch (error) {
      await door.close();
      throw error;
    }
    return door;
  }

  get databases(): Databases {
    return this.shop.databases;
  }

  /** Stops a server and starts another one in its place. */
  async restart(index: number): Promise<void> {
    await this.servers[index]?.stop();
    this.servers[index] = await MarqueServer.start(this.environment);
    if (index === 0) this.shop.server = this.servers[0] as MarqueServer;
  }

  async close(): Promise<void> {
    for (const server of this.servers.slice(1)) await server.stop();
    await this.shop.close();
  }

  private post(path: string, body: unknown, { from, server = 0, headers = {} }: From): Promise<RawAnswer> {
    const origin = this.servers[server]?.origin ?? "";
    return postText(origin, path, JSON.stringify(body), {
      headers: { ...(from ? { "X-Forwarded-For": from } : {}), ...headers },
    });
  }

  send(phone: string, from: From = {}): Promise<RawAnswer> {
    return this.post("/api/v1/auth/send-verification", { phone }, from);
  }

  verify(phone: string, code: string, from: From = {}, challenge?: string): Promise<RawAnswer> {
    const body = { phone, verification_code: code, ...(challenge ? { challenge_id: challenge } : {}) };
    return this.post("/api/v1/auth/verify-code", body, from);
  }

  /** Messages that went out to a phone, newest first. */
  async messages(phone: string): Promise<string[]> {
    const answer = await raw(this.shop.origin, "GET", "/dev/sms");
    const { items } = answer.json() as { items: Array<{ phone: string; message: string }> };
    return items.filter((item) => item.phone === phone).map((item) => item.message);
  }

  /** Sends a code and reads it off the phone. */
  async codeFor(phone: string, from: From = {}): Promise<{ code: string; challenge: string; message: string }> {
    const before = (await this.messages(phone)).length;
    const answer = await this.send(phone, from);
    if (answer.status !== 200) throw new Error(`no code for ${phone}: ${answer.status} ${answer.text}`);
    const message = await eventually(`an SMS to ${phone}`, async () => {
      const all = await this.messages(phone);
      return all.length > before ? all[0] : undefined;
    });
    const code = message.match(/\b\d{6}\b/)?.[0] ?? "";
    return { code, challenge: (answer.json() as { challenge_id: string }).challenge_id, message };
  }

  /** As if so much time had gone by for limits and locks; codes stay good unless `codes` says so. */
  async pass(interval: string, { codes = false } = {}): Promise<void> {
    await this.databases.everywhere(`UPDATE code_windows SET ends_at = ends_at - interval '${interval}'`);
    await this.databases.everywhere(
      `UPDATE phone_failures SET locked_until = locked_until - interval '${interval}',
         failed_at = ARRAY(SELECT moment - interval '${interval}' FROM unnest(failed_at) AS moment ORDER BY moment)`,
    );
    if (codes)
      await this.databases.everywhere(
        `UPDATE verification_codes SET expires_at = expires_at - interval '${interval}',
           created_at = created_at - interval '${interval}'`,
      );
  }

  /** Wrong codes of a phone that were compared in the last day. */
  failures(phone: string): Promise<number> {
    return this.databases.count(
      marketOf(phone),
      "SELECT coalesce(sum(cardinality(failed_at)), 0) FROM phone_failures WHERE phone = $1",
      [phone],
    );
  }

  /** Guesses at a phone's codes that were compared. */
  attempts(phone: string): Promise<number[]> {
    return this.databases
      .sql<{ attempts: number }>(
        marketOf(phone),
        "SELECT attempts FROM verification_codes WHERE phone = $1 ORDER BY created_at",
        [phone],
      )
      .then((rows) => rows.map((row) => row.attempts));
  }

  users(phone: string): Promise<number> {
    return this.databases.count(marketOf(phone), "SELECT count(*) FROM users WHERE phone = $1", [phone]);
  }

  /** Waits until nothing is left in the outbox, then counts what went out as SMS in a market. */
  async sent(market: Market): Promise<number> {
    await eventually(
      "the outbox is worked off, and what it brought is sent; codes that are withheld are nobody's to send",
      async () =>
        (await this.databases.count(
          market,
          `SELECT (SELECT count(*) FROM outbox WHERE done_at IS NULL AND topic <> 'sms.withheld') +
                  (SELECT count(*) FROM sms_messages WHERE state = 'waiting')`,
        )) === 0,
    );
    return this.databases.count(market, "SELECT count(*) FROM development_sms WHERE market = $1", [
      market.toUpperCase(),
    ]);
  }
}
