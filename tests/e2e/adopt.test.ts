// Does a repository with years of its own history come under specs without a change, and change only as the specs do?

import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

/** Writes a line of its own below what is there. */
const AGENT = `import { appendFileSync } from "node:fs";
appendFileSync("src/money.txt", "mills, by the agent\\n");
`;

async function brownfield(): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    projects: [{ id: "shop", files: { "src/money.txt": "cents\n", "src/rates/eu.txt": "0.2\n" } }],
    agents: { worker: { kind: "command", run: "node {{workspace}}/agent.mjs" } },
    implementer: "worker",
  });
  rig.write({ "agent.mjs": AGENT, "projects/shop/.gitignore": "secret.txt\n" });
  for (let year = 1990; year < 2020; year++) {
    rig.write({ [`projects/shop/src/rates/${year}.txt`]: `${year}\n` });
    await rig.commit("shop", `Rates of ${year}`);
  }
  return rig;
}

const ADOPT = ["adopt", "shop", "src/money.txt", "src/rates", "--accept", "amounts are cents"] as const;

test("adopted files are fresh, and nothing in the project moves; a spec regenerates them, people's edits survive, and they go back to people", async () => {
  await using rig = await brownfield();
  const before = await rig.git("shop", "for-each-ref");
  const dry = await rig.factory(...ADOPT, "--dry-run", "--json");
  expect([dry.code, JSON.parse(dry.stdout).files.length]).toEqual([0, 32]);
  expect(rig.list("specs")).toEqual([]);

  const adopted = await rig.factory(...ADOPT);
  expect([adopted.code, adopted.stderr]).toEqual([0, expect.stringContaining("32 files of shop now")]);
  const backlog = rig.read("specs/shop-adopted/BACKLOG.yaml");
  expect(backlog).toContain("src/rates/**");
  expect(await rig.status()).toEqual({ "shop-adopted:T01": "fresh" });
  // An editor checks the file with what its first line leads to; to the factory the line says nothing.
  const [line = "", schema = ""] = /^# yaml-language-server: \$schema=(.*)\n/.exec(backlog) ?? [];
  expect(JSON.parse(rig.read(join("specs/shop-adopted", schema)))).toMatchObject({
    properties: { tasks: {} },
  });
  rig.write({ "specs/shop-adopted/BACKLOG.yaml": backlog.replace(line, "") });
  expect(await rig.status()).toEqual({ "shop-adopted:T01": "fresh" });
  const build = await rig.build("--locked");
  expect([build.code, build.actions]).toEqual([0, { "shop-adopted:T01": "fresh" }]);
  expect(await rig.git("shop", "for-each-ref")).toBe(before);
  expect(await rig.git("shop", "status", "--porcelain")).toBe("");
  expect((await rig.factory("verify")).code).toBe(0);
  // Another workspace knows it from the lock and the project's git.
  rig.remove(".factory");
  expect(await rig.status()).toEqual({ "shop-adopted:T01": "fresh" });

  rig.write({ "projects/shop/src/rates/eu.txt": "0.21\n" });
  await rig.commit("shop", "By hand");
  expect(await rig.status()).toEqual({ "shop-adopted:T01": "modified" });
  expect((await rig.build("--locked")).actions).toEqual({ "shop-adopted:T01": "rebased" });
  expect(await rig.status()).toEqual({ "shop-adopted:T01": "fresh" });

  rig.edit("specs/shop-adopted/BACKLOG.yaml", "amounts are cents", "amounts are mills");
  expect((await rig.build()).actions).toEqual({ "shop-adopted:T01": "regenerated" });
  expect(rig.read("projects/shop/src/money.txt")).toBe("cents\nmills, by the agent\n");
  expect(rig.read("projects/shop/src/rates/eu.txt")).toBe("0.21\n");
  expect(await rig.git("shop", "log", "--format=%s", "--first-parent", "-2")).toContain("By hand");
  rig.write({ "projects/shop/src/money.txt": "# of Pat\ncents\nmills, by the agent\n" });
  await rig.commit("shop", "A head by hand");
  // From then on it is a file that both write: what people add is followed by a merge, without a call.
  expect((await rig.build("--locked")).actions).toEqual({ "shop-adopted:T01": "rebased" });
  expect(rig.read("projects/shop/src/money.txt")).toBe("# of Pat\ncents\nmills, by the agent\n");

  rig.remove("specs/shop-adopted/BACKLOG.yaml", "specs/shop-adopted/feature.md");
  expect((await rig.build("--yes")).code).toBe(0);
  expect(rig.read("projects/shop/src/money.txt")).toBe("# of Pat\ncents\n");
  expect(rig.read("projects/shop/src/rates/2019.txt")).toBe("2019\n");
});

