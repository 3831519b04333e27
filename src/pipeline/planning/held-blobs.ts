// Which documents that were paid for does a plan name that no lock names yet? One that waits for a person, one that
// clashed with what people wrote, and one that a killed build had begun to write.

import { basename, join } from "node:path";
import { type Digest, isDigest } from "../../model/digest.ts";
import { type Result, success } from "../../model/result.ts";
import { listIfThere, readIfThere } from "../../platform/files.ts";
import { HELD_NOTE } from "./held-plan.ts";
import { RECORD_PROPOSAL } from "./settle-plan.ts";
import { intentsFolder } from "./write-plan.ts";

const LIMIT = 1024 * 1024;

export interface HeldBlobs {
  readonly digests: readonly Digest[];
  /** Absolute paths of what may name more, but cannot be understood. */
  readonly unclear: readonly string[];
}

/** `features`: absolute folders below `.factory/tasks`. Fails where a file is there and cannot be looked at. */
export function heldBlobs(root: string, features: readonly string[]): Result<HeldBlobs> {
  const begun = listIfThere(intentsFolder(root));
  if (!begun.ok) return begun;
  const paths = [
    ...features.flatMap((folder) => [join(folder, HELD_NOTE), join(folder, RECORD_PROPOSAL)]),
    ...begun.value
      .map(({ name }) => join(intentsFolder(root), name))
      .filter((path) => path.endsWith(".json")),
  ];
  const digests: Digest[] = [];
  const unclear: string[] = [];
  for (const path of paths) {
    const read = readIfThere(path, LIMIT);
    if (!read.ok) return read;
    if (read.value === null) continue;
    const named = digestsIn(read.value, basename(path));
    if (named === null) unclear.push(path);
    else digests.push(...named);
  }
  return success({ digests, unclear });
}

/** A record stands alone in a clash, and beside what is to be written in the others. Null where it names none. */
function digestsIn(bytes: Uint8Array, name: string): readonly Digest[] | null {
  try {
    const note = JSON.parse(Buffer.from(bytes).toString("utf8"));
    const { request, plan, backlog } = name === RECORD_PROPOSAL ? note : note.record;
    const texts = (note.files ?? []).map(({ after }: { readonly after: unknown }) => after);
    const named: unknown[] = [request, backlog, ...(plan === null ? [] : [plan]), ...texts];
    return named.every((one): one is Digest => typeof one === "string" && isDigest(one)) ? named : null;
  } catch {
    return null;
  }
}
