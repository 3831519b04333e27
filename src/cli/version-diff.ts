// `factory diff FEATURE@2 FEATURE@4`: what a version changed against another one, or the working copy against it.

import type { Feature } from "../model/feature.ts";
import { failed, type Result, success } from "../model/result.ts";
import { type FeatureHistory, historyOf } from "../pipeline/past/feature-history.ts";
import { diffText } from "../report/diff-text.ts";
import { diffDocument } from "../report/json.ts";
import { compareFeatures } from "../spec/compare/compare.ts";
import { renamed, semanticDigest, shortDigest } from "../spec/compare/semantic-digest.ts";
import { findVersion, versionAddress } from "../spec/compare/versions.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { Invocation } from "./invocation.ts";

/** One side of the comparison. Null: the feature is not in the working copy. */
interface Side {
  readonly name: string;
  /** Null for the working copy. */
  readonly number: number | null;
  readonly feature: Feature | null;
}

export async function diffVersions(invocation: Invocation, words: readonly string[]): Promise<ExitCode> {
  const [from, to = null, ...more] = words.map(versionAddress);
  if (from === undefined || more.length > 0 || (to !== null && to.feature !== from.feature)) {
    const message = "diff compares two versions of one feature, and no more";
    const fix =
      "Write `factory diff FEATURE@2 FEATURE@4`, or `factory diff FEATURE@2` against the working copy.";
    return invocation.refuse({ reason: "usage", message, fix });
  }
  if (invocation.text("since") !== null) {
    const message = "--since cannot be combined with versions: both say what to compare with";
    return invocation.refuse({ reason: "usage", message, fix: "Leave out --since, or the versions." });
  }
  const history = await historyOf(invocation.root, from.feature);
  if (!history.ok) return invocation.refuse(history.failure);
  const before = sideOf(history.value, from.version);
  if (!before.ok) return invocation.refuse(before.failure);
  const after = sideOf(history.value, to?.version ?? null);
  if (!after.ok) return invocation.refuse(after.failure);
  const sides = [before.value, after.value];
  const [was = null, is = null] = sides.map(({ feature }) => feature && renamed(feature, from.feature));
  const diffs = was === null && is === null ? [] : [compareFeatures(was, is)];
  if (invocation.json) {
    const [fromSide = null, toSide = null] = sides.map(sideObject);
    invocation.printJson({ ...diffDocument(diffs), from: fromSide, to: toSide });
  } else {
    invocation.say(`${from.feature}: ${before.value.name} → ${after.value.name}`);
    invocation.print(diffText(diffs, invocation.look.color));
  }
  return EXIT.done;
}

function sideOf(history: FeatureHistory, version: string | null): Result<Side> {
  if (version !== null) {
    const found = findVersion(history.feature, history.versions, version);
    if (!found.ok) return found;
    const { number, feature } = found.value;
    return success({ name: `@${number}`, number, feature });
  }
  const finding = history.unreadable.find(({ origin }) => origin === null)?.finding;
  if (finding !== undefined) return failed({ reason: "invalid-spec", diagnostics: [finding] });
  return success({ name: "the working copy", number: null, feature: history.present?.feature ?? null });
}

function sideObject({ number, feature }: Side) {
  return { number, digest: feature === null ? null : shortDigest(semanticDigest(feature)) };
}
