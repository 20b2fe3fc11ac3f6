// Prism plays a published OpenAPI document: it answers what the document promises, and refuses requests that break it.
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { ended, start } from "./processes.js";
import { projectFolder } from "./server.js";
import { eventually } from "./waiting.js";

export class Prism {
  private output = "";
  origin = "";
  private constructor(private readonly child: ChildProcess) {
    child.stdout?.on("data", (piece: Buffer) => (this.output += piece.toString()));
    child.stderr?.on("data", (piece: Buffer) => (this.output += piece.toString()));
  }

  static async play(document: string): Promise<Prism> {
    const script = join(projectFolder, "tests/node_modules/@stoplight/prism-cli/dist/index.js");
    const options = ["mock", "--errors", "-h", "127.0.0.1", "-p", "0", document];
    const prism = new Prism(start(process.execPath, [script, ...options], { deathSignal: "KILL" }));
    try {
      prism.origin = await eventually(
        "Prism listens",
        () => prism.output.match(/listening on (http:\/\/127\.0\.0\.1:\d+)/)?.[1],
        { timeout_ms: 50_000 },
      );
    } catch (error) {
      await prism.close();
      throw new Error(prism.output, { cause: error });
    }
    return prism;
  }

  async close(): Promise<void> {
    this.child.kill("SIGKILL");
    await ended(this.child);
  }
}
