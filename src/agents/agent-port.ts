// What must every agent be able to do? The port between the line and whoever writes a draft or a document.

import type { AgentDeclaration, AgentIdentity } from "../model/agent-declaration.ts";
import type { ModelRequest, PaidAnswer } from "../model/conversation.ts";
import type { GateResult } from "../model/inspection.ts";
import type { Change, Read, Usage } from "../model/output.ts";
import type { Result } from "../model/result.ts";
import type { Role } from "../model/role.ts";
import type { Task } from "../model/task.ts";
import type { PartFile } from "../model/template.ts";
import type { Window } from "../model/window.ts";
import type { Snapshot } from "./snapshot.ts";

/**
 * Asks the model of the agent, within the money that may be spent: the answer is on disk before it is returned, and one
 * that was paid for before is returned without a call. Never rejects. Several at once are no problem.
 */
export type AskModel = (request: ModelRequest) => Promise<Result<PaidAnswer>>;

/** What every session is given, whatever it is for. */
export interface Session {
  /** Root of the workspace: where people keep the files that their programs are set up by. Absolute. */
  readonly root: string;
  readonly role: Role;
  /** Whose role file it goes by. */
  readonly guide: Role;
  /** Folder of this session that is not part of the worktree: window file, result file, scratch. */
  readonly scratch: string;
  /** File that receives the agent's own output as it comes, capped. */
  readonly log: string;
  readonly ask: AskModel;
  /** Values that must not be written anywhere, such as keys, taken out of a text. */
  readonly redact: (text: string) => string;
  /** Told by agents whose calls are not asked here: all that the session has cost so far, and by which model. */
  readonly spending: (usage: Usage, model: string | null) => void;
  readonly signal: AbortSignal;
}

/** One attempt's order. Everything that the agent may know is in here. */
export interface Assignment extends Session {
  readonly task: Task;
  readonly window: Window;
  /** The window's prompt of the role; empty for agents that are given none. */
  readonly system: string;
  /** The rest of the window. `T01.context.md` keeps both parts, as they are hashed. */
  readonly text: string;
  readonly attempt: number;
  /** Worktree to work in; null for agents that need none. */
  readonly dir: string | null;
  /** Folders outside of it that its repository reads; empty with no `dir`. */
  readonly borrows: readonly string[];
  /** Small number that no gate and no other agent at work has; null with `dir`. */
  readonly slot: number | null;
  /** The files that the task works on, as they were when the build began. */
  readonly snapshot: Snapshot;
  /** Paths that must stay as they are, such as tests that were written before the code. */
  readonly readOnly: readonly string[];
  /** The gates that will judge the draft, and what they run. */
  readonly gates: readonly { readonly id: string; readonly told: string }[];
  /** Runs one of them on what has been written so far. It decides nothing. */
  readonly runGate: (gate: string, changes: readonly Change[]) => Promise<Result<GateResult>>;
  /** Files of the code part that the task names; empty for agents that render none. */
  readonly part: readonly PartFile[];
  /** Sources of that code part, by the paths that it names; empty for other agents. */
  readonly sources: Readonly<Record<string, string>>;
}

/** The order for a text: a plan, a backlog, a review, a better task, a shorter segment. */
export interface Inquiry extends Session {
  /** Task, feature or project that it is about. */
  readonly subject: string;
  readonly system: string;
  readonly text: string;
  /** What the tools for reading answer from; null: the text is all that there is, and there are no tools. */
  readonly snapshot: Snapshot | null;
  /** How often it may look; absent: as often as its turns allow. */
  readonly looks?: number;
  /** A folder with the same files, for agents that need one; null with `snapshot`. */
  readonly dir: string | null;
  /** Folders outside of it that its repository reads; empty with no `dir`. */
  readonly borrows: readonly string[];
}

/** What an attempt came to. `changes` is null where the worktree itself holds the draft. */
export interface DraftedWork {
  readonly changes: readonly Change[] | null;
  readonly reads: readonly Read[];
  readonly question: string | null;
  readonly notes: string | null;
}

/** What a session came to, with what it cost whether or not it came to anything. */
export interface SessionResult<T> {
  readonly result: Result<T>;
  readonly usage: Usage;
  /** Model that the agent's program says it asked; absent where it does not say. A null `usd` is priced by it. */
  readonly model?: string;
}

/**
 * Never rejects: what goes wrong is a Failure. May be called for several tasks at once, never twice at once for one
 * task. Ends soon after `signal` aborts, with the failure `cancelled`, and leaves no process behind.
 */
export interface Agent {
  readonly declaration: AgentDeclaration;
  /** What of the declaration can change the answers; time limits and permissions cannot. */
  readonly identity: AgentIdentity;
  readonly needsWorktree: boolean;
  draft(assignment: Assignment): Promise<SessionResult<DraftedWork>>;
  /** Answers with a text, never empty, and writes no file. */
  reply(inquiry: Inquiry): Promise<SessionResult<string>>;
}
