// What comes of a build where the machine gives little, or names files as nobody would? It goes on slowly, or says so.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { FACTORY, FactoryRig } from "../rig/factory-rig.ts";
import { ModelServer } from "../rig/model-server.ts";
import { KEYS, smallWork, smallWorker } from "../rig/small-work.ts";

const run = promisify(execFile);

test.runIf(process.platform === "linux")(
  "few file descriptors make a build slower, and nothing is asked twice; names that nobody sees are refused",
  async () => {
    await using server = await ModelServer.listen(smallWorker());
    await using rig = await smallWork(server, { tasks: 12, limits: { agents: 64, gates: 16 } });
    const command = `ulimit -n 48; exec "${process.execPath}" "${FACTORY}" build`;
    const env = rig.environment(KEYS);
    const { stderr: log } = await run("/bin/sh", ["-c", command], { cwd: rig.root, env });
    expect(log).toContain("12 regenerated, 0 failed");
    expect(server.asked).toHaveLength(36);

    rig.write({
      "specs/pay\u200bment/feature.md": rig.read("specs/work/feature.md"),
      "specs/work/BACKLOG.yaml": rig
        .read("specs/work/BACKLOG.yaml")
        .replace("src/T01.txt", "src/\u202eT01.txt"),
    });
    const { code, stdout: told, stderr } = await rig.factory("validate");
    expect([code, told + stderr]).toEqual([
      2,
      expect.stringContaining('The name of the folder "pay\\u{200b}ment"'),
    ]);
    expect(told + stderr).toContain('"src/\\u{202e}T01.txt" is not a path');
  },
);

test("a program that takes too much of the machine is ended with all that it started, and told by what", async () => {
  const greedy = {
    hoards: `node -e "const held = []; setInterval(() => held.push(Buffer.alloc(8 << 20, 1)), 20)"`,
    multiplies: "i=0; while [ $i -lt 60 ]; do sleep 60 & i=$((i+1)); done; wait",
    fills: "yes > big.txt",
  };
  const writer = `case "$(cat {{window}})" in *src/H*) ${greedy.hoards};; esac; mkdir -p src; for f in A B C; do echo $f > src/$f.txt; done`;
  await using rig = await FactoryRig.create({
    projects: [
      ...Object.entries(greedy).map(([id, run]) => ({ id, gates: [{ id: "greedy", run }] })),
      { id: "agents", gates: [{ id: "fine", run: "true" }] },
    ],
    agents: { writer: { kind: "command", run: writer } },
    implementer: "writer",
    limits: { attempts: 1, rebases: 0, agents: 4, gates: 4, memory_mb: 160, processes: 40, file_mb: 1 },
  });
  const files = { hoards: "src/A.txt", multiplies: "src/B.txt", fills: "src/C.txt", agents: "src/H.txt" };
  for (const [id, file] of Object.entries(files))
    rig.write({
      [`specs/${id}/feature.md`]: `---\ntitle: A file\nproject: ${id}\nfiles: [${file}]\n---\n\n## Requirements\n\n- R1: It is there.\n`,
    });
  const { code, stderr } = await rig.factory("build");
  expect(code).toBe(1);
  const allowed = /held \d+ MiB of memory, and limits\.memory_mb allows 160/;
  expect(stderr).toMatch(new RegExp(`greedy: ended, because it ${allowed.source}`));
  expect(stderr).toMatch(/greedy: ended, because it ran \d+ processes, and limits\.processes allows 40/);
  expect(stderr).toMatch(/greedy: .*[Ff]ile size limit exceeded/);
  expect(stderr).toMatch(
    new RegExp(`The agent ended with signal SIG(?:TERM|KILL)[^]*ended, because it ${allowed.source}`),
  );
});
