// Who proves what a task promises? Tests by their names, in the formats in which the tools of an ecosystem tell of them;
// else whoever reads the change; and where nobody does, it is said.

import { spawnSync } from "node:child_process";
import { existsSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import type { GateText, TaskText } from "../rig/specs.ts";

const has = (program: string, ...args: readonly string[]) => spawnSync(program, args).status === 0;
const NO_GO = !has("go", "version");
const NO_CARGO = !has("cargo", "--version");
/** Where the tools of Rust lie when HOME is another. */
const RUST = {
  RUSTUP_HOME: process.env.RUSTUP_HOME ?? join(homedir(), ".rustup"),
  CARGO_HOME: process.env.CARGO_HOME ?? join(homedir(), ".cargo"),
};

type Files = Readonly<Record<string, string>>;

/** Writes what draft.json of the workspace says. */
const AGENT = `import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
for (const [path, text] of Object.entries(JSON.parse(readFileSync(process.argv[2], "utf8")))) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
`;

interface Work {
  readonly files?: Files;
  readonly gates: readonly GateText[];
  readonly task: Partial<TaskText>;
  readonly draft: Files;
}

/** One task of the feature \`bills\` in the project \`app\`, with two criteria. */
async function workspace({ files = {}, gates, task, draft }: Work): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    projects: [{ id: "app", files, gates }],
    agents: {
      clerk: { kind: "command", run: "node {{workspace}}/agent.mjs {{workspace}}/draft.json", timeout: "1m" },
    },
    implementer: "clerk",
    limits: { attempts: 1, rebases: 0 },
  });
  rig.write({ "agent.mjs": AGENT, "draft.json": JSON.stringify(draft) });
  rig.feature({
    id: "bills",
    requirements: { R1: "A bill costs 5." },
    tasks: [{ id: "T01", acceptance: ["costs 5", "is never free"], generator: null, ...task }],
  });
  return rig;
}

const codesIn = ({ stdout }: { readonly stdout: string }) =>
  (JSON.parse(stdout) as { diagnostics: readonly { severity: string; code: string }[] }).diagnostics.map(
    ({ severity, code }) => `${severity} ${code}`,
  );

/** A draft without a test for A2 is refused, and accepted with it. Returns the window. */
async function provesBoth(work: Work, whole: Files, env: Files = {}): Promise<string> {
  await using rig = await workspace(work);
  const refused = await rig.factoryWith(env, "build", "--json");
  expect([refused.code, refused.stdout]).toEqual([
    1,
    expect.stringContaining("[bills:T01.A2] has no test: is never free"),
  ]);
  rig.write({ "draft.json": JSON.stringify({ ...work.draft, ...whole }) });
  const accepted = await rig.factoryWith(env, "build", "--json");
  expect([accepted.code, codesIn(accepted)]).toEqual([0, []]);
  expect((await rig.factory("check", "--strict")).code).toBe(0);
  return rig.read(".factory/tasks/bills/T01.context.md");
}

test.skipIf(NO_GO)("go test -json proves criteria, by the tag of a subtest or by a name", async () => {
  const tests = (second: string) =>
    `package app\n\nimport "testing"\n\nfunc TestBills_T01_A1(t *testing.T) {}\n\nfunc TestMore(t *testing.T) {\n\tt.Run("${second}", func(t *testing.T) {})\n}\n`;
  const window = await provesBoth(
    {
      files: { "go.mod": "module app\n\ngo 1.18\n", "app.go": "package app\n" },
      gates: [{ id: "test", run: "go test -json ./...", report: "go" }],
      task: { files: ["price.go", "price_test.go"] },
      draft: { "price.go": "package app\n", "price_test.go": tests("nothing much") },
    },
    { "price_test.go": tests("[bills:T01.A2] never free") },
  );
  expect(window).toContain("each needs a passing test whose name carries the tag");
  expect(window).toContain("`bills_t01_a1` for [bills:T01.A1]");
});

