// Which tests ran, as the tools of Go, Rust and TAP tell it line by line? The texts are what real tools printed.

import { describe, expect, it } from "vitest";
import { CargoTest } from "../../src/gates/cargo-test.ts";
import { GoTest, goTranscript } from "../../src/gates/go-test.ts";
import { Tap } from "../../src/gates/tap.ts";
import type { LineReport } from "../../src/gates/test-case.ts";

/** `outcome name: message`, with the places before the name where there are any; or what is wrong with the report. */
function told(report: LineReport, stdout: string, stderr = ""): readonly string[] | string {
  for (const line of stdout.split("\n")) report.line(line, "stdout");
  for (const line of stderr.split("\n")) report.line(line, "stderr");
  const read = report.end();
  if (!read.ok) return read.failure;
  return read.value.map(({ outcome, classname, name, message }) => {
    const full = classname === "" ? name : `${classname} | ${name}`;
    return `${outcome} ${full}${message === "" ? "" : `: ${message}`}`;
  });
}

const events = (...all: readonly object[]) =>
  all.map((event) => JSON.stringify({ Time: "2026-11-28T21:19:35Z", ...event })).join("\n");

describe("go test -json", () => {
  const said = (test: string, output: string) => ({
    Action: "output",
    Package: "app",
    Test: test,
    Output: output,
  });
  const ended = (action: string, test: string) => ({ Action: action, Package: "app", Test: test });

  it("tells tests and subtests by their names, with the place and words of a failure", () => {
    const text = events(
      ended("run", "TestBills_T01_A1"),
      said("TestBills_T01_A1", "no end of line--- PASS: TestBills_T01_A1 (0.00s)\n"),
      ended("pass", "TestBills_T01_A1"),
      ended("run", "TestX"),
      ended("run", "TestX/[bills:T01.A2]_reads"),
      said("TestX/[bills:T01.A2]_reads", "=== RUN   TestX/[bills:T01.A2]_reads\n"),
      said("TestX/[bills:T01.A2]_reads", "connecting\n"),
      said("TestX/[bills:T01.A2]_reads", "    price_test.go:6: got 7, want 5\n"),
      said("TestX/[bills:T01.A2]_reads", "    --- FAIL: TestX/[bills:T01.A2]_reads (0.00s)\n"),
      ended("fail", "TestX/[bills:T01.A2]_reads"),
      ended("skip", "TestX/later"),
      ended("fail", "TestX"),
      { Action: "fail", Package: "app" },
      { Action: "skip", Package: "app/none" },
    );
    expect(told(new GoTest(), text)).toEqual([
      "passed app | TestBills_T01_A1",
      "failed app | TestX/[bills:T01.A2]_reads: price_test.go:6: got 7, want 5",
      "skipped app | TestX/later",
      "failed app | TestX",
    ]);
  });

  it("tells of panics, and of tests that a package left without an end", () => {
    const text = events(
      ended("run", "TestPanic"),
      said("TestPanic", "panic: assignment to entry in nil map [recovered]\n"),
      said("TestPanic", "\tpanic: assignment to entry in nil map\n"),
      ended("fail", "TestPanic"),
      ended("run", "TestSlow"),
      { Action: "fail", Package: "app" },
      { Action: "run", Package: "cut", Test: "TestOff" },
    );
    expect(told(new GoTest(), text)).toEqual([
      "failed app | TestPanic: panic: assignment to entry in nil map",
      "failed app | TestSlow: it did not end",
      "failed cut | TestOff: it did not end",
    ]);
  });

  it("joins the lines of an assertion that begins with its place alone", () => {
    const text = events(
      said("TestX", "    a_test.go:9: \n"),
      said("TestX", "        \tError:      \tNot equal: \n"),
      said("TestX", "        \t            \texpected: 5\n"),
      ended("fail", "TestX"),
    );
    expect(told(new GoTest(), text)).toEqual([
      "failed app | TestX: a_test.go:9: Error: Not equal: expected: 5",
    ]);
  });

  it("fails a package that cannot be built with what the compiler says of it, by whatever road", () => {
    const words = "sub/sub_test.go:3:30: undefined: undefinedThing";
    const failedWith = [`failed app/sub: ${words}`];
    const old = told(new GoTest(), "FAIL\tapp/sub [build failed]", `# app/sub [app/sub.test]\n${words}`);
    expect(old).toEqual(failedWith);
    const path = "app/sub [app/sub.test]";
    const now = events(
      { Action: "build-output", ImportPath: path, Output: `# ${path}\n` },
      { Action: "build-output", ImportPath: path, Output: `${words}\n` },
      { Action: "build-fail", ImportPath: path },
      { Action: "output", Package: "app/sub", Output: "FAIL\tapp/sub [build failed]\n" },
      { Action: "fail", Package: "app/sub", FailedBuild: path },
    );
    expect(told(new GoTest(), now)).toEqual(failedWith);
    // What is broken is in another package, which has no tests.
    expect(told(new GoTest(), "FAIL\tapp/uses [build failed]", `# app/sub\n${words}`)).toEqual([
      `failed app/uses: ${words}`,
    ]);
  });

  it("reads events behind text that has no end of line, and passes over everything else", () => {
    const text = `go: downloading x\ntrace: ${events(ended("pass", "TestA"))}\n{"Time":"cut\n{"Action":7}\nnull`;
    expect(told(new GoTest(), text)).toEqual(["passed app | TestA"]);
    expect(told(new GoTest(), "ok  \tapp\t0.005s")).toBe("holds no event of `go test -json`");
  });

  it("reads as text for people", () => {
    const text = events(said("TestA", "no end "), said("TestA", "of line\n"), ended("pass", "TestA"));
    expect(goTranscript(`# app\n${text}\n{"Time":"cut`)).toBe("# app\nno end of line\n");
  });
});

