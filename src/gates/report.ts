// What do the tests that a gate's command ran say of themselves? One place for all formats: where the report lies before
// the command runs, what is heard while it does, and how it is read. What it says is not judged here.

import { lstat, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Gate, ReportFormat } from "../model/project.ts";
import { type Result, success } from "../model/result.ts";
import { fileFailure, type IoFailure } from "../platform/file-failure.ts";
import type { ProcessEnd } from "../platform/process.ts";
import { LineReader } from "../platform/process-lines.ts";
import { plainText } from "../platform/process-output.ts";
import { readReport } from "../platform/process-report.ts";
import type { LineReport, TestCase } from "./test-case.ts";

export type Reported = { readonly cases: readonly TestCase[] } | { readonly trouble: string };

type Pipe = "stdout" | "stderr";

/** Reports of lines are read as they are, so they may be larger than those that have to be parsed whole. */
const LINES_BYTES = 64 * 1024 * 1024;

const REPORT = /\{\{\s*report\s*\}\}/;
/** Where something follows after a slash, the command takes it for a folder that exists. */
const REPORT_FOLDER = /\{\{\s*report\s*\}\}["']?\//;

export class GateReport {
  /** What `{{report}}` stands for: a file or a folder, which the command makes. */
  readonly path: string;
  readonly #gate: Gate;
  readonly #heard: LineReport | null;
  readonly #pipes: Readonly<Record<Pipe, LineReader>> | null;

  private constructor(gate: Gate, path: string, heard: LineReport | null) {
    this.path = path;
    this.#gate = gate;
    this.#heard = heard;
    this.#pipes =
      heard === null ? null : { stdout: listenTo("stdout", heard), stderr: listenTo("stderr", heard) };
  }

  /** A report of an earlier run must not speak for this one. */
  static async open(gate: Gate, scratch: string): Promise<Result<GateReport, IoFailure>> {
    const path = join(scratch, `${encodeURIComponent(gate.id)}.xml`);
    try {
      await mkdir(scratch, { recursive: true });
      await rm(path, { recursive: true, force: true });
      if (REPORT_FOLDER.test(gate.run)) await mkdir(path);
    } catch (error) {
      return fileFailure(path, "make a place for the report", error);
    }
    const heard = gate.report === null || REPORT.test(gate.run) ? null : await linesOf(gate.report);
    return success(new GateReport(gate, path, heard));
  }

  /** To be told all that the command says. */
  readonly hear = (bytes: Buffer, pipe: Pipe): void => this.#pipes?.[pipe].write(bytes);

  /** The end as a person would have seen it: formats for machines as the text that they carry. */
  async readable(end: ProcessEnd): Promise<ProcessEnd> {
    if (this.#gate.report !== "go") return end;
    const { goTranscript } = await import("./go-test.ts");
    return { ...end, output: goTranscript(end.output) };
  }

  /** Null where the gate declares no report, or its command did not come to its end. */
  async read({ end }: ProcessEnd): Promise<Reported | null> {
    const { report } = this.#gate;
    if (report === null || end !== "exited") return null;
    if (this.#heard !== null) {
      for (const pipe of Object.values(this.#pipes ?? {})) pipe.close();
      return told(report, this.#heard.end());
    }
    return report === "junit" ? readJUnit(this.path) : readLines(report, this.path);
  }
}

function listenTo(pipe: Pipe, heard: LineReport): LineReader {
  return new LineReader((line) => tell(heard, line, pipe));
}

/** What a progress bar drew over stands in a line of its own. */
function tell(report: LineReport, line: string, pipe: Pipe): void {
  for (const text of plainText(line).split("\n")) report.line(text, pipe);
}

/** Null for what is no report of lines. */
async function linesOf(format: ReportFormat): Promise<LineReport | null> {
  switch (format) {
    case "junit":
      return null;
    case "go":
      return new (await import("./go-test.ts")).GoTest();
    case "tap":
      return new (await import("./tap.ts")).Tap();
    case "cargo":
      return new (await import("./cargo-test.ts")).CargoTest();
  }
}

const NAMES: Readonly<Record<ReportFormat, string>> = {
  junit: "the JUnit report",
  go: "the report of `go test -json`",
  tap: "the TAP report",
  cargo: "the report of `cargo test`",
};

const MISSING = { trouble: "the command wrote no report to {{report}}" };

async function readJUnit(path: string): Promise<Reported> {
  const { parseJUnit, REPORT_BYTES } = await import("./junit.ts");
  if (await isFolder(path)) {
    const { parseJUnitFolder } = await import("./junit-folder.ts");
    return told("junit", await parseJUnitFolder(path));
  }
  const left = await readReport(path, REPORT_BYTES);
  if (left.kind === "missing") return MISSING;
  if (left.kind === "refused") return { trouble: `${NAMES.junit} ${left.why}` };
  const parsed = parseJUnit(left.text);
  return parsed.ok ? { cases: parsed.value } : { trouble: `${NAMES.junit} is refused: ${parsed.failure}` };
}

async function readLines(format: ReportFormat, path: string): Promise<Reported> {
  const left = await readReport(path, LINES_BYTES);
  if (left.kind === "missing") return MISSING;
  if (left.kind === "refused") return { trouble: `${NAMES[format]} ${left.why}` };
  const lines = await linesOf(format);
  if (lines === null) throw new Error(`bug: ${format} is read as lines`);
  for (const line of left.text.split(/\r?\n/)) tell(lines, line, "stdout");
  return told(format, lines.end());
}

/** A link to a folder is a link. */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch {
    // Whatever is in the way is told by whoever opens it.
    return false;
  }
}

function told(format: ReportFormat, read: Result<readonly TestCase[], string>): Reported {
  return read.ok ? { cases: read.value } : { trouble: `${NAMES[format]} ${read.failure}` };
}
