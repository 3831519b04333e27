// Which sign and color stand for a verdict or an action? The word always stands beside the sign.

import type { Action, Verdict } from "../model/verdict.ts";
import type { Style } from "./theme.ts";

export interface Mark {
  readonly sign: string;
  readonly style: Style;
}

export const VERDICT_MARK: Readonly<Record<Verdict, Mark>> = {
  fresh: { sign: "✓", style: "good" },
  cached: { sign: "✓", style: "note" },
  stale: { sign: "~", style: "warn" },
  modified: { sign: "✎", style: "note" },
  conflict: { sign: "✗", style: "bad" },
  missing: { sign: "?", style: "warn" },
  orphan: { sign: "−", style: "warn" },
  blocked: { sign: "!", style: "bad" },
};

export const ACTION_MARK: Readonly<Record<Action, Mark>> = {
  fresh: { sign: "✓", style: "faint" },
  restored: { sign: "✓", style: "good" },
  reverified: { sign: "✓", style: "good" },
  rebased: { sign: "✓", style: "good" },
  regenerated: { sign: "✓", style: "good" },
  failed: { sign: "✗", style: "bad" },
  blocked: { sign: "!", style: "warn" },
  skipped: { sign: "−", style: "faint" },
};
