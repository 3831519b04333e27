// Does `factory init` read a repository that has code, propose what judges it, and keep only what holds?

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, test } from "vitest";
import { converse, SIZED } from "../cli/terminal.ts";
import { asBuild, FactoryRig } from "../rig/factory-rig.ts";

const FACTORY = fileURLToPath(new URL("../../bin/factory.js", import.meta.url));

/** A workspace's folder with files that are committed, and nothing of the factory's. */
async function repository(files: Readonly<Record<string, string>>): Promise<FactoryRig> {
  const rig = await FactoryRig.create({ projects: [] });
  rig.remove("projects.yaml", ".gitignore", ".git");
  rig.write(files);
  mkdirSync(rig.path("projects"), { recursive: true });
  for (const words of [
    ["init", "-q", "-b", "main"],
    ["add", "-A"],
    ["commit", "-q", "-m", "What was there"],
  ])
    await rig.git("..", ...words);
  return rig;
}

const SUM = "export const sum = (a, b) => a + b;\n";
const TEST = `import assert from "node:assert";
import { test } from "node:test";
import { sum } from "../src/sum.js";

test("adds", () => assert.equal(sum(1, 2), 3));
`;

function nodeFiles(scripts: Readonly<Record<string, string>>): Record<string, string> {
  return {
    "package.json": `${JSON.stringify({ name: "sums", type: "module", scripts }, null, 2)}\n`,
    "src/sum.js": SUM,
    "test/sum.test.js": TEST,
  };
}

const DOUBLE = `import assert from "node:assert";
import { test } from "node:test";
import { double } from "../src/double.js";

test("[double:T01.A1] doubles", () => assert.equal(double(2), 4));
`;

test("what a repository has becomes its gates, each tried once, and a feature is built and merged there", async () => {
  await using rig = await repository(nodeFiles({ test: "node --test", lint: "node --check src/sum.js" }));
  const init = await rig.factory("init", "--yes");
  expect(init.code).toBe(0);
  expect(init.stderr).toContain("gate test passes on the untouched tree");
  expect(init.stderr).toContain("gate test refuses its canary");
  expect(init.stderr).toContain("\nnext:\n  factory new my-feature\n");
  const declared = rig.read("projects.yaml");
  expect(declared).toContain(
    "run: node --test --test-reporter=junit --test-reporter-destination={{report}}\n        report: junit\n",
  );

  rig.write({
    // All that a person adds: who writes.
    "projects.yaml": declared
      .replace("agents:\n", 'agents:\n  coder: {kind: command, run: "sh $FACTORY_TEST_AGENT"}\n')
      .replace("implementer: {default: local}", "implementer: coder")
      .replace("$FACTORY_TEST_AGENT", rig.path("agent.sh")),
    "agent.sh": `mkdir -p src test
printf 'export const double = (n) => 2 * n;\\n' > src/double.js
cat > test/double.test.js <<'EOF'
${DOUBLE}EOF
`,
  });
  expect((await rig.factory("new", "double")).code).toBe(0);
  rig.write({
    "specs/double/feature.md": rig
      .read("specs/double/feature.md")
      .replace("[src/CHANGE-ME.txt]", "[src/double.js, test/double.test.js]"),
  });
  const build = asBuild(await rig.factory("build", "--json"));
  expect(build.document.projects.map(({ merged }) => merged)).toEqual([true]);
  expect(rig.read("src/double.js")).toContain("2 * n");
});

test.each([
  ["no JSON", '{\n  "name": "sums",\n  "scripts": {"test": "node --test",}\n}\n', /in line 3\. Mend it/],
  ["not whole", '{"scripts": {"test": }}\n', /scripts and dependencies: Unexpected token '\}'\. Mend it/],
  ["no object", '["sums"]\n', /it is JSON, and no object\. Mend it/],
])(
  "a package.json that is %s is told as such, and never as one that says nothing",
  async (_how, manifest, told) => {
    await using rig = await repository({ ...nodeFiles({}), "package.json": manifest });
    const init = await rig.factory("init", "--yes");
    expect([init.code, init.stderr]).toEqual([0, expect.stringMatching(told)]);
    expect(init.stderr).toContain("package.json cannot be read, so nothing is known of its scripts");
    expect(init.stderr).not.toContain("nothing here says");
  },
);

test("a mark before the text of a package.json is read over", async () => {
  const files = nodeFiles({ test: "node --test" });
  await using rig = await repository({ ...files, "package.json": `\uFEFF${files["package.json"]}` });
  expect((await rig.factory("init", "--yes")).stderr).toContain("gate test passes on the untouched tree");
});

