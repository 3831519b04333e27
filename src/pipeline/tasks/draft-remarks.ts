// What was said of the drafts of one task, by who made them and by who reviewed them? It decides nothing.

import type { Failure } from "../../model/failure.ts";
import type { AgentWords, Reviewed } from "../../model/review.ts";
import type { Contribution } from "./selection.ts";
import { type HeldDraft, shown, type TaskStatus, type UndecidedDraft } from "./task-files.ts";

export class DraftRemarks {
  readonly words: AgentWords[] = [];
  readonly reviews: Reviewed[] = [];
  /** What the agent said when it handed in the draft that is looked at now. */
  said: string | null = null;
  /** The last review at this key, in this build or before. */
  review: Reviewed | null = null;
  /** A draft at this key that its reviewer could not judge. */
  undecided: UndecidedDraft | null = null;
  /** The last one at this key, until it is accepted or refused. */
  unjudged: HeldDraft | null = null;

  /** Takes up what earlier builds wrote down; `undecided` counts only where it is as good as it was. */
  recall(before: TaskStatus | null, isSame: boolean): void {
    this.unjudged = before?.unjudged ?? null;
    this.said = before?.said ?? null;
    this.review = before?.review ?? null;
    this.undecided = isSame && before !== null ? before.undecided : null;
  }

  handedIn(attempt: number, said: string | null): void {
    this.said = said;
    if (said !== null) this.words.push({ attempt, text: said });
  }

  reviewed(told: Reviewed): void {
    this.reviews.push(told);
    this.review = told;
  }

  hold({ outputs, reads, agent }: Contribution): void {
    this.undecided = { outputs, reads, ...(agent === undefined ? {} : { agent }), approved: false };
  }

  /** What was handed in was accepted or refused. */
  judged(): void {
    this.undecided = null;
    this.unjudged = null;
  }

  get written(): Pick<TaskStatus, "said" | "review" | "undecided" | "unjudged"> {
    const { said, review, undecided, unjudged } = this;
    return { said, review, undecided, unjudged };
  }

  undecidedFailure(task: TaskStatus["task"]): Failure {
    const findings = this.review?.findings ?? [];
    return { reason: "review-undecided", findings, diff: shown(task, "diff") };
  }
}
