// The fault proxy (fault_proxy.mjs) as a test steers it: a database's port whose network can be slow, silent or broken.
import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ended } from "./processes.js";

export type Fault =
  | { kind: "pass" }
  /** Each answer of the database comes so much later. */
  | { kind: "delay"; ms: number }
  /** Nothing comes through, nothing is refused. */
  | { kind: "stall" }
  /** A connection is reset in the middle of the answer that goes beyond so many bytes. */
  | { kind: "reset"; after: number }
  /** One byte at a time. */
  | { kind: "trickle" }
  /** Each new connection is reset at once. */
  | { kind: "refuse" };

export class FaultProxy {
  private readonly waiting: Array<(answer: unknown) => void> = [];

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(target: number): Promise<FaultProxy> {
    const program = join(dirname(fileURLToPath(import.meta.url)), "fault_proxy.mjs");
    // It ends with its standard input, so with this process.
    const child = spawn(process.execPath, [program, String(target)], { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout! });
    const port = await new Promise<number>((resolve, reject) => {
      lines.once("line", (line) => resolve((JSON.parse(line) as { port: number }).port));
      child.once("exit", () => reject(new Error("the fault proxy ended")));
    });
    const proxy = new FaultProxy(child, port);
    lines.on("line", (line) => proxy.waiting.shift()?.((JSON.parse(line) as { done: unknown }).done));
    return proxy;
  }

  private ask(name: string, value?: unknown): Promise<unknown> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.child.stdin?.write(`${JSON.stringify({ name, value })}\n`);
    });
  }

  async set(fault: Fault): Promise<void> {
    await this.ask("mode", fault);
  }

  /** What is open stays open, but nothing comes through it ever again; new connections are good. */
  async forget(): Promise<void> {
    await this.ask("forget");
  }

  /** Leads to another port; open connections are reset. */
  async lead(port: number): Promise<void> {
    await this.ask("lead", port);
  }

  /** The moments at which connections were tried since the last question. */
  async attempts(): Promise<number[]> {
    return (await this.ask("attempts")) as number[];
  }

  async stop(): Promise<void> {
    this.child.stdin?.end();
    await ended(this.child);
  }
}
