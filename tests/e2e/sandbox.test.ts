// What do programs of others reach from their sandbox? Nothing that is not theirs: tried by a shell script of hostile deeds, as
// an agent and as a gate, in real namespaces. Where the machine has no bubblewrap, these tests are skipped by name.

import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isAlive } from "../rig/deaf.ts";
import { FactoryRig, type ProjectText, type RigOptions } from "../rig/factory-rig.ts";
import { ScriptedAgent } from "../rig/scripted-agent.ts";

const KEY = "sk-canary-4711";
const ON = { FACTORY_SANDBOX: "require" };

const canConfine = (() => {
  try {
    const args = [
      "--ro-bind",
      "/",
      "/",
      "--proc",
      "/proc",
      "--unshare-user",
      "--unshare-pid",
      "--unshare-net",
      "true",
    ];
    execFileSync("bwrap", args, { stdio: "ignore" });
    return true;
  } catch {
    console.warn("skipped: the sandbox, since bwrap is not here or may not make namespaces");
    return false;
  }
})();

/** Each deed says what it reached; one line for each, such as `key: nothing`. */
const DEEDS = `root=$1; port=$2; package=$3
deed() { echo "$1: $2"; }
try() { name=$1; shift; if "$@" >/dev/null 2>&1; then deed "$name" reached; else deed "$name" nothing; fi; }
finds() { grep -qs "$@"; }
try key sh -c 'cat /proc/*/environ | grep -qa "[s]k-canary-4711"'
try engine sh -c 'grep -qal "[f]actory[.]js" /proc/[0-9]*/cmdline'
try home finds . "$HOME/.ssh/id_ed25519"
try env finds . "$root/.env"
try own-env finds . "$root/projects/app/.env"
try store ls "$root/.factory/store"
try locks ls "$root/.factory/lock"
try slots sh -c "ls $root/.factory/slots | grep -v ^$FACTORY_SLOT"
try write-workspace touch "$root/evil"
try write-sources sh -c "echo evil >> $root/projects.yaml"
try write-specs sh -c "echo evil >> $root/specs/notes/feature.md"
try write-project touch "$root/projects/app/evil"
try commit sh -c "cd $root/projects/app && git -c user.name=p -c user.email=p@x commit --allow-empty -qm evil"
try hook sh -c "echo x > $root/projects/app/.git/hooks/post-checkout"
try settings git -C "$root/projects/app" config filter.x.clean cat
try write-home sh -c 'echo evil >> "$HOME/.profile"; test -s "$HOME/.kept/profile"'
try system touch /usr/evil
try device head -c 1 /dev/mem
try kill sh -c 'kill -9 $(grep -al "[f]actory[.]js" /proc/[0-9]*/cmdline | cut -d/ -f3)'
try other-project ls "$root/projects/app-two"
try objects sh -c "cd $root/projects/app && echo evil | git hash-object -w --stdin"
try workspace-git git -C "$root" config user.name evil
try memory sh -c 'ls /dev/shm | grep -q factory-canary'
try temporary sh -c 'ls /tmp | grep -q factory-canary'
try socket node -e "net.connect('$root/agent.sock').on('connect', () => process.exit(0)).on('error', () => process.exit(1))"
try engine-files touch "$package/evil"
try terminal sh -c ': < /dev/tty'
try mount mount -t tmpfs none /mnt
try unmount sh -c "umount $root && ls $root/.factory/store"
try remount mount -o remount,rw,bind /usr
try namespaces unshare -Urm sh -c "umount -l $root && ls $root/.factory/store"
try enter nsenter --target 1 --mount --pid ls "$root/.factory/store"
try kernel sh -c 'echo 1 > /proc/sys/vm/drop_caches'
try groups sh -c 'mkdir /sys/fs/cgroup/evil'
try spool touch /var/spool/evil
try loopback node -e "fetch('http://127.0.0.1:$port').then(() => process.exit(0), () => process.exit(1))"
`;

