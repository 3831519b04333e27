// Where does a head end, and what declares beside classes and functions? What real code does that samples do not.

import { expect, test } from "vitest";
import { declaredInterface } from "../../src/context/declared-interface.ts";
import { Grammars, hasGrammars } from "../../src/platform/grammars.ts";

const GRAMMARS = new Grammars();

const surface = (path: string, source: string) => declaredInterface(path, Buffer.from(source), GRAMMARS);

/** In each, HIDDEN stands where others do not look, and nowhere else. */
const SOURCES: readonly [what: string, path: string, source: string, shown: string][] = [
  [
    "a result that is one of several types",
    "find.py",
    "def find(name: str) -> Guest | None:\n    # HIDDEN\n    return HIDDEN\n",
    "def find(name: str) -> Guest | None:",
  ],
  [
    "what is declared under a condition",
    "paths.py",
    "if sys.platform == 'win32':\n    def home(user): return HIDDEN\nelse:\n    def home(user=None): return HIDDEN\n",
    "def home(user):\ndef home(user=None):",
  ],
  [
    "what a package hands on",
    "inn/__init__.py",
    "from .guests import Guest, Room as Chamber\nimport os\n__all__ = ['Guest', 'Chamber']\nSIZE = HIDDEN\n",
    "from .guests import Guest\nfrom .guests import Room as Chamber\nimport os\n__all__ = ['Guest', 'Chamber']\nSIZE",
  ],
  [
    "what a module hands on, and types that it names",
    "inn/types.py",
    "from HIDDEN import x\nfrom .rooms import Room as Room\nKey = Literal['id', 'name']\nT = TypeVar('T')\n",
    "from .rooms import Room as Room\nKey = Literal['id', 'name']\nT = TypeVar('T')",
  ],
  [
    "comments within a head",
    "inn.rb",
    "class Inn < House # HIDDEN\n  # HIDDEN\n  def open(a, # HIDDEN\n           b)\n    HIDDEN\n  end\n  Key = Struct.new(:id) do\n    HIDDEN\n  end\nend\n",
    "class Inn < House\n    def open(a,\n      b)\n    Key = Struct.new(:id)\nend",
  ],
  [
    "several names with values, and constants with bodies",
    "Inn.java",
    "enum Kind {\n  SMALL(1) { int beds() { return HIDDEN; } },\n  /* HIDDEN */ LARGE;\n  int beds() { return HIDDEN; }\n}\nclass Inn {\n  int a = HIDDEN, b = HIDDEN;\n}\n",
    "enum Kind {\n    SMALL(1)\n    LARGE\n    int beds()\n}\nclass Inn {\n    int a, b\n}",
  ],
  [
    "values of fields, and what a constructor hands on",
    "Inn.cs",
    "class Inn : House {\n  int beds = HIDDEN(), rooms = 3;\n  public Inn(int n) : base(HIDDEN) { HIDDEN(); }\n  public int this[int i] { get { return HIDDEN; } }\n}\n",
    "class Inn : House {\n    int beds, rooms\n    public Inn(int n)\n    public int this[int i]\n}",
  ],
  [
    "what its grammar takes for something else",
    "Inn.kt",
    "fun interface Door {\n  fun open(): Int\n}\nclass Inn(house: House) : House by house {\n  fun open() = HIDDEN\n}\ndata class Key(val id: Int)\n",
    "interface Door {\n    fun open(): Int\n}\nclass Inn(house: House) : House by house {\n    fun open()\n}\ndata class Key(val id: Int)",
  ],
  [
    "a constructor on a line of its own",
    "Inn.kt",
    "class Inn<T>\n@Inject\ninternal constructor(val beds: Int) : House {\n  fun open() = HIDDEN\n}\n",
    "class Inn<T>\n  @Inject\n  internal constructor(val beds: Int) : House {\n    fun open()\n}",
  ],
  [
    "names of an enumeration, protocols, and words younger than its grammar",
    "Inn.swift",
    "#if canImport(HIDDEN)\npublic import HIDDEN\n#endif\nenum Kind: Int {\n  case small = 1, large\n  case odd(beds: Int)\n}\nprotocol House {\n  associatedtype Bed\n  var beds: Int { get }\n}\npackage final class Inn {\n  private nonisolated(unsafe) var open = HIDDEN\n  subscript(i: Int) -> Int { HIDDEN }\n}\n",
    "enum Kind: Int {\n    case small = 1, large\n    case odd(beds: Int)\n}\nprotocol House {\n    associatedtype Bed\n    var beds: Int { get }\n}\npackage final class Inn {\n    private nonisolated(unsafe) var open\n    subscript(i: Int) -> Int\n}",
  ],
  [
    "attributes that bind others, macros, and imports that a head needs",
    "src/inn.rs",
    "use std::HIDDEN;\nuse crate::guests::Guest;\npub mod rooms;\n#[derive(Clone)]\n#[inline]\npub struct Inn {\n  // HIDDEN\n  pub beds: u8,\n}\npub fn of(guest: Guest) -> u8 { HIDDEN }\nmacro_rules! bed { ($n:expr) => { HIDDEN } }\n#[cfg(test)]\nmod tests { fn HIDDEN() {} }\n",
    "use crate::guests::Guest;\npub mod rooms;\n#[derive(Clone)]\n  pub struct Inn {\n  pub beds: u8,\n  }\npub fn of(guest: Guest) -> u8\nmacro_rules! bed { ($n:expr) }",
  ],
  [
    "a header that C++ may read, and macros that declare",
    "inn.h",
    '#ifdef __cplusplus\nextern "C" {\n#endif\nint beds(int n);\nstatic int rooms = HIDDEN, *free = HIDDEN;\nDECLARE_LIST(guests);\n#ifdef __cplusplus\n}\n#endif\n',
    "int beds(int n);\nstatic int rooms, *free\nDECLARE_LIST(guests)",
  ],
  [
    "macros on lines of their own, and constants that look like them",
    "inn.hpp",
    "#pragma once\nINN_NAMESPACE_BEGIN\n// rooms\nINN_TEMPLATE_HEAD\nclass Inn {\n public:\n  INN_RETURNS_NON_NULL\n  int* beds(int n) { return HIDDEN; }\n};\nenum Size {\n  ONE_BED,\n  TWO_BEDS\n};\nINN_NAMESPACE_END\n",
    "class Inn {\n    int* beds(int n)\n}\nenum Size {\n  ONE_BED,\n  TWO_BEDS\n  }",
  ],
  [
    "a function that exists only where nobody else has it",
    "inn.php",
    "<?php\nuse HIDDEN\\Gone;\nuse Inn\\Guest;\nif (!function_exists('beds')) {\n  function beds(Guest $g): ?int { return HIDDEN; }\n}\n",
    "use Inn\\Guest;\nfunction beds(Guest $g): ?int",
  ],
  [
    "values of a group",
    "inn.go",
    "package inn\n\nvar (\n\tbeds = HIDDEN()\n\trooms int = HIDDEN\n)\n\ntype Inn struct {\n\tBeds int // HIDDEN\n}\n",
    "var (\n  beds\n  rooms int\n  )\ntype Inn struct {\n  Beds int\n  }",
  ],
  [
    "functions and exports of a script under a condition",
    "inn.sh",
    "if true; then\n  beds() { HIDDEN; }\nfi\nexport ROOMS=HIDDEN\n",
    "beds()\nROOMS",
  ],
];

