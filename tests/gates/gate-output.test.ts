// Which line does a gate make of what real tools say? The outputs were recorded; README.md beside them says how.

import { mkdir, mkdtemp, readdir, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { runGate } from "../../src/gates/gate.ts";
import { gateOf } from "./nouns.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures/gate-output");

/** By folder and situation; with the report where one was written. */
const LINES: Readonly<Record<string, string>> = {
  "ava-tap/assertion":
    "money › [price:T01.A1] has two digits: Difference (- actual, + expected) - '1.5 EUR' + '1.50 EUR'",
  "ava-tap/missing-module":
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find module 'src/money.js' imported from tests/money.test.js",
  "ava-tap/missing-package":
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'milliseconds-of-nobody' imported from tests/money.test.js",
  "ava-tap/syntax-error": "SyntaxError: missing ) after argument list",
  "ava-tap/timeout": "money › [price:T01.A1] waits for the till: Test timeout exceeded",
  "ava/assertion":
    "money › [price:T01.A1] has two digits: Difference (- actual, + expected): - '1.5 EUR' + '1.50 EUR'",
  "ava/exception":
    "money › [price:T01.A1] reads a record Error thrown in test: TypeError: Cannot read properties of undefined (reading 'cents')",
  "ava/missing-module":
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find module 'src/money.js' imported from tests/money.test.js",
  "ava/missing-name":
    "tests/money.test.js:2: SyntaxError: The requested module '../src/price.js' does not provide an export named 'total'",
  "ava/missing-package":
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'milliseconds-of-nobody' imported from tests/money.test.js",
  "ava/never-resolves":
    "money › [price:T01.A1] waits for ever: Error: Promise returned by test never resolved",
  "ava/stray-rejection":
    "money › [price:T01.A1] starts Test finished without running any assertions: Error: the till is closed",
  "ava/syntax-error": "tests/money.test.js: SyntaxError: missing ) after argument list",
  "ava/syntax-error-in-source": "tests/price.test.js: SyntaxError: Unexpected token '{'",
  "ava/timeout": "money › [price:T01.A1] waits for the till: Error: Test timeout exceeded",
  "ava/two-failures": "price › writes nothing: Difference (- actual, + expected): - '0.0 EUR' + '0.00 EUR'",
  "cargo/assertion":
    '\'price_t01_a1_has_two_digits\' panicked at tests/money.rs:5:5: assertion `left == right` failed left: "1.5 EUR" right: "1.50 EUR"',
  "cargo/exception":
    "'price_t01_a1_reads_a_record' panicked at tests/money.rs:6:42: called `Option::unwrap()` on a `None` value",
  "cargo/missing-dependency": "error: no matching package named `milliseconds-of-nobody` found",
  "cargo/missing-file": "src/lib.rs:1: error[E0583]: file not found for module `money`",
  "cargo/missing-module":
    "tests/money.rs:1: error[E0432]: unresolved import `shop::money` (could not find `money` in `shop`)",
  "cargo/missing-name":
    "tests/money.rs:1: error[E0432]: unresolved import `shop::price::total` (no `total` in `price`)",
  "cargo/missing-package":
    "tests/money.rs:1: error[E0432]: unresolved import `milliseconds` (use of unresolved module or unlinked crate `milliseconds`)",
  "cargo/syntax-error": "tests/money.rs:5: error: mismatched closing delimiter: `}` (unclosed delimiter)",
  "cargo/type-error": "tests/money.rs:5: error[E0308]: mismatched types (expected `u32`, found `&str`)",
  "eslint-json/finding": "src/sum.js:3:57: error 'tax' is not defined. no-undef",
  "eslint-json/warnings":
    "src/sum.js:1:7: warning 'unused' is assigned a value but never used. no-unused-vars",
  "eslint-json/syntax-error": "src/sum.js:1:26: error Parsing error: Unexpected token =>",
  "eslint/broken-config":
    'TypeError: Key "rules": Key "no-such-rule": Could not find "no-such-rule" in plugin "@".',
  "eslint/finding": "src/sum.js:3:52 error 'tax' is not defined no-undef",
  "eslint/missing-package":
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'eslint-plugin-of-nobody' imported from eslint.config.js",
  "eslint/syntax-error": "src/sum.js:1:26 error Parsing error: Unexpected token {",
  "eslint/warnings": "src/sum.js:1:7 warning 'unused' is assigned a value but never used no-unused-vars",
  "go-test-json/assertion": 'money_test.go:8: Text(150) = "1.5 EUR", want "1.50 EUR"',
  "go-test-json/exception":
    "TestRecord: panic: runtime error: invalid memory address or nil pointer dereference [recovered]",
  "go-test-json/missing-name": "price/money_test.go:6:12: undefined: Total",
  "go-test-json/timeout": "price/money_test.go:9: panic: test timed out after 1s",
  "go-test/assertion":
    'TestTwoDigits/[price:T01.A1]: money_test.go:8: Text(150) = "1.5 EUR", want "1.50 EUR"',
  "go-test/exception":
    "TestRecord: panic: runtime error: invalid memory address or nil pointer dereference [recovered]",
  "go-test/missing-module":
    "price/money_test.go:6:2: cannot find module providing package example.com/shop/money: module lookup disabled by GOPROXY=off",
  "go-test/missing-name": "price/money_test.go:6:12: undefined: Total",
  "go-test/missing-package":
    "price/money_test.go:6:2: cannot find module providing package github.com/nobody/milliseconds: module lookup disabled by GOPROXY=off",
  "go-test/syntax-error": "price/money_test.go:6:20: missing ',' in argument list",
  "go-test/timeout": "price/money_test.go:9: panic: test timed out after 1s",
  "go-test/vet":
    'price/money_test.go:6:2: (*testing.common).Errorf format %d has arg "number" of wrong type string',
  "jest-default/assertion":
    '[price:T01.A1] has two digits: expect(received).toBe(expected) // Object.is equality Expected: "1.50 EUR" Received: "1.5 EUR"',
  "jest-default/assertion-deep":
    '[price:T01.A1] lists prices: expect(received).toEqual(expected) // deep equality - "a": "1.50 EUR", + "a": "1.5 EUR", - "c": 4, + "c": 3,',
  "jest-default/missing-module": "Cannot find module '../src/money.js' from 'tests/money.test.js'",
  "jest-default/missing-name":
    "tests/money.test.js: SyntaxError: The requested module '../src/price.js' does not provide an export named 'total'",
  "jest-default/missing-package": "Cannot find module 'milliseconds-of-nobody' from 'tests/money.test.js'",
  "jest-default/syntax-error": "tests/money.test.js: SyntaxError: missing ) after argument list",
  "jest-default/timeout": "[price:T01.A1] waits for the till: Exceeded timeout of 50 ms for a test.",
  "jest-default/two-failures": "Cannot find module '../src/money.js' from 'tests/money.test.js'",
  "jest-esm/flag-missing": "tests/money.test.js: Must use import to load ES Module: tests/money.test.js",
  "jest-esm/missing-module": "Cannot find module '../src/money.js' from 'tests/money.test.js'",
  "jest-esm/missing-module-later":
    "[price:T01.A1] has two digits: Cannot find module '../src/money.js' from 'tests/money.test.js'",
  "jest-esm/missing-name":
    "tests/money.test.js: SyntaxError: The requested module '../src/price.js' does not provide an export named 'total'",
  "jest-esm/missing-package": "Cannot find module 'milliseconds-of-nobody' from 'tests/money.test.js'",
  "jest-esm/syntax-error": "tests/money.test.js: SyntaxError: missing ) after argument list",
  "jest-json/assertion":
    '[price:T01.A2] has digits: Error: expect(received).toBe(expected) // Object.is equality Expected: "1,50 EUR" Received: "1.50 EUR"',
  "jest-json/missing-module": "Cannot find module '../src/money.js' from 'tests/money.test.js'",
  "jest/assertion":
    '[price:T01.A1] has two digits: Error: expect(received).toBe(expected) // Object.is equality Expected: "1.50 EUR" Received: "1.5 EUR"',
  "jest/missing-module": "exit code 1: the report names no failed test, and the output no cause",
  "jest/timeout": "[price:T01.A1] waits for the till: Exceeded timeout of 50 ms for a test.",
  "junit5/assertion":
    "hasTwoDigits() [price:T01.A1] has two digits: MoneyTest.java:11: org.opentest4j.AssertionFailedError: expected: <1.50 EUR> but was: <1.5 EUR>",
  "junit5/assertion-true": "isEmpty(): expected: <true> but was: <false>",
  "junit5/before-all": "opens(): MoneyTest.java:10: java.lang.IllegalStateException: no port 5432 is open",
  "junit5/exception":
    'readsARecord(): MoneyTest.java:14: java.lang.RuntimeException: the record cannot be read, caused by java.lang.NullPointerException: Cannot invoke "java.lang.Integer.intValue()" because the return value of "java.util.Map.get(Object)" is null',
  "junit5/missing-module": "test/shop/MoneyTest.java:7: error: package shop.money does not exist",
  "junit5/missing-name":
    "test/shop/MoneyTest.java:10: error: cannot find symbol symbol: method total(int,int)",
  "junit5/syntax-error": "test/shop/MoneyTest.java:10: error: ')' expected",
  "junit5/timeout":
    "MoneyTest.java:11: java.util.concurrent.TimeoutException: waitsForTheTill() timed out after 1 second",
  "junit5/unloadable": "opens(): MoneyTest.java:8: java.lang.NumberFormatException: Cannot parse null string",
  "mocha-json/timeout":
    'till [price:T01.A1] waits for the till: Error: Timeout of 60ms exceeded. For async tests and hooks, ensure "done()" is called; if returning a Promise, ensure it resolves. (tests/money.test.js)',
  "mocha-spec/assertion":
    "[price:T01.A1] has two digits: AssertionError [ERR_ASSERTION]: Expected values to be strictly equal: + '1.5 EUR' - '1.50 EUR'",
  "mocha-spec/missing-module":
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find module 'src/money.js' imported from tests/money.test.js",
  "mocha-spec/missing-package":
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'milliseconds-of-nobody' imported from tests/money.test.js",
  "mocha-spec/syntax-error": "SyntaxError[ @tests/money.test.js ]: missing ) after argument list",
  "mocha-spec/timeout":
    '[price:T01.A1] waits for the till: Error: Timeout of 50ms exceeded. For async tests and hooks, ensure "done()" is called; if returning a Promise, ensure it resolves. (tests/money.test.js)',
  "mocha-spec/timeout-in-hook":
    'till "before all" hook for "[price:T01.A1] waits for the till": Error: Timeout of 60ms exceeded. For async tests and hooks, ensure "done()" is called; if returning a Promise, ensure it resolves. (tests/money.test.js)',
  "mocha-spec/timeout-in-suite":
    'till [price:T01.A1] waits for the till: Error: Timeout of 60ms exceeded. For async tests and hooks, ensure "done()" is called; if returning a Promise, ensure it resolves. (tests/money.test.js)',
  "mocha/assertion":
    "[price:T01.A1] has two digits: AssertionError [ERR_ASSERTION]: Expected values to be strictly equal: + '1.5 EUR' - '1.50 EUR'",
  "mocha/missing-module":
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find module 'src/money.js' imported from tests/money.test.js",
  "mocha/missing-name":
    "SyntaxError: The requested module '../src/price.js' does not provide an export named 'total'",
  "mocha/missing-package":
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'milliseconds-of-nobody' imported from tests/money.test.js",
  "mocha/never-resolves":
    '[price:T01.A1] waits for ever: Error: Timeout of 50ms exceeded. For async tests and hooks, ensure "done()" is called; if returning a Promise, ensure it resolves. (tests/money.test.js)',
  "mocha/syntax-error": "SyntaxError[ @tests/money.test.js ]: missing ) after argument list",
  "mocha/timeout":
    '[price:T01.A1] waits for the till: Error: Timeout of 50ms exceeded. For async tests and hooks, ensure "done()" is called; if returning a Promise, ensure it resolves. (tests/money.test.js)',
  "mypy-json/missing-name": 'm.py:3:15: error Name "tax" is not defined name-defined',
  "mypy/missing-module":
    'tests/test_money.py:1: error: Cannot find implementation or library stub for module named "tills.money" [import-not-found]',
  "mypy/missing-name":
    'tests/test_money.py:1: error: Module "tills.price" has no attribute "total" [attr-defined]',
  "mypy/syntax-error": "tests/test_money.py:4: error: Expected `:`, found newline [syntax]",
  "mypy/type-error":
    'src/tills/sum.py:9: error: Incompatible return value type (got "int", expected "str") [return-value]',
  "node-test-report-alone/missing-module": "tests/money.test.js: test failed",
  "node-test-report-alone/timeout": "[price:T01.A1] waits for the till: test timed out after 50ms",
  "node-test-report-alone/two-failures":
    "writes nothing: Expected values to be strictly equal: + '0.0 EUR' - '0.00 EUR'",
  "node-test-tap/assertion":
    "[price:T01.A1] has two digits: Expected values to be strictly equal: + '1.5 EUR' - '1.50 EUR' expected: '1.50 EUR' actual: '1.5 EUR'",
  "node-test-tap/missing-module":
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find module 'src/money.js' imported from tests/money.test.js",
  "node-test-tap/missing-name":
    "tests/money.test.js:3: SyntaxError: The requested module '../src/price.js' does not provide an export named 'total'",
  "node-test-tap/missing-package":
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'milliseconds-of-nobody' imported from tests/money.test.js",
  "node-test-tap/syntax-error": "tests/money.test.js:6: SyntaxError: missing ) after argument list",
  "node-test-tap/timeout": "[price:T01.A1] waits for the till: test timed out after 50ms",
  "node-test/assertion":
    "[price:T01.A1] has two digits: Expected values to be strictly equal: + '1.5 EUR' - '1.50 EUR'",
  "node-test/exception":
    "[price:T01.A1] reads a record: tests/money.test.js:7: Cannot read properties of undefined (reading 'cents')",
  "node-test/missing-module":
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find module 'src/money.js' imported from tests/money.test.js",
  "node-test/missing-name":
    "tests/money.test.js:3: SyntaxError: The requested module '../src/price.js' does not provide an export named 'total'",
  "node-test/missing-package":
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'milliseconds-of-nobody' imported from tests/money.test.js",
  "node-test/never-resolves":
    "[price:T01.A1] waits for ever: Promise resolution is still pending but the event loop has already resolved",
  "node-test/syntax-error": "tests/money.test.js:6: SyntaxError: missing ) after argument list",
  "node-test/syntax-error-in-source":
    "tests/price.test.js: src/price.js:1: SyntaxError: Unexpected token '{'",
  "node-test/timeout": "[price:T01.A1] waits for the till: test timed out after 50ms",
  "node-test/two-failures":
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find module 'src/money.js' imported from tests/money.test.js",
  "npm-ci/out-of-step": "Missing: ms@2.1.3 from lock file",
  "npm-install/postinstall": "Error: no compiler",
  "pip/missing": "ERROR: No matching distribution found for nobody-has-this",
  "pip/no-file":
    "ERROR: Could not open requirements file: [Errno 2] No such file or directory: 'requirements.txt'",
  "pyright-json/missing-name": 'm.py:3:16: error "tax" is not defined reportUndefinedVariable',
  "pytest/assertion": "test_price[[price:T01.A1]]: AssertionError: assert '1.5 EUR' == '1.50 EUR'",
  "pytest/conftest": "tests/conftest.py:1: ModuleNotFoundError: No module named 'tills.money'",
  "pytest/exception": "test_price: TypeError: unsupported operand type(s) for /: 'str' and 'int'",
  "pytest/fixture": "test_price: OSError: no port 5432 is open",
  "pytest/missing-module":
    "tests.test_money: tests/test_money.py:1: ModuleNotFoundError: No module named 'tills.money'",
  "pytest/missing-name":
    "tests.test_money: tests/test_money.py:1: ImportError: cannot import name 'total' from 'tills.price' (src/tills/price.py)",
  "pytest/syntax-error": "tests.test_money: tests/test_money.py:4: SyntaxError: expected ':'",
  "pytest/syntax-error-in-source":
    "tests.test_price: src/tills/price.py:2: SyntaxError: f-string: expecting '}'",
  "pytest/timeout": "test_price_waits: Failed: Timeout (>1.0s) from pytest-timeout.",
  "pytest/timeout-thread": "tests/test_money.py:5: Timeout",
  "pytest/two-failures":
    "tests.test_money: tests/test_money.py:1: ModuleNotFoundError: No module named 'tills.money'",
  "ruff-json/finding": "m.py:1:1: error Import block is un-sorted or un-formatted I001",
  "ruff/syntax-error": "tests/test_money.py:4: invalid-syntax: Expected `:`, found newline",
  "stylelint-json/finding": 'a.css:1:5: error Unknown property "colr" (property-no-unknown)',
  "tsc-pretty/missing-name":
    "src/money.ts:1:10 - error TS2305: Module '\"./price.js\"' has no exported member 'total'.",
  "tsc-pretty/syntax-error": "src/money.ts:3:30 - error TS1005: ')' expected.",
  "tsc/missing-module":
    "src/money.ts(1,23): error TS2307: Cannot find module './total.js' or its corresponding type declarations.",
  "tsc/missing-name":
    "src/money.ts(1,10): error TS2305: Module '\"./price.js\"' has no exported member 'total'.",
  "tsc/missing-package":
    "src/money.ts(1,16): error TS2307: Cannot find module 'milliseconds-of-nobody' or its corresponding type declarations.",
  "tsc/npm-script":
    "src/money.ts(1,10): error TS2305: Module '\"./price.js\"' has no exported member 'total'.",
  "tsc/syntax-error": "src/money.ts(3,30): error TS1005: ')' expected.",
  "tsc/type-error": "src/money.ts(3,14): error TS2322: Type 'string' is not assignable to type 'number'.",
  "vitest-default/assertion":
    "tests/money.test.js > [price:T01.A1] has two digits: AssertionError: expected '1.5 EUR' to be '1.50 EUR' // Object.is equality",
  "vitest-default/missing-module":
    "Error: Cannot find module '../src/money.js' imported from tests/money.test.js",
  "vitest-default/missing-name":
    "tests/money.test.js > [price:T01.A1] adds: TypeError: total is not a function",
  "vitest-default/missing-package":
    "Error: Cannot find package 'milliseconds-of-nobody' imported from tests/money.test.js",
  "vitest-default/stray-rejection": "tests/money.test.js:5: Error: the till is closed",
  "vitest-default/syntax-error":
    "tests/money.test.js:1: Error: Failed to parse source for import analysis because the content contains invalid JS syntax. If you are using JSX, make sure to name the file with the .jsx or .tsx extension.",
  "vitest-default/timeout":
    "tests/money.test.js > [price:T01.A1] waits for the till: Error: Test timed out in 50ms.",
  "vitest-json/assertion":
    "[price:T01.A2] has digits: AssertionError: expected '1.50 EUR' to be '1,50 EUR' // Object.is equality",
  "vitest/assertion":
    "[price:T01.A1] has two digits: AssertionError: expected '1.5 EUR' to be '1.50 EUR' // Object.is equality",
  "vitest/missing-module": "Error: Cannot find module '../src/money.js' imported from tests/money.test.js",
  "vitest/missing-name": "[price:T01.A1] adds: tests/money.test.js:6: TypeError: total is not a function",
  "vitest/missing-package":
    "Error: Cannot find package 'milliseconds-of-nobody' imported from tests/money.test.js",
  "vitest/stray-rejection": "exit code 1: the report names no failed test, and the output no cause",
  "vitest/syntax-error":
    "tests/money.test.js:1: Error: Failed to parse source for import analysis because the content contains invalid JS syntax. If you are using JSX, make sure to name the file with the .jsx or .tsx extension.",
  "vitest/syntax-error-in-source":
    "tests/price.test.js: src/price.js:1: Error: Failed to parse source for import analysis because the content contains invalid JS syntax. If you are using JSX, make sure to name the file with the .jsx or .tsx extension.",
  "vitest/timeout":
    "[price:T01.A1] waits for the till: tests/money.test.js:4: Error: Test timed out in 50ms.",
  "vitest/two-failures": "Error: Cannot find module '../src/money.js' imported from tests/money.test.js",
};

