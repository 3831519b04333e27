// What does a person need to know about a finding? Facts in fields, as `--json` prints them.

export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** Stable kebab-case name of the kind of finding, such as `duplicate-id`. */
  readonly code: string;
  readonly message: string;
  /** Address of what it is about (`products:T01`, `shop-api/`), or null for the workspace. */
  readonly target: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** The next step, as an imperative sentence. */
  readonly fix: string;
}
