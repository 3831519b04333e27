// What is told of a file that declares more than a window should spend on it?

import { expect, test } from "vitest";
import { declaredInterface } from "../../src/context/declared-interface.ts";
import { fitInterfaces } from "../../src/context/fit-interfaces.ts";
import { Grammars, hasGrammars } from "../../src/platform/grammars.ts";

const GRAMMARS = new Grammars();

const surface = (path: string, source: string) => declaredInterface(path, Buffer.from(source), GRAMMARS);

/** What is shown of the file to a task with that description, in so much room. */
async function told(path: string, source: string, description = "Do it.", limit = 3000) {
  const shown = await surface(path, source);
  const task = { kind: "task", name: "description", text: description, place: null } as const;
  const [segment] = fitInterfaces([{ name: `app/${path}`, shown, isReadable: true }], [task], limit);
  expect(segment?.basis ?? segment?.text).toBe(shown.text);
  return segment?.text ?? "";
}

const many = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join("\n");

/** In each, what holds `hid` is of no use to others, and what holds `seen` is; both are many. */
const LARGE: readonly [path: string, source: string][] = [
  [
    "src/desk.ts",
    `export class Desk {\n${many(45, (at) => `  private hid${at}: Map<string, number> = new Map();\n  #hidden${at} = 1;`)}\n${many(12, (at) => `  seen${at}(guest: string): number { return ${at}; }`)}\n}\n`,
  ],
  [
    "desk.go",
    `package desk\n\ntype Desk struct {\n\tSeen0 string\n${many(20, (at) => `\thid${at} map[string]int`)}\n}\n${many(12, (at) => `func (d *Desk) Seen${at}(guest string) int { return ${at} }`)}\n${many(20, (at) => `func hidden${at}(guest string) map[string]int { return nil }`)}\n`,
  ],
  [
    "src/desk.rs",
    `pub struct Desk {\n    pub seen0: String,\n${many(20, (at) => `    hid${at}: std::collections::HashMap<String, usize>,`)}\n}\nimpl Desk {\n${many(12, (at) => `    pub fn seen${at}(&self, guest: &str) -> usize { ${at} }`)}\n${many(20, (at) => `    fn hidden${at}(&self, guest: &str) -> usize { ${at} }`)}\n}\n`,
  ],
  [
    "src/Desk.java",
    `public class Desk {\n${many(20, (at) => `  private final Map<String, Integer> hid${at} = null;`)}\n${many(12, (at) => `  public int seen${at}(String guest) { return ${at}; }`)}\n}\n`,
  ],
  [
    "Desk.cs",
    `public class Desk {\n${many(20, (at) => `  readonly Dictionary<string, int> hid${at};`)}\n${many(12, (at) => `  public int Seen${at}(string guest) => ${at};`)}\n}\n`,
  ],
  [
    "lib/desk.rb",
    `class Desk\n${many(25, (at) => `  def seen${at}(guest)\n    ${at}\n  end`)}\n  private\n${many(25, (at) => `  def hid${at}(guest, day)\n    ${at}\n  end`)}\nend\n`,
  ],
  [
    "desk.py",
    `class Desk:\n${many(18, (at) => `    def _hid${at}(self, guest: str, day: int) -> int:\n        return ${at}`)}\n${many(12, (at) => `    def seen${at}(self, guest: str) -> int:\n        return ${at}`)}\n`,
  ],
  [
    "src/desk.hpp",
    `class Desk {\n${many(20, (at) => `  std::map<std::string, int> hid${at};`)}\npublic:\n${many(12, (at) => `  int seen${at}(const std::string& guest) const;`)}\n};\n`,
  ],
  [
    "desk.c",
    `${many(20, (at) => `static int hid${at}(const char *guest, int day) { return ${at}; }`)}\n${many(12, (at) => `int seen${at}(const char *guest) { return ${at}; }`)}\n`,
  ],
  [
    "src/desk.php",
    `<?php\nclass Desk {\n${many(20, (at) => `  private array $hid${at} = [];\n  private ?string $hidden${at} = null;`)}\n${many(12, (at) => `  public function seen${at}(string $guest): int { return ${at}; }`)}\n}\n`,
  ],
];

test.skipIf(!hasGrammars()).each(LARGE)(
  "of %s all is told that others reach, in a kilobyte",
  async (path, source) => {
    const text = await told(path, source);
    const heads = text.slice(0, text.lastIndexOf("(By name"));
    for (let at = 0; at < 12; at++) expect(heads).toMatch(new RegExp(`seen${at}\\b.*guest`, "i"));
    expect(heads).not.toMatch(/\bhid|_hid/);
    expect(text).toMatch(/\(By name and line: .*hid\w* \d+/);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024);
  },
);