const NAMES = [...DEEDS.matchAll(/^try ([\w-]+)/gm)].map(([, name = ""]) => name);

let port = 0;
const server = createServer((_, response) => response.end("here"));
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());

interface Shop extends Omit<RigOptions, "projects"> {
  readonly project?: Omit<ProjectText, "id">;
  /** Lines of projects.yaml. */
  readonly more?: string;
}

async function workshop({ project, more = "", ...options }: Shop): Promise<FactoryRig> {
  const rig = await FactoryRig.create({ projects: [{ id: "app", ...project }], ...options });
  rig.write({ "projects.yaml": rig.read("projects.yaml") + more, "tools/deeds.sh": DEEDS });
  rig.feature({ id: "notes", requirements: { R1: "A note." }, tasks: [{ id: "T01", generator: null }] });
  return rig;
}

const PACKAGE = join(import.meta.dirname, "../..");

const deedsOf = (rig: FactoryRig) => `sh ${rig.path("tools/deeds.sh")} ${rig.root} ${port} ${PACKAGE}`;

/** What a program that saw it would know again, in places that all programs of a machine share. */
function canaries(rig: FactoryRig): Disposable {
  const files = ["/dev/shm", "/tmp"].map((folder) => join(folder, `factory-canary-${process.pid}`));
  for (const file of files) writeFileSync(file, "");
  rig.write({ "projects/app-two/README.md": "beside it\n" });
  const socket = createServer().listen(rig.path("agent.sock"));
  return {
    [Symbol.dispose]() {
      for (const file of files) rmSync(file);
      socket.close();
    },
  };
}

