// Says a folder of its repository what git says of it? git itself is asked for comparison, in every layout it knows.

import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { locate } from "../../src/workspaces/locate.ts";

let base: string;

beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "factory-locate-")));
});

afterAll(() => rmSync(base, { recursive: true, force: true }));

const git = (cwd: string, ...args: string[]) =>
  execFileSync("git", ["-c", "user.name=P", "-c", "user.email=p@localhost", ...args], {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();

const made = (name: string, ...options: string[]) => {
  git(base, "init", "-q", ...options, name);
  return join(base, name);
};

const committed = (name: string) => {
  const path = made(name);
  git(path, "commit", "-q", "--allow-empty", "-m", "first");
  return path;
};

const LAYOUTS: Record<string, () => string> = {
  unborn: () => made("unborn"),
  "with a commit": () => committed("committed"),
  detached: () => {
    const path = committed("detached");
    git(path, "checkout", "-q", "--detach");
    return path;
  },
  cloned: () => {
    git(base, "clone", "-q", committed("origin"), "cloned");
    return join(base, "cloned");
  },
  bare: () => made("bare.git", "--bare"),
  "with sha256": () => made("sha256", "--object-format=sha256"),
  "with its repository elsewhere": () => made("separate", `--separate-git-dir=${join(base, "elsewhere")}`),
  "a linked worktree": () => {
    git(committed("main"), "worktree", "add", "-q", join(base, "linked"));
    return join(base, "linked");
  },
  "through a symbolic link": () => {
    symlinkSync(made("pointed"), join(base, "pointer"));
    return join(base, "pointer");
  },
  "with settings from another file": () => {
    const path = made("including");
    writeFileSync(join(path, ".git/more"), "[core]\n\tautocrlf = false\n");
    git(path, "config", "include.path", "more");
    return path;
  },
};

test.each(Object.entries(LAYOUTS))("%s is found as git finds it", async (_, make) => {
  const path = make();
  const asked = git(path, "rev-parse", "--absolute-git-dir", "--git-common-dir", "--show-object-format");
  const [gitDir = "", commonDir = "", objectFormat] = asked.split("\n");
  const isBare = git(path, "rev-parse", "--is-bare-repository") === "true";
  expect(await locate(path)).toEqual({
    ok: true,
    value: {
      gitDir: realpathSync(gitDir),
      commonDir: realpathSync(resolve(path, commonDir)),
      workTree: isBare ? null : path,
      objectFormat,
    },
  });
});

test.each([
  ["a broken setting", "[core\n"],
  ["a value that is not ended", '[user]\n\tname = "P\n'],
  ["a later layout", "[core]\n\trepositoryformatversion = 9\n"],
])("%s is git's to judge", async (name, setting) => {
  const path = made(name.replaceAll(" ", "-"));
  appendFileSync(join(path, ".git/config"), setting);
  expect(await locate(path)).toMatchObject({ ok: false, failure: { reason: "git" } });
});

test("no process is needed for a repository as git lays it out", async () => {
  const path = committed("plain");
  const { PATH } = process.env;
  process.env.PATH = "";
  try {
    expect(await locate(path)).toMatchObject({ ok: true, value: { workTree: path } });
  } finally {
    process.env.PATH = PATH;
  }
});
