// Did a draft stay within what its task may write, and did it leave the tests of other tasks as strong as they were?
// It sees paths and contents alone, and runs nothing.

import type { TaskId } from "../model/address.ts";
import { globMatcher } from "../model/glob.ts";
import type { GateResult } from "../model/inspection.ts";
import type { Change } from "../model/output.ts";
import { type Task, wordOf } from "../model/task.ts";
import { isTestPath } from "../model/test-path.ts";
import { oneLine } from "./evidence.ts";
import { lossesOf } from "./test-file.ts";

/** An accepted output of another task, as this task found it. */
export interface OthersFile {
  readonly path: string;
  readonly owner: TaskId;
  readonly content: Uint8Array;
}

/**
 * The built-in gate `scope`. Files of others that are no tests are passed over. What `isSensitive` has to be named by its
 * very path: whoever wrote a pattern thought of no such file.
 */
export function scopeGate(
  task: Task,
  changes: readonly Change[],
  others: readonly OthersFile[],
  isSensitive: (path: string) => boolean,
): GateResult {
  const inScope = matcher(task.filesHint);
  const paths = changes.map((change) => change.path);
  const outside = paths.filter((path) => !inScope(path));
  const unnamed = paths.filter(
    (path) => inScope(path) && !task.filesHint.includes(path) && isSensitive(path),
  );
  const findings = [
    ...(outside.length > 0 ? [`outside files_hint: ${outside.join(", ")}`] : []),
    ...(unnamed.length > 0
      ? [`sensitive, and files_hint does not name it by its path: ${unnamed.join(", ")}`]
      : []),
    ...others.filter((file) => file.owner !== task.id).flatMap((file) => weakened(file, changes)),
  ];
  return {
    gate: "scope",
    passed: findings.length === 0,
    ms: 0,
    evidence: oneLine(findings.join("; ")),
    output: findings.join("\n"),
    end: "built-in",
  };
}

/** As everywhere else that a hint is read: what it does not say to people, it does not allow. */
function matcher(hints: readonly string[]): (path: string) => boolean {
  const covers = hints.map(globMatcher);
  return (path) => covers.some((matches) => matches(path));
}

function weakened(file: OthersFile, changes: readonly Change[]): string[] {
  if (!isTestPath(file.path)) return [];
  const change = changes.find((each) => each.path === file.path);
  if (!change) return [];
  const whose = `${file.path} proves ${file.owner}`;
  if (change.content === null) return [`${whose} and may not be deleted`];
  if (change.mode === "120000") return [`${whose} and may not become a link`];
  const text = new TextDecoder();
  const [before, after] = [text.decode(file.content), text.decode(change.content)];
  const losses = lossesOf(file.path, before, after, wordOf(file.owner));
  return losses.length > 0 ? [`${whose} and may not be weakened: ${losses.join(", ")}`] : [];
}
