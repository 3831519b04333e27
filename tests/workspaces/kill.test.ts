// A build that is killed while it publishes: whatever the moment, a person's repository is whole again afterwards.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { build as bundle } from "esbuild";
import { expect, test } from "vitest";
import type { Publication } from "../../src/workspaces/publish.ts";
import type { Repository, RepositoryPlace } from "../../src/workspaces/repository.ts";
import { build, layOn, must, ProjectRig } from "./project-rig.ts";

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
    await killed(program, { path: rig.path, branch: "main", gitDir: rig.gitDir }, publication, moment);
    must(await repository.recover());
    const after = { branch: rig.head("main"), factory: rig.head("factory") };
    const { branch, factory } = publication;
    expect([
      { branch: branch.from, factory: factory.from },
      { branch: branch.to, factory: factory.to },
    ]).toContainEqual(after);
    expect(rig.status()).toBe("");
    if (after.branch === branch.from) must(await repository.publish(publication));
    expect(rig.status()).toBe("");
    expect(await rig.file("gen/1.ts")).toBe(`${round}\n`);
  }
  rig.git("fsck", "--strict", "--full");
});

async function nextProduct(repository: Repository, round: number): Promise<Publication> {
  const { branch, factory } = must(await repository.heads());
  const layer = must(await repository.humanLayer({ tip: branch, factory, released: new Set() }));
  const names = Array.from({ length: 40 }, (_, index) => `gen/${index}.ts`);
  const files = Object.fromEntries(
    names.map((name, index) => [name, index % 7 === round % 7 && index > 1 ? null : `${round}\n`]),
  );
  const tree = await layOn(repository, layer.tree, files);
  const step = {
    tree,
    task: "f:T01" as const,
    key: `k${round}`,
    agent: "local",
    spec: "s",
    title: `Round ${round}`,
  };
  const order = { previous: factory, human: layer.tree, humanOf: branch, tree, steps: [step], date: 1 };
  const product = must(await repository.commitProduct(order))!;
  const merged = must(await repository.merge({ tip: branch, factory: product, yielding: new Set() }));
  const commit = { tip: branch, factory: product, tree: merged.tree!, message: "Merge\n", date: 1 };
  const to = must(await repository.commitMerge(commit));
  return { branch: { from: branch, to }, factory: { from: factory, to: product } };
}

async function killed(
  program: string,
  place: RepositoryPlace,
  publication: Publication,
  moment: Moment,
): Promise<void> {
  const args = [program, JSON.stringify(place), JSON.stringify(publication)];
  const child = spawn(process.execPath, args, { detached: true, stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), exit]);
  const note = place.gitDir.replace(/\.git$/, ".publish");
  while (moment.since === "note" && child.exitCode === null && !existsSync(note)) await setTimeout(1);
  await Promise.race([setTimeout(moment.ms), exit]);
  // The whole group, so that a git that is at work dies with it.
  if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  await exit;
}
