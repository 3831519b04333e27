// How does a command bring targets up to date, once it has prepared what they need? As one build, behind one lock.

import type { BuildOptions } from "../../model/build-options.ts";
import { type Result, success } from "../../model/result.ts";
import { build } from "../line/build.ts";
import type { Outcome } from "../run/recorder.ts";
import type { Caller } from "./caller.ts";
import { asBuild } from "./locked-build.ts";

/** Nothing is built where `prepare` fails. */
export function buildAfter(
  caller: Caller,
  options: BuildOptions,
  prepare: (root: string) => Promise<Result<void>> = async () => success(undefined),
): Promise<Result<Outcome>> {
  return asBuild(caller, async (environment) => {
    const prepared = await prepare(environment.root);
    return prepared.ok ? build(environment, options) : prepared;
  });
}