describe.runIf(canConfine)("in a sandbox", () => {
  test("agents, setups and gates reach their folder, and an agent and a setup the network", async () => {
    await using rig = await workshop({ limits: { attempts: 1, rebases: 0 } });
    const home = rig.path("../home");
    for (const [path, text] of [
      [".ssh/id_ed25519", "a key\n"],
      [".kept/profile", "kept\n"],
    ] as const) {
      mkdirSync(join(home, path, ".."), { recursive: true });
      writeFileSync(join(home, path), text);
    }
    using _ = canaries(rig);
    const deeds = deedsOf(rig);
    rig.write({
      ".env": "TOKEN=1\n",
      "projects/app/.env": "TOKEN=1\n",
      "projects/app/.git/info/exclude": ".env\n",
      // Passes where it, and the setup before it, did all that they were told to and reached what they may.
      "tools/judge.sh": `done=$(${deeds})
echo "$done"
[ "$(echo "$done" | grep -c ': nothing$')" = ${NAMES.length} ] || exit 1
[ "$(wc -l < node_modules/deeds)" -eq ${NAMES.length} ] || exit 2
[ "$(grep reached node_modules/deeds)" = "loopback: reached" ] || exit 3
`,
    });
    await rig.declare({
      projects: [
        {
          id: "app",
          setup: `mkdir -p node_modules; ${deeds} > node_modules/deeds`,
          gates: [{ id: "judge", run: `sh ${rig.path("tools/judge.sh")}` }],
        },
      ],
      agents: { coder: { kind: "command", run: `mkdir -p src/notes; ${deeds} > src/notes/T01.txt` } },
      implementer: "coder",
    });
    const hooks = rig.list("projects/app/.git/hooks");
    const sources = rig.read("projects.yaml");
    // Toolchains may keep what they fetch anywhere, and it need not be there yet.
    const moved = { CARGO_HOME: rig.path("../cargo"), GOPATH: `${rig.path("../go")}:/nowhere/go` };
    const run = await rig.factoryWith({ ...ON, ...moved, SECRET_KEY: KEY }, "build");
    expect([run.code, run.stderr]).toEqual([0, expect.anything()]);
    const written = rig.read("projects/app/src/notes/T01.txt");
    const done = [...written.matchAll(/^([\w-]+): (reached|nothing)$/gm)];
    expect(done.map(([, name]) => name)).toEqual(NAMES);
    expect(done.flatMap(([, name, what]) => (what === "reached" ? [name] : []))).toEqual(["loopback"]);
    expect(rig.read("projects.yaml")).toBe(sources);
    expect(rig.list("projects/app/.git/hooks")).toEqual(hooks);
    expect(await rig.git("app", "log", "--format=%s")).not.toContain("evil");
    expect(readFileSync(join(home, ".kept/profile"), "utf8")).toBe("kept\n");
    expect(existsSync(join(home, ".profile"))).toBe(false);
    expect(existsSync(rig.path("evil"))).toBe(false);
  });

  test("a gate that needs the network says so, and one that does not say it is told why it fails", async () => {
    const ask = `node -e "fetch('http://127.0.0.1:${port}').then(() => 0, (error) => { console.error(error.cause); process.exit(1); })"`;
    const resolve = `node -e "require('dns').lookup('example.com', (error) => { if (error) throw error; })"`;
    await using rig = await workshop({
      project: {
        gates: [
          { id: "online", run: ask, network: true },
          { id: "offline", run: resolve },
        ],
      },
      agents: { coder: { kind: "command", run: "true" } },
      implementer: "coder",
    });
    const run = await rig.factoryWith(ON, "build");
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("gate online passes on the untouched tree");
    expect(run.stderr).toContain(
      "It ran in a sandbox without a network: let the setup fetch what it needs, or add `network: true` to the gate or to the project app in projects.yaml.",
    );
  });

  test("a service goes to the background, gates reach it, and it ends with the build", async () => {
    await using rig = await workshop({});
    const serve = `const http = require("http"); http.createServer((_, a) => a.end("up")).listen(+process.argv[1] || 0, "127.0.0.1", function () { require("fs").writeFileSync("up", String(this.address().port)) })`;
    const ready = `node -e "fetch('http://127.0.0.1:' + require('fs').readFileSync('up')).then(() => 0, () => process.exit(1))"`;
    rig.write({ "projects/app/serve.cjs": serve, "projects/app/port.txt": String(port) });
    await rig.commit("app", "Serve");
    await rig.declare({
      projects: [
        {
          id: "app",
          services: [{ id: "web", run: "(setsid node serve.cjs >/dev/null 2>&1 &)", ready }],
          gates: [
            {
              id: "ask",
              run: `node -e "fetch('http://127.0.0.1:${port}').then(() => 0, () => process.exit(1))"`,
            },
          ],
        },
      ],
      agents: { coder: { kind: "command", run: "mkdir -p src/notes; echo a > src/notes/T01.txt" } },
      implementer: "coder",
    });
    const run = await rig.factoryWith(ON, "build");
    expect([run.code, run.stderr]).toEqual([0, expect.anything()]);
    expect(processesIn(rig.root)).toEqual([]);
  });

  test("a program is asked to end before it is ended, and a killed build leaves nobody", async () => {
    await using rig = await workshop({});
    const polite = 'trap "echo asked to end; exit 0" TERM; echo begun; while :; do sleep 0.1; done';
    rig.write({ "polite.sh": polite });
    await rig.declare({
      agents: { polite: { kind: "command", timeout: "1s", run: `sh ${rig.path("polite.sh")}` } },
      implementer: "polite",
      limits: { attempts: 1, rebases: 0 },
    });
    expect((await rig.factoryWith(ON, "build")).code).toBe(1);
    expect(rig.read(".factory/tasks/notes/T01.log")).toContain("asked to end\n");

    await using agent = await ScriptedAgent.listen();
    await rig.declare({ agents: { coder: { kind: "command", run: agent.run } }, implementer: "coder" });
    const build = rig.startWith(ON, "build");
    const attempt = await agent.nextAttempt();
    await attempt.shell("(setsid env -i /bin/sleep 300 >/dev/null 2>&1 </dev/null &)");
    const inside = processesIn(rig.path(".factory/slots"));
    expect(inside.length).toBeGreaterThan(0);
    build.child.kill("SIGKILL");
    await build.done;
    await expect.poll(() => inside.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  });

  test("an agent may be left out of it, or be in it alone", async () => {
    await using rig = await workshop({ more: "sandbox: off\n" });
    const leave = (name: string) =>
      `mkdir -p src/notes; echo a > src/notes/T01.txt; touch ${rig.path(name)}; true`;
    const declare = async (sandbox: string | null, name: string) => {
      await rig.declare({
        agents: { coder: { kind: "command", run: leave(name), ...(sandbox === null ? {} : { sandbox }) } },
        implementer: "coder",
      });
      rig.write({
        "projects.yaml": `${rig.read("projects.yaml")}sandbox: ${sandbox === "off" ? "auto" : "off"}\n`,
      });
      return rig.factoryWith({ FACTORY_SANDBOX: "auto" }, "build", "--force");
    };
    expect((await declare("require", "first")).code).toBe(0);
    expect((await declare("off", "second")).code).toBe(0);
    expect((await declare(null, "third")).code).toBe(0);
    expect(["first", "second", "third"].filter((name) => existsSync(rig.path(name)))).toEqual([
      "second",
      "third",
    ]);
  });
});

/** Processes that stand in a folder. */
function processesIn(folder: string): readonly number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => {
      try {
        return pid > 0 && readFileSync(`/proc/${pid}/environ`, "latin1").includes(`PWD=${folder}`);
      } catch {
        return false;
      }
    });
}

