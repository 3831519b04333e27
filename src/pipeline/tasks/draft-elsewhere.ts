// Does another machine make this draft? What is paid for is not asked for twice: one that an earlier build had sent is looked for
// first, by its name. Where nobody can tell what became of it, the money at risk is told, and it is asked for again as a call of a
// model is: once, and then after rests that grow.
//
//   kept here ──► used                                  begun before ──► looked for ─┬─ answered ──► kept, used
//   nobody has room ──► null: this machine makes it                                  ├─ not begun ──► sent, or made here
//   room ──► INTENT ──► sent ──► answered ──► kept, used                             └─ unknown ──► told; sent again, or rests

import { writeFile } from "node:fs/promises";
import type { Session } from "../../agents/agent-port.ts";
import type { CommandDeclaration } from "../../model/agent-declaration.ts";
import { NO_USAGE, type Usage } from "../../model/output.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Tree } from "../../model/tree.ts";
import { pause } from "../../platform/clock.ts";
import type { Run } from "../run/run.ts";
import type { BookedResult } from "../sessions/agent-session.ts";
import { isLeft, LONGEST_WAIT, restAfter } from "../sessions/call-policy.ts";
import type { DraftAccount } from "../sessions/draft-account.ts";
import type { CallPurpose } from "../sessions/paid-calls.ts";
import { type KeptDraft, keptDraftIn, keptDraftText } from "../stages/draft-order.ts";
import type { DraftStage, FleetDraft, FleetDrafts, PreparedDraft } from "../stages/fleet-drafts.ts";
import { isSoundDraft } from "../stages/travel.ts";
import type { TaskJob } from "./judge-task.ts";
import { changesSeen, storedChanges } from "./stored-changes.ts";
import { type Drafted, draftFrom } from "./submitted-draft.ts";

export interface ElsewhereOrder {
  readonly declaration: CommandDeclaration;
  readonly session: Session;
  readonly purpose: CallPurpose;
  readonly window: DraftStage["window"];
  readonly tree: Tree;
}

/** `draft` null: this machine makes it. `booked`: what was spent on it elsewhere and is in the account. */
export interface Elsewhere {
  readonly draft: BookedResult<Drafted> | null;
  readonly booked: Usage;
}

interface Asked extends ElsewhereOrder {
  readonly run: Run;
  readonly job: TaskJob;
  readonly drafts: FleetDrafts;
  readonly account: DraftAccount;
  readonly draft: PreparedDraft;
}

/** `nobody`: surely no program was started. `refused`: what was answered was not what was asked for. */
type Round = Elsewhere | "nobody" | "unknown" | "refused";

const HERE: Elsewhere = { draft: null, booked: NO_USAGE };

export async function draftElsewhere(run: Run, job: TaskJob, order: ElsewhereOrder): Promise<Elsewhere> {
  const { drafts } = run;
  if (drafts === null) return HERE;
  const { declaration, session, purpose, tree, window } = order;
  const { role, guide } = session;
  const prepared = await drafts.prepare({
    ...{ state: job.state, tree, declaration, subject: job.task.id, role, guide, window },
    salt: purpose.salt,
  });
  if (!prepared.ok) return ended(prepared);
  if (prepared.value === null) return HERE;
  const account = await run.sessions.draftAccount(declaration, purpose);
  if (!account.ok) return ended(account);
  return sendOrUse({ ...order, run, job, drafts, account: account.value, draft: prepared.value });
}

async function sendOrUse(asked: Asked): Promise<Elsewhere> {
  const { account, draft, drafts, session } = asked;
  const { name } = draft;
  const kept = await account.answer(name);
  if (!kept.ok) return ended(kept);
  if (kept.value !== null) {
    const work = keptDraftIn(kept.value);
    // A store that a team shares may have answered.
    return work !== null && isSoundDraft(draft.stage, work.changes) ? used(asked, work, NO_USAGE) : HERE;
  }
  if (account.unanswered(name).begun > 0) {
    const found = await round(asked, false);
    if (typeof found === "object") return found;
    if (found !== "nobody") account.tellRisk(account.unanswered(name).begun);
  }
  for (let unknown = 1; ; unknown++) {
    const rested = await rest(asked);
    if (!rested.ok) return ended(rested);
    if (!(await drafts.hasRoom(draft, session.signal))) return HERE;
    if (account.unanswered(name).begun > 0) await drafts.forget(draft);
    const intent = await account.begin(name, JSON.stringify(draft.order));
    if (!intent.ok) return ended(intent);
    const found = await round(asked, true);
    if (typeof found === "object") return found;
    if (found === "nobody") return session.signal.aborted ? ended(failed({ reason: "cancelled" })) : HERE;
    const { begun } = account.unanswered(name);
    account.tellRisk(begun);
    if (session.signal.aborted) return ended(failed({ reason: "cancelled" }));
    // Whoever answers so would do it again.
    if (found === "refused") return HERE;
    if (isLeft(begun, account.expected, unknown))
      return ended(unresolved(asked, restAfter(begun, account.expected)));
  }
}

