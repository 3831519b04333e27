// What does a task see of the code that it builds on, and which changes of that code reach it?

import { expect, test } from "vitest";
import { hasGrammars } from "../../src/platform/grammars.ts";
import { FactoryRig, type RigOptions } from "../rig/factory-rig.ts";

/** Writes what lies ready for its task in `ready/`, and keeps the window that it was given beside it. */
const AGENT = `const { cpSync, appendFileSync, copyFileSync } = require("node:fs");
const [workspace, window] = process.argv.slice(2);
const task = process.env.FACTORY_TASK.replace(":", "-");
cpSync(workspace + "/ready/" + task, ".", { recursive: true });
copyFileSync(window, workspace + "/seen-" + task + ".md");
appendFileSync(workspace + "/started.txt", task + "\\n");
`;

interface Upstream {
  readonly path: string;
  readonly text: string;
  readonly options?: RigOptions;
  /** Project of the task that builds on it. */
  readonly reader?: string;
  readonly agent?: Readonly<Record<string, string>>;
  /** Files that it may write. */
  readonly scope?: readonly string[];
}

/** T01 writes a file, T02 builds on it; R1 is of T01 alone. */
async function chain({
  path,
  text,
  options = {},
  reader = "app",
  agent = {},
  scope = ["src/view.txt"],
}: Upstream): Promise<FactoryRig> {
  const run = "node {{workspace}}/agent.cjs {{workspace}} {{window}}";
  const rig = await FactoryRig.create({
    agents: { scribe: { kind: "command", run, ...agent } },
    implementer: "scribe",
    ...options,
  });
  rig.feature({
    id: "desk",
    projects: [...new Set(["app", reader])],
    requirements: { R1: "Guests are listed.", R2: "The list of guests is shown with showGuests." },
    tasks: [
      { id: "T01", project: "app", requirements: ["R1"], files: [path], generator: null },
      {
        ...{ id: "T02", project: reader, requirements: ["R2"], files: scope, dependsOn: ["T01"] },
        generator: null,
      },
    ],
  });
  rig.write({
    "agent.cjs": AGENT,
    [`ready/desk-T01/${path}`]: text,
    "ready/desk-T02/src/view.txt": "view\n",
  });
  const build = await rig.build();
  expect(build.code, build.stdout + build.stderr).toBe(0);
  return rig;
}

/** What a build makes of both tasks when T01 comes to another text. */
async function rewritten(rig: FactoryRig, path: string, before: string, after: string) {
  rig.edit(`ready/desk-T01/${path}`, before, after);
  const spec = rig.read("specs/desk/feature.md");
  rig.write({ "specs/desk/feature.md": spec.replace("Guests are listed", "Guests are listed again") });
  rig.write({ "started.txt": "" });
  const build = await rig.build();
  expect(build.code, build.stdout + build.stderr).toBe(0);
  return rig.read("started.txt").trim().split("\n");
}

const seen = (rig: FactoryRig) => rig.read("seen-desk-T02.md");

const COMPONENT = `import { rows } from "./rows.ts";

export interface GuestsProps {
  readonly limit: number;
}

export function Guests({ limit }: GuestsProps) {
  const shown = rows.filter((row) => row.visits <= 20).slice(0, limit);
  return <ul>{shown.map((row) => <li>{row.name}</li>)}</ul>;
}
`;

test("a component without a written result is shown by its head, and its body reaches nobody", async () => {
  const path = "src/guests.tsx";
  await using rig = await chain({ path, text: COMPONENT });
  expect(seen(rig)).toContain("export declare function Guests({ limit }: GuestsProps): /* inferred */ any;");
  expect(seen(rig)).not.toContain("<ul>");
  expect(await rewritten(rig, path, "<= 20", "<= 35")).toEqual(["desk-T01"]);
  expect(
    await rewritten(rig, path, "{ limit }: GuestsProps", "{ limit }: GuestsProps, wide?: boolean"),
  ).toEqual(["desk-T01", "desk-T02"]);
});

