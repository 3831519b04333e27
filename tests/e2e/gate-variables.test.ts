// What do gates and setup know of the shell that the factory was started in, and what may nobody read of it?

import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

/** No word of it looks like a secret: only its name in projects.yaml makes it one. */
const ADDRESS = "tide://harbour-9/north/wharf";

function note(rig: FactoryRig): void {
  rig.feature({ id: "notes", requirements: { R1: "A note." }, tasks: [{ id: "T01" }] });
}

/** Everything that the factory wrote or said; objects of git hold what is in the project anyway. */
function written(rig: FactoryRig, run: { readonly stdout: string; readonly stderr: string }): string {
  const files = rig.list(".factory").filter((path) => !path.includes("/objects/"));
  return [run.stdout, run.stderr, ...files.map((path) => rig.read(path))].join("\n");
}

test("setup and gates see the variables that are named for them, and no others", async () => {
  await using rig = await FactoryRig.create({
    projects: [
      {
        id: "app",
        env: ["HARBOUR"],
        setup: `test "$HARBOUR" = ${ADDRESS} && test -z "$BERTH" && mkdir made`,
        gates: [
          { id: "own", env: ["BERTH"], run: `test "$HARBOUR" = ${ADDRESS} && test "$BERTH" = seven-of-nine` },
          { id: "other", run: `test "$HARBOUR" = ${ADDRESS} && test -z "$BERTH"` },
        ],
      },
    ],
  });
  note(rig);
  const run = await rig.factoryWith({ HARBOUR: ADDRESS, BERTH: "seven-of-nine" }, "build", "--json");
  expect(run.code).toBe(0);
});

test("the value of a named variable is in no evidence, no window, no log and no answer", async () => {
  const report = `printf '<testsuite><testcase name="moors"><failure message="no ship at %s"/></testcase></testsuite>' "$HARBOUR" > {{report}}`;
  await using rig = await FactoryRig.create({
    agents: {
      writer: {
        kind: "command",
        run: 'mkdir -p src && date +%N > "src/$(echo $FACTORY_TASK | tail -c 4).txt"; cat {{window}}',
      },
    },
    implementer: "writer",
    limits: { attempts: 2, rebases: 0 },
    projects: [
      {
        id: "app",
        env: ["HARBOUR"],
        setup: 'echo "installs from $HARBOUR"; mkdir made',
        gates: [
          { id: "loud", run: 'echo "reaches $HARBOUR"; test ! -d src || test -d src/none' },
          {
            id: "moor",
            report: "junit",
            run: `test -d src || { echo "<testsuite/>" > {{report}}; exit 0; }; ${report}`,
          },
        ],
      },
    ],
  });
  rig.feature({
    id: "notes",
    requirements: { R1: "A note." },
    tasks: [
      { id: "T01", generator: null, files: ["src/T01.txt"] },
      { id: "T02", generator: null, files: ["src/T02.txt"], gates: ["moor"] },
    ],
  });
  const run = await rig.factoryWith({ HARBOUR: ADDRESS }, "build", "--json");
  expect(run.code).toBe(1);
  const all = written(rig, run);
  expect(all).toContain("reaches [redacted]");
  expect(all).toContain("installs from [redacted]");
  expect(all).toContain("no ship at [redacted]");
  expect(all).not.toContain(ADDRESS);
});

test.each([
  ["its output names it", 'echo "error: HARBOUR_URL is not set"; exit 1', {}],
  ["its command names it", 'test -n "$HARBOUR_URL"', {}],
  ["the sources name it", "exit 1", { "src/reach.mjs": "export const at = process.env.HARBOUR_URL;\n" }],
])(
  "a gate that fails without a variable of the shell says so to the person where %s",
  async (_, run, files) => {
    await using rig = await FactoryRig.create({
      projects: [{ id: "app", files, gates: [{ id: "reach", run }] }],
    });
    note(rig);
    const ran = await rig.factoryWith({ HARBOUR_URL: ADDRESS, OTHER_URL: ADDRESS }, "build", "--json");
    expect(ran.code).toBe(1);
    const advice =
      "HARBOUR_URL is set in your shell but not passed on: add `env: [HARBOUR_URL]` to the project app";
    expect(ran.stdout).toContain(advice);
    expect(rig.read(".factory/tasks/notes/T01.notes.md")).toContain(advice);
    expect(written(rig, ran)).not.toContain("OTHER_URL");
    expect(written(rig, ran)).not.toContain(ADDRESS);
    expect(rig.read(".factory/tasks/notes/T01.context.md")).not.toContain("HARBOUR_URL");
  },
);

test("a setup that fails without one says so, too", async () => {
  await using rig = await FactoryRig.create({
    projects: [{ id: "app", setup: 'test -n "$HARBOUR_TOKEN"', gates: [{ id: "reach", run: "true" }] }],
  });
  note(rig);
  const ran = await rig.factoryWith({ HARBOUR_TOKEN: ADDRESS }, "build", "--json");
  expect(ran.stdout).toContain("HARBOUR_TOKEN is set in your shell but not passed on");
});
