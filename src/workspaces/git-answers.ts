// Which answers of git never change? Those that follow from objects which the question names by their ids. They are kept
// for as long as the process lives, because whoever watches opens the same projects after every edit; only so much of
// them that memory stays flat, whatever is opened.

import type { Result } from "../model/result.ts";

/** What a command answered; for the commands whose exit code is part of the answer. */
export interface GitAnswer {
  readonly code: number;
  readonly stdout: Buffer;
}

type Answer = Promise<Result<GitAnswer>>;

const MOST_BYTES = 32 * 1024 * 1024;
const MOST = 1024;

export class GitAnswers {
  /** The one that was asked for longest ago is first. */
  readonly #known = new Map<string, Answer>();
  readonly #bytes = new Map<string, number>();
  #total = 0;

  /** A failure is not kept: a missing object may still come. */
  of(question: string, ask: () => Answer): Answer {
    const known = this.#known.get(question);
    if (known !== undefined) {
      this.#known.delete(question);
      this.#known.set(question, known);
      return known;
    }
    const answer = ask().then((result) => {
      if (result.ok) this.#weigh(question, result.value.stdout.length);
      else this.#forget(question);
      return result;
    });
    this.#known.set(question, answer);
    return answer;
  }

  #weigh(question: string, bytes: number): void {
    this.#bytes.set(question, bytes);
    this.#total += bytes;
    for (const oldest of this.#known.keys()) {
      if (this.#total <= MOST_BYTES && this.#known.size <= MOST) return;
      this.#forget(oldest);
    }
  }

  #forget(question: string): void {
    this.#total -= this.#bytes.get(question) ?? 0;
    this.#bytes.delete(question);
    this.#known.delete(question);
  }
}
