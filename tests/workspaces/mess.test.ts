// Is a slot after any mess what a fresh checkout would be? Whatever was done in its folder, the next tree that is laid there
// is all that is there, beside an install that is either as it was stamped or said to have moved.

import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { movementIn, stampInstall } from "../../src/workspaces/install.ts";
import { removeAll } from "../../src/workspaces/untracked.ts";
import { layAnew, materialise, type ReusedWorktreeOrder } from "../../src/workspaces/worktree.ts";
import { type Files, must, ProjectRig, writeFiles } from "./project-rig.ts";

const FIRST: Files = {
  "README.md": "hello\n",
  "src/a.ts": "a\n",
  "src/deep/b.ts": "b\n",
  "src/deep/run": { exec: "#!/bin/sh\n" },
  "lib/c.ts": "c\n",
  "lib/up": { link: "../src" },
};
const SECOND: Files = {
  "README.md": "hello, too\n",
  src: null,
  "src/a.ts": "a\n",
  "src/deep/b.ts": "2\n",
  "lib/c.ts": { exec: "c\n" },
  "lib/up": null,
  "more/d.ts": "d\n",
};
const INSTALL: Files = {
  "node_modules/x/index.js": "x\n",
  "node_modules/y/index.js": "y\n",
  "node_modules/.bin/x": { link: "../x/index.js" },
  "lib/node_modules/z/z.js": "z\n",
};
const ROOTS = ["node_modules", "lib/node_modules"];
const PLACES = [
  ...new Set([...Object.keys(FIRST), ...Object.keys(SECOND), ...Object.keys(INSTALL)]),
  ...[
    "src/deep",
    "lib",
    "node_modules/x",
    "node_modules/y",
    "new",
    "src/new.ts",
    "node_modules/added/a.js",
    "more",
    ".git",
  ],
];

type Deed = (at: string, other: string) => void;

/** Each may find nothing to be done to; a mess is not tidy. */
const DEEDS: Readonly<Record<string, Deed>> = {
  write: (at) => {
    mkdirSync(dirname(at), { recursive: true });
    if (isWritable(at)) writeFileSync(at, "messed\n");
  },
  editUnseen: (at) => {
    const { atime, mtime, size } = lstatSync(at);
    if (isWritable(at)) writeFileSync(at, "z".repeat(size));
    utimesSync(at, atime, mtime);
  },
  remove: (at) => rmSync(at, { recursive: true }),
  lock: (at) => chmodSync(at, 0o500),
  open: (at) => chmodSync(at, 0o777),
  move: (at, other) => renameSync(at, other),
  swap: (at, other) => {
    renameSync(at, `${at}.swap`);
    renameSync(other, at);
    renameSync(`${at}.swap`, other);
  },
  link: (at, other) => {
    rmSync(at, { recursive: true, force: true });
    symlinkSync(other, at);
  },
  moveAndLink: (at) => {
    renameSync(at, `${at}.real`);
    symlinkSync(`${at}.real`, at);
  },
  folder: (at) => {
    rmSync(at, { recursive: true, force: true });
    mkdirSync(join(at, "inside"), { recursive: true });
    writeFileSync(join(at, "inside/file"), "file\n");
  },
  pipe: (at) => {
    rmSync(at, { recursive: true, force: true });
    execFileSync("mkfifo", [at], { stdio: "ignore" });
  },
  strange: (at) => writeFileSync(Buffer.concat([Buffer.from(`${dirname(at)}/`), Buffer.from([0xff])]), ""),
};

/** Nobody would ever read what is written to a pipe. */
function isWritable(at: string): boolean {
  return statSync(at, { throwIfNoEntry: false })?.isFIFO() !== true;
}

function mess(dir: string, deeds: readonly (readonly [string, string, string])[]): void {
  for (const [deed, at, other] of deeds) {
    try {
      DEEDS[deed]?.(join(dir, at), join(dir, other));
    } catch {
      // What is not there cannot be messed up.
    }
  }
}

/** Every entry but `.git`, with all that a checkout decides about it. */
function portrait(dir: string, folder = ""): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(dir, folder))) {
    const path = folder === "" ? name : `${folder}/${name}`;
    if (path === ".git") continue;
    const stats = lstatSync(join(dir, path), { throwIfNoEntry: false });
    const mode = stats === undefined ? "unnamed" : (stats.mode & 0o777).toString(8);
    if (stats?.isDirectory() === true)
      Object.assign(found, { [path]: `folder ${mode}` }, portrait(dir, path));
    else if (stats?.isSymbolicLink() === true) found[path] = `-> ${readlinkSync(join(dir, path))}`;
    else
      found[path] = stats?.isFile() === true ? `${mode} ${readFileSync(join(dir, path), "utf8")}` : "special";
  }
  return found;
}

describe("a slot", () => {
  test("is as a fresh checkout with its install, or says that the install moved", async () => {
    using rig = new ProjectRig(FIRST);
    const repository = await rig.open();
    const trees = [rig.head()];
    rig.commit(SECOND);
    trees.push(rig.head());
    const [first, second] = [must(await repository.tree(trees[0]!)), must(await repository.tree(trees[1]!))];
    const isCache = () => false;
    const place = (dir: string, tree = first): ReusedWorktreeOrder => ({
      ...{ repository, tree, human: first, dir, index: `${dir}.index`, submodules: `${dir}.submodules` },
      stays: { paths: new Set(ROOTS), isCache },
    });
    const fresh: Record<string, string>[] = [];
    for (const [index, tree] of [first, second].entries()) {
      const dir = join(rig.root, `fresh${index}`);
      must(await materialise({ repository, tree, human: tree, dir }));
      writeFiles(dir, INSTALL);
      fresh.push(portrait(dir));
    }
    let count = 0;
    const deed = fc.tuple(
      fc.constantFrom(...Object.keys(DEEDS)),
      fc.constantFrom(...PLACES),
      fc.constantFrom(...PLACES),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 4 }), fc.boolean(), async (deeds, again) => {
        const dir = join(rig.root, `slot${++count}`);
        must(await layAnew(place(dir)));
        writeFiles(dir, INSTALL);
        const install = { dir, roots: ROOTS, stamp: `${dir}.stamp` };
        must(await stampInstall(install, isCache));
        mess(dir, deeds);
        const tree = again ? first : second;
        const { moved, added } = must(await movementIn(install, tree, isCache));
        if (moved === null) {
          await removeAll(dir, added);
          must(await layAnew(place(dir, tree)));
          expect(portrait(dir)).toEqual(fresh[again ? 0 : 1]);
        } else {
          const order = { ...place(dir, tree), stays: { paths: new Set<string>(), isCache } };
          must(await layAnew(order));
          writeFiles(dir, INSTALL);
          expect(portrait(dir)).toEqual(fresh[again ? 0 : 1]);
        }
        expect(existsSync(join(dir, ".git/HEAD"))).toBe(true);
      }),
      { numRuns: Number(process.env.FACTORY_RUNS ?? 40) },
    );
  });
});
