// What came of a review, and what do agents say of what they made?

export type ReviewVerdict = "approve" | "changes" | "rebase" | "cannot-judge";

/** A file of the change that a reviewer was not shown, or not all of. */
export interface Unseen {
  readonly path: string;
  /** Of its diff, as far as it was left out. */
  readonly bytes: number;
  /** Nothing of it was shown. */
  readonly whole: boolean;
}

/** What an agent said when it handed in a draft: its own words, which prove nothing. */
export interface AgentWords {
  readonly attempt: number;
  readonly text: string;
}

/** What is told of a review after it: to people, in events, notes and status. */
export interface Reviewed {
  readonly attempt: number;
  readonly verdict: ReviewVerdict;
  /** One line each. */
  readonly findings: readonly string[];
  /** Empty where the reviewer saw all of it. */
  readonly unseen: readonly Unseen[];
}
