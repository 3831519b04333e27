// Does `--help` alone take a stranger from nothing to a merged feature? They type nothing but commands that the screen before
// has named, and edit only files that it has named.

import { mkdirSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import type { Run } from "../rig/program.ts";

/** Where packages come from and are kept: a machine behind a mirror has no other way to install any. */
const NPM = Object.fromEntries(
  Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      /^npm_config_(registry|cache|userconfig)$/i.test(entry[0]) && !!entry[1],
  ),
);

class Stranger {
  readonly #rig: FactoryRig;
  #screen = "";

  constructor(rig: FactoryRig) {
    this.#rig = rig;
  }

  /** The one command that anybody guesses. */
  async beginsWithHelp(): Promise<void> {
    this.#see(await this.#rig.factory("--help"));
  }

  /** Types a command, which has to stand on the screen; returns what is printed. */
  async types(command: string): Promise<Run> {
    expect(this.#offered(), this.#screen).toContain(command);
    const run = await this.#rig.factoryWith(NPM, ...command.split(" ").slice(1));
    expect(run.code, `${command}\n${run.stdout}${run.stderr}`).toBe(0);
    return this.#see(run);
  }

  /** Writes over a part of a file, whose path has to stand on the screen. */
  edits(path: string, before: string, after: string): void {
    expect(this.#screen).toContain(path);
    expect(this.#rig.read(path)).toContain(before);
    this.#rig.write({ [path]: this.#rig.read(path).replace(before, after) });
  }

  /** In backticks, or on a line of their own. */
  #offered(): readonly string[] {
    return [...this.#screen.matchAll(/(?:`|^ {2,})(factory [^`\n]+)/gm)].map(([, command]) =>
      (command as string).trim(),
    );
  }

  /** What was on the screen of the last two commands is still to be seen. */
  #see(run: Run): Run {
    const kept = this.#screen.split("\u0000").at(-1) ?? "";
    this.#screen = `${kept}\u0000${run.stdout}\n${run.stderr}`;
    return run;
  }
}

test("in an empty folder, from the help to code that is merged", { timeout: 600_000 }, async () => {
  await using rig = await FactoryRig.create({ projects: [] });
  rig.remove("projects.yaml", ".gitignore", ".git");
  const stranger = new Stranger(rig);
  await stranger.beginsWithHelp();
  await stranger.types("factory init shop");
  await stranger.types("factory new data-model products --yes");
  const build = await stranger.types("factory build products");
  expect(build.stderr).toMatch(/^✓ shop\/ {2}main holds the product at [0-9a-f]{10}$/m);
  expect(await rig.git("shop", "show", "--stat", "--format=", "main")).not.toBe("");
  expect(await rig.git("shop", "ls-tree", "-r", "--name-only", "main")).toContain("src/products/product.ts");
  expect((await rig.factory("check")).code).toBe(0);
});

const SUM_TEST = `import assert from "node:assert";
import { test } from "node:test";
import { sum } from "../src/sum.js";

test("adds", () => assert.equal(sum(1, 2), 3));
`;

const AGENT = `mkdir -p src test
echo 'export const double = (n) => 2 * n;' > src/double.js
cat > test/double.test.js <<'END'
import assert from "node:assert";
import { test } from "node:test";
import { double } from "../src/double.js";

test("[my-feature:T01.A1] doubles", () => assert.equal(double(2), 4));
END
`;

test("in a repository that has code, with an agent of one's own, from the help to a merged feature", async () => {
  await using rig = await FactoryRig.create({ projects: [] });
  rig.remove("projects.yaml", ".gitignore", ".git");
  rig.write({
    "package.json": '{"name": "sums", "type": "module", "scripts": {"test": "node --test"}}\n',
    "src/sum.js": "export const sum = (a, b) => a + b;\n",
    "test/sum.test.js": SUM_TEST,
    "my-agent": AGENT,
  });
  mkdirSync(rig.path("projects"), { recursive: true });
  for (const words of [
    ["init", "-q", "-b", "main"],
    ["add", "-A"],
    ["commit", "-q", "-m", "Years of work"],
  ])
    await rig.git("..", ...words);
  const stranger = new Stranger(rig);
  await stranger.beginsWithHelp();
  await stranger.types("factory init --yes");
  // The screen says that projects.yaml needs an agent, and that file shows how one is written.
  const example = '  # pair: {kind: command, run: "my-agent --in {{window}}", timeout: 15m}';
  stranger.edits(
    "projects.yaml",
    example,
    `  pair: {kind: command, run: "sh ${rig.path("my-agent")}", timeout: 15m}`,
  );
  stranger.edits("projects.yaml", "implementer: {default: local}", "implementer: {default: pair}");
  await stranger.types("factory new my-feature");
  const feature = "specs/my-feature/feature.md";
  stranger.edits(feature, "[src/CHANGE-ME.txt]", "[src/double.js, test/double.test.js]");
  stranger.edits(feature, "say what can be seen once it is done", "doubles a number");
  stranger.edits(feature, "Say in one sentence what shall be true.", "A number can be doubled.");
  await stranger.types("factory validate");
  await stranger.types("factory build my-feature");
  expect(rig.read("src/double.js")).toContain("2 * n");
  expect(await rig.git("..", "log", "--format=%s", "main")).toMatch(/Years of work/);
});
