// What do the next attempt and the person hear of a draft whose tests cannot even be loaded, and of a setup that fails?

import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import { GREETING_TEST_GATE } from "../rig/greeting.ts";
import { ScriptedAgent } from "../rig/scripted-agent.ts";
import type { FeatureText, GateText } from "../rig/specs.ts";

const PYTEST = spawnSync("python3", ["-m", "pytest", "--version"]).status === 0;

function prices(files: readonly string[]): FeatureText {
  return {
    id: "price",
    requirements: { R1: "A price has two digits." },
    tasks: [{ id: "T01", files, generator: null, acceptance: ["writes two digits"] }],
  };
}

/** What the second and later attempts are told of the one before, and what the person is. */
async function lessons(
  gate: GateText,
  files: Readonly<Record<string, string>>,
  drafts: readonly Readonly<Record<string, string>>[],
): Promise<{ readonly windows: readonly string[]; readonly notes: string; readonly told: string }> {
  await using agent = await ScriptedAgent.listen();
  await using rig = await FactoryRig.create({
    projects: [{ id: "app", gates: [gate], files }],
    agents: { scripted: { kind: "command", run: agent.run, timeout: "60s" } },
    implementer: "scripted",
    limits: { attempts: drafts.length, rebases: 0 },
  });
  rig.feature(prices(["src/**", "tests/**"]));
  const run = rig.start("build");
  const windows: string[] = [];
  for (const draft of drafts) {
    const attempt = await agent.nextAttempt();
    windows.push(attempt.window.split("\n").findLast((line) => line.includes("gate test said")) ?? "");
    for (const [path, text] of Object.entries(draft)) await attempt.write(path, text);
    await attempt.exit(0);
  }
  const { code, stdout, stderr } = await run.done;
  expect(code).not.toBe(0);
  return {
    windows: windows.slice(1),
    notes: rig.read(".factory/tasks/price/T01.notes.md"),
    told: stdout + stderr,
  };
}

const said = (line: string) => expect.stringContaining(`gate test said: ${line}`);

test("Node's runner: a missing package, a syntax error, a name that is not exported, and what an assertion found", async () => {
  const money = (head: string, check: string) => ({
    "tests/money.test.js": [
      'import assert from "node:assert/strict";',
      'import { test } from "node:test";',
      head,
      `test("[price:T01.A1] writes two digits", () => ${check});`,
      "",
    ].join("\n"),
  });
  const right = 'assert.equal(price(150), "1.50 EUR")';
  const price = 'import { price } from "../src/price.js";';
  const { windows, notes, told } = await lessons(
    GREETING_TEST_GATE,
    {
      "package.json": '{"type": "module"}\n',
      "src/price.js": 'export const price = (cents) => cents / 100 + " EUR";\n',
      "tests/start.test.js": 'import { test } from "node:test";\ntest("starts", () => {});\n',
    },
    [
      money('import ms from "milliseconds-of-nobody";', "ms(1)"),
      money(price, 'assert.equal(price(150), "1.50 EUR"'),
      money('import { total } from "../src/price.js";', "total()"),
      money(price, right),
      money('import { sum } from "../src/sum.js";', "sum()"),
    ],
  );
  expect(windows).toEqual([
    said("Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'milliseconds-of-nobody'"),
    said("tests/money.test.js:4: SyntaxError: missing ) after argument list"),
    said("tests/money.test.js:3: SyntaxError: The requested module '../src/price.js' does not provide"),
    said("[price:T01.A1] writes two digits: Expected values to be strictly equal:"),
  ]);
  expect(windows[3]).toMatch(/'1\.5 EUR'.*'1\.50 EUR'/);
  // And what the draft was, with the line that the gate names.
  expect(windows[0]).toMatch(/ It changed tests\/money\.test\.js \(new, \+4 -0\)\./);
  expect(windows[1]).toContain("tests/money.test.js:4 was `test(");
  expect(windows.join("\n")).not.toMatch(/\/tmp\/|file:|\d ?ms\b/);
  const last = "Cannot find module 'src/sum.js' imported from tests/money.test.js";
  expect(notes).toContain(last);
  expect(told).toContain(last);
});

test.skipIf(!PYTEST)(
  "pytest: a missing module, a syntax error, a broken fixture and what an assertion found",
  async () => {
    const money = (...lines: string[]) => ({ "tests/test_money.py": `${lines.join("\n")}\n` });
    const { windows, notes } = await lessons(
      {
        id: "test",
        run: "python3 -B -m pytest -q -p no:cacheprovider --junitxml={{report}}",
        report: "junit",
      },
      {
        "pytest.ini": "[pytest]\npythonpath = src\ntestpaths = tests\n",
        "src/tills/__init__.py": "",
        "src/tills/price.py": 'def price(cents):\n    return f"{cents / 100} EUR"\n',
        "tests/test_start.py": "def test_start():\n    pass\n",
      },
      [
        money("from tills.money import total", "def test_total():", "    assert total() == 3"),
        money("def test_total()", "    assert 1"),
        money(
          "import pytest",
          "@pytest.fixture",
          "def till():",
          "    raise OSError('no till is open')",
          "def test_till(till):",
          "    pass",
        ),
        money("from tills.price import price", "def test_price():", "    assert price(150) == '1.50 EUR'"),
        money("from tills.price import total", "def test_price():", "    assert total() == 3"),
      ],
    );
    expect(windows).toEqual([
      said("tests.test_money: tests/test_money.py:1: ModuleNotFoundError: No module named 'tills.money'"),
      said("tests.test_money: tests/test_money.py:1: SyntaxError: "),
      said("test_till: OSError: no till is open"),
      said("test_price: AssertionError: assert '1.5 EUR' == '1.50 EUR'"),
    ]);
    expect(notes).toContain(
      "ImportError: cannot import name 'total' from 'tills.price' (src/tills/price.py)",
    );
  },
);

test("a setup that fails names its cause and its log on the screen, in the notes and in the document", async () => {
  const setup =
    'mkdir -p node_modules; echo 1 > node_modules/half; echo "error: the lock file is older than the manifest"; seq -f "option %g" 400; exit 1';
  await using rig = await FactoryRig.create({ projects: [{ id: "app", setup }] });
  rig.feature({ id: "notes", requirements: { R1: "A note has a text." }, tasks: [{ id: "T01" }] });
  const cause = "the lock file is older than the manifest";
  const log = ".factory/logs/app.setup.log";
  const screen = await rig.factory("build");
  expect(screen.stdout + screen.stderr).toContain(`failed: error: ${cause}.`);
  expect(screen.stdout + screen.stderr).toContain(log);
  const notes = rig.read(".factory/tasks/notes/T01.notes.md");
  for (const part of [cause, "option 400", log]) expect(notes).toContain(part);
  expect(notes.split("\n").length).toBeLessThan(30);
  expect(rig.read(log)).toContain("option 200\n");
  // What it left may be what filled the disk.
  expect(rig.list(".factory/slots").filter((path) => path.endsWith("half"))).toEqual([]);
  const [diagnostic] = (await rig.build()).document.diagnostics;
  expect(diagnostic?.message).toContain(cause);
});
