// Two servers on the same databases, as behind a balancer: what one of them does must bite on the other.
import { execFileSync } from "node:child_process";
import { client, raw, type RawAnswer } from "./api.js";
import type { LayoutName, Market } from "./layouts.js";
import { markets } from "./layouts.js";
import { MarqueServer } from "./server.js";
import { Shop } from "./shop.js";
import { eventually } from "./waiting.js";

/** What the demands call "within a second". */
export const second_ms = 1_000;

/** Waits until a server says whether it hears of changed logins at once. */
export async function untilHeard(origin: string, wanted: 0 | 1): Promise<void> {
  await eventually(`marque_sessions_heard is ${wanted}`, async () => {
    const text = await (await fetch(`${origin}/metrics`)).text();
    return text.includes(`marque_sessions_heard ${wanted}`);
  });
}

export class Pair {
  private constructor(
    readonly shop: Shop,
    readonly other: MarqueServer,
  ) {}

  static async open(layout: LayoutName, otherSettings: Record<string, string> = {}): Promise<Pair> {
    const shop = await Shop.open(layout);
    try {
      const other = await MarqueServer.start({ ...shop.databases.environment, ...otherSettings });
      const pair = new Pair(shop, other);
      await pair.untilHeard(1);
      return pair;
    } catch (error) {
      await shop.close();
      throw error;
    }
  }

  get origins(): string[] {
    return [this.shop.origin, this.other.origin];
  }

  /** One request to each server. */
  ask(path: string, token: string): Promise<RawAnswer[]> {
    return Promise.all(this.origins.map((origin) => raw(origin, "GET", path, { token })));
  }

  /** Both servers have served the token, and so have it in memory. */
  async warm(token: string): Promise<void> {
    for (const answer of await this.ask("/api/v1/auth/sessions", token))
      if (answer.status !== 200) throw new Error(`a good token was answered ${answer.status}: ${answer.text}`);
  }

  /** Milliseconds until both servers answer with a problem code; fails after a second. */
  async untilBoth(code: string, token: string, path = "/api/v1/auth/sessions"): Promise<number> {
    const began = performance.now();
    for (const origin of this.origins) {
      const left_ms = second_ms - (performance.now() - began);
      const refused = async () => {
        const answer = await raw(origin, "GET", path, { token });
        return answer.status >= 400 && answer.problem().code === code;
      };
      await eventually(`${code} from ${origin}`, refused, { timeout_ms: left_ms, interval_ms: 5 });
    }
    return performance.now() - began;
  }

  /** Waits until both servers say whether they hear of changes at once. */
  async untilHeard(wanted: 0 | 1): Promise<void> {
    for (const origin of this.origins) await untilHeard(origin, wanted);
  }

  /** Holds the servers' listening connections still, as a network that swallows packets would, for some work. */
  async deafened<T>(work: () => Promise<T>): Promise<T> {
    const pids: number[] = [];
    for (const market of this.shop.databases.split ? markets : (["kg"] satisfies Market[])) {
      const rows = await this.shop.databases.sql<{ pid: number }>(
        market,
        `SELECT pid FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'marque listener' AND state = 'idle'`,
      );
      pids.push(...rows.map((row) => row.pid));
    }
    const signal = (name: string) => execFileSync("kill", [`-${name}`, ...pids.map(String)]);
    signal("STOP");
    try {
      return await work();
    } finally {
      signal("CONT");
    }
  }

  api(token: string) {
    return client(this.shop.origin, { token });
  }

  async close(): Promise<void> {
    try {
      await this.other.stop();
    } finally {
      await this.shop.close();
    }
  }
}
