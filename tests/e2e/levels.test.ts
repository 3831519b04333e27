// Is a task that is made of others judged as a whole, after its parts and before what builds on it?

import { existsSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { documentOf, FactoryRig } from "../rig/factory-rig.ts";
import { asked, backlogText, entry, plannedNotes } from "../rig/planned-notes.ts";
import { Watcher } from "../rig/watcher.ts";

/** Writes the files of the window, each with the number of the draft; notes down which task was drafted, and its window. */
const AGENT = `import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
const [root, file] = process.argv.slice(2);
const window = readFileSync(file, "utf8");
const task = /work:T[\\w.]*\\w/.exec(window)[0];
appendFileSync(root + "/drafts", task + "\\n");
writeFileSync(root + "/" + task.replace(":", "-") + ".window", window);
const count = readFileSync(root + "/drafts", "utf8").split("\\n").filter((line) => line === task).length;
const files = /## Files that you may write\\n([\\s\\S]*?)(?:\\n## |$)/.exec(window)?.[1] ?? "";
for (const [, path] of files.matchAll(/^- (\\S+)$/gm)) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, path + " " + count + "\\n");
}
`;

/** Fails where the files that it names are of a draft before that number. */
const wants = (least: Readonly<Record<string, number>>) =>
  Object.entries(least)
    .map(
      ([path, count]) =>
        `test $(cut -d' ' -f2 ${path}) -ge ${count} || { echo "${path}:1: too old"; exit 1; }`,
    )
    .join("\n");

async function levels(backlog: string, together: string, limits: Record<string, number> = {}) {
  const rig = await FactoryRig.create({
    projects: [
      {
        id: "app",
        files: { "together.sh": "exit 0\n" },
        gates: [
          { id: "alone", run: "true" },
          { id: "together", run: "sh $OUTSIDE/together.sh", env: ["OUTSIDE"] },
        ],
      },
    ],
    agents: {
      coder: {
        kind: "command",
        run: "node {{workspace}}/agent.mjs {{workspace}} {{window}}",
        timeout: "1m",
      },
    },
    implementer: "coder",
    limits,
  });
  rig.write({
    "agent.mjs": AGENT,
    "together.sh": `test -d src || exit 0\n${together}\n`,
    "specs/work/feature.md":
      "---\ntitle: Work\nproject: app\n---\n\n## Requirements\n\n- R1: All of it works together.\n",
    "specs/work/BACKLOG.yaml": `version: 1\ntasks:\n${backlog}`,
  });
  const env = { OUTSIDE: rig.root };
  const build = async () => {
    const { code, stdout, stderr } = await rig.factoryWith(env, "build", "-j1");
    return { code, told: stdout + stderr };
  };
  const drafts = () => rig.read("drafts").trim().split("\n");
  return { rig, build, drafts, env };
}

const part = (id: string, indent: string, more = "") =>
  `${indent}- {id: ${id}, title: Part ${id}, gates: [alone], scope: {files_hint: [src/${id}.txt]}, acceptance: [it is there]${more}}\n`;

const WHOLE = `  - id: T01
    title: The whole
    requirements: [R1]
    scope: {files_hint: ["src/**"]}
    acceptance: [all is new]
    tasks:
${part("a", "      ")}${part("b", "      ")}`;

const AFTER = part("T02", "  ", ", depends_on: [T01]");

test("a whole waits for its parts, sends back the one that the evidence names, and lets nobody on before it is right", async () => {
  const { rig, build, drafts, env } = await levels(WHOLE + AFTER, wants({ "src/a.txt": 2 }));
  await using _ = rig;
  const dry = await rig.factoryWith(env, "build", "--dry-run");
  expect(dry.stdout).toContain("3 tasks to draft");
  const built = await build();
  expect(built.code).toBe(0);
  // Which part is ready to start first is chance.
  expect([...drafts().slice(0, 2).sort(), ...drafts().slice(2)]).toEqual([
    "work:T01.a",
    "work:T01.b",
    "work:T01.a",
    "work:T02",
  ]);
  expect(built.told).toContain("work:T01.a  attempt 1 failed: gate together of T01: src/a.txt:1: too old");
  expect(rig.read("work-T01.a.window")).toContain("gate together of T01 said: src/a.txt:1: too old");
  expect(await rig.git("app", "show", "main:src/a.txt")).toBe("src/a.txt 2");

  expect((await build()).told).toContain("nothing to do");
  expect((await rig.factoryWith(env, "check")).code).toBe(0);
  const { nodes } = documentOf<{ nodes: { id: string; whole: string | null; level: number }[] }>(
    await rig.factory("graph", "--json"),
  );
  expect(nodes.map(({ id, whole, level }) => [id, whole, level])).toEqual([
    ["work:T01.a", "work:T01", 0],
    ["work:T01.b", "work:T01", 0],
    ["work:T01", null, 1],
    ["work:T02", null, 2],
  ]);
  expect((await rig.factory("graph")).stdout).toMatch(/work:T01\.b .*part of work:T01/);
  expect((await rig.factory("graph", "--mermaid")).stdout).toContain('subgraph wt2["work:T01"]');
  expect((await rig.factory("graph", "--dot")).stdout).toContain('label="work:T01";');

  // What the whole is asked for concerns itself; what a part is asked for, the part, and then the whole is looked at again.
  rig.edit("specs/work/BACKLOG.yaml", "all is new", "all is as new");
  const changed = documentOf<{ tasks: { id: string; verdict: string }[] }>(
    await rig.factoryWith(env, "status", "--json"),
  );
  expect(changed.tasks.map(({ id, verdict }) => [id, verdict])).toEqual([
    ["work:T01.a", "fresh"],
    ["work:T01.b", "fresh"],
    ["work:T01", "stale"],
    ["work:T02", "fresh"],
  ]);
  expect((await build()).code).toBe(0);
  expect(drafts()).toHaveLength(4);
  rig.edit("specs/work/BACKLOG.yaml", "Part b", "The part b");
  const again = await build();
  expect(again.code).toBe(0);
  expect(again.told).toContain("work:T01  reverified");
  expect(drafts().slice(4)).toEqual(["work:T01.b"]);
});

test("a whole that was right before and sends a part back is done with the build that made it right again", async () => {
  const { rig, build, drafts, env } = await levels(WHOLE + AFTER, wants({ "src/a.txt": 1 }));
  await using _ = rig;
  expect((await build()).code).toBe(0);
  const before = drafts().length;
  rig.edit("together.sh", "-ge 1", "-ge 2");
  rig.edit("specs/work/BACKLOG.yaml", "all is new", "all is as new");
  const again = await build();
  expect(again.code, again.told).toBe(0);
  expect(drafts().slice(before)).toEqual(["work:T01.a"]);
  expect((await build()).told).toContain("nothing to do");
  expect((await rig.factoryWith(env, "check")).code).toBe(0);
});

test("parts are sent back as often as they have attempts; then the whole fails, and what builds on it waits", async () => {
  const { rig, build, drafts, env } = await levels(WHOLE + AFTER, "echo it does not fit; exit 1");
  await using _ = rig;
  const built = await build();
  expect(built.code).toBe(1);
  // The evidence names no file, so all may try.
  expect(drafts().sort()).toEqual(["work:T01.a", "work:T01.a", "work:T01.b", "work:T01.b"]);
  expect(built.told).toMatch(/work:T01 {2}failed:? /);
  expect(built.told).toMatch(/work:T02 {2}blocked:? /);
  const status = await rig.factoryWith(env, "status");
  expect(status.stdout).toMatch(/T01 +The whole +failed once on .* at gate together: it does not fit/);

  // The gate is mended: nothing is drafted for it.
  rig.write({ "together.sh": "exit 0\n" });
  expect((await build()).code).toBe(0);
  expect(drafts().slice(4)).toEqual(["work:T02"]);
});

test("a dry run prices a retry of a failed whole by the parts that its evidence names", async () => {
  const { rig, build, drafts, env } = await levels(WHOLE, wants({ "src/a.txt": 9 }));
  await using _ = rig;
  expect((await build()).code).toBe(1);
  const due = async () => {
    const { stdout } = await rig.factoryWith(env, "build", "--dry-run");
    return /^ {2}app\/ {2}(.*):/m.exec(stdout)?.[1];
  };
  expect(await due()).toBe("1 task to draft");
  const before = drafts().length;
  await build();
  expect(new Set(drafts().slice(before))).toEqual(new Set(["work:T01.a"]));

  // Another text of the whole is another question, and a part that is due by itself is counted once.
  rig.edit("specs/work/BACKLOG.yaml", "Part a", "The part a");
  expect(await due()).toBe("1 task to draft");
});

test("watch builds on past a failed whole, and sends its parts back again only when somebody edits it", async () => {
  const { rig, drafts } = await levels(WHOLE + part("T02", "  "), wants({ "src/a.txt": 9 }), { attempts: 1 });
  await using _ = rig;
  rig.edit("projects.yaml", "sh $OUTSIDE/together.sh", `sh ${rig.root}/together.sh`);
  await using watcher = new Watcher(rig, "build", "--watch", "--yes");
  const first = await watcher.next("built");
  expect(first.tasks.map(({ id, action }) => [id, action])).toContainEqual(["work:T01", "failed"]);
  const before = drafts().length;
  await watcher.next("idle");
  // What somebody edits beside it is built, and nobody is paid for the whole again.
  rig.edit("specs/work/BACKLOG.yaml", "Part T02", "The part T02");
  await watcher.next("built");
  await watcher.next("idle");
  expect(drafts().slice(before)).toEqual(["work:T02"]);
  rig.write({ "together.sh": "exit 0\n" });
  rig.edit("specs/work/BACKLOG.yaml", "Part a", "The part a");
  const mended = await watcher.next("built");
  expect(mended.tasks.map(({ id, action }) => [id, action])).not.toContainEqual(["work:T01", "failed"]);
  expect(drafts().slice(before)).toEqual(["work:T02", "work:T01.a"]);
});

test("a kill while parts are sent back costs the draft that was cut off, and nothing that was done", async () => {
  const { rig, build, drafts, env } = await levels(WHOLE + AFTER, wants({ "src/a.txt": 2, "src/b.txt": 2 }));
  await using _ = rig;
  const stuck = 'if (task === "work:T01.b" && count === 2) { for (;;) await setTimeout(20); }\n';
  rig.write({
    "agent.mjs": `import { setTimeout } from "node:timers/promises";\n${AGENT.replace("const files", `${stuck}const files`)}`,
  });
  // The first refusal names a alone; what it made then is done when b is sent back.
  const killed = rig.startWith(env, "build", "-j1");
  const isStuck = () => existsSync(rig.path("drafts")) && drafts().length === 4;
  await vi.waitFor(() => expect(isStuck()).toBe(true), { timeout: 60_000 });
  killed.child.kill("SIGKILL");
  await killed.done;
  expect(drafts().slice(2)).toEqual(["work:T01.a", "work:T01.b"]);
  expect((await build()).code).toBe(0);
  expect(drafts().slice(4)).toEqual(["work:T01.b", "work:T02"]);
  expect(await rig.git("app", "show", "main:src/a.txt")).toBe("src/a.txt 2");
});

test("--fail-fast lets a whole send its parts back, and ends with the whole where nobody can do better", async () => {
  const { rig, drafts, env } = await levels(WHOLE + part("T02", "  "), wants({ "src/b.txt": 9 }), {
    attempts: 2,
  });
  await using _ = rig;
  const { code, stdout, stderr } = await rig.factoryWith(env, "build", "-j1", "--fail-fast");
  expect([code, stdout + stderr]).toEqual([1, expect.stringMatching(/work:T01 {2}failed/)]);
  expect(drafts().filter((task) => task === "work:T01.b")).toHaveLength(2);
  expect(drafts().filter((task) => task === "work:T01.a")).toHaveLength(1);
});

test("wholes stand in wholes, to any depth, in the front matter too", async () => {
  const { rig, build, drafts } = await levels("", wants({ "src/y.txt": 2 }));
  await using _ = rig;
  rig.remove("specs/work/BACKLOG.yaml");
  const deep = `  - id: T01
    title: The whole
    requirements: [R1]
    scope: {files_hint: ["src/*.txt"]}
    acceptance: [all is new]
    gates: [alone]
    tasks:
      - id: in
        title: The inner whole
        scope: {files_hint: [src/x.txt, src/y.txt]}
        acceptance: [both are new]
        tasks:
${part("x", "          ")}${part("T01.in.y", "          ", ", depends_on: [x]").replace("src/T01.in.y", "src/y")}${part("b", "      ", ", depends_on: [in]")}`;
  rig.edit("specs/work/feature.md", "project: app\n", `project: app\ntasks:\n${deep}${AFTER}`);
  expect((await build()).code).toBe(0);
  expect(drafts()).toEqual(["work:T01.in.x", "work:T01.in.y", "work:T01.in.y", "work:T01.b", "work:T02"]);
  const explained = await rig.factory("explain", "work:T01.in");
  expect(explained.stdout).toContain("work:T01.in The inner whole: fresh");
  expect((await rig.factory("validate")).code).toBe(0);
});

test("what cannot be a whole, and what reaches past one, is told where it stands", async () => {
  const { rig } = await levels(
    `  - id: T01
    title: The whole
    type: docs
    requirements: [R1]
    scope: {files_hint: ["src/**"]}
    acceptance: [all is new]
    tasks:
${part("a", "      ").replace("src/a.txt", "lib/a.txt")}${part("b", "      ", ", depends_on: [T01]")}
  - id: T02
    title: Beside it
    depends_on: [T01.a]
    scope: {files_hint: [other.txt]}
    acceptance: [it is there]
  - id: T03
    title: Empty
    scope: {files_hint: [third.txt]}
    acceptance: [it is there]
    tasks: []
`,
    "",
  );
  await using _ = rig;
  const told = await rig.factory("validate");
  const lines = (told.stdout + told.stderr).split("\n").filter((line) => line.startsWith("error"));
  const at = (words: string) =>
    rig
      .read("specs/work/BACKLOG.yaml")
      .split("\n")
      .findIndex((line) => line.includes(words)) + 1;
  for (const [line, words] of [
    [at("type: docs"), "so its `type` says nothing"],
    [at("lib/a.txt"), "work:T01.a may write lib/a.txt, which work:T01, of which it is a part, may not."],
    [at("id: T01"), "work:T01 → work:T01.b → work:T01"],
    [at("[T01.a]"), "work:T02 depends on work:T01.a, which is a part of work:T01 and judged with it."],
    [at("tasks: []"), "must hold a task"],
  ] as const) {
    expect(lines.find((text) => text.includes(words)) ?? lines).toContain(`BACKLOG.yaml:${line}:`);
  }
});

test("a task that is called as a criterion is refused once, whatever the case and depth", async () => {
  const { rig } = await levels(
    WHOLE.replace("id: b,", "id: a1,") +
      part("T02", "  ") +
      part("T02_A1", "  ") +
      part("T03", "  ").replace("[it is there]", "[{id: pay, text: it is paid}]") +
      part("T03-pay-now", "  ") +
      part("T03-payment", "  "),
    "",
  );
  await using _ = rig;
  const told = async () => {
    const lines = (await rig.factory("validate")).stdout.split("\n");
    return lines.filter((line) => line.startsWith("error"));
  };
  expect(await told()).toEqual([
    expect.stringContaining("work:T01.a1 is called as the criterion work:T01.A1 is"),
    expect.stringContaining("work:T02_A1 is called as the criterion work:T02.A1 is"),
    expect.stringContaining("work:T03-pay-now is called as the criterion work:T03.pay is"),
  ]);
  // A criterion without an id may come at any time.
  rig.edit("specs/work/BACKLOG.yaml", "id: a1,", "id: a7,");
  expect((await told())[0]).toContain("work:T01.a7 is called as a criterion work:T01.A7 is");
});

test("whoever cuts tasks may cut one into parts, which are planned again together", async () => {
  await using rig = await plannedNotes();
  const inner = (first: string) =>
    `${entry("T01", "R1", "Both").replace("[src/T01.txt]", "[src/T01.txt, src/T02.txt]")}    tasks:\n${entry("a", "R1", first).replace("src/a", "src/T01").replace(/^/gm, "    ").trimEnd()}\n${entry("b", "R1", "Second").replace("src/b", "src/T02").replace(/^/gm, "    ").trimEnd()}\n`;
  rig.write({ "answers/backlog": backlogText(inner("First"), entry("T03", "R2", "Read")) });
  expect((await rig.build()).code).toBe(0);
  expect(rig.read("asked/backlog-1")).toContain("give a task `tasks:` of its own");
  expect((await rig.build()).actions).toEqual({
    "notes:T01": "fresh",
    "notes:T01.a": "fresh",
    "notes:T01.b": "fresh",
    "notes:T03": "fresh",
  });

  rig.edit("specs/notes/feature.md", "A note can be written.", "A note can be written twice.");
  rig.write({ "answers/backlog": backlogText(inner("First, twice"), entry("T03", "R2", "Changed")) });
  expect((await rig.build()).code).toBe(0);
  const backlog = rig.read("specs/notes/BACKLOG.yaml");
  expect(backlog).toContain("First, twice");
  expect(backlog).not.toContain("Changed");
  expect(asked(rig).filter((line) => line.startsWith("backlog"))).toHaveLength(2);
});
