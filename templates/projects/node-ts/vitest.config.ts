import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // Modules here hold no state, so test files may share a process; a run takes a third of the time.
    isolate: false,
  },
});
