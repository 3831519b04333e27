// Which setup and which gates are proposed for what a repository holds?

import { expect, test } from "vitest";
import { isManifest } from "../../src/spec/survey/listing.ts";
import { beside } from "../../src/spec/survey/proposal.ts";
import { proposeProject } from "../../src/spec/survey/propose-project.ts";

function proposedFor(files: Readonly<Record<string, string>>) {
  const texts = Object.entries(files).filter(([path]) => isManifest(path));
  const listing = { paths: Object.keys(files).sort(), texts: new Map(texts) };
  return proposeProject(listing, (text) => {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  });
}

function node(
  scripts: Readonly<Record<string, string>>,
  rest: object = {},
  files: Record<string, string> = {},
) {
  const found = proposedFor({ "package.json": JSON.stringify({ scripts, ...rest }), ...files });
  return found?.gates.map(({ id, run, report }) => [id, run, report]);
}

const JUNIT = "--reporter=junit --outputFile={{report}}";

test.each([
  ["vitest", `node_modules/.bin/vitest run ${JUNIT}`],
  ["vitest run --coverage", `node_modules/.bin/vitest run --coverage ${JUNIT}`],
  [
    "mocha --require env --reporter spec --check-leaks",
    "node_modules/.bin/mocha --require env --check-leaks --reporter xunit -O output={{report}}",
  ],
  ["NODE_ENV=test vitest --run", `NODE_ENV=test node_modules/.bin/vitest run --run ${JUNIT}`],
  [
    "c8 mocha 'test/**/*.js'",
    "node_modules/.bin/c8 node_modules/.bin/mocha 'test/**/*.js' --reporter xunit -O output={{report}}",
  ],
])("the tests of %s are reported by name", (script, run) => {
  expect(node({ test: script })).toEqual([["test", run, "junit"]]);
});

test("each command of a chain is a gate, and scripts that it names are looked through", () => {
  expect(node({ test: "npm run lint && ava && tsd", lint: "xo" })).toEqual([
    ["lint", "node_modules/.bin/xo", null],
    ["test", "node_modules/.bin/ava --tap", "tap"],
    ["types", "node_modules/.bin/tsd", null],
  ]);
});

test("a script that a shell has to read stays one gate", () => {
  for (const script of [
    "mocha; echo done",
    "mocha || true",
    "mocha $(find test -name '*.js')",
    "mocha > log",
  ])
    expect(node({ test: script })).toEqual([["test", "npm test --silent", null]]);
});

test("what npm writes into a new package is no test, and a linter that repairs is no gate", () => {
  expect(node({ test: 'echo "Error: no test specified" && exit 1', lint: "eslint --fix ." })).toEqual([]);
});

test("a script before the tests runs before them", () => {
  expect(node({ pretest: "tsc -p .", test: "mocha" })?.[0]?.[1]).toMatch(/^npm run --silent pretest && /);
});

test("Jest is told by name only where it can tell", () => {
  expect(node({ test: "jest" })).toEqual([["test", "node_modules/.bin/jest", null]]);
  const told = node({ test: "jest" }, { devDependencies: { "jest-junit": "1" } });
  expect(told?.[0]?.slice(1)).toEqual([
    expect.stringContaining("JEST_JUNIT_OUTPUT_FILE={{report}} "),
    "junit",
  ]);
});

/** Gates look for programs there. */
const MODULES = "YARN_NODE_LINKER=node-modules";

test.each([
  ["package-lock.json", "{}", "npm ci --no-audit --no-fund"],
  ["pnpm-lock.yaml", "lockfileVersion: '9.0'\n", "npx --yes pnpm@9 install --frozen-lockfile"],
  ["pnpm-lock.yaml", "lockfileVersion: '6.0'\n", "npx --yes pnpm@8 install --frozen-lockfile"],
  ["yarn.lock", "", "npx --yes yarn@1 install --frozen-lockfile"],
  [
    "yarn.lock",
    "__metadata:\n  version: 6\n",
    `${MODULES} npx --yes @yarnpkg/cli-dist@3 install --immutable`,
  ],
  [
    "yarn.lock",
    "__metadata:\n  version: 8\n",
    `${MODULES} npx --yes @yarnpkg/cli-dist@4 install --immutable`,
  ],
  ["bun.lock", "", "npx --yes bun@1 install --frozen-lockfile"],
])("%s says how to install", (lock, text, setup) => {
  const manifest = JSON.stringify({ scripts: { test: "mocha" }, devDependencies: { mocha: "1" } });
  expect(proposedFor({ "package.json": manifest, [lock]: text })?.setup).toBe(setup);
});

