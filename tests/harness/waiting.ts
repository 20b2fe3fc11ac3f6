// Waiting without fixed sleeps: poll until something holds, or fail at a deadline saying what was last seen. It is far
// away: work in the background waits for the oldest transaction of the PostgreSQL that all test files share.
import { setTimeout as pause } from "node:timers/promises";

/** A number is no answer: 0 would count as one. */
export async function eventually<T extends object | string | boolean>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  { timeout_ms = 60_000, interval_ms = 20 } = {},
): Promise<T> {
  const deadline = Date.now() + timeout_ms;
  let trouble: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
      trouble = undefined;
    } catch (error) {
      trouble = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`not within ${timeout_ms} ms: ${what}`, { cause: trouble });
    }
    await pause(interval_ms);
  }
}

/** A start line: everybody waits until the last one has arrived. */
export class Barrier {
  private waiting: Array<() => void> = [];
  constructor(private readonly count: number) {}
  arrive(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      if (this.waiting.length === this.count) for (const go of this.waiting) go();
    });
  }
}
