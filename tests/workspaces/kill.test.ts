// A build that is killed while it publishes: whatever the moment, a person's repository is whole again afterwards.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { build as bundle } from "esbuild";
import { expect, test } from "vitest";
import type { Repository, RepositoryPlace } from "../../src/workspaces/repository.ts";
import { build, must, ProjectRig, type Proposal, propose } from "./project-rig.ts";

// Milliseconds after the publication began, and after its note appeared, from where on the project itself changes.
// Which step they hit differs by machine; what must hold does not.
const MOMENTS = [
  ...[0, 40, 80, 120, 160].map((ms) => ({ since: "start", ms }) as const),
  ...[0, 4, 8, 12, 16, 20, 25, 30, 40].map((ms) => ({ since: "note", ms }) as const),
];

type Moment = (typeof MOMENTS)[number];

test("a publication that is killed at any moment has happened or not, and leaves nothing behind", async () => {
  using rig = new ProjectRig({ "README.md": "hello\n", "old.txt": "old\n" });
  const program = join(rig.root, "publisher.mjs");
  await bundle({
    entryPoints: [join(import.meta.dirname, "publisher.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  const repository = await rig.open();
  must(await build(repository, { T01: { "gen/0.ts": "0\n" } }));
  for (const [round, moment] of MOMENTS.entries()) {
    const publication = await nextProduct(repository, round);
    const before = { branch: publication.branch.from, product: rig.head("refs/factory/main") };
    await killed(program, { path: rig.path, branch: "main", clones: rig.clones }, publication, moment);
    must(await repository.recover());
    const after = { branch: rig.head("main"), product: rig.head("refs/factory/main") };
    const { branch, product } = publication;
    expect([before, { branch: branch.to, product }]).toContainEqual(after);
    expect(rig.status()).toBe("");
    if (after.branch === branch.from) must(await repository.publish(branch, product));
    expect(rig.status()).toBe("");
    expect(await rig.file("gen/1.ts")).toBe(`${round}\n`);
  }
  rig.git("fsck", "--strict", "--full");
});

async function nextProduct(repository: Repository, round: number): Promise<Proposal> {
  const names = Array.from({ length: 40 }, (_, index) => `gen/${index}.ts`);
  const kept = names.filter((_, index) => index % 7 !== round % 7 || index <= 1);
  const files = Object.fromEntries(kept.map((name) => [name, `${round}\n`]));
  return must(await propose(repository, { T01: files }));
}

async function killed(
  program: string,
  place: RepositoryPlace,
  publication: Proposal,
  moment: Moment,
): Promise<void> {
  const args = [program, JSON.stringify(place), JSON.stringify(publication)];
  const child = spawn(process.execPath, args, { detached: true, stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), exit]);
  const note = place.clones.replace(/\.git$/, ".publish");
  while (moment.since === "note" && child.exitCode === null && !existsSync(note)) await setTimeout(1);
  await Promise.race([setTimeout(moment.ms), exit]);
  // The whole group, so that a git that is at work dies with it.
  if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  await exit;
}
