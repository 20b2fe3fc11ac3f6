// How much memory a command of the binary takes at most, as the kernel counted it.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ended, start } from "./processes.js";
import { binary } from "./server.js";

/** Runs a command to its end; its largest resident memory in MB, looked at every few milliseconds (it never falls). */
export async function peakOf(args: string[], environment: Record<string, string>): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "marque-test-memory-"));
  const child = start(binary, args, { environment, directory, deathSignal: "KILL" });
  let peak_kb = 0;
  let stderr = "";
  child.stdout?.resume();
  child.stderr?.on("data", (piece: Buffer) => (stderr += piece.toString()));
  const look = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      peak_kb = Math.max(peak_kb, Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0));
    } catch {
      // It has ended.
    }
  }, 5);
  await ended(child);
  clearInterval(look);
  rmSync(directory, { recursive: true, force: true });
  if (child.exitCode !== 0) throw new Error(`marque ${args.join(" ")} ended with ${child.exitCode}:\n${stderr}`);
  return peak_kb / 1024;
}
