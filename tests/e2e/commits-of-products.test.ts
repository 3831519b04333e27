// Does a host that checks commits take those of products? As it takes a person's: theirs by name, signed off, signed, and with
// the subjects that the project wants.

import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

const HEAD = "factory/main";
const NO_KEYS = spawnSync("ssh-keygen", ["-?"]).error !== undefined;

/** What hosts ask of every commit that comes new; the first thing that is not so is said. */
const CHECKS = `#!/bin/sh
while read -r old new ref; do
  for commit in $(git rev-list "$new" --not --all); do
    author=$(git log -1 --format='%an <%ae>' "$commit")
    subject=$(git log -1 --format=%s "$commit")
    case $author in *spec-factory*) echo "nobody here is $author" >&2; exit 1;; esac
    git log -1 --format=%B "$commit" | grep -Fqx "Signed-off-by: $author" || { echo "not signed off" >&2; exit 1; }
    git cat-file commit "$commit" | grep -q '^gpgsig ' || { echo "no signature" >&2; exit 1; }
    echo "$subject" | grep -Eq '^(feat|fix): [a-z]' || { echo "no type: $subject" >&2; exit 1; }
    [ "$(printf %s "$subject" | wc -m)" -le 72 ] || { echo "too long: $subject" >&2; exit 1; }
    git log -1 --format=%B "$commit" | grep -Eq '^.{101}' && { echo "a line is too long" >&2; exit 1; }
  done
done
exit 0
`;

const LONG = `src/${"a-folder-with-a-long-name/".repeat(3)}fares.txt`;

async function checkedHost(): Promise<FactoryRig> {
  const rig = await FactoryRig.create();
  rig.feature({
    id: "fares",
    requirements: { R1: "A ride costs 5." },
    tasks: [
      {
        id: "T01",
        title: `Fares of all rides, ${"and of those that people share, ".repeat(3)}too.`,
        files: [LONG],
      },
    ],
  });
  rig.write({ "projects.yaml": `${rig.read("projects.yaml")}checkpoints: {merge: pull-request}\n` });
  await rig.git("..", "clone", "--quiet", "--bare", rig.path("projects/app"), rig.path("origin.git"));
  await rig.git("app", "remote", "add", "origin", rig.path("origin.git"));
  await rig.git("app", "fetch", "--quiet", "origin");
  rig.write({ "origin.git/hooks/pre-receive": CHECKS });
  chmodSync(rig.path("origin.git/hooks/pre-receive"), 0o755);
  return rig;
}

async function withKey(rig: FactoryRig, passphrase: string): Promise<void> {
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-f", rig.path("key")]);
  await rig.git("app", "config", "gpg.format", "ssh");
  await rig.git("app", "config", "user.signingKey", rig.path("key"));
}

const facts = (rig: FactoryRig, format: string) =>
  rig.git("app", "log", "-1", `--format=${format}`, `refs/heads/${HEAD}`);

test.skipIf(NO_KEYS)(
  "commits follow the project's git and projects.yaml, until a host takes them",
  async () => {
    await using rig = await checkedHost();
    const build = async () => {
      const { code, stderr } = await rig.factory("build");
      return `${code} ${stderr}`;
    };
    expect(await build()).toMatch(/^5 .*nobody here is spec-factory/s);
    await rig.git("app", "config", "user.name", "Kim Doe");
    await rig.git("app", "config", "user.email", "kim@example.com");
    expect(await build()).toMatch(/^5 .*not signed off/s);
    await rig.git("app", "config", "format.signOff", "true");
    expect(await build()).toMatch(/^5 .*no signature/s);
    await withKey(rig, "");
    await rig.git("app", "config", "commit.gpgSign", "true");
    expect(await build()).toMatch(/^5 .*no type: Fares of all rides/s);
    rig.write({ "projects.yaml": `${rig.read("projects.yaml")}commits: {prefix: "feat: "}\n` });
    expect(await build()).toMatch(/^5 .*here and in "origin"/s);
    expect(await facts(rig, "%an %ae %cn %ce")).toBe("Kim Doe kim@example.com Kim Doe kim@example.com");
    expect(await facts(rig, "%B")).toMatch(/share, too\.\n\nFactory-Task: fares:T01/);

    // Nothing new: nothing is signed anew. And what the message folds is known again.
    const head = await rig.git("app", "rev-parse", `refs/heads/${HEAD}`);
    expect((await rig.factory("build")).code).toBe(5);
    expect(await rig.git("app", "rev-parse", `refs/heads/${HEAD}`)).toBe(head);
    await rig.git("app", "merge", "--quiet", "--squash", `refs/heads/${HEAD}`);
    await rig.git("app", "commit", "--quiet", "--message", "Fares", "--no-gpg-sign");
    expect((await rig.build()).code).toBe(0);
    const blame = await rig.factory("blame", `app/${LONG}`);
    expect(blame.stdout).toContain("fares:T01");
  },
);

