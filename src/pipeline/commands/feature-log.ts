// Which versions of a feature differ in meaning, who made them, and what did they come to?

import { type Result, success } from "../../model/result.ts";
import { diagnosticLine } from "../../report/build-text.ts";
import type { FeatureLog } from "../../report/log-text.ts";
import { withResults } from "../history/version-results.ts";
import { historyOf } from "../past/feature-history.ts";

export async function featureLog(root: string, id: string): Promise<Result<FeatureLog>> {
  const history = await historyOf(root, id);
  if (!history.ok) return history;
  const versions = await withResults(root, history.value);
  if (!versions.ok) return versions;
  const { feature, unreadable, archive } = history.value;
  return success({
    feature,
    versions: versions.value,
    shallow: archive.shallow,
    unreadable: unreadable.map(({ origin, finding }) => {
      const when = origin === null ? "in the working copy" : `from ${origin.commit.slice(0, 10)} on`;
      return `cannot be read ${when}: ${diagnosticLine(finding)}`;
    }),
  });
}
