// Which commands are there? One entry each; their code is loaded only when they are called.

import { PRESETS } from "../agents/presets/preset-names.ts";
import { SHELLS } from "./completion-scripts.ts";
import { append, type CommandDeclaration, type CommandGroup } from "./declaration.ts";
import { amount, BUILD_OPTIONS, CONFIRM, JUNIT, positiveInteger, SARIF } from "./shared-options.ts";
import { TEMPLATE_COMMANDS } from "./template-commands.ts";

export const COMMANDS: readonly (CommandDeclaration | CommandGroup)[] = [
  {
    name: "init",
    usage: "init [project]",
    summary: "make a workspace here; in a repository with code, propose and try its gates",
    description:
      "Reads the repository that it is called in: how it installs, which tests, linters and type checkers it has. Proposes them as gates, runs each once with --yes (on a terminal it asks), and leaves in projects.yaml what holds. What exists already is kept. With a project's name, declares one that the first build makes from a scaffold.",
    options: [
      { flags: "-y, --yes", help: "take the proposal, and run its setup and each gate once" },
      {
        flags: "--with <programs>",
        help: `also write the role files of ${Object.keys(PRESETS).join(", ")} (commas between them)`,
        parse: append,
      },
    ],
    load: () => import("./commands/init.ts"),
  },
  {
    name: "new",
    usage: "new <template> [feature]",
    summary: "begin a feature, from a template or without one",
    description:
      "Instantiate a template as specs/<feature>/; on a terminal, asks for what is missing. `factory new FEATURE` begins one without a template.",
    options: [
      { flags: "-s, --set <key=value>", help: "set a parameter (repeatable)", parse: append },
      {
        flags: "--answers <file>",
        help: "read parameters as YAML or JSON (- for stdin); --set takes precedence",
      },
      { flags: "-p, --project <id>", help: "build it into this project (default: the only one)" },
      { flags: "-n, --dry-run", help: "print the files, and write nothing" },
      { flags: "-y, --yes", help: "take the defaults, do not ask" },
    ],
    load: () => import("./commands/new.ts"),
  },
  TEMPLATE_COMMANDS,
  {
    name: "import",
    usage: "import <paths...>",
    summary: "import specs of spec-kit, OpenSpec, Kiro or Task Master as features",
    description:
      "Reads a repository, or the folder of one spec, and writes specs/<feature>/ for each. Reports by file and line what it could not import. Changes neither the originals nor existing features.",
    options: [
      {
        flags: "--from <format>",
        help: "read this format, if there are several",
        choices: ["spec-kit", "openspec", "kiro", "task-master"],
      },
      { flags: "-p, --project <id>", help: "build it into this project (default: the only one)" },
      { flags: "--as <feature>", help: "give the feature this name, if there is only one" },
      { flags: "-n, --dry-run", help: "print the files, and write nothing" },
    ],
    load: () => import("./commands/import.ts"),
  },
  {
    name: "add",
    usage: "add [request]",
    summary: "make a feature of a request, say what it costs, build it",
    description:
      "Reads a feature request in Markdown as people write them (`-` reads stdin), and writes specs/<feature>/. Items of lists become requirements; where there are none, paragraphs do. Example: factory add request.md --build",
    options: [
      { flags: "--title <text>", help: "give the feature this title" },
      { flags: "-r, --requirement <text>", help: "ask for this, without a file (repeatable)", parse: append },
      { flags: "-p, --project <id>", help: "build it into this project (default: the only one)" },
      { flags: "--as <feature>", help: "give the feature this name (default: from its title)" },
      { flags: "--build", help: "build it at once" },
      ...BUILD_OPTIONS.filter(({ flags }) => !/--(?:force|dry-run)\b/.test(flags)),
      { flags: "-n, --dry-run", help: "print the files, and write nothing" },
    ],
    load: () => import("./commands/add.ts"),
  },
  {
    name: "adopt",
    usage: "adopt <project> <paths...>",
    summary: "put existing files of a project under a task, without changing them",
    description:
      "Paths are files, folders and globs from the root of the project. The files must be committed on its branch.",
    options: [
      { flags: "-a, --accept <text>", help: "say what must be true of them (repeatable)", parse: append },
      {
        flags: "--feature <id>",
        help: "put the task into this feature, new or not (default: PROJECT-adopted)",
      },
      { flags: "--task <id>", help: "give the task this id (default: the next free one)" },
      { flags: "--title <text>", help: "give the task this title" },
      { flags: "-n, --dry-run", help: "print the spec, and write nothing" },
      { flags: "--no-wait", help: "exit 7 at once if another build holds the workspace" },
    ],
    load: () => import("./commands/adopt.ts"),
  },
  {
    name: "validate",
    usage: "validate",
    summary: "read everything, report every finding",
    options: [SARIF],
    load: () => import("./commands/validate.ts"),
  },
  {
    name: "plan",
    usage: "plan <feature>",
    summary: "run the planning pipeline alone",
    description:
      "Plans a feature again, and merges the plan with what people wrote in its PLAN.md and BACKLOG.yaml.",
    options: [
      { flags: "-j, --jobs <n>", help: "run this many agents at once", parse: positiveInteger },
      { flags: "--budget <usd>", help: "stop before spending more than this", parse: amount },
      { flags: "--locked", help: "call no model; fail if one is needed" },
      { flags: "--offline", help: "use no network; fail if it is needed" },
      { flags: "--no-wait", help: "exit 7 at once if another build holds the workspace" },
      { flags: "-y, --yes", help: "replace a person's own files, if git keeps them" },
    ],
    load: () => import("./commands/plan.ts"),
  },
  {
    name: "approve",
    usage: "approve <target>",
    summary: "approve a plan, a task's new text or a draft that nobody could judge, or merge a product",
    description:
      "Targets are `feature` (its planned backlog), `feature:T01` (the waiting new text or draft of the task) and `project/` (the waiting product).",
    options: [{ flags: "--no-wait", help: "exit 7 at once if another build holds the workspace" }],
    load: () => import("./commands/approve.ts"),
  },
  {
    name: "build",
    usage: "build [targets...]",
    summary: "bring everything, or the targets, up to date",
    description: "Targets are `feature`, `feature:T01`, `project/`, and globs of these.",
    options: [
      ...BUILD_OPTIONS,
      {
        flags: "-w, --watch",
        help: "keep running, and build again after every edit (same as `factory watch`)",
      },
      JUNIT,
      CONFIRM,
    ],
    load: () => import("./commands/build.ts"),
  },
  {
    name: "watch",
    usage: "watch [targets...]",
    summary: "build, and build again after every edit",
    description:
      "Builds after every edit of specs, templates and projects.yaml. It waits until nothing has changed for 0.3 s, or for 2 s before paid work. With --json: one document per line.",
    options: [...BUILD_OPTIONS.filter(({ flags }) => !/--dry-run|--no-wait|--yes/.test(flags)), CONFIRM],
    load: () => import("./commands/watch.ts"),
  },
  {
    name: "status",
    usage: "status [targets...]",
    summary: "show what is stale and why; run nothing",
    options: [],
    load: () => import("./commands/status.ts"),
  },
  {
    name: "explain",
    usage: "explain <targets...>",
    summary: "show why a task is stale, down to the changed lines",
    options: [],
    load: () => import("./commands/explain.ts"),
  },
  {
    name: "check",
    usage: "check [targets...]",
    summary: "for CI: exit 3 unless every task is fresh, owned and covered",
    options: [{ flags: "--strict", help: "also exit 3 if nothing proves a criterion" }, SARIF],
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
    summary: "show changes of the specs since a commit, or between versions",
    description:
      "Compares the specs with a commit. Or compares two versions of a feature, as in `factory diff products@2 products@4`, or one version with the working copy.",
    options: [
      { flags: "--since <revision>", help: "compare with this commit of the workspace (default: HEAD)" },
    ],
    load: () => import("./commands/diff.ts"),
  },
  {
    name: "log",
    usage: "log <feature>",
    summary: "list the versions of a feature, what each changed and what it cost",
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
    name: "blame",
    usage: "blame <file>",
    summary: "trace a line of code to its task, requirement, spec, agent and cost",
    description:
      "FILE is `project/path`, and `project/path:12` for a single line. Shows who wrote it: which task, for which requirements of which version of a spec, and at what cost; or which person.",
    options: [],
    load: () => import("./commands/blame.ts"),
  },
  {
    name: "revert",
    usage: "revert <feature@version>",
    summary: "restore a version of a feature: its spec, and its code from the store",
    description:
      "Restores the documents of a version as an edit of the working copy, and its code without any call. `factory log` lists the versions.",
    options: [
      { flags: "-n, --dry-run", help: "show what it would do, and do nothing" },
      { flags: "--no-build", help: "restore only the documents" },
      { flags: "--no-wait", help: "exit 7 at once if another build holds the workspace" },
      { flags: "-y, --yes", help: "overwrite content that no commit has, and keep a copy" },
    ],
    load: () => import("./commands/revert.ts"),
  },
  {
    name: "graph",
    usage: "graph [targets...]",
    summary: "draw the tasks and what they depend on: text, Mermaid, DOT",
    options: [
      { flags: "--format <format>", help: "draw it in this format", choices: ["text", "mermaid", "dot"] },
      { flags: "--mermaid", help: "same as --format mermaid" },
      { flags: "--dot", help: "same as --format dot" },
      { flags: "--status", help: "judge every task and show its verdict" },
    ],
    load: () => import("./commands/graph.ts"),
  },
  {
    name: "accept",
    usage: "accept <target> [paths...]",
    summary: "keep a person's edit: the files are theirs from now on",
    options: [{ flags: "--no-wait", help: "exit 7 at once if another build holds the workspace" }],
    load: () => import("./commands/accept.ts"),
  },
  {
    name: "absorb",
    usage: "absorb <target> [paths...]",
    summary: "turn a person's edit into a constraint of the spec",
    options: [
      { flags: "-m, --message <text>", help: "write this as the constraint (default: the edit itself)" },
      { flags: "--no-wait", help: "exit 7 at once if another build holds the workspace" },
    ],
    load: () => import("./commands/absorb.ts"),
  },
  {
    name: "discard",
    usage: "discard <target> [paths...]",
    summary: "replace a person's edit with the product",
    options: [{ flags: "--no-wait", help: "exit 7 at once if another build holds the workspace" }],
    load: () => import("./commands/discard.ts"),
  },
  {
    name: "answer",
    usage: "answer <target> [text]",
    summary: "answer an open question of a task's agent, or in a feature",
    description:
      "Puts the answer into the spec: as a constraint of `feature:T01`, or in place of a `[NEEDS CLARIFICATION: …]` mark of `feature`. On a terminal, asks for it.",
    options: [
      { flags: "--question <n>", help: "answer this one, if several are open", parse: positiveInteger },
      { flags: "--no-wait", help: "exit 7 at once if another build holds the workspace" },
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
    summary: "show what was spent, by phase, role, agent and task",
    description:
      "Adds up everything that this workspace has spent, and prices the same work on the most expensive model.",
    options: [
      { flags: "--since <when>", help: "count from a date, or from a build (the name of its journal)" },
    ],
    load: () => import("./commands/cost.ts"),
  },
  {
    name: "metrics",
    usage: "metrics",
    summary: "show how often drafts are accepted, what is reused, where the money goes",
    options: [],
    load: () => import("./commands/metrics.ts"),
  },
  {
    name: "audit",
    usage: "audit",
    summary: "show what each session saw, and whether that was clean",
    description:
      "Measures the windows of all recorded sessions: their sizes and sources, sessions used twice, and remains of planning sessions. Exits 1 if a bound is broken.",
    options: [],
    load: () => import("./commands/audit.ts"),
  },
  {
    name: "gc",
    usage: "gc",
    summary: "clean up the store",
    options: [
      { flags: "-n, --dry-run", help: "show what it would remove, and remove nothing" },
      { flags: "--paid", help: "also remove paid content that nothing uses" },
    ],
    load: () => import("./commands/gc.ts"),
  },
  {
    name: "doctor",
    usage: "doctor",
    summary: "examine the environment and the workspace",
    options: [],
    load: () => import("./commands/doctor.ts"),
  },
  {
    name: "completion",
    usage: "completion <shell>",
    summary: "print the script with which bash, zsh or fish completes commands",
    description:
      "Completes commands, flags and their values, targets, features and templates of the workspace. Install it with a line in ~/.bashrc: `source <(factory completion bash)`; in ~/.zshrc, after compinit: `source <(factory completion zsh)`; in ~/.config/fish/config.fish: `factory completion fish | source`.",
    options: [],
    choices: SHELLS,
    load: () => import("./commands/completion.ts"),
  },
];
