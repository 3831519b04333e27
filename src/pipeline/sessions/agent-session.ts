// How is a session with an agent held? Each is fresh, has a window of its own and a folder of its own, and ends in what
// it came to and what it cost. Nothing is carried from one session to the next except by a document or one line of
// evidence, and both are segments of a window.

import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { authorize, makeAgent, modelProvider } from "../../agents/agent-kinds.ts";
import type { AskModel, Session, SessionResult } from "../../agents/agent-port.ts";
import type { Snapshot } from "../../agents/snapshot.ts";
import { windowTexts } from "../../context/window-text.ts";
import type {
  AgentDeclaration,
  CommandDeclaration,
  HostedDeclaration,
} from "../../model/agent-declaration.ts";
import type { EventBody } from "../../model/event.ts";
import type { Failure } from "../../model/failure.ts";
import { isAtProvider } from "../../model/model-error.ts";
import { addUsage, NO_USAGE, type Usage } from "../../model/output.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { isDrafter, type Phase, type Role } from "../../model/role.ts";
import type { Window } from "../../model/window.ts";
import { onDisk } from "../../workspaces/disk.ts";
import { dispose } from "../../workspaces/worktree.ts";
import type { DraftAccount } from "./draft-account.ts";
import type { CallPurpose } from "./paid-calls.ts";

/** What sessions need of a build. */
export interface SessionEnvironment {
  readonly root: string;
  readonly emit: (event: EventBody) => void;
  readonly signal: AbortSignal;
  readonly askFor: (declaration: HostedDeclaration, purpose: CallPurpose) => AskModel;
  /** Puts down what a program says that it cost, priced where it only counted. */
  readonly spend: (
    declaration: CommandDeclaration,
    purpose: CallPurpose,
    cost: Pick<SessionResult<unknown>, "usage" | "model">,
  ) => Promise<Result<Usage>>;
  /** For drafts by a program that another machine may make. */
  readonly draftAccount: (
    declaration: CommandDeclaration,
    purpose: CallPurpose,
  ) => Promise<Result<DraftAccount>>;
  /**
   * Waits until a program may begin. Then it watches what the program says that it costs, and calls `stop` where that is
   * too much.
   */
  readonly meter: (
    declaration: CommandDeclaration,
    purpose: CallPurpose,
    stop: () => void,
  ) => Promise<Result<MeteredSession>>;
  readonly redact: (text: string) => string;
  /** Command agents cannot be looked into, so whether they call a model is not known. */
  readonly modelCalls: "allowed" | "locked" | "offline";
  /** Whether nothing is to be begun for a task or a feature, because people changed it since the build read it. */
  readonly withdrawn: (subject: string) => boolean;
}

/** A session whose cost is watched. */
export interface MeteredSession {
  readonly told: Session["spending"];
  /** Why it was stopped; null where it was not. */
  overspent(): Failure | null;
  /** To be called once, when the session has ended and its cost is put down. */
  end(): void;
}

/** `booked`: what it cost beside `usage`, and is in the account by now. */
export type BookedResult<T> = SessionResult<T> & { readonly booked?: Usage };

/** What a session is for. */
export interface SessionOrder {
  readonly role: Role;
  /** Whose prompt and role files it goes by; absent: its own. */
  readonly guide?: Role;
  readonly phase: Phase;
  /** Task or feature. */
  readonly subject: string;
  readonly project: string | null;
  readonly attempt: number;
  /** Sets the calls of one round apart from equal calls of an earlier one that a person wants made anew. */
  readonly salt: string;
  readonly window: Window;
}

