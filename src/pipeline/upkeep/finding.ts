// What does an examination find? Something that is well, or something with a next step.

export interface Finding {
  readonly severity: "fine" | "warning" | "error";
  /** Stable kebab-case name of the kind of finding. */
  readonly code: string;
  /** What was looked at, such as `git`, `shop-api/` or `agent coder`. */
  readonly subject: string;
  readonly says: string;
  /** Empty for what is well. */
  readonly fix: string;
}

export function fine(subject: string, says: string): Finding {
  return { severity: "fine", code: "fine", subject, says, fix: "" };
}

export function problem(
  severity: "warning" | "error",
  facts: Pick<Finding, "code" | "subject" | "says" | "fix">,
): Finding {
  return { severity, ...facts };
}
