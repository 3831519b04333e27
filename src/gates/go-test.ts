// Which tests ran, as `go test -json` tells it? Events of one line each, with anything between them: what the compiler
// says stands beside them as text (or, since Go 1.24, as events of its own) and names the package that it is about.

import { failed, type Result, success } from "../model/result.ts";
import { clipped, type LineReport, MOST_TESTS, type TestCase } from "./test-case.ts";

interface GoEvent {
  readonly Action: string;
  readonly Package?: string;
  readonly Test?: string;
  readonly Output?: string;
  readonly ImportPath?: string;
}

/** Output kept of one test or package, in lines; the first ones tell what went wrong. */
const KEPT_LINES = 200;

export class GoTest implements LineReport {
  readonly #cases: TestCase[] = [];
  /** What tests said that have not ended, by package and then by name. */
  readonly #running = new Map<string, Map<string, string[]>>();
  /** What packages said outside of tests, and what the compiler said of them. */
  readonly #said = new Map<string, string[]>();
  /** Packages that failed, in order. Why is known at the end: the compiler speaks through another pipe. */
  readonly #broken = new Set<string>();
  readonly #failing = new Set<string>();
  #compiled: string | null = null;
  #heard = false;
  #tooMany = false;

  line(text: string, pipe: "stdout" | "stderr"): void {
    const event = pipe === "stdout" ? eventIn(text) : null;
    if (event === null) this.#plain(text);
    else {
      this.#heard = true;
      this.#event(event);
    }
  }

