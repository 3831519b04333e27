// What did git say when it failed? The cause belongs into the one sentence that every view of a failure shows; what git
// says after it is for those that have room.

import type { Failure } from "../model/failure.ts";
import { FETCH_FILES } from "../model/fetch-commands.ts";
import { plain, quoted } from "./plain.ts";
import { type FailureText, sentence } from "./wording.ts";

/** In the words of git, an object that should be here. */
const ABSENT = /missing (?:blob|tree|commit)|: missing$|invalid object|promisor|unable to read/m;
/** The longest command that is repeated whole; others are known by their beginning. */
const COMMAND = 120;

export function gitFailureText(failure: Extract<Failure, { reason: "git" }>): FailureText {
  const { cause, rest } = saidByGit(failure.stderr);
  const command = plain(failure.command);
  const named = quoted(command.length <= COMMAND ? command : `${command.slice(0, COMMAND)}…`);
  const why = cause === undefined ? "." : `: ${sentence(cause)}`;
  return {
    message: `${named} failed${endOf(failure)}${why}`,
    detail: rest,
    fix:
      cause === undefined
        ? "git gave no cause: run that command by hand in the project to see one, then run this one again."
        : ABSENT.test(failure.stderr)
          ? `Fetch what git is missing, then run the command again: in a partial clone with \`${FETCH_FILES}\`, elsewhere from another clone.`
          : "Fix what git names, then run the command again.",
  };
}

/** Nothing where git ended as it should, and its answer was none. */
function endOf({ code, signal }: Extract<Failure, { reason: "git" }>): string {
  if (code !== null) return ` with exit code ${code}`;
  return signal === undefined ? "" : ` with signal ${signal}`;
}

/** Whoever failed first says why; what git says of it afterwards is general advice. */
export function saidByGit(detail: string): {
  readonly cause: string | undefined;
  readonly rest: readonly string[];
} {
  const lines = detail.split("\n").filter((line) => line.trim() !== "");
  const cause = lines.find((line) => !/^(?:warning|hint):/i.test(line)) ?? lines[0];
  return { cause, rest: lines.filter((line) => line !== cause) };
}
