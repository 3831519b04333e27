// Does a gate's command pass in this folder, and if not, what is the one line of evidence? It does not know what the
// folder holds or whose draft it is, and never looks whether the command edited something: whoever owns the tree does.

import { randomUUID } from "node:crypto";
import { delimiter, dirname, join } from "node:path";
import type { GateResult } from "../model/inspection.ts";
import type { Gate } from "../model/project.ts";
import { childEnvironment } from "../platform/environment.ts";
import { type ProcessEnd, runProcess } from "../platform/process.ts";
import { fillIn } from "../platform/process-shell.ts";
import { firstEvidence, oneLine } from "./evidence.ts";
import { GateReport, type Reported } from "./report.ts";
import type { TestCase } from "./test-case.ts";

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

const OUTPUT_BYTES = 64 * 1024;

/** Never rejects. A cancelled run is a result that did not pass, with end `killed`. */
export async function runGate(order: GateOrder): Promise<GateRun> {
  const { gate, dir, scratch, signal } = order;
  const opened = await GateReport.open(gate, scratch);
  if (!opened.ok) {
    const said = { passed: false, evidence: oneLine(opened.failure) };
    return { result: { gate: gate.id, ...said, ms: 0, output: "", end: "killed" }, cases: null };
  }
  const report = opened.value;
  const env = childEnvironment({ GIT_CEILING_DIRECTORIES: dirname(dir), ...order.env }, []);
  const ended = await runProcess({
    command: fillIn(gate.run, { report: report.path }),
    cwd: dir,
    env: { ...env, PATH: [join(dir, "node_modules", ".bin"), env.PATH].filter(Boolean).join(delimiter) },
    timeoutMs: gate.timeoutMs,
    outputLimit: OUTPUT_BYTES,
    signal,
    marker: `gate-${order.subject}-${gate.id}-${randomUUID()}`,
    onOutput: report.hear,
  });
  const reported = await report.read(ended);
  const end = await report.readable(ended);
  const trouble = troubleOf(end, reported, gate);
  return {
    result: {
      gate: gate.id,
      passed: trouble === null,
      ms: end.ms,
      evidence: trouble === null ? "" : oneLine(within(dir, trouble)) || "failed without a word",
      output: within(dir, end.output),
      end:
        end.end === "timeout" ? "timeout" : end.end === "exited" && end.code !== null ? "exited" : "killed",
    },
    cases: reported && "cases" in reported ? reported.cases : null,
  };
}

/** What went wrong first; null where nothing did. A failed test counts, whatever the command's exit code says. */
function troubleOf(end: ProcessEnd, reported: Reported | null, gate: Gate): string | null {
  switch (end.end) {
    case "timeout":
      return withDetail(`timed out after ${gate.timeoutMs / 1000} s`, firstEvidence(end.output));
    case "cancelled":
      return "cancelled";
    case "not-found":
    case "not-started":
      return `could not be started: ${end.output}`;
    case "exited":
      break;
  }
  const test = reported && "cases" in reported && reported.cases.find((each) => each.outcome === "failed");
  if (test) return withDetail(test.name, test.message.trim().split("\n")[0] ?? "");
  if (end.code !== 0) {
    const how = end.code === null ? `killed by ${end.signal}` : `exit code ${end.code}`;
    return firstEvidence(end.output) || `${how}, without a word`;
  }
  return reported && "trouble" in reported ? reported.trouble : null;
}

function withDetail(fact: string, detail: string): string {
  return detail === "" ? fact : `${fact}: ${detail}`;
}

/** Evidence enters windows, so it must not name the folder in which the gate happened to run. */
function within(dir: string, text: string): string {
  return text.replaceAll(`${dir}/`, "").replaceAll(dir, ".");
}
