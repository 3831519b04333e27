// What becomes of lines that templates insert into files that people wrote? They come once, follow their feature, go with it, and
// nothing that people write beside them is ever lost.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig, madeOnce } from "../rig/factory-rig.ts";
import { APP, appWith, routeTemplate } from "../rig/route-template.ts";
import { firstCommit, squash } from "../rig/squashed-fares.ts";

const APP_PATH = "src/app.txt";

/** Two features of one template, built. */
const routes = madeOnce(async () => {
  const rig = await FactoryRig.create({ projects: [{ id: "app", files: { [APP_PATH]: APP } }] });
  routeTemplate(rig);
  for (const path of ["orders", "users"]) {
    const made = await rig.factory("new", "route", path, "--set", `path=${path}`);
    expect([made.code, made.stderr]).toEqual([0, expect.any(String)]);
  }
  expect((await rig.build()).code).toBe(0);
  await rig.commitWorkspace("Routes");
  return rig;
});

const app = (rig: FactoryRig) => rig.read(`projects/app/${APP_PATH}`);

test("features insert side by side, once, and their lines change and go with them", async () => {
  await using rig = await routes();
  expect(app(rig)).toBe(appWith("orders", "users"));

  const again = await rig.build();
  expect([again.code, new Set(Object.values(again.actions))]).toEqual([0, new Set(["fresh"])]);
  expect((await rig.factory("check")).code).toBe(0);

  rig.edit("specs/orders/feature.md", "path: orders", "path: bills");
  rig.edit("specs/orders/BACKLOG.yaml", "src/orders.txt", "src/bills.txt");
  expect((await rig.build()).actions).toMatchObject({ "orders:T01": "regenerated", "users:T01": "fresh" });
  expect(app(rig)).toBe(appWith("bills", "users"));

  await rig.commitWorkspace("Bills");
  rig.remove("specs/orders");
  await rig.commitWorkspace("No bills");
  expect((await rig.build()).code).toBe(0);
  expect(app(rig)).toBe(appWith("users"));
  rig.remove("specs/users");
  await rig.commitWorkspace("No users");
  expect((await rig.build()).code).toBe(0);
  expect(app(rig)).toBe(APP);
});

test("what people write beside the lines stays, wherever it stands, and the file is never theirs to settle", async () => {
  await using rig = await routes();
  const edited = appWith("orders", "users")
    .replace("import orders\n", "import mine\nimport orders\nimport between\n")
    .replace("  use users\n", "  use users\n  use mine\n")
    .replace("stop()", "stop(now)");
  rig.write({ [`projects/app/${APP_PATH}`]: edited });
  await rig.commit("app", "Mine");

  const explained = await rig.factory("explain", "orders:T01");
  expect(explained.stdout).toContain(APP_PATH);
  const dry = await rig.factory("build", "--dry-run");
  expect([dry.code, dry.stdout]).toEqual([0, expect.stringContaining(APP_PATH)]);
  const built = await rig.build();
  expect([built.code, built.actions]).toEqual([
    0,
    { "orders:T01": "regenerated", "users:T01": "regenerated" },
  ]);
  const after = app(rig);
  expect(after).toBe(
    appWith("orders", "users")
      .replace("import users\n", "import users\nimport mine\nimport between\n")
      .replace("  use orders\n", "  use mine\n  use orders\n")
      .replace("stop()", "stop(now)"),
  );
  await rig.commitWorkspace("Built");
  expect((await rig.factory("check")).code).toBe(0);
  expect(new Set(Object.values((await rig.build()).actions))).toEqual(new Set(["fresh"]));

  rig.remove("specs/orders", "specs/users");
  await rig.commitWorkspace("None");
  expect((await rig.build()).code).toBe(0);
  expect(app(rig)).toBe(
    APP.replace("// imports\n", "// imports\nimport mine\nimport between\n")
      .replace("  // routes", "  use mine\n  // routes")
      .replace("stop()", "stop(now)"),
  );
});

