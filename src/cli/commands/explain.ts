// `factory explain TARGET…`: why a task is what it is, down to the changed lines of the spec.

import { quietEnvironment } from "../../pipeline/commands/locked-build.ts";
import { explanationOf } from "../../pipeline/commands/task-statuses.ts";
import { evaluate } from "../../pipeline/line/evaluate.ts";
import { explainText } from "../../report/explain-text.ts";
import { explanationsDocument } from "../../report/json.ts";
import { planLines } from "../../report/planning-text.ts";
import { buildOptions } from "../build-targets.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const targets = invocation.rest(0);
  const options = buildOptions(invocation, targets);
  const evaluation = await evaluate(quietEnvironment(invocation), options, "again");
  if (!evaluation.ok) return invocation.refuse(evaluation.failure);
  const { plans } = evaluation.value;
  const explanations = evaluation.value.taskStates.map((taskState) =>
    explanationOf(evaluation.value, taskState),
  );
  if (invocation.json) {
    const document = explanationsDocument(explanations, plans);
    const alone = document.tasks.length === 1 && plans.length === 0 ? document.tasks[0] : undefined;
    invocation.printJson(alone ?? document);
  } else {
    const texts = explanations.map((explanation) => explainText(explanation, invocation.look.color));
    const all = plans.length === 0 ? texts : [planLines(plans), ...texts];
    invocation.print(all.flatMap((text, index) => (index === 0 ? text : ["", ...text])));
  }
  return EXIT.done;
}
