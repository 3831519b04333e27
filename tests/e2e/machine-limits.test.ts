// What comes of a build where the machine gives little, or names files as nobody would? It goes on slowly, or says so.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { FACTORY } from "../rig/factory-rig.ts";
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
