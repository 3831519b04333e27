// Does an edit regenerate exactly what shows it, and nothing else?

import { utimesSync } from "node:fs";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import type { StatusDocument } from "../rig/documents.ts";
import { documentOf, FactoryRig } from "../rig/factory-rig.ts";
import { builtShop, everyTask, PRODUCTS, shop } from "../rig/shop.ts";

const FEATURE = "specs/products/feature.md";
const BACKLOG = "specs/products/BACKLOG.yaml";

async function commits(rig: FactoryRig): Promise<readonly string[]> {
  return Promise.all(["app", "client"].map((id) => rig.git(id, "rev-parse", "main", "refs/factory/main")));
}

test("the first build makes every file and merges it into each project's branch", async () => {
  await using rig = await shop();
  const build = await rig.build();
  expect(build.code).toBe(0);
  expect(build.actions).toEqual(everyTask("regenerated"));
  expect(build.document).toMatchObject({ schema: 1, ok: true });
  // Nothing is wrong, and nothing proves it: the gates of this workspace report no tests.
  expect(new Set(build.document.diagnostics.map(({ code }) => code))).toEqual(new Set(["criteria-unproven"]));
  expect(await rig.git("app", "show", "main:src/products/T01.txt")).toBe(
    "R1: A product has a name.\n[products:T01.A1] says what is required",
  );
  expect(build.document.projects.map(({ id, branch, merged }) => ({ id, branch, merged }))).toEqual([
    { id: "app", branch: "main", merged: true },
    { id: "client", branch: "main", merged: true },
  ]);
  for (const { id, commit, tree } of build.document.projects) {
    expect(await rig.git(id, "rev-parse", "main", "main^{tree}")).toBe(`${commit}\n${tree}`);
    expect(await rig.git(id, "status", "--porcelain")).toBe("");
  }
});

test("a commit of the product leads from the line to its task, key and spec", async () => {
  await using rig = await builtShop();
  const commit = await rig.git(
    "app",
    "log",
    "-1",
    "--format=%H",
    "refs/factory/main",
    "--",
    "src/products/T02.txt",
  );
  const trailers = await rig.git("app", "log", "-1", "--format=%(trailers:only,unfold)", commit);
  expect(trailers).toContain("Factory-Task: products:T02");
  expect(trailers).toMatch(/^Factory-Key: [0-9a-f]{64}$/m);
  expect(trailers).toMatch(/^Factory-Agent: local/m);
  expect(trailers).toMatch(/^Factory-Spec: products@[0-9a-f]{12}$/m);
});

test("the second build does nothing, says so and makes no commit", async () => {
  await using rig = await builtShop();
  const before = await commits(rig);
  const lock = rig.read("specs/products/factory.lock");

  const again = await rig.build();
  expect([again.code, again.actions]).toEqual([0, everyTask("fresh")]);
  const told = await rig.factory("build");
  expect(told.stdout + told.stderr).toMatch(/up to date|nothing to do/i);
  expect(await commits(rig)).toEqual(before);
  expect(rig.read("specs/products/factory.lock")).toBe(lock);
});

test("one edited requirement regenerates the tasks that show it, in both projects", async () => {
  await using rig = await builtShop();
  rig.edit("specs/money/feature.md", "An amount has a currency.", "An amount has an ISO currency.");

  const line =
    rig
      .read("specs/money/feature.md")
      .split("\n")
      .findIndex((text) => text.includes("R1:")) + 1;
  // What depends on a stale task may become stale too; nobody knows before that one is built.
  const stale = { "money:T01": "stale", "money:T02": "stale", "orders:T01": "stale" };
  expect(await rig.status()).toEqual(everyTask("fresh", stale));
  const explained = await rig.factory("explain", "money:T01");
  expect(explained.code).toBe(0);
  expect(explained.stdout).toContain(`specs/money/feature.md:${line}`);
  expect(explained.stdout).toContain("An amount has a currency.");
  expect(explained.stdout).toContain("An amount has an ISO currency.");

  const build = await rig.build();
  const actions = { "money:T01": "regenerated", "money:T02": "regenerated", "orders:T01": "reverified" };
  expect(build.actions).toEqual(everyTask("fresh", actions));
  expect(build.document.tasks.find((task) => task.id === "money:T02")?.reasons).toMatchObject([
    { code: "requirement-changed", subject: "R1", file: "specs/money/feature.md", line },
  ]);
  expect(await rig.git("client", "show", "main:src/money/T02.txt")).toContain("ISO currency");
});

