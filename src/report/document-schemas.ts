// Of what shape are the documents of `--json`? Said once: the functions that make the documents are held to it by the
// compiler, and whoever is promised a shape beforehand is promised this one. It loads a library: what only needs a type
// imports the type.

import { z } from "zod";
import { WAITS } from "./event-spans.ts";
import { FLEET, SHARED_STORE } from "./shared-schemas.ts";

/** What a function gives that makes a document of this shape. */
export type DocumentOf<S extends z.ZodType> = Frozen<z.infer<S>>;

type Frozen<T> = T extends readonly (infer One)[]
  ? readonly Frozen<One>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

const VERSION = z.literal(1).describe("raised where a field goes or changes its meaning");
const TOKENS = z.object({ in: z.number(), out: z.number(), cached: z.number() });
const SPENT = { calls: z.number(), tokens: TOKENS, estimated: z.boolean() };
const USD = z.number().nullable().describe("null: nobody knows");
const LINE = z.number().nullable().describe("from 1");
const FILE = z.string().nullable().describe("path from the workspace");

export const DIAGNOSTIC = z.object({
  severity: z.enum(["error", "warning"]),
  code: z.string().describe("as `factory help CODE` explains it"),
  message: z.string(),
  target: z.string().nullable().describe("`feature`, `feature:T01`, `project/`"),
  file: FILE,
  line: LINE,
  column: z.number().nullable(),
  fix: z.string().describe("the next step"),
});

const PAST_FAILURE = z.object({
  at: z.string().nullable(),
  times: z.number(),
  gate: z.string().nullable(),
  reason: z.string(),
  message: z.string(),
  parts: z.array(z.string()).exactOptional(),
  made: z.string().exactOptional(),
});

export const REASON = z.object({
  code: z.string(),
  subject: z.string().describe("what changed: `R2`, a path, a task, a gate"),
  file: FILE,
  line: LINE,
  failure: PAST_FAILURE.exactOptional(),
});

const PLAN = z.object({ feature: z.string(), reason: z.string() });

const WORK = {
  id: z.string().describe("`feature:T01`"),
  project: z.string(),
  reasons: z.array(REASON),
  attempts: z.number(),
  agent: z.string(),
  calls: z.number(),
  tokens: TOKENS,
  usd: USD,
  window_bytes: z.number(),
  ms: z.number(),
};

const PROJECT = z.object({
  id: z.string(),
  branch: z.string(),
  commit: z.string().nullable(),
  tree: z.string().nullable(),
  merged: z.boolean().describe("the branch holds the product, which passes its gates"),
  product: z.object({ built: z.number(), tasks: z.number() }).exactOptional(),
  request: z.string().exactOptional(),
});

const ACTIONS = [
  ...(["fresh", "restored", "reverified", "rebased", "regenerated"] as const),
  ...(["failed", "blocked", "skipped"] as const),
];
export const VERDICT = z.enum([
  ...(["fresh", "cached", "stale", "modified", "conflict"] as const),
  ...(["missing", "orphan", "blocked"] as const),
]);

const WAITED = z.partialRecord(z.enum(WAITS), z.number()).describe("milliseconds by what was waited for");
const TIMED = z.object({
  subject: z.string().describe("`feature:T01`, `project/`, `feature`"),
  waits: WAITED,
});

export const TIMINGS = z.object({
  ms: z.number().describe("wall time"),
  overhead_ms: z.number().describe("in which no model was asked and no gate ran"),
  waits: WAITED.describe("every moment of the wall time once"),
  critical: z.array(TIMED).describe("what the end waited for, from the beginning"),
  lanes: z.array(TIMED),
});

export const BUILD_DOCUMENT = z.object({
  schema: VERSION,
  ok: z.boolean(),
  projects: z.array(PROJECT),
  tasks: z.array(z.object({ ...WORK, action: z.enum(ACTIONS) })),
  totals: z.object({ ...SPENT, usd: USD, ms: z.number() }),
  shared_store: SHARED_STORE.exactOptional(),
  timings: TIMINGS.exactOptional().describe("with `--timings`"),
  diagnostics: z.array(DIAGNOSTIC),
});

export const STATUS_TASK = z.object({ ...WORK, verdict: VERDICT, type: z.string().nullable() });

export const STATUS_DOCUMENT = z.object({
  schema: VERSION,
  ok: z.boolean(),
  tasks: z.array(STATUS_TASK),
  plans: z.array(PLAN).describe("features that a build plans first"),
  shared_store: SHARED_STORE.exactOptional(),
  fleet: FLEET.exactOptional(),
  diagnostics: z.array(DIAGNOSTIC),
});

const AMOUNT = { usd: USD, budget_usd: z.number().nullable().describe("null: no limit") };

export const FORECAST = z.object({
  ...AMOUNT,
  projects: z.array(
    z.object({
      id: z.string(),
      tasks: z.number(),
      plans: z.number(),
      ...AMOUNT,
      readers: z.object({ tasks: z.number(), usd: USD }),
    }),
  ),
});

export const FORECAST_DOCUMENT = STATUS_DOCUMENT.extend({ expected_cost: FORECAST });

export const DIAGNOSTICS_DOCUMENT = z.object({
  schema: VERSION,
  ok: z.boolean(),
  diagnostics: z.array(DIAGNOSTIC),
});

export const REVIEW = z.object({
  attempt: z.number(),
  verdict: z.string(),
  findings: z.array(z.string()),
  unseen: z.array(z.object({ path: z.string(), bytes: z.number(), whole: z.boolean() })),
});

const SEGMENT = z.object({ kind: z.string(), name: z.string(), bytes: z.number() });

const BEFORE_AND_AFTER = { before: z.string().nullable(), after: z.string().nullable() };

