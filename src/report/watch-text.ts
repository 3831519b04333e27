// How does watching read? One line per edit: what changed, what it makes stale, what it will cost; and few others. What
// happens in a build is told as that of any other.

import type { SourceChange, WatchEvent } from "../model/watch-event.ts";
import { diagnosticLine } from "./build-text.ts";
import { type FrameOf, noFrame } from "./code-frame.ts";
import { count, money } from "./figures.ts";
import { plain } from "./plain.ts";
import { type Line, paintAll } from "./theme.ts";

/** How many names a line has room for. */
const NAMES = 4;

/** `frameOf` shows the lines of sources that findings are about. */
export function watchLines(
  event: WatchEvent,
  now: number,
  color: boolean,
  frameOf: FrameOf = noFrame,
): string[] {
  return paintAll(linesOf(event, now, frameOf), color);
}

function linesOf(event: WatchEvent, now: number, frameOf: FrameOf): Line[] {
  switch (event.type) {
    case "watching":
      return [[["faint", `watching ${plain(event.root)}; Ctrl-C stops it`]]];
    case "changed":
      return [changeLine(event)];
    case "unsound":
      if (event.again)
        return [[["warn", "! "], "the same findings as before; nothing is built until they are fixed"]];
      return [
        ...event.diagnostics.flatMap((one) => [
          [diagnosticLine(one)],
          ...(one.severity === "error" ? frameOf(one) : []),
        ]),
        [["warn", "! "], "nothing is built until this is fixed"],
      ];
    case "declined":
      return [[["faint", "· "], "paid work is declined; free work is built"]];
    case "joined":
      return [
        [
          ["note", "~ "],
          `${listed(event.files)} changed just now, too: the free part of that is built at once`,
        ],
      ];
    case "withdrawn":
      return [
        [
          ["note", "~ "],
          `${listed(event.files)} changed during the build: no new call starts for what that reaches`,
        ],
      ];
    case "waiting": {
      const minutes = Math.max(1, Math.ceil((event.until - now) / 60_000));
      const what = event.for === "budget" ? "the hour's budget is spent" : "a provider cannot be reached";
      return [
        [["warn", "! "], `${what}: the rest continues in ${count(minutes, "minute")}, or after an edit`],
      ];
    }
    case "polling":
      return [
        [["warn", "! "], `not every folder can be watched (${plain(event.cause)}): looking every second`],
      ];
    case "idle":
      return event.mended ? [[["note", "~ "], "fixed: everything is as the last build left it"]] : [];
    case "built":
      return [];
  }
}

function changeLine(change: SourceChange): Line {
  const { files, requirements, failedBefore } = change;
  const what = change.first ? "at the start" : files.length === 0 ? "still to do" : listed(files);
  const which = requirements.length === 0 ? "" : ` (${listed(requirements)})`;
  const kept =
    failedBefore.length === 0 ? "" : `; ${listed(failedBefore)} failed with this window: not tried again`;
  return [["note", "~ "], ["strong", what], `${which}: ${staleText(change)}${kept}`];
}

function staleText({ stale, maybe, plans, paid, usd }: SourceChange): string {
  const parts: string[] = [];
  if (plans.length > 0) parts.push(`${listed(plans)} to be planned`);
  if (stale.length > 0) parts.push(`${count(stale.length, "task")} stale, ${listed(stale)}`);
  if (maybe > 0) parts.push(`${maybe} more may follow`);
  if (parts.length === 0) return "nothing is stale";
  const cost = usd === null ? "at a cost that is not known yet" : `about ${money({ usd, complete: true })}`;
  return `${parts.join("; ")}; ${paid ? cost : "free"}`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES).map(plain).join(", ");
  return names.length > NAMES ? `${shown} and ${names.length - NAMES} more` : shown;
}