test("a requirement that no task shows makes nobody stale", async () => {
  await using rig = await builtShop();
  rig.edit(FEATURE, "- R3:", "- R4: A product has a colour.\n- R3:");
  const build = await rig.build();
  expect(build.actions).toEqual(everyTask("fresh"));
});

test("one edited parameter regenerates the tasks whose template shows it", async () => {
  await using rig = await shop();
  const feature = {
    ...PRODUCTS,
    params: { name: "text", price: "integer" },
    tasks: [
      { id: "T01", requirements: ["R1"] },
      { id: "T02", requirements: ["R1"] },
    ],
  };
  rig.feature(feature);
  rig.write({
    "templates/features/products/template.yaml": stringify({
      version: "1.0.0",
      description: "Two tasks that show different fields",
      params: ["name", "price"].map((name) => ({ name, type: "string", question: `Which type is ${name}?` })),
      code: {
        T01: [{ template: "name.hbs", to: "src/products/T01.txt" }],
        T02: [{ template: "price.hbs", to: "src/products/T02.txt" }],
      },
    }),
    "templates/features/products/code/name.hbs": "name is a {{params.name}}\n",
    "templates/features/products/code/price.hbs": "price is a {{params.price}}\n",
  });
  await rig.build();
  rig.edit(FEATURE, "price: integer", "price: decimal");

  const build = await rig.build("products");
  expect(build.actions).toMatchObject({ "products:T01": "fresh", "products:T02": "regenerated" });
  expect(await rig.git("app", "show", "main:src/products/T02.txt")).toBe("price is a decimal");
});

test("an edited template regenerates the tasks of that part", async () => {
  await using rig = await builtShop();
  rig.write({ "templates/features/money/code/note.hbs": "{{#each requirements}}{{text}}{{/each}}\n" });
  const build = await rig.build();
  expect(build.actions).toMatchObject({ "money:T01": "regenerated", "products:T01": "fresh" });
});

const HARMLESS: readonly (readonly [string, (rig: FactoryRig) => void])[] = [
  [
    "rewrapping a paragraph",
    (rig) => rig.edit(FEATURE, "never negative, and it", "never negative,\n  and it"),
  ],
  [
    "rewording a section that no window shows",
    (rig) => rig.edit(FEATURE, "The build is green.", "Everything is green."),
  ],
  ["a comment in feature.md", (rig) => rig.edit(FEATURE, "- R2:", "<!-- from the\nkick-off -->\n\n- R2:")],
  [
    "a comment and blank lines in BACKLOG.yaml",
    (rig) => rig.write({ [BACKLOG]: `# by hand\n\n${rig.read(BACKLOG)}` }),
  ],
  [
    "another order of the keys of a task",
    (rig) => {
      const text = rig.read(BACKLOG);
      rig.write({ [BACKLOG]: text.replace(/( {2}- )(id: T01\n)( {4})(title: .*\n)/, "$1$4$3$2") });
      if (rig.read(BACKLOG) === text) throw new Error("nothing was reordered");
    },
  ],
  [
    "another order of the keys of projects.yaml",
    (rig) => {
      const [version, ...rest] = rig.read("projects.yaml").split("\n");
      rig.write({ "projects.yaml": [...rest, version, ""].join("\n") });
    },
  ],
  ["another style of quotes", (rig) => rig.edit(BACKLOG, "id: T01", 'id: "T01"')],
  [
    "touching every file",
    (rig) => {
      for (const path of [FEATURE, BACKLOG, "projects.yaml"]) utimesSync(rig.path(path), 2e9, 2e9);
    },
  ],
  [
    "line ends of another system",
    (rig) => rig.write({ [FEATURE]: rig.read(FEATURE).replaceAll("\n", "\r\n") }),
  ],
];

