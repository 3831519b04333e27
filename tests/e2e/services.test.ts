// Are the services of a project there when its gates need them, and gone when the build has ended?

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FactoryRig, type ProjectText } from "../rig/factory-rig.ts";
import { freePort } from "../rig/free-port.ts";

/** A server at a port, with a child of its own; it tells its pid and the child's where the workspace's tests look. */
const SERVER = `import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";
const [port, marks] = process.argv.slice(2);
const child = spawn("sleep", ["300"]);
createServer((request, response) => {
  if (request.url === "/die") process.exit(7);
  response.end(String(port));
}).listen(Number(port), "127.0.0.1", () => {
  appendFileSync(marks, \`\${process.pid} \${child.pid} \${port} \${process.cwd()}\\n\`);
  console.log("listens on " + port);
});
`;

const ASK = `const [port, path = "/"] = process.argv.slice(2);
const answer = await fetch("http://127.0.0.1:" + port + path).then((each) => each.text(), () => null);
process.exit(answer === port ? 0 : 1);
`;

const FILES = { "server.mjs": SERVER, "ask.mjs": ASK };

async function workshop(project: Omit<ProjectText, "id" | "files">, limits: Record<string, number> = {}) {
  const rig = await FactoryRig.create({ projects: [{ id: "app", files: FILES, ...project }], limits });
  rig.feature({
    id: "notes",
    requirements: { R1: "A note." },
    tasks: [{ id: "T01" }, { id: "T02" }],
  });
  return rig;
}

/** Of each start: pid of the server, of its child, its port, its folder. */
function starts(rig: FactoryRig): readonly (readonly string[])[] {
  const path = rig.path("marks");
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(" "));
}

function living(rig: FactoryRig): readonly string[] {
  return starts(rig)
    .flatMap(([server = "", child = ""]) => [server, child])
    .filter((pid) => isAlive(Number(pid)));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A killed process that nobody has collected yet still has an entry.
    return !/\) Z /.test(readFileSync(join("/proc", String(pid), "stat"), "utf8"));
  } catch {
    return false;
  }
}

test("a service runs once for the whole build, in a checkout, and ends with its children", async () => {
  const port = await freePort();
  await using rig = await workshop({
    services: [
      { id: "web", run: `node server.mjs ${port} ../../../../marks`, ready: `node ask.mjs ${port}` },
    ],
    gates: [{ id: "ask", run: `node ask.mjs ${port}` }],
  });
  expect((await rig.build()).code).toBe(0);
  const [only, ...others] = starts(rig);
  expect(others).toEqual([]);
  expect(only?.[3]).toMatch(/\.factory\/slots\/\d+\/tree$/);
  expect(rig.read(".factory/logs/app.web.log")).toBe(`listens on ${port}\n`);
  expect(living(rig)).toEqual([]);
  expect(rig.list(".factory/worktrees")).toEqual([]);
  expect((await rig.build()).code).toBe(0);
  expect(starts(rig)).toHaveLength(1);
});

test("a service whose port follows the slot runs once for each gate that is at work", async () => {
  const port = await freePort();
  const own = `$((${port} + FACTORY_SLOT))`;
  const meet =
    'test -d src || exit 0; mkdir -p "$HOME/at-$FACTORY_SLOT"; until test -d "$HOME/at-1" && test -d "$HOME/at-2"; do sleep 0.02; done';
  await using rig = await workshop({
    services: [
      { id: "web", run: `node server.mjs ${own} ../../../../marks & wait`, ready: `node ask.mjs ${own}` },
    ],
    gates: [{ id: "meet", run: `node ask.mjs ${own} && { ${meet}; }`, timeout: "30s" }],
  });
  expect((await rig.build()).code).toBe(0);
  expect(
    starts(rig)
      .map(([, , at]) => Number(at) - port)
      .sort(),
  ).toEqual([1, 2]);
  expect(living(rig)).toEqual([]);
});

