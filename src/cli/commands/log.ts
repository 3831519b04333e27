// `factory log FEATURE`: the versions of a feature that differ in meaning, who made them, and what they came to.

import { withResults } from "../../pipeline/history/version-results.ts";
import { historyOf } from "../../pipeline/past/feature-history.ts";
import { diagnosticLine } from "../../report/build-text.ts";
import { type FeatureLog, logDocument, logText } from "../../report/log-text.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const history = await historyOf(invocation.root, invocation.argument(0) ?? "");
  if (!history.ok) return invocation.refuse(history.failure);
  const versions = await withResults(invocation.root, history.value);
  if (!versions.ok) return invocation.refuse(versions.failure);
  const { feature, unreadable, archive } = history.value;
  const log: FeatureLog = {
    feature,
    versions: versions.value,
    shallow: archive.shallow,
    unreadable: unreadable.map(({ origin, finding }) => {
      const when = origin === null ? "in the working copy" : `from ${origin.commit.slice(0, 10)} on`;
      return `cannot be read ${when}: ${diagnosticLine(finding)}`;
    }),
  };
  const most = invocation.number("maxCount");
  if (invocation.json) invocation.printJson(logDocument(log, most));
  else invocation.print(logText(log, most, invocation.look.color));
  return EXIT.done;
}
