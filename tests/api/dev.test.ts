// [R119] `make dev`: the server is built and started again whenever a source changes, and only then.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { Databases } from "../harness/layouts.js";
import { freePort } from "../harness/postgres.js";
import { ended, runWell, start } from "../harness/processes.js";
import { binary } from "../harness/server.js";
import { eventually } from "../harness/waiting.js";

const tool = resolve(dirname(fileURLToPath(import.meta.url)), "../../tools/dev");
let folder: string;
let databases: Databases;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "marque-test-dev-"));
  databases = await Databases.copy("one database", inject("cluster"));
});
afterAll(async () => {
  await databases?.drop();
  rmSync(folder, { recursive: true, force: true });
});

it("[R119] a changed source and a new one are built and served; a failed build leaves the last server", async () => {
  mkdirSync(join(folder, "src"));
  const source = join(folder, "src/one.cpp");
  writeFileSync(source, "good\n");
  await runWell("git", ["init", "--quiet"], { directory: folder });
  await runWell("cp", [binary, join(folder, "marque")]);
  // What stands for a build: it takes as long as a copy, and fails where a source says so.
  const build = `! grep -rq broken src && cp ${binary} marque.new && mv marque.new marque && echo built >>builds`;
  writeFileSync(join(folder, "builds"), "");
  const port = await freePort();
  const child = start(tool, [join(folder, "marque"), "sh", "-c", build], {
    directory: folder,
    environment: { ...databases.environment, PORT: String(port), HOME: folder },
  });
  let log = "";
  const keep = (piece: Buffer) => (log += piece.toString());
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  const starts = () => log.split('"server.listening"').length - 1;
  const served = (times: number) =>
    eventually(
      `started ${times} times`,
      async () => starts() === times && (await fetch(`http://127.0.0.1:${port}/health`)).ok,
      { timeout_ms: 60_000 },
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${log.slice(-4_000)}`);
    });
  try {
    await served(1);
    appendFileSync(source, "better\n");
    await served(2);
    writeFileSync(join(folder, "src/two.cpp"), "new\n");
    await served(3);
    appendFileSync(source, "broken\n");
    await eventually("the build has failed", () => /returned exit code 1|broken/.test(log) || starts() === 3);
    expect((await fetch(`http://127.0.0.1:${port}/health`)).ok).toBe(true);
    expect(starts()).toBe(3);
  } finally {
    child.kill("SIGTERM");
    await ended(child);
  }
  await eventually("nobody serves any more", () =>
    fetch(`http://127.0.0.1:${port}/health`).then(
      () => false,
      () => true,
    ),
  );
}, 240_000);
