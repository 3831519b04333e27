// Would an agent that read these things then read the same now? Replays discovered reads in their order against the
// tree that the task works on, up to the first answer that differs.

import type { Snapshot } from "../../agents/snapshot.ts";
import type { Read } from "../../model/output.ts";
import { type Result, success } from "../../model/result.ts";

/** The subject of the first read whose answer changed; null where all are the same. */
export async function changedRead(
  snapshot: Snapshot,
  reads: readonly Read[],
): Promise<Result<string | null>> {
  for (const read of reads) {
    const now = await answerTo(snapshot, read);
    if (!now.ok) return now;
    if (now.value.digest !== read.digest) return success(read.subject);
  }
  return success(null);
}

function answerTo(
  snapshot: Snapshot,
  { kind, subject }: Read,
): Promise<Result<{ readonly digest: Read["digest"] }>> {
  switch (kind) {
    case "file":
      return snapshot.read(subject);
    case "list":
      return snapshot.list(subject);
    case "search":
      return snapshot.search(subject);
  }
}
