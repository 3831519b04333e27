// Which pages can be read with `factory help`? Those of the package's `docs/`, each called as its file is.

import { basename, join } from "node:path";
import { type Result, success } from "../model/result.ts";
import { listIfThere, readFileCapped } from "../platform/files.ts";

const PAGE_BYTES = 1024 * 1024;
/** What the pages of a folder are about, in the order in which the list tells them. */
const FOLDERS = [
  ["docs", "Pages:"],
  ["docs/design", "How it works inside:"],
] as const;
/** The page with a row for each code of findings and failures. */
const CODES = "troubleshooting";

export interface Topic {
  readonly name: string;
  readonly title: string;
  /** Below which heading it is listed. */
  readonly heading: string;
  /** From the root of the package. */
  readonly path: string;
  readonly text: string;
}

export interface CodeHelp {
  readonly code: string;
  readonly means: string;
  readonly fix: string;
}

export function readTopics(packageRoot: string): Result<readonly Topic[]> {
  const topics: Topic[] = [];
  for (const [folder, heading] of FOLDERS) {
    const entries = listIfThere(join(packageRoot, folder));
    if (!entries.ok) return entries;
    const names = entries.value.map(({ name }) => name).filter((name) => name.endsWith(".md"));
    for (const file of names.sort()) {
      const path = `${folder}/${file}`;
      const bytes = readFileCapped(join(packageRoot, path), PAGE_BYTES);
      if (!bytes.ok) return bytes;
      const text = new TextDecoder().decode(bytes.value);
      const title = /^# (.+)$/m.exec(text)?.[1] ?? file;
      topics.push({ name: basename(file, ".md"), title, heading, path, text });
    }
  }
  return success(topics);
}

/** All that the page about codes says, in its order. */
export function codeHelps(topics: readonly Topic[]): readonly CodeHelp[] {
  const page = topics.find(({ name }) => name === CODES)?.text ?? "";
  return [...page.matchAll(/^\| `([a-z-]+)` +\| (.+?) +\| (.+?) +\|$/gm)].map(
    ([, code = "", means = "", fix = ""]) => ({ code, means, fix }),
  );
}
