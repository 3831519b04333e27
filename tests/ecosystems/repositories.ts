// Which repositories do ecosystems have in which one package is built on another? Each of them has two halves: `cents`
// counts a price in cents, and `two`, in the package that is built on it, the price of two. What a gate says of one of
// them depends on which other it sees.

import { join } from "node:path";
import { type Ecosystem, programOf, versionOf } from "./workshop.ts";

export interface Repository {
  readonly name: string;
  /** False where this machine lacks a tool of it. */
  readonly isHere: boolean;
  readonly ecosystem: Ecosystem;
  /** Runs before the first commit. */
  readonly extra?: string;
  /** Files that count so many cents for a euro; 100 is right. All texts of a half are equally long. */
  cents(count: "100" | " 50", mark: string): Readonly<Record<string, string>>;
  /** Files that take a price so many times; 2 is right. */
  two(times: "2" | "4", mark: string): Readonly<Record<string, string>>;
}

const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

const centsJs = (count: string, mark: string) =>
  `export const cents = (euros) => Math.round(euros * ${count});\n// ${mark}\n`;
const twoJs = (from: string) => (times: string, mark: string) =>
  `import { cents } from "${from}";\nexport const two = (euros) => ${times} * cents(euros);\n// ${mark}\n`;
const testJs = (from: string, more = "") =>
  [
    'import assert from "node:assert";',
    'import test from "node:test";',
    `import { two } from "${from}";`,
    'test("two", () => assert.equal(two(1.5), 300));',
    more,
  ].join("\n");

const A = "packages/a/index.js";
const B = "packages/b/index.js";

/** Packages `@shop/a` and `@shop/b`, which is built on it as `a` says. */
function packages(
  a: string,
  rootPackage: object,
  more: {
    readonly files?: Readonly<Record<string, string>>;
    readonly dependencies?: object;
    readonly tests?: string;
  } = {},
): Readonly<Record<string, string>> {
  const pack = (name: string, rest: object = {}) =>
    json({ name: `@shop/${name}`, version: "1.0.0", type: "module", exports: "./index.js", ...rest });
  return {
    ".gitignore": "node_modules/\ndist/\n",
    "package.json": json({ name: "shop", private: true, type: "module", ...rootPackage }),
    "packages/a/package.json": pack("a"),
    [A]: centsJs("100", "first"),
    "packages/b/package.json": pack("b", { dependencies: { "@shop/a": a, ...more.dependencies } }),
    [B]: twoJs("@shop/a")("2", "first"),
    "packages/b/b.test.js": testJs("@shop/b", more.tests),
    ...more.files,
  };
}

const inPackages = {
  cents: (count: string, mark: string) => ({ [A]: centsJs(count, mark) }),
  two: (times: string, mark: string) => ({ [B]: twoJs("@shop/a")(times, mark) }),
};
const WORKSPACES = { workspaces: ["packages/*"] };

export const NPM: Repository = {
  name: "npm workspaces",
  isHere: true,
  ecosystem: {
    files: packages("1.0.0", WORKSPACES, {
      files: {
        // A package that is not of the workspace, with a place to be added.
        "local/coin/package.json": json({
          name: "coin",
          version: "1.0.0",
          type: "module",
          exports: "./index.js",
        }),
        "local/coin/index.js": "export const coin = 5;\n",
      },
    }),
    setup: "npm ci --no-audit --no-fund --ignore-scripts --offline",
    gate: "node --test",
  },
  extra: "npm install --no-audit --no-fund --package-lock-only --offline",
  ...inPackages,
};

/** The program in its own folder of PATH, and what a call of it begins with. */
function program(release: string, file: string): { readonly isHere: boolean; readonly call: string } {
  const programs = programOf(release, file);
  return { isHere: programs !== null, call: `PATH="${programs}:$PATH" ${file}` };
}

