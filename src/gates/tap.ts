// Which tests ran, as the Test Anything Protocol tells it? Versions 12 to 14, with subtests to any depth, YAML blocks and
// directives, and groups that are named by a comment alone. Where the plan is not met, the stream was cut off.

import { failed, type Result, success } from "../model/result.ts";
import { clipped, type LineReport, MOST_TESTS, type TestCase } from "./test-case.ts";

const INDENT = 4;
const DEEPEST = 64;

interface Block {
  readonly indent: number;
  readonly at: number;
  /** Whether the message is on the line that comes next. */
  folded: boolean;
}

export class Tap implements LineReport {
  readonly #cases: TestCase[] = [];
  /** Names of the subtests that are open, by depth. */
  readonly #suites: string[] = [];
  /** Where the tests below the next point of each depth begin. */
  readonly #starts: number[] = [];
  /** Indentation of the YAML block that is open, and the point that it belongs to. */
  #block: Block | null = null;
  #planned: number | null = null;
  #points = 0;
  #group = "";
  #hasSubtests = false;
  #hasVersion = false;
  #tooMany = false;

  line(text: string, pipe: "stdout" | "stderr"): void {
    if (pipe === "stderr") return;
    const indent = text.length - text.trimStart().length;
    if (this.#block === null) this.#outside(text.trim(), indent);
    else this.#inBlock(this.#block, text.trim(), indent);
  }

  #outside(line: string, indent: number): void {
    const depth = Math.min(Math.floor(indent / INDENT), DEEPEST);
    const point = POINT.exec(line);
    const plan = /^1\.\.(\d{1,9})\b/.exec(line);
    const subtest = /^# Subtest(?:: ?(.*))?$/.exec(line);
    const bail = /^Bail out!\s*(.*)$/i.exec(line);
    if (line === "---" && this.#cases.length > 0) {
      this.#block = { indent, at: this.#cases.length - 1, folded: false };
    } else if (point !== null) this.#point(point, depth);
    else if (plan !== null)
      this.#planned = depth > 0 ? this.#planned : (this.#planned ?? 0) + Number(plan[1]);
    else if (subtest !== null) this.#open(unescaped(subtest[1] ?? ""), depth);
    else if (bail !== null) this.#add({ name: "Bail out!", outcome: "failed", message: bail[1] ?? "" }, []);
    else if (/^TAP version \d+$/.test(line)) this.#hasVersion = true;
    else if (depth === 0 && line.startsWith("# ")) this.#group = line.slice(2).trim();
  }

  end(): Result<readonly TestCase[], string> {
    if (this.#tooMany) return failed(`names more than ${MOST_TESTS} tests`);
    if (this.#points === 0 && this.#planned === null && !this.#hasVersion) return failed("is not TAP");
    const isStopped = this.#cases.some(({ outcome }) => outcome === "failed");
    if (this.#planned === null && !isStopped) return failed("has no plan, so it may have been cut off");
    if (this.#planned !== null && this.#planned !== this.#points && !isStopped)
      return failed(`plans ${this.#planned} tests and tells of ${this.#points}`);
    return success(this.#cases);
  }

  #open(name: string, depth: number): void {
    this.#hasSubtests = true;
    this.#suites.length = Math.min(this.#suites.length, depth);
    this.#suites[depth] = name;
  }

  #point([, not, rest = ""]: RegExpExecArray, depth: number): void {
    const { name, directive } = described(rest);
    // What fails below something that is still to be done is expected to.
    const first = this.#starts[depth] ?? 0;
    if (directive !== null) this.#expect(first);
    const suites = this.#suites.slice(0, depth).filter((suite) => suite !== undefined && suite !== "");
    const group = this.#hasSubtests || depth > 0 || this.#group === "" ? [] : [this.#group];
    const outcome = directive !== null ? "skipped" : not === undefined ? "passed" : "failed";
    if (depth === 0) this.#points++;
    this.#add({ name, outcome, message: "" }, [...group, ...suites]);
    this.#suites.length = Math.min(this.#suites.length, depth);
    this.#starts.length = Math.min(this.#starts.length, depth + 1);
    for (let at = 0; at <= depth; at++) this.#starts[at] ??= 0;
    this.#starts[depth] = this.#cases.length;
    this.#starts[depth + 1] = this.#cases.length;
  }

  #expect(first: number): void {
    for (let at = first; at < this.#cases.length; at++) {
      const test = this.#cases[at] as TestCase;
      if (test.outcome === "failed") this.#cases[at] = { ...test, outcome: "skipped", message: "" };
    }
  }

  #add(test: Pick<TestCase, "name" | "outcome" | "message">, places: readonly string[]): void {
    if (this.#cases.length >= MOST_TESTS) this.#tooMany = true;
    else this.#cases.push({ ...test, classname: places.join(" > "), file: null });
  }

  /** Of the diagnostics of a point that failed, what it calls its message is kept. */
  #inBlock(block: Block, line: string, indent: number): void {
    if (line === "..." && indent <= block.indent) {
      this.#block = null;
      return;
    }
    const test = this.#cases[block.at] as TestCase;
    if (test.outcome !== "failed" || test.message !== "") return;
    const said = block.folded ? line : /^(?:message|error): *(.*)$/.exec(line)?.[1];
    if (said === undefined || said === "") return;
    block.folded = /^[|>][-+\d]*$/.test(said);
    if (!block.folded) this.#cases[block.at] = { ...test, message: clipped(unquoted(said)) };
  }
}

const POINT = /^(not )?ok\b(.*)$/;

function described(rest: string): { name: string; directive: string | null } {
  const text = rest.replace(/^\s+\d+(?=\s|$)/, "").replace(/^\s+(?:-\s+|-$)?/, "");
  // A mark that the author wrote himself is escaped.
  const mark = /(?:^|[^\\])(?=#\s*(todo|skip|time\s*=)\b)/i.exec(text);
  if (mark === null) return { name: unescaped(text.trim()), directive: null };
  const name = unescaped(text.slice(0, mark.index + mark[0].length).trim());
  const kind = (mark[1] ?? "").toLowerCase();
  return { name, directive: kind.startsWith("time") ? null : kind };
}

function unescaped(text: string): string {
  return text.replace(/\\([\\#])/g, "$1");
}

function unquoted(text: string): string {
  const quoted = /^'(.*)'$/.exec(text) ?? /^"(.*)"$/.exec(text);
  return quoted?.[1] ?? text;
}
