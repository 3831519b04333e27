// How does one attempt at a task go? An agent drafts in a workspace of its own, and what it hands in is looked at before
// anything else sees it. What follows from the outcome is decided in run-task.ts.

import { makeAgent } from "../../agents/agent-kinds.ts";
import type { SessionResult } from "../../agents/agent-port.ts";
import { shownGates } from "../../context/gate-words.ts";
import { windowTexts } from "../../context/window-text.ts";
import { type Change, NO_USAGE } from "../../model/output.ts";
import { success } from "../../model/result.ts";
import type { Phase, Role } from "../../model/role.ts";
import type { Tree } from "../../model/tree.ts";
import { layChanges } from "../product/compose.ts";
import { groundOf } from "../product/ground.ts";
import { TreeSnapshot } from "../projects/tree-snapshot.ts";
import type { Run } from "../run/run.ts";
import { inSession, withFallbacks } from "../sessions/agent-session.ts";
import type { Slot } from "../slots/lease.ts";
import { tryGate } from "./gate-trial.ts";
import type { TaskJob } from "./judge-task.ts";
import { readFacts } from "./read-facts.ts";
import { type Drafted, draftOf } from "./submitted-draft.ts";

/** Which attempt this is, and what it starts from beside the ground of the task. */
export interface AttemptOrder {
  readonly role: Role;
  readonly attempt: number;
  readonly phase: Phase;
  readonly salt: string;
  /** Tests that were written before, and that this attempt may read and not write. */
  readonly given: readonly Change[];
}

/** Asks the agent for a draft. The draft's paths are safe; nothing else about it is known. */
export async function draftTask(run: Run, job: TaskJob, one: AttemptOrder): Promise<SessionResult<Drafted>> {
  const ground = await groundOf(run, job.state, job.node);
  if (!ground.ok) return { result: ground, usage: NO_USAGE };
  const tree = await layChanges(job.state, ground.value.tree, one.given);
  if (!tree.ok) return { result: tree, usage: NO_USAGE };
  return draftOn(run, job, one, tree.value);
}

/** The same on a tree of the caller's choice. */
export async function draftOn(
  run: Run,
  job: TaskJob,
  one: AttemptOrder,
  tree: Tree,
): Promise<SessionResult<Drafted>> {
  const { state, task, window } = job;
  const facts = await readFacts(state, tree);
  if (!facts.ok) return { result: facts, usage: NO_USAGE };
  const sessionOrder = { ...one, guide: job.guide, subject: task.id, project: state.project.id, window };
  return withFallbacks([job.agent, ...job.fallbacks], async (declaration) => {
    const agent = makeAgent(declaration);
    return inSession(run.sessions, declaration, sessionOrder, async (session, purpose) => {
      const texts = windowTexts(window);
      const elsewhere =
        declaration.kind === "command" && run.drafts !== null
          ? await (await import("./draft-elsewhere.ts")).draftElsewhere(run, job, {
              ...{ declaration, session, purpose, window: texts, tree },
            })
          : null;
      if (elsewhere?.draft) return elsewhere.draft;
      const draftIn = async (slot: Slot | null): Promise<SessionResult<Drafted>> => {
        const worktree = slot?.worktree ?? null;
        const { result, usage } = await agent.draft({
          ...session,
          task,
          window,
          ...texts,
          attempt: one.attempt,
          dir: slot?.dir ?? null,
          borrows: worktree?.borrows ?? [],
          slot: slot?.number ?? null,
          snapshot: new TreeSnapshot(state, tree),
          gates: shownGates(job.gates, facts.value),
          runGate: (gate, changes) => tryGate(run, job, { gate, tree, changes }),
          readOnly: one.given.map(({ path }) => path),
          part: job.part,
          sources: job.code,
        });
        if (!result.ok) return { result, usage };
        const handedIn = { agent: declaration.id, work: result.value, worktree };
        return { result: await draftOf(job, tree, handedIn), usage };
      };
      if (!agent.needsWorktree) return draftIn(null);
      const lease = { kind: "agent", tree, subject: task.id } as const;
      const lent = await run.slots.use(state, lease, async (slot) => success(await draftIn(slot)));
      const drafted = lent.ok ? lent.value : { result: lent, usage: NO_USAGE };
      return elsewhere === null || elsewhere.booked.calls === 0
        ? drafted
        : { ...drafted, booked: elsewhere.booked };
    });
  });
}