test("an edit of an inserted line is a person's to settle", async () => {
  await using rig = await routes();
  rig.edit(`projects/app/${APP_PATH}`, "import orders", "import orders as o");
  await rig.commit("app", "Mine");
  expect(await rig.status()).toMatchObject({ "orders:T01": "modified" });
  const kept = await rig.build();
  expect([kept.code, app(rig)]).toEqual([
    0,
    appWith("orders", "users").replace("import orders", "import orders as o"),
  ]);

  rig.edit("specs/orders/feature.md", "path: orders", "path: bills");
  rig.edit("specs/orders/BACKLOG.yaml", "src/orders.txt", "src/bills.txt");
  const clash = await rig.build();
  expect([clash.code, app(rig)]).toEqual([
    5,
    appWith("orders", "users").replace("import orders", "import orders as o"),
  ]);
  await using other = rig.twin();

  expect((await rig.factory("discard", "orders:T01")).code).toBe(0);
  expect([(await rig.build()).code, app(rig)]).toEqual([0, appWith("bills", "users")]);

  // What was accepted is theirs as it stands; the lines of the other feature still are its own.
  expect((await other.factory("accept", "orders:T01")).code).toBe(0);
  expect((await other.build()).code).toBe(0);
  const accepted = app(other);
  expect(accepted.split("\n").sort()).toEqual(
    appWith("orders", "users").replace("import orders", "import orders as o").split("\n").sort(),
  );
  await other.commitWorkspace("Accepted");
  expect(new Set(Object.values((await other.build()).actions))).toEqual(new Set(["fresh"]));
  other.remove("specs/users");
  await other.commitWorkspace("No users");
  expect((await other.build()).code).toBe(0);
  expect(app(other)).toBe(appWith("orders").replace("import orders", "import orders as o"));
});

test("a place that is not there, or there twice, is told before a build, and a build writes nothing", async () => {
  await using rig = await FactoryRig.create({ projects: [{ id: "app", files: { [APP_PATH]: APP } }] });
  routeTemplate(rig);
  rig.edit(`projects/app/${APP_PATH}`, "// imports\n", "");
  await rig.commit("app", "No place for imports");
  const made = await rig.factory("new", "route", "orders", "--set", "path=orders");
  expect([made.code, made.stderr]).toEqual([2, expect.stringContaining('src/app.txt reads "// imports"')]);
  const valid = await rig.factory("validate");
  expect([valid.code, valid.stdout]).toEqual([2, expect.stringContaining("stray-insertion")]);
  const before = await rig.git("app", "rev-parse", "main");
  expect(await rig.status()).toEqual({ "orders:T01": "blocked" });
  const dry = await rig.factory("build", "--dry-run");
  expect(dry.stdout).toContain('src/app.txt reads "// imports"');
  const built = await rig.build();
  expect([built.code, built.actions]).toEqual([1, { "orders:T01": "failed" }]);
  expect(built.document.diagnostics).toContainEqual(
    expect.objectContaining({ code: "insertion", file: "projects/app/src/app.txt", target: "orders:T01" }),
  );
  expect(await rig.git("app", "rev-parse", "main")).toBe(before);

  rig.write({ [`projects/app/${APP_PATH}`]: `// imports\n${APP}` });
  await rig.commit("app", "Two places");
  expect((await rig.factory("validate")).stdout).toContain("Lines 1, 2 of src/app.txt");
  expect((await rig.build()).code).toBe(1);
  await rig.git("app", "rm", "--quiet", APP_PATH);
  await rig.git("app", "commit", "--quiet", "--message", "No file");
  expect((await rig.factory("validate")).stdout).toContain("is not there");
  expect((await rig.build()).code).toBe(1);

  rig.write({ [`projects/app/${APP_PATH}`]: APP.replaceAll("\n", "\r\n").trimEnd() });
  await rig.commit("app", "Another system");
  expect((await rig.factory("validate")).code).toBe(0);
  expect((await rig.build()).code).toBe(0);
  expect(rig.bytes(`projects/app/${APP_PATH}`).toString()).toBe(
    appWith("orders").replaceAll("\n", "\r\n").trimEnd(),
  );
});

test("lines of a task are known in a clone whose squash kept a title alone, and after it", async () => {
  await using rig = await FactoryRig.create({ projects: [{ id: "app", files: { [APP_PATH]: APP } }] });
  routeTemplate(rig);
  expect((await rig.factory("new", "route", "orders", "--set", "path=orders")).code).toBe(0);
  expect((await rig.build()).code).toBe(0);
  await squash(rig, await firstCommit(rig), "All of it");
  await rig.git("app", "update-ref", "-d", "refs/factory/main");
  rig.remove(".factory");
  expect((await rig.build()).code).toBe(0);
  expect(app(rig)).toBe(appWith("orders"));

  rig.edit(`projects/app/${APP_PATH}`, "start()", "start(now)");
  await rig.commit("app", "Mine");
  rig.edit("specs/orders/feature.md", "path: orders", "path: bills");
  rig.edit("specs/orders/BACKLOG.yaml", "src/orders.txt", "src/bills.txt");
  expect((await rig.build()).code).toBe(0);
  expect(app(rig)).toBe(appWith("bills").replace("start()", "start(now)"));
});