export const EXPLANATION = z.object({
  schema: VERSION,
  task: z.string(),
  title: z.string(),
  type: z.string(),
  project: z.string(),
  verdict: VERDICT,
  agent: z.string(),
  key: z.string().nullable(),
  reasons: z.array(REASON.extend(BEFORE_AND_AFTER)),
  said: z.string().nullable().describe("the agent's own words, which prove nothing"),
  review: REVIEW.nullable(),
  segments: z.array(SEGMENT).describe("the window, piece by piece"),
  outputs: z.array(z.string()),
  dependents: z.array(z.string()),
});

export const EXPLANATIONS_DOCUMENT = z.object({
  schema: VERSION,
  tasks: z.array(EXPLANATION),
  plans: z.array(PLAN),
});

export const GRAPH_DOCUMENT = z.object({
  schema: VERSION,
  nodes: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      project: z.string(),
      feature: z.string(),
      files: z.array(z.string()).describe("paths and globs that the task may write, from its project"),
      whole: z.string().nullable(),
      verdict: VERDICT.nullable(),
      level: z.number(),
    }),
  ),
  edges: z.array(z.object({ from: z.string(), to: z.string().describe("depends on `from`") })),
});

const SUM = { ...SPENT, usd: USD, complete: z.boolean(), cached_share: z.number().nullable() };
const SHARES = z.array(z.object({ name: z.string(), ...SUM }));

export const COST_DOCUMENT = z.object({
  schema: VERSION,
  since: z.string().nullable(),
  total: z.object(SUM),
  at_risk: z.object(SUM),
  phases: SHARES,
  roles: SHARES,
  agents: SHARES,
  features: SHARES,
  projects: SHARES,
  tasks: SHARES,
  dearest: z
    .object({
      agent: z.string(),
      model: z.string(),
      usd: z.number(),
      paid: z.number(),
      saved: z.number(),
      saved_percent: z.number().nullable(),
    })
    .nullable()
    .describe("the same tokens on the dearest model"),
  damaged: z.number(),
});

const CHANGE = z.enum(["added", "removed", "changed"]);
const TEXT_CHANGES = z.array(z.object({ id: z.string(), change: CHANGE, ...BEFORE_AND_AFTER }));

export const CHANGES = z.object({
  change: z.enum(["added", "removed"]).nullable(),
  settings: TEXT_CHANGES,
  sections: TEXT_CHANGES,
  requirements: TEXT_CHANGES,
  constraints: TEXT_CHANGES,
  params: TEXT_CHANGES,
  tasks: z.array(z.object({ id: z.string(), change: CHANGE, keys: z.array(z.string()) })),
});

export const LOG_DOCUMENT = z.object({
  schema: VERSION,
  feature: z.string(),
  shallow: z.boolean(),
  unreadable: z.array(z.string()),
  versions: z.array(
    CHANGES.extend({
      number: z.number(),
      digest: z.string(),
      same_as: z.number().nullable(),
      committed: z.boolean(),
      commit: z.string().nullable(),
      author: z.string().nullable(),
      at: z.string().nullable(),
      subject: z.string().nullable(),
      folder: z.string(),
      results: z.array(z.object({ task: z.string(), key: z.string(), usd: USD, recorded: z.boolean() })),
      usd: USD,
    }),
  ),
});

const DONE = { schema: VERSION, ok: z.literal(true) };

/** In one of three forms: of a plan, of a task, of a product. */
export const APPROVED_DOCUMENT = z.object({
  ...DONE,
  feature: z.string().exactOptional(),
  task: z.string().exactOptional(),
  project: z.string().exactOptional(),
  approved: z.enum(["backlog", "plan", "files", "nothing", "draft", "text"]).exactOptional(),
  file: z.string().nullable().exactOptional(),
  branch: z.string().exactOptional(),
  commit: z.string().nullable().exactOptional(),
  tree: z.string().nullable().exactOptional(),
});

export const ANSWERED_DOCUMENT = z.object({
  ...DONE,
  target: z.string(),
  question: z.string(),
  answer: z.string(),
  file: z.string(),
  added_files: z.array(z.string()),
});

export const ABSORBED_DOCUMENT = z.object({ ...DONE, constraints: z.array(z.string()) });

export const PLANNED_DOCUMENT = z.object({ ...DONE, feature: z.string() });

/** `feature.md` with a requirement in other words. */
export const REQUIREMENT_DOCUMENT = z.object({
  ...DONE,
  feature: z.string(),
  requirement: z.string(),
  file: z.string(),
  line: z.number(),
  ...BEFORE_AND_AFTER,
  diagnostics: z.array(DIAGNOSTIC).describe("about the feature as it is now"),
});

export const TASK_DOCUMENT = z.object({
  schema: VERSION,
  task: z.string(),
  title: z.string(),
  project: z.string(),
  feature: z.string(),
  file: z.string(),
  line: z.number(),
  entry: z.string().describe("its entry of the backlog, as YAML"),
  last: z
    .object({
      phase: z.string(),
      attempt: z.number(),
      failed: z.number().describe("attempts that failed on what stands now"),
      agent: z.string(),
      question: z.string().nullable().describe("open: `answer` it"),
      said: z.string().nullable(),
      review: REVIEW.nullable(),
      undecided: z.boolean().describe("a draft waits for a person: `approve` it"),
      failure: PAST_FAILURE.nullable(),
    })
    .nullable()
    .describe("how its last attempts went; null: never tried here"),
  notes: z.string().nullable().describe("what the build wrote down for people"),
});

export const WINDOW_DOCUMENT = z.object({
  schema: VERSION,
  task: z.string(),
  which: z.enum(["next", "last"]),
  text: z.string(),
});
