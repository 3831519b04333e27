// Can an agent give itself more to write, or less to prove, without a person? A rebase that would is written down and
// waits; through the real command, with a model that answers as it likes.

import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import type { FactoryRig } from "../rig/factory-rig.ts";
import { type Asked, ModelServer, type Reply, turnOf, windowOf } from "../rig/model-server.ts";
import { finish, KEYS, smallWork, write } from "../rig/small-work.ts";

const PROPOSAL = ".factory/tasks/work/T01.proposal.yaml";

/** Writes rubbish, and as soon as it may, the gate as well. `rebase` is the answer to whoever asks for a better text. */
function cheat(rebase: () => string) {
  return (asked: Asked): Reply => {
    if (asked.system.includes("You improve the text of one task")) return { text: rebase() };
    if (turnOf(asked) > 0) return { calls: [finish] };
    const window = windowOf(asked);
    const calls = [write("src/T01.txt", window.includes("GOOD") ? "good\n" : "BROKEN\n")];
    return {
      calls: window.includes('"**"') || window.includes("- **") ? [...calls, write("check.sh", "")] : calls,
    };
  };
}

async function workspace(server: ModelServer): Promise<FactoryRig> {
  const rig = await smallWork(server, {
    limits: { attempts: 1, rebases: 1 },
    routing: { rebase: "coder" },
  });
  rig.edit("specs/work/BACKLOG.yaml", "    title: Write T01", "    title: Write T01 # in one go");
  return rig;
}

const task = (run: { stdout: string }) => JSON.parse(run.stdout).tasks[0];
const build = (rig: FactoryRig) => rig.factoryWith(KEYS, "build", "--json");
const drafts = (server: ModelServer) =>
  server.in("You implement").filter((asked) => turnOf(asked) === 0).length;

const WIDER = "id: T01\ntitle: Write T01\nscope:\n  files_hint: [src/T01.txt, '**']\n";

test("a rebase that adds to the files of its task waits for a person, and costs nothing meanwhile", async () => {
  await using server = await ModelServer.listen(cheat(() => WIDER));
  await using rig = await workspace(server);
  const before = rig.read("specs/work/BACKLOG.yaml");
  const held = await build(rig);
  expect([held.code, task(held).action]).toEqual([5, "blocked"]);
  expect(held.stdout).toContain("adds `**` to its files");
  expect(held.stdout).toContain("factory approve work:T01");
  expect(rig.read("specs/work/BACKLOG.yaml")).toBe(before);
  expect(rig.read(PROPOSAL)).toContain("# - adds `**` to its files");

  const asked = server.asked.length;
  for (const flags of [[], ["--force"]]) {
    const again = await rig.factoryWith(KEYS, "build", "--json", ...flags);
    expect([again.code, task(again).action]).toEqual([5, "blocked"]);
  }
  expect(server.asked).toHaveLength(asked);
  const status = await rig.factory("status", "--json");
  expect(status.stdout).toContain("change-waits");
  expect((await rig.factory("explain", "work:T01")).stdout).toContain("factory approve work:T01");

  expect((await rig.factory("approve", "work:T01")).code).toBe(0);
  expect(rig.read("specs/work/BACKLOG.yaml")).toBe(
    before.replace("{files_hint: [src/T01.txt]}", '{files_hint: [src/T01.txt, "**"]}'),
  );
  expect(existsSync(rig.path(PROPOSAL))).toBe(false);
  expect((await rig.factory("approve", "work:T01")).code).toBe(2);
  await build(rig);
  expect(drafts(server)).toBe(2);
});

test("criteria that a rebase rewords wait; a better description, a smaller scope and further criteria do not", async () => {
  const answers = [
    "id: T01\ntitle: Write T01\nacceptance: ['src/T01.txt says anything', 'it is short']\n",
    "id: T01\ntitle: Write T01\ndescription: GOOD\nacceptance: ['src/T01.txt  says T01', 'it is short']\n",
  ];
  await using server = await ModelServer.listen(cheat(() => answers.shift() ?? ""));
  await using rig = await workspace(server);
  const held = await build(rig);
  expect(held.code).toBe(5);
  expect(held.stdout).toContain('rewords A1: \\"src/T01.txt says T01\\" → \\"src/T01.txt says anything\\"');
  // Whoever wants another text asks for it; what waited is gone.
  const retried = await rig.factoryWith(KEYS, "retry", "work:T01", "--json");
  expect([retried.code, task(retried).action]).toEqual([0, "regenerated"]);
  expect(rig.read("specs/work/BACKLOG.yaml")).toContain("GOOD");
  expect(existsSync(rig.path(PROPOSAL))).toBe(false);
});

