// What does a worktree's own repository know of the project's past? Tools ask for it: a version from the last tag, what
// changed since the main branch, where the project is hosted. It knows all that without a copy, and without a password.

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { withoutCredentials } from "../model/remote.ts";
import { type Result, success } from "../model/result.ts";
import type { Oid } from "../model/tree.ts";
import { onDisk } from "./disk.ts";
import { isProductRef } from "./heads.ts";
import { gitAt, type Located } from "./locate.ts";

/** The project's refs and remotes at one moment. */
export interface Past {
  /** Of the project, by which the worktree's own is called, too. */
  readonly branch: string;
  /** What the commit of a worktree lies on; null where the project has no commit yet. */
  readonly tip: Oid | null;
  readonly refs: readonly { readonly name: string; readonly oid: string }[];
  /** Refs that point to others, such as `refs/remotes/origin/HEAD`. */
  readonly links: readonly { readonly name: string; readonly target: string }[];
  readonly remotes: readonly { readonly name: string; readonly url: string }[];
}

export async function readPast(located: Located, branch: string, tip: Oid | null): Promise<Result<Past>> {
  const git = gitAt(located);
  const format = "%(refname)%00%(objectname)%00%(symref)";
  const [refs, urls] = await Promise.all([
    git.feed(["for-each-ref", `--format=${format}`, "refs/heads/", "refs/tags/", "refs/remotes/"]),
    git.ask(["config", "--null", "--get-regexp", "^remote\\..*\\.url$"], "", [0, 1]),
  ]);
  if (!refs.ok) return refs;
  if (!urls.ok) return urls;
  const found = refs.value
    .toString("utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split("\0") as [string, string, string])
    // Products are no past of the project's: they hold what is not accepted yet.
    .filter(([name]) => !isProductRef(name));
  return success({
    branch,
    tip,
    refs: found
      .filter(([name, , target]) => target === "" && name !== `refs/heads/${branch}`)
      .map(([name, oid]) => ({ name, oid })),
    links: found.filter(([, , target]) => target !== "").map(([name, , target]) => ({ name, target })),
    remotes: remotesIn(urls.value.stdout),
  });
}

/** Lays the past into a repository that `layRepository` made; `commit` is what the worktree holds. */
export function layPast(gitDir: string, past: Past, commit: Oid): Promise<Result<null>> {
  return onDisk(gitDir, "write the history of a worktree", async () => {
    const own = `refs/heads/${past.branch}`;
    // Sorted by name, as git writes it; what they lead to git finds out by itself.
    const refs = [...past.refs, { name: own, oid: commit }].sort((a, b) => (a.name < b.name ? -1 : 1));
    const lines = refs.map(({ name, oid }) => `${oid} ${name}\n`);
    await writeFile(join(gitDir, "packed-refs"), `# pack-refs with: \n${lines.join("")}`);
    for (const { name, target } of past.links) {
      await mkdir(dirname(join(gitDir, name)), { recursive: true });
      await writeFile(join(gitDir, name), `ref: ${target}\n`);
    }
    await writeFile(join(gitDir, "HEAD"), `ref: ${own}\n`);
    await writeFile(join(gitDir, "config"), past.remotes.map(section).join(""), { flag: "a" });
    return null;
  });
}

function remotesIn(records: Buffer): Past["remotes"] {
  const urls = new Map<string, string>();
  for (const record of records.toString("utf8").split("\0")) {
    const [, name, url] = /^remote\.([\s\S]+)\.url\n([\s\S]*)$/.exec(record) ?? [];
    // The first one is what is fetched from.
    if (name !== undefined && url !== undefined && !urls.has(name)) urls.set(name, bare(url));
  }
  return [...urls].map(([name, url]) => ({ name, url }));
}

/** An address that tools can take apart: what stands in for a secret elsewhere is left out. */
function bare(url: string): string {
  return withoutCredentials(url).replace("://…@", "://").replace(/\?…$/, "");
}

// Nothing that works in a worktree has anything to push: what is kept of it is read from its files.
function section({ name, url }: Past["remotes"][number]): string {
  return [
    `[remote ${configText(name)}]`,
    `\turl = ${configText(url)}`,
    '\tpushurl = "/dev/null"',
    `\tfetch = ${configText(`+refs/heads/*:refs/remotes/${name}/*`)}`,
    "",
  ].join("\n");
}

function configText(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}
