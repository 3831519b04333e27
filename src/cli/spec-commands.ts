// Which commands are about specs, their versions and their templates?

import type { CommandSection } from "./declaration.ts";
import { amount, NO_WAIT, positiveInteger, SARIF } from "./shared-options.ts";
import { TEMPLATE_COMMANDS } from "./template-commands.ts";

export const SPECS: CommandSection = {
  heading: "Work on specs:",
  commands: [
    {
      name: "validate",
      usage: "validate",
      summary: "read everything, report every finding",
      examples: [
        { run: "validate", does: "all findings, each with file, line and a fix" },
        { run: "validate --json", does: "the same as one JSON document" },
      ],
      page: "troubleshooting",
      options: [SARIF],
      load: () => import("./commands/validate.ts"),
    },
    {
      name: "diff",
      usage: "diff [features...]",
      summary: "show changes of the specs since a commit, or between versions",
      description:
        "Compares the specs with a commit. Or compares two versions of a feature, as in `factory diff products@2 products@4`, or one version with the working copy.",
      examples: [
        { run: "diff", does: "edits since the last commit, and the tasks that they reach" },
        { run: "diff --since main", does: "all that a branch changes" },
        { run: "diff products@1 products", does: "the first version and the working copy" },
      ],
      page: "versions",
      options: [
        { flags: "--since <revision>", help: "compare with this commit of the workspace (default: HEAD)" },
      ],
      load: () => import("./commands/diff.ts"),
    },
    {
      name: "log",
      usage: "log <feature>",
      summary: "list the versions of a feature, what each changed and what it cost",
      examples: [
        { run: "log products", does: "all versions" },
        { run: "log products --max-count 3", does: "the newest three" },
      ],
      page: "versions",
      options: [
        {
          flags: "-n, --max-count <n>",
          help: "list only this many of the newest versions",
          parse: positiveInteger,
        },
      ],
      load: () => import("./commands/log.ts"),
    },
    {
      name: "revert",
      usage: "revert <feature@version>",
      summary: "restore a version of a feature: its spec, and its code from the store",
      description:
        "Restores the documents of a version as an edit of the working copy, and its code without any call. `factory log` lists the versions.",
      examples: [
        { run: "revert products@1", does: "the first version of spec and code" },
        { run: "revert products@1 --dry-run", does: "show what that would change" },
      ],
      page: "versions",
      options: [
        { flags: "-n, --dry-run", help: "show what it would do, and do nothing" },
        { flags: "--no-build", help: "restore only the documents" },
        NO_WAIT,
        { flags: "-y, --yes", help: "overwrite content that no commit has, and keep a copy" },
      ],
      load: () => import("./commands/revert.ts"),
    },
    {
      name: "plan",
      usage: "plan <feature>",
      summary: "plan a feature, and build nothing",
      description:
        "Plans it again, where it has a plan, and merges that with what people wrote in its PLAN.md and BACKLOG.yaml.",
      examples: [
        { run: "plan products", does: "plan it again; your edits of its plan stay" },
        { run: "plan products --budget 0.50", does: "but stop before it costs more than 50 cents" },
      ],
      page: "planning",
      options: [
        { flags: "-j, --jobs <n>", help: "run this many agents at once", parse: positiveInteger },
        { flags: "--budget <usd>", help: "stop before spending more than this", parse: amount },
        { flags: "--locked", help: "call no model; fail if one is needed" },
        { flags: "--offline", help: "use no network; fail if it is needed" },
        NO_WAIT,
        { flags: "-y, --yes", help: "replace a person's own files, if git keeps them" },
      ],
      load: () => import("./commands/plan.ts"),
    },
    TEMPLATE_COMMANDS,
  ],
};
