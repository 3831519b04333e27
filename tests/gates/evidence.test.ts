// Which line of an output says what went wrong first?

import { expect, it } from "vitest";
import { firstEvidence } from "../../src/gates/evidence.ts";

it.each([
  [
    "the first error of a compiler",
    "> app@1.0.0 check\n> tsc\n\nsrc/a.ts:1:14 - error TS2322: no number\n\nFound 1 error",
    "src/a.ts:1:14 - error TS2322: no number",
  ],
  [
    "the first finding of a linter, behind its warnings",
    "biome.json:1:11 deserialize DEPRECATED ━━━━━━\n\nsrc/c.js:1:1 lint/style/noVar ━━━━━━━━━━",
    "src/c.js:1:1 lint/style/noVar",
  ],
  [
    "the failed test of a runner, not the summary of its file, which says how long it took",
    " ❯ tests/a.test.ts (3 tests | 1 failed) 11ms\n FAIL  tests/a.test.ts > adds\nAssertionError: expected 2 to be 3",
    "tests/a.test.ts > adds: AssertionError: expected 2 to be 3",
  ],
  ["a marked test without its time", "✓ one 1ms\n✗ adds an error (3.5 ms)\n", "✗ adds an error"],
  ["TAP", "TAP version 13\nok 1 - error handling\nnot ok 2 - adds\n", "not ok 2 - adds"],
  [
    "an exception behind its stack in Python",
    'Traceback (most recent call last):\n  File "a.py", line 1\nValueError: bad',
    "a.py:1: ValueError: bad",
  ],
  ["a missing program", "/bin/sh: 1: tsc: not found", "/bin/sh: 1: tsc: not found"],
  [
    "what npm itself has to say, when nobody else spoke",
    'npm error Missing script: "x"\nnpm error\nnpm error A complete log of this run can be found in: x-debug-0.log',
    'Missing script: "x"',
  ],
  ["the last line where none complains", "0 errors\nall is well\n\n", "all is well"],
  [
    "the option that a test runner does not know, not how it is called",
    "ERROR: usage: pytest [options] [file_or_dir]\npytest: error: unrecognized arguments: --cov\n  inifile: pytest.ini",
    "pytest: error: unrecognized arguments: --cov",
  ],
  [
    "the module that a loader of tests did not find",
    "ERROR: test_u (unittest.loader._FailedTest.test_u)\n----\nImportError: Failed to import test module: test_u\n" +
      'Traceback (most recent call last):\n  File "test_u.py", line 2, in <module>\n    import nope\n' +
      "ModuleNotFoundError: No module named 'nope'\n",
    "test_u (unittest.loader._FailedTest.test_u): test_u.py:2: ModuleNotFoundError: No module named 'nope'",
  ],
  [
    "the exit that a test file asked for while it was collected",
    'INTERNALERROR> Traceback (most recent call last):\nINTERNALERROR>   File "test_t.py", line 2, in <module>\n' +
      "INTERNALERROR>     sys.exit(3)\nINTERNALERROR> SystemExit: 3\n\nno tests ran in 0.01s\n",
    "test_t.py:2: SystemExit: 3",
  ],
  [
    "what stands below the rule that a runner draws",
    "failed to load config from vitest.config.mjs\n\n⎯⎯⎯⎯⎯⎯⎯ Startup Error ⎯⎯⎯⎯⎯⎯⎯⎯\nError: boo\n    at a (node:x:1:2)\n",
    "Error: boo",
  ],
  [
    "that there are no tests, before the patterns that were looked for",
    "No test files found, exiting with code 1\n\nfilter: t/none\nexclude: **/node_modules/**",
    "No test files found, exiting with code 1",
  ],
  ["nothing of silence", "\n \n", ""],
])("Evidence is %s", (_what, output, evidence) => {
  expect(firstEvidence(output)).toBe(evidence);
});

const CRASHED =
  "Error: Cannot find module './tax.js' from 'tests/vat.test.js'\n    at resolve (node_modules/x/index.js:1:2)\n";

