// `factory doctor`: look at the machine and the workspace, and say what to do about what is not well.

import type { Diagnostic } from "../../model/diagnostic.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { asBuild, quietEnvironment } from "../../pipeline/commands/locked-build.ts";
import { fleetFor, versionOf } from "../../pipeline/run/open-stages.ts";
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
  const isFleet = invocation.flag("fleet") || invocation.text("fleet") !== null;
  const fleet = isFleet ? await examinedFleet(invocation) : success([]);
  if (!fleet.ok) return invocation.refuse(fleet.failure);
  const findings = [...found, ...(called?.value ?? []), ...fleet.value];
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

async function examinedFleet(invocation: Invocation): Promise<Result<readonly HealthFinding[]>> {
  const [{ declaredWorkspace }, { examineFleet }] = await Promise.all([
    import("../../pipeline/reading/declared-projects.ts"),
    import("../../pipeline/upkeep/examine-fleet.ts"),
  ]);
  const workspace = await declaredWorkspace(invocation.root);
  if (!workspace.ok) return workspace;
  const { store } = workspace.value;
  const declaration = fleetFor(workspace.value, buildOptions(invocation, []));
  if (declaration === null || store === undefined)
    return failed({
      reason: "usage",
      message: `no ${declaration === null ? "fleet" : "store"} is declared in projects.yaml`,
      fix: "Add `store: {url: …}` and `fleet: {url: …}` (`factory help fleet`), or leave --fleet out.",
    });
  return success(
    await examineFleet({
      declaration,
      store,
      agents: workspace.value.agents,
      version: versionOf(invocation.writer),
    }),
  );
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
