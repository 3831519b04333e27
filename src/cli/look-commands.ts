// Which commands show what is so?

import type { CommandSection } from "./declaration.ts";

export const LOOK: CommandSection = {
  heading: "Look, and change nothing:",
  commands: [
    {
      name: "status",
      usage: "status [targets...]",
      summary: "show what is stale and why; run nothing",
      examples: [
        { run: "status", does: "all that is not fresh" },
        { run: "status 'products:*'", does: "every task of a feature, fresh or not" },
      ],
      page: "concepts",
      options: [],
      load: () => import("./commands/status.ts"),
    },
    {
      name: "explain",
      usage: "explain <targets...>",
      summary: "show why a task is stale, down to the changed lines",
      examples: [
        { run: "explain products:T01", does: "why it is stale, and all that its agent gets" },
        { run: "explain products", does: "the same for every task of a feature" },
      ],
      page: "concepts",
      options: [],
      load: () => import("./commands/explain.ts"),
    },
    {
      name: "graph",
      usage: "graph [targets...]",
      summary: "draw the tasks and what they depend on: text, Mermaid, DOT",
      examples: [
        { run: "graph", does: "as text" },
        { run: "graph shop-api/ --status", does: "one project, with the verdict of every task" },
        { run: "graph --format mermaid", does: "for a page in Markdown" },
      ],
      options: [
        { flags: "--format <format>", help: "draw it in this format", choices: ["text", "mermaid", "dot"] },
        { flags: "--mermaid", help: "same as --format mermaid" },
        { flags: "--dot", help: "same as --format dot" },
        { flags: "--status", help: "judge every task and show its verdict" },
      ],
      load: () => import("./commands/graph.ts"),
    },
    {
      name: "blame",
      usage: "blame <file>",
      summary: "trace a line of code to its task, requirement, spec, agent and cost",
      description:
        "FILE is `project/path`, and `project/path:12` for a single line. Shows who wrote it: which task, for which requirements of which version of a spec, and at what cost; or which person.",
      examples: [
        { run: "blame shop-api/src/products/product.ts:12", does: "one line" },
        { run: "blame shop-api/src/products/product.ts", does: "the whole file" },
      ],
      options: [],
      load: () => import("./commands/blame.ts"),
    },
    {
      name: "cost",
      usage: "cost",
      summary: "show what was spent, by phase, role, agent and task",
      description:
        "Adds up everything that this workspace has spent, and prices the same work on the most expensive model.",
      examples: [
        { run: "cost", does: "all that this workspace has spent" },
        { run: "cost --since 2026-01-01", does: "from a day on" },
      ],
      page: "agents",
      options: [
        { flags: "--since <when>", help: "count from a date, or from a build (the name of its journal)" },
      ],
      load: () => import("./commands/cost.ts"),
    },
    {
      name: "metrics",
      usage: "metrics",
      summary: "show how often drafts are accepted, what is reused, where the money goes",
      examples: [
        { run: "metrics", does: "how often the first draft is accepted, and more" },
        { run: "metrics --json", does: "the figures as one JSON document" },
      ],
      page: "factory-pattern",
      options: [],
      load: () => import("./commands/metrics.ts"),
    },
    {
      name: "logs",
      usage: "logs <task>",
      summary: "show what a task's agent did, or does now",
      description:
        "Prints the log of the last session of a task's agent: turns and calls of a model, or what a program printed. With -f, also of one that runs now, until the task is settled. In the view of a build on a terminal of Linux, enter shows the end of it: arrows or a digit choose the task, and any key returns.",
      examples: [
        { run: "logs products:T01", does: "the last session of its agent" },
        { run: "logs products:T01 -f", does: "follow it until the task is settled" },
      ],
      page: "agents",
      options: [{ flags: "-f, --follow", help: "go on until the task is settled" }],
      load: () => import("./commands/logs.ts"),
    },
    {
      name: "report",
      usage: "report [build]",
      summary: "tell what a build came to: Markdown, or one page of HTML",
      description:
        "Prints what was done about each task of a build and why, what failed, and what it cost, as Markdown for a pull request. With --html, writes the pages of the dashboard with this build into one file that needs no server.",
      examples: [
        { run: "report", does: "the last build, as Markdown" },
        { run: "report --html build.html", does: "the last build as a page to open or to attach" },
      ],
      page: "dashboard",
      options: [{ flags: "--html <file>", help: "write one self-contained page to this file" }],
      load: () => import("./commands/report.ts"),
    },
    {
      name: "audit",
      usage: "audit",
      summary: "show what each session saw, and whether that was clean",
      description:
        "Measures the windows of all recorded sessions: their sizes and sources, sessions used twice, and remains of planning sessions. Exits 1 if a bound is broken.",
      examples: [
        { run: "audit", does: "every recorded session" },
        { run: "audit --json", does: "the measures as one JSON document" },
      ],
      page: "agents",
      options: [],
      load: () => import("./commands/audit.ts"),
    },
  ],
};