/** The same runs where the gate declares no report. */
const WITHOUT_REPORT: Readonly<Record<string, string>> = {
  "junit5/assertion": "[price:T01.A1] has two digits: expected: <1.50 EUR> but was: <1.5 EUR>",
  "junit5/before-all": "MoneyTest: no port 5432 is open",
  "junit5/exception":
    'readsARecord(): the record cannot be read, caused by java.lang.NullPointerException: Cannot invoke "java.lang.Integer.intValue()" because the return value of "java.util.Map.get(Object)" is null',
  "junit5/timeout": "waitsForTheTill(): waitsForTheTill() timed out after 1 second",
  "junit5/unloadable":
    'java.lang.ExceptionInInitializerError, caused by java.lang.ExceptionInInitializerError: Exception java.lang.NumberFormatException: Cannot parse null string [in thread "main"]',
  "node-test/assertion":
    "[price:T01.A1] has two digits: AssertionError [ERR_ASSERTION]: Expected values to be strictly equal: + '1.5 EUR' - '1.50 EUR'",
  "node-test/exception":
    "[price:T01.A1] reads a record: TypeError [Error]: Cannot read properties of undefined (reading 'cents')",
  "node-test/syntax-error-in-source": "src/price.js:1: SyntaxError: Unexpected token '{'",
  "pytest/missing-module": "tests/test_money.py:1: ModuleNotFoundError: No module named 'tills.money'",
  "pytest/missing-name":
    "tests/test_money.py:1: ImportError: cannot import name 'total' from 'tills.price' (src/tills/price.py)",
  "pytest/syntax-error": "tests/test_money.py:4: SyntaxError: expected ':'",
  "pytest/syntax-error-in-source":
    "tests/test_price.py: src/tills/price.py:2: SyntaxError: f-string: expecting '}'",
  "pytest/two-failures": "tests/test_money.py:1: ModuleNotFoundError: No module named 'tills.money'",
};