const pnpm = program("pnpm@9.8.0", "pnpm");
export const PNPM: Repository = {
  name: "a pnpm workspace",
  isHere: pnpm.isHere,
  ecosystem: {
    files: packages(
      "workspace:*",
      {},
      {
        files: { "pnpm-workspace.yaml": "packages:\n  - packages/*\n" },
        dependencies: { "is-number": "7.0.0" },
        tests:
          'import { createRequire } from "node:module";\ntest("number", () => assert.equal(createRequire(import.meta.url)("is-number")("no"), false));\n',
      },
    ),
    setup: `${pnpm.call} install --frozen-lockfile --prefer-offline`,
    gate: "node --test packages/",
  },
  extra: `${pnpm.call} install --lockfile-only`,
  ...inPackages,
};

const yarn = program("yarn@1.22.22", "yarn");
export const YARN: Repository = {
  name: "a workspace of yarn",
  isHere: yarn.isHere,
  ecosystem: {
    files: packages("1.0.0", WORKSPACES),
    setup: `${yarn.call} install --frozen-lockfile --ignore-scripts --offline`,
    gate: "node --test packages/",
  },
  extra: `${yarn.call} install --ignore-scripts`,
  ...inPackages,
};

const bun = program("bun@1.1.38", "bun");
export const BUN: Repository = {
  name: "a workspace of bun",
  isHere: bun.isHere,
  ecosystem: {
    files: packages("1.0.0", WORKSPACES),
    setup: `${bun.call} install --frozen-lockfile --ignore-scripts`,
    gate: "node --test packages/",
  },
  extra: `${bun.call} install --ignore-scripts`,
  ...inPackages,
};

const PYTHONS = ["/usr/bin/python3", "python3"];
const NEEDED = "import venv, ensurepip, setuptools, wheel";
const python = PYTHONS.find((file) => versionOf(file, "-c", NEEDED) !== null);
const MONEY = "src/money/__init__.py";
const TILL = "src/till/__init__.py";
const centsPy = (count: string, mark: string) => ({
  [MONEY]: `def cents(euros):\n    return round(euros * ${count})\n# ${mark}\n`,
});
const twoPy = (times: string, mark: string) => ({
  [TILL]: `from money import cents\n\n\ndef two(euros):\n    return ${times} * cents(euros)\n# ${mark}\n`,
});
export const PYTHON: Repository = {
  name: "a Python editable install",
  isHere: python !== undefined,
  ecosystem: {
    files: {
      ".gitignore": ".venv/\n*.egg-info/\n__pycache__/\n",
      "pyproject.toml": [
        "[build-system]",
        'requires = ["setuptools"]',
        'build-backend = "setuptools.build_meta"',
        "[project]",
        'name = "till"',
        'version = "1.0"',
        "[tool.setuptools.packages.find]",
        'where = ["src"]',
        "",
      ].join("\n"),
      ...centsPy("100", "first"),
      ...twoPy("2", "first"),
      "tests/test_till.py": [
        "import unittest",
        "from till import two",
        "class Two(unittest.TestCase):",
        "    def test_two(self):",
        "        self.assertEqual(two(1.5), 300)",
        "",
      ].join("\n"),
    },
    setup: `${python} -m venv --system-site-packages .venv && .venv/bin/pip install --no-build-isolation --no-deps --no-index -e .`,
    gate: ".venv/bin/python -m unittest discover -s tests",
  },
  cents: centsPy,
  two: twoPy,
};

const sysroot = versionOf("rustc", "--print", "sysroot");
const cargo = `PATH="${sysroot === null ? "" : join(sysroot, "bin")}:$PATH" cargo`;
const manifest = (name: string, more = "") =>
  `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n${more}`;
const centsRs = (count: string, mark: string) => ({
  "a/src/lib.rs": `pub fn cents(euros: u32) -> u32 {\n    euros * ${count}\n}\n// ${mark}\n`,
});
const twoRs = (times: string, mark: string) => ({
  "b/src/lib.rs": `pub fn two(euros: u32) -> u32 {\n    ${times} * a::cents(euros)\n}\n// ${mark}\n\n#[test]\nfn two_is_twice() {\n    assert_eq!(two(3), 600);\n}\n`,
});
export const CARGO: Repository = {
  name: "a Cargo workspace",
  isHere: sysroot !== null,
  ecosystem: {
    files: {
      ".gitignore": "target/\n",
      "Cargo.toml": '[workspace]\nresolver = "2"\nmembers = ["a", "b"]\n',
      "a/Cargo.toml": manifest("a"),
      ...centsRs("100", "first"),
      "b/Cargo.toml": manifest("b", 'a = { path = "../a" }\n'),
      ...twoRs("2", "first"),
    },
    gate: `${cargo} test --offline --locked --quiet`,
  },
  extra: `${cargo} generate-lockfile --offline`,
  cents: centsRs,
  two: twoRs,
};