test("where no gate holds, init says that nothing would judge, and what to write", async () => {
  await using rig = await repository({
    ...nodeFiles({ test: "node --test" }),
    "test/broken.test.js": 'throw new Error("broken for years");\n',
  });
  const init = await rig.factory("init", "--yes");
  expect(init.code).toBe(0);
  expect(init.stderr).toContain(
    "no gate would judge what an agent writes: mend one that stands in projects.yaml as a comment",
  );
  expect(init.stderr).toContain("factory help gates-and-services");
});

test("a gate that fails on the code as it is stands as a comment with what it said, and the others hold", async () => {
  await using rig = await repository(
    nodeFiles({
      test: "node --test",
      lint: "node -e \"console.error('src/sum.js:1 too short'); process.exit(1)\"",
    }),
  );
  const init = await rig.factory("init", "--yes", "--json");
  expect([init.code, init.stderr]).toEqual([0, expect.stringContaining("left out: gate lint fails")]);
  expect(JSON.parse(init.stdout)).toMatchObject({
    ...{ schema: 1, ok: true, root: rig.root, project: "workspace", diagnostics: [] },
    files: expect.arrayContaining([{ path: "projects.yaml", done: "made" }]),
    proposal: {
      kind: "Node with npm",
      gates: [
        {
          id: "test",
          report: "junit",
          source: "scripts.test of package.json",
          said: "holds",
          evidence: null,
        },
        { id: "lint", said: "fails", evidence: expect.stringContaining("too short") },
      ],
    },
    notes: [expect.stringContaining("no agent writes its code yet")],
  });
  const declared = rig.read("projects.yaml");
  expect(declared).toMatch(/^ {6}# Left out: .*too short.*\n {6}# - id: lint/m);
  expect((await rig.factory("validate")).code).toBe(0);
  // What a person uncomments is read.
  rig.write({ "projects.yaml": declared.replace(/^( {6})# (?=- id: lint| {2})/gm, "$1") });
  const validate = await rig.factory("validate", "--json");
  expect(JSON.parse(validate.stdout).diagnostics).toEqual([]);
});

test("a setup that fails is told, and leaves its proposal to be corrected", async () => {
  await using rig = await repository({
    "composer.json": '{"require-dev": {"phpunit/phpunit": "*"}}\n',
    "tests/CartTest.php": "<?php\n",
    "composer.lock": "{}\n",
  });
  rig.write({ "bin/composer": "#!/bin/sh\necho 'the mirror is away' >&2\nexit 1\n" });
  chmodSync(rig.path("bin/composer"), 0o755);
  const path = `${rig.path("bin")}:${process.env.PATH}`;
  const init = await rig.factoryWith({ PATH: path }, "init", "--yes", "--json");
  expect(init.code).not.toBe(0);
  expect(init.stderr).toContain("the mirror is away");
  expect(JSON.parse(init.stdout)).toMatchObject({
    ok: false,
    proposal: { setup: expect.stringContaining("composer install"), gates: [{ said: "untried" }] },
    diagnostics: [{ code: "setup-failed", target: "workspace" }],
  });
  expect(rig.read("projects.yaml")).toContain("run: vendor/bin/phpunit --log-junit {{report}}");
});

test("nobody runs what a repository holds unless a person says so", async () => {
  await using rig = await repository(
    nodeFiles({ test: "node --test && touch ../ran", lint: "touch ../ran" }),
  );
  const init = await rig.factory("init");
  expect([init.code, init.stderr]).toEqual([0, expect.stringContaining("its gates were not run")]);
  expect(existsSync(rig.path("../ran"))).toBe(false);
  expect(rig.read("projects.yaml")).toContain("path: ./");
});

test.skipIf(spawnSync("script", ["--version"]).status !== 0).each([
  ["write", "\x1b[B", 0, true],
  ["no", "n", 0, false],
  ["an interrupt", "\x03", 130, null],
])("%s on a terminal runs nothing", async (_answer, keys, expected, isDeclared) => {
  await using rig = await repository(nodeFiles({ test: "touch ../ran" }));
  const code = await converse(rig.root, `${SIZED} '${process.execPath}' '${FACTORY}' init`, [
    ["Write this to projects.yaml?", keys],
  ]);
  expect([code, existsSync(rig.path("../ran"))]).toEqual([expected, false]);
  const declared = existsSync(rig.path("projects.yaml")) ? rig.read("projects.yaml") : null;
  expect(declared?.includes("path: ./") ?? null).toBe(isDeclared);
});

test("programs that init is given are agents from the start, and the first of them implements", async () => {
  await using rig = await repository(nodeFiles({ test: "node --test" }));
  expect((await rig.factory("init", "--with", "claude,codex")).code).toBe(0);
  const declared = rig.read("projects.yaml");
  expect(declared).toContain(
    "  claude: {kind: command, preset: claude}\n  codex: {kind: command, preset: codex}\n",
  );
  expect(declared).toContain("implementer: {default: claude}");
  expect((await rig.factory("validate")).code).toBe(0);
});

test("a folder of a repository says where to begin", async () => {
  await using rig = await repository({ "packages/a/package.json": '{"scripts": {"test": "true"}}\n' });
  const init = await rig.factory("-C", rig.path("packages/a"), "init");
  expect(init.stderr).toContain("packages/a is a folder of a repository");
});

test("a name alone begins a feature, and a template's name is not taken for one", async () => {
  await using rig = await FactoryRig.create({ projects: [{ id: "app" }] });
  expect((await rig.factory("new", "greeting")).stdout).toBe("made  specs/greeting/feature.md\n");
  expect(rig.read("specs/greeting/feature.md")).toContain("title: Greeting\nproject: app\n");
  const again = await rig.factory("new", "greeting");
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("already exists")]);
  const nameless = await rig.factory("new", "data-model");
  expect([nameless.code, nameless.stderr]).toEqual([
    2,
    expect.stringContaining("factory new data-model my-feature"),
  ]);
});

test("people's own test runners find none of the copies that gates worked in", async () => {
  await using rig = await repository(nodeFiles({ test: "node --test" }));
  expect((await rig.factory("init", "--yes")).code).toBe(0);
  const copies = rig.list(".factory/slots").filter((path) => path.endsWith(".test.js"));
  expect(copies.length).toBeGreaterThan(0);
  const vitest = join(import.meta.dirname, "../../node_modules/vitest/vitest.mjs");
  const run = async (...words: readonly string[]) => {
    const { stdout } = await execa(process.execPath, words, { cwd: rig.path("."), reject: false });
    return stdout.trim().split("\n");
  };
  expect(await run("--test", "--test-reporter=tap")).toContain("# tests 1");
  expect(await run(vitest, "list", "--filesOnly", "--root", ".")).toEqual(["test/sum.test.js"]);
});

test("code that nothing speaks for is a project all the same: init says what to write, and a feature is merged", async () => {
  await using rig = await repository({ "readme.md": "# Lists\n", "lists/a b.md": "- one\n" });
  const init = await rig.factory("init", "--yes");
  expect([init.code, init.stderr]).toEqual([
    0,
    expect.stringContaining("nothing here says how this code is tested"),
  ]);
  expect(init.stderr).toContain("write one, a command that fails where something is wrong");
  expect(rig.read("projects.yaml")).toContain("    path: ./\n    gates: []\n    # gates:");
  rig.edit("projects.yaml", "gates: []\n    # gates:", "gates:");
  rig.edit(
    "projects.yaml",
    "    #   - {id: test, run: sh tests/run.sh}",
    "      - {id: list, run: grep -q one lists/*.md}",
  );
  rig.edit("projects.yaml", "implementer: {default: local}", "implementer: coder");
  rig.edit(
    "projects.yaml",
    "agents:\n",
    "agents:\n  coder: {kind: command, run: \"echo '- two' >> 'lists/a b.md'\"}\n",
  );
  expect((await rig.factory("new", "two")).code).toBe(0);
  rig.edit("specs/two/feature.md", "[src/CHANGE-ME.txt]", '["lists/a b.md"]');
  await rig.git("..", "add", "-A");
  await rig.git("..", "commit", "-q", "-m", "A feature");
  const build = await rig.factory("build");
  expect([build.code, build.stderr]).toEqual([0, expect.stringContaining("main holds the product")]);
  expect(rig.read("lists/a b.md")).toBe("- one\n- two\n");
});

test("a Makefile without a target that tests gives a gate that builds, and says so", async () => {
  await using rig = await repository({
    Makefile: "all: a.txt\na.txt: a.in\n\tcp a.in a.txt\n",
    "a.in": "a\n",
  });
  const init = await rig.factory("init", "--yes");
  expect(init.stderr).toContain("gate build passes on the untouched tree");
  expect(init.stderr).toContain("No target of Makefile tests, so this gate only builds: add one that does.");
  expect(rig.read("projects.yaml")).toContain("- id: build # Makefile\n        run: make all\n");
});
