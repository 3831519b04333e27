// Which versions did a feature have? Folds its states, in the order of history, into stretches that mean the same. It
// knows no git: whoever reads history says what stood when.

import type { Digest } from "../../model/digest.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { SpecState, SpecVersion } from "../../model/spec-version.ts";
import { semanticDigest, shortDigest } from "./semantic-digest.ts";

/** A number of a version has fewer digits than the shortest digest that is taken for one. */
const NUMBER = /^[1-9]\d{0,5}$/;
const DIGEST = /^[0-9a-f]{7,64}$/;

/**
 * `states` begin with the oldest. A state that cannot be read belongs to no version, and neither does one without the
 * feature; what comes back after its removal as it was is a version of its own.
 */
export function versionsOf(states: readonly SpecState[]): readonly SpecVersion[] {
  const versions: SpecVersion[] = [];
  const firstOf = new Map<Digest, number>();
  let isGone = true;
  for (const state of states) {
    const { feature, unreadable } = state;
    if (feature === null) {
      isGone ||= !unreadable;
      continue;
    }
    const digest = semanticDigest(feature);
    const last = versions.at(-1);
    if (!isGone && last?.digest === digest) versions[versions.length - 1] = { ...last, last: state, feature };
    else {
      const number = versions.length + 1;
      const sameAs = firstOf.get(digest) ?? null;
      versions.push({ number, digest, sameAs, first: state, last: state, feature });
      firstOf.set(digest, sameAs ?? number);
    }
    isGone = false;
  }
  return versions;
}

export interface VersionAddress {
  readonly feature: string;
  /** What stands behind the `@`; null where there is none. */
  readonly version: string | null;
}

/** `products@4`, `products@1a2b3c4d5e6f` or `products`. Names of features have no `@`. */
export function versionAddress(text: string): VersionAddress {
  const at = text.indexOf("@");
  if (at < 0) return { feature: text, version: null };
  return { feature: text.slice(0, at), version: text.slice(at + 1) };
}

/** By number, or by the beginning of a digest; of several that mean the same, the newest. Fails with `usage`. */
export function findVersion(
  feature: string,
  versions: readonly SpecVersion[],
  wanted: string,
): Result<SpecVersion> {
  const digest = wanted.toLowerCase();
  const isNumber = NUMBER.test(wanted);
  const found = isNumber
    ? versions.filter(({ number }) => number === Number(wanted))
    : DIGEST.test(digest)
      ? versions.filter((version) => version.digest.startsWith(digest))
      : [];
  const version = found.at(-1);
  if (version !== undefined && new Set(found.map((one) => one.digest)).size === 1) return success(version);
  const name = JSON.stringify(`${feature}@${wanted}`);
  const last = versions.at(-1);
  const message =
    version !== undefined
      ? `${name} may be ${found.map((one) => `${feature}@${shortDigest(one.digest)}`).join(" or ")}`
      : isNumber || DIGEST.test(digest)
        ? `there is no version ${name}`
        : `${name} names no version: behind the @ goes a number, or at least 7 digits of a digest`;
  const range = last === undefined ? "" : `, which numbers them from 1 to ${last.number}`;
  return failed({ reason: "usage", message, fix: `See \`factory log ${feature}\`${range}.` });
}
