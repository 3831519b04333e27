// Does a gate judge the draft where a package is installed editable into a virtual environment, which holds absolute paths?

import { describe, expect, test } from "vitest";
import { PYTHON } from "./repositories.ts";
import { ACCEPTED, REFUSED, workshop } from "./workshop.ts";

const MODULE = "src/money/__init__.py";
const RIGHT = { [MODULE]: "def cents(euros):\n    return int(euros * 100 + 0.5)\n" };
const BREAKING = { [MODULE]: "def cents(euros):\n    return 1 / 0\n" };

describe.skipIf(!PYTHON.isHere)(PYTHON.name, () => {
  test("accepts a draft that is right, refuses one that breaks another package, and sets up once", async () => {
    await using shop = await workshop(PYTHON.ecosystem);
    const mess = `.venv/bin/python -c 'import money; open(money.__file__, "a")' && rm -rf .venv`;
    expect((await shop.build([{ files: RIGHT, shell: mess }])).actions).toEqual(ACCEPTED);
    const setups = shop.setups();
    const breaking = await shop.build([{ files: BREAKING }]);
    expect([breaking.code, breaking.actions]).toEqual([1, REFUSED]);
    // The agent took its own environment away; no gate's is made again.
    expect(shop.setups()).toBeLessThanOrEqual(setups + 1);
  });

  test("does not see what an agent installed for itself, and installs what a task declares", async () => {
    await using shop = await workshop(PYTHON.ecosystem);
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