export async function inSession<T>(
  sessions: SessionEnvironment,
  declaration: AgentDeclaration,
  order: SessionOrder,
  work: (session: Session, purpose: CallPurpose) => Promise<BookedResult<T>>,
): Promise<SessionResult<T>> {
  const session = randomUUID();
  const { role, guide = role, phase, subject, project, attempt, salt, window } = order;
  const purpose = { role, phase, subject, project, attempt, session, salt };
  // Rendering is no conversation: it has nothing to announce, to write or to pay.
  if (declaration.kind === "generator") return work(unheld(sessions, role), purpose);
  const permission = authorize(declaration, subject, sessions.modelCalls);
  if (!permission.ok) return { result: permission, usage: NO_USAGE };
  const stop = new AbortController();
  const metered =
    declaration.kind === "command"
      ? await sessions.meter(declaration, purpose, () => stop.abort())
      : success(UNMETERED);
  if (!metered.ok) return { result: metered, usage: NO_USAGE };
  const meter = metered.value;
  if (sessions.withdrawn(order.subject)) {
    meter.end();
    return { result: failed({ reason: "withdrawn" }), usage: NO_USAGE };
  }
  const { folder, log } = tracks(sessions.root, subject, role);
  const scratch = join(folder, `${role}-${session.slice(0, 8)}`);
  const made = await onDisk(scratch, "make", () => mkdir(scratch, { recursive: true }));
  if (!made.ok) {
    meter.end();
    return { result: made, usage: NO_USAGE };
  }
  const texts = windowTexts(window);
  const provider = modelProvider(declaration);
  sessions.emit({
    type: "session-started",
    session,
    role,
    subject,
    agent: declaration.id,
    ...(provider === null ? {} : { provider }),
    attempt,
    windowBytes: window.taskBytes,
    sent: { prompt: Buffer.byteLength(texts.system), text: Buffer.byteLength(texts.text) },
    segments: window.segments.map(({ kind, name, text, place }) => ({
      kind,
      name,
      bytes: Buffer.byteLength(text),
      file: place?.file ?? null,
    })),
  });
  const ask: AskModel =
    declaration.kind === "hosted"
      ? sessions.askFor(declaration, purpose)
      : async () =>
          failed({ reason: "agent-unavailable", agent: declaration.id, detail: "it has no model to ask" });
  try {
    const { root, redact } = sessions;
    const signal = AbortSignal.any([sessions.signal, stop.signal]);
    const spending = meter.told;
    const held = await work({ root, role, guide, scratch, log, ask, redact, spending, signal }, purpose);
    const overspent = meter.overspent();
    const ended = overspent === null ? held : { ...held, result: failed(overspent) };
    // Calls of hosted agents were put down one by one.
    const isOwed = declaration.kind === "command" && (ended.booked === undefined || ended.usage.calls > 0);
    const booked = isOwed ? await sessions.spend(declaration, purpose, ended) : null;
    const failure = ended.result.ok ? null : ended.result.failure;
    const own = booked?.ok === true ? booked.value : ended.usage;
    const usage = ended.booked === undefined ? own : addUsage(ended.booked, own);
    sessions.emit({ type: "session-ended", session, usage, failure });
    return { result: booked?.ok === false ? booked : ended.result, usage };
  } finally {
    meter.end();
    await dispose(scratch);
  }
}

/** A text by an agent, or by the first of its fallbacks that can be reached. */
export async function askAgent(
  sessions: SessionEnvironment,
  agents: readonly AgentDeclaration[],
  { order, system, text, access }: AgentQuestion,
): Promise<SessionResult<string>> {
  return withFallbacks(agents, (declaration) =>
    inSession(sessions, declaration, order, (session) =>
      makeAgent(declaration).reply({
        ...session,
        subject: order.subject,
        system,
        text,
        snapshot: access?.snapshot ?? null,
        ...(access?.most === undefined ? {} : { looks: access.most }),
        dir: access?.dir ?? null,
        borrows: access?.borrows ?? [],
      }),
    ),
  );
}

interface ReadAccess {
  readonly snapshot: Snapshot;
  readonly dir: string | null;
  /** Folders outside of `dir` that its repository reads. */
  readonly borrows?: readonly string[];
  /** How often it may look; absent: as often as its turns allow. */
  readonly most?: number;
}

/** One question to an agent, with what it may look at: null where the text is all. */
export interface AgentQuestion {
  readonly order: SessionOrder;
  readonly system: string;
  readonly text: string;
  readonly access: ReadAccess | null;
}

/**
 * Goes on to the next agent where one cannot be reached, and only there: a bad draft is no reason for another. Where
 * nobody can, each is told with its own cause, since the one that was wanted is rarely the last.
 */
export async function withFallbacks<T>(
  agents: readonly AgentDeclaration[],
  work: (declaration: AgentDeclaration) => Promise<SessionResult<T>>,
): Promise<SessionResult<T>> {
  let usage = NO_USAGE;
  const tried: { agent: string; failure: Failure }[] = [];
  for (const declaration of agents) {
    const { result, usage: own } = await work(declaration);
    usage = addUsage(usage, own);
    if (result.ok || !isUnreachable(result.failure)) return { result, usage };
    tried.push({ agent: declaration.id, failure: result.failure });
  }
  const [only, ...others] = tried;
  if (only === undefined) return { result: failed({ reason: "cancelled" }), usage };
  const failure: Failure = others.length === 0 ? only.failure : { reason: "agents-unreachable", tried };
  return { result: failed(failure), usage };
}

function isUnreachable(failure: Failure): boolean {
  switch (failure.reason) {
    case "agent-missing":
    case "agent-unavailable":
      return true;
    case "model-error":
      return isAtProvider(failure.cause);
    default:
      return false;
  }
}

function unheld({ root, redact, signal }: SessionEnvironment, role: Role): Session {
  const ask: AskModel = async () => failed({ reason: "cancelled" });
  const { told: spending } = UNMETERED;
  return { root, role, guide: role, scratch: "", log: "", ask, redact, spending, signal };
}

/** Calls of hosted agents are asked for one by one, so there is nothing to watch. */
const UNMETERED: MeteredSession = { told: () => {}, overspent: () => null, end: () => {} };

/** Where people follow a session: whoever drafts a task has `T01.log`, and nobody writes over the log of another role. */
function tracks(
  root: string,
  subject: string,
  role: Role,
): { readonly folder: string; readonly log: string } {
  const [feature = "", task = "planning"] = subject.split(":");
  const folder = join(root, ".factory", "tasks", feature);
  const drafts = isDrafter(role);
  return { folder, log: join(folder, drafts ? `${task}.log` : `${task}.${role}.log`) };
}
