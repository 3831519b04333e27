// Which changes of a file in another language, or of a contract, does a window show, and which does it not?

import { expect, test } from "vitest";
import { declaredInterface } from "../../src/context/declared-interface.ts";
import { fitInterfaces } from "../../src/context/fit-interfaces.ts";
import { Grammars, hasGrammars } from "../../src/platform/grammars.ts";

const GRAMMARS = new Grammars();

const surface = (path: string, source: string) => declaredInterface(path, Buffer.from(source), GRAMMARS);

/** In each, HIDDEN stands in bodies and values, and nowhere else. */
const SOURCES: readonly [path: string, source: string, shown: string][] = [
  [
    "pay/till.py",
    `import os\nLIMIT: int = HIDDEN\n\n@dataclass\nclass Till(Base):\n    """HIDDEN"""\n    cents: int = HIDDEN\n\n    @property\n    def full(self) -> bool:\n        return HIDDEN\n\ndef add(a, b=2):\n    return HIDDEN\n`,
    `LIMIT: int\n@dataclass\n  class Till(Base):\n    cents: int\n    @property\n      def full(self) -> bool:\ndef add(a, b=2):`,
  ],
  [
    "till.go",
    `package pay\n\ntype Till struct {\n\tCents int\n}\n\nvar open = HIDDEN()\n\nfunc (t Till) Add(n int) error {\n\treturn HIDDEN\n}\n`,
    `type Till struct {\n  Cents int\n  }\nvar open\nfunc (t Till) Add(n int) error`,
  ],
  [
    "src/till.rs",
    `pub struct Till { pub cents: u8 }\nimpl Till {\n  pub fn add(&self, n: u8) -> u8 { HIDDEN }\n}\npub const L: u8 = HIDDEN;\n`,
    `pub struct Till { pub cents: u8 }\nimpl Till {\n    pub fn add(&self, n: u8) -> u8\n}\npub const L: u8`,
  ],
  [
    "src/Till.java",
    `package pay;\npublic class Till extends Base {\n  private int cents = HIDDEN;\n  public int add(int n) throws Full { return HIDDEN; }\n}\n`,
    `public class Till extends Base {\n    private int cents\n    public int add(int n) throws Full\n}`,
  ],
  [
    "Till.cs",
    `namespace Pay {\n  public class Till : Base {\n    public int Cents { get { return HIDDEN; } }\n    public int Add(int n) => HIDDEN;\n  }\n}\n`,
    `namespace Pay {\n    public class Till : Base {\n        public int Cents\n        public int Add(int n)\n    }\n}`,
  ],
  [
    "lib/till.rb",
    `class Till < Base\n  attr_reader :cents\n  def add(a, b = 2)\n    HIDDEN\n  end\nend\n`,
    `class Till < Base\n    attr_reader :cents\n    def add(a, b = 2)\nend`,
  ],
  [
    "src/till.php",
    `<?php\nclass Till extends Base {\n  public int $cents = HIDDEN;\n  public function add(int $n): int { return HIDDEN; }\n}\n`,
    `class Till extends Base {\n    public int $cents\n    public function add(int $n): int\n}`,
  ],
  [
    "src/till.hpp",
    `namespace pay {\nclass Till : public Base {\npublic:\n  int add(int n) const { return HIDDEN; }\n};\n}\ntemplate <typename T> T twice(T a) { return HIDDEN; }\n`,
    `namespace pay {\n    class Till : public Base {\n        int add(int n) const\n    }\n}\ntemplate <typename T> T twice(T a)`,
  ],
  [
    "src/Till.kt",
    `package pay\n\ndata class Till(val cents: Int = 2, private val name: String) : Base(cents) {\n  var open: Boolean = HIDDEN\n    private set\n  val full: Boolean get() = HIDDEN\n  fun add(n: Int): Int = HIDDEN\n  companion object {\n    fun empty(): Till { return HIDDEN }\n  }\n}\nval LIMIT: Int by lazy { HIDDEN }\n`,
    `data class Till(val cents: Int = 2, private val name: String) : Base(cents) {\n    var open: Boolean\n      private set\n    val full: Boolean\n    fun add(n: Int): Int\n    companion object {\n        fun empty(): Till\n    }\n}\nval LIMIT: Int`,
  ],
  [
    "Sources/Till.swift",
    `import HIDDEN\n\npublic struct Till: Base {\n  public let cents: Int = HIDDEN\n  var full: Bool { return HIDDEN }\n  public init(_ n: Int = 2) throws { HIDDEN() }\n  func add(_ n: Int, to name: String) async -> Int { return HIDDEN }\n}\n`,
    `public struct Till: Base {\n    public let cents: Int\n    var full: Bool\n    public init(_ n: Int = 2) throws\n    func add(_ n: Int, to name: String) async -> Int\n}`,
  ],
  ["bin/till.sh", `LIMIT=HIDDEN\nadd() {\n  echo HIDDEN\n}\n`, `LIMIT\nadd()`],
];

