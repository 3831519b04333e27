import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/rig/suite.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two cores: more files at once would only make real processes wait for each other.
    maxWorkers: 2,
  },
});
