// `factory audit`: what was each session that wrote code shown, and is any of it what it must not be shown?

import { auditSessions } from "../../pipeline/history/past-sessions.ts";
import { refuseUnsound } from "../../pipeline/outcome.ts";
import { NOTHING_REMEMBERED, readSources } from "../../pipeline/reading/read.ts";
import { auditDocument, auditText } from "../../report/audit-text.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { root, packageRoot } = invocation;
  const reading = await readSources(root, packageRoot, NOTHING_REMEMBERED);
  if (!reading.ok) return invocation.refuse(reading.failure);
  const { sources } = reading.value;
  const sound = refuseUnsound(sources);
  if (!sound.ok) return invocation.refuse(sound.failure);
  const audit = await auditSessions(root, sources);
  if (!audit.ok) return invocation.refuse(audit.failure);
  if (invocation.json) invocation.printJson(auditDocument(audit.value));
  else invocation.print(auditText(audit.value, invocation.look.color));
  return audit.value.broken.length === 0 ? EXIT.done : EXIT.failed;
}
