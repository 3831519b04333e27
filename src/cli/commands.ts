// Which commands are there? One entry each; their code is loaded only when they are called.

import { InvalidArgumentError } from "commander";
import { PRESETS } from "../agents/presets/preset-names.ts";
import { append, type CommandDeclaration, type CommandGroup, type OptionDeclaration } from "./declaration.ts";
import { TEMPLATE_COMMANDS } from "./template-commands.ts";

const BUILD_OPTIONS: readonly OptionDeclaration[] = [
  { flags: "-j, --jobs <n>", help: "how many agents at once", parse: positiveInteger },
  { flags: "-n, --dry-run", help: "say what would be done, and do nothing" },
  { flags: "-f, --force", help: "regenerate the targets although they are fresh" },
  { flags: "-k, --keep-going", help: "go on with what does not depend on a failed task (the default)" },
  { flags: "-b, --branch <name>", help: "build into that branch of every project" },
  { flags: "--fail-fast", help: "start nothing new after the first failure" },
  { flags: "--budget <usd>", help: "stop before spending more", parse: amount },
  { flags: "--budget-per-hour <usd>", help: "and before spending more within an hour", parse: amount },
  { flags: "--locked", help: "call no model; fail where one would be needed" },
  { flags: "--offline", help: "use no network; fail where it would be needed" },
  { flags: "--no-wait", help: "exit 7 at once where another build holds the workspace" },
  { flags: "-y, --yes", help: "do not ask" },
];

const CONFIRM: OptionDeclaration = {
  flags: "--confirm",
  help: "while watching, ask before what costs money",
};

