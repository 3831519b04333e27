// Which gates does a change reach? A gate that says what it looks at runs where that changed, and one that takes test files
// runs those of the task; the whole suite runs on the product.

import { existsSync, readFileSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import type { GateText, TaskText } from "../rig/specs.ts";

/** Each gate notes that it ran, and on which tests. */
const noting = (id: string, ...inputs: readonly string[]): GateText => ({
  id,
  run: `echo ${id} >> $HOME/ran.txt`,
  inputs,
});

function ran(rig: FactoryRig): readonly string[] {
  const path = rig.path("../home/ran.txt");
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").trim().split("\n");
  rmSync(path);
  return lines;
}

async function workspace(
  gates: readonly GateText[],
  task: Partial<TaskText> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    projects: [
      { id: "app", gates, files: { "README.md": "app\n", "docs/a.md": "a\n", "src/a.txt": "a\n", ...files } },
    ],
    agents: { clerk: { kind: "command", run: "mkdir -p tests && echo another > tests/new.test.mjs" } },
    limits: { attempts: 1, rebases: 0 },
  });
  rig.feature({ id: "bills", requirements: { R1: "A bill costs 5." }, tasks: [{ id: "T01", ...task }] });
  return rig;
}

test("a gate runs again where what it looks at changed, and nowhere else", async () => {
  await using rig = await workspace([noting("code", "src/**"), noting("docs", "docs/**")]);
  expect((await rig.build()).code).toBe(0);
  // Once each on what people wrote; then the draft, which writes below src/, and which is the product.
  const first = ran(rig);
  expect([first.slice(0, 2).toSorted(), first.slice(2)]).toEqual([["code", "docs"], ["code"]]);

  rig.write({ "projects/app/README.md": "told anew\n" });
  await rig.commit("app", "Read me");
  expect([(await rig.build()).code, ran(rig)]).toEqual([0, []]);

  rig.write({ "projects/app/docs/a.md": "told anew\n" });
  await rig.commit("app", "Document");
  expect([(await rig.build()).code, ran(rig)]).toEqual([0, ["docs"]]);

  // What it saw before, it need not see again.
  await rig.git("app", "revert", "--no-edit", "HEAD");
  expect([(await rig.build()).code, ran(rig)]).toEqual([0, []]);

  await rig.git("app", "rm", "--quiet", "src/a.txt");
  await rig.git("app", "commit", "--quiet", "--message", "Remove");
  expect([(await rig.build()).code, ran(rig)]).toEqual([0, ["code"]]);
});

test("what a gate runs from, and what its tools are installed from, counts without being named", async () => {
  const code = { ...noting("code", "src/**"), run: "sh ./check.sh" };
  await using rig = await workspace([code], {}, { "check.sh": "echo code >> $HOME/ran.txt\n" });
  expect((await rig.build()).code).toBe(0);
  ran(rig);
  rig.write({ "projects/app/check.sh": "echo stricter >> $HOME/ran.txt\n" });
  await rig.commit("app", "Check more");
  expect((await rig.build()).code).toBe(0);
  expect(ran(rig)).toContain("stricter");
});

test("a gate that takes test files runs those of the task, and all on what people wrote and on the product", async () => {
  const run = "printf '%s|' run {{tests}} >> $HOME/ran.txt; echo >> $HOME/ran.txt";
  await using rig = await workspace([{ id: "test", run }], {
    files: ["src/price.txt", "tests/the price.txt"],
  });
  expect((await rig.build()).code).toBe(0);
  expect(ran(rig)).toEqual(["run|", "run|tests/the price.txt|", "run|"]);
});

/** A report of the tests that are named in the files that it is told, else in all below tests/. */
const REPORTER = `import { readdirSync, readFileSync, writeFileSync } from "node:fs";
const [report, ...told] = process.argv.slice(2);
const files = told.length > 0 ? told : readdirSync("tests").map((name) => "tests/" + name);
const names = files.flatMap((file) => readFileSync(file, "utf8").trim().split("\\n")).map((name) => name.replace(/[<>&"]/g, " "));
const cases = names.map((name) => '<testcase classname="c" name="' + name + '"/>').join("");
writeFileSync(report, "<testsuite>" + cases + "</testsuite>");
`;

test("a criterion that a test of another file proves is proven where the gate runs the task's files", async () => {
  const gate: GateText = { id: "test", run: "node report.mjs {{report}} {{tests}}", report: "junit" };
  const task = { generator: null, agent: "clerk", files: ["tests/new.test.mjs"], acceptance: ["costs 5"] };
  const files = { "report.mjs": REPORTER, "tests/old.test.mjs": "[bills:T01.A1] costs 5\n" };
  await using rig = await workspace([gate], task, files);
  const built = await rig.build();
  expect([built.code, built.stderr]).toEqual([0, expect.anything()]);
  await using bare = await workspace([gate], task, { ...files, "tests/old.test.mjs": "nothing\n" });
  const refused = await bare.build();
  expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining("no test: costs 5")]);
});

test("inputs that leave out the gate's canary are refused, and inputs that are nothing are told", async () => {
  const canary = { "src/canary.txt": "broken\n" };
  await using rig = await workspace([
    { id: "code", run: "! grep -rq broken .", inputs: ["source/**"], canary },
  ]);
  const refused = await rig.factory("build");
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringContaining(
      "The gate code does not look at its own canary: no pattern of inputs covers src/canary.txt.",
    ),
  ]);
  // Each of them: a folder alone covers nothing, and the others would hide that.
  const inputs = ["./src/**", "docs", "docs/"];
  await using blind = await workspace([{ id: "code", run: "! grep -rq broken src", inputs, canary }]);
  const built = await blind.build();
  const found = built.document.diagnostics.filter(({ code }) => code === "gate-sees-nothing");
  expect(found.map(({ message }) => message)).toEqual([
    "Inputs of gate code are no file of app: docs, docs/. It misses what was meant by them.",
  ]);
});
