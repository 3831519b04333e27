// What git would store of a draft, whatever kind of agent hands it in.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Change } from "../../src/model/output.ts";
import type { Result } from "../../src/model/result.ts";
import { type ContentForm, storedForm } from "../../src/workspaces/stored-form.ts";
import { type Files, failureOf, must, ProjectRig } from "./project-rig.ts";

async function stored(
  rig: ProjectRig,
  files: Readonly<Record<string, string | Uint8Array | null>>,
  form: ContentForm = "on-disk",
): Promise<Result<readonly Change[]>> {
  const repository = await rig.open();
  const { branch } = must(await repository.heads());
  const tree = must(await repository.tree(branch));
  const changes = Object.entries(files).map(([path, text]): Change => {
    const content = text === null ? null : new Uint8Array(Buffer.from(text));
    return { path, mode: "100644", content };
  });
  return storedForm(repository, { changes, tree, form });
}

async function texts(...question: Parameters<typeof stored>): Promise<Record<string, string | null>> {
  const changes = must(await stored(...question));
  return Object.fromEntries(
    changes.map(({ path, content }) => [path, content && Buffer.from(content).toString("utf8")]),
  );
}

/** What git itself stores of the same files, in the project. */
function asGitAdds(rig: ProjectRig, files: Files): Record<string, string> {
  rig.write(files);
  rig.git("add", "-A");
  return Object.fromEntries(Object.keys(files).map((path) => [path, rig.git("show", `:${path}`)]));
}

describe("the stored form", () => {
  const START: Files = {
    ".gitattributes":
      "*.txt text\n*.bat text eol=crlf\n*.id ident\n*.rc text working-tree-encoding=UTF-16LE\n*.raw -text\n",
    "auto/.gitattributes": "* text=auto\n",
    "old.txt": "old\n",
  };

  test("is what git add makes of the same files", async () => {
    using rig = new ProjectRig(START);
    const draft = {
      "a.txt": "a\r\nb\r\n",
      "a.bat": "a\nb\r\n",
      "a.id": "$Id: 1234 $\n",
      "a.rc": new Uint8Array(Buffer.from("\u00e9\r\n", "utf16le")),
      "a.raw": "a\r\n",
      "auto/a.c": "a\r\n",
      "auto/a.bin": "a\r\n\0",
      "none.c": "a\r\n",
      "a 'quoted' \u00e9.txt": "a\r\n",
    };
    const ours = await texts(rig, draft);
    expect(ours).toEqual(asGitAdds(rig, draft));
    expect(ours["a.rc"]).toBe("\u00e9\n");
    expect(readdirSync(join(rig.engineClones[0] ?? "", "scratch"))).toEqual([]);
  });

  test("follows attributes that the draft itself changes, adds or deletes", async () => {
    using rig = new ProjectRig(START);
    const draft = { "auto/.gitattributes": null, "auto/a.c": "a\r\n" };
    expect(await texts(rig, draft)).toEqual(draft);
    expect(await texts(rig, { ".gitattributes": "* -text\n", "a.txt": "a\r\n" })).toMatchObject({
      "a.txt": "a\r\n",
    });
    expect(await texts(rig, { "new/.gitattributes": "*.c text\n", "new/a.c": "a\r\n" })).toMatchObject({
      "new/a.c": "a\n",
    });
  });

  test("leaves CRLF where a file with text=auto had it already", async () => {
    using rig = new ProjectRig({ "a.c": "a\r\n", "b.c": "b\n" });
    rig.commit({ ".gitattributes": "* text=auto\n" });
    rig.git("update-index", "--cacheinfo", `100644,${rig.git("rev-parse", "HEAD~:a.c").trim()},a.c`);
    rig.git("commit", "-q", "--allow-empty", "-m", "As it was");
    expect(await texts(rig, { "a.c": "z\r\n", "b.c": "z\r\n" })).toEqual({ "a.c": "z\r\n", "b.c": "z\n" });
  });

  test("drops what the tree says already", async () => {
    using rig = new ProjectRig(START);
    expect(await texts(rig, { "old.txt": "old\r\n", "b.txt": null })).toEqual({ "b.txt": null });
  });

  test("takes a text that never lay on a disk for one in the encoding of blobs", async () => {
    using rig = new ProjectRig(START);
    expect(await texts(rig, { "a.rc": "\u00e9\r\n", "a.txt": "a\r\n" }, "as-blob")).toEqual({
      "a.rc": "\u00e9\n",
      "a.txt": "a\n",
    });
  });

  test("is refused for bytes that are not in the encoding, and for a path that a filter stores", async () => {
    using rig = new ProjectRig({
      ".gitattributes": "*.rc text working-tree-encoding=UTF-16LE\n*.bin filter=lfs\n",
    });
    expect(failureOf(await stored(rig, { "a.txt": "a\n", "a.rc": "abc" }))).toEqual({
      reason: "not-encoded",
      path: "a.rc",
      encoding: "UTF-16LE",
    });
    const ran = join(rig.root, "ran");
    rig.git("config", "filter.lfs.clean", `touch ${ran}; cat`);
    const refused = { reason: "filtered-path", path: "x/a.bin", filter: "lfs" };
    expect(failureOf(await stored(rig, { "x/a.bin": "a\n" }))).toEqual(refused);
    expect(failureOf(await stored(rig, { "x/a.bin": "a\n" }, "as-blob"))).toEqual(refused);
    expect(await texts(rig, { "x/a.bin": null })).toEqual({ "x/a.bin": null });
    expect(existsSync(ran)).toBe(false);
  });

  test("asks git nothing where the project has no attributes", async () => {
    using rig = new ProjectRig({ "a.txt": "a\n" });
    expect(await texts(rig, { "a.txt": "a\r\n" })).toEqual({ "a.txt": "a\r\n" });
    expect(existsSync(join(rig.engineClones[0] ?? "", "scratch"))).toBe(false);
    expect(readFileSync(join(rig.engineClones[0] ?? "", "info/attributes"), "utf8")).not.toContain("text");
  });
});