test.skipIf(NO_KEYS)("a key that nobody can unlock is told in git's words, and nothing is lost", async () => {
  await using rig = await checkedHost();
  rig.remove("origin.git/hooks/pre-receive");
  await withKey(rig, "a passphrase");
  const plain = rig.read("projects.yaml");
  rig.write({
    "projects.yaml": `${plain}commits: {sign: true, author: "Build Bot <bot@example.com>", sign_off: true}\n`,
  });
  const first = await rig.factory("build");
  expect([first.code, first.stderr]).toEqual([5, expect.stringContaining("could not be signed: ")]);
  expect(first.stderr).toContain("passphrase");
  rig.write({ "projects.yaml": rig.read("projects.yaml").replace("sign: true", "sign: false") });
  const second = await rig.build();
  expect([second.code, second.actions["fares:T01"]]).toEqual([5, "restored"]);
  expect(await facts(rig, "%an <%ae>")).toBe("Build Bot <bot@example.com>");
  expect(await facts(rig, "%B")).toContain("Signed-off-by: Build Bot <bot@example.com>");
});

test.skipIf(NO_KEYS)("what a build merges by itself is signed, each commit and the merge", async () => {
  await using rig = await FactoryRig.create();
  const tasks = [{ id: "T01" }, { id: "T02", dependsOn: ["T01"] }];
  rig.feature({ id: "fares", requirements: { R1: "A ride costs 5." }, tasks });
  await withKey(rig, "");
  await rig.git("app", "config", "commit.gpgSign", "true");
  expect((await rig.build()).code).toBe(0);
  const commits = (await rig.git("app", "rev-list", "main", "--not", "main~1")).split("\n");
  expect(commits).toHaveLength(3);
  for (const commit of commits)
    expect(await rig.git("app", "cat-file", "commit", commit)).toContain("\ngpgsig ");
  expect(await rig.git("app", "status", "--porcelain")).toBe("");
  expect(await rig.git("app", "fsck", "--strict")).not.toContain("error");
});

test("a project has a checkpoint and a prefix of its own", async () => {
  await using rig = await FactoryRig.create();
  rig.feature({ id: "fares", requirements: { R1: "A ride costs 5." }, tasks: [{ id: "T01" }] });
  const own = "checkpoints: {merge: auto}\n    commits: {prefix: 'TOLL-7 '}\n    branch: main";
  const whole = rig.read("projects.yaml").replace("branch: main", own);
  rig.write({
    "projects.yaml": `${whole}checkpoints: {merge: ask}\ncommits: {prefix: "feat: ", author: "Bot <bot@example.com>"}\n`,
  });
  expect((await rig.build()).code).toBe(0);
  expect(await rig.git("app", "log", "-1", "--format=%an %s")).toBe(
    "Bot TOLL-7 Merge the product of the specs into main",
  );
});

test.skipIf(NO_KEYS)("a project that a scaffold begins has no commit of another kind", async () => {
  await using rig = await FactoryRig.create();
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", rig.path("key")]);
  rig.write({
    "../home/.gitconfig": `[user]\n name = Kim Doe\n email = kim@example.com\n signingKey = ${rig.path("key")}\n[gpg]\n format = ssh\n[commit]\n gpgSign = true\n[format]\n signOff = true\n`,
    "templates/projects/plain/README.md": "# Fares\n",
    "templates/projects/plain/check.sh": "exit 0\n",
    "projects.yaml": rig
      .read("projects.yaml")
      .replace(
        "path: projects/app",
        'path: projects/fresh\n    scaffold: plain\n    commits: {prefix: "feat: "}',
      ),
  });
  rig.feature({ id: "fares", requirements: { R1: "A ride costs 5." }, tasks: [{ id: "T01" }] });
  expect(await rig.build()).toMatchObject({ code: 0 });
  const commits = (await rig.git("fresh", "rev-list", "--reverse", "--topo-order", "main")).split("\n");
  for (const commit of commits) {
    const raw = await rig.git("fresh", "cat-file", "commit", commit);
    expect(raw).toMatch(/^author Kim Doe <kim@example.com> .*^gpgsig .*^Signed-off-by: Kim Doe /ms);
    expect(raw).not.toContain("spec-factory");
  }
  expect(await rig.git("fresh", "log", "-1", "--format=%s", commits[0] ?? "")).toBe(
    "feat: begin from the scaffold",
  );
  expect(await rig.factory("blame", "projects/fresh/README.md")).toMatchObject({
    stdout: expect.stringContaining("scaffold"),
  });
});
