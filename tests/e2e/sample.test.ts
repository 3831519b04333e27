// Does the sample of this repository build with one command on a fresh machine, and do its two programs run together?

import { cpSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { asBuild, FactoryRig } from "../rig/factory-rig.ts";
import type { Program } from "../rig/program.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PROJECTS = ["shop-api", "shop-cli"];

/** Where packages come from and are kept: a machine behind a mirror has no other way to install any. */
const NPM = Object.fromEntries(
  Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      /^npm_config_(registry|cache|userconfig)$/i.test(entry[0]) && !!entry[1],
  ),
);

async function sample(): Promise<FactoryRig> {
  const rig = await FactoryRig.create({ projects: [] });
  for (const name of ["projects.yaml", "specs", "templates"]) {
    cpSync(`${ROOT}${name}`, rig.path(name), { recursive: true });
  }
  return rig;
}

/** Settles with what the first line of a service's output says after the mark. */
async function told(service: Program, mark: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    service.child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      const line = text.split("\n").find((each, index, all) => each.includes(mark) && index < all.length - 1);
      if (line !== undefined) resolve(line.slice(line.indexOf(mark) + mark.length));
    });
    void service.done.then((run) => reject(new Error(`the service ended: ${run.stderr}`)));
  });
}

test("the sample builds, its client talks to its service, and an edit reaches what shows it in both projects", {
  timeout: 600_000,
}, async () => {
  await using rig = await sample();
  const build = asBuild(await rig.factoryWith(NPM, "build", "--json"));
  expect(build.code).toBe(0);
  expect(build.document.tasks.length).toBeGreaterThanOrEqual(12);
  expect(new Set(Object.values(build.actions))).toEqual(new Set(["regenerated"]));
  expect(build.document.projects.map(({ id, merged }) => [id, merged])).toEqual(
    PROJECTS.map((id) => [id, true]),
  );

  const again = asBuild(await rig.factoryWith(NPM, "build", "--json"));
  expect(new Set(Object.values(again.actions))).toEqual(new Set(["fresh"]));
  expect(again.document.projects).toEqual(build.document.projects);

  for (const id of PROJECTS) {
    expect(await rig.git(id, "status", "--porcelain")).toBe("");
    for (const command of [
      ["ci", "--prefer-offline"],
      ["run", "typecheck"],
      ["run", "lint"],
      ["test"],
      ["run", "build"],
    ]) {
      const run = await rig.launch(`projects/${id}`, ["npm", ...command], NPM).done;
      expect([run.command, run.code]).toEqual([run.command, 0]);
    }
  }

  const service = rig.launch("projects/shop-api", [process.execPath, "dist/main.js", "0"]);
  const url = await told(service, "listening on ");
  const shop = async (...args: readonly string[]) =>
    rig.launch("projects/shop-cli", [process.execPath, "dist/main.js", ...args, "--url", url]).done;

  expect(await (await shop("list", "--json")).stdout.trim()).toBe("[]");
  const added = await shop(
    "add",
    "--name",
    "Earl Grey",
    "--sku",
    "TEA-0001",
    "--price",
    "1250",
    "--stock",
    "4",
  );
  expect([added.code, added.stderr]).toEqual([0, ""]);
  expect((await shop("list")).stdout).toMatch(/Earl Grey.*1250/);
  const refused = await shop("add", "--name", "", "--sku", "tea-1", "--price", "0", "--stock", "1");
  expect(refused.code).toBe(1);
  for (const field of ["name", "sku", "price"]) expect(refused.stderr).toContain(field);

  service.child.kill("SIGTERM");
  expect((await service.done).code).toBe(0);

  // A limit of one field, and then a new field, reach what shows them and nothing else.
  rig.edit("specs/products/feature.md", "max: 80, example: Earl Grey", "max: 120, example: Earl Grey");
  const limit = asBuild(await rig.factoryWith(NPM, "build", "--json"));
  expect(limit.code).toBe(0);
  expect(limit.actions).toMatchObject({
    "products:T01": "regenerated",
    "discounts:T01": "fresh",
    "orders:T01": "fresh",
  });

  const field = "    - {name: origin, type: text, min: 1, max: 60, example: Assam}\n  page_size";
  rig.edit("specs/products/feature.md", "  page_size", field);
  const wider = asBuild(await rig.factoryWith(NPM, "build", "--json"));
  expect(wider.code).toBe(0);
  expect(wider.actions).toMatchObject({
    "products:T01": "regenerated",
    "shop-commands:T01": "regenerated",
    "discounts:T01": "fresh",
    "orders:T01": "fresh",
  });
  expect(await rig.git("shop-cli", "grep", "--name-only", "origin", "main", "--", "src")).not.toBe("");
});
