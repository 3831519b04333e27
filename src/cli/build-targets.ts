// How does a command bring targets up to date and tell the result? Shared by `build`, `retry` and the commands that
// settle a person's edits.

import { resolve } from "node:path";
import type { TaskId } from "../model/address.ts";
import type { BuildOptions } from "../model/build-options.ts";
import type { Event } from "../model/event.ts";
import type { Result } from "../model/result.ts";
import { buildAfter } from "../pipeline/commands/build-after.ts";
import type { Caller } from "../pipeline/commands/caller.ts";
import type { Outcome } from "../pipeline/run/recorder.ts";
import { notesOf } from "../pipeline/tasks/task-files.ts";
import { summary } from "../report/build-text.ts";
import { buildDocument } from "../report/json.ts";
import { plain } from "../report/plain.ts";
import { paintAll } from "../report/theme.ts";
import type { Timings } from "../report/timings.ts";
import { EXIT, type ExitCode, exitOf, worstExit } from "./exit-code.ts";
import { linked } from "./hyperlinks.ts";
import type { Invocation } from "./invocation.ts";
import { writeJUnit } from "./report-file.ts";

export async function buildTargets(invocation: Invocation, targets: readonly string[]): Promise<ExitCode> {
  const options = buildOptions(invocation, targets);
  if (!invocation.flag("timings")) return tellOutcome(invocation, await buildAfter(invocation, options));
  const [{ timingsOf }, { timingsLines }] = await Promise.all([
    import("../report/timings.ts"),
    import("../report/timings-text.ts"),
  ]);
  const events: Event[] = [];
  const outcome = await buildAfter(
    overheard(invocation, (event) => events.push(event)),
    options,
  );
  const timings = timingsOf(events);
  const code = tellOutcome(invocation, outcome, timings);
  if (outcome.ok) invocation.warn(...paintAll(timingsLines(timings), invocation.look.color));
  return code;
}

/** The same caller, whose view another one shares. */
function overheard(caller: Caller, hear: (event: Event) => void): Caller {
  const { root, packageRoot, writer, command, waits } = caller;
  return {
    ...{ root, packageRoot, writer, command, waits },
    say: (...lines) => caller.say(...lines),
    warn: (...lines) => caller.warn(...lines),
    onInterrupt: (interrupt) => caller.onInterrupt(interrupt),
    openView: async () => {
      const view = await caller.openView();
      const tell = (event: Event) => {
        hear(event);
        view.tell(event);
      };
      return { tell, close: () => view.close() };
    },
  };
}

/** What a build came to, in the form that was asked for. */
export function tellOutcome(
  invocation: Invocation,
  outcome: Result<Outcome>,
  timings: Timings | null = null,
): ExitCode {
  const code = outcome.ok ? tell(invocation, outcome.value, timings) : invocation.refuse(outcome.failure);
  return writeJUnit(invocation, outcome, code);
}

export function buildOptions(invocation: Invocation, targets: readonly string[]): BuildOptions {
  const modelCalls = invocation.flag("offline")
    ? "offline"
    : invocation.flag("locked")
      ? "locked"
      : "allowed";
  const branch = invocation.text("branch");
  const fleet = invocation.text("fleet");
  return {
    targets,
    ...(branch === null ? {} : { branch }),
    ...(fleet === null ? {} : { fleet }),
    agents: invocation.number("jobs"),
    force: invocation.flag("force"),
    failFast: invocation.flag("failFast"),
    modelCalls,
    budgetUsd: invocation.number("budget"),
    perHourUsd: invocation.number("budgetPerHour"),
    // Other commands mean something else by their `--yes`.
    removalsMeant: invocation.words.name === "build" && invocation.flag("yes"),
  };
}

function tell(invocation: Invocation, outcome: Outcome, timings: Timings | null): ExitCode {
  if (invocation.json) invocation.printJson(buildDocument(outcome.result, timings));
  sayResult(invocation, outcome);
  return worstExit(outcome.failures);
}

export function sayResult(invocation: Invocation, { result, failures, created }: Outcome): void {
  // What is so of the workspace whatever is built is no news to whoever wants it quiet.
  const told = result.diagnostics.filter(
    ({ code }) => !invocation.look.quiet || code !== "criteria-unproven",
  );
  // An interrupt ends all that runs, and is one piece of news.
  const interrupted = told.find(({ code }) => code === "cancelled");
  const others = told.filter(({ code }) => code !== "cancelled");
  const once = interrupted === undefined ? others : [...others, { ...interrupted, target: null }];
  invocation.showGateOutput(failures);
  invocation.showFindings(once, "warn");
  invocation.say(summary(result));
  // Who builds for the first time has never been there.
  const isBuilt = result.projects.some(({ moved }) => moved);
  const linkedTo = (path: string) =>
    invocation.look.links ? linked(path, resolve(invocation.root, path)) : path;
  if (created.length > 0 && isBuilt) invocation.say(`The code is in ${created.map(linkedTo).join(" and ")}.`);
  const waiting = new Set(
    failures.flatMap(({ target, failure }) => (exitOf(failure) === EXIT.person ? [target] : [])),
  );
  if (waiting.size > 0) {
    const told = [...waiting].slice(0, SHOWN_NOTES).join(", ");
    const more = waiting.size > SHOWN_NOTES ? ` and ${waiting.size - SHOWN_NOTES} more` : "";
    const verb = waiting.size === 1 ? "waits" : "wait";
    invocation.say(plain(`${told}${more} ${verb} for you: \`factory status\` says for what.`));
  }
  const notes = failures.flatMap(({ target }) => {
    const isTask = /^[^:/]+:[^:/]+$/.test(target);
    const path = isTask ? notesOf(invocation.root, target as TaskId) : null;
    return path === null ? [] : [path];
  });
  const shown = [...new Set(notes)];
  if (shown.length === 0) return;
  const more = shown.length > SHOWN_NOTES ? [`${shown.length - SHOWN_NOTES} more beside them`] : [];
  invocation.say(`Read on in ${[...shown.slice(0, SHOWN_NOTES).map(linkedTo), ...more].join(", ")}.`);
}

/** Files of notes, and of what waits for a person, that are named after a build. */
const SHOWN_NOTES = 3;
