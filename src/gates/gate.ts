// Does a gate's command pass in this folder, and if not, what is the one line of evidence? It does not know what the
// folder holds or whose draft it is, and never looks whether the command edited something: whoever owns the tree does.

import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { type GateResult, isGateResult } from "../model/inspection.ts";
import type { Network } from "../model/network.ts";
import type { Gate } from "../model/project.ts";
import { failed, type Result, success } from "../model/result.ts";
import { childEnvironment } from "../platform/child-environment.ts";
import type { IoFailure } from "../platform/file-failure.ts";
import { namedPlaces } from "../platform/named-places.ts";
import { type ProcessEnd, runProcess } from "../platform/process.ts";
import { clipped } from "../platform/process-output.ts";
import { type Redact, redactor } from "../platform/redact.ts";
import { caseEvidence } from "./case-evidence.ts";
import { firstEvidence, lastLine, oneLine, testUnderWay } from "./evidence.ts";
import { gateCommand } from "./gate-command.ts";
import { withinTree, withoutMachine } from "./machine-paths.ts";
import { GateReport, type Reported } from "./report.ts";
import { isTestCase, type TestCase } from "./test-case.ts";

export interface GateOrder {
  readonly gate: Gate;
  /** Test files to run, where the gate takes them; empty for all that there are. */
  readonly tests: readonly string[];
  /** Folder with the tree to judge, absolute. */
  readonly dir: string;
  /** Folder of the project in it, in which the command runs; empty where that is the tree itself. */
  readonly root: string;
  /** Folder outside the tree for reports; made where it does not exist. */
  readonly scratch: string;
  /** Folders outside the tree that its repository reads, absolute. */
  readonly borrows: readonly string[];
  readonly network: Network;
  /** Variables beyond the built-in allow-list. */
  readonly env: Readonly<Record<string, string>>;
  /** Task or project, for the marker of the process. */
  readonly subject: string;
  readonly signal: AbortSignal;
}

export interface GateRun {
  readonly result: GateResult;
  /** Null where the gate declares no report, or left none that can be read. */
  readonly cases: readonly TestCase[] | null;
}

/** Whether something that was read is the run of a gate. */
export function isGateRun(said: unknown): said is GateRun {
  const { result, cases } = (said ?? {}) as Partial<Record<keyof GateRun, unknown>>;
  return isGateResult(result) && (cases === null || (Array.isArray(cases) && cases.every(isTestCase)));
}

/** What is searched for evidence; a suite that talks a lot has its cause anywhere. */
const OUTPUT_BYTES = 256 * 1024;
/** What is kept of it. */
const KEPT_BYTES = 64 * 1024;

/**
 * A cancelled run is a result that did not pass, with end `killed`. Fails where the machine has no place for its report or
 * refuses to start it: that is no word about the tree.
 */
export async function runGate(order: GateOrder): Promise<Result<GateRun, IoFailure>> {
  const { gate, dir, root, scratch, signal } = order;
  const cwd = join(dir, root);
  const opened = await GateReport.open(gate, scratch);
  if (!opened.ok) return opened;
  const report = opened.value;
  const allowed = childEnvironment({ GIT_CEILING_DIRECTORIES: dirname(dir), ...order.env }, gate.env);
  const programs = [...new Set([cwd, dir])].map((folder) => join(folder, "node_modules", ".bin"));
  const path = [...programs, allowed.PATH].filter(Boolean).join(delimiter);
  const env = { ...allowed, PATH: path };
  const ended = await runProcess({
    command: gateCommand(gate, report.path, order.tests),
    cwd,
    env,
    secrets: gate.env,
    own: [dir, scratch],
    reach: {
      stage: "gate",
      writes: [dir, scratch],
      reads: order.borrows,
      named: namedPlaces(env, gate.env, gate.run),
      network: order.network,
    },
    timeoutMs: gate.timeoutMs,
    outputLimit: OUTPUT_BYTES,
    signal,
    marker: `gate-${order.subject}-${gate.id}-${randomUUID()}`,
    onOutput: report.hear,
  });
  if (ended.end === "not-started" && existsSync(cwd)) {
    const code = /\bE[A-Z]+\b/.exec(ended.output)?.[0] ?? ended.end;
    return failed({
      ...{ reason: "io", path: cwd, operation: `start gate ${gate.id} in` },
      ...{ code, message: ended.output },
    });
  }
  const local = (text: string) => withinTree({ dir, root, scratch }, text);
  const said = await report.readable(ended);
  const end = { ...said, output: local(said.output) };
  const reported = cleaned(await report.read(ended), redactor(env, gate.env), local);
  const trouble = troubleOf(end, reported, gate);
  return success({
    result: {
      gate: gate.id,
      passed: trouble === null,
      ms: end.ms,
      evidence: trouble === null ? "" : oneLine(withoutMachine(trouble)) || "failed without output",
      output: clipped(end.output, KEPT_BYTES),
      end:
        end.end === "timeout" ? "timeout" : end.end === "exited" && end.code !== null ? "exited" : "killed",
    },
    cases: reported && "cases" in reported ? reported.cases : null,
  });
}

/** Null where nothing went wrong. A failed test counts, whatever the command's exit code says. */
function troubleOf(end: ProcessEnd, reported: Reported | null, gate: Gate): string | null {
  switch (end.end) {
    case "timeout":
      return withDetail(
        `timed out after ${gate.timeoutMs / 1000} s`,
        testUnderWay(end.output) ?? firstEvidence(end.output),
      );
    case "exceeded":
      return withDetail(end.exceeded, testUnderWay(end.output) ?? "");
    case "cancelled":
      return "cancelled";
    case "not-found":
    case "not-started":
      return `could not be started: ${end.output}`;
    case "exited":
      break;
  }
  const told = reported && "cases" in reported ? caseEvidence(reported.cases, end.output) : null;
  if (told !== null) return told;
  if (end.code !== 0)
    return firstEvidence(end.output) || howItEnded(end, reported !== null && "cases" in reported);
  return reported && "trouble" in reported ? reported.trouble : null;
}

/** Beside a report, what the tool says last is about itself, and would be taken for the cause. */
function howItEnded(end: ProcessEnd, isReported: boolean): string {
  const how = end.code === null ? `killed by ${end.signal}` : `exit code ${end.code}`;
  if (isReported) return `${how}: the report names no failed test, and the output no cause`;
  const last = lastLine(end.output);
  return last === "" ? `${how}, without output` : `${how}, without a reason: ${last}`;
}

function withDetail(fact: string, detail: string): string {
  return detail === "" ? fact : `${fact}: ${detail}`;
}

/** What a test says may hold what it was given, and the folder in which it happened to run. */
function cleaned(
  reported: Reported | null,
  redact: Redact,
  local: (text: string) => string,
): Reported | null {
  if (reported === null || "trouble" in reported) return reported;
  const clean = (text: string) => redact(local(text));
  return {
    cases: reported.cases.map((each) => ({ ...each, name: clean(each.name), message: clean(each.message) })),
  };
}
