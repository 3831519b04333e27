// `factory log FEATURE`: the versions of a feature that differ in meaning, who made them, and what they came to.

import { featureLog } from "../../pipeline/commands/feature-log.ts";
import { logDocument, logText } from "../../report/log-text.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const log = await featureLog(invocation.root, invocation.argument(0) ?? "");
  if (!log.ok) return invocation.refuse(log.failure);
  const most = invocation.number("maxCount");
  if (invocation.json) invocation.printJson(logDocument(log.value, most));
  else invocation.print(logText(log.value, most, invocation.look.color));
  return EXIT.done;
}
