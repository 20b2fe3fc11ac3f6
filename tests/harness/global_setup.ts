// Once for the whole run: the PostgreSQL cluster, and a migrated and seeded template database for each layout.
import type { TestProject } from "vitest/node";
import { makeTemplates } from "./layouts.js";
import { type ClusterAddress, PostgresCluster } from "./postgres.js";

declare module "vitest" {
  export interface ProvidedContext {
    cluster: ClusterAddress;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await PostgresCluster.create();
  try {
    await makeTemplates(cluster.address);
  } catch (error) {
    await cluster.destroy();
    throw error;
  }
  project.provide("cluster", cluster.address);
  return () => cluster.destroy();
}