test.skipIf(!hasGrammars()).each(SOURCES)("%s: %s", async (_what, path, source, shown) => {
  const one = await surface(path, source);
  expect(one).toMatchObject({ rung: "heads", text: shown });
  expect((await surface(path, source.replaceAll("HIDDEN", "OTHER"))).text).toBe(one.text);
});

test.skipIf(!hasGrammars())(
  "one function that nobody can read makes only itself count as a whole",
  async () => {
    const source =
      "int beds(int n) { return n; }\nint rooms(void) { FOREVER { return (1; } }\nint guests(void) { return 3; }\n";
    const one = await surface("inn.c", source);
    expect(one.text).toMatch(
      /^int beds\(int n\)\nint rooms\(void\)\n {2}\(does not parse: sha256 \w{16}\)\nint guests\(void\)$/,
    );
    const other = async (before: string, after: string) =>
      (await surface("inn.c", source.replace(before, after))).text;
    expect(await other("return n", "return n + 1")).toBe(one.text);
    expect(await other("return 3", "return 4")).toBe(one.text);
    expect(await other("(1;", "(2;")).not.toBe(one.text);
  },
);

test("what is put on the object that a script offers is shown", async () => {
  const one = await surface(
    "lib/inn.js",
    `var inn = exports = module.exports = {};\ninn.beds = function beds(n) { return HIDDEN; };\ninn.open = inn.start = (a) => HIDDEN;\nvar own = {};\nown.hidden = HIDDEN;\n`,
  );
  expect(one.text).toBe("var inn = {};\ninn.beds = function beds(n);\ninn.open = inn.start = (a) =>;");
  const made = await surface(
    "lib/make.js",
    `exports = module.exports = make;\nfunction make(options) { return HIDDEN; }\nmake.version = VERSION;\n`,
  );
  expect(made.text).toBe("exports = make;\nfunction make(options);\nmake.version = VERSION;");
});

const REACHED: readonly [path: string, source: string, reached: readonly string[]][] = [
  [
    "Inn.kt",
    "class Inn(private val beds: Int) {\n  fun open() = 1\n  private fun shut() = 2\n}\nclass Till private constructor(val cents: Int) {\n  fun add() = 3\n}\nprivate class Key(val id: Int)\n",
    ["Inn", "open", "Till", "add"],
  ],
  [
    "Inn.php",
    "<?php\nclass Inn {\n  public function __construct(private int $beds) {}\n  #[Told(by: 'private')]\n  public function open(): int { return 1; }\n  private function shut(int $n): int { return 2; }\n}\n",
    ["Inn", "__construct", "open"],
  ],
];

test.skipIf(!hasGrammars()).each(REACHED)(
  "a word about a part of a head hides nothing else: %s",
  async (path, source, reached) => {
    const { declarations } = await surface(path, source);
    expect(declarations.filter(({ exported }) => exported).map(({ name }) => name)).toEqual(reached);
  },
);
