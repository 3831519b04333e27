// Does a program that acts as an agent still come nearer to an end? What it tells of its turns is put together here, call
// with answer, and judged by the rule for all agents (loop-watch.ts). Ending the program is command.ts's.

import { digestOf, type Json } from "../model/digest.ts";
import type { Failure } from "../model/failure.ts";
import { LoopWatch } from "./loop-watch.ts";
import type { TurnEvent } from "./presets/preset.ts";

type Called = Extract<TurnEvent, { kind: "called" }>;
type Answered = Extract<TurnEvent, { kind: "answered" }>;

/** What two answers may differ in without saying anything else: dates, times of day and durations. */
const TIMES =
  /\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?)?|\d\d?:\d\d(?::\d\d)?(?:[.,]\d+)?|\d+(?:[.,]\d+)?\s?(?:ms|s|secs?|seconds?|min|minutes?)\b/g;

/** One line of turns: the program's own, or a helper's. */
interface TurnCount {
  readonly loops: LoopWatch;
  message: string | null;
  turns: number;
  /** A tool has answered in this turn. */
  answered: boolean;
}

export class ProgramWatch {
  readonly #maxTurns: number | null;
  readonly #redact: (text: string) => string;
  /** Helpers may go the same way side by side, which is no circle. */
  readonly #counts = new Map<string | null, TurnCount>();
  readonly #open = new Map<string, Called>();
  #untold = 0;

  /** `maxTurns` null: nobody counts, or the program does itself. */
  constructor(maxTurns: number | null, redact: (text: string) => string) {
    this.#maxTurns = maxTurns;
    this.#redact = redact;
  }

  /** Told of all signs, in order; fails once they go in a circle, or beyond the last turn. */
  seen(turnEvents: readonly TurnEvent[]): Failure | null {
    for (const turnEvent of turnEvents) {
      const failure = this.#take(turnEvent);
      if (failure !== null) return failure;
    }
    return null;
  }

  #take(turnEvent: TurnEvent): Failure | null {
    switch (turnEvent.kind) {
      case "spoke":
        return this.#spoke(turnEvent.helper, turnEvent.message);
      case "called":
        this.#open.set(turnEvent.id, turnEvent);
        return null;
      case "answered": {
        const call = this.#open.get(turnEvent.id);
        this.#open.delete(turnEvent.id);
        return call === undefined ? null : this.#done(call, turnEvent);
      }
    }
  }

  #spoke(helper: string | null, message: string | null): Failure | null {
    const count = this.#courseOf(helper);
    const known = message !== null && count.message !== null;
    const isNew = count.turns === 0 || (known ? message !== count.message : count.answered);
    count.message = message;
    if (!isNew) return null;
    count.answered = false;
    count.turns += 1;
    if (count.turns === 1) return null;
    const loop = count.loops.turned();
    if (loop !== null) return loop;
    const max = helper === null ? this.#maxTurns : null;
    return max !== null && count.turns > max ? { reason: "agent-turns", turns: max } : null;
  }

  #done({ helper, input, tool }: Called, { answer, refused }: Answered): Failure | null {
    const count = this.#courseOf(helper);
    count.answered = true;
    if (answer === null) this.#untold += 1;
    const came = answer ?? this.#untold;
    return count.loops.called({
      tool,
      signature: digestOf("tool-call", [tool, input, came]),
      asked: this.#redact(typeof input === "string" ? input : JSON.stringify(input)),
      // A tool that waits for something may well be asked the same until that comes; but times alone are no news.
      news: refused ? null : digestOf("tool-news", [tool, input, timeless(came)]),
    });
  }

  #courseOf(helper: string | null): TurnCount {
    const known = this.#counts.get(helper);
    if (known !== undefined) return known;
    const count = { loops: new LoopWatch(), message: null, turns: 0, answered: false };
    this.#counts.set(helper, count);
    return count;
  }
}

function timeless(answer: Json): string {
  return JSON.stringify(answer).replace(TIMES, "");
}