describe("TAP", () => {
  it("tells tests below their subtests, with the message of a failure", () => {
    const text = `TAP version 13
# hello from a test
# Subtest: [bills:T01.A1] suite
    # Subtest: reads \\# a
    ok 1 - reads \\# a
      ---
      duration_ms: 2.7
      ...
    # Subtest: bad
    not ok 2 - bad
      ---
      failureType: 'testCodeFailure'
      error: 'one is two'
      stack: |-
        not ok 9 - a frame
      ...
    # Subtest: sk
    ok 3 - sk # SKIP not here
    # Subtest: td
        # Subtest: below
        not ok 1 - below
        1..1
    not ok 4 - td # TODO
    1..4
not ok 1 - [bills:T01.A1] suite
  ---
  error: |-
    1 subtest failed
  ...
# Subtest: after
ok 2 - after # time=3ms
1..2
# tests 6`;
    expect(told(new Tap(), text)).toEqual([
      "passed [bills:T01.A1] suite | reads # a",
      "failed [bills:T01.A1] suite | bad: one is two",
      "skipped [bills:T01.A1] suite | sk",
      "skipped [bills:T01.A1] suite > td | below",
      "skipped [bills:T01.A1] suite | td",
      "failed [bills:T01.A1] suite: 1 subtest failed",
      "passed after",
    ]);
  });

  it("takes a comment for the name of its group where there are no subtests, and adds up plans", () => {
    const text =
      "TAP version 13\n# [bills:T01.A1] reads\nok 1 should be equal\nok 2\n1..2\n# pass 2\n1..1\nok 1 x";
    expect(told(new Tap(), text)).toEqual([
      "passed [bills:T01.A1] reads | should be equal",
      "passed [bills:T01.A1] reads | ",
      "passed pass 2 | x",
    ]);
  });

  it("is refused where it was cut off, and stops where it bails out", () => {
    expect(told(new Tap(), "ok 1 - a\nok 2 - b")).toBe("has no plan, so it may have been cut off");
    expect(told(new Tap(), "1..3\nok 1 - a")).toBe("plans 3 tests and tells of 1");
    expect(told(new Tap(), "1..1\nok 1 - a\n  ---\n  open: yes\n1..2")).toEqual(["passed a"]);
    expect(told(new Tap(), "hello")).toBe("is not TAP");
    expect(told(new Tap(), "okay, let us go\nnot okay\n")).toBe("is not TAP");
    expect(told(new Tap(), "TAP version 14\n1..0 # SKIP nothing")).toEqual([]);
    expect(told(new Tap(), "1..3\nok 1 - a\nBail out! no database")).toEqual([
      "passed a",
      "failed Bail out!: no database",
    ]);
  });
});

