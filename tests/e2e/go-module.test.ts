// Does a template know what go.mod calls the module of its project, and does generated code follow when that changes?

import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import type { FeatureText } from "../rig/specs.ts";

const SERVICE: FeatureText = { id: "service", requirements: { R1: "It serves." }, tasks: [{ id: "T01" }] };
const SOURCE = 'import "{{project.module}}/records" // {{task.title}}\n';
const OUTPUT = "projects/app/src/service/T01.txt";

test("code imports packages by the name in go.mod, and is stale once the module has another", async () => {
  const files = { "go.mod": "// Ours.\nmodule example.com/shop // since 1\n\ngo 1.19\n" };
  await using rig = await FactoryRig.create({ projects: [{ id: "app", files }] });
  rig.feature(SERVICE, SOURCE);
  const build = await rig.build();
  expect(build.code, build.stdout + build.stderr).toBe(0);
  expect(rig.read(OUTPUT)).toBe('import "example.com/shop/records" // Write T01\n');
  expect(await rig.status()).toEqual({ "service:T01": "fresh" });
  expect((await rig.factory("check")).code).toBe(0);

  rig.write({ "projects/app/go.mod": 'module "example.com/store"\n\ngo 1.19\n' });
  await rig.commit("app", "Rename the module");
  expect(await rig.status()).toEqual({ "service:T01": "stale" });
  expect((await rig.factory("explain", "service:T01")).stdout).toContain("go.mod");
  const renamed = await rig.build();
  expect(renamed.actions).toEqual({ "service:T01": "regenerated" });
  expect(rig.read(OUTPUT)).toBe('import "example.com/store/records" // Write T01\n');
  expect((await rig.build()).actions).toEqual({ "service:T01": "fresh" });
});

test("where no go.mod names a module, the template that asks for one is told so", async () => {
  await using rig = await FactoryRig.create();
  rig.feature(SERVICE, SOURCE);
  const build = await rig.build();
  expect(build.code).toBe(1);
  expect(build.document.diagnostics[0]).toMatchObject({
    code: "template",
    message: expect.stringContaining("no go.mod at the project's root says what its module is called"),
  });
});