test("a file that the reader's own scope covers is not told twice, and its interface still counts", async () => {
  const path = "src/guests.tsx";
  await using rig = await chain({ path, text: COMPONENT, scope: ["src/**"] });
  expect(seen(rig)).toContain("(Among the files that you may write: read it there)");
  expect(seen(rig)).not.toContain("GuestsProps");
  expect(await rewritten(rig, path, "<= 20", "<= 35")).toEqual(["desk-T01"]);
  expect(
    await rewritten(rig, path, "{ limit }: GuestsProps", "{ limit }: GuestsProps, wide?: boolean"),
  ).toEqual(["desk-T01", "desk-T02"]);
});

/** About 14 KB, of which one method says no result. */
const LONG_CLASS = `export class GuestBook {
${Array.from({ length: 180 }, (_, at) => `  entry${at}(name: string, visits: number): number { return visits + ${at}; }`).join("\n")}
  showGuests(limit: number) { return String(limit); }
}
`;

test("a class that has no room is cut to what the task names, and says where the rest stands", async () => {
  const path = "src/book.ts";
  await using rig = await chain({ path, text: LONG_CLASS });
  expect(seen(rig)).toContain("showGuests(limit: number);");
  expect(seen(rig)).toMatch(/\(Not shown: \d+ of 182 declarations\. Read src\/book\.ts:\d+-\d+\)/);
  expect(Buffer.byteLength(seen(rig))).toBeLessThan(4096);
  const explained = await rig.factory("explain", "desk:T02");
  expect(explained.stdout).toMatch(/interface {2,}app\/src\/book\.ts {2}of \d+\.\d KB/);
  // Lines move, and nothing that is declared changes.
  expect(await rewritten(rig, path, "export class", "\n\nexport class")).toEqual(["desk-T01"]);
  // What is not shown counts as well.
  expect(await rewritten(rig, path, "entry179(name", "entry179(guest")).toEqual(["desk-T01", "desk-T02"]);
});

/** Of 100 members 90 are of no use to others. */
const MOSTLY_PRIVATE = `export class GuestBook {
${Array.from({ length: 90 }, (_, at) => `  private page${at}: Map<string, number> = new Map();`).join("\n")}
${Array.from({ length: 10 }, (_, at) => `  entry${at}(name: string): number { return ${at}; }`).join("\n")}
}
`;

test("of a large class all is told that others reach, and what nobody reaches by name", async () => {
  const path = "src/book.ts";
  await using rig = await chain({ path, text: MOSTLY_PRIVATE });
  for (let at = 0; at < 10; at++) expect(seen(rig)).toContain(`  entry${at}(name: string): number;`);
  expect(seen(rig)).toMatch(/\(By name and line: .*page0 2, page1 3,/);
  expect(seen(rig)).not.toContain("private page");
  expect(await rewritten(rig, path, "return 4", "return 5")).toEqual(["desk-T01"]);
  expect(await rewritten(rig, path, "entry9(name", "entry9(guest")).toEqual(["desk-T01", "desk-T02"]);
});

test("a contract in another project is shown to those that build on it, and its change reaches them", async () => {
  const path = "openapi.yaml";
  const text = "openapi: 3.1.0\npaths:\n  /guests:\n    get: {operationId: listGuests}\n";
  const projects = [{ id: "app" }, { id: "web" }];
  await using rig = await chain({ path, text, reader: "web", options: { projects } });
  expect(seen(rig)).toContain(`### app/openapi.yaml\n\n${text.trimEnd()}`);
  expect(await rewritten(rig, path, "/guests", "/visitors")).toEqual(["desk-T01", "desk-T02"]);
});

test.skipIf(!hasGrammars())("a program keeps what it wrote where only a body below it changes", async () => {
  const path = "guests.py";
  const text = "def guests(limit):\n    return ROWS[:limit]\n";
  await using rig = await chain({ path, text });
  expect(seen(rig)).toContain("def guests(limit):");
  expect(seen(rig)).not.toContain("ROWS");
  expect(await rewritten(rig, path, "ROWS[:limit]", "list(ROWS)[:limit]")).toEqual(["desk-T01"]);
  expect(await rewritten(rig, path, "guests(limit)", "guests(limit, wide)")).toEqual([
    "desk-T01",
    "desk-T02",
  ]);
  // Which changes reach it is no trait of the agent: nothing is drafted anew for it where nothing else changed.
  rig.edit("projects.yaml", "    kind: command\n", "    kind: command\n    reads: declared\n");
  expect(await rig.status()).toEqual({ "desk:T01": "fresh", "desk:T02": "fresh" });
});
