// Once for the whole run: the PostgreSQL cluster, a migrated and seeded template database for each layout, and at the
// end the search of all logs for what must be in none.
import type { TestProject } from "vitest/node";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectEvidenceIn, searchEvidence } from "./evidence.js";
import { makeTemplates } from "./layouts.js";
import { type ClusterAddress, PostgresCluster } from "./postgres.js";

declare module "vitest" {
  export interface ProvidedContext {
    cluster: ClusterAddress;
  }
}

/** [R52] No phone, code, token, address or card that a test put in stands in any log of the run. */
function judgeLogs(): void {
  const { secrets, logs, lines, leaks } = searchEvidence();
  const counts = [...secrets].map(([kind, count]) => `${count} of kind ${kind}`).join(", ");
  console.log(`logs searched: ${lines} lines of ${logs} logs for ${counts || "nothing"}; ${leaks.length} found`);
  if (leaks.length === 0) return;
  for (const { kind, value, log, line } of leaks.slice(0, 20)) {
    console.error(`${log} shows the ${kind} ${value}: ${line.slice(0, 500)}`);
  }
  process.exitCode = 1;
  throw new Error(`[R52] ${leaks.length} lines of the logs show what they must not`);
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const evidence = mkdtempSync(join(tmpdir(), "marque-test-evidence-"));
  collectEvidenceIn(evidence);
  const cluster = await PostgresCluster.create();
  try {
    await makeTemplates(cluster.address);
  } catch (error) {
    await cluster.destroy();
    throw error;
  }
  project.provide("cluster", cluster.address);
  return async () => {
    await cluster.destroy();
    try {
      judgeLogs();
    } finally {
      rmSync(evidence, { recursive: true, force: true });
    }
  };
}
