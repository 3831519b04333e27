// How is it told what a new text of a task takes away from what people have agreed to?

import type { Widening } from "../model/widening.ts";
import { plain, quoted } from "./plain.ts";

/** A verb and its object, such as ``adds `**` to its files``. Safe to print. */
export function wideningText(widening: Widening): string {
  switch (widening.kind) {
    case "scope":
      return `adds \`${plain(widening.pattern)}\` to its files`;
    case "secret":
      return `shows \`${plain(widening.path)}\` to its agent`;
    case "criterion-reworded":
      return `rewords ${plain(widening.id)}: ${quoted(widening.before)} → ${quoted(widening.after)}`;
    case "criterion-dropped":
      return `drops ${plain(widening.id)}: ${quoted(widening.before)}`;
    case "requirement-dropped":
      return `no longer meets ${plain(widening.id)}`;
    case "setting":
      return `changes \`${widening.key}\`: ${quoted(widening.before)} → ${quoted(widening.after)}`;
  }
}
