// Where does a running build appear? On a terminal as a live view that redraws itself, elsewhere as lines of a
// log; always on stderr, so that stdout stays free for results. It does not know what the lines say.

import type { Event } from "../model/event.ts";
import type { View } from "../pipeline/commands/caller.ts";
import { eventLine } from "../report/build-text.ts";
import { takesLinks } from "./hyperlinks.ts";
import type { Beside, LiveView, Output } from "./live-view.ts";

/** What the command line and the environment say about looks. */
export interface TerminalLook {
  readonly quiet: boolean;
  readonly color: boolean;
  readonly dumb: boolean;
  /** Whether a path may be printed as a link to its file. */
  readonly links: boolean;
}

/** `NO_COLOR` and `--no-color` win over everything; `FORCE_COLOR` serves logs that understand colors. */
export function lookOf(
  flags: { readonly quiet: boolean; readonly color: boolean },
  env: Readonly<Record<string, string | undefined>>,
  output: { readonly isTTY?: boolean },
): TerminalLook {
  const dumb = env.TERM === "dumb";
  const forbidden = !flags.color || (env.NO_COLOR ?? "") !== "" || env.FORCE_COLOR === "0";
  const forced = (env.FORCE_COLOR ?? "") !== "";
  const color = !forbidden && (forced || (output.isTTY === true && !dumb));
  const look = { quiet: flags.quiet, color, dumb: dumb || (env.CI ?? "") !== "" };
  return { ...look, links: takesLinks(env, output, look) };
}

// As the terminal itself, one per process.
let view: LiveView | null = null;

/** Lines for stderr, whoever says them: above the live view where one is there, so that it neither hides nor cuts them. */
export function sayAside(text: string): void {
  if (view === null) process.stderr.write(text);
  else view.say(text);
}

export async function openTerminal(output: Output, look: TerminalLook, beside: Beside): Promise<View> {
  if (look.quiet) return lines(output, look.color, isTrouble);
  if (output.isTTY !== true || look.dumb) return lines(output, look.color, () => true);
  const { openLiveView } = await import("./live-view.ts");
  const live = await openLiveView(output, look.color, beside);
  view = live;
  return {
    tell: (event) => live.tell(event),
    close() {
      if (view === live) view = null;
      live.close();
    },
  };
}

function isTrouble(event: Event): boolean {
  if (event.type === "diagnostic") return event.diagnostic.severity === "error";
  return (event.type === "task-settled" || event.type === "project-settled") && event.failure !== null;
}

function lines(output: Output, color: boolean, wanted: (event: Event) => boolean): View {
  return {
    tell(event) {
      const line = wanted(event) ? eventLine(event, color) : null;
      if (line !== null) output.write(`${line}\n`);
    },
    close() {},
  };
}
