// Does the help teach, and does what it shows work? Examples are read by the parser that reads what people type; pages are
// those of the checkout.

import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeParser } from "../../src/cli/command-parser.ts";
import { SECTIONS } from "../../src/cli/commands.ts";
import type { CommandDeclaration } from "../../src/cli/declaration.ts";
import { readTopics } from "../../src/cli/topics.ts";

const ROOT = join(import.meta.dirname, "../..");
const FACTORY = join(ROOT, "bin/factory.js");

/** Every command by the words that call it. */
const COMMANDS: readonly (readonly [string, CommandDeclaration])[] = SECTIONS.flatMap(({ commands }) =>
  commands.flatMap((entry): (readonly [string, CommandDeclaration])[] =>
    "commands" in entry
      ? entry.commands.map((each) => [`${entry.name} ${each.name}`, each] as const)
      : [[entry.name, entry] as const],
  ),
);

const TOPICS = readTopics(ROOT);

function typed(...args: string[]) {
  return spawnSync(process.execPath, [FACTORY, ...args], { cwd: ROOT, encoding: "utf8" });
}

describe.each(COMMANDS)("%s", (name, { examples, summary }) => {
  test("every example is a call of this command that the parser takes", async () => {
    for (const words of shellWords(examples.map(({ run }) => run))) {
      const calls: string[] = [];
      const parser = await makeParser("0", async (command) => {
        calls.push(command.name);
      });
      await parser.parseAsync([...words], { from: "user" });
      expect(calls).toEqual([name]);
    }
  });

  test("its help shows the examples, with what each does", async () => {
    const shown: string[] = [];
    const parser = await makeParser("0", async () => {});
    const words = name.split(" ");
    const command = words.reduce((at, word) => at.commands.find((one) => one.name() === word) ?? at, parser);
    command.configureOutput({ writeOut: (text) => shown.push(text) });
    const asked = parser.parseAsync([...words, "--help"], { from: "user" });
    await expect(asked).rejects.toMatchObject({ code: "commander.helpDisplayed" });
    const help = shown.join("");
    for (const { run, does } of examples) {
      expect(help).toContain(`factory ${run}`);
      expect(help).toContain(does);
    }
    expect(summary).toMatch(/^[a-z]/);
  });
});

test.each(["build", "template check"])("`factory help %s` is its `--help`", (name) => {
  const words = name.split(" ");
  expect(typed("help", ...words).stdout).toBe(typed(...words, "--help").stdout);
});

test("the help has every command below the heading of its section, and the first steps", () => {
  const { stdout } = typed("--help");
  const from = SECTIONS.map(({ heading }) => stdout.indexOf(`\n${heading}\n`));
  expect(from).toEqual([...from].sort((a, b) => a - b));
  for (const [index, { heading, commands }] of SECTIONS.entries()) {
    const part = stdout.slice(from[index], from[index + 1]);
    expect(part).toContain(heading);
    for (const { name } of commands) expect(part).toMatch(new RegExp(`^ {2}${name}\\b`, "m"));
  }
  expect(stdout.indexOf("First steps")).toBeGreaterThan(from.at(-1) ?? 0);
});

test("without a topic, it lists all commands and all pages", () => {
  const { status, stdout } = typed("help");
  expect(status).toBe(0);
  expect(stdout.startsWith(typed("--help").stdout)).toBe(true);
  for (const { name, title } of topics()) expect(stdout).toMatch(new RegExp(`^ {2}${name} .*${title}`, "m"));
  const document = JSON.parse(typed("help", "--json").stdout) as {
    commands: { name: string }[];
    topics: { name: string }[];
  };
  expect(document.commands.map(({ name }) => name)).toEqual(COMMANDS.map(([name]) => name));
  expect(document.topics.map(({ name }) => name)).toEqual(topics().map(({ name }) => name));
});

test("a page is shown without its marks, and links to pages become commands", () => {
  const { status, stdout, stderr } = typed("help", "reports");
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout.startsWith("Who proves a criterion\n")).toBe(true);
  expect(stdout).not.toMatch(/^(#|```|\|)|\]\(/m);
  expect(typed("help", "gates-and-services").stdout).toContain("slot (factory help slots)");
});

test.each(topics().map(({ name }) => name))(
  "the page %s fits the screen, but for what is to be copied",
  (name) => {
    const { status, stdout } = typed("help", name);
    expect(status).toBe(0);
    const long = stdout.split("\n").filter((line) => line.length > 80 && !line.startsWith("    "));
    // A word, or code that is to be copied, may be longer than its column.
    expect(long.filter((line) => !/\S{20,}|`[^`]{20,}`/.test(line))).toEqual([]);
  },
);

test("a page is called as no command is, for the command would hide it", () => {
  const commands = new Set(SECTIONS.flatMap((section) => section.commands.map(({ name }) => name)));
  expect(topics().filter(({ name }) => commands.has(name))).toEqual([]);
  const names = topics().map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

test("an unknown topic is a usage error that names the closest one", () => {
  for (const [asked, meant] of [
    ["reprots", "reports"],
    ["biuld", "build"],
  ] as const) {
    const { status, stdout, stderr } = typed("help", asked);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(`Did you mean "${meant}"?`);
    expect(stderr).toContain("`factory help`");
  }
  expect(JSON.parse(typed("help", "reprots", "--json").stdout)).toMatchObject({
    diagnostics: [{ code: "usage" }],
  });
});

function topics() {
  if (!TOPICS.ok) throw new Error(JSON.stringify(TOPICS.failure));
  return TOPICS.value;
}

/** Words of each line as a shell would pass them on; the shell itself says so. */
function shellWords(lines: readonly string[]): readonly (readonly string[])[] {
  const script = lines.map((line) => `for word in ${line}; do printf '%s\\n' "$word"; done; echo`).join("\n");
  const said = execFileSync("sh", ["-c", script], { encoding: "utf8" });
  return said
    .trimEnd()
    .split("\n\n")
    .map((words) => words.split("\n"));
}