test("pointers that a rebase adds are looked at before its text is taken", async () => {
  const better = (files: string) =>
    `id: T01\ntitle: Write T01\ndescription: GOOD\ncontext: {files: [${files}]}\n`;
  const wrong = "package.json:90, src/nowhere.ts#Lost, src/T01.txt";
  const answers = [better(wrong), better("package.json, src/T01.txt"), better(wrong), better(wrong)];
  await using server = await ModelServer.listen(cheat(() => answers.shift() ?? ""));
  await using rig = await workspace(server);
  const before = rig.read("specs/work/BACKLOG.yaml");
  const built = await build(rig);
  expect([built.code, task(built).action]).toEqual([0, "regenerated"]);
  const [, repair] = server.in("You improve the text of one task");
  const shown = windowOf(repair as Asked);
  expect(shown).toContain("`package.json:90`: package.json has 1 line.");
  expect(shown).toContain("`src/nowhere.ts` of context.files is not in the project, and no task writes it.");
  // What the task itself writes may well not be there yet.
  expect(shown).not.toContain("`src/T01.txt` of context.files");
  expect(rig.read("specs/work/BACKLOG.yaml")).toContain("files: [package.json, src/T01.txt]");

  rig.write({ "specs/work/BACKLOG.yaml": before.replace("Write T01", "Write T01 once more") });
  const failed = await build(rig);
  expect([failed.code, failed.stdout]).toEqual([1, expect.stringContaining("src/nowhere.ts")]);
  expect(rig.read("specs/work/BACKLOG.yaml")).not.toContain("nowhere");
});

test("an edit of the spec ends what waited, and what cannot be read is named and never taken for nothing", async () => {
  await using server = await ModelServer.listen(cheat(() => WIDER));
  await using rig = await workspace(server);
  expect((await build(rig)).code).toBe(5);
  const waiting = rig.read(PROPOSAL);
  rig.write({ [PROPOSAL]: "base: 1\n" });
  for (const command of [["build"], ["approve", "work:T01"]]) {
    const broken = await rig.factoryWith(KEYS, ...command);
    expect([broken.code, broken.stderr]).toEqual([
      command[0] === "build" ? 2 : 2,
      expect.stringContaining("T01.proposal.yaml"),
    ]);
  }
  rig.remove(PROPOSAL);
  rig.write({ [`${PROPOSAL}/in-the-way`]: "" });
  expect((await rig.factoryWith(KEYS, "build")).stderr).toContain("T01.proposal.yaml");
  rig.remove(PROPOSAL);
  rig.write({ [PROPOSAL]: waiting });
  expect(drafts(server)).toBe(1);
  rig.edit("specs/work/feature.md", "Every file says its own name.", "Every file says its own name, GOOD.");
  expect((await rig.factory("approve", "work:T01")).code).toBe(2);
  const built = await build(rig);
  expect([built.code, task(built).action]).toEqual([0, "regenerated"]);
});

