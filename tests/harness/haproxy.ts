// HAProxy in front of a server, as a shop would run it: it reuses the server's connections for many clients, which is
// what makes a disagreement about where a request ends dangerous.
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./postgres.js";
import { ended, start } from "./processes.js";
import { open, portOf } from "./sockets.js";
import { eventually } from "./waiting.js";

const program = "/usr/sbin/haproxy";

/** Each request that HAProxy saw as one gets the id proxied-N; a request it did not see keeps its own. */
const configuration = (port: number, server: number) => `global
  log stdout format raw local0
defaults
  mode http
  log global
  log-format "request %ci:%cp %s %ST"
  timeout connect 2s
  timeout client 1s
  timeout http-request 1s
  timeout http-keep-alive 1s
  timeout server 5s
  http-reuse always
frontend door
  bind 127.0.0.1:${port}
  unique-id-format proxied-%rt-%cp
  http-request set-header X-Request-Id %[unique-id]
  default_backend shop
backend shop
  server marque 127.0.0.1:${server}
`;

export class HaProxy {
  private output = "";

  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    readonly port: number,
  ) {
    child.stdout?.on("data", (piece: Buffer) => (this.output += piece.toString()));
    child.stderr?.on("data", (piece: Buffer) => (this.output += piece.toString()));
  }

  static async start(origin: string): Promise<HaProxy> {
    const directory = mkdtempSync(join(tmpdir(), "marque-test-haproxy-"));
    const port = await freePort();
    const file = join(directory, "haproxy.cfg");
    writeFileSync(file, configuration(port, portOf(origin)));
    const child = start(program, ["-db", "-f", file], { directory, deathSignal: "KILL" });
    const proxy = new HaProxy(child, directory, port);
    await eventually("HAProxy listens", async () => {
      (await open(port)).destroy();
      return true;
    }).catch((error) => {
      throw new Error(`${String(error)}\n${proxy.output}`);
    });
    return proxy;
  }

  /** Requests that it has passed on to the server, or none at all for those it refused itself. */
  get requests(): Array<{ forwarded: boolean; status: number }> {
    return [...this.output.matchAll(/^request \S+ (\S+) (-?\d+)$/gm)].map(([, server, status]) => ({
      forwarded: server === "marque",
      status: Number(status),
    }));
  }

  async stop(): Promise<void> {
    this.child.kill("SIGKILL");
    await ended(this.child);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
