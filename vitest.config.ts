import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Their tests call src/ in their own process. */
const IN_PROCESS = [
  "tests/{architecture,context,dashboard,engine,gates,model,pipeline,platform,report,spec,store,watch,workspaces}/**/*.test.ts",
  // Not those of its presets, which set up a home for a program.
  "tests/agents/*.test.ts",
];

// What a process for each file would do most of the time is load it anew.
const shared = { isolate: false, testTimeout: 300_000, hookTimeout: 300_000 };

/** By minutes that nobody sees in their size: whoever begins one of these last waits for it alone. */
const LONG = ["documents/readme", "e2e/ownership", "e2e/pull-request", "e2e/planning", "e2e/two-people"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) =>
      LONG.some((name) => moduleId.endsWith(`${name}.test.ts`));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    // For knip, which does not read that of the projects below.
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/rig/suite.ts"],
    // Twice the cores of a small machine: a file waits for real processes, and these wait for git, half of the time.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    // By name, so that the files that wait for the command come first, and short ones fill what is left at the end.
    projects: [
      { test: { name: "command", include: ["tests/**/*.test.ts"], exclude: IN_PROCESS, ...shared } },
      { test: { name: "in-process", include: IN_PROCESS, ...shared } },
    ],
  },
});
