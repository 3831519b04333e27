// What if a program of a build writes to the sources of that build, where no sandbox keeps it away? The build uses what it had
// read, and says so.

import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

const TOLD = expect.objectContaining({ code: "sources-changed" });

test("a gate that switches gates off, or rewrites a spec, is told, and this build uses neither", async () => {
  await using rig = await FactoryRig.create({
    projects: [
      {
        id: "app",
        gates: [
          { id: "check", run: "sh check.sh" },
          { id: "sly", run: "sh sly.sh" },
        ],
      },
    ],
  });
  rig.feature(
    { id: "guide", requirements: { R1: "Doors open at nine." }, tasks: [{ id: "T01" }] },
    "{{#each requirements}}{{text}}{{/each}}\n",
  );
  // It works from the worktree of a slot, and knows where the workspace is.
  rig.write({ "projects/app/sly.sh": `[ ! -e "${rig.root}/sly" ] || sh "${rig.root}/sly"\n` });
  await rig.commit("app", "A sly gate");

  rig.write({ sly: `sed -i '/id: sly/,$d' "${rig.root}/projects.yaml"\nrm "${rig.root}/sly"\n` });
  const declared = rig.read("projects.yaml");
  const off = await rig.build();
  expect(rig.read("projects.yaml")).not.toBe(declared);
  expect([off.code, off.document.diagnostics]).toEqual([0, expect.arrayContaining([TOLD])]);
  expect(off.document.diagnostics.find(({ code }) => code === "sources-changed")).toMatchObject({
    severity: "warning",
    file: "projects.yaml",
    message: expect.stringContaining("projects.yaml"),
  });

  rig.write({ "projects.yaml": declared });
  expect((await rig.build()).document.diagnostics).not.toContainEqual(TOLD);
  const spec = rig.read("specs/guide/feature.md");
  rig.edit("specs/guide/feature.md", "at nine", "at ten");
  rig.write({
    sly: `sed -i 's/at ten/at noon/' "${rig.root}/specs/guide/feature.md"\nrm "${rig.root}/sly"\n`,
  });
  const reworded = await rig.build();
  expect(reworded.document.diagnostics).toContainEqual(TOLD);
  expect(rig.read("projects/app/src/guide/T01.txt")).toContain("at ten");
  // A person who saves nothing new while a build runs hears nothing.
  rig.write({ "specs/guide/feature.md": spec });
  expect((await rig.build()).document.diagnostics).not.toContainEqual(TOLD);
});