it.each([
  ["with carriage returns", CRASHED.replaceAll("\n", "\r\n")],
  ["in colours", CRASHED.replace("Cannot", "\u001b[1m\u001b[31mCannot\u001b[39m\u001b[22m")],
  ["behind a line without end", `${"data ".repeat(100_000)}\n${CRASHED}`],
  ["behind a progress bar", `${"\r⠋ 1/9 tests\r⠙ 2/9 tests".repeat(50)}\r\n${CRASHED}`],
  ["behind a passing test with a bad name", `✔ prints an error: Error: bad (3.1ms)\n${CRASHED}`],
  ["behind many lines", `${"still at work\n".repeat(50_000)}${CRASHED}`],
  ["before many lines", `${CRASHED}${"still at work\n".repeat(50_000)}`],
  [
    "beside a cut that leaves half an error on both sides",
    `at work\nError: tests with no\n[4096 bytes left out]\nerror: nothing at all\n${CRASHED}`,
  ],
])("Evidence is found %s", (_where, output) => {
  expect(firstEvidence(output)).toBe("Error: Cannot find module './tax.js' from 'tests/vat.test.js'");
});

it("Evidence is the same whatever a run took, and wherever things lay in memory", () => {
  const run = (ms: string, address: string, thread: number) => [
    `✖ opens the till (${ms}ms)\n  Error: no till at ${address}\n`,
    `1 failed in ${ms}s`,
    `---- opens stdout ----\nthread 'opens' (${thread}) panicked at src/till.rs:5:5:\nno till is open\n`,
    `FAIL\texample.com/till\t${ms}s\n`,
  ];
  const first = run("0.25", "0x7f00aa10", 11).map(firstEvidence);
  expect(first).toEqual(run("0.75", "0x7f99bb20", 12).map(firstEvidence));
  expect(first[0]).toBe("opens the till: Error: no till at 0x…");
  expect(first[2]).toBe("'opens' panicked at src/till.rs:5:5: no till is open");
  expect(firstEvidence("✖ waits (51ms)\n  'test timed out after 50ms'\n")).toBe(
    "waits: test timed out after 50ms",
  );
});

it("Evidence does not take what a passing test printed for the cause", () => {
  const output = [
    "stderr | tests/parser.test.ts > refuses",
    "SyntaxError: Unexpected token '}'",
    "",
    " × tests/vat.test.ts > rounds 3ms",
    " FAIL  tests/vat.test.ts > rounds",
    "AssertionError: expected 1.5 to be 2",
  ];
  expect(firstEvidence(output.join("\n"))).toBe(
    "tests/vat.test.ts > rounds: AssertionError: expected 1.5 to be 2",
  );
});

it("Evidence of JSON that was cut is the first finding that is whole", () => {
  const finding = (file: string, words: string) =>
    `{"filePath":"${file}","messages":[{"ruleId":"r","severity":2,"message":"${words}","line":3,"column":7}]}`;
  const whole = `[${finding("a.js", "{ is odd")},${finding("b.js", "late")}]`;
  expect(firstEvidence(whole)).toBe("a.js:3:7: error { is odd r");
  expect(firstEvidence(whole.slice(0, -40))).toBe("a.js:3:7: error { is odd r");
  expect(firstEvidence(`> lint\n${whole}\n\n1 problem`)).toBe("a.js:3:7: error { is odd r");
});

it("Evidence leaves JSON alone that holds no finding", () => {
  expect(firstEvidence('{\n  "total": 3\n}\nError: the till is closed')).toBe("Error: the till is closed");
});

it("Evidence comes in a moment, however hostile the output", () => {
  const hostile = [
    "a.b/".repeat(60_000),
    `${"(".repeat(9999)}\n`.repeat(20),
    "E   ".repeat(60_000),
    "- ".repeat(99_999),
    "[".repeat(200_000),
    '[{"message":'.repeat(20_000),
    `[${'{"'.repeat(99_999)}`,
    "{\n".repeat(99_999),
    `{"file":"${'\\"{'.repeat(60_000)}`,
  ];
  for (const output of hostile) expect(Buffer.byteLength(firstEvidence(output))).toBeLessThanOrEqual(600);
  const lines = `${"at x/y.z:1:1 ".repeat(40)}\n`.repeat(3000);
  expect(Buffer.byteLength(firstEvidence(lines))).toBeLessThanOrEqual(600);
});