test.skipIf(NO_GO)("what go cannot build is told in the compiler's words", async () => {
  await using rig = await workspace({
    files: { "go.mod": "module app\n\ngo 1.18\n", "app.go": "package app\n" },
    gates: [{ id: "test", run: "go test -json ./... | cat", report: "go" }],
    task: { files: ["price.go", "price_test.go"] },
    draft: {
      "price_test.go": 'package app\n\nimport "testing"\n\nfunc TestA(t *testing.T) { t.Log(nowhere) }\n',
    },
  });
  const { code, stdout } = await rig.build();
  expect([code, stdout]).toEqual([1, expect.stringContaining("undefined: nowhere")]);
});

test.skipIf(NO_CARGO)(
  "cargo test proves criteria by the names of functions",
  { timeout: 600_000 },
  async () => {
    const source = (second: string) =>
      `#[cfg(test)]\nmod tests {\n    #[test]\n    fn bills_t01_a1_costs() {}\n\n    #[test]\n    fn ${second}() {}\n}\n`;
    const window = await provesBoth(
      {
        files: {
          "Cargo.toml": '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2021"\n',
          "src/lib.rs": "pub mod price;\n",
          "src/price.rs": "",
          ".gitignore": "target/\nCargo.lock\n",
        },
        gates: [{ id: "test", run: "cargo test --offline", report: "cargo" }],
        task: { files: ["src/price.rs"] },
        draft: { "src/price.rs": source("bills_t01_a20") },
      },
      { "src/price.rs": source("tag_bills_t01_a2") },
      RUST,
    );
    expect(window).toContain("`bills_t01_a1` for [bills:T01.A1]");
  },
);

test("TAP that a command prints, and a folder of JUnit files, prove criteria", async () => {
  const tests = (second: string) =>
    `import { test } from "node:test";\ntest("[bills:T01.A1] costs 5", () => {});\ntest("${second}", () => {});\n`;
  const work = {
    files: { "tests/old.test.mjs": 'import { test } from "node:test";\ntest("old", () => {});\n' },
    task: { files: ["src/price.mjs", "tests/price.test.mjs"] },
    draft: { "src/price.mjs": "export {};\n", "tests/price.test.mjs": tests("[bills:T01.A20]") },
  };
  const whole = { "tests/price.test.mjs": tests("[bills:T01.A2] never free") };
  const tap: GateText = { id: "test", run: "node --test --test-reporter=tap tests/", report: "tap" };
  const window = await provesBoth({ ...work, gates: [tap] }, whole);
  expect(window).toContain("each needs a passing test whose name carries the tag");
  expect(window).not.toContain("bills_t01_a1");
  const each =
    "for f in tests/*; do node --test --test-reporter=junit $f > {{report}}/$(basename $f).xml || exit 1; done";
  await provesBoth({ ...work, gates: [{ id: "test", run: each, report: "junit" }] }, whole);
});

test("a task that may write no test is asked for none, and whoever reads its change judges it", async () => {
  await using rig = await workspace({
    files: { "tests/old.test.mjs": 'import { test } from "node:test";\ntest("old", () => {});\n' },
    gates: [{ id: "test", run: "node --test --test-reporter=tap tests/", report: "tap" }],
    task: { type: "docs", files: ["readme.md", "types/index.d.ts"] },
    draft: { "readme.md": "# Bills\n" },
  });
  const unproven = expect.stringContaining(
    "Nothing proves 2 of 2 criteria of app: bills:T01 may write no test",
  );
  const validate = await rig.factory("validate");
  expect([validate.code, validate.stdout]).toEqual([0, unproven]);
  const build = await rig.build();
  expect([build.code, codesIn(build)]).toEqual([0, ["warning criteria-unproven"]]);
  const window = rig.read(".factory/tasks/bills/T01.context.md");
  expect(window).toContain("\n## Acceptance\n\nNo file of this task can hold a test");
  expect(window).not.toContain("each needs a passing test");
  expect((await rig.factory("check", "--strict")).code).toBe(3);
  // A reviewer reads every draft, so somebody judges them; and the window is no other one for it.
  rig.edit("projects.yaml", "implementer: clerk", "implementer: clerk\n  reviewer: clerk");
  expect((await rig.factory("check", "--strict")).code).toBe(0);
});

