// Child processes that cannot outlive the test run: started under setpriv, they get a signal when their parent dies.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";

export interface ChildOptions {
  environment?: Record<string, string>;
  directory?: string;
  /** What the kernel sends the child when this process dies. */
  deathSignal?: "KILL" | "QUIT" | "TERM";
  /** Run as the unprivileged user that PostgreSQL insists on, where we are root. */
  asPostgres?: boolean;
}

export const isRoot = process.getuid?.() === 0;

function wrapped(command: string, args: string[], options: ChildOptions): [string, string[]] {
  const flags = options.deathSignal ? [`--pdeathsig=${options.deathSignal}`] : [];
  if (options.asPostgres && isRoot) flags.push("--reuid=postgres", "--regid=postgres", "--clear-groups");
  if (flags.length === 0) return [command, args];
  return ["setpriv", [...flags, "--", command, ...args]];
}

/** The environment of a test's child: nothing of the caller's settings leaks in. */
function bare(environment: Record<string, string> = {}): Record<string, string> {
  return { PATH: process.env.PATH ?? "/usr/bin:/bin", LANG: "C.UTF-8", TZ: "UTC", ...environment };
}

/** Starts a child; its pid is the command's own, because setpriv replaces itself. */
export function start(command: string, args: string[], options: ChildOptions = {}): ChildProcess {
  const [file, all] = wrapped(command, args, options);
  return spawn(file, all, {
    cwd: options.directory ?? "/",
    env: bare(options.environment),
    stdio: ["ignore", "pipe", "pipe"],
  });
}

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Runs a child to its end, or kills it at the deadline. */
export async function run(
  command: string,
  args: string[],
  options: ChildOptions = {},
  timeout_ms = 60_000,
): Promise<Finished> {
  const child = start(command, args, { deathSignal: "KILL", ...options });
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (piece: Buffer) => (stdout += piece.toString()));
  child.stderr?.on("data", (piece: Buffer) => (stderr += piece.toString()));
  const timer = setTimeout(() => child.kill("SIGKILL"), timeout_ms);
  try {
    return await new Promise<Finished>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a child that must succeed. */
export async function runWell(
  command: string,
  args: string[],
  options: ChildOptions = {},
  timeout_ms = 60_000,
): Promise<string> {
  const result = await run(command, args, options, timeout_ms);
  if (result.code !== 0) {
    throw new Error(
      `${command} ${args.join(" ")} ended with ${result.code ?? result.signal}:\n${result.stdout}${result.stderr}`,
    );
  }
  return result.stdout;
}

/** The children of a process, from /proc. */
export function childrenOf(pid: number): number[] {
  const listed = spawnSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" }).stdout;
  return listed
    .split("\n")
    .map(Number)
    .filter((child) => child > 0);
}

/** Resolves when the process has ended, however it did. */
export function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once("exit", () => resolve()));
}
