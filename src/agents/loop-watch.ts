// Does an agent still come nearer to an end? Three signs that it does not: the same call with the same answer again and
// again, two calls that take turns, and many turns without anything new. It knows calls by their signatures alone, whether
// we do them (tool-turn.ts) or a program of its own does and tells of it (program-watch.ts).

import type { Failure } from "../model/failure.ts";

const SAME_CALLS = 4;
const CYCLES = 3;
const IDLE_TURNS = 12;
const ASKED_CHARACTERS = 200;

type Loop = Extract<Failure, { reason: "agent-loop" }>;

/** A call that was done. Equal signatures: the same arguments brought the same answer. */
export interface DoneCall {
  readonly tool: string;
  readonly signature: string;
  /** What it asked, for people. */
  readonly asked: string;
  /** As `ToolReply.news`. */
  readonly news: string | null;
}

export class LoopWatch {
  readonly #recent: DoneCall[] = [];
  readonly #known = new Set<string>();
  #idle = 0;
  #learnt = false;

  /** Told of every call, in order; fails once the calls go in a circle. */
  called(call: DoneCall): Loop | null {
    if (call.news !== null && !this.#known.has(call.news)) {
      this.#known.add(call.news);
      this.#learnt = true;
    }
    this.#recent.push(call);
    if (this.#recent.length > 2 * CYCLES) this.#recent.shift();
    if (this.#repeats(1, SAME_CALLS)) return this.#loop(call.tool, SAME_CALLS);
    if (!this.#repeats(2, CYCLES)) return null;
    const tools = this.#recent.slice(-2).map(({ tool }) => tool);
    return { ...this.#loop(tools.join(", "), CYCLES), how: "alternating" };
  }

  /** Told of every turn's end. */
  turned(): Loop | null {
    this.#idle = this.#learnt ? 0 : this.#idle + 1;
    this.#learnt = false;
    if (this.#idle < IDLE_TURNS) return null;
    return { ...this.#loop(this.#recent.at(-1)?.tool ?? "", IDLE_TURNS), how: "idle" };
  }

  #loop(tool: string, times: number): Loop {
    const asked = this.#recent.at(-1)?.asked.slice(0, ASKED_CHARACTERS);
    return { reason: "agent-loop", tool, times, ...(asked === undefined ? {} : { call: asked }) };
  }

  /** Whether the last calls are `times` rounds of the same `length` calls. */
  #repeats(length: number, times: number): boolean {
    const last = this.#recent.slice(-length * times).map(({ signature }) => signature);
    return last.length === length * times && last.every((each, at) => each === last[at % length]);
  }
}