test("where no gate reports tests, everybody who is asked says so, and a strict check fails", async () => {
  await using rig = await workspace({
    gates: [{ id: "test", run: "true" }],
    task: { files: ["src/price.mjs", "tests/price.test.mjs"] },
    draft: { "src/price.mjs": "export {};\n" },
  });
  const said = "Nothing proves 2 of 2 criteria of app: no gate reports its tests";
  const validate = await rig.factory("validate");
  expect([validate.code, validate.stdout]).toEqual([0, expect.stringContaining(said)]);
  expect(validate.stdout).toMatch(/projects\.yaml:\d+:\d+/);
  const build = await rig.factory("build");
  expect([build.code, build.stderr]).toEqual([0, expect.stringContaining(said)]);
  const window = rig.read(".factory/tasks/bills/T01.context.md");
  expect(window).toContain("\n## Acceptance\n\nNo gate tells which tests passed.");
  const check = await rig.factory("check");
  expect([check.code, check.stderr]).toEqual([0, expect.stringContaining(said)]);
  const strict = await rig.factory("check", "--strict", "--json");
  expect([strict.code, codesIn(strict)]).toEqual([3, ["error criteria-unproven"]]);
  expect((await rig.factory("doctor")).stdout).toContain(said);

  // Counted also where what the last build saw is remembered, and only where it concerns a project.
  rig.feature({
    id: "more",
    requirements: { R1: "There is more." },
    tasks: [{ id: "T01", generator: null, files: ["tests/more.test.mjs"] }],
  });
  const again = await rig.build();
  expect(again.stdout).toContain("Nothing proves 3 of 3 criteria of app");
  // A task that leaves the gate out which reports tests has no proof either.
  rig.edit(
    "projects.yaml",
    'run: "true"',
    'run: node --test --test-reporter=tap tests/\n        report: tap\n      - id: other\n        run: "true"',
  );
  rig.edit("specs/more/BACKLOG.yaml", "    acceptance:", "    gates: [other]\n    acceptance:");
  expect((await rig.factory("validate")).stdout).toContain(
    "Nothing proves 1 of 3 criteria of app: the `gates:` of more:T01 leave out every gate that reports tests",
  );
});

test("code that may be written without its tests is told of where criteria are proved by tests", async () => {
  await using rig = await workspace({
    gates: [{ id: "test", run: "node --test --test-reporter=tap tests/", report: "tap" }],
    task: { files: ["src/price.mjs"] },
    draft: {},
  });
  const validate = await rig.factory("validate");
  expect(validate.code).toBe(0);
  expect(validate.stdout).toContain("bills:T01 may write no file that could hold a test");
  expect(validate.stdout).toContain("such as tests/price.test.mjs.");
  // Nobody is asked for it: no draft could pass.
  const refused = await rig.build();
  expect([refused.code, refused.stdout]).toEqual([
    1,
    expect.stringContaining("no test that is there names A1, A2."),
  ]);
  expect(refused.stderr).toContain("failed: bills:T01 may write no file");
  expect(existsSync(join(rig.root, ".factory/tasks/bills/T01.log"))).toBe(false);
  const status = await rig.factory("status");
  expect(status.stdout).toContain("bills:T01 may write no file that could hold a test");

  // Where the project cannot be read, that is said, and not that it has no tests.
  const [git, kept] = [join(rig.root, "projects/app/.git"), join(rig.root, "projects/app.git")];
  renameSync(git, kept);
  rig.write({ "projects/app/.git": "gitdir: nowhere\n" });
  expect((await rig.factory("validate")).stdout).toContain(
    "and the tests of app cannot be read to see whether one names A1, A2.",
  );
  rig.remove("projects/app/.git");
  renameSync(kept, git);

  // Tests that a person wrote first carry the tags, and then it can be done. A longer name is another one.
  const tests =
    'import { test } from "node:test";\ntest("[bills:T01.A1] costs", () => {});\ntest("bills_t01_a20", () => {});\n';
  rig.write({ "projects/app/tests/ours.test.mjs": tests });
  await rig.commit("app", "one of two tests");
  expect((await rig.factory("validate")).stdout).toContain("and no committed test names A2.");
  rig.edit("projects/app/tests/ours.test.mjs", "bills_t01_a20", "bills_t01_a2");
  rig.write({ "draft.json": '{"src/price.mjs": "export {};\\n"}' });
  await rig.commit("app", "tests first");
  expect((await rig.factory("validate")).stdout).toBe("");
  const built = await rig.build();
  expect([built.code, codesIn(built)]).toEqual([0, []]);
});

