import { defineConfig } from "vitest/config";

/** Their tests call src/ in their own process. */
const IN_PROCESS = [
  "tests/{architecture,context,engine,gates,model,pipeline,platform,report,spec,store,watch,workspaces}/**/*.test.ts",
  // Not those of its presets, which set up a home for a program.
  "tests/agents/*.test.ts",
];

// What a process for each file would do most of the time is load it anew.
const shared = { isolate: false, testTimeout: 300_000, hookTimeout: 300_000 };

export default defineConfig({
  test: {
    // For knip, which does not read that of the projects below.
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/rig/suite.ts"],
    // Three times the cores of a small machine: with two for each, a third of its time nobody works, since a file waits for
    // processes, and these for git, for disks and for clocks.
    maxWorkers: 6,
    // By name, so that the files that wait for the command come first, and short ones fill what is left at the end.
    projects: [
      { test: { name: "command", include: ["tests/**/*.test.ts"], exclude: IN_PROCESS, ...shared } },
      { test: { name: "in-process", include: IN_PROCESS, ...shared } },
    ],
  },
});