test("lines go into a file that another task writes, in a package of a repository, and tasks need an order to write it", async () => {
  await using rig = await FactoryRig.create({
    projects: [
      {
        ...{ id: "app", root: "packages/app", files: { "packages/app/package.txt": "app\n" } },
        gates: [{ id: "check", run: "test -f package.txt" }],
      },
    ],
  });
  routeTemplate(rig);
  rig.feature(
    {
      id: "shell",
      requirements: { R1: "There is an app." },
      tasks: [{ id: "T01", files: [APP_PATH] }],
    },
    APP,
  );
  for (const path of ["orders", "users"]) await rig.factory("new", "route", path, "--set", `path=${path}`);
  expect((await rig.factory("validate")).stdout).toContain("neither comes before the other");
  for (const path of ["orders", "users"])
    rig.edit(
      `specs/${path}/BACKLOG.yaml`,
      "    requirements",
      "    depends_on: [shell:T01]\n    requirements",
    );
  expect((await rig.factory("validate")).code).toBe(0);
  expect((await rig.build()).code).toBe(0);
  expect(rig.read(`projects/app/packages/app/${APP_PATH}`)).toBe(appWith("orders", "users"));
  expect(new Set(Object.values((await rig.build()).actions))).toEqual(new Set(["fresh"]));
  expect((await rig.factory("verify")).code).toBe(0);

  rig.edit("templates/features/shell/code/note.hbs", "stop()", "halt()");
  expect((await rig.build()).code).toBe(0);
  expect(rig.read(`projects/app/packages/app/${APP_PATH}`)).toBe(
    appWith("orders", "users").replace("stop()", "halt()"),
  );
});

test("the page about insertions says what a build makes", async () => {
  const page = readFileSync("docs/design/insertions.md", "utf8");
  const blocks = [...page.matchAll(/^```\w+\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  const [template = "", imports = "", use = "", before = "", after = ""] = blocks;
  await using rig = await FactoryRig.create({ projects: [{ id: "app", files: { "src/app.js": before } }] });
  routeTemplate(rig);
  const folder = "templates/features/route";
  const backlog = rig.read(`${folder}/spec/BACKLOG.yaml.hbs`);
  rig.write({
    [`${folder}/template.yaml`]: template,
    [`${folder}/code/page.js.hbs`]: 'export default "{{params.path}}";\n',
    [`${folder}/code/import.hbs`]: imports,
    [`${folder}/code/use.hbs`]: use,
    [`${folder}/spec/BACKLOG.yaml.hbs`]: backlog.replaceAll(".txt", ".js"),
  });
  for (const path of ["users", "orders"])
    expect((await rig.factory("new", "route", path, "--set", `path=${path}`)).code).toBe(0);
  expect((await rig.build("users")).code).toBe(0);
  expect((await rig.build()).code).toBe(0);
  expect(rig.read("projects/app/src/app.js")).toBe(after);
});

test("where nothing tells any more which lines are whose, none is written twice", async () => {
  await using rig = await routes();
  await squash(rig, await firstCommit(rig), "All of it");
  await rig.git("app", "update-ref", "-d", "refs/factory/main");
  rig.remove(".factory");
  const refused = await rig.build();
  expect(app(rig)).toBe(appWith("orders", "users"));
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringContaining("inserted lines into src/app.txt before"),
  ]);

  rig.write({ [`projects/app/${APP_PATH}`]: APP });
  await rig.commit("app", "Without them");
  expect((await rig.build()).code).toBe(0);
  expect(app(rig)).toBe(appWith("orders", "users"));
});

test("a line that a person edited stays when its feature goes", async () => {
  await using rig = await routes();
  rig.edit(`projects/app/${APP_PATH}`, "import orders", "import orders as o");
  await rig.commit("app", "Mine");
  rig.remove("specs/orders");
  await rig.commitWorkspace("No orders");
  const built = await rig.build();
  expect(app(rig).split("\n")).toContain("import orders as o");
  expect(app(rig).split("\n")).toContain("import users");
  expect(built.code).toBe(0);
});