const centsGo = (count: string, mark: string) => ({
  "a/a.go": `package a\n\nfunc Cents(euros int) int { return euros * ${count} }\n// ${mark}\n`,
});
const twoGo = (times: string, mark: string) => ({
  "b/b.go": `package b\n\nimport "shop.example/a"\n\nfunc Two(euros int) int { return ${times} * a.Cents(euros) }\n// ${mark}\n`,
});
export const GO: Repository = {
  name: "Go modules with a replace",
  isHere: versionOf("go", "version") !== null,
  ecosystem: {
    files: {
      "a/go.mod": "module shop.example/a\n\ngo 1.18\n",
      ...centsGo("100", "first"),
      "b/go.mod":
        "module shop.example/b\n\ngo 1.18\n\nrequire shop.example/a v0.0.0\n\nreplace shop.example/a => ../a\n",
      ...twoGo("2", "first"),
      "b/b_test.go":
        'package b\n\nimport "testing"\n\nfunc TestTwo(t *testing.T) {\n\tif Two(3) != 600 {\n\t\tt.Fatal(Two(3))\n\t}\n}\n',
    },
    gate: "(cd a && go vet ./...) && (cd b && go test ./...)",
  },
  cents: centsGo,
  two: twoGo,
};

export const WEB: Repository = {
  name: "a package in a sub-folder",
  isHere: true,
  ecosystem: {
    files: {
      ".gitignore": "node_modules/\n",
      "lib/package.json": json({ name: "lib", version: "1.0.0", type: "module", exports: "./index.js" }),
      "lib/index.js": centsJs("100", "first"),
      "web/package.json": json({
        name: "web",
        version: "1.0.0",
        type: "module",
        dependencies: { lib: "file:../lib" },
      }),
      "web/two.js": twoJs("lib")("2", "first"),
      "web/web.test.js": testJs("./two.js"),
    },
    setup: "npm ci --prefix web --ignore-scripts --no-audit --no-fund",
    gate: "cd web && node --test",
  },
  extra: "npm install --prefix web --package-lock-only --no-audit --no-fund",
  cents: (count, mark) => ({ "lib/index.js": centsJs(count, mark) }),
  two: (times, mark) => ({ "web/two.js": twoJs("lib")(times, mark) }),
};

const centsOfPart = (count: string, mark: string) => ({
  "uses.mjs": `import { unit } from "./part/index.mjs";\nexport const cents = (euros) => Math.round((euros * ${count}) / unit);\n// ${mark}\n`,
});
const twoOfUses = (times: string, mark: string) => ({ "two.mjs": twoJs("./uses.mjs")(times, mark) });
export const PARTS: Repository = {
  name: "a repository with a submodule and a filter",
  isHere: true,
  ecosystem: {
    files: {
      ".gitattributes": "*.secret filter=turn\n",
      ...centsOfPart("100", "first"),
      ...twoOfUses("2", "first"),
      "plain.secret": "uryyb\n",
      "all.test.mjs": testJs(
        "./two.mjs",
        'import { readFileSync } from "node:fs";\ntest("plain", () => assert.equal(readFileSync("plain.secret", "utf8"), "hello\\n"));\n',
      ),
    },
    gate: "node --test",
  },
  // The stored form of the file is what it says turned by 13 letters, and turned again.
  extra: [
    "git init -q ../part && cd ../part",
    'echo "export const unit = 1;" > index.mjs',
    "git add . && git -c user.name=P -c user.email=p@example.com commit -qm Part && cd ../app",
    "git -c protocol.file.allow=always submodule --quiet add ../part part",
    "git config filter.turn.smudge 'tr a-z n-za-m' && git config filter.turn.clean 'tr a-z n-za-m'",
    "rm plain.secret && git checkout -q -- plain.secret",
  ].join(" && "),
  cents: centsOfPart,
  two: twoOfUses,
};
