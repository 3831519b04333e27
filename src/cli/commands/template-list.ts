// `factory template list`: which templates are there, and which features use which version of them?

import { NOTHING_REMEMBERED, readSources } from "../../pipeline/reading/read.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const reading = await readSources(invocation.root, invocation.packageRoot, NOTHING_REMEMBERED);
  if (!reading.ok) return invocation.refuse(reading.failure);
  const templates = [...reading.value.sources.templates.values()];
  invocation.print(templates.map(({ name, version, description }) => `${name} ${version}  ${description}`));
  return EXIT.done;
}
