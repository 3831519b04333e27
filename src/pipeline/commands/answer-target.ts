// How does an answer to an open question get into the spec? The question is found and its answer written in one turn, so
// that no build writes the same files meanwhile.

import type { Answer } from "../../model/decision.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { answerQuestion, type OpenQuestion, openQuestions } from "../tasks/answer-question.ts";
import type { Caller } from "./caller.ts";
import { withLock } from "./locked-build.ts";

/** `number`: which of the open ones, from 1. `answerTo` is given it, and all that are open. */
export function answerTarget(
  caller: Caller,
  { target, number }: { readonly target: string; readonly number: number | null },
  answerTo: (question: OpenQuestion, open: readonly OpenQuestion[]) => Promise<Result<string>>,
): Promise<Result<Answer>> {
  return withLock(caller, async (place) => {
    const open = await openQuestions(place, target);
    if (!open.ok) return open;
    const question = chosen(open.value, target, number);
    if (!question.ok) return question;
    const text = await answerTo(question.value, open.value);
    if (!text.ok) return text;
    const written = await answerQuestion(place, question.value, text.value);
    if (!written.ok) return written;
    const { text: asked, file } = question.value;
    return success({ target, question: asked, answer: text.value, file, files: written.value.files });
  });
}

function chosen(open: readonly OpenQuestion[], target: string, number: number | null): Result<OpenQuestion> {
  const question = open[(number ?? 1) - 1];
  if (question !== undefined) return success(question);
  const message =
    open.length === 0 ? `${target} has no open question` : `${target} has no question ${number}`;
  return failed({
    reason: "usage",
    message,
    detail: listedQuestions(open),
    fix:
      open.length === 0
        ? "Run `factory status` to see which questions are open; a task knows what its spec says."
        : "Choose one of the questions above.",
  });
}

/** Numbered, as they are chosen. */
export function listedQuestions(open: readonly OpenQuestion[]): string[] {
  return open.map(({ text, file }, index) => `${index + 1}  ${text} (${file})`);
}