test.each(HARMLESS)("%s regenerates nothing", async (_what, edit) => {
  await using rig = await builtShop();
  const before = await commits(rig);
  edit(rig);
  const build = await rig.build();
  expect([build.code, build.actions]).toEqual([0, everyTask("fresh")]);
  expect(await commits(rig)).toEqual(before);
});

test("a dry run tells what a build would do and changes nothing", async () => {
  await using rig = await builtShop();
  rig.edit(FEATURE, "A product can be archived.", "A product can be hidden.");
  const before = await commits(rig);
  const lock = rig.read("specs/products/factory.lock");

  const dry = await rig.factory("build", "--dry-run");
  expect(dry.code).toBe(0);
  expect(dry.stdout + dry.stderr).toContain("T03");
  expect(dry.stdout + dry.stderr).not.toContain("T01");
  expect(await commits(rig)).toEqual(before);
  expect(rig.read("specs/products/factory.lock")).toBe(lock);
  expect((await rig.build()).actions).toEqual(everyTask("fresh", { "products:T03": "regenerated" }));
});

test("force regenerates its target and finds the same product", async () => {
  await using rig = await builtShop();
  const before = await rig.tree("app");
  const build = await rig.build("--force", "products:T01");
  expect(build.actions).toMatchObject({ "products:T01": "regenerated" });
  expect(await rig.tree("app")).toBe(before);
});

test("status calls what was never built missing, with that as the reason", async () => {
  await using rig = await shop();
  const run = await rig.factory("status", "--json", "products");
  expect(run.code).toBe(0);
  const { schema, tasks } = documentOf<StatusDocument>(run);
  expect(schema).toBe(1);
  expect(tasks.map((task) => [task.id, task.verdict, task.reasons[0]?.code])).toEqual([
    ["products:T01", "missing", "never-built"],
    ["products:T02", "missing", "never-built"],
    ["products:T03", "missing", "never-built"],
  ]);
});

test("after going back to an older lock, as between branches, the reason is still the line that differs", async () => {
  await using rig = await builtShop();
  const [spec, lock] = [rig.read(FEATURE), rig.read("specs/products/factory.lock")];
  rig.edit(FEATURE, "has a name", "has a label");
  await rig.build();
  rig.write({ [FEATURE]: spec, "specs/products/factory.lock": lock });
  rig.edit(FEATURE, "has a name", "has a title");
  const explained = await rig.factory("explain", "products:T01");
  expect(explained.stdout).toContain("- A product has a name.");
  expect(explained.stdout).toContain("+ A product has a title.");
});

test("what made gates run again is named: the gate, or the toolchain", async () => {
  await using rig = await FactoryRig.create({
    projects: [
      {
        id: "app",
        gates: [
          { id: "check", run: "true" },
          { id: "size", run: "test -d ." },
        ],
      },
    ],
  });
  rig.feature({ id: "fares", requirements: { R1: "A ride costs 5." }, tasks: [{ id: "T01" }] });
  expect((await rig.build()).code).toBe(0);
  const told = async () => {
    const { tasks } = documentOf<{ tasks: { reasons: { code: string; subject: string }[] }[] }>(
      await rig.factory("status", "--json"),
    );
    return tasks.flatMap(({ reasons }) => reasons.map(({ code, subject }) => [code, subject]));
  };
  const size = { id: "size", run: "test -e ." };
  await rig.declare({ projects: [{ id: "app", gates: [{ id: "check", run: "true" }, size] }] });
  expect(await told()).toEqual([["gates-changed", "size"]]);
  expect((await rig.factory("explain", "fares:T01")).stdout).toContain("gate size changed");
  expect((await rig.build()).actions).toEqual({ "fares:T01": "reverified" });
  await rig.declare({
    projects: [{ id: "app", setup: "true", gates: [{ id: "check", run: "true" }, size] }],
  });
  expect(await told()).toEqual([["toolchain-changed", ""]]);
});
