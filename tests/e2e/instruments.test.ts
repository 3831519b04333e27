// Can a draft change what it is measured with?

import { expect, test } from "vitest";
import { FactoryRig, type ProjectText } from "../rig/factory-rig.ts";

const CANARY = { "src/canary.txt": "BROKEN\n" };
const GREP = "! grep -rq BROKEN src\n";

async function drafted(project: ProjectText, agent: string, files: readonly string[]) {
  const rig = await FactoryRig.create({
    projects: [project],
    agents: { hand: { kind: "command", run: agent, timeout: "60s" } },
    implementer: "hand",
    limits: { attempts: 1, rebases: 0 },
  });
  rig.feature({
    id: "notes",
    requirements: { R1: "A note has a text." },
    tasks: [{ id: "T01", generator: null, files }],
  });
  const run = await rig.factory("build");
  return { rig, code: run.code, said: run.stdout + run.stderr };
}

const INSTRUMENTS: readonly (readonly [string, ProjectText, string, readonly string[]])[] = [
  [
    "empties the script of a gate",
    {
      id: "app",
      files: { "tools/check.sh": GREP },
      gates: [{ id: "check", run: "sh tools/check.sh", canary: CANARY }],
    },
    "mkdir -p src; echo BROKEN > src/a.txt; : > tools/check.sh",
    ["src/a.txt", "tools/check.sh"],
  ],
  [
    "empties a script that the script of a gate runs",
    {
      id: "app",
      files: { "tools/check.sh": "sh tools/inner.sh\n", "tools/inner.sh": GREP },
      gates: [{ id: "check", run: "sh tools/check.sh", canary: CANARY }],
    },
    "mkdir -p src; echo BROKEN > src/a.txt; : > tools/inner.sh",
    ["src/a.txt", "tools/inner.sh"],
  ],
  [
    "rewrites the package script of a gate",
    {
      id: "app",
      files: {
        "package.json": '{"name": "app", "scripts": {"check": "sh tools/kept.sh"}}\n',
        "tools/kept.sh": GREP,
      },
      gates: [{ id: "check", run: "npm run --silent check", canary: CANARY }],
    },
    `mkdir -p src; echo BROKEN > src/a.txt; echo '{"name": "app", "scripts": {"check": "true"}}' > package.json`,
    ["src/a.txt", "package.json"],
  ],
];

for (const [what, project, agent, files] of INSTRUMENTS) {
  test(`a draft that ${what} is refused: its canary no longer fails`, async () => {
    const { rig, code, said } = await drafted(project, agent, files);
    await using _ = rig;
    expect(code).toBe(1);
    expect(said).toContain("which gate check uses: its canary is tried again");
    expect(said).toContain("the gate no longer fails on its canary");
    // The draft leads past it, and leaves it as it is.
    expect(said).not.toContain("kept.sh");
    expect(await rig.git("app", "log", "--format=%s", "main")).toBe("Start");
  });
}

test("a draft that changes a script and leaves it able to fail is accepted, and the canary is tried once", async () => {
  const project = {
    id: "app",
    files: { "tools/check.sh": GREP },
    gates: [{ id: "check", run: "sh tools/check.sh", canary: CANARY }],
  };
  const agent = "mkdir -p src; echo fine > src/a.txt; echo '# kept strict' >> tools/check.sh";
  const { rig, code, said } = await drafted(project, agent, ["src/a.txt", "tools/check.sh"]);
  await using _ = rig;
  expect(code).toBe(0);
  expect(said.split("its canary is tried again")).toHaveLength(2);
});

test("a package that gets a dependency is no other instrument", async () => {
  const project = {
    id: "app",
    files: { "package.json": '{"name": "app", "scripts": {"check": "true"}}\n' },
    gates: [{ id: "check", run: "! grep -rq BROKEN src", canary: CANARY }],
  };
  const agent = `mkdir -p src; echo fine > src/a.txt
    echo '{"name": "app", "scripts": {"check": "true"}, "dependencies": {"ms": "2.1.3"}}' > package.json`;
  const { rig, code, said } = await drafted(project, agent, ["src/a.txt", "package.json"]);
  await using _ = rig;
  expect(code).toBe(0);
  expect(said).not.toContain("runs from");
});
