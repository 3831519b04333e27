// With which commands does a person decide?

import type { CommandSection } from "./declaration.ts";
import { NO_WAIT, positiveInteger } from "./shared-options.ts";

export const SETTLE: CommandSection = {
  heading: "Settle what waits for a person:",
  commands: [
    {
      name: "approve",
      usage: "approve <target>",
      summary: "approve a plan, a task's new text or a draft that nobody could judge, or merge a product",
      description:
        "Targets are `feature` (its planned backlog), `feature:T01` (the waiting new text or draft of the task) and `project/` (the waiting product).",
      examples: [
        { run: "approve products", does: "the planned backlog of a feature" },
        { run: "approve products:T01", does: "the new text or the draft of a task" },
        { run: "approve shop-api/", does: "merge the product that waits" },
      ],
      page: "planning",
      options: [NO_WAIT],
      load: () => import("./commands/approve.ts"),
    },
    {
      name: "answer",
      usage: "answer <target> [text]",
      summary: "answer an open question of a task's agent, or in a feature",
      description:
        "Puts the answer into the spec: as a constraint of `feature:T01`, or in place of a `[NEEDS CLARIFICATION: …]` mark of `feature`. On a terminal, asks for it.",
      examples: [
        { run: 'answer products:T01 "Prices are in cents."', does: "the question of a task" },
        { run: 'answer products "Up to 120 characters."', does: "an open question in a feature" },
      ],
      page: "agents",
      options: [
        { flags: "--question <n>", help: "answer this one, if several are open", parse: positiveInteger },
        NO_WAIT,
      ],
      load: () => import("./commands/answer.ts"),
    },
    {
      name: "accept",
      usage: "accept <target> [paths...]",
      summary: "keep a person's edit: the files are theirs from now on",
      examples: [
        { run: "accept products:T03", does: "all files of the task that a person edited" },
        { run: "accept products:T03 src/products/product-page.ts", does: "one of them" },
      ],
      page: "layers-and-merge",
      options: [NO_WAIT],
      load: () => import("./commands/accept.ts"),
    },
    {
      name: "absorb",
      usage: "absorb <target> [paths...]",
      summary: "turn a person's edit into a constraint of the spec",
      examples: [
        { run: "absorb products:T03", does: "the edit itself becomes the constraint" },
        {
          run: 'absorb products:T03 --message "A page has at most 50 products."',
          does: "the constraint in your words",
        },
      ],
      page: "factory-pattern",
      options: [
        { flags: "-m, --message <text>", help: "write this as the constraint (default: the edit itself)" },
        NO_WAIT,
      ],
      load: () => import("./commands/absorb.ts"),
    },
    {
      name: "discard",
      usage: "discard <target> [paths...]",
      summary: "replace a person's edit with the product",
      examples: [
        { run: "discard products:T03", does: "all edits of its files; git keeps them" },
        { run: "discard products:T03 src/products/product-page.ts", does: "the edits of one file" },
      ],
      page: "layers-and-merge",
      options: [NO_WAIT],
      load: () => import("./commands/discard.ts"),
    },
  ],
};