test("a criterion may be proved by a test that is there, by a gate, or by whoever reviews", async () => {
  const old = (name: string) => `import { test } from "node:test";\ntest("${name}", () => {});\n`;
  await using rig = await workspace({
    files: { "tests/old.test.mjs": old("still adds up") },
    gates: [
      { id: "test", run: "node --test --test-reporter=tap tests/", report: "tap" },
      { id: "types", run: "true" },
    ],
    task: { files: ["src/price.mjs"] },
    draft: { "src/price.mjs": "export {};\n" },
  });
  rig.edit(
    "specs/bills/BACKLOG.yaml",
    "      - costs 5\n      - is never free\n",
    "      - {id: A1, text: costs 5, proof: {test: still adds}}\n      - {id: A2, text: is never free, proof: {gate: types}}\n",
  );
  expect((await rig.factory("check", "--strict")).stderr).not.toContain("Nothing proves");
  const built = await rig.build();
  expect([built.code, codesIn(built)]).toEqual([0, []]);
  const window = rig.read(".factory/tasks/bills/T01.context.md");
  expect(window).toContain(
    "\n## Acceptance\n\n- [bills:T01.A1] costs 5 (needs no tag: the test `still adds` shows it)",
  );
  // A test that is asked for and not there is told.
  rig.edit("specs/bills/BACKLOG.yaml", "still adds", "always adds");
  rig.write({ "draft.json": '{"src/price.mjs": "export const a = 1;\\n"}' });
  const missing = await rig.build();
  expect([missing.code, missing.stdout]).toEqual([
    1,
    expect.stringContaining('needs the test \\"always adds\\", which no gate reports: costs 5'),
  ]);
  // Where nobody reviews, a criterion that is left to a reviewer is proved by nobody.
  rig.edit("specs/bills/BACKLOG.yaml", "{test: always adds}", "reviewer");
  const { stdout } = await rig.factory("validate");
  expect(stdout).toContain("bills:T01 leaves them to a reviewer, and none is asked");
  for (const way of ["routing: {reviewer: …}", "proof: {test: …}", "proof: {gate: …}", "`files_hint`"])
    expect(stdout).toContain(way);
});

test("a constraint that speaks of a file which is nowhere is told with the file that may be meant", async () => {
  await using rig = await workspace({
    files: { "lib/rates.mjs": "export {};\n" },
    gates: [{ id: "test", run: "true" }],
    task: {
      files: ["src/price.mjs", "tests/price.test.mjs"],
      context: { constraints: ["Take the rates of src/rates.mjs, and round as src/price.mjs does."] },
    },
    draft: {},
  });
  const { code, stdout } = await rig.factory("validate");
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining(
      "A constraint of bills:T01 speaks of src/rates.mjs, which is not in app, and no task writes it.",
    ),
  ]);
  expect(stdout).toContain('Did you mean "lib/rates.mjs"?');
  expect(stdout).not.toContain("speaks of src/price.mjs");
});
