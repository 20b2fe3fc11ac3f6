// The PostgreSQL that the server runs for itself in development: started, kept, and never left behind.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MarqueServer } from "../harness/server.js";
import { eventually } from "../harness/waiting.js";

describe("PostgreSQL of our own", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "marque-test-embedded-"));
    // PostgreSQL's unprivileged user must be able to enter, or root's data would go to a place outside the folder.
    chmodSync(folder, 0o755);
  });
  const running: MarqueServer[] = [];
  afterEach(async () => {
    for (const server of running.splice(0)) await server.kill();
    await eventually("no PostgreSQL is left", () => postgresProcesses().length === 0, { timeout_ms: 15_000 });
    rmSync(folder, { recursive: true, force: true });
  });

  /** Processes whose command line names the folder, other than the server's. */
  const postgresProcesses = () => {
    const listed = spawnSync("ps", ["-eo", "pid=,stat=,args="], { encoding: "utf8" }).stdout.split("\n");
    return listed.filter((line) => /postgres/.test(line) && line.includes(folder) && !/^\s*\d+\s+Z/.test(line));
  };
  const start = async (...args: string[]) => {
    const server = await MarqueServer.start({ MARQUE_DATA_DIR: join(folder, "data"), JWT_SECRET: "" }, args);
    running.push(server);
    return server;
  };

  it("starts with nothing configured, keeps its data, and ends with the server, also after kill -9", async () => {
    const first = await start("--migrate", "--seed");
    expect((await fetch(`${first.origin}/health/ready`)).status).toBe(200);
    const page = (await (await fetch(`${first.origin}/api/v1/products?market=kg&lang=ky&limit=2`)).json()) as {
      total: number;
    };
    expect(page.total).toBeGreaterThan(200);
    expect(postgresProcesses().length).toBeGreaterThan(0);
    const login = (body: object) => ({
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const { access_token: token } = (await (
      await fetch(`${first.origin}/api/v1/auth/verify-code`, login({ phone: "+996505231255", code: "123456" }))
    ).json()) as { access_token: string };
    await first.kill();
    await eventually("PostgreSQL has ended with the killed server", () => postgresProcesses().length === 0, {
      timeout_ms: 15_000,
    });

    const second = await start();
    const profile = await fetch(`${second.origin}/api/v1/auth/profile`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(profile.status).toBe(200);
    expect(await second.stop()).toBe(0);
    await eventually("PostgreSQL has ended with the stopped server", () => postgresProcesses().length === 0, {
      timeout_ms: 15_000,
    });
  }, 90_000);
});
