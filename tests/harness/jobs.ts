// Imports and exports as managers ask for them, and the processes that carry them out.
import { readFileSync } from "node:fs";
import type { components } from "../api/generated/schema.js";
import { good, type Problem, raw, type RawAnswer } from "./api.js";
import { checkAnswer } from "./contract.js";
import type { Market } from "./layouts.js";
import { childrenOf } from "./processes.js";
import { type Caller, managerPhones, type Shop } from "./shop.js";
import { eventually } from "./waiting.js";

export type Job = components["schemas"]["JobView"];

export const importPath = (market: Market, query: Record<string, string> = {}) =>
  `/api/v1/manager/imports?${new URLSearchParams({ market, ...query })}`;

export interface Sending {
  origin: string;
  token: string;
}

/** Not looked at for what logs must not show, which would take longer than sending it. */
export async function sendFile(
  { origin, token }: Sending,
  market: Market,
  body: string | Buffer,
  query: Record<string, string> = {},
  type = "text/csv",
): Promise<RawAnswer> {
  const bytes = new Uint8Array(Buffer.from(body as string));
  const headers = { "Content-Type": type, Authorization: `Bearer ${token}` };
  const path = importPath(market, query);
  const response = await fetch(`${origin}${path}`, { method: "POST", body: bytes, headers });
  const text = await response.text();
  checkAnswer({
    method: "POST",
    path: new URL(`${origin}${path}`).pathname,
    status: response.status,
    contentType: (response.headers.get("content-type") ?? "").split(";")[0] ?? "",
    body: text,
    sparse: false,
    requestId: response.headers.get("x-request-id"),
    statements: response.headers.get("x-statements"),
  });
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: () => JSON.parse(text) as unknown,
    problem: () => JSON.parse(text) as Problem,
  };
}

/** The answer to a file that must be taken. */
export async function sentFile(
  to: Sending,
  market: Market,
  body: string | Buffer,
  query: Record<string, string> = {},
): Promise<Job> {
  const answer = await sendFile(to, market, body, query);
  if (answer.status !== 201) throw new Error(`the import was answered ${answer.status}: ${answer.text}`);
  return answer.json() as Job;
}

export const jobOf = async (caller: Caller, market: Market, id: string): Promise<Job> =>
  good(await caller.api.GET("/api/v1/manager/jobs/{id}", { params: { path: { id }, query: { market } } }));

/** The job when it is over, or in the states asked for. */
export function untilJob(
  caller: Caller,
  market: Market,
  id: string,
  states: Job["state"][] = ["done", "failed", "cancelled"],
): Promise<Job> {
  return eventually(
    `job ${id} is ${states.join(" or ")}`,
    async () => {
      const job = await jobOf(caller, market, id);
      return states.includes(job.state) && job;
    },
    { timeout_ms: 60_000 },
  );
}

export const exported = async (caller: Caller, market: Market, kind: "products" | "prices" | "stock" | "reviews") =>
  good(
    await caller.api.POST("/api/v1/manager/exports", {
      params: { query: { market } },
      body: { kind, format: "csv" },
    }),
  );

export const fileOf = (to: Sending, market: Market, id: string) =>
  raw(to.origin, "GET", `/api/v1/manager/jobs/${id}/file?market=${market}`, { token: to.token });

/** The processes of jobs that a server runs now. */
export function workersOf(server: number): number[] {
  return childrenOf(server).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[1] === "job";
    } catch {
      return false;
    }
  });
}

const header = "sku,slug,name,category,color,price,stock";

/** A file of so many products. */
export function goods(prefix: string, count: number): string {
  const rows = Array.from({ length: count }, (_, i) => `${prefix}-${i},,Thing ${prefix} ${i},Things,Red,10,2`);
  return `${[header, ...rows].join("\n")}\n`;
}

/** Every statement that jobs cost; for statements.test.ts. */
export async function walkJobs(shop: Shop): Promise<void> {
  const manager = await shop.logIn(managerPhones.both);
  const to = { origin: shop.origin, token: manager.token };
  const bad = `${goods("WJ", 2)}WJ-3,,,Things,Red,10,2\n`;
  for (const query of [{}, { dry_run: "true" }] as Record<string, string>[]) {
    const job = await sentFile(to, "us", bad, query);
    await untilJob(manager, "us", job.id);
    good(
      await manager.api.GET("/api/v1/manager/jobs/{id}/refusals", {
        params: { path: { id: job.id }, query: { market: "us" } },
      }),
    );
  }
  for (const kind of ["products", "prices", "stock", "reviews"] as const) {
    const job = await exported(manager, "us", kind);
    await untilJob(manager, "us", job.id);
    await fileOf(to, "us", job.id);
  }
  const us = { query: { market: "us" as const } };
  good(await manager.api.GET("/api/v1/manager/jobs", { params: us }));
  const [first] = good(await manager.api.GET("/api/v1/manager/job-schedules", { params: us })).items;
  good(
    await manager.api.PUT("/api/v1/manager/job-schedules/{kind}", {
      params: { path: { kind: "prune" }, ...us },
      body: { at_time: "03:50", is_active: true, version: first?.version ?? 1 },
    }),
  );
  await shop.databases.sql("us", "UPDATE job_schedules SET next_at = now() WHERE market = 'US'");
  await eventually("what is due has begun", async () => {
    const { items } = good(await manager.api.GET("/api/v1/manager/job-schedules", { params: us }));
    return items.every(({ last_job_id }) => last_job_id);
  });
  const pruning = good(await manager.api.POST("/api/v1/manager/jobs", { params: us, body: { kind: "prune" } }));
  await untilJob(manager, "us", pruning.id);
  const job = await exported(manager, "us", "stock");
  await manager.api.POST("/api/v1/manager/jobs/{id}/cancel", {
    params: { path: { id: job.id }, query: { market: "us" } },
  });
}
