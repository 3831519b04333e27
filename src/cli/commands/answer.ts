// `factory answer TARGET [TEXT]`: put the answer to an open question into the spec. Without a text it asks on a terminal,
// and elsewhere says what is open.

import { failed, type Result, success } from "../../model/result.ts";
import { answerTarget, listedQuestions } from "../../pipeline/commands/answer-target.ts";
import type { OpenQuestion } from "../../pipeline/tasks/answer-question.ts";
import { plain } from "../../report/plain.ts";
import { answeredDocument } from "../../report/settled-json.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { askOn, isAttended } from "../param-answers.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const target = invocation.argument(0) ?? "";
  const which = { target, number: invocation.number("question") };
  const answered = await answerTarget(invocation, which, (question, open) =>
    answerOf(invocation.argument(1), question, open),
  );
  if (!answered.ok) return invocation.refuse(answered.failure, target);
  const { file, files } = answered.value;
  if (invocation.json) invocation.printJson(answeredDocument(answered.value));
  if (files.length > 0) invocation.say(`${target} may also write ${files.map(plain).join(", ")}`);
  invocation.say(`answered in ${file}: run \`factory build\` to continue`);
  return EXIT.done;
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
      detail: listedQuestions(open),
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
