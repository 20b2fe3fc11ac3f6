// HAProxy with the configuration that the project ships, on ports of the test's.
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./postgres.js";
import { ended, start } from "./processes.js";
import { projectFolder } from "./server.js";
import { eventually } from "./waiting.js";

function replaced(text: string, what: string, by: string): string {
  if (!text.includes(what)) throw new Error(`packaging/haproxy.cfg has no "${what}"`);
  return text.replace(what, by);
}

export class Balancer {
  private output = "";

  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    private readonly port: number,
  ) {
    child.stdout?.on("data", (piece: Buffer) => (this.output += piece.toString()));
    child.stderr?.on("data", (piece: Buffer) => (this.output += piece.toString()));
  }

  static async start(servers: [number, number]): Promise<Balancer> {
    const directory = mkdtempSync(join(tmpdir(), "marque-test-balancer-"));
    const port = await freePort();
    let text = readFileSync(join(projectFolder, "packaging/haproxy.cfg"), "utf8");
    text = replaced(text, "bind :80\n", `bind 127.0.0.1:${port}\n`);
    text = replaced(text, "127.0.0.1:8001", `127.0.0.1:${servers[0]}`);
    text = replaced(text, "127.0.0.1:8002", `127.0.0.1:${servers[1]}`);
    text = replaced(text, "log /dev/log local0", "log stdout format raw local0");
    const file = join(directory, "haproxy.cfg");
    writeFileSync(file, text);
    const child = start("/usr/sbin/haproxy", ["-db", "-f", file], { directory, deathSignal: "KILL" });
    const balancer = new Balancer(child, directory, port);
    await eventually("the balancer sends requests on", async () => (await fetch(`${balancer.origin}/health/ready`)).ok);
    return balancer;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What it has said so far; a place to look on from. */
  get said(): number {
    return this.output.length;
  }

  /** Waits until it says of a server that it is UP, or DOWN. */
  async until(server: "one" | "two", state: "UP" | "DOWN", since: number): Promise<void> {
    const sentence = `Server shop/${server} is ${state}`;
    await eventually(sentence, () => this.output.slice(since).includes(sentence), { timeout_ms: 15_000 });
  }

  tail(): string {
    return this.output.slice(-4_000);
  }

  async stop(): Promise<void> {
    this.child.kill("SIGKILL");
    await ended(this.child);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
