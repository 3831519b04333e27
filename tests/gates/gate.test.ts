// What does a gate say of a tree?

import { chmod, mkdir, mkdtemp, readdir, realpath, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { type GateOrder, runGate } from "../../src/gates/gate.ts";
import { gateOf } from "./nouns.ts";

let dir: string;
let scratch: string;
beforeEach(async () => {
  const root = await realpath(await mkdtemp(join(tmpdir(), "factory gate-")));
  dir = join(root, "tree");
  scratch = join(root, "scratch's");
  await mkdir(dir);
});

function ask(command: string, fields: Parameters<typeof gateOf>[1] = {}, order: Partial<GateOrder> = {}) {
  const gate = gateOf(command, fields);
  const signal = new AbortController().signal;
  return runGate({
    gate,
    tests: [],
    dir,
    root: "",
    scratch,
    borrows: [],
    network: false,
    env: {},
    subject: "products:T01",
    signal,
    ...order,
  });
}

async function run(...words: Parameters<typeof ask>) {
  const ran = await ask(...words);
  if (!ran.ok) throw new Error(ran.failure.operation);
  return ran.value;
}

const JUNIT = { report: "junit" } as const;
const reporting = (xml: string) => `cat > {{report}} <<'END'\n${xml}\nEND\n`;

describe("a gate", () => {
  it("passes with exit code 0, without evidence", async () => {
    const { result, cases } = await run("echo fine");
    expect(result).toMatchObject({
      gate: "test",
      passed: true,
      evidence: "",
      output: "fine\n",
      end: "exited",
    });
    expect(cases).toBeNull();
  });

  it("fails with the first line that looks like a finding, without the folder it ran in", async () => {
    const { result } = await run(
      `echo "> shop@1.0.0 typecheck"; echo checking; printf '\\033[31m%s/src/a.ts(3,7): error TS2322: no\\033[0m\\n' "$PWD"; echo 1 error; exit 2`,
    );
    expect(result).toMatchObject({
      passed: false,
      evidence: "src/a.ts(3,7): error TS2322: no",
      end: "exited",
    });
    expect(result.output).not.toContain(dir);
  });

  it("fails with the last line where none looks like a finding", async () => {
    const { result } = await run("echo 0 errors; echo something odd; echo; exit 1");
    expect(result.evidence).toBe("something odd");
  });

  it("fails with its exit code where it says nothing", async () => {
    expect((await run("exit 7")).result.evidence).toBe("exit code 7, without output");
    expect((await run("kill -9 $$")).result).toMatchObject({
      evidence: "killed by SIGKILL, without output",
      end: "killed",
    });
  });

  it("keeps evidence to one line of 600 bytes", async () => {
    const { result } = await run(`node -e 'console.log("error: " + "ä\\t".repeat(1000))'; exit 1`);
    expect(Buffer.byteLength(result.evidence)).toBeLessThanOrEqual(600);
    expect(result.evidence).toMatch(/^error: ä ä.*…$/);
  });

  it("says that it ran out of time, and what it said last", async () => {
    const { result } = await run("echo waiting for the port; sleep 300", { timeoutMs: 300 });
    expect(result).toMatchObject({
      passed: false,
      end: "timeout",
      evidence: "timed out after 0.3 s: waiting for the port",
    });
  });

  it("is killed when the build is cancelled", async () => {
    const controller = new AbortController();
    const gate = run("sleep 300", {}, { signal: controller.signal });
    controller.abort();
    expect((await gate).result).toMatchObject({ passed: false, end: "killed", evidence: "cancelled" });
  });

  it("fails where the tree is missing", async () => {
    const { result } = await run("true", {}, { dir: join(dir, "absent") });
    expect(result).toMatchObject({ passed: false, end: "killed" });
    expect(result.evidence).toContain("could not be started");
  });

  it("says nothing of the tree where there is no place for its report", async () => {
    await writeFile(scratch, "in the way\n");
    expect(await ask("true", JUNIT)).toMatchObject({
      ok: false,
      failure: { reason: "io", operation: "make a place for the report", code: "EEXIST" },
    });
  });

  it("finds the project's own programs first", async () => {
    const bin = join(dir, "node_modules", ".bin");
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, "tsc"), "#!/bin/sh\necho ours\n");
    await chmod(join(bin, "tsc"), 0o755);
    expect((await run("tsc")).result.output).toBe("ours\n");
  });

  it("sees the variables that it is given, and no key of ours", async () => {
    process.env.ACME_API_KEY = "secret";
    const { result } = await run("env", {}, { env: { PORT_BASE: "4000" } });
    delete process.env.ACME_API_KEY;
    expect(result.output).toContain("PORT_BASE=4000");
    expect(result.output).not.toContain("secret");
  });
});

