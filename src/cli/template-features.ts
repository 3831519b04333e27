// What does a command about templates look at? The templates, fetched where they are pinned, and the features that are
// named, or all.

import type { Feature } from "../model/feature.ts";
import { failed, type Result, success } from "../model/result.ts";
import { NOTHING_REMEMBERED, type Reading } from "../pipeline/reading/read.ts";
import { readFetched } from "../pipeline/reading/read-fetched.ts";
import { suggestion } from "../spec/findings/nearest.ts";
import type { Invocation } from "./invocation.ts";

/** The sources, with the templates that they pin: those that are missing are fetched. */
export function readTemplates({ root, packageRoot }: Invocation): Promise<Result<Reading>> {
  const { signal } = new AbortController();
  return readFetched({ root, packageRoot, signal }, NOTHING_REMEMBERED, "allowed");
}

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
