// `factory answer TARGET [TEXT]`: put the answer to an open question into the spec. Without a text it asks on a terminal,
// and elsewhere says what is open.

import { failed, type Result, success } from "../../model/result.ts";
import { answerQuestion, type OpenQuestion, openQuestions } from "../../pipeline/tasks/answer-question.ts";
import { plain } from "../../report/plain.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { withLock } from "../locked-build.ts";
import { askOn, isAttended } from "../param-answers.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const target = invocation.argument(0) ?? "";
  const answered = await withLock(invocation, async (place) => {
    const open = await openQuestions(place, target);
    if (!open.ok) return open;
    const question = chosen(open.value, target, invocation.number("question"));
    if (!question.ok) return question;
    const text = await answerOf(invocation.argument(1), question.value, open.value);
    if (!text.ok) return text;
    const written = await answerQuestion(place, question.value, text.value);
    return written.ok ? success({ ...question.value, answer: text.value, ...written.value }) : written;
  });
  if (!answered.ok) return invocation.refuse(answered.failure, target);
  const { text, file, answer, files } = answered.value;
  if (invocation.json)
    invocation.printJson({ schema: 1, ok: true, target, question: text, answer, file, added_files: files });
  if (files.length > 0) invocation.say(`${target} may also write ${files.map(plain).join(", ")}`);
  invocation.say(`answered in ${file}: run \`factory build\` to continue`);
  return EXIT.done;
}

function chosen(open: readonly OpenQuestion[], target: string, number: number | null): Result<OpenQuestion> {
  const question = open[(number ?? 1) - 1];
  if (question !== undefined) return success(question);
  const message =
    open.length === 0 ? `${target} has no open question` : `${target} has no question ${number}`;
  return failed({
    reason: "usage",
    message,
    detail: listed(open),
    fix:
      open.length === 0
        ? "Run `factory status` to see which questions are open; a task knows what its spec says."
        : "Choose one of the questions above.",
  });
}

/** From the words of the command, or from whoever sits at the terminal. */
async function answerOf(
  given: string | null,
  question: OpenQuestion,
  open: readonly OpenQuestion[],
): Promise<Result<string>> {
  if (given !== null) return success(given);
  if (!isAttended()) {
    return failed({
      reason: "usage",
      message: "no answer was given",
      detail: listed(open),
      fix: `Give it as \`factory answer ${question.target} "…"\`; \`--question N\` chooses another one.`,
    });
  }
  const prompter = askOn(process.stdin, process.stderr, true);
  try {
    const text = await prompter.ask(`${plain(question.text)}\n> `);
    return text === null ? failed({ reason: "cancelled" }) : success(text);
  } finally {
    prompter.close();
  }
}

function listed(open: readonly OpenQuestion[]): string[] {
  return open.map(({ text, file }, index) => `${index + 1}  ${text} (${file})`);
}
