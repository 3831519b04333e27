// `factory audit`: what was each session that wrote code shown, and is any of it what it must not be shown?

import { validSources } from "../../pipeline/commands/valid-sources.ts";
import { auditSessions } from "../../pipeline/history/past-sessions.ts";
import { auditDocument, auditText } from "../../report/audit-text.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const sources = await validSources(invocation);
  if (!sources.ok) return invocation.refuse(sources.failure);
  const audit = await auditSessions(invocation.root, sources.value, { withTools: true });
  if (!audit.ok) return invocation.refuse(audit.failure);
  if (invocation.json) invocation.printJson(auditDocument(audit.value));
  else invocation.print(auditText(audit.value, invocation.look.color));
  return audit.value.broken.length === 0 ? EXIT.done : EXIT.failed;
}