test("of several lockfiles the manifest names the one that holds, and the proposal says which it took", () => {
  const files = { "pnpm-lock.yaml": "lockfileVersion: '9.0'\n", "package-lock.json": "{}" };
  const proposed = (packageManager: object) =>
    proposedFor({
      "package.json": JSON.stringify({ devDependencies: { a: "1" }, ...packageManager }),
      ...files,
    });
  const [named, open] = [proposed({ packageManager: "npm@10.2.0" }), proposed({})];
  expect([named?.setup, open?.setup]).toEqual([
    "npm ci --no-audit --no-fund",
    "npx --yes pnpm@9 install --frozen-lockfile",
  ]);
  expect(named?.advice).toEqual([
    "pnpm-lock.yaml and package-lock.json lie here, and the setup takes that of npm: `packageManager` in package.json says which one holds.",
  ]);
  const release = {
    ".yarnrc.yml": "yarnPath: .yarn/releases/yarn-3.8.7.cjs\n",
    "yarn.lock": "__metadata:\n  version: 6\n",
  };
  const manifest = JSON.stringify({ devDependencies: { a: "1" } });
  expect(proposedFor({ "package.json": manifest, ...release })?.setup).toContain("@yarnpkg/cli-dist@3.8.7 ");
});

test("a version that the manifest pins is the one that is called", () => {
  const manifest = JSON.stringify({ packageManager: "pnpm@8.15.4+sha512.abc", devDependencies: { a: "1" } });
  expect(proposedFor({ "package.json": manifest, "pnpm-lock.yaml": "" })?.setup).toBe(
    "npx --yes pnpm@8.15.4 install --frozen-lockfile",
  );
});

test("a gate whose script calls the manager finds the one that the setup installs for it", () => {
  const scripts = {
    test: 'pnpm --filter "./packages/*" run test',
    typecheck: "npm run each",
    each: "pnpm -r run 'types of'",
    lint: "eslint .",
  };
  const proposed = (files: Record<string, string>, own: Record<string, string> = scripts) => {
    const manifest = { scripts: own, packageManager: "pnpm@10.2.0", devDependencies: { a: "1" } };
    const found = proposedFor({ "package.json": JSON.stringify(manifest), ...files });
    return [found?.setup, ...(found?.gates.map(({ run }) => run) ?? [])];
  };
  const install = "npx --yes pnpm@10.2.0 install --frozen-lockfile";
  const brought = 'PATH="$PWD/node_modules/.manager/node_modules/.bin:$PATH"; ';
  expect(proposed({ "pnpm-lock.yaml": "" })).toEqual([
    `${install} && npm install --silent --no-save --no-package-lock --prefix node_modules/.manager pnpm@10.2.0`,
    `${brought}npm run --silent typecheck`,
    "npm run --silent lint",
    `${brought}${scripts.test}`,
  ]);
  expect(proposed({ "pnpm-lock.yaml": "" }, { lint: "eslint ." })).toEqual([
    install,
    "npm run --silent lint",
  ]);
  expect(proposed({ "package-lock.json": "{}" })).toEqual([
    "npm ci --no-audit --no-fund",
    "npm run --silent typecheck",
    "npm run --silent lint",
    scripts.test,
  ]);
});

test("tests of Python that are all in one test.py are run, and those that come beside it", () => {
  const found = proposedFor({ "setup.py": "", "shop.py": "", "test.py": "" });
  expect(found?.gates.map(({ run, canaries }) => [run, canaries.flatMap(Object.keys)])).toEqual([
    [
      ".venv/bin/python -m pytest -q -o 'python_files=test.py test_*.py' --junitxml={{report}}",
      ["test_factory_canary.py", "test.py"],
    ],
  ]);
});

test("Python that is no package finds its modules in src/", () => {
  const tests = { "src/a.py": "", "tests/test_a.py": "" };
  const runs = ["[tool.pytest.ini_options]\n", "[project]\n", "[build-system]\n"].map(
    (manifest) => proposedFor({ ...tests, "pyproject.toml": manifest })?.gates[0]?.run,
  );
  const installed = ".venv/bin/python -m pytest -q --junitxml={{report}}";
  expect(runs).toEqual([`PYTHONPATH=src ${installed}`, installed, installed]);
});

test("Python comes with its extras and lists, with uv where its lockfile lies, and with what else may do", () => {
  const files = {
    "pyproject.toml":
      '[project]\nname = "a"\n[project.optional-dependencies]\ntest = ["pytest"]\n[tool.ruff]\nline-length = 99\n',
    "requirements-dev.txt": "attrs\n",
    "src/a/__init__.py": "",
    "tests/test_a.py": "",
  };
  const pip = proposedFor(files);
  expect(pip?.setup).toContain("-e '.[test]' -r requirements-dev.txt pytest ruff");
  expect(pip?.gates.map(({ id, report }) => [id, report])).toEqual([
    ["lint", null],
    ["test", "junit"],
  ]);
  expect(pip?.instead?.gates[1]?.run).toBe("PYTHONPATH=src python3 -m pytest -q --junitxml={{report}}");
  const uv = proposedFor({ ...files, "uv.lock": "" });
  expect([uv?.setup, uv?.instead?.setup]).toEqual(["uv sync --locked --all-extras --all-groups", pip?.setup]);
});

