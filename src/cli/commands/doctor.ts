// `factory doctor`: look at the machine and the workspace, and say what to do about what is not well.

import type { Diagnostic } from "../../model/diagnostic.ts";
import { asBuild, quietEnvironment } from "../../pipeline/commands/locked-build.ts";
import { callAgents } from "../../pipeline/upkeep/call-agents.ts";
import { examine } from "../../pipeline/upkeep/examine.ts";
import type { HealthFinding } from "../../pipeline/upkeep/health-finding.ts";
import { count } from "../../report/figures.ts";
import { diagnosticsDocument } from "../../report/json.ts";
import { type Line, paintAll, type Style } from "../../report/theme.ts";
import { buildOptions } from "../build-targets.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

const MARK: Readonly<Record<HealthFinding["severity"], readonly [Style, string]>> = {
  fine: ["good", "✓ "],
  warning: ["warn", "! "],
  error: ["bad", "✗ "],
};

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { root, packageRoot, writer } = quietEnvironment(invocation);
  const found = await examine({ root, packageRoot, version: writer, environment: process.env });
  const called = invocation.flag("call")
    ? await asBuild(invocation, (environment) => callAgents(environment, buildOptions(invocation, [])))
    : null;
  if (called?.ok === false) return invocation.refuse(called.failure);
  const findings = [...found, ...(called?.value ?? [])];
  if (invocation.json) {
    const facts = findings.filter(({ severity }) => severity === "fine");
    invocation.printJson({
      ...diagnosticsDocument(findings.filter(({ severity }) => severity !== "fine").map(diagnosticFrom)),
      facts: facts.map(({ subject, says }) => ({ subject, says })),
    });
  } else {
    const wanted = findings.filter(({ severity }) => severity !== "fine" || !invocation.look.quiet);
    invocation.print(paintAll(wanted.flatMap(linesOf), invocation.look.color));
  }
  const number = (severity: HealthFinding["severity"]) =>
    findings.filter((one) => one.severity === severity).length;
  invocation.say("", `${count(number("error"), "error")}, ${count(number("warning"), "warning")}`);
  return number("error") === 0 ? EXIT.done : EXIT.failed;
}

function linesOf({ severity, subject, says, fix }: HealthFinding): Line[] {
  const first: Line = [MARK[severity], ["strong", subject], `  ${says}`];
  return fix === "" ? [first] : [first, [["note", "    → "], fix]];
}

function diagnosticFrom({ severity, code, subject, says, fix, place }: HealthFinding): Diagnostic {
  return {
    severity: severity === "error" ? "error" : "warning",
    code,
    message: `${subject}: ${says}`,
    target: subject.endsWith("/") ? subject : null,
    file: place?.file ?? null,
    line: place?.line ?? null,
    column: place?.column ?? null,
    fix,
  };
}
