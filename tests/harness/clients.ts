// Many clients at once, each with what it was told, when, and how its connection came to that.
import { Agent, request } from "node:http";
import { performance } from "node:perf_hooks";

export interface Told {
  /** 0: no answer. */
  status: number;
  ms: number;
  code: string;
  retryAfter: string | null;
  /** The server had taken the connection, so it owed an answer. */
  accepted: boolean;
  trouble: string;
}

export interface Ask {
  method?: string;
  path: string;
  token?: string;
  key?: string;
  market?: string;
  body?: unknown;
}

/** Never throws: that no answer came is an outcome, too. Without an agent the connection is this request's own. */
export function ask(origin: string, wanted: Ask, agent: Agent | false = false, timeout_ms = 60_000): Promise<Told> {
  return new Promise((resolve) => {
    const began = performance.now();
    let accepted = false;
    const told = (outcome: Partial<Told>) =>
      resolve({
        status: 0,
        code: "",
        retryAfter: null,
        trouble: "",
        accepted,
        ms: performance.now() - began,
        ...outcome,
      });
    const body = wanted.body === undefined ? undefined : JSON.stringify(wanted.body);
    const asked = request(
      `${origin}${wanted.path}`,
      {
        method: wanted.method ?? "GET",
        agent,
        headers: {
          ...(wanted.token ? { Authorization: `Bearer ${wanted.token}` } : {}),
          ...(wanted.key ? { "Idempotency-Key": wanted.key } : {}),
          ...(wanted.market ? { "X-Market": wanted.market } : {}),
          ...(body === undefined
            ? {}
            : { "Content-Type": "application/json", "Content-Length": String(Buffer.byteLength(body)) }),
        },
      },
      (answer) => {
        const pieces: Buffer[] = [];
        answer.on("data", (piece: Buffer) => pieces.push(piece));
        answer.on("error", (error) => told({ trouble: String(error) }));
        answer.on("end", () => {
          const text = Buffer.concat(pieces).toString();
          const isProblem = String(answer.headers["content-type"]).startsWith("application/problem+json");
          told({
            status: answer.statusCode ?? 0,
            code: isProblem ? (JSON.parse(text) as { code: string }).code : "",
            retryAfter: answer.headers["retry-after"] ?? null,
          });
        });
      },
    );
    asked.on("socket", (socket) => {
      accepted = !socket.connecting;
      if (socket.connecting) socket.once("connect", () => (accepted = true));
    });
    asked.setTimeout(timeout_ms, () => asked.destroy(new Error(`no answer within ${timeout_ms} ms`)));
    asked.on("error", (error) => told({ trouble: String(error) }));
    asked.end(body);
  });
}

/** The value that so many hundredths of the measurements are not above. */
export function percentile(values: number[], hundredths: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * hundredths) / 100))] ?? 0;
}

/** Asks again and again, so many milliseconds apart, until it is stopped; what was told stands in `answers`. */
export class Asker {
  readonly answers: Array<Told & { at: number }> = [];
  private stopping = false;
  private readonly loop: Promise<void>;
  private readonly agent = new Agent({ keepAlive: true });

  constructor(origin: () => string, next: () => Ask, interval_ms: number) {
    this.loop = this.run(origin, next, interval_ms);
  }

  private async run(origin: () => string, next: () => Ask, interval_ms: number): Promise<void> {
    while (!this.stopping) {
      const at = Date.now();
      this.answers.push({ ...(await ask(origin(), next(), this.agent)), at });
      const left_ms = at + interval_ms - Date.now();
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, left_ms)));
    }
  }

  /** What was told of requests since a moment. */
  since(moment: number): Array<Told & { at: number }> {
    return this.answers.filter((each) => each.at >= moment);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.loop;
    this.agent.destroy();
  }
}
