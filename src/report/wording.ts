// Of which parts is the wording of a failure made?

export interface FailureText {
  /** One sentence that names the cause. */
  readonly message: string;
  /** Evidence, line by line; often empty. */
  readonly detail: readonly string[];
  /** The next step, as an imperative sentence. */
  readonly fix: string;
}

/** Ends with a mark; library messages often do not. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === "" || /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
