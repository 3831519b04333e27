// What must every agent be able to do? The port between the line and whoever writes a draft.

import type { AgentDeclaration } from "../model/agent.ts";
import type { Change, Read, Usage } from "../model/output.ts";
import type { Result } from "../model/result.ts";
import type { Task } from "../model/task.ts";
import type { PartFile } from "../model/template.ts";
import type { Window } from "../model/window.ts";

/** One attempt's order. Everything that the agent may know is in here. */
export interface Assignment {
  readonly task: Task;
  readonly window: Window;
  /** The exact text of the window, as it is hashed and kept in `T01.context.md`. */
  readonly text: string;
  readonly attempt: number;
  /** Worktree to work in; null for agents that need none. */
  readonly dir: string | null;
  /** Folder of this attempt that is not part of the worktree: window file, result file, scratch. */
  readonly scratch: string;
  /** File that receives the agent's own output as it comes, capped. */
  readonly log: string;
  /** Files of the code part that the task names; empty for agents that render none. */
  readonly part: readonly PartFile[];
  /** Sources of that code part, by the paths that it names; empty for other agents. */
  readonly sources: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** What an attempt came to. `changes` is null where the worktree itself holds the draft. */
export interface Work {
  readonly changes: readonly Change[] | null;
  readonly usage: Usage;
  readonly reads: readonly Read[];
  readonly question: string | null;
  readonly notes: string | null;
}

/**
 * Never rejects: what goes wrong is a Failure. May be called for several tasks at once, never twice at once for one
 * task. Ends soon after `signal` aborts, with the failure `cancelled`, and leaves no process behind.
 */
export interface Agent {
  readonly declaration: AgentDeclaration;
  readonly needsWorktree: boolean;
  draft(assignment: Assignment): Promise<Result<Work>>;
}
