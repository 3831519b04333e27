// Where does a running build appear? On a terminal as a live view that redraws itself, elsewhere as lines of a
// log; always on stderr, so that stdout stays free for results. It does not know what the lines say.

import type { WriteStream } from "node:tty";
import type { Event } from "../model/event.ts";
import type { View } from "../pipeline/commands/caller.ts";
import { eventLine } from "../report/build-text.ts";
import { frame } from "../report/live-frame.ts";
import { BEFORE, fold, type LiveState } from "../report/live-state.ts";
import { type Expectations, NOTHING_EXPECTED, remainingWork } from "../report/remaining-work.ts";
import { takesLinks } from "./hyperlinks.ts";

const FRAME_MS = 100;
/** All that is open is gone through for it. */
const ESTIMATE_MS = 1000;
/** Who is done sooner has no use for an estimate, and reading of past builds would hold up the first agents. */
const LONG_BUILD_MS = 3000;
const SIZE_WHERE_UNKNOWN = { columns: 80, rows: 24 };

/** What the command line and the environment say about looks. */
export interface TerminalLook {
  readonly quiet: boolean;
  readonly color: boolean;
  readonly dumb: boolean;
  /** Whether a path may be printed as a link to its file. */
  readonly links: boolean;
}

type Output = Pick<WriteStream, "write"> & Partial<Pick<WriteStream, "isTTY" | "columns" | "rows">>;

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
let view: { say(text: string): void } | null = null;

/** Lines for stderr, whoever says them: above the live view where one is there, so that it neither hides nor cuts them. */
export function sayAside(text: string): void {
  if (view === null) process.stderr.write(text);
  else view.say(text);
}

/** `expect` is asked only of a build that is drawn and takes long. */
export async function openTerminal(
  output: Output,
  look: TerminalLook,
  expect: () => Promise<Expectations> = async () => NOTHING_EXPECTED,
): Promise<View> {
  if (look.quiet) return lines(output, look.color, isTrouble);
  if (output.isTTY !== true || look.dumb) return lines(output, look.color, () => true);
  return await live(output, look, expect);
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

async function live(output: Output, look: TerminalLook, expect: () => Promise<Expectations>): Promise<View> {
  const { createLogUpdate } = await import("log-update");
  const log = createLogUpdate(output as WriteStream);
  let state: LiveState = BEFORE;
  let expected = NOTHING_EXPECTED;
  let estimate = { at: 0, remaining: remainingWork(state, expected, 0) };
  let told: string[] = [];
  let open = true;

  const draw = (): void => {
    // Not `log.persist`: it cuts what is taller than the screen.
    if (told.length > 0) {
      log.clear();
      output.write(`${told.join("\n")}\n`);
      told = [];
    }
    const { columns, rows } = { ...SIZE_WHERE_UNKNOWN, ...sizeOf(output) };
    // The last row stays free: writing into it would scroll the screen.
    const now = Date.now();
    if (now - estimate.at >= ESTIMATE_MS)
      estimate = { at: now, remaining: remainingWork(state, expected, now) };
    const { remaining } = estimate;
    const screen = { width: columns, height: rows - 1, now, color: look.color, remaining };
    log(frame(state, screen).join("\n"));
  };
  const timer = setInterval(draw, FRAME_MS);
  const later = setTimeout(async () => {
    expected = await expect();
  }, LONG_BUILD_MS);
  later.unref();
  // A build that is over must not be kept alive by its own picture.
  timer.unref();

  // A shell gets its terminal back as it was. Stopped by the system's own way, which knows where nobody could go on.
  const stop = (): void => {
    log.clear();
    log.done();
    process.off("SIGTSTP", stop);
    process.kill(process.pid, "SIGTSTP");
    setImmediate(() => {
      if (!open) return;
      process.on("SIGTSTP", stop);
      draw();
    });
  };
  process.on("SIGTSTP", stop);

  const here = {
    say(text: string) {
      told.push(text.replace(/\n$/, ""));
      draw();
    },
  };
  view = here;

  return {
    tell(event) {
      if (!open) return;
      state = fold(state, event);
      const line = isLasting(event) ? eventLine(event, look.color) : null;
      if (line !== null) told.push(line);
    },
    close() {
      if (!open) return;
      open = false;
      if (view === here) view = null;
      process.off("SIGTSTP", stop);
      clearInterval(timer);
      clearTimeout(later);
      log.clear();
      log.done();
      if (told.length > 0) output.write(`${told.join("\n")}\n`);
    },
  };
}

/** What stays above the live view: results. Who is busy shows in the view itself. */
function isLasting(event: Event): boolean {
  return event.type === "task-settled" || event.type === "project-settled" || event.type === "diagnostic";
}

function sizeOf({ columns, rows }: Output): { columns?: number; rows?: number } {
  return { ...(columns ? { columns } : {}), ...(rows ? { rows } : {}) };
}
