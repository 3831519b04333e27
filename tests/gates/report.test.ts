// Where does a gate find what its tests said: in a file, in a folder, or in what its command prints?

import { mkdir, mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { runGate } from "../../src/gates/gate.ts";
import type { ReportFormat } from "../../src/model/project.ts";
import { gateOf } from "./nouns.ts";

let dir: string;
let scratch: string;
beforeEach(async () => {
  const root = await realpath(await mkdtemp(join(tmpdir(), "factory gate-")));
  dir = join(root, "tree");
  scratch = join(root, "scratch's");
  await mkdir(dir);
});

async function run(command: string, report: ReportFormat) {
  const signal = new AbortController().signal;
  const gate = gateOf(command, { report });
  const ran = await runGate({
    gate,
    tests: [],
    dir,
    root: "",
    scratch,
    borrows: [],
    network: false,
    env: {},
    subject: "shop/",
    signal,
  });
  if (!ran.ok) throw new Error(ran.failure.operation);
  const { result, cases } = ran.value;
  return { ...result, names: cases?.map(({ name, outcome }) => `${name} ${outcome}`) ?? null };
}

const suite = (name: string, body = "") =>
  `<testsuite><testcase name="${name}">${body}</testcase></testsuite>`;

it("reads all JUnit files of a folder, and passes over other XML beside them", async () => {
  const command = `mkdir -p {{report}}/deep
echo '${suite("b")}' > {{report}}/TEST-b.xml
echo '<?xml version="1.0"?><!-- x --><testsuites>${suite("a")}</testsuites>' > {{report}}/TEST-a.xml
echo '${suite("c", '<failure message="no"/>')}' > {{report}}/deep/c.XML
echo '<failsafe-summary/>' > {{report}}/summary.xml; echo text > {{report}}/b.txt`;
  expect(await run(command, "junit")).toMatchObject({
    passed: false,
    evidence: "c: no",
    names: ["a passed", "b passed", "c failed"],
  });
  // Nothing of it is left for the next run, and a single file serves as well.
  const again = await run(`echo '${suite("x")}' > {{report}}`, "junit");
  expect(again).toMatchObject({ passed: true, names: ["x passed"] });
});

it("makes the folder where the command writes into one, and refuses one that proves nothing", async () => {
  const inside = await run(`echo '${suite("a")}' > {{report}}/a.xml`, "junit");
  expect(inside).toMatchObject({ passed: true, names: ["a passed"] });
  const cases: readonly (readonly [string, string])[] = [
    ["true {{report}}/x", "the JUnit report is a folder that holds no JUnit file"],
    ["echo '<project/>' > {{report}}/pom.xml", "the JUnit report is a folder that holds no JUnit file"],
    ["ln -s /etc/passwd {{report}}/a.xml", "holds a.xml, which is a symbolic link"],
    ["mkfifo {{report}}/a.xml", "holds a.xml, which is not a regular file"],
    [`echo '<testsuite>' > {{report}}/a.xml`, "holds a.xml, which is refused: malformed XML"],
    ["mkdir -p {{report}}/1/2/3/4/5/6/7/8/9", "holds folders deeper than 8"],
    ["rmdir {{report}}/ && ln -s /tmp {{report}}", "the JUnit report is a symbolic link"],
  ];
  for (const [command, evidence] of cases) {
    expect(await run(command, "junit"), command).toMatchObject({
      passed: false,
      evidence: expect.stringContaining(evidence),
      names: null,
    });
  }
});

it("reads what a command prints, however long, and keeps what it said on stderr apart", async () => {
  const noise = `i=0; while [ $i -lt 3000 ]; do echo "# a line of noise that nobody needs to see at all, number $i"; i=$((i+1)); done`;
  const tap = await run(
    `${noise}; printf '\\033[32mok\\033[0m 1 - a\\n'; ${noise}; echo 'ok 2 - forged' >&2; echo 1..1`,
    "tap",
  );
  expect(tap).toMatchObject({ passed: true, names: ["a passed"] });
  const file = await run(
    "echo 'ok 1 - printed'; printf 'ok 1 - written\\r\\n1..1\\r\\n' > {{report}}",
    "tap",
  );
  expect(file).toMatchObject({ passed: true, names: ["written passed"] });
  const progress = await run(
    "printf 'running 1 test\\n10%%\\rtest a ... ok\\ntest result: ok. 1 passed\\n'",
    "cargo",
  );
  expect(progress).toMatchObject({ passed: true, names: ["a passed"] });
});

it("fails where the report says so, whatever the exit code, and where there is none", async () => {
  const event = (fields: object) =>
    `printf '%s\\n' '${JSON.stringify({ Time: "t", Package: "app", ...fields })}'`;
  const masked = [
    event({ Action: "output", Test: "TestA", Output: "a_test.go:3: no\n" }),
    event({ Action: "fail", Test: "TestA" }),
  ];
  expect(await run(masked.join("; "), "go")).toMatchObject({
    passed: false,
    evidence: "TestA: a_test.go:3: no",
    output: "a_test.go:3: no\n",
  });
  const unread: readonly (readonly [string, ReportFormat, string])[] = [
    ["echo fine", "go", "the report of `go test -json` holds no event"],
    ["echo fine", "tap", "the TAP report is not TAP"],
    ["true {{report}}", "tap", "the command wrote no report to {{report}}"],
    ["echo running 1 test", "cargo", "the report of `cargo test` was cut off"],
    // What the command says of its own failure comes first.
    ["echo 'error[E0308]: mismatched types' >&2; exit 101", "cargo", "error[E0308]: mismatched types"],
  ];
  for (const [command, format, evidence] of unread) {
    expect(await run(command, format), command).toMatchObject({
      passed: false,
      evidence: expect.stringContaining(evidence),
      names: null,
    });
  }
});
