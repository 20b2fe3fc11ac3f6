// Only for `make screens`.
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: resolve(import.meta.dirname, ".."),
    include: ["screens/**/*.test.ts"],
    globalSetup: ["harness/global_setup.ts"],
    hookTimeout: 180_000,
  },
});