test.each([
  [{ "go.mod": "module a\n", "a.go": "" }, "Go", "go test -json ./...", "go"],
  [
    { "Cargo.toml": '[package]\nname = "a"\n', "Cargo.lock": "", "src/lib.rs": "" },
    "Rust with Cargo",
    "cargo test --locked",
    "cargo",
  ],
  [
    { "Cargo.toml": '[workspace]\nmembers = ["a"]\n', "a/Cargo.toml": "" },
    "Rust with Cargo",
    "cargo test --workspace",
    "cargo",
  ],
  [
    { "pom.xml": "<project/>", mvnw: "" },
    "Java with Maven",
    "sh ./mvnw -o -B -q test -Dmaven.legacyLocalRepo=true; code=$?; find . -path '*/target/surefire-reports/*' -name '*.xml' -exec cp {} {{report}}/ ';'; exit $code",
    "junit",
  ],
  [
    { "settings.gradle": "", "a/build.gradle": "" },
    "JVM with Gradle",
    "export GRADLE_USER_HOME=\"$PWD/.gradle/home\"; gradle --console=plain --no-daemon --offline test; code=$?; find . -path '*/build/test-results/*' -name '*.xml' -exec cp {} {{report}}/ ';'; exit $code",
    "junit",
  ],
  [{ Makefile: "all:\n\ttrue\ntest: all\n\ttrue\n" }, "make", "make test", null],
  [{ justfile: "test *args:\n  true\n" }, "just", "just test", null],
  [
    { Gemfile: 'gem "rspec"\n', "spec/a_spec.rb": "" },
    "Ruby with Bundler",
    "BUNDLE_PATH=vendor/bundle bundle exec rspec",
    null,
  ],
  [{ "A.sln": "", "tests/A.Tests.csproj": "" }, ".NET", "dotnet test A.sln --no-restore", null],
  [{ "A.sln": "", "B.sln": "" }, ".NET", "dotnet test A.sln --no-restore", null],
  [
    { "go.work": "go 1.22\n\nuse (\n\t./a // first\n\t./b\n)\n", "a/go.mod": "", "b/go.mod": "" },
    "Go",
    "go test -json ./a/... ./b/...",
    "go",
  ],
  [
    { "go.work": "use .\nuse ./tools\n", "go.mod": "", "tools/go.mod": "" },
    "Go",
    "go test -json ./... ./tools/...",
    "go",
  ],
  [
    { Rakefile: 'require "rake/testtask"\nRake::TestTask.new\n', "test/a_test.rb": "" },
    "Ruby",
    "rake test",
    null,
  ],
  [{ Rakefile: "task :docs\n", "package.json": '{"name": "a"}' }, "Node with npm", undefined, undefined],
  [
    { Gemfile: "", Rakefile: "Rails.application.load_tasks\n", "test/models/a_test.rb": "" },
    "Ruby with Bundler",
    "BUNDLE_PATH=vendor/bundle bundle exec rake test",
    null,
  ],
  [
    { "CMakeLists.txt": "project(a C)\nenable_testing()\n", "tests/a.c": "" },
    "C or C++ with CMake",
    "cmake -S . -B build -DBUILD_TESTING=ON && cmake --build build --parallel 2 && ctest --test-dir build --output-on-failure --output-junit {{report}}",
    "junit",
  ],
])("%j is a project of %s", (files, kind, run, report) => {
  const found = proposedFor(files as unknown as Record<string, string>);
  const gate = found?.gates.find(({ id }) => id === "test");
  expect([found?.kind, gate?.run, gate?.report]).toEqual([kind, run, report]);
});

test("of two kinds the one with more files is taken, and the other is named", () => {
  const found = proposedFor({
    "package.json": '{"scripts": {"test": "mocha"}}',
    "go.mod": "module a\n",
    "a.go": "",
    "b.go": "",
    "web/a.js": "",
  });
  expect([found?.kind, found?.advice]).toEqual(["Go", [expect.stringContaining("Node with npm")]]);
});

test("a snapshot of a test's words is no test, and no canary takes its place", () => {
  const found = proposedFor({
    "package.json": '{"scripts": {"test": "tap"}, "devDependencies": {"tap": "18"}}',
    "src/__snapshots__/b.test.js": "",
    "tap-snapshots/test/a.ts.test.cjs": "",
    "test/a.ts": "",
  });
  expect(found?.gates.map(({ canaries }) => canaries.flatMap(Object.keys))).toEqual([
    ["test/factory-canary.ts", "test/a.ts"],
  ]);
});

test("nothing that is known, nothing proposed", () => {
  expect(proposedFor({ "README.md": "", "a.txt": "" })).toBeNull();
  expect(proposedFor({ "package.json": "{" })).toBeNull();
});

test.each([
  ["test/cart.test.ts", "test/factory-canary.test.ts"],
  ["src/cart_spec.js", "src/factory-canary_spec.js"],
  ["test-cart.js", "test-factory-canary.js"],
  ["test/cart.js", "test/factory-canary.js"],
])("beside %s lies %s", (path, canary) => {
  expect(beside(path)).toBe(canary);
});