describe("a gate with a report", () => {
  it("hands on its cases", async () => {
    const { result, cases } = await run(
      reporting('<testsuite name="s"><testcase name="works" classname="c"/></testsuite>'),
      JUNIT,
    );
    expect(result.passed).toBe(true);
    expect(cases).toEqual([
      { name: "works", classname: "s > c", file: null, outcome: "passed", message: "" },
    ]);
    expect(await readdir(dir)).toEqual([]);
  });

  const FAILING =
    '<testsuite name="s"><testcase name="a"/><testcase name="adds"><failure message="expected 3&#10;to be 4"/></testcase></testsuite>';

  it("gives the first failed test as evidence", async () => {
    const { result } = await run(`echo Error: later; ${reporting(FAILING)}exit 1`, JUNIT);
    expect(result.evidence).toBe("adds: expected 3");
  });

  it("finds the cause in what the command printed where the report has none, and names no folder of this machine", async () => {
    const silent =
      '<testsuite><testcase name="$PWD/t.test.js"><failure message="test failed"/></testcase></testsuite>';
    const { result } = await run(
      `echo "Error: Cannot find package 'ms' imported from file://$PWD/t.test.js, see $HOME/.cache/x and ${tmpdir()}/run-$$/y"; cat > {{report}} <<END\n${silent}\nEND\nexit 1`,
      JUNIT,
    );
    expect(result.evidence).toBe(
      "Error: Cannot find package 'ms' imported from t.test.js, see ~/.cache/x and …/y",
    );
  });

  it("asks Node's runner to say aloud what its report leaves out, and nobody who says more already", async () => {
    const told = async (command: string) => (await run(`echo ${command}`, JUNIT)).result.output.trim();
    const spec = "--test-reporter=spec --test-reporter-destination=stdout";
    const alone = "--test-reporter=junit --test-reporter-destination=";
    // Its folder is of this machine and is not told.
    const out = "test.xml";
    expect(await told(`${alone}{{report}} tests/`)).toBe(`${alone}${out} ${spec} tests/`);
    expect(await told(`--test-reporter junit --test-reporter-destination {{ report }}`)).toBe(
      `--test-reporter junit --test-reporter-destination ${out} ${spec}`,
    );
    const both = `--test-reporter=tap --test-reporter-destination=stdout ${alone}`;
    expect(await told(`${both}{{report}}`)).toBe(`${both}${out}`);
    expect(await told(`vitest --reporter=junit --outputFile={{report}}`)).toBe(
      `vitest --reporter=junit --outputFile=${out}`,
    );
  });

  it("fails where a test failed although the command claims success", async () => {
    const { result } = await run(reporting(FAILING), JUNIT);
    expect(result).toMatchObject({ passed: false, evidence: "adds: expected 3", end: "exited" });
  });

  it("fails where a test without name or message failed", async () => {
    const { result } = await run(
      reporting('<testsuite><testcase name=""><failure/></testcase></testsuite>'),
      JUNIT,
    );
    expect(result).toMatchObject({ passed: false, evidence: "failed without output" });
  });

  it("fails with the output where the command died before it could report", async () => {
    const { result, cases } = await run("echo SyntaxError: unexpected token; exit 1", JUNIT);
    expect(result).toMatchObject({ passed: false, evidence: "SyntaxError: unexpected token" });
    expect(cases).toBeNull();
  });

  it("fails where the command claims success without a report, even if an older report lies there", async () => {
    await run(reporting('<testsuite name="s"><testcase name="works"/></testsuite>'), JUNIT);
    const { result, cases } = await run("true", JUNIT);
    expect(result).toMatchObject({ passed: false, evidence: "the command wrote no report to {{report}}" });
    expect(cases).toBeNull();
  });

  it("fails where the report is broken, a link, a pipe or too large", async () => {
    const evidence = async (command: string) => {
      const { result } = await run(command, JUNIT);
      expect(result.passed).toBe(false);
      return result.evidence;
    };
    expect(await evidence(reporting("<testsuite><testcase>"))).toContain("malformed XML");
    await symlink("/etc/passwd", join(dir, "link"));
    expect(await evidence("mv link {{report}}")).toContain("is a symbolic link");
    expect(await evidence("mkfifo {{report}}")).toContain("is not a regular file");
    expect(await evidence("truncate -s 9M {{report}}")).toContain("is larger than");
  });
});
