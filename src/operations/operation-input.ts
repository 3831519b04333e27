// What do several operations take, and what does a build do where nobody asks for anything else?

import { z } from "zod";
import type { BuildOptions } from "../model/build-options.ts";

const LIST = z.array(z.string());
const WORDS = "`feature`, `feature:T01`, `project/`, or globs of these";

export const TARGETS = LIST.default([]).describe(`${WORDS}; empty: everything`);
export const SOME_TARGETS = LIST.min(1).describe(WORDS);
export const TARGET = z.string().describe("`feature`, `feature:T01` or `project/`");
export const TASK = z.string().describe("address of a task, such as `products:T01`");
export const FEATURE = z.string().describe("id of a feature: the name of its folder");

/** A requirement, and how it is to be said. */
export const REQUIREMENT_WORDS = z.strictObject({
  feature: FEATURE,
  requirement: z.string().describe("its id, such as `R2`"),
  text: z.string().describe("without the id"),
});

export function optionsFor(targets: readonly string[], more: Partial<BuildOptions> = {}): BuildOptions {
  return {
    targets,
    agents: null,
    force: false,
    failFast: false,
    modelCalls: "allowed",
    budgetUsd: null,
    perHourUsd: null,
    ...more,
  };
}
