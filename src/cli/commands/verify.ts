// `factory verify`: rebuild every project from specs and store beside it, and compare tree ids.

import { quietEnvironment } from "../../pipeline/commands/locked-build.ts";
import { verify } from "../../pipeline/line/verify.ts";
import { verifyDocument } from "../../report/json.ts";
import { verifyText } from "../../report/verify-text.ts";
import { buildOptions } from "../build-targets.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const verified = await verify(quietEnvironment(invocation), buildOptions(invocation, []));
  if (!verified.ok) return invocation.refuse(verified.failure);
  const { projects, diagnostics } = verified.value;
  const ok =
    projects.every(({ tree, rebuilt }) => tree !== null && tree === rebuilt) &&
    diagnostics.every(({ severity }) => severity !== "error");
  if (invocation.json) invocation.printJson(verifyDocument(projects, diagnostics, ok));
  else invocation.print(verifyText(projects, invocation.look.color));
  invocation.showFindings(diagnostics, "say");
  return ok ? EXIT.done : EXIT.failed;
}
