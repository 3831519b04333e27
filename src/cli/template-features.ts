// Which features does a command about templates mean? Those that are named, or all.

import type { Feature } from "../model/feature.ts";
import { failed, type Result, success } from "../model/result.ts";
import { suggestion } from "../spec/nearest.ts";

export function namedFeatures(
  features: readonly Feature[],
  names: readonly string[],
): Result<readonly Feature[]> {
  const known = features.map(({ id }) => id);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) {
    return success(names.length === 0 ? features : features.filter(({ id }) => names.includes(id)));
  }
  const message = `there is no feature ${JSON.stringify(unknown)}`;
  return failed({ reason: "usage", message, fix: suggestion(unknown, known) });
}
