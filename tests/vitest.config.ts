// How the API tests run: one PostgreSQL cluster for the whole run, each file with databases and a server of its own.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["api/**/*.test.ts", "browser/**/*.test.ts"],
    globalSetup: ["harness/global_setup.ts"],
    // Every file starts servers of its own; more than two files at once would only wait for each other.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    reporters: ["default", "./harness/closing_line.ts"],
  },
});