export const COMMANDS: readonly (CommandDeclaration | CommandGroup)[] = [
  {
    name: "init",
    usage: "init [project]",
    summary: "make a workspace here",
    options: [
      {
        flags: "--with <programs>",
        help: `also the role files of ${Object.keys(PRESETS).join(", ")} (commas between them)`,
        parse: append,
      },
    ],
    load: () => import("./commands/init.ts"),
  },
  {
    name: "new",
    usage: "new <template> <feature>",
    summary: "instantiate a template as a feature",
    description: "Instantiate a template as specs/<feature>/. On a terminal, asks for what is missing.",
    options: [
      { flags: "-s, --set <key=value>", help: "a parameter (repeatable)", parse: append },
      { flags: "--answers <file>", help: "parameters as YAML or JSON, - for stdin; --set wins over it" },
      { flags: "-p, --project <id>", help: "the project to build it into (default: the only one)" },
      { flags: "-n, --dry-run", help: "print the files, and write none" },
      { flags: "-y, --yes", help: "take the defaults, do not ask" },
    ],
    load: () => import("./commands/new.ts"),
  },
  TEMPLATE_COMMANDS,
  {
    name: "import",
    usage: "import <paths...>",
    summary: "make features of specs of spec-kit, OpenSpec, Kiro, Task Master",
    description:
      "Reads a repository, or the folder of one spec, and writes specs/<feature>/ for each. Tells by file and line what could not be carried over. Changes neither the originals nor a feature that exists.",
    options: [
      {
        flags: "--from <format>",
        help: "the format, where several are found",
        choices: ["spec-kit", "openspec", "kiro", "task-master"],
      },
      { flags: "-p, --project <id>", help: "the project to build it into (default: the only one)" },
      { flags: "--as <feature>", help: "what to call the feature, where there is one" },
      { flags: "-n, --dry-run", help: "print the files, and write none" },
    ],
    load: () => import("./commands/import.ts"),
  },
  {
    name: "adopt",
    usage: "adopt <project> <paths...>",
    summary: "take existing files of a project under a task, without changing them",
    description: "Paths are files, folders and globs from the root of the project, committed on its branch.",
    options: [
      { flags: "-a, --accept <text>", help: "what must hold of them (repeatable)", parse: append },
      { flags: "--feature <id>", help: "the feature of the task, new or not (default: PROJECT-adopted)" },
      { flags: "--task <id>", help: "id of the task (default: the next free one)" },
      { flags: "--title <text>", help: "title of the task" },
      { flags: "-n, --dry-run", help: "print the spec, and write nothing" },
      { flags: "--no-wait", help: "exit 7 at once where another build holds the workspace" },
    ],
    load: () => import("./commands/adopt.ts"),
  },
  {
    name: "validate",
    usage: "validate",
    summary: "read everything, report every finding",
    options: [],
    load: () => import("./commands/validate.ts"),
  },
  {
    name: "plan",
    usage: "plan <feature>",
    summary: "run the planning pipeline alone",
    description: "Plan a feature anew, merged with what people wrote in its PLAN.md and BACKLOG.yaml.",
    options: [
      { flags: "-j, --jobs <n>", help: "how many agents at once", parse: positiveInteger },
      { flags: "--budget <usd>", help: "stop before spending more", parse: amount },
      { flags: "--locked", help: "call no model; fail where one would be needed" },
      { flags: "--offline", help: "use no network; fail where it would be needed" },
      { flags: "--no-wait", help: "exit 7 at once where another build holds the workspace" },
      { flags: "-y, --yes", help: "replace a person's own files, where git keeps them" },
    ],
    load: () => import("./commands/plan.ts"),
  },
  {
    name: "approve",
    usage: "approve <target>",
    summary:
      "let a plan or a new text of a task be built, take a draft that nobody could judge, or merge a product",
    description:
      "Targets are `feature`, for its planned backlog, `feature:T01`, for a new text of the task that waits, and `project/`, for the product that waits.",
    options: [{ flags: "--no-wait", help: "exit 7 at once where another build holds the workspace" }],
    load: () => import("./commands/approve.ts"),
  },
  {
    name: "build",
    usage: "build [targets...]",
    summary: "bring everything, or the targets, up to date",
    description: "Targets are `feature`, `feature:T01`, `project/`, and globs of these.",
    options: [
      ...BUILD_OPTIONS,
      { flags: "-w, --watch", help: "stay, and build again after every edit (as `factory watch`)" },
      CONFIRM,
    ],
    load: () => import("./commands/build.ts"),
  },
  {
    name: "watch",
    usage: "watch [targets...]",
    summary: "build, stay, and build again after every edit",
    description:
      "Builds after every edit of specs, templates and projects.yaml, once nothing was touched for 0.3 s, or for 2 s where it costs money. With --json: one document per line.",
    options: [...BUILD_OPTIONS.filter(({ flags }) => !/--dry-run|--no-wait|--yes/.test(flags)), CONFIRM],
    load: () => import("./commands/watch.ts"),
  },
  {
    name: "status",
    usage: "status [targets...]",
    summary: "what is stale and why; nothing is run",
    options: [],
    load: () => import("./commands/status.ts"),
  },
  {
    name: "explain",
    usage: "explain <targets...>",
    summary: "why a task is stale, down to the changed lines",
    options: [],
    load: () => import("./commands/explain.ts"),
  },
  {
    name: "check",
    usage: "check [targets...]",
    summary: "for CI: exit 3 unless every task is fresh, owned and covered",
    options: [{ flags: "--strict", help: "also exit 3 where a criterion is proven by nothing" }],
    load: () => import("./commands/check.ts"),
  },
  {
    name: "verify",
    usage: "verify",
    summary: "rebuild every project from specs and store, and compare tree ids",
    options: [],
    load: () => import("./commands/verify.ts"),
  },
  {
    name: "diff",
    usage: "diff [features...]",
    summary: "changes of the specs since a commit, or between versions",
    description:
      "Compares the specs with a commit; or two versions of a feature, as in `factory diff products@2 products@4`, or one with the working copy.",
    options: [
      { flags: "--since <revision>", help: "commit of the workspace to compare with (default: HEAD)" },
    ],
    load: () => import("./commands/diff.ts"),
  },
  {
    name: "log",
    usage: "log <feature>",
    summary: "the versions of a feature, what each changed, and what it cost",
    options: [{ flags: "-n, --max-count <n>", help: "the newest alone, so many", parse: positiveInteger }],
    load: () => import("./commands/log.ts"),
  },
  {
    name: "blame",
    usage: "blame <file>",
    summary: "from a line of code to task, requirement, spec, agent and cost",
    description:
      "FILE is `project/path`, and `project/path:12` for a single line. Tells who wrote it: which task, for which requirements of which version of a spec, and what it cost; or which person.",
    options: [],
    load: () => import("./commands/blame.ts"),
  },
  {
    name: "revert",
    usage: "revert <feature@version>",
    summary: "a feature as it was: its spec, and from the store its code",
    description:
      "Restores the documents of a version as an edit of the working copy, and its code without a single call. `factory log` shows the versions.",
    options: [
      { flags: "-n, --dry-run", help: "say what would be done, and do nothing" },
      { flags: "--no-build", help: "restore the documents alone" },
      { flags: "--no-wait", help: "exit 7 at once where another build holds the workspace" },
      { flags: "-y, --yes", help: "write over what no commit has; a copy is kept" },
    ],
    load: () => import("./commands/revert.ts"),
  },
  {
    name: "graph",
    usage: "graph [targets...]",
    summary: "the tasks and what they depend on: text, Mermaid, DOT",
    options: [
      { flags: "--format <format>", help: "how to draw it", choices: ["text", "mermaid", "dot"] },
      { flags: "--mermaid", help: "as --format mermaid" },
      { flags: "--dot", help: "as --format dot" },
      { flags: "--status", help: "judge every task and show its verdict" },
    ],
    load: () => import("./commands/graph.ts"),
  },
  {
    name: "accept",
    usage: "accept <target> [paths...]",
    summary: "keep a person's edit: the files are theirs from now on",
    options: [{ flags: "--no-wait", help: "exit 7 at once where another build holds the workspace" }],
    load: () => import("./commands/accept.ts"),
  },
  {
    name: "absorb",
    usage: "absorb <target> [paths...]",
    summary: "turn a person's edit into a constraint of the spec",
    options: [
      { flags: "-m, --message <text>", help: "the constraint (default: the edit itself)" },
      { flags: "--no-wait", help: "exit 7 at once where another build holds the workspace" },
    ],
    load: () => import("./commands/absorb.ts"),
  },
  {
    name: "discard",
    usage: "discard <target> [paths...]",
    summary: "let the product win over a person's edit",
    options: [{ flags: "--no-wait", help: "exit 7 at once where another build holds the workspace" }],
    load: () => import("./commands/discard.ts"),
  },
  {
    name: "answer",
    usage: "answer <target> [text]",
    summary: "answer an open question: of a task's agent, or a mark in a feature",
    description:
      "Puts the answer into the spec: as a constraint of `feature:T01`, or in place of a `[NEEDS CLARIFICATION: …]` mark of `feature`. On a terminal, asks for it.",
    options: [
      { flags: "--question <n>", help: "which one, where several are open", parse: positiveInteger },
      { flags: "--no-wait", help: "exit 7 at once where another build holds the workspace" },
    ],
    load: () => import("./commands/answer.ts"),
  },
  {
    name: "retry",
    usage: "retry <targets...>",
    summary: "forget failed attempts, and build the targets again",
    options: BUILD_OPTIONS.filter(({ flags }) => !flags.includes("--dry-run")),
    load: () => import("./commands/retry.ts"),
  },
  {
    name: "cost",
    usage: "cost",
    summary: "what was spent, by phase, role, agent and task",
    description: "Adds up all that this workspace ever spent, and prices the same work on the dearest model.",
    options: [{ flags: "--since <when>", help: "a date, or a build: the name of its journal" }],
    load: () => import("./commands/cost.ts"),
  },
  {
    name: "metrics",
    usage: "metrics",
    summary: "how often drafts are accepted, what is reused, where the money goes",
    options: [],
    load: () => import("./commands/metrics.ts"),
  },
  {
    name: "audit",
    usage: "audit",
    summary: "what each session was shown, and whether that was clean",
    description:
      "Measures the windows of all sessions on record: their sizes and sources, sessions used twice, and what is left in them of planning sessions. Exits 1 where a bound is broken.",
    options: [],
    load: () => import("./commands/audit.ts"),
  },
  {
    name: "gc",
    usage: "gc",
    summary: "clean up the store",
    options: [
      { flags: "-n, --dry-run", help: "say what would go, and remove nothing" },
      { flags: "--paid", help: "also what cost money and nothing asks for any more" },
    ],
    load: () => import("./commands/gc.ts"),
  },
  {
    name: "doctor",
    usage: "doctor",
    summary: "look at the environment and the workspace",
    options: [],
    load: () => import("./commands/doctor.ts"),
  },
];

function positiveInteger(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError("It has to be a whole number from 1.");
  return number;
}

function amount(value: string): number {
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0)
    throw new InvalidArgumentError("It has to be an amount in USD.");
  return number;
}
