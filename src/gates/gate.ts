// Does a gate's command pass in this folder, and if not, what is the one line of evidence? It does not know what the
// folder holds or whose draft it is, and never looks whether the command edited something: whoever owns the tree does.

import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import type { GateResult } from "../model/inspection.ts";
import type { Gate } from "../model/project.ts";
import { childEnvironment } from "../platform/environment.ts";
import { type ProcessEnd, runProcess } from "../platform/process.ts";
import { clipped } from "../platform/process-output.ts";
import { readReport } from "../platform/process-report.ts";
import { type Redact, redactor } from "../platform/redact.ts";
import { caseEvidence } from "./case-evidence.ts";
import { firstEvidence, lastLine, oneLine, testUnderWay } from "./evidence.ts";
import { gateCommand } from "./gate-command.ts";
import type { TestCase } from "./junit.ts";
import { withinTree, withoutMachine } from "./machine-paths.ts";

export interface GateOrder {
  readonly gate: Gate;
  /** Folder with the tree to judge. */
  readonly dir: string;
  /** Folder outside the tree for reports; made where it does not exist. */
  readonly scratch: string;
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

/** What is searched for evidence; a suite that talks a lot has its cause anywhere. */
const OUTPUT_BYTES = 256 * 1024;
/** What is kept of it. */
const KEPT_BYTES = 64 * 1024;

/** Never rejects. A cancelled run is a result that did not pass, with end `killed`. */
export async function runGate(order: GateOrder): Promise<GateRun> {
  const { gate, dir, scratch, signal } = order;
  const report = join(scratch, `${encodeURIComponent(gate.id)}.xml`);
  const obstacle = await clear(scratch, report);
  if (obstacle !== null) {
    const said = { passed: false, evidence: oneLine(obstacle) };
    return { result: { gate: gate.id, ...said, ms: 0, output: "", end: "killed" }, cases: null };
  }
  const allowed = childEnvironment({ GIT_CEILING_DIRECTORIES: dirname(dir), ...order.env }, gate.env);
  const path = [join(dir, "node_modules", ".bin"), allowed.PATH].filter(Boolean).join(delimiter);
  const env = { ...allowed, PATH: path };
  const end = await runProcess({
    command: gateCommand(gate, report),
    cwd: dir,
    env,
    secrets: gate.env,
    own: [dir, scratch],
    timeoutMs: gate.timeoutMs,
    outputLimit: OUTPUT_BYTES,
    signal,
    marker: `gate-${order.subject}-${gate.id}-${randomUUID()}`,
  });
  const reported =
    gate.report === "junit" && end.end === "exited" ? await readCases(report, redactor(env, gate.env)) : null;
  const local = (text: string) => withinTree(dir, scratch, text);
  const trouble = troubleOf({ ...end, output: local(end.output) }, localised(reported, local), gate);
  return {
    result: {
      gate: gate.id,
      passed: trouble === null,
      ms: end.ms,
      evidence: trouble === null ? "" : oneLine(withoutMachine(trouble)) || "failed without a word",
      output: clipped(local(end.output), KEPT_BYTES),
      end:
        end.end === "timeout" ? "timeout" : end.end === "exited" && end.code !== null ? "exited" : "killed",
    },
    cases: reported && "cases" in reported ? reported.cases : null,
  };
}

/** A report of an earlier run must not speak for this one. */
async function clear(scratch: string, report: string): Promise<string | null> {
  try {
    await mkdir(scratch, { recursive: true });
    await rm(report, { recursive: true, force: true });
    return null;
  } catch (error) {
    return `no place for the report: ${(error as Error).message}`;
  }
}

type Reported = { readonly cases: readonly TestCase[] } | { readonly trouble: string };

async function readCases(path: string, redact: Redact): Promise<Reported> {
  const { parseJUnit, REPORT_BYTES } = await import("./junit.ts");
  const left = await readReport(path, REPORT_BYTES);
  if (left.kind === "missing") return { trouble: "the command wrote no report to {{report}}" };
  if (left.kind === "refused") return { trouble: `the JUnit report ${left.why}` };
  const parsed = parseJUnit(left.text);
  return parsed.ok
    ? { cases: parsed.value.map((each) => clean(each, redact)) }
    : { trouble: `the JUnit report is refused: ${parsed.failure}` };
}

/** What a test says may hold what it was given. */
function clean(each: TestCase, redact: Redact): TestCase {
  return { ...each, name: redact(each.name), message: redact(each.message) };
}

/** Null where nothing went wrong. A failed test counts, whatever the command's exit code says. */
function troubleOf(end: ProcessEnd, reported: Reported | null, gate: Gate): string | null {
  switch (end.end) {
    case "timeout":
      return withDetail(
        `timed out after ${gate.timeoutMs / 1000} s`,
        testUnderWay(end.output) ?? firstEvidence(end.output),
      );
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
  if (end.code !== 0) return firstEvidence(end.output) || howItEnded(end);
  return reported && "trouble" in reported ? reported.trouble : null;
}

function howItEnded(end: ProcessEnd): string {
  const how = end.code === null ? `killed by ${end.signal}` : `exit code ${end.code}`;
  const last = lastLine(end.output);
  return last === "" ? `${how}, without a word` : `${how}, without a word of why: ${last}`;
}

function withDetail(fact: string, detail: string): string {
  return detail === "" ? fact : `${fact}: ${detail}`;
}

function localised(reported: Reported | null, local: (text: string) => string): Reported | null {
  if (reported === null || "trouble" in reported) return reported;
  const cases = reported.cases.map((each) =>
    each.outcome === "failed" ? { ...each, name: local(each.name), message: local(each.message) } : each,
  );
  return { cases };
}
