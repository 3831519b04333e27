// Is a feature followed to where it was before? On real repositories, without a build.

import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { changesTo } from "../../src/pipeline/history/restore-documents.ts";
import { historyOf } from "../../src/pipeline/past/feature-history.ts";
import { tempFolder, value } from "../store/temp-folder.ts";

const folder = tempFolder();

class Repository {
  readonly top = folder();

  constructor() {
    this.#git("init", "--quiet", "--initial-branch=main");
  }

  #git(...args: readonly string[]): void {
    const person = ["-c", "user.name=Pat", "-c", "user.email=pat@example.org"];
    execFileSync("git", [...person, ...args], { cwd: this.top, stdio: "ignore" });
  }

  write(path: string, requirement: string): void {
    const full = join(this.top, path, "feature.md");
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, `---\nproject: app\n---\n# Notes\n\n## Requirements\n\n- R1: ${requirement}\n`);
  }

  move(from: string, to: string): void {
    mkdirSync(dirname(join(this.top, to)), { recursive: true });
    renameSync(join(this.top, from), join(this.top, to));
  }

  commit(subject: string): void {
    this.#git("add", "--all");
    this.#git("commit", "--quiet", "--allow-empty", "-m", subject);
  }

  async told(workspace: string, feature: string): Promise<readonly string[]> {
    const { versions } = value(await historyOf(join(this.top, workspace), feature));
    return versions.map(({ first }) => `${first.folder}: ${first.origin?.subject ?? "not committed"}`);
  }
}

test("a feature is followed to its old name, and its workspace to the folder where it was", async () => {
  const repository = new Repository();
  repository.write("specs/notes", "A note is short.");
  repository.commit("Begin");
  repository.write("specs/notes", "A note is long.");
  repository.commit("Longer");
  repository.move("specs", "packages/factory ü/specs");
  repository.commit("Move the workspace");
  repository.move("packages/factory ü/specs/notes", "packages/factory ü/specs/memos");
  repository.commit("Call them memos");
  repository.write("packages/factory ü/specs/memos", "A memo is long.");
  expect(await repository.told("packages/factory ü", "memos")).toEqual([
    "notes: Begin",
    "notes: Longer",
    "memos: not committed",
  ]);
});

test("without a repository there is a version to look at, and none to go back to", async () => {
  const root = folder();
  mkdirSync(join(root, "specs/notes"), { recursive: true });
  writeFileSync(
    join(root, "specs/notes/feature.md"),
    "---\nproject: app\n---\n# Notes\n\n## Requirements\n\n- R1: One.\n",
  );
  const history = value(await historyOf(root, "notes"));
  expect(history.versions).toHaveLength(1);
  const changes = await changesTo(root, history, history.versions[0]!);
  expect(changes).toMatchObject({ ok: false, failure: { fix: expect.stringContaining("git init") } });
});

test("a document that was no feature's is nobody's past", async () => {
  const repository = new Repository();
  repository.write("drafts/notes", "A note is short.");
  repository.commit("Draft");
  repository.move("drafts/notes", "specs/notes");
  repository.commit("Begin");
  expect(await repository.told(".", "notes")).toEqual(["notes: Begin"]);
});