test("what cannot be adopted is told, and leaves the specs as they were", async () => {
  await using rig = await brownfield();
  rig.edit("projects.yaml", "implementer: worker", "implementer: local");
  const nobody = await rig.factory("adopt", "shop", ".gitignore", "--accept", "x", "--dry-run");
  expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining("go to the generator local")]);
  rig.edit("projects.yaml", "implementer: local", "implementer: worker");
  expect((await rig.factory(...ADOPT)).code).toBe(0);
  symlinkSync("money.txt", rig.path("projects/shop/src/link.txt"));
  mkdirSync(rig.path("projects/shop/bin"));
  const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
  rig.write({
    "projects/shop/bin/tool": Uint8Array.of(1, 0, 2),
    "projects/shop/notes.txt": "a\n",
    "projects/shop/big.psd": pointer,
  });
  await rig.commit("shop", "More");
  rig.write({
    "projects/shop/notes.txt": "b\n",
    "projects/shop/new.txt": "n\n",
    "projects/shop/secret.txt": "s\n",
  });
  const specs = rig.list("specs").map((path) => [path, rig.read(path)]);
  const cases = [
    [["shop", "src/money.txt"], 2, "already belongs to shop-adopted:T01"],
    [["shop", "src/link.txt"], 2, "is a symbolic link"],
    [["shop", "bin"], 2, "bin/tool is no text"],
    [["shop", "big.psd"], 2, "is a pointer of git LFS"],
    [["shop", "notes.txt"], 5, "notes.txt"],
    [["shop", "new.txt"], 2, "is not committed on the branch main"],
    [["shop", "secret.txt"], 2, "what git ignores cannot be adopted"],
    [["shop", "nothing/*.ts"], 2, "no file of shop matches"],
    [["shop", "../outside"], 2, "no file of shop matches"],
    [["shopp", "notes.txt"], 2, "there is no project"],
    [["shop", ".gitignore", "--task", "T01", "--feature", "shop-adopted"], 2, "already has a task T01"],
  ] as const;
  for (const [args, code, text] of cases) {
    const run = await rig.factory("adopt", ...args, "--accept", "x");
    expect([run.code, run.stderr]).toEqual([code, expect.stringContaining(text)]);
  }
  expect((await rig.factory("adopt", "shop", ".gitignore")).stderr).toContain("--accept");
  expect(rig.list("specs").map((path) => [path, rig.read(path)])).toEqual(specs);

  // One more task of the same feature; what stands in its backlog keeps every byte.
  const backlog = rig.read("specs/shop-adopted/BACKLOG.yaml");
  // As a shell completes it.
  const path = "projects/shop/.gitignore";
  expect((await rig.factory("adopt", "shop", path, "--accept", "hides secrets")).code).toBe(0);
  expect(rig.read("specs/shop-adopted/BACKLOG.yaml").startsWith(backlog)).toBe(true);
  expect(await rig.status()).toEqual({ "shop-adopted:T01": "fresh", "shop-adopted:T02": "fresh" });
});

test("adoption says which of its criteria no test names yet", async () => {
  const report = '<testsuite><testcase name="counts"/></testsuite>';
  await using rig = await FactoryRig.create({
    projects: [
      {
        id: "shop",
        files: {
          "src/money.js": "cents\n",
          "tests/money.test.js": 'test("[till:T01.A2] counts", () => {});\n',
        },
        gates: [{ id: "test", run: `echo '${report}' > {{report}}`, report: "junit" }],
      },
    ],
    agents: { worker: { kind: "command", run: "true" } },
    implementer: "worker",
  });
  const order = ["adopt", "shop", "src/money.js", "tests/money.test.js", "--feature", "till"];
  const adopted = await rig.factory(
    ...order,
    "--accept",
    "holds cents",
    "--accept",
    "counts",
    "--accept",
    "rounds",
  );
  expect(adopted.code).toBe(0);
  expect(adopted.stderr).toContain("note: no test names A1, A3 of till:T01 yet");
  expect(await rig.status()).toEqual({ "till:T01": "fresh" });
});

test("fifty files of a folder are one glob to a task; named one by one, more than its window holds are refused with a way out", async () => {
  const names = Array.from(
    { length: 50 },
    (_, at) => `src/components/of-the-start-page-and-the-cart/the-long-name-of-component-${at}.js`,
  );
  const files = Object.fromEntries(names.map((name) => [name, `${"// 3 KB\n".repeat(400)}`]));
  await using rig = await FactoryRig.create({
    projects: [
      {
        id: "shop",
        files: { ...files, "src/components/of-the-start-page-and-the-cart/notes.txt": "by hand\n" },
      },
    ],
    agents: { worker: { kind: "command", run: `echo '// new' >> ${names[0]}` } },
    implementer: "worker",
  });
  const long = await rig.factory("adopt", "shop", ...names, "--accept", "it is drawn");
  expect([long.code, rig.list("specs")]).toEqual([2, []]);
  expect(long.stderr).toContain("50 paths that are named one by one are too many for one task");
  expect(long.stderr).toContain("a glob in quotes, such as 'src/**/*.js'");
  const adopted = await rig.factory("adopt", "shop", "src/**/*.js", "--accept", "each is drawn");
  expect([adopted.code, adopted.stderr]).toEqual([0, expect.stringContaining("owns 50 files")]);
  rig.edit("specs/shop-adopted/BACKLOG.yaml", "each is drawn", "each is drawn once");
  expect((await rig.build()).actions).toEqual({ "shop-adopted:T01": "regenerated" });
});
