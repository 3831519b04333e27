// What becomes of files that several tasks edit? Manifests of unordered tasks merge by key; barrels and route tables go
// through a chain of tasks. No conflict ever reaches a file.

import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import type { FeatureText, TaskText } from "../rig/specs.ts";

const EDITS = fileURLToPath(new URL("../rig/agents/edits.mjs", import.meta.url));
const START = { name: "app", scripts: { test: "node --test" }, dependencies: { yaml: "^2.0.0" } };
const text = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

const manifest = (id: string, description: string): TaskText => ({
  id,
  description,
  files: ["package.json"],
  generator: null,
});
const chained = (id: string, name: string, dependsOn: readonly string[]): TaskText => ({
  id,
  description: `add src/index.ts: export * from "./${name}.ts";\nadd src/routes.ts: route("/${name}", ${name});`,
  files: ["src/index.ts", "src/routes.ts"],
  dependsOn,
  generator: null,
});
const PARTS: FeatureText = {
  id: "parts",
  requirements: { R1: "Every part can be reached." },
  tasks: [
    manifest(
      "T01",
      'set package.json dependencies/zod = "^4.0.1"\nset package.json scripts/lint = "lint ."\nafter T02',
    ),
    manifest(
      "T02",
      'set package.json dependencies/ajv = "^8.0.0"\nset package.json scripts/bench = "bench ."\nafter T03',
    ),
    manifest(
      "T03",
      'set package.json dependencies/zod = "^4.2.0"\nset package.json scripts/audit = "audit ."',
    ),
    chained("T04", "a", []),
    chained("T05", "b", ["T04"]),
    chained("T06", "c", ["T05"]),
  ],
};

async function parts(): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    projects: [{ id: "app", files: { "package.json": text(START) } }],
    agents: { editor: { kind: "command", run: `node ${EDITS} {{window}} {{workspace}}/signed` } },
    implementer: "editor",
    limits: { agents: 4, attempts: 1, rebases: 0 },
  });
  mkdirSync(rig.path("signed"));
  rig.feature(PARTS);
  return rig;
}

test("manifests merge by key and say who disagrees; chains are told again from where they changed", async () => {
  await using rig = await parts();
  const product = (path: string) => rig.git("app", "show", `main:${path}`);
  const made = await rig.build();
  expect(made.code).toBe(0);
  // They were drafted in the order T03, T02, T01; the file is in the order of the tasks.
  const whole = {
    ...START,
    scripts: { ...START.scripts, lint: "lint .", bench: "bench .", audit: "audit ." },
    dependencies: { ajv: "^8.0.0", yaml: "^2.0.0", zod: "^4.2.0" },
  };
  expect(`${await product("package.json")}\n`).toBe(text(whole));
  expect(await product("src/index.ts")).toBe(
    ["a", "b", "c"].map((name) => `export * from "./${name}.ts";`).join("\n"),
  );

  // A line leads to the task that wrote it, also in a file that many wrote.
  const authorOf = async (path: string, part: string) => {
    const [first = ""] = (await rig.git("app", "blame", "--line-porcelain", "main", "--", path))
      .split(/\n(?=[0-9a-f]{40} )/)
      .filter((entry) => entry.split("\n").at(-1)?.includes(part));
    return rig.git(
      "app",
      "show",
      "--no-patch",
      "--format=%(trailers:key=Factory-Task,valueonly)",
      first.slice(0, 40),
    );
  };
  for (const [path, part, task] of [
    ["src/index.ts", "./a.ts", "T04"],
    ["src/index.ts", "./b.ts", "T05"],
    ["src/routes.ts", "/c", "T06"],
    ["package.json", "^8.0.0", "T02"],
    ["package.json", "audit .", "T03"],
  ] as const) {
    expect([part, await authorOf(path, part)]).toEqual([part, `parts:${task}\n`]);
  }

  // What is in the product is there, though no task made that very file.
  const again = await rig.build();
  expect(new Set(Object.values(again.actions))).toEqual(new Set(["fresh"]));

  // The middle of the chain, written anew.
  rig.feature({
    ...PARTS,
    tasks: PARTS.tasks.map((task) => (task.id === "T05" ? chained("T05", "beta", ["T04"]) : task)),
  });
  const renamed = await rig.build();
  expect(renamed.code).toBe(0);
  expect(renamed.actions).toMatchObject({
    "parts:T01": "fresh",
    "parts:T04": "fresh",
    "parts:T05": "regenerated",
  });
  expect(await product("src/routes.ts")).toBe(
    ["a", "beta", "c"].map((name) => `route("/${name}", ${name});`).join("\n"),
  );

  // Without its middle, and with a task that wants what no version of the package can be.
  const tasks = PARTS.tasks.filter(({ id }) => id !== "T05");
  const wanting = (range: string, id = "T02") =>
    tasks.map((task) => {
      if (task.id === "T06") return chained("T06", "c", ["T04"]);
      if (task.id === "T03") return manifest("T03", `${task.description}`.replace("audit .", "audit -v"));
      return task.id === id ? manifest(id, `set package.json dependencies/zod = "${range}"`) : task;
    });
  const before = await rig.git("app", "rev-parse", "main");
  rig.feature({ ...PARTS, tasks: wanting("^3.9.0") });
  const refused = await rig.factory("build");
  expect(refused.code).toBe(1);
  expect(refused.stdout + refused.stderr).toContain(
    'dependencies.zod: parts:T01 wants "^4.0.1", parts:T02 wants "^3.9.0"',
  );
  expect(await rig.git("app", "rev-parse", "main")).toBe(before);

  rig.feature({ ...PARTS, tasks: wanting("~4.2.3") });
  expect((await rig.build()).code).toBe(0);
  expect(JSON.parse(await product("package.json"))).toEqual({
    ...START,
    scripts: { ...START.scripts, lint: "lint .", audit: "audit -v" },
    dependencies: { yaml: "^2.0.0", zod: "~4.2.3" },
  });
  // Its change was made for the product that was refused.
  expect(await authorOf("package.json", "audit -v")).toBe("parts:T03\n");
  expect(await product("src/index.ts")).toBe(
    ["a", "c"].map((name) => `export * from "./${name}.ts";`).join("\n"),
  );

  // Without the store, what stands in a chain is taken back from the product's history.
  rig.remove(".factory");
  const restored = await rig.build();
  expect(restored.code).toBe(0);
  expect(restored.actions).toMatchObject({ "parts:T04": "fresh", "parts:T06": "fresh" });
});