test("without one, nothing runs where it is required, and everything where it is not", async () => {
  await using rig = await workshop({
    agents: { coder: { kind: "command", run: "mkdir -p src/notes; echo a > src/notes/T01.txt" } },
    implementer: "coder",
  });
  // All that a build needs, and no bwrap.
  const programs = rig.path("bin");
  mkdirSync(programs);
  for (const folder of (process.env.PATH ?? "").split(delimiter).filter((each) => existsSync(each))) {
    for (const name of readdirSync(folder)) {
      if (name !== "bwrap" && !existsSync(join(programs, name)))
        symlinkSync(join(folder, name), join(programs, name));
    }
  }
  const env = { PATH: programs, FACTORY_SANDBOX: "auto" };
  const sources = rig.read("projects.yaml");
  rig.write({ "projects.yaml": `${sources}sandbox: require\n` });
  const refused = await rig.factoryWith(env, "build");
  expect([refused.code, refused.stderr]).toEqual([
    6,
    expect.stringContaining(
      "Nothing runs, because `sandbox: require` asks for a sandbox and bwrap (bubblewrap) is not on PATH.",
    ),
  ]);
  expect(existsSync(rig.path(".factory/slots"))).toBe(false);
  rig.write({ "projects.yaml": sources });
  const told = await rig.factoryWith(env, "doctor");
  expect(told.stdout + told.stderr).toContain("none, for bwrap (bubblewrap) is not on PATH.");
  expect((await rig.factoryWith(env, "build")).code).toBe(0);
});

test("a bwrap that holds nobody is not trusted: doctor says so, and nothing runs where a sandbox is required", async () => {
  await using rig = await workshop({
    agents: { coder: { kind: "command", run: "mkdir -p src/notes; echo a > src/notes/T01.txt" } },
    implementer: "coder",
  });
  mkdirSync(rig.path("bin"));
  const nothing = '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n';
  writeFileSync(rig.path("bin/bwrap"), nothing, { mode: 0o755 });
  const env = { PATH: `${rig.path("bin")}${delimiter}${process.env.PATH}`, FACTORY_SANDBOX: "auto" };
  const told = await rig.factoryWith(env, "doctor");
  const words = "what is there holds nobody: a program that was tried in it wrote a file outside";
  expect(told.stdout + told.stderr).toContain(words);
  const refused = await rig.factoryWith({ ...env, FACTORY_SANDBOX: "require" }, "build");
  expect([refused.code, refused.stderr]).toEqual([6, expect.stringContaining(words)]);
  expect((await rig.factoryWith(env, "build")).code).toBe(0);
});