test("a pattern lets no agent touch what gates and installs run from, its path does; and an agent's plan lets it with a person's word", async () => {
  const lockfile = {
    packages: { "": {}, "node_modules/left-pad": {}, "node_modules/loud": { hasInstallScript: true } },
  };
  const installed = [
    write(
      "package.json",
      '{"name": "app", "scripts": {"test": "true"}, "dependencies": {"loud": "^1.0.0"}}\n',
    ),
    write("package-lock.json", JSON.stringify(lockfile)),
  ];
  await using server = await ModelServer.listen((asked) => {
    if (turnOf(asked) > 0) return { calls: [finish] };
    const more = windowOf(asked).includes("package-lock.json") ? installed : [];
    return { calls: [write("src/T01.txt", "good\n"), write("Makefile", "all:\n"), ...more] };
  });
  const files = { "package.json": '{"name": "app", "scripts": {"test": "node --test"}}\n' };
  await using rig = await smallWork(server, { projects: [{ id: "app", files }] });
  rig.edit("specs/work/BACKLOG.yaml", "[src/T01.txt]", '["**"]');
  const wide = await build(rig);
  expect([wide.code, task(wide).action]).toEqual([1, "failed"]);
  expect(wide.stdout).toContain("sensitive, and files_hint does not name it by its path: Makefile");

  rig.edit("specs/work/BACKLOG.yaml", '["**"]', "[src/T01.txt, Makefile, package.json, package-lock.json]");
  const built = await build(rig);
  expect(built.code).toBe(0);
  expect(await rig.git("app", "show", "main:Makefile")).toContain("all:");
  // What became of them is told once, when it is accepted.
  const told = (run: { stdout: string }) =>
    (JSON.parse(run.stdout).diagnostics as { code: string; message: string }[])
      .filter(({ code }) => code === "sensitive-changed")
      .map(({ message }) => message);
  expect(told(built)).toEqual([
    "work:T01 adds Makefile",
    "work:T01 adds package-lock.json: 2 packages are new or other versions, scripts run at the install of loud",
    "work:T01 changes package.json: script test was (node --test) and is (true); brings the package loud ^1.0.0",
  ]);
  rig.edit("specs/work/BACKLOG.yaml", ", package.json, package-lock.json]", "]");

  const lock = JSON.parse(rig.read("specs/work/factory.lock"));
  const digest = "0".repeat(64);
  const planning = { key: digest, request: digest, plan: null, backlog: digest, approved: null };
  rig.write({ "specs/work/factory.lock": JSON.stringify({ ...lock, planning }) });
  rig.edit("specs/work/BACKLOG.yaml", "says T01", "says T01 at once");
  const asked = server.asked.length;
  const held = await build(rig);
  expect([held.code, task(held).action]).toEqual([5, "blocked"]);
  expect(held.stdout).toContain("an agent planned that it may touch");
  expect(server.asked).toHaveLength(asked);
  // So does the script that a gate runs, which is in no list of names.
  rig.edit("specs/work/BACKLOG.yaml", "[src/T01.txt, Makefile]", "[src/T01.txt, check.sh]");
  const script = await build(rig);
  expect([script.code, task(script).action, server.asked.length]).toEqual([5, "blocked", asked]);
  expect(script.stdout).toContain("check.sh");
  rig.edit("specs/work/BACKLOG.yaml", "[src/T01.txt, check.sh]", "[src/T01.txt, Makefile]");
  expect((await rig.factory("approve", "work")).code).toBe(0);
  expect((await build(rig)).code).toBe(0);
});

test.each([
  ["a script that a gate runs", "check.sh"],
  ["a path that the project calls sensitive", "deploy/run.txt"],
])("a rebase that names %s, which a pattern covers, waits for a person", async (_what, path) => {
  const text = `id: T01\ntitle: Write T01\nscope:\n  files_hint: [src/T01.txt, ${path}]\n`;
  await using server = await ModelServer.listen(cheat(() => text));
  await using rig = await smallWork(server, {
    limits: { attempts: 1, rebases: 1 },
    routing: { rebase: "coder" },
  });
  rig.edit("projects.yaml", "branch: main", "branch: main\n    sensitive: [deploy/**]");
  rig.edit("specs/work/BACKLOG.yaml", "[src/T01.txt]", '["**"]');
  for (const _time of ["at first", "as it waits"]) {
    const held = await build(rig);
    expect([held.code, task(held).action]).toEqual([5, "blocked"]);
    expect(held.stdout).toContain(`adds \`${path}\` to its files`);
  }
  expect(rig.read("specs/work/BACKLOG.yaml")).toContain('["**"]');
});

test("a rebase that shows a file of secrets to its agent waits for a person", async () => {
  const secret = "id: T01\ntitle: Write T01\ncontext: {files: ['.env']}\n";
  await using server = await ModelServer.listen(cheat(() => secret));
  await using rig = await smallWork(server, {
    projects: [{ id: "app", files: { "package.json": "{}\n", ".env": "TOKEN=1\n" } }],
    limits: { attempts: 1, rebases: 1 },
    routing: { rebase: "coder" },
  });
  const held = await build(rig);
  expect([held.code, task(held).action]).toEqual([5, "blocked"]);
  expect(held.stdout).toContain("shows `.env` to its agent");
});
