// What do the settings of a project say that most sessions would read them for?

import { expect, test } from "vitest";
import { checkSegments } from "../../src/context/gate-words.ts";
import { projectFacts } from "../../src/context/project-facts.ts";
import { jsonObject } from "../../src/model/json-object.ts";

const told = (files: Readonly<Record<string, string>>) =>
  checkSegments([], projectFacts(new Map(Object.entries(files)), jsonObject)).map(
    ({ name, text }) => `${name}: ${text}`,
  );

test.each([
  [
    {
      "pyproject.toml":
        '[project]\nname = "a"\nrequires-python = ">=3.10" # old\n\n[tool.pytest.ini_options]\ntestpaths = ["tests", "more"]\naddopts = "-q"\n\n[tool.ruff]\nline-length = 100\n[tool.ruff.lint]\nselect = ["E"]\n',
    },
    ["pyproject.toml: Python >=3.10; pytest; testpaths tests, more; addopts -q; lines of at most 100"],
  ],
  [
    {
      "pyproject.toml":
        '[tool.poetry.dependencies]\r\npython = "^3.12"\r\n[tool.black]\r\nline-length = 88\r\n[tool.mypy]\r\nstrict = true\r\n',
    },
    ["pyproject.toml: Python ^3.12; lines of at most 88; mypy"],
  ],
  [
    {
      "setup.cfg":
        "[options]\npython_requires = >=3.8\n[tool:pytest]\ntestpaths =\n    tests\n[flake8]\nmax-line-length = 99\n",
      "tox.ini": "[tox]\nenvlist = py310,py312\n[testenv]\ncommands =\n    pytest {posargs}\n",
    },
    [
      "setup.cfg: Python >=3.8; pytest; testpaths tests; lines of at most 99",
      "tox.ini: tox py310,py312; testenv pytest {posargs}",
    ],
  ],
  [
    { "go.mod": "module example.org/till/v2\n\ngo 1.22\n\nrequire x v1\n" },
    ["go.mod: module example.org/till/v2; Go 1.22"],
  ],
  [
    {
      "Cargo.toml":
        '[package]\nname = "till"\nedition = "2021"\nrust-version = "1.70"\n[dependencies]\nedition = "no"\n',
      "rustfmt.toml": "max_width = 120\n",
    },
    ["Cargo.toml: crate till; edition 2021; Rust 1.70", "rustfmt.toml: lines of at most 120"],
  ],
  [
    { "composer.json": '{"require": {"php": "^8.2"}, "scripts": {"test": "phpunit", "all": ["a", "b"]}}' },
    ["composer.json: PHP ^8.2; test = phpunit"],
  ],
  [{ Gemfile: 'source "x"\nruby "3.3.0"\ngem "rails"\n  gem \'rspec\'\n' }, ["Gemfile: Ruby 3.3.0; rspec"]],
  [
    {
      "pom.xml":
        "<properties><maven.compiler.release>21</maven.compiler.release></properties><artifactId>junit-jupiter</artifactId>",
    },
    ["pom.xml: Java 21; junit-jupiter"],
  ],
  [
    { "build.gradle.kts": "kotlin { jvmToolchain(17) }\ntasks.test { useJUnitPlatform() }\n" },
    ["build.gradle.kts: Java 17; JUnit platform"],
  ],
  [
    {
      ".editorconfig":
        "root = true\n[*]\nindent_style = space\nindent_size = 4\nmax_line_length = 110\n[*.md]\nmax_line_length = off\n",
    },
    [".editorconfig: lines of at most 110; indent by 4 spaces"],
  ],
  [
    {
      "package.json": '{"type": "module", "engines": {"node": ">=20"}, "scripts": {"test": "ava"}}',
      "biome.json": '{"formatter": {"lineWidth": 90}}',
    },
    ["package.json: ES modules; test = ava; Node >=20", "biome.json: lines of at most 90"],
  ],
  [{ "package.json": "[broken", "Cargo.toml": "", "pyproject.toml": "requires-python = 3\n[x" }, []],
])("of %j", (files, lines) => expect(told(files)).toEqual(lines));

test("facts are whole, and all of them together take a few hundred bytes", () => {
  const scripts = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`script${at}`, "x".repeat(60)]));
  const [first, second, ...others] = told({
    "package.json": JSON.stringify({ scripts }),
    "composer.json": JSON.stringify({ scripts }),
    ".editorconfig": "[*]\nmax_line_length = 80\n",
  });
  expect(first).toMatch(/^package\.json: script0 = x{60}; .*; \d+ more$/);
  expect(first?.length).toBeLessThan(430);
  expect(`${second}${others.join("")}`.length).toBeLessThan(400);
});
