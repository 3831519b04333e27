// Do the recipes of docs/existing-repositories.md hold? In a tiny repository of each language, `factory init --yes` declares what
// the page shows, and a feature is built and merged. What the machine lacks is skipped by name.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { MAVEN, PROPERTIES, REPOSITORY, TESTED, testOf } from "../ecosystems/maven.ts";
import { versionOf } from "../ecosystems/workshop.ts";
import { asBuild, FactoryRig } from "../rig/factory-rig.ts";
import { blocksOf } from "./blocks.ts";

const PAGE = readFileSync(new URL("../../docs/existing-repositories.md", import.meta.url), "utf8");

type Files = Readonly<Record<string, string>>;

interface Recipe {
  /** Heading of the page. */
  readonly name: string;
  readonly isHere: boolean;
  readonly files: Files;
  /** Runs before the first commit, such as what writes a lockfile. */
  readonly lock?: string;
  /** Of the feature `double`, with a test that names its criterion. */
  readonly code: Files;
}

/** That rustup would choose by a home that the rig does not have. */
const sysroot = versionOf("rustc", "--print", "sysroot");
const PATH = `${sysroot === null ? "" : `${sysroot}/bin:`}${process.env.PATH}`;

const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

const proofJs = (from: string) => `import assert from "node:assert";
import { test } from "node:test";
import { double } from "${from}";

test("[double:T01.A1] doubles", () => assert.equal(double(2), 4));
`;
const STANDS_JS = 'import { test } from "node:test";\n\ntest("stands", () => {});\n';
const packages: Files = {
  "packages/a/package.json": json({ name: "a", version: "1.0.0", type: "module" }),
  "packages/a/test/a.test.js": STANDS_JS,
};
const inPackage: Files = {
  "packages/a/double.js": "export const double = (n) => 2 * n;\n",
  "packages/a/test/double.test.js": proofJs("../double.js"),
};
const root = { name: "shop", private: true, scripts: { test: "node --test" } };

const RECIPES: readonly Recipe[] = [
  {
    name: "Python",
    isHere: isAnswered("python3", "-m", "pip", "index", "versions", "pytest"),
    files: {
      ".gitignore": ".venv/\n__pycache__/\n*.egg-info/\n",
      "pyproject.toml":
        '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n\n[project]\nname = "shop"\nversion = "1.0"\n',
      "src/shop/__init__.py": "",
      "tests/test_shop.py": "import shop\n\n\ndef test_stands():\n    assert shop\n",
    },
    code: {
      "src/shop/double.py": "def double(n):\n    return 2 * n\n",
      "tests/test_double.py":
        "from shop.double import double\n\n\ndef test_double_t01_a1_doubles():\n    assert double(2) == 4\n",
    },
  },
  {
    name: "Go",
    isHere: versionOf("go", "version") !== null,
    files: {
      "go.mod": "module example.com/shop\n\ngo 1.19\n",
      "shop.go": "package shop\n",
      "shop_test.go": 'package shop\n\nimport "testing"\n\nfunc TestStands(t *testing.T) {}\n',
    },
    code: {
      "double.go": "package shop\n\nfunc Double(n int) int { return 2 * n }\n",
      "double_test.go":
        'package shop\n\nimport "testing"\n\nfunc TestDouble_T01_A1(t *testing.T) {\n\tif Double(2) != 4 {\n\t\tt.Fail()\n\t}\n}\n',
    },
  },
  {
    name: "Rust",
    isHere: isAnswered("cargo", "--version"),
    files: {
      ".gitignore": "target/\n",
      "Cargo.toml": '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n',
      "src/lib.rs": "#[test]\nfn stands() {}\n",
    },
    lock: "cargo generate-lockfile --offline",
    code: {
      "tests/double.rs":
        "fn double(n: u32) -> u32 {\n    2 * n\n}\n\n#[test]\nfn double_t01_a1_doubles() {\n    assert_eq!(double(2), 4);\n}\n",
    },
  },
  {
    name: "npm workspaces",
    isHere: true,
    files: {
      ".gitignore": "node_modules/\n",
      "package.json": json({ ...root, workspaces: ["packages/*"] }),
      ...packages,
    },
    lock: "npm install --no-audit --no-fund --package-lock-only --offline",
    code: inPackage,
  },
  {
    name: "pnpm workspaces",
    isHere: isAnswered("npx", "--yes", "pnpm@9", "--version"),
    files: {
      ".gitignore": "node_modules/\n",
      "package.json": json(root),
      "pnpm-workspace.yaml": "packages:\n  - packages/*\n",
      ...packages,
    },
    lock: "npx --yes pnpm@9 install --lockfile-only --ignore-scripts",
    code: inPackage,
  },
  {
    name: "Java with Maven",
    isHere: MAVEN.isHere,
    files: {
      ".gitignore": "target/\n.m2/\n",
      // As a company sets its mirror, and nothing of whoever runs the tests.
      ".mvn/maven.config": "--settings=.mvn/settings.xml\n-Dmaven.repo.local=.m2\n",
      ".mvn/settings.xml": `<settings><mirrors><mirror><id>own</id><mirrorOf>*</mirrorOf><url>file://${REPOSITORY}</url></mirror></mirrors></settings>\n`,
      "pom.xml": `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>shop</groupId><artifactId>shop</artifactId><version>1</version>
  ${PROPERTIES}
  <dependencies>${TESTED}</dependencies>
</project>
`,
      "src/test/java/shop/ShopTest.java": testOf("shop", "ShopTest", "stands", ""),
    },
    code: {
      "src/main/java/shop/Twice.java":
        "package shop;\n\npublic class Twice {\n    public static int of(int n) {\n        return 2 * n;\n    }\n}\n",
      "src/test/java/shop/TwiceTest.java": testOf(
        "shop",
        "TwiceTest",
        "double_T01_A1_doubles",
        "assertEquals(4, Twice.of(2));",
      ),
    },
  },
];

