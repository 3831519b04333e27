import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/rig/suite.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One more than two cores: a file often waits for real processes, and with four they only wait for each other.
    maxWorkers: 3,
  },
});
