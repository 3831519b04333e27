// What travels to a worker that is to make a draft, and what comes back? Values of JSON, looked at field by field where they
// arrive: either end may be somebody else. No key is among them, but for names of variables; the window goes through the store.

import * as z from "zod";
import type { CommandDeclaration } from "../../model/agent-declaration.ts";
import { type Digest, digestOf, isDigest, type Json } from "../../model/digest.ts";
import type { Failure } from "../../model/failure.ts";
import type { Network } from "../../model/network.ts";
import type { Change, FileMode, Usage } from "../../model/output.ts";
import type { Role } from "../../model/role.ts";
import { HOSTILE_TEXT } from "../../report/hostile-text.ts";
import { isOrderedTree, type OrderedTree, recordIn } from "./stage-order.ts";

export interface OrderedAgent
  extends Pick<
    CommandDeclaration,
    "id" | "run" | "preset" | "role" | "model" | "timeoutMs" | "silenceMs" | "maxTurns" | "env"
  > {
  readonly network: Network | null;
}

export interface DraftOrder extends OrderedTree {
  readonly draft: 1;
  readonly subject: string;
  readonly role: Role;
  /** Whose role file it goes by, and what the workspace's own says; null: it has none. */
  readonly guide: Role;
  readonly roleText: string | null;
  /** Sets it apart from attempts that failed before it. */
  readonly salt: string;
  readonly agent: OrderedAgent;
  /** Of the two parts of the window, as JSON. */
  readonly window: Digest;
}

export interface AnsweredChange {
  /** From the top of the repository. */
  readonly path: string;
  readonly mode: FileMode;
  /** Null: it is deleted. */
  readonly digest: Digest | null;
}

/** What the program told, whatever it came to. */
interface Told {
  readonly usage: Usage;
  readonly model: string | null;
  /** Of its log; null where none could be sent. */
  readonly log: Digest | null;
}

export type DraftAnswer = {
  /** Name of the order that it answers. */
  readonly order: Digest;
} & (
  | (Told & {
      readonly kind: "drafted";
      readonly changes: readonly AnsweredChange[];
      readonly question: string | null;
      readonly notes: string | null;
    })
  | (Told & { readonly kind: "failed"; readonly failure: Failure })
  /** The worker was interrupted, and has ended the program. */
  | (Told & { readonly kind: "given-up" })
  /** No program was started: files that the store does not have. */
  | { readonly kind: "missing"; readonly files: readonly Digest[] }
  /** No program was started. */
  | { readonly kind: "unable"; readonly why: string }
);

const MOST_FILES = 10_000;
const MOST_TEXT = 64 * 1024;
const MODES = ["100644", "100755", "120000"] as const;
/** What our own agents say of a program that failed. */
const CAUSES = ["auth", "rate", "overloaded", "refused"] as const;

const DIGEST = z.custom<Digest>((said) => typeof said === "string" && isDigest(said));
const TEXT = z.string().max(MOST_TEXT);
const NAME = z
  .string()
  .max(512)
  .regex(/^[^\0\n]+$/);
const COUNT = z.number().int().nonnegative();
/** Of a role, and of what files are called by it. */
const WORD = z.string().regex(/^\w[\w.-]{0,127}$/);
const MS = z
  .number()
  .positive()
  .max(7 * 24 * 60 * 60 * 1000);

const ORDER = z.object({
  draft: z.literal(1),
  subject: NAME,
  role: WORD,
  guide: WORD,
  roleText: z.string().nullable(),
  salt: z.string(),
  window: DIGEST,
  agent: z.object({
    id: NAME,
    run: z.string().nullable(),
    preset: WORD.nullable(),
    role: WORD.nullable(),
    model: z.string().nullable(),
    timeoutMs: MS,
    silenceMs: MS.nullable(),
    maxTurns: COUNT.nullable(),
    env: z.array(NAME),
    network: z.union([z.boolean(), z.array(z.string())]).nullable(),
  }),
});

const SPENT = {
  usage: z.object({
    calls: COUNT,
    tokens: z.object({ in: COUNT, out: COUNT, cached: COUNT }),
    usd: z.number().nonnegative().nullable(),
    estimated: z.literal(true).optional(),
  }),
  model: z.string().max(256).nullable(),
};
const SPENDING = z.object(SPENT);
const TOLD = { ...SPENT, order: DIGEST, log: DIGEST.nullable() };

