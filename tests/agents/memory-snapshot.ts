// A project that lies in memory, for agents that are given no folder.

import type { Snapshot } from "../../src/agents/snapshot.ts";
import { digestOf, digestOfBytes } from "../../src/model/digest.ts";
import type { FileMode } from "../../src/model/output.ts";
import { success } from "../../src/model/result.ts";

type MemoryFile = string | Uint8Array | { readonly mode: FileMode; readonly text: string };

export function snapshotOf(files: Readonly<Record<string, MemoryFile>>): Snapshot {
  const all = new Map(Object.entries(files).map(([path, file]) => [path, entryOf(file)]));
  return {
    read: async (path) => {
      const entry = all.get(path);
      if (entry === undefined) return success({ content: null, mode: null, digest: null });
      return success({ ...entry, digest: digestOfBytes(entry.content) });
    },
    list: async (folder) => {
      const prefix = folder === "" ? "" : `${folder}/`;
      const below = [...all.keys()].filter((path) => path.startsWith(prefix));
      const names = [...new Set(below.map((path) => path.slice(prefix.length).replace(/\/.*/, "/")))].sort();
      return success(
        names.length === 0 ? { names: null, digest: null } : { names, digest: digestOf("list/1", names) },
      );
    },
    search: async (text) => {
      const hits = [...all.keys()].sort().flatMap((path) =>
        Buffer.from(all.get(path)!.content)
          .toString()
          .split("\n")
          .flatMap((line, index) => (line.includes(text) ? [{ path, line: index + 1, text: line }] : [])),
      );
      return success({
        hits,
        digest:
          hits.length === 0
            ? null
            : digestOf(
                "search/1",
                hits.map((hit) => ({ ...hit })),
              ),
      });
    },
  };
}

function entryOf(file: MemoryFile): { readonly content: Uint8Array; readonly mode: FileMode } {
  if (typeof file === "string") return { content: Buffer.from(file), mode: "100644" };
  if (file instanceof Uint8Array) return { content: file, mode: "100644" };
  return { content: Buffer.from(file.text), mode: file.mode };
}
