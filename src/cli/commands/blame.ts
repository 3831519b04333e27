// `factory blame PROJECT/PATH[:LINE]`: from code to the task, the requirement, the spec, the agent and the cost.

import { quietEnvironment } from "../../pipeline/commands/locked-build.ts";
import { blame } from "../../pipeline/history/blame-file.ts";
import { codeAddress } from "../../pipeline/history/code-address.ts";
import { readWhole } from "../../pipeline/reading/read-whole.ts";
import { blameDocument, blameText } from "../../report/blame-text.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { root, packageRoot, writer } = quietEnvironment(invocation);
  // Specs that are not sound stop nothing here: what can be read of them is told.
  const reading = await readWhole({ root, packageRoot, writer });
  if (!reading.ok) return invocation.refuse(reading.failure);
  const { sources } = reading.value;
  const { directory } = invocation;
  const address = codeAddress(invocation.argument(0) ?? "", {
    root,
    directory,
    projects: sources.workspace.projects,
  });
  if (!address.ok) return invocation.refuse(address.failure);
  const told = await blame(sources, address.value);
  if (!told.ok) return invocation.refuse(told.failure);
  if (invocation.json) invocation.printJson(blameDocument(told.value));
  else invocation.print(blameText(told.value, invocation.look.color));
  return EXIT.done;
}
