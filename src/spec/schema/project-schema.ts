// Which keys and values may the author write for a project? Its gates and its services stand in it.

import * as z from "zod";
import { REPORT_FORMATS } from "../../model/project.ts";
import { COMMITS, MERGE } from "./commit-schema.ts";
import { GIT_ADDRESS, GIT_ADDRESS_RULE } from "./git-address.ts";
import {
  BRANCH,
  duration,
  independent,
  money,
  NETWORK,
  name,
  RULES,
  route,
  text,
  texts,
  variables,
} from "./schema-words.ts";

const gate = z
  .strictObject({
    id: name("Name of the gate, unique within its project"),
    run: text(
      "Shell command; {{report}} in it is the path of the report to write, {{tests}} the test files of the task, and nothing on the whole product",
    ),
    timeout: duration("Longest run, such as 120s; default 10m").optional(),
    report: z
      .enum(REPORT_FORMATS)
      .optional()
      .describe(
        "How `run` reports its tests, which then prove criteria: `junit` is a file or a folder at {{report}}; `go` (go test -json), `tap` and `cargo` are what it prints, or a file at {{report}}",
      ),
    canary: z
      .record(z.string(), z.string())
      .optional()
      .describe("Files by path that must make the gate fail when added to the tree"),
    env: variables("Names of variables of the shell that it may see beside those of its project").optional(),
    inputs: texts(
      "Patterns of the files that decide its verdict, such as src/**; beside those that its command runs from. It runs again where one of them changed; default all files",
    ).optional(),
    exclusive: z.boolean().optional().describe("No other gate of the project runs while it does"),
    network: NETWORK.optional().describe(
      "Whether it has the network in a sandbox; default only where the project has services",
    ),
  })
  .describe("A command that passes or fails a draft");

const service = z
  .strictObject({
    id: name("Name of the service, unique within its project"),
    run: text("Shell command that starts it; it may stay in the foreground or go to the background"),
    ready: text("Shell command that succeeds once the service can be used; tried until it does"),
    timeout: duration("Longest time until it is ready; default 30s").optional(),
  })
  .describe("What the gates of a project need while they run, such as a database");

export const budgetKeys = {
  usd: money("Most that one build may spend").optional(),
  per_task_usd: money("Most that one task may spend").optional(),
};

export const PROJECT = z
  .strictObject({
    id: name("Name of the project"),
    path: text(
      "Folder of the git repository, from the workspace root; default projects/<id> where `git` is given",
    ).optional(),
    root: text(
      "Folder of the project in its repository; several projects with the same path share repository, setup, branch and product",
    ).optional(),
    specs: text(
      "Folder of the project's own features, from its root, such as specs; they are read beside those of the workspace's specs/, and `factory new` and `add` begin its features there",
    ).optional(),
    git: z
      .string()
      .regex(GIT_ADDRESS, GIT_ADDRESS_RULE)
      .optional()
      .describe(
        "Address that the project is cloned from where its folder is missing; never pulled or pushed later",
      ),
    scaffold: name("Folder of templates/projects/ that a missing project is made from").optional(),
    branch: z
      .string()
      .regex(BRANCH, "is not a name that git takes for a branch")
      .optional()
      .describe(
        "Branch that products are merged into; `current` is the one that is checked out, and the default where the project holds the specs; elsewhere it is the one that its remote names, or main",
      ),
    priority: z
      .number()
      .describe(
        "Share of the agents when they are scarce: a project of 3 gets three times the time of one of 1; default 1, and less counts as 1",
      )
      .optional(),
    budget: z
      .strictObject(budgetKeys)
      .describe("Money in US dollars for only this project, within the budget of the workspace")
      .optional(),
    setup: text("Command that installs what the project needs; runs once per lockfile").optional(),
    env: variables("Names of variables of the shell that setup, gates and services may see").optional(),
    services: z
      .array(service)
      .optional()
      .describe("Started when the first gate needs them, and ended with the build"),
    network: NETWORK.optional().describe(
      "Whether setup and gates have the network in a sandbox; default the setup alone, and gates beside services",
    ),
    sensitive: texts(
      "Globs of further paths that a draft touches only where its scope names the very path, and a person wrote or approved that scope",
    ).optional(),
    keep: texts("Paths and names of caches that stay warm from one run of the gates to the next").optional(),
    gates: z.array(gate).optional().describe("Gates in the order in which they run"),
    checkpoints: z
      .strictObject({ merge: MERGE })
      .optional()
      .describe("Where a product of this project waits; beats the workspace"),
    rules: RULES.describe(
      "Rules that every task of this project sees beside those of the workspace: the path of a file from the workspace's root, or a list of lines",
    ),
    routing: z
      .record(z.string(), route("For tasks of the type that is called so"))
      .optional()
      .describe("Type of task to agent, for tasks of this project; beats the workspace"),
    commits: COMMITS.optional().describe(
      "What commits of this project's products look like; each key beats the workspace",
    ),
    tests: independent("Acceptance tests are written first, by an agent that sees no code"),
  })
  .describe("A git repository that the factory generates into, or a folder of one");