describe("cargo test", () => {
  it("tells the tests of every binary and of documents, with the words of a panic", () => {
    const text = `
running 4 tests
test tests::later ... ignored, later
test tests::bills_t01_a1_adds ... ok
test tests::panics - should panic ... ok
test tests::bills_t01_a2 ... FAILED

failures:

---- tests::bills_t01_a2 stdout ----
test tests::forged ... ok

thread 'tests::bills_t01_a2' (26229) panicked at src/lib.rs:11:50:
assertion \`left == right\` failed
  left: 3
 right: 4
note: run with \`RUST_BACKTRACE=1\`


failures:
    tests::bills_t01_a2

test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.07s

running 1 test
test src/lib.rs - add (line 2) ... ok <0.120s>

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.12s
`;
    expect(told(new CargoTest(), text)).toEqual([
      "skipped tests::later",
      "passed tests::bills_t01_a1_adds",
      "passed tests::panics - should panic",
      "failed tests::bills_t01_a2: assertion `left == right` failed left: 3 right: 4 (src/lib.rs:11:50)",
      "passed src/lib.rs - add (line 2)",
    ]);
  });

  it("finds results among what tests print", () => {
    const together =
      "running 2 tests\nhi\ntest a ... ok\nno end of linetest b ... FAILED\ntest result: FAILED.";
    expect(told(new CargoTest(), together)).toEqual(["passed a", "failed b"]);
    const single =
      "running 3 tests\ntest a ... hi there\nok\ntest b ... no end of lineFAILED\ntest c ... what?\ntest result: FAILED.";
    expect(told(new CargoTest(), single)).toEqual(["passed a", "failed b", "skipped c"]);
    expect(
      told(new CargoTest(), "running 1 test\ntest a ... ok\ntest result: FAILED. 0 passed; 1 failed"),
    ).toEqual(["passed a", "failed cargo test"]);
  });

  it("reads the words of a panic as older compilers print them, and the error that a test returned", () => {
    const section = (said: string) =>
      `running 1 test\ntest a ... FAILED\nfailures:\n---- a stdout ----\n${said}\n\nfailures:\n    a\ntest result: FAILED.`;
    expect(told(new CargoTest(), section("thread 'a' panicked at 'boom', src/lib.rs:3:5"))).toEqual([
      "failed a: boom (src/lib.rs:3:5)",
    ]);
    expect(told(new CargoTest(), section('Error: "no file"'))).toEqual(['failed a: Error: "no file"']);
  });

  it("is refused where a program left before its result, and where names are left out", () => {
    const cut = "was cut off: a test program ended before it reported its result";
    expect(told(new CargoTest(), "running 2 tests\ntest a ... ok")).toBe(cut);
    expect(told(new CargoTest(), "running 1 test\nrunning 1 test\ntest a ... ok\ntest result: ok.")).toBe(
      cut,
    );
    expect(told(new CargoTest(), "running 2 tests\n..\ntest result: ok.")).toContain("leave out --quiet");
    expect(told(new CargoTest(), "   Compiling app")).toBe("holds no result of `cargo test`");
    expect(told(new CargoTest(), "running 0 tests\n\ntest result: ok.")).toEqual([]);
  });

  it("tells what nextest says on stderr, the last try of each test", () => {
    const text = `    Starting 4 tests across 1 binary
        PASS [   0.004s] (1/5) app tests::bills_t01_a1
  TRY 1 FAIL [   0.005s] app::money tests::flaky
  TRY 2 PASS [   0.004s] app::money tests::flaky
        FAIL [   0.005s] app tests::bad
--- STDOUT:              app tests::bad ---
    running 1 test
    test tests::bad ... FAILED
    thread 'tests::bad' panicked at src/lib.rs:9:5:
    no way

        SKIP [         ] app tests::later
        SLOW [> 60.000s] app tests::long
     TIMEOUT [ 120.0s] app tests::long
     Summary [   0.006s] 4 tests run: 2 passed, 2 failed, 1 skipped
        FAIL [   0.005s] app tests::bad`;
    expect(told(new CargoTest(), "", text)).toEqual([
      "passed app | tests::bills_t01_a1",
      "passed app::money | tests::flaky",
      "failed app | tests::bad: no way (src/lib.rs:9:5)",
      "skipped app | tests::later",
      "failed app | tests::long: timeout",
    ]);
  });
});