test("one that goes to the background is found again at the end", async () => {
  const port = await freePort();
  const hidden = `(env -i PATH="$PATH" setsid node server.mjs ${port} ../../../../marks > /dev/null 2>&1 &)`;
  await using rig = await workshop({
    services: [{ id: "web", run: hidden, ready: `node ask.mjs ${port}` }],
    gates: [{ id: "ask", run: `node ask.mjs ${port}` }],
  });
  expect((await rig.build()).code).toBe(0);
  expect(starts(rig)).toHaveLength(1);
  expect(living(rig)).toEqual([]);
});

test("what never becomes ready, or ends before, is told with its log before anything is drafted", async () => {
  for (const [run, timeout, says] of [
    ["echo 'opens the store'; exec sleep 300", "1s", 'The service "web" of "app" was not ready within 1 s.'],
    ["echo 'error: no store here'; exit 3", "30s", "ended (exit code 3) before it was ready"],
  ] as const) {
    await using rig = await FactoryRig.create({
      projects: [
        {
          id: "app",
          services: [{ id: "web", run, ready: "exit 1", timeout }],
          gates: [{ id: "check", run: "true" }],
        },
      ],
      agents: {
        writer: { kind: "command", run: "mkdir -p src; touch ../../../../../asked; date > src/a.txt" },
      },
      implementer: "writer",
    });
    rig.feature({
      id: "notes",
      requirements: { R1: "A note." },
      tasks: ["T01", "T02"].map((id) => ({ id, generator: null })),
    });
    const build = await rig.build();
    expect(build.code).toBe(1);
    expect(build.actions).toEqual({ "notes:T01": "blocked", "notes:T02": "blocked" });
    expect(build.document.diagnostics.map(({ code }) => code)).toEqual([
      "service-failed",
      "criteria-unproven",
    ]);
    expect(build.document.diagnostics[0]?.message).toContain(says);
    const notes = rig.read(".factory/tasks/notes/T01.notes.md");
    expect(notes).toContain("store");
    expect(notes).toContain(".factory/logs/app.web.log");
    expect(rig.list(".factory/tasks").filter((path) => path.endsWith(".log"))).toEqual([]);
    expect(rig.list(".factory/worktrees")).toEqual([]);
  }
});

test("one that dies meanwhile is started again, and that is told", async () => {
  const port = await freePort();
  const once = `test ! -d src || test -e "$HOME/died" || { touch "$HOME/died"; node ask.mjs ${port} /die; }`;
  await using rig = await workshop(
    {
      services: [
        { id: "web", run: `exec node server.mjs ${port} ../../../../marks`, ready: `node ask.mjs ${port}` },
      ],
      gates: [{ id: "ask", run: `${once}; node ask.mjs ${port}` }],
    },
    { gates: 1 },
  );
  const build = await rig.build();
  expect(build.code).toBe(0);
  expect(starts(rig)).toHaveLength(2);
  const told = build.document.diagnostics.filter(({ code }) => code === "service-ended");
  expect(told).toHaveLength(1);
  expect(told[0]?.message).toContain("The service web had ended (exit code 7)");
  expect(living(rig)).toEqual([]);
});

test("an interrupt ends the services, too", async () => {
  const port = await freePort();
  await using rig = await workshop({
    services: [
      { id: "web", run: `node server.mjs ${port} ../../../../marks`, ready: `node ask.mjs ${port}` },
    ],
    gates: [{ id: "ask", run: "test -d src || exit 0; touch ../../../../begun; exec sleep 300" }],
  });
  const build = rig.start("build");
  await expect.poll(() => existsSync(rig.path("begun")), { timeout: 20_000, interval: 20 }).toBe(true);
  expect(living(rig)).toHaveLength(2);
  build.child.kill("SIGINT");
  expect((await build.done).code).toBe(130);
  expect(living(rig)).toEqual([]);
});

test("a build without work starts none", async () => {
  await using rig = await workshop({
    services: [{ id: "web", run: "touch ../../../../started; exec sleep 300", ready: "true" }],
    gates: [{ id: "ask", run: "true" }],
  });
  expect((await rig.build()).code).toBe(0);
  rig.remove("started", ".factory/index");
  expect((await rig.build()).code).toBe(0);
  expect((await rig.factory("status")).code).toBe(0);
  expect(existsSync(rig.path("started"))).toBe(false);
});
