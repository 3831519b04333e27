// Which tests ran, as `cargo test` tells it? The lines of libtest, of any number of binaries and of doc tests, also with
// what tests print between them; and those of nextest, which speaks on stderr.

import { failed, type Result, success } from "../model/result.ts";
import { clipped, type LineReport, MOST_TESTS, type TestCase } from "./test-case.ts";

type Outcome = TestCase["outcome"];

/** Lines of a failed test's output that are looked through for its reason. */
const KEPT_LINES = 400;

export class CargoTest implements LineReport {
  readonly #cases: TestCase[] = [];
  /** By binary and name, since nextest repeats what failed and tries again what may be flaky. */
  readonly #tried = new Map<string, TestCase>();
  /** What panics said on stderr, by the thread, which has the name of its test. */
  readonly #panics = new Map<string, string[]>();
  #panic: string[] = [];
  /** What the tests of the open binary that failed said. */
  #said = new Map<string, string[]>();
  /** Where the tests of the open binary begin. */
  #first = 0;
  /** A test whose output is told before its end. */
  #pending: { readonly name: string; last: string } | null = null;
  #saying: string[] | null = null;
  #isOpen = false;
  #wasCutOff = false;
  #announced = 0;
  #hasResults = false;
  #tooMany = false;

  line(text: string, pipe: "stdout" | "stderr"): void {
    if (this.#nextest(text)) return;
    const running = /^running (\d{1,9}) tests?$/.exec(text);
    if (pipe === "stderr") this.#panicked(text);
    else if (running !== null) this.#begin(Number(running[1]));
    else if (/^test result: /.test(text)) this.#finish(text);
    else if (this.#isOpen) this.#inside(text);
  }

  end(): Result<readonly TestCase[], string> {
    if (this.#tooMany) return failed(`names more than ${MOST_TESTS} tests`);
    if (this.#isOpen) {
      this.#wasCutOff = true;
      this.#finish(null);
    }
    const nextest = [...this.#tried.values()].map((test) => this.#withPanic(test));
    if (nextest.length > 0) return success([...nextest, ...this.#cases]);
    const hasFailed = this.#cases.some(({ outcome }) => outcome === "failed");
    if (!hasFailed && this.#wasCutOff)
      return failed("was cut off: a test program ended before it reported its result");
    if (this.#announced > 0 && this.#cases.length === 0)
      return failed("counts tests and names none: leave out --quiet");
    if (!this.#hasResults) return failed("holds no result of `cargo test`");
    return success(this.#cases);
  }

  #begin(count: number): void {
    // The program before never told its result: it left in the middle.
    if (this.#isOpen) this.#wasCutOff = true;
    this.#announced += count;
    this.#isOpen = true;
    this.#pending = null;
    this.#saying = null;
    this.#said = new Map();
    this.#first = this.#cases.length;
  }

  /** `result` is null where the program never told it. */
  #finish(result: string | null): void {
    this.#settlePending();
    const own = this.#cases.slice(this.#first);
    if (result?.startsWith("test result: FAILED") && own.every(({ outcome }) => outcome !== "failed"))
      this.#settle("cargo test", "failed");
    for (let at = this.#first; at < this.#cases.length; at++) {
      const test = this.#cases[at] as TestCase;
      const said = this.#said.get(test.name);
      if (test.outcome === "failed" && said !== undefined)
        this.#cases[at] = { ...test, message: clipped(reasonIn(said)) };
    }
    this.#hasResults = true;
    this.#isOpen = false;
  }

  #inside(text: string): void {
    const heading = /^---- (.+) std(?:out|err) ----$/.exec(text);
    if (heading !== null) {
      this.#settlePending();
      this.#saying = [];
      if (this.#said.size < MOST_TESTS) this.#said.set(heading[1] as string, this.#saying);
      return;
    }
    if (text === "failures:") {
      this.#settlePending();
      this.#saying = null;
    }
    if (this.#saying !== null) {
      if (this.#saying.length < KEPT_LINES) this.#saying.push(clipped(text));
      return;
    }
    const ended = resultIn(text);
    if (this.#pending !== null && ended !== null) {
      this.#settle(this.#pending.name, ended);
      return;
    }
    const test =
      /^test (.+?) \.\.\. ?(.*)$/.exec(text) ?? /test (\S+) \.\.\. (ok|FAILED|ignored(?:, .*)?)$/.exec(text);
    if (test === null) {
      if (this.#pending !== null && text !== "") this.#pending.last = text;
      return;
    }
    this.#settlePending();
    const [, name = "", rest = ""] = test;
    const outcome = resultIn(rest);
    if (outcome === null) this.#pending = { name, last: rest };
    else this.#settle(name, outcome);
  }

  /** What a test prints without an end of line stands before its result. */
  #settlePending(): void {
    if (this.#pending === null) return;
    const { name, last } = this.#pending;
    this.#settle(name, last.endsWith("FAILED") ? "failed" : last.endsWith("ok") ? "passed" : "skipped");
  }

  #settle(name: string, outcome: Outcome): void {
    this.#pending = null;
    if (this.#cases.length >= MOST_TESTS) this.#tooMany = true;
    else this.#cases.push({ name, classname: "", file: null, outcome, message: "" });
  }

  /** nextest shows what a failed test said, and names it only in the words of its panic. */
  #panicked(text: string): void {
    const name = /^\s*thread '(.+?)' .*\bpanicked at\b/.exec(text)?.[1];
    if (name === undefined) {
      if (this.#panic.length > 0 && this.#panic.length < KEPT_LINES) this.#panic.push(clipped(text.trim()));
      return;
    }
    this.#panic = [clipped(text.trim())];
    if (this.#panics.size < MOST_TESTS) this.#panics.set(name, this.#panic);
  }

  #withPanic(test: TestCase): TestCase {
    const said = test.outcome === "failed" ? this.#panics.get(test.name) : undefined;
    return said === undefined ? test : { ...test, message: clipped(reasonIn(said)) };
  }

  #nextest(text: string): boolean {
    const line = NEXTEST.exec(text);
    if (line === null) return false;
    const [, word = "", binary = "", name = ""] = line;
    const outcome = NEXTEST_OUTCOMES.find(([words]) => words.test(word))?.[1];
    if (outcome === undefined) return true;
    const message = outcome === "failed" ? word.toLowerCase() : "";
    const key = `${binary} ${name}`;
    if (this.#tried.size >= MOST_TESTS && !this.#tried.has(key)) this.#tooMany = true;
    else this.#tried.set(key, { name, classname: binary, file: null, outcome, message });
    return true;
  }
}

/** Such as `PASS [   0.004s] (1/3) app::money tests::adds`, or `TRY 2 FAIL [ … ] app tests::adds`. */
const NEXTEST =
  /^\s*((?:TRY \d+ )?(?:PASS|FAIL|LEAK|LEAK-FAIL|FLAKY \d+\/\d+|SKIP|TIMEOUT|TMT|ABORT|SIG[A-Z]+|XFAIL|EXECFAIL))\s+\[[^\]]*\]\s+(?:\([^)]*\)\s+)?(\S+)\s+(\S.*)$/;

const NEXTEST_OUTCOMES: readonly (readonly [RegExp, Outcome])[] = [
  [/(?:^|\s)(?:PASS|LEAK|FLAKY \d+\/\d+)$/, "passed"],
  [/^SKIP$/, "skipped"],
  [/./, "failed"],
];

function resultIn(text: string): Outcome | null {
  const result = /^(ok|FAILED)(?: <[^>]*>)?$|^(ignored)(?:,.*)?$|^(bench): /.exec(text);
  if (result === null) return null;
  return result[1] === "FAILED" ? "failed" : result[1] === "ok" ? "passed" : "skipped";
}

/** The words of the panic with their place, or of the error that the test returned. */
function reasonIn(said: readonly string[]): string {
  const at = said.findIndex((line) => /\bpanicked at\b/.test(line));
  if (at < 0)
    return (said.find((line) => /^Error: /.test(line)) ?? said.find((line) => line !== "") ?? "").trim();
  const line = said[at] as string;
  // Before Rust 1.73 the words stood in the same line.
  const old = /panicked at '(.*)', (\S+)$/.exec(line);
  if (old !== null) return `${old[1]} (${old[2]})`;
  const place = /panicked at (\S+?):?$/.exec(line)?.[1] ?? "";
  const rest = said.slice(at + 1);
  const stop = rest.findIndex((one) => one === "" || /^(?:stack backtrace:|note: )/.test(one));
  const words = rest.slice(0, stop < 0 ? undefined : stop).slice(0, 6);
  return `${words.map((one) => one.trim()).join(" ")}${place === "" ? "" : ` (${place})`}`.trim();
}