/** Whether the tool is here, and the registry that it asks, without settings of whoever runs the tests. */
function isAnswered(program: string, ...words: readonly string[]): boolean {
  return spawnSync(program, words, { timeout: 60_000, env: { PATH, HOME: tmpdir() } }).status === 0;
}

/** The entry of a project that the page shows below a heading. */
function shownFor(name: string): unknown {
  const section = PAGE.split(/^### /m).find((text) => text.startsWith(`${name}\n`)) ?? "";
  return parse(blocksOf(section).find(({ language }) => language === "yaml")?.text ?? "null")[0];
}

async function repository({ files, lock, isHere }: Recipe): Promise<FactoryRig> {
  const rig = await FactoryRig.create({ projects: [] });
  rig.remove("projects.yaml", ".gitignore", ".git");
  rig.write(files);
  if (isHere && lock !== undefined) {
    const locked = await rig.launch(".", ["sh", "-ec", lock], { PATH }).done;
    if (locked.code !== 0) throw new Error(`${lock}: ${locked.stdout}${locked.stderr}`);
  } else if (lock !== undefined) rig.write({ [lockOf(lock)]: "" });
  await rig.launch(".", ["git", "init", "-q", "-b", "main"]).done;
  await rig.commitWorkspace("What was there");
  return rig;
}

function lockOf(command: string): string {
  return /pnpm/.test(command) ? "pnpm-lock.yaml" : /cargo/.test(command) ? "Cargo.lock" : "package-lock.json";
}

/** What `init` declares, without what the page leaves out. */
function declaredIn(rig: FactoryRig): unknown {
  const [{ id, gates, ...entry }] = parse(rig.read("projects.yaml")).projects;
  expect(id).toBe("workspace");
  return {
    ...entry,
    gates: gates.map(({ canary, ...gate }: { canary?: unknown }) => gate),
  };
}

describe.each(RECIPES)("$name", (recipe) => {
  test("is declared as the page shows", async () => {
    await using rig = await repository({ ...recipe, isHere: false });
    const init = await rig.factory("init");
    expect([init.code, declaredIn(rig)]).toEqual([0, shownFor(recipe.name)]);
  });

  test.skipIf(!recipe.isHere)("builds a feature that ends merged", { timeout: 240_000 }, async () => {
    await using rig = await repository(recipe);
    const init = await rig.factoryWith({ PATH }, "init", "--yes");
    expect(init.code, init.stderr).toBe(0);
    expect(declaredIn(rig)).toEqual(shownFor(recipe.name));
    const paths = Object.keys(recipe.code);
    rig.write({
      "projects.yaml": rig
        .read("projects.yaml")
        .replace("agents:\n", `agents:\n  coder: {kind: command, run: "sh ${rig.path("agent.sh")}"}\n`)
        .replace("implementer: {default: local}", "implementer: coder"),
      "agent.sh": Object.entries(recipe.code)
        .map(([path, text]) => `mkdir -p "$(dirname ${path})"\ncat > ${path} <<'EOF'\n${text}EOF\n`)
        .join(""),
    });
    expect((await rig.factory("new", "double")).code).toBe(0);
    rig.edit("specs/double/feature.md", "[src/CHANGE-ME.txt]", JSON.stringify(paths));
    const build = asBuild(await rig.factoryWith({ PATH }, "build", "--json"));
    expect(build.document.projects.map(({ merged }) => merged)).toEqual([true]);
    for (const path of paths) expect(rig.read(path)).toBe(recipe.code[path]);
  });
});
