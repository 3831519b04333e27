// What do deeds of an agent and a gate come to that no list of paths foresees? Each is done with a sandbox and without: the build
// ends, the project has nothing of it, and the next build with an agent that works is as if the deed had never been done.

import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FactoryRig, type ProjectText } from "../rig/factory-rig.ts";

const canConfine = (() => {
  try {
    execFileSync("bwrap", ["--ro-bind", "/", "/", "--unshare-user", "true"], { stdio: "ignore" });
    return true;
  } catch {
    console.warn("skipped: deeds in a sandbox, since bwrap is not here or may not make namespaces");
    return false;
  }
})();
const MODES = ["off", ...(canConfine ? ["require"] : [])];

const WORKS = "mkdir -p src/notes; echo a > src/notes/T01.txt";

async function workshop(run: string, project: Omit<ProjectText, "id"> = {}): Promise<FactoryRig> {
  const rig = await FactoryRig.create();
  await declare(rig, run, project);
  rig.feature({ id: "notes", requirements: { R1: "A note." }, tasks: [{ id: "T01", generator: null }] });
  return rig;
}

async function declare(rig: FactoryRig, run: string, project: Omit<ProjectText, "id"> = {}): Promise<void> {
  await rig.declare({
    projects: [{ id: "app", ...project }],
    agents: { coder: { kind: "command", run, timeout: "30s" } },
    implementer: "coder",
    limits: { attempts: 1, rebases: 0 },
  });
}

/** Processes that stand in a folder. */
function processesIn(folder: string): readonly string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
    } catch {
      return false;
    }
  });
}

/** Nothing of what was done is left, and the work can be done. */
async function goesOn(rig: FactoryRig, env: Readonly<Record<string, string>>): Promise<void> {
  await declare(rig, WORKS);
  const run = await rig.factoryWith(env, "build");
  expect(run.code, run.stdout + run.stderr).toBe(0);
  // Who killed the build itself is ended by the next one.
  expect(processesIn(rig.path(".factory"))).toEqual([]);
  expect(rig.read("projects/app/src/notes/T01.txt")).toBe("a\n");
  expect(await rig.git("app", "status", "--porcelain", "--untracked-files=all")).toBe("");
  expect(await rig.git("app", "fsck", "--strict")).toBe("");
}

/** The deed, and the words of the build that refuses it. */
const REFUSED: readonly (readonly [string, string, RegExp])[] = [
  [
    "leaves a pipe where its output is expected",
    "mkdir -p src/notes; mkfifo src/notes/T01.txt",
    /neither a file nor a symbolic link/,
  ],
  [
    "leaves a socket where its output is expected",
    `mkdir -p src/notes; node -e "require('net').createServer().listen('src/notes/T01.txt', () => process.kill(process.pid, 'SIGKILL'))"; true`,
    /neither a file nor a symbolic link/,
  ],
  [
    "leaves a device where its output is expected, or nothing",
    "mkdir -p src/notes; mknod src/notes/T01.txt c 1 8 || mkfifo src/notes/T01.txt",
    /neither a file nor a symbolic link/,
  ],
];

describe.each(MODES)("with the sandbox %s", (mode) => {
  const env = { FACTORY_SANDBOX: mode };

  test.each(REFUSED)("an agent that %s is refused, and nobody waits for it", async (_what, run, words) => {
    await using rig = await workshop(run);
    const tried = await rig.factoryWith(env, "build");
    expect([tried.code, tried.stdout + tried.stderr]).toEqual([1, expect.stringMatching(words)]);
    expect(existsSync(rig.path("projects/app/src/notes"))).toBe(false);
    await goesOn(rig, env);
  });

  test("an agent that closes folders to everybody takes nobody's slot away", async () => {
    await using rig = await workshop(
      `${WORKS}; mkdir -p closed/inner; echo x > closed/inner/f; chmod 000 closed/inner closed`,
    );
    const tried = await rig.factoryWith(env, "build");
    expect(tried.code, tried.stdout + tried.stderr).toBe(1);
    await goesOn(rig, env);
  });

  test("an agent that kills what started it ends itself, or a build that the next one goes on from", async () => {
    await using rig = await workshop(`kill -9 $PPID; sleep 0.2; ${WORKS}`);
    const tried = await rig.factoryWith(env, "build");
    // Whoever is no more confined than the person may kill what they may.
    expect(mode === "off" ? tried.signal : tried.code).toEqual(
      mode === "off" ? "SIGKILL" : expect.any(Number),
    );
    await goesOn(rig, env);
  });

  test("an agent that opens all files that it may has its own work judged, and takes none from the build", async () => {
    const opens = `const fs = require('fs'); try { for (;;) fs.openSync('/dev/null'); } catch {}`;
    await using rig = await workshop(`${WORKS}; node -e "${opens}"`);
    const tried = await rig.factoryWith(env, "build");
    expect(tried.code, tried.stdout + tried.stderr).toBe(0);
    await goesOn(rig, env);
  });

  test("what swaps folders and links while a draft is collected is over by then, and nothing from outside comes in", async () => {
    await using rig = await workshop("true");
    rig.write({ "secret/T01.txt": "a secret of the person\n" });
    const swaps = `while :; do rm -rf src/notes; ln -s ${rig.path("secret")} src/notes; rm -rf src/notes; mkdir -p src/notes; echo b > src/notes/T01.txt; done`;
    await declare(rig, `mkdir -p src; (setsid sh -c '${swaps}' >/dev/null 2>&1 &); sleep 0.3`);
    await rig.factoryWith(env, "build");
    const place = rig.path("projects/app/src/notes/T01.txt");
    if (existsSync(place)) {
      expect(lstatSync(place).isSymbolicLink()).toBe(false);
      expect(readFileSync(place, "utf8")).toBe("b\n");
    }
    expect(rig.read("secret/T01.txt")).toBe("a secret of the person\n");
    expect(processesIn(rig.path(".factory"))).toEqual([]);
    expect(await rig.git("app", "fsck", "--strict")).toBe("");
  });

  test("a gate's child in the background changes no report once the gate has ended", async () => {
    const suite = (inside: string) =>
      `<testsuite name="s" tests="1"><testcase classname="s" name="works">${inside}</testcase></testsuite>`;
    const later = `(setsid sh -c 'sleep 0.2; cat good.xml > report.xml' >/dev/null 2>&1 &)`;
    const gate = `if test -e src/notes/T01.txt; then ${later}; cat bad.xml > report.xml; exit 1; else cat good.xml > report.xml; fi`;
    await using rig = await workshop(WORKS, {
      files: { "good.xml": suite(""), "bad.xml": suite("<failure message='it is wrong'/>") },
      gates: [{ id: "judge", run: gate }],
    });
    const tried = await rig.factoryWith(env, "build");
    expect(tried.code, tried.stdout + tried.stderr).toBe(1);
    expect(existsSync(rig.path("projects/app/src/notes"))).toBe(false);
    expect(processesIn(rig.path(".factory"))).toEqual([]);
  });
});
