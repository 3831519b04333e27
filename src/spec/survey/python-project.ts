// How is a Python project set up and judged? By uv or Poetry where their lockfile lies, else in an environment of its own
// that pip fills with the package, its extras for tests, and its lists of requirements.

import { firstPath, hasPath, isRequirements, type Listing, textOf } from "./listing.ts";
import { gate, type Proposal, type ProposedGate } from "./proposal.ts";

/** Null where nothing says that it is one. */
export function pythonProject(listing: Listing): Proposal | null {
  const manifest = firstPath(listing, "pyproject.toml", "setup.py", "setup.cfg");
  const lists = listing.paths.filter((path) => isRequirements(path));
  const named = listing.paths.filter((path) => /(?:^|\/)(?:test_[^/]+|[^/]+_test)\.py$/.test(path));
  const tests = named.length > 0 ? named : listing.paths.filter((path) => isPlainTest(path));
  if (manifest === null && lists.length === 0 && tests.length === 0) return null;
  const all = ["pyproject.toml", "setup.cfg", "tox.ini", "pytest.ini", "mypy.ini", ...lists]
    .map((path) => textOf(listing, path))
    .join("\n");
  const managers = managersOf(listing, { manifest, lists, all });
  const proposals = managers.map(({ name, install, call }): Proposal => {
    const gates = [...checks(all, call), ...testGates(tests, call)];
    return { kind: `Python ${name}`, setup: install, keep: [], gates, advice: [] };
  });
  return proposals.reduceRight((instead, proposal) => ({ ...proposal, instead }));
}

interface Manager {
  readonly name: string;
  readonly install: string | null;
  /** How a tool of the environment is started. */
  readonly call: (tool: string) => string;
}

interface Found {
  readonly manifest: string | null;
  readonly lists: readonly string[];
  /** Texts of everything that names tools. */
  readonly all: string;
}

/** The one that the project names, and what else may do where that is not there. */
function managersOf(listing: Listing, found: Found): Manager[] {
  const managers: Manager[] = [];
  if (hasPath(listing, "uv.lock")) {
    const extras = /^\[project\.optional-dependencies\]/m.test(found.all) ? "--all-extras " : "";
    const install = `uv sync --locked ${extras}--all-groups`;
    managers.push({ name: "with uv", install, call: (tool) => `uv run --no-sync ${tool}` });
  } else if (hasPath(listing, "poetry.lock")) {
    const install = "POETRY_VIRTUALENVS_IN_PROJECT=true poetry install --no-interaction";
    managers.push({ name: "with Poetry", install, call: (tool) => `.venv/bin/python -m ${tool}` });
  }
  const own = `python3 -m venv .venv && ${pipInstall(listing, found)}`;
  const path = listing.paths.some((one) => /^src\/.*\.py$/.test(one)) ? "PYTHONPATH=src " : "";
  // What is installed as a package is found without a path.
  const pathIn = isPackage(listing, found) ? "" : path;
  managers.push({ name: "with pip", install: own, call: (tool) => `${pathIn}.venv/bin/python -m ${tool}` });
  managers.push({
    name: "as this machine has it",
    install: null,
    call: (tool) => `${path}python3 -m ${tool}`,
  });
  return managers;
}

function isPackage(listing: Listing, { manifest }: Found): boolean {
  return (
    manifest === "setup.py" ||
    /^\[(?:build-system|project)\]/m.test(textOf(listing, "pyproject.toml")) ||
    /^\[options\]/m.test(textOf(listing, "setup.cfg"))
  );
}

function pipInstall(listing: Listing, found: Found): string {
  const { lists, all } = found;
  const extras = extrasOf(textOf(listing, "pyproject.toml"), textOf(listing, "setup.cfg"));
  const installs = isPackage(listing, found);
  const self = installs ? [`-e ${extras.length === 0 ? "." : `'.[${extras.join(",")}]'`}`] : [];
  const wanted = lists.filter((path) => /(?:^|[/_-])(?:tests?|testing|dev|develop)\b/.test(path));
  const plain = installs ? [] : lists.filter((path) => path === "requirements.txt");
  const tools = ["pytest", ...toolsOf(all)].filter((tool, at, every) => every.indexOf(tool) === at);
  const files = [...plain, ...wanted].map((path) => `-r ${path}`);
  return `.venv/bin/python -m pip install --quiet --disable-pip-version-check ${[...self, ...files, ...tools].join(" ")}`;
}

/** Extras that people keep for tests. */
function extrasOf(pyproject: string, setup: string): string[] {
  const tables = [
    sectionOf(pyproject, "project.optional-dependencies"),
    sectionOf(setup, "options.extras_require"),
  ].join("\n");
  const names = [...tables.matchAll(/^([\w-]+)\s*=/gm)].map(([, name]) => name as string);
  return ["test", "tests", "testing", "dev"].filter((name) => names.includes(name));
}

function sectionOf(text: string, name: string): string {
  const at = text.split("\n").findIndex((line) => line.trim() === `[${name}]`);
  if (at < 0) return "";
  const rest = text.split("\n").slice(at + 1);
  const end = rest.findIndex((line) => /^\[/.test(line));
  return rest.slice(0, end < 0 ? undefined : end).join("\n");
}

function toolsOf(all: string): string[] {
  return [
    ...(/^\[tool\.ruff\b/m.test(all) ? ["ruff"] : []),
    ...(/^\[tool\.mypy\]|^\[mypy\]/m.test(all) && mypyFiles(all) !== null ? ["mypy"] : []),
  ];
}

function mypyFiles(all: string): string | null {
  return /^(?:files|packages)\s*=\s*(.+)$/m.exec(all)?.[1] ?? null;
}

function checks(all: string, call: Manager["call"]): ProposedGate[] {
  return toolsOf(all).map((tool) =>
    tool === "ruff"
      ? gate("lint", `${call("ruff")} check .`, {
          source: "the settings of ruff",
          canaries: [{ "factory_canary.py": "def canary(:\n" }],
        })
      : gate("types", call("mypy"), { source: "the settings of mypy" }),
  );
}

/** Where all tests are in one file, many call it so; pytest looks for such a name only when told. */
function isPlainTest(path: string): boolean {
  return /^tests?\.py$/.test(path);
}

const FAILS = "def test_canary():\n    assert False\n";

function testGates(tests: readonly string[], call: Manager["call"]): ProposedGate[] {
  const first = tests[0];
  if (first === undefined) return [];
  const folder = first.slice(0, first.lastIndexOf("/") + 1);
  const name = /_test\.py$/.test(first) ? "factory_canary_test.py" : "test_factory_canary.py";
  const files = isPlainTest(first) ? ` -o 'python_files=${first} test_*.py'` : "";
  return [
    gate("test", `${call("pytest")} -q${files} --junitxml={{report}}`, {
      source: first,
      report: "junit",
      // Settings may name the very files; then one of them gives its place to the canary.
      canaries: [{ [`${folder}${name}`]: FAILS }, { [first]: FAILS }],
    }),
  ];
}
