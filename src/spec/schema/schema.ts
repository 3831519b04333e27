// Which keys and values may the author write? The same schemas check the sources and, as JSON Schema, help editors.
// Only shapes: what needs a second key or a second file is looked at by the readers and by sound.ts.

import * as z from "zod";
import type { AgentCatalogue } from "../../model/agent-declaration.ts";
import { agentSchema } from "./agent-schema.ts";
import { COMMITS, MERGE } from "./commit-schema.ts";
import { FLEET } from "./fleet-schema.ts";
import { budgetKeys, PROJECT } from "./project-schema.ts";
import {
  anything,
  count,
  money,
  NAME,
  name,
  names,
  RULES,
  route,
  SANDBOX,
  text,
  texts,
  version,
} from "./schema-words.ts";
import { STORE } from "./store-schema.ts";
import { TASK } from "./task-schema.ts";
import { TEMPLATE_REPOSITORY } from "./template-repositories.ts";

const MAX_TASKS = 10_000;

const OWN_TYPE = "For tasks of the type that is called so";

const implementers = z
  .object({
    code: route("For tasks of type code").optional(),
    refactor: route("For tasks of type refactor").optional(),
    debug: route("For tasks of type debug").optional(),
    docs: route("For tasks of type docs").optional(),
    simple: route("For tasks of type simple").optional(),
    default: route("For all other types").optional(),
  })
  .catchall(route(OWN_TYPE));

const price = z
  .strictObject({
    in: money("USD per million tokens of the window"),
    out: money("USD per million tokens of the answer"),
    cached: money(
      "USD per million tokens of the window that the provider had cached; default as in",
    ).optional(),
    written: money(
      "USD per million tokens of the window that the provider put into its cache; default as in",
    ).optional(),
  })
  .describe("What a model costs");

const checkpoint = (about: string) => z.enum(["auto", "ask"]).optional().describe(about);

/** The one schema that depends on anything: on whom `agents:` may name. */
export const workspaceSchema = (catalogue: AgentCatalogue) =>
  z
    .strictObject({
      version,
      projects: z.array(PROJECT).describe("The projects that are generated into"),
      agents: z
        .record(
          z.string().regex(NAME, "must be made of letters, digits, `.`, `_` and `-`"),
          agentSchema(catalogue),
        )
        .optional()
        .describe("Agents by id"),
      routing: z
        .object({
          planner: route("Writes the planning documents").optional(),
          merger: route("Merges the planning documents into PLAN.md; default the planner").optional(),
          backlog: route("Cuts the plan into tasks; default the planner").optional(),
          implementer: z
            .union(
              [z.string(), z.array(z.string()).min(1, "must name an agent"), implementers],
              "must be an agent id, a list of agent ids, or a map by task type",
            )
            .optional()
            .describe("Writes the drafts"),
          generator: route(
            "Writes the drafts of tasks that name a template's part; default the implementer",
          ).optional(),
          tester: route(
            "Writes the tests of tasks whose tests are independent; default the implementer",
          ).optional(),
          reviewer: route("Reviews drafts; no review where absent").optional(),
          rebase: route("Rewrites a task with hindsight; default the one who cuts the backlog").optional(),
          compressor: route("Shortens windows that are too large; refused where absent").optional(),
        })
        .catchall(route(OWN_TYPE))
        .optional()
        .describe("Role, or type of task, to agent; further ids of a list are fallbacks"),
      budget: z
        .strictObject({
          ...budgetKeys,
          per_hour_usd: money(
            "Most that may be spent within any sixty minutes, by all builds together",
          ).optional(),
        })
        .optional()
        .describe("Money in US dollars"),
      prices: z
        .record(z.string(), price)
        .optional()
        .describe("Prices by model id; they win over the built-in table"),
      limits: z
        .strictObject({
          agents: count(
            1,
            "Agents at work at once, of which the planners of a feature are one; default 8",
          ).optional(),
          gates: count(1, "Gates at work at once; default 2").optional(),
          attempts: count(1, "Attempts before a rebase; default 2").optional(),
          rebases: count(0, "Rebases before a task has failed; default 1").optional(),
          window_bytes: count(256, "Largest task part of a window; default 3072").optional(),
          planning_bytes: count(256, "Largest planning window; default 10240").optional(),
          map_bytes: count(256, "Largest repository map; default 51200").optional(),
          memory_mb: count(
            16,
            "Most memory that one gate, setup, service or agent's program may hold, with all that it starts, in MiB; default three quarters of the machine's",
          ).optional(),
          processes: count(1, "Most processes of one such program; default 1000").optional(),
          file_mb: count(1, "Largest file that one such program may write, in MiB; default 10240").optional(),
        })
        .optional()
        .describe("Bounds of a build"),
      checkpoints: z
        .strictObject({
          backlog: checkpoint("Ask before a planned backlog is built"),
          merge: MERGE,
        })
        .optional()
        .describe("Where a build stops until `factory approve`"),
      commits: COMMITS.optional(),
      sandbox: SANDBOX.optional().describe(
        "How programs, setups, services and gates are kept to their folders: `auto` where the machine can, `require` or nothing runs, `off`; default auto",
      ),
      store: STORE.optional(),
      fleet: FLEET.optional(),
      rules: RULES.describe("Rules that every task sees: the path of a file, or a list of lines"),
      templates: z
        .array(TEMPLATE_REPOSITORY)
        .optional()
        .describe(
          "Git repositories that templates come from, after the workspace's own and before those shipped",
        ),
    })
    .describe("projects.yaml of a spec-factory workspace");

const tasks = z.array(TASK).max(MAX_TASKS, `must not hold more than ${MAX_TASKS} tasks`);

export const BACKLOG = z
  .strictObject({
    version,
    feature: name("Id of the feature: the name of its folder").optional(),
    tasks: tasks.describe("Atomic tasks"),
  })
  .describe("BACKLOG.yaml of a feature");

export const FRONT_MATTER = z
  .strictObject({
    id: name("Id of the feature: the name of its folder").optional(),
    title: text("Title of the feature").optional(),
    project: name("Project that it is built into").optional(),
    projects: names("Projects that it is built into; the first is the default of its tasks").optional(),
    template: name("Feature template that it was made from").optional(),
    params: z.record(z.string(), anything).optional().describe("Values for the template's parameters"),
    depends_on: names("Features whose tasks come before all tasks of this one").optional(),
    files: texts("Files and globs that a feature without a backlog may write").optional(),
    tasks: tasks.optional().describe("Atomic tasks, for a feature that needs no plan"),
  })
  .describe("Front matter of feature.md");

export type WorkspaceShape = z.infer<ReturnType<typeof workspaceSchema>>;
export type FrontMatterShape = z.infer<typeof FRONT_MATTER>;