test.skipIf(!hasGrammars()).each(SOURCES)("%s is shown by its heads", async (path, source, shown) => {
  const one = await surface(path, source);
  expect(one).toMatchObject({ rung: "heads", text: shown });
  expect((await surface(path, source.replaceAll("HIDDEN", "OTHER"))).text).toBe(one.text);
});

test.each([
  [
    "lib/till.js",
    `class Till { add(n) { return HIDDEN; } }\nmodule.exports = { Till, open: () => HIDDEN };\n`,
    "add(n);",
  ],
  [
    "lib/till.mjs",
    `export const add = (a, b) => HIDDEN;\nexport default function till(a) { return HIDDEN; }\n`,
    "till(a)",
  ],
  ["lib/till.cjs", `exports.add = function (a, b) { return HIDDEN; };\n`, "exports.add = function (a, b)"],
])("%s is shown by its heads, with or without grammars", async (path, source, shown) => {
  const one = await surface(path, source);
  expect(one.rung).toBe("heads");
  expect(one.text).toContain(shown);
  expect(one.text).not.toContain("HIDDEN");
});

test("a contract is shown as it stands, and cut to what is named where it is long", async () => {
  const paths = Array.from({ length: 80 }, (_, at) => `  /things/${at}:\n    get: {operationId: thing${at}}`);
  const source = `openapi: 3.1.0\npaths:\n${paths.join("\n")}\n`;
  const one = await surface("openapi.yaml", source);
  expect(one).toMatchObject({ rung: "contract", text: source.trimEnd() });
  const file = { name: "api/openapi.yaml", shown: one, isReadable: false };
  const named = { kind: "task", name: "description", text: "Call thing71.", place: null } as const;
  const [cut] = fitInterfaces([file], [named], 2000);
  expect(cut?.basis).toBe(one.text);
  expect(cut?.text).toMatch(/\(Not shown: \d+ of 82 declarations\. The file is not at hand here\)$/);
  expect(cut?.text.length).toBeLessThanOrEqual(1024);
});

test("of all else a window tells that it is there, and every change counts", async () => {
  const one = await surface("logo.svgz", "one");
  expect(one).toMatchObject({ rung: "named", text: expect.stringMatching(/^\(3 bytes, sha256 /) });
  expect((await surface("logo.svgz", "two")).text).not.toBe(one.text);
});

test("files that have no room even for a line each are counted by folder", () => {
  const file = (at: number) => {
    const shown = { path: `src/deep/file${at}.bin`, text: "x".repeat(200), rung: "named" as const };
    return { name: `app/${shown.path}`, shown: { ...shown, declarations: [], lines: 1 }, isReadable: true };
  };
  const shown = fitInterfaces(
    Array.from({ length: 50 }, (_, at) => file(at)),
    [],
    300,
  );
  expect(shown.map(({ text }) => text).filter((text) => text !== "")).toEqual([
    "(Not shown: 50 files, in src/deep/ (50))",
  ]);
  expect(shown.every(({ basis }) => basis?.length === 200)).toBe(true);
});

test("what a pattern of the reader's scope covers is one line, counts as a whole, and leaves its room to others", () => {
  const file = (path: string, isWritable: boolean, isReadable = true) => {
    const shown = { path, text: "x".repeat(200), rung: "named" as const, declarations: [], lines: 1 };
    return { name: `app/${path}`, shown, isReadable, isWritable };
  };
  const files = [file("src/a.bin", true), file("lib/b.bin", false), file("src/c.bin", true, false)];
  const shown = fitInterfaces(files, [], 3000);
  expect(shown.map(({ text }) => text)).toEqual([
    "(Among the files that you may write: read it there)",
    "x".repeat(200),
    "x".repeat(200),
  ]);
  expect(shown[0]?.basis).toBe("x".repeat(200));
});
