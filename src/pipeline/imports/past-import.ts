// Was a feature imported from a certain place before? The documents that an import writes say where they come from.

import { join } from "node:path";
import { readFileCapped } from "../../platform/files.ts";

const MOST_BYTES = 1024 * 1024;

/** `folder` is that of the feature; a person may have rewritten one of its files, or taken it away. */
export function isImportOf(folder: string, source: string): boolean {
  return ["feature.md", "BACKLOG.yaml", "PLAN.md", "IMPORT.md"].some((name) => {
    const bytes = readFileCapped(join(folder, name), MOST_BYTES);
    return bytes.ok && new TextDecoder().decode(bytes.value).includes(` ${source} (`);
  });
}
