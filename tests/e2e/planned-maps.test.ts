// What do planners and whoever cuts tasks see of a repository that is too large to be told whole? Read from the requests
// that reached the wire.

import { expect, test } from "vitest";
import { hasGrammars } from "../../src/platform/grammars.ts";
import { documentOf, FactoryRig } from "../rig/factory-rig.ts";
import { type Asked, ModelServer, type Reply, windowOf } from "../rig/model-server.ts";
import { backlogText, entry, planText } from "../rig/planned-notes.ts";
import { KEYS } from "../rig/small-work.ts";

const PLANNING = "three planners who work side by side";
const CUTTING = "You cut a plan into tasks";

const FEATURE = `---
title: Refunds
project: app
---

## Requirements

- R1: \`settleLedger37\` gives back what was paid twice.
- R2: tools/audit/entry12.py lists what was given back.
`;

/** Modules of two languages, and tests: 300 of them have more to tell than a map of all has room for. */
function warehouse(modules: number): Record<string, string> {
  const files: Record<string, string> = { "package.json": '{"main": "src/part0/module0.ts"}\n' };
  for (let index = 0; index < modules; index++) {
    files[`src/part${index % 20}/module${index}.ts`] = [
      `import { settleLedger${index >> 1} } from "../part${(index >> 1) % 20}/module${index >> 1}.ts";`,
      `export class Ledger${index} {`,
      `  book(account: string, cents: number, reason: string): Promise<void> {`,
      `    return settleLedger${index >> 1}(account, [cents]);`,
      "  }",
      "}",
      `export async function settleLedger${index}(account: string, cents: readonly number[]): Promise<void> {`,
      `  secretOf${index}(account, cents);`,
      "}",
      "",
    ].join("\n");
    files[`tests/part${index % 20}/module${index}.test.ts`] =
      `import { Ledger${index} } from "../../src/part${index % 20}/module${index}.ts";\nnew Ledger${index}();\n`;
  }
  for (let index = 0; index < modules / 2; index++)
    files[`tools/audit/entry${index}.py`] =
      `class Entry${index}:\n    def lines(self, since: str) -> list:\n        return []\n`;
  return files;
}

interface AuditOfMaps {
  readonly sessions: readonly { readonly role: string; readonly map_bytes: number }[];
}

function answer(asked: Asked): Reply {
  if (asked.system.includes(PLANNING)) return { text: "# Document\n\nAs asked.\n" };
  if (!asked.system.includes(CUTTING))
    return { text: planText("`Ledger61.book` in src/part1/module61.ts stays.") };
  return { text: backlogText(entry("T01", "R1, R2", "Give back")).replace("notes", "refunds") };
}

async function planned(server: ModelServer, modules: number): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    agents: { house: { kind: "openai", model: "house-model", base_url: server.openai } },
    implementer: "house",
    routing: { planner: "house", backlog: "house" },
  });
  for (const [path, text] of Object.entries(warehouse(modules)))
    rig.write({ [`projects/app/${path}`]: text });
  rig.write({ "specs/refunds/feature.md": FEATURE });
  await rig.commit("app", "What there is");
  return rig;
}

/** The fenced text of the map. */
const mapIn = (asked: Asked | undefined) =>
  /## The code today\n\n### app\n\n```text\n([\s\S]*?)\n```/.exec(
    asked === undefined ? "" : windowOf(asked),
  )?.[1] ?? "";

test("planners see heads of what the request names, and whoever cuts the tasks the lines of it, at 750 files", async () => {
  await using server = await ModelServer.listen(answer);
  await using rig = await planned(server, 300);
  expect((await rig.factoryWith(KEYS, "plan", "refunds")).code).toBe(0);

  const [first, ...others] = server.in(PLANNING).map(mapIn);
  expect(others).toEqual([first, first]);
  const heads = (map: string) => map.match(/^ +(?:async )?(?:function|class) /gm)?.length ?? 0;
  expect(first).toMatch(/^75\d files in \d+ folders, /);
  expect(first).toContain(
    "async function settleLedger37(account: string, cents: readonly number[]): Promise<void>",
  );
  expect(heads(first ?? "")).toBeGreaterThan(100);
  for (const folder of ["src/ (300 files)", "tests/ (300 files)", "tools/audit/ (150 files)"])
    expect(first).toContain(folder);
  expect(first).not.toContain("secretOf");
  if (hasGrammars()) expect(first).toContain("def lines(self, since: str) -> list");

  const [cutting] = server.in(CUTTING);
  const part = mapIn(cutting);
  expect(Buffer.byteLength(part)).toBeLessThanOrEqual(6144);
  expect(Buffer.byteLength(part)).toBeGreaterThan(5500);
  expect(part).toMatch(
    /settleLedger37\(account: string, cents: readonly number\[\]\): Promise<void> {2}\[7-9\]$/m,
  );
  // What the plan names beyond the request.
  expect(part).toMatch(/book\(account: string, cents: number, reason: string\): Promise<void> {2}\[3-5\]$/m);
  expect(part).toContain("module61.ts");
  expect(part).toContain("entry12.py");

  const audit = documentOf<AuditOfMaps>(await rig.factory("audit", "--json"));
  const sizes = audit.sessions.map((one) => [one.role, one.map_bytes]);
  expect(audit).toMatchObject({ ok: true, limits: { map_bytes: 51200, backlog_map_bytes: 6144 } });
  expect(sizes).toContainEqual(["backlog", Buffer.byteLength(part)]);
  expect(sizes).toContainEqual(["qa-planner", Buffer.byteLength(first ?? "")]);
});

test("a map tells of files as they are, whatever was kept of them", async () => {
  await using server = await ModelServer.listen(answer);
  await using rig = await planned(server, 40);
  expect((await rig.factoryWith(KEYS, "plan", "refunds")).code).toBe(0);
  rig.edit(
    "projects/app/src/part17/module37.ts",
    "async function settleLedger37(",
    "async function settleLedger37(day: Date, ",
  );
  rig.write({
    "projects/app/src/part3/more.ts": "export function settleLedger37Twice(day: Date): void {}\n",
  });
  await rig.commit("app", "What people changed");
  rig.edit("specs/refunds/feature.md", "- R2:", "- R3: It is told by `settleLedger37Twice`.\n- R2:");
  await rig.factoryWith(KEYS, "plan", "refunds");
  const later = mapIn(server.in(PLANNING).at(-1));
  expect(later).toContain("settleLedger37(day: Date, account: string");
  expect(later).toContain("function settleLedger37Twice(day: Date): void");

  // Whatever keeps it from being read, it is made again.
  const asked = server.in(PLANNING).length;
  rig.write({ ".factory/maps/app.json": '{"version": 1, "sketches": {"' });
  rig.edit("specs/refunds/feature.md", "- R2:", "- R4: Nothing is given back thrice.\n- R2:");
  await rig.factoryWith(KEYS, "plan", "refunds");
  expect(server.in(PLANNING).length).toBeGreaterThan(asked);
  expect(mapIn(server.in(PLANNING).at(-1))).toBe(later);
});