const FAILURE = z.discriminatedUnion("reason", [
  z.object({
    reason: z.literal("agent-exit"),
    code: z.number().nullable(),
    signal: TEXT.nullable(),
    output: TEXT,
  }),
  z.object({ reason: z.literal("agent-timeout"), ms: z.number(), output: TEXT }),
  z.object({ reason: z.literal("agent-missing"), program: NAME }),
  z.object({ reason: z.literal("agent-unavailable"), agent: NAME, detail: TEXT }),
  z.object({ reason: z.literal("agent-turns"), turns: COUNT }),
  z.object({
    reason: z.literal("agent-loop"),
    tool: TEXT,
    times: COUNT,
    how: z.enum(["alternating", "idle"]).optional(),
    call: TEXT.optional(),
  }),
  z.object({ reason: z.literal("agent-answer"), role: WORD, detail: TEXT }),
  z.object({
    reason: z.literal("model-error"),
    agent: NAME,
    cause: z.enum(CAUSES),
    status: z.number().nullable(),
    detail: TEXT,
    retryAt: z.null(),
    outcome: z.literal("no-answer"),
  }),
  z.object({
    reason: z.literal("hostile-path"),
    path: TEXT,
    cause: z.custom<string>((said) => typeof said === "string" && Object.hasOwn(HOSTILE_TEXT, said)),
  }),
  z.object({ reason: z.literal("draft-too-large"), bytes: COUNT, files: COUNT, limit: COUNT }),
  z.object({ reason: z.literal("not-encoded"), path: TEXT, encoding: TEXT }),
  z.object({ reason: z.literal("filtered-path"), path: TEXT, filter: TEXT }),
  // Whoever asked has ended it.
  z.object({ reason: z.literal("cancelled") }),
]);

const ANSWER = z.discriminatedUnion("kind", [
  z.object({
    ...TOLD,
    kind: z.literal("drafted"),
    changes: z
      .array(z.object({ path: z.string(), mode: z.enum(MODES), digest: DIGEST.nullable() }))
      .max(MOST_FILES),
    question: TEXT.nullable(),
    notes: z
      .string()
      .max(1024 * 1024)
      .nullable(),
  }),
  z.object({ ...TOLD, kind: z.literal("failed"), failure: FAILURE }),
  z.object({ ...TOLD, kind: z.literal("given-up") }),
  z.object({ order: DIGEST, kind: z.literal("missing"), files: z.array(DIGEST).min(1) }),
  z.object({ order: DIGEST, kind: z.literal("unable"), why: TEXT }),
]);

const KEPT = z.object({
  kept: z.literal(1),
  files: z
    .array(z.object({ path: z.string(), mode: z.enum(MODES), content: z.string().nullable() }))
    .max(MOST_FILES),
  question: TEXT.nullable(),
  notes: z.string().nullable(),
});

/** Its name: an answer that names another one is none. */
export function draftName(order: DraftOrder): Digest {
  return digestOf("draft-order/1", order as unknown as Json);
}

/** Null for what is no order. */
export function draftOrderIn(text: string): DraftOrder | null {
  const said = recordIn(text);
  if (said === null || !isOrderedTree(said) || !ORDER.safeParse(said).success) return null;
  return said as unknown as DraftOrder;
}

/** Null for what does not answer the order of that name. */
export function draftAnswerIn(text: string, name: Digest): DraftAnswer | null {
  const said = ANSWER.safeParse(recordIn(text));
  return said.success && said.data.order === name ? (said.data as DraftAnswer) : null;
}

/** A finished draft as a build keeps it. */
export interface KeptDraft {
  /** From the top of the repository. */
  readonly changes: readonly Change[];
  readonly question: string | null;
  readonly notes: string | null;
}

export function keptDraftText({ changes, question, notes }: KeptDraft): string {
  const files = changes.map(({ path, mode, content }) => ({
    ...{ path, mode },
    content: content === null ? null : Buffer.from(content).toString("base64"),
  }));
  return JSON.stringify({ kept: 1, files, question, notes });
}

/** Null for what is none: it may have come from a shared store. */
export function keptDraftIn(text: string): KeptDraft | null {
  const said = KEPT.safeParse(recordIn(text));
  if (!said.success) return null;
  const { files, question, notes } = said.data;
  const changes = files.map(({ path, mode, content }) => ({
    ...{ path, mode },
    content: content === null ? null : Buffer.from(content, "base64"),
  }));
  return { changes, question, notes };
}

/** What a program told of its cost while it ran; null for what tells none. */
export function spendingIn(text: string): Pick<Told, "usage" | "model"> | null {
  const said = SPENDING.safeParse(recordIn(text));
  return said.success ? (said.data as Pick<Told, "usage" | "model">) : null;
}

/** A failure as it is told elsewhere; one that says something of the other machine alone is none of the draft's. */
export function tellableFailure(
  failure: Failure,
): Extract<DraftAnswer, { kind: "failed" }>["failure"] | null {
  const said = FAILURE.safeParse(JSON.parse(JSON.stringify(failure)));
  return said.success ? failure : null;
}

/** What a command starts, as far as that is a program of the machine; what the project brings along, any shell can start. */
export function commandProgram(run: string): string {
  const [word = ""] = run.trim().split(/\s+/);
  return /^\w[\w.+-]*$/.test(word) || /^\/[\w./+-]+$/.test(word) ? word : "sh";
}