  end(): Result<readonly TestCase[], string> {
    if (this.#tooMany) return failed(`names more than ${MOST_TESTS} tests`);
    if (!this.#heard && this.#broken.size === 0) return failed("holds no event of `go test -json`");
    // A package that never ended was cut off: what it was at has failed.
    for (const name of [...this.#running.keys()]) this.#leave(name, "failed");
    const packages = [...this.#broken].filter((name) => !this.#failing.has(name));
    return success([...packages.map((name) => this.#package(name)), ...this.#cases]);
  }

  #event(event: GoEvent): void {
    const { Action: action, Package: name = "", Test: test, Output: output = "" } = event;
    if (action === "build-output") this.#note(packageOf(event.ImportPath ?? ""), output);
    else if (test !== undefined) this.#ofTest(action, name, test, output);
    else if (action === "output") this.#note(name, output);
    else if (action === "fail") {
      this.#leave(name, "failed");
      this.#broken.add(name);
    } else if (action === "pass" || action === "skip") this.#leave(name, "skipped");
  }

  #ofTest(action: string, name: string, test: string, output: string): void {
    const running = this.#running.get(name) ?? new Map<string, string[]>();
    this.#running.set(name, running);
    const said = running.get(test) ?? [];
    if (action === "output") keep(said, output);
    if (action === "pass" || action === "fail" || action === "skip") {
      running.delete(test);
      const outcome = ({ pass: "passed", fail: "failed", skip: "skipped" } as const)[action];
      this.#add(name, test, outcome, outcome === "failed" ? reasonIn(said) : "");
    } else if (running.size < MOST_TESTS) running.set(test, said);
    else this.#tooMany = true;
  }

  /** The package is done, and these of its tests never said how they ended. */
  #leave(name: string, outcome: "failed" | "skipped"): void {
    const running = [...(this.#running.get(name) ?? [])];
    this.#running.delete(name);
    for (const [test, said] of running) {
      this.#add(name, test, outcome, outcome === "failed" ? reasonIn(said) || "it did not end" : "");
    }
  }

  #add(classname: string, name: string, outcome: TestCase["outcome"], message: string): void {
    if (this.#cases.length >= MOST_TESTS) this.#tooMany = true;
    else this.#cases.push({ name, classname, file: null, outcome, message: clipped(message) });
    if (outcome === "failed") this.#failing.add(classname);
  }

  /** What is no event: the compiler's words, and before Go 1.20 the end of a package that could not be built. */
  #plain(text: string): void {
    const head = /^# (\S+)(?: \[\S+\])?$/.exec(text);
    if (head !== null) this.#compiled = head[1] ?? null;
    else {
      const end = /^FAIL\t(\S+)(?: \[(?:build|setup) failed\]|\t)/.exec(text);
      if (end?.[1] !== undefined) this.#broken.add(end[1]);
      else if (this.#compiled !== null) this.#note(this.#compiled, text);
    }
  }

  #note(name: string, text: string): void {
    const said = this.#said.get(name) ?? [];
    if (this.#said.size < MOST_TESTS) this.#said.set(name, said);
    keep(said, text);
  }

  #package(name: string): TestCase {
    // A package may fail for what the compiler says of one that it imports.
    const own = reasonIn(this.#said.get(name) ?? []);
    const other = [...this.#said].filter(([one]) => !this.#failing.has(one)).map(([, said]) => placeIn(said));
    const message = own || other.find((found) => found !== "") || "";
    return { name, classname: "", file: null, outcome: "failed", message: clipped(message) };
  }
}

/** What a person would have seen: the output that the events carry, and the text between them. */
export function goTranscript(output: string): string {
  const lines = output.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const told = lines.map((line) => {
    const event = eventIn(line);
    if (event !== null) return event.Output ?? "";
    // Of an event that was cut in two nothing can be read.
    return /^\{"(?:Time|ImportPath|Action)":/.test(line) ? "" : `${line}\n`;
  });
  return told.join("");
}

/** Text without an end of line may stand before an event. */
function eventIn(line: string): GoEvent | null {
  const start = line.search(/\{"(?:Time|ImportPath|Action)":/);
  if (start < 0) return null;
  try {
    const event: unknown = JSON.parse(line.slice(start));
    return isEvent(event) ? event : null;
  } catch {
    return null;
  }
}

function isEvent(value: unknown): value is GoEvent {
  if (typeof value !== "object" || value === null) return false;
  const { Action, ...fields } = value as Readonly<Record<string, unknown>>;
  const texts = ["Package", "Test", "Output", "ImportPath"].map((key) => fields[key]);
  return typeof Action === "string" && texts.every((text) => text === undefined || typeof text === "string");
}

/** `app/sub [app/sub.test]` is built for the tests of `app/sub`. */
function packageOf(importPath: string): string {
  return importPath.split(" ")[0] ?? "";
}

function keep(said: string[], output: string): void {
  if (said.length < KEPT_LINES && output.trim() !== "") said.push(clipped(output.replace(/\n$/, "")));
}

const PLACE = /(?:^|\s)[\w@./-]+\.go:\d+(?::\d+)?:/;
const CHATTER =
  /^\s*(?:=== (?:RUN|PAUSE|CONT|NAME)\b|--- (?:PASS|FAIL|SKIP):|(?:FAIL|ok|PASS)(?:\s|$)|exit status \d|# )/;

/** The first words with a place in a source, or of a panic, on one line; else the last that were said. */
function reasonIn(said: readonly string[]): string {
  const telling = said.filter((line) => !CHATTER.test(line));
  const at = telling.findIndex((line) => PLACE.test(line) || /^\s*panic:/.test(line));
  if (at < 0) return telling.at(-1)?.trim() ?? "";
  const first = (telling[at] as string).trim();
  if (first.startsWith("panic:")) return first.replace(/ \[recovered\]$/, "");
  const rest = telling.slice(at + 1).findIndex((line) => PLACE.test(line) || /^\S/.test(line));
  const more = telling.slice(at + 1, rest < 0 ? undefined : at + 1 + rest).slice(0, 4);
  return [first, ...more.map((line) => line.trim().replace(/\s+/g, " "))].join(" ");
}

function placeIn(said: readonly string[]): string {
  return said.find((line) => PLACE.test(line))?.trim() ?? "";
}
