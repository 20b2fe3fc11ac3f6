// The server under test: started with nothing but the given settings, watched through its JSON log lines.
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { keepLog } from "./evidence.js";
import { ended, type Finished, run, start } from "./processes.js";
import { eventually } from "./waiting.js";

export const projectFolder = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const binary = process.env.MARQUE_BINARY ?? join(projectFolder, "build/dev/src/app/marque");

export const jwtSecret = "tests-only-secret-of-more-than-32-characters";

/** Phones that log in with code 123456: those of the sources, the demo shop's managers, and some for single tests. */
export const testPhones = [
  "+13128059851",
  "+996505231255",
  "+996700000001",
  "+996700000002",
  "+12025550143",
  "+12025550144",
  ...Array.from({ length: 20 }, (_, i) => `+9967001110${String(i).padStart(2, "0")}`),
  ...Array.from({ length: 20 }, (_, i) => `+121255501${String(i).padStart(2, "0")}`),
];

/** All tests come from one address and ask codes for many phones of one block; tests of these limits set their own. */
const withoutLimitsOfAddresses = {
  CODE_PHONES_PER_ADDRESS: "0",
  CODE_PHONES_PER_NETWORK: "0",
  CODES_PER_BLOCK: "0",
};

export interface LogLine {
  time: string;
  level: string;
  event: string;
  [field: string]: string;
}

/** A first start makes its own PostgreSQL, migrates and seeds; how quickly is the bench's business. */
const readyWithin_ms = 60_000;

export class MarqueServer {
  readonly logs: LogLine[] = [];
  output = "";
  origin = "";

  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    private readonly keep: (piece: string) => void,
  ) {}

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /**
   * Starts `marque serve` and waits for its "server.listening". `files_max` bounds the files and sockets it may have
   * open; `program` is another binary than the one that was built.
   */
  static async start(
    environment: Record<string, string>,
    args: string[] = [],
    { files_max, program = binary }: { files_max?: number; program?: string } = {},
  ): Promise<MarqueServer> {
    const directory = mkdtempSync(join(tmpdir(), "marque-test-server-"));
    const settings = {
      ENVIRONMENT: "development",
      PORT: "0",
      JWT_SECRET: jwtSecret,
      TEST_PHONES: testPhones.join(","),
      ...withoutLimitsOfAddresses,
      MARQUE_DATA_DIR: join(directory, "data"),
      ...environment,
    };
    const bounded = files_max === undefined ? [] : ["prlimit", `--nofile=${files_max}`, "--"];
    const [command = program, ...rest] = [...bounded, program, "serve", ...args];
    const child = start(command, rest, { environment: settings, directory, deathSignal: "KILL" });
    // A server told to log what it must not is no evidence against the others.
    const guilty = environment.MARQUE_BREAK?.includes("log_phone") ?? false;
    const server = new MarqueServer(child, directory, guilty ? () => {} : keepLog("server"));
    server.listen(child);
    try {
      await server.untilListening();
    } catch (error) {
      await server.kill();
      throw error;
    }
    return server;
  }

  private listen(child: ChildProcess): void {
    let rest = "";
    child.on("error", (error) => (this.output += String(error)));
    child.stdout?.on("data", (piece: Buffer) => {
      this.output += piece.toString();
      this.keep(piece.toString());
    });
    child.stderr?.on("data", (piece: Buffer) => {
      this.output += piece.toString();
      this.keep(piece.toString());
      const lines = (rest + piece.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line.startsWith("{")) this.logs.push(JSON.parse(line) as LogLine);
      }
    });
  }

  private async untilListening(): Promise<void> {
    const line = await eventually(
      "the server listens",
      () => {
        const found = this.logs.find((entry) => entry.event === "server.listening");
        if (!found && this.hasEnded) return { port: "" };
        return found;
      },
      { timeout_ms: readyWithin_ms, interval_ms: 5 },
    ).catch((error) => {
      throw new Error(`${String(error)}\n${this.output}`);
    });
    if (!line.port) throw new Error(`the server ended before it listened:\n${this.output}`);
    this.origin = `http://127.0.0.1:${line.port}`;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** SIGTERM and the exit code; a server that does not stop in time is a failure. */
  async stop(within_ms = 10_000): Promise<number | null> {
    if (!this.hasEnded) {
      this.child.kill("SIGTERM");
      const timer = setTimeout(() => this.child.kill("SIGKILL"), within_ms);
      await ended(this.child);
      clearTimeout(timer);
    }
    rmSync(this.directory, { recursive: true, force: true });
    if (this.child.signalCode === "SIGKILL")
      throw new Error(`the server did not stop within ${within_ms} ms:\n${this.tail()}`);
    return this.child.exitCode;
  }

  /** kill -9. */
  async kill(): Promise<void> {
    if (!this.hasEnded) {
      this.child.kill("SIGKILL");
      await ended(this.child);
    }
    rmSync(this.directory, { recursive: true, force: true });
  }

  tail(): string {
    return this.output.slice(-4_000);
  }
}

/** Runs a command of the binary in an empty folder, so that no .env of this project is read. */
export async function marque(
  args: string[],
  environment: Record<string, string>,
  timeout_ms = 60_000,
): Promise<Finished> {
  const directory = mkdtempSync(join(tmpdir(), "marque-test-command-"));
  try {
    const finished = await run(binary, args, { environment, directory }, timeout_ms);
    keepLog("command")(finished.stderr);
    return finished;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
