// `factory worker`: run gates, and make drafts, for builds of other machines, until it is interrupted.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  if (!existsSync(join(invocation.root, "projects.yaml")))
    return invocation.refuse({
      reason: "usage",
      message: `there is no projects.yaml in ${invocation.root}`,
      fix: "Write one with the `store` of the builds, or name the folder that has it with -C DIR.",
    });
  const { workForFleet } = await import("../../pipeline/commands/work-for-fleet.ts");
  const worked = await workForFleet(invocation, {
    fleet: invocation.text("fleet"),
    slots: invocation.number("slots") ?? 1,
    drafts: invocation.number("drafts") ?? 0,
    name: invocation.text("name"),
  });
  return worked.ok ? EXIT.interrupted : invocation.refuse(worked.failure);
}