let dir: string;
let scratch: string;
let recorded: Set<string>;
beforeAll(async () => {
  const root = await realpath(await mkdtemp(join(tmpdir(), "factory-gate-output-")));
  [dir, scratch] = [join(root, "tree"), join(root, "scratch")];
  await mkdir(dir);
  const files = await readdir(FIXTURES, { recursive: true });
  recorded = new Set(files.filter((file) => /\.(?:txt|xml)$/.test(file)));
});

/** A command that says what the tool said, in the folder where it is run now. */
async function lineOf(fixture: string, report: "junit" | null): Promise<string> {
  const here = (file: string) => `sed "s#/tree#$PWD#g; s#/scratch#${scratch}#g" '${join(FIXTURES, file)}'`;
  const commands = [
    ...(recorded.has(`${fixture}.txt`) ? [here(`${fixture}.txt`)] : []),
    ...(report === "junit" ? [`${here(`${fixture}.xml`)} > {{report}}`] : []),
    "exit 1",
  ];
  const { signal } = new AbortController();
  const gate = gateOf(commands.join("\n"), { report });
  const ran = await runGate({
    gate,
    tests: [],
    dir,
    root: "",
    scratch,
    borrows: [],
    network: false,
    env: {},
    subject: "price:T01",
    signal,
  });
  if (!ran.ok) throw new Error(ran.failure.operation);
  const { result } = ran.value;
  expect(result.passed).toBe(false);
  expect(Buffer.byteLength(result.evidence)).toBeLessThanOrEqual(300);
  return result.evidence;
}

describe("a gate's line", () => {
  it.each(Object.keys(LINES))("names the cause: %s", async (fixture) => {
    expect(await lineOf(fixture, recorded.has(`${fixture}.xml`) ? "junit" : null)).toBe(LINES[fixture]);
  });

  it.each(Object.keys(WITHOUT_REPORT))("names it without a report, too: %s", async (fixture) => {
    expect(await lineOf(fixture, null)).toBe(WITHOUT_REPORT[fixture]);
  });

  it("is told for every recorded output", () => {
    const situations = new Set([...recorded].map((file) => file.replace(/\.\w+$/, "").replaceAll("\\", "/")));
    expect([...situations].sort()).toEqual(Object.keys(LINES).sort());
  });
});