/** One question to the fleet: for what it may have, or for a draft. */
async function round(asked: Asked, mayBegin: boolean): Promise<Round> {
  const { account, draft, drafts, session, run, purpose } = asked;
  let worker: string | null = null;
  const found = await drafts.ask(draft, {
    ...{ sending: account.unanswered(draft.name).begun, mayBegin, signal: session.signal },
    onTaken: (taken) => {
      if (taken === worker) return;
      worker = taken;
      run.emit({ type: "draft-taken", session: purpose.session, subject: draft.stage.subject, worker });
    },
    onTold: session.spending,
  });
  switch (found.kind) {
    case "unknown":
      return found.refused ? "refused" : "unknown";
    case "nobody": {
      const noted = await account.unbegun(draft.name);
      return noted.ok ? "nobody" : ended(noted);
    }
    default:
      return settled(asked, found);
  }
}

async function settled(
  asked: Asked,
  found: Extract<FleetDraft, { readonly worker: string }>,
): Promise<Elsewhere> {
  const { account, draft, drafts, session } = asked;
  const { log, usage: told, model } = found.told;
  const cost = { usage: told, ...(model === null ? {} : { model }) };
  await writeFile(session.log, `on the worker ${found.worker}\n${session.redact(log ?? "")}`).catch(() => {});
  const work = found.kind === "drafted" ? found : null;
  const usage =
    work === null
      ? await account.failed(draft.name, cost)
      : await account.done(draft.name, keptDraftText(work), cost);
  if (!usage.ok) return ended(usage);
  await drafts.settle(draft);
  if (work !== null) return used(asked, work, usage.value);
  // A worker without the program, or without its login, is no reason to fail.
  const isUnable =
    found.kind === "failed" &&
    usage.value.calls === 0 &&
    (found.failure.reason === "agent-missing" || found.failure.reason === "agent-unavailable");
  if (found.kind === "given-up" || isUnable) {
    if (found.kind === "failed") drafts.tellUnable(found.worker, found.failure);
    return { draft: null, booked: usage.value };
  }
  return found.kind === "failed" ? ended(failed(found.failure), usage.value) : HERE;
}

async function used(
  { job, tree, declaration }: Asked,
  { changes, question, notes }: KeptDraft,
  booked: Usage,
): Promise<Elsewhere> {
  const { state } = job;
  const seen = changesSeen(state, success(changes));
  const stored = seen.ok ? await storedChanges(state, tree, seen.value) : seen;
  if (!stored.ok) return ended(stored, booked);
  const work = { changes: null, reads: [], question, notes };
  const drafted = await draftFrom(job, tree, { agent: declaration.id, work, worktree: null }, stored.value);
  return ended(drafted, booked);
}

function ended(
  result: Result<Drafted> | Extract<Result<unknown>, { ok: false }>,
  booked = NO_USAGE,
): Elsewhere {
  return { draft: { result, usage: NO_USAGE, booked }, booked };
}

/** As a call of a model that was sent and never answered. */
async function rest(asked: Asked): Promise<Result<void>> {
  const { account, draft, run, session } = asked;
  const { begun, at } = account.unanswered(draft.name);
  const whole = restAfter(begun, account.expected);
  // A clock that was set back makes no rest longer.
  const ms = Math.min(at + whole - run.clock(), whole);
  if (ms > LONGEST_WAIT) return unresolved(asked, ms);
  if (ms > 0) await pause(ms, session.signal);
  return session.signal.aborted ? failed({ reason: "cancelled" }) : success(undefined);
}

function unresolved({ account, declaration, draft, run }: Asked, ms: number) {
  const { begun } = account.unanswered(draft.name);
  const atRisk = account.expected === null ? null : account.expected * begun;
  const againAt = run.clock() + ms;
  return failed({ reason: "call-unresolved", agent: declaration.id, begun, atRisk, againAt } as const);
}