test("a private member that the task names is told by its head", async () => {
  const [path, source] = LARGE[0] as [string, string];
  expect(await told(path, source, "Empty `hid7` first.")).toContain("private hid7");
});

test("of a word that could be one of a sentence nothing private is told by its head", async () => {
  const source = `export class Desk {\n${many(40, (at) => `  seen${at}(guest: string, day: number): number { return ${at}; }`)}\n  private first(guest: string): number { return 1; }\n}\n`;
  expect(await told("src/desk.ts", source, "Do this first.", 1400)).not.toContain("private first(");
  expect(await told("src/desk.ts", source, "Do this before desk.first() is called.", 1400)).toContain(
    "first",
  );
});

test("of a short file all is told, and as it always was", async () => {
  const source = "export class Desk {\n  private log: string[] = [];\n  add(guest: string): void {}\n}\n";
  expect(await told("src/desk.ts", source)).toContain("private log;");
});

test("where heads have no room, every file tells at least its names", async () => {
  const source = (letter: string) =>
    `export class Desk${letter} {\n${many(60, (at) => `  ${letter}${at}(guest: string, day: number): Map<string, number> { return new Map(); }`)}\n}\n`;
  const files = await Promise.all(
    ["a", "b", "c"].map(async (letter) => {
      const shown = await surface(`src/${letter}.ts`, source(letter));
      return { name: `app/src/${letter}.ts`, shown, isReadable: true };
    }),
  );
  const shown = fitInterfaces(files, [], 1800);
  for (const [at, letter] of ["a", "b", "c"].entries()) {
    expect(shown[at]?.text).toMatch(new RegExp(`By name and line: .*${letter}\\d+ \\d+`));
    expect(shown[at]?.text).toMatch(new RegExp(`Read src/${letter}\\.ts:\\d+-\\d+\\)$`));
  }
});

test.skipIf(!hasGrammars())("what another type asks for is told by that type alone", async () => {
  const rust = `pub trait Flag { fn name(&self) -> &'static str; fn update(&self, on: bool) -> Result<(), String>; }\n${many(20, (at) => `pub struct F${at};\nimpl Flag for F${at} {\n    fn name(&self) -> &'static str { "" }\n    fn update(&self, on: bool) -> Result<(), String> { Ok(()) }\n}`)}\n`;
  const text = await told("src/flags.rs", rust);
  expect(text).toContain("impl Flag for F19 {}");
  expect(text.match(/fn update/g)).toHaveLength(1);
  const java = `public class Desk extends Base {\n${many(30, (at) => `  @Override public int hid${at}(String guest, int day) { return ${at}; }`)}\n  public int seen(String guest) { return 1; }\n}\n`;
  const desk = await told("src/Desk.java", java);
  expect(desk.split("\n").slice(0, 3)).toEqual([
    "public class Desk extends Base {",
    "  public int seen(String guest)",
    "}",
  ]);
});

test("of overloads the one that holds the body is not told a second time", async () => {
  const one = (at: number) =>
    `@overload\ndef ask${at}(text: str, limit: int) -> str: ...\n@overload\ndef ask${at}(text: str, limit: None) -> None: ...\ndef ask${at}(text: str, limit: int | None = None) -> str | None:\n    return None`;
  if (!hasGrammars()) return;
  const text = await told("ask.py", many(9, one));
  expect(text.match(/def ask3\b/g)).toHaveLength(2);
});

test.skipIf(!hasGrammars())(
  "a method that is made private where it is written keeps its body to itself",
  async () => {
    const source =
      "class Desk\n  private def open(day)\n    HIDDEN\n  end\n  private_class_method def self.shut\n    HIDDEN\n  end\nend\n";
    const { text } = await surface("lib/desk.rb", source);
    expect(text).toContain("private def open(day)");
    expect(text).not.toContain("HIDDEN");
  },
);

test("comments of written declarations take no room in a window", async () => {
  const source = `${many(8, (at) => `/**\n * Says what seen${at} is for, in many words that nobody\n * who calls it with types is bound by.\n */\nexport function seen${at}(guest: string /* a name */, glue?: "//"): number;`)}\n`;
  const text = await told("index.d.ts", source);
  expect(text).toContain(`export function seen7(guest: string , glue?: "//"): number;`);
  expect(text).not.toMatch(/many words|a name/);
});

test.each([
  ["src/UnitTests/Desk.cs", false],
  ["Shop.Tests/Desk.cs", false],
  ["spec/support/desk.rb", false],
  ["index.test-d.ts", false],
  ["src/Contests/Desk.cs", true],
  ["spec/openapi.yaml", true],
  ["src/commands/test.ts", true],
])("%s: whether others build on it is %s", async (path, isShown) => {
  const { hasInterface } = await import("../../src/context/declared-interface.ts");
  expect(hasInterface(path)).toBe(isShown);
});
