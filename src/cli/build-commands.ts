// Which commands bring code up to date?

import type { CommandSection } from "./declaration.ts";
import { BUILD_OPTIONS, CONFIRM, JUNIT } from "./shared-options.ts";

export const BUILD: CommandSection = {
  heading: "Build:",
  commands: [
    {
      name: "build",
      usage: "build [targets...]",
      summary: "bring everything, or the targets, up to date",
      description: "Targets are `feature`, `feature:T01`, `project/`, and globs of these.",
      examples: [
        { run: "build", does: "everything" },
        { run: "build products", does: "one feature, with all that it depends on" },
        { run: "build --dry-run", does: "what would be done and what it would cost" },
        { run: "build --locked", does: "restore from locks and store; for CI" },
        { run: "build --timings", does: "everything, and what it waited for" },
      ],
      page: "concepts",
      options: [
        ...BUILD_OPTIONS,
        {
          flags: "-w, --watch",
          help: "keep running, and build again after every edit (same as `factory watch`)",
        },
        JUNIT,
        CONFIRM,
        { flags: "--timings", help: "tell at the end what the time went to; not while watching" },
      ],
      load: () => import("./commands/build.ts"),
    },
    {
      name: "watch",
      usage: "watch [targets...]",
      summary: "build, and build again after every edit",
      description:
        "Builds after every edit of specs, templates and projects.yaml. It waits until nothing has changed for 0.3 s, or for 2 s before paid work. With --json: one document per line.",
      examples: [
        { run: "watch", does: "build after every edit" },
        {
          run: "watch products --confirm --budget-per-hour 2",
          does: "one feature; ask before paid work, and bound any sixty minutes",
        },
      ],
      page: "watching",
      options: [...BUILD_OPTIONS.filter(({ flags }) => !/--dry-run|--no-wait|--yes/.test(flags)), CONFIRM],
      load: () => import("./commands/watch.ts"),
    },
    {
      name: "retry",
      usage: "retry <targets...>",
      summary: "forget failed attempts, and build the targets again",
      examples: [
        { run: "retry products:T01", does: "one task" },
        { run: "retry '*'", does: "all that failed" },
      ],
      page: "factory-pattern",
      options: BUILD_OPTIONS.filter(({ flags }) => !flags.includes("--dry-run")),
      load: () => import("./commands/retry.ts"),
    },
  ],
};
