// Does a gate judge the draft where a package is installed editable into a virtual environment, which holds absolute paths?

import { describe, expect, test } from "vitest";
import { ACCEPTED, type Ecosystem, REFUSED, versionOf, workshop } from "./workshop.ts";

const CANDIDATES = ["/usr/bin/python3", "python3"];
const NEEDED = "import venv, ensurepip, setuptools, wheel";
const python = CANDIDATES.find((file) => versionOf(file, "-c", NEEDED) !== null);

const EDITABLE: Ecosystem = {
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
    "src/money/__init__.py": "def cents(euros):\n    return round(euros * 100)\n",
    "src/till/__init__.py": "from money import cents\n\n\ndef two(euros):\n    return 2 * cents(euros)\n",
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
};
const MODULE = "src/money/__init__.py";
const RIGHT = { [MODULE]: "def cents(euros):\n    return int(euros * 100 + 0.5)\n" };
const BREAKING = { [MODULE]: "def cents(euros):\n    return 1 / 0\n" };

describe.skipIf(python === undefined)("a Python editable install", () => {
  test("accepts a draft that is right, refuses one that breaks another package, and sets up once", async () => {
    await using shop = await workshop(EDITABLE);
    const mess = `.venv/bin/python -c 'import money; open(money.__file__, "a")' && rm -rf .venv`;
    expect((await shop.build([{ files: RIGHT, shell: mess }])).actions).toEqual(ACCEPTED);
    const setups = shop.setups();
    const breaking = await shop.build([{ files: BREAKING }]);
    expect([breaking.code, breaking.actions]).toEqual([1, REFUSED]);
    // The agent took its own environment away; no gate's is made again.
    expect(shop.setups()).toBeLessThanOrEqual(setups + 1);
  });

  test("does not see what an agent installed for itself, and installs what a task declares", async () => {
    await using shop = await workshop(EDITABLE);
    const project = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n';
    const extra = `${project}[project]\nname = "hours"\nversion = "1.0"\n[tool.setuptools]\npy-modules = ["hours"]\n`;
    const makes = `mkdir -p "$HOME/extra" && printf '${extra}' > "$HOME/extra/pyproject.toml" && echo 'ONE = 60' > "$HOME/extra/hours.py"`;
    const installs = '.venv/bin/pip install -q --no-build-isolation --no-deps --no-index "$HOME/extra"';
    const uses = {
      [MODULE]: "from hours import ONE\n\n\ndef cents(euros):\n    return round(euros * 100)\n",
    };
    expect((await shop.build([{ files: uses, shell: `${makes} && ${installs}` }])).actions).toEqual(REFUSED);
    // A module of the project itself is there for the gate without any install.
    const own = { ...uses, "src/hours/__init__.py": "ONE = 60\n" };
    expect((await shop.build([{ files: own }])).actions).toEqual(ACCEPTED);
  });
});
