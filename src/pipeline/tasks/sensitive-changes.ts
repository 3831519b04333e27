// Does a draft that was accepted change files that reach further than the code? A person approved that its task touches them;
// here they are told what became of that.

import type { Output } from "../../model/output.ts";
import { type Result, success } from "../../model/result.ts";
import type { TreeEntry } from "../../model/tree.ts";
import { sensitiveText } from "../../report/sensitive-text.ts";
import { groundOf } from "../product/ground.ts";
import type { Run } from "../run/run.ts";
import type { TaskJob } from "./judge-task.ts";
import { sensitiveFiles } from "./sensitive-files.ts";

/** One warning for each of them. */
export async function tellSensitiveChanges(
  run: Run,
  job: TaskJob,
  outputs: readonly Output[],
): Promise<Result<null>> {
  const isSensitive = await sensitiveFiles(job);
  if (!isSensitive.ok) return isSensitive;
  const touched = outputs.filter(({ path }) => isSensitive.value(path));
  if (touched.length === 0) return success(null);
  const ground = await groundOf(run, job.state, job.node);
  if (!ground.ok) return ground;
  const { contents } = job.state;
  const textOf = async (entry: TreeEntry | undefined): Promise<Result<string | null>> => {
    if (entry === undefined || entry.mode === "160000") return success(null);
    const content = await contents.of(entry.oid);
    return content.ok ? success(Buffer.from(content.value).toString("utf8")) : content;
  };
  for (const { path, mode, digest } of touched) {
    const before = await textOf(ground.value.tree.get(path));
    if (!before.ok) return before;
    const after = await textOf(digest === null ? undefined : { mode, oid: contents.oidOf(digest) });
    if (!after.ok) return after;
    run.emit({
      type: "diagnostic",
      diagnostic: {
        severity: "warning",
        code: "sensitive-changed",
        message: `${job.task.id} ${sensitiveText(path, { before: before.value, after: after.value })}`,
        target: job.task.id,
        file: null,
        line: null,
        column: null,
        fix: "It reaches further than code: look at it before you run or merge it.",
      },
    });
  }
  return success(null);
}
