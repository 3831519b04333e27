// Would a build refuse what it drafts, or stop before it drafts anything? Asked as `factory status` asks it: nothing is
// run, nobody is paid.

import type { BuildOptions } from "../../model/build-options.ts";
import type { Failure } from "../../model/failure.ts";
import { now } from "../../platform/clock.ts";
import { placeOf } from "../../report/failure-place.ts";
import { failureText } from "../../report/failure-text.ts";
import { evaluate } from "../line/evaluate.ts";
import { type HealthFinding, problem } from "./health-finding.ts";

const EVERYTHING: BuildOptions = {
  ...{ targets: [], agents: null, force: false, failFast: false },
  ...{ modelCalls: "allowed", budgetUsd: null, perHourUsd: null },
};

/** Of sound sources. */
export async function examineDrafts(place: {
  readonly root: string;
  readonly packageRoot: string;
  readonly version: string;
}): Promise<readonly HealthFinding[]> {
  const { root, packageRoot, version } = place;
  const { signal } = new AbortController();
  const quiet = { root, packageRoot, writer: version, signal, clock: now, tell: () => {} };
  const evaluation = await evaluate(quiet, EVERYTHING);
  if (!evaluation.ok) return [finding("workspace", evaluation.failure)];
  const { taskStates, vanished } = evaluation.value;
  return [
    ...(vanished.question === null ? [] : [finding("specs", vanished.question)]),
    ...taskStates.flatMap(({ task, judgement: { reasons, obstacle } }) => {
      const isRefused = reasons.some(({ code }) => code === "draft-refused");
      return isRefused && obstacle?.failure != null ? [finding(task.id, obstacle.failure)] : [];
    }),
  ];
}

function finding(subject: string, failure: Failure): HealthFinding {
  const { message, fix } = failureText(failure, subject);
  const place = placeOf(failure, null);
  const known = place.file === null ? {} : { place };
  return problem("error", { subject, code: failure.reason, says: message, fix, ...known });
}
