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
  ["nothing of silence", "\n \n", ""],
])("Evidence is %s", (_what, output, evidence) => {
  expect(firstEvidence(output)).toBe(evidence);
});
