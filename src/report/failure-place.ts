// Which place does a failure know? What its words name a person by, a script gets in fields. One exhaustive switch, so
// that whoever adds a failure says where it stands.

import { posix } from "node:path";
import type { Failure } from "../model/failure.ts";
import { isBeside } from "../model/path.ts";

/** A file as far as it is known; lines and columns count from 1. */
export interface Where {
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
}

const NOWHERE: Where = { file: null, line: null, column: null };

/** `folder` is that of the project, from the workspace's root; null where it is not known, and paths are the project's own. */
export function placeOf(failure: Failure, folder: string | null): Where {
  switch (failure.reason) {
    case "template":
      return { ...NOWHERE, file: failure.file, line: failure.line };
    case "needs-clarification":
      return { file: failure.file, line: failure.line, column: failure.column };
    case "sources-vanished":
      return failure.projects.length === 0 ? NOWHERE : { ...NOWHERE, file: "projects.yaml" };
    case "approval-needed":
      return { ...NOWHERE, file: failure.file };
    case "service-failed":
      return { ...NOWHERE, file: failure.log };
    case "change-waits":
      return { ...NOWHERE, file: failure.proposal };
    case "no-test-file":
      return { ...failure.place };
    case "usage":
    case "window-too-large":
    case "setup-failed":
      return failure.place === undefined ? NOWHERE : { ...failure.place };
    case "gate-broken": {
      const said = placeIn(failure.result.evidence, folder);
      return said.file === null && failure.place !== undefined ? { ...failure.place } : said;
    }
    case "gates-failed":
    case "product-failed": {
      const first = failure.results.find(({ passed, evidence }) => !passed && evidence !== "");
      return first === undefined ? NOWHERE : placeIn(first.evidence, folder);
    }
    case "io":
    case "record-damaged":
    case "newer-format":
    case "project-missing":
    case "project-not-cloned":
    case "project-unusable":
      return { ...NOWHERE, file: failure.path };
    case "blob-corrupt":
      return { ...NOWHERE, file: failure.quarantined };
    case "insertion":
      return { ...NOWHERE, file: within(folder, failure.path), line: failure.lines[0] ?? null };
    case "blob-missing":
    case "shared-file":
      return { ...NOWHERE, file: within(folder, failure.path) };
    case "ignored-path":
      return { ...NOWHERE, file: within(folder, failure.source), line: failure.line };
    case "submodule-path":
    case "filtered-path":
    case "not-encoded":
      return { ...NOWHERE, file: within(folder, failure.path) };
    case "filter-failed":
      return ofFirst(failure.paths[0], folder);
    case "dirty-worktree":
      return ofFirst(failure.paths[0], folder);
    case "merge-conflict":
      return ofFirst(failure.paths[0]?.path, folder);
    case "branch-elsewhere":
      return { ...NOWHERE, file: failure.worktree };
    // Every finding, and every clash, has a place of its own.
    case "invalid-spec":
    case "plan-conflict":
    // A path that a draft made up is no place.
    case "hostile-path":
    case "agent-exit":
    case "agent-timeout":
    case "agent-missing":
    case "agent-unavailable":
    case "sandbox-unavailable":
    case "agents-unreachable":
    case "model-needed":
    case "model-error":
    case "call-unresolved":
    case "price-unknown":
    case "agent-turns":
    case "agent-loop":
    case "agent-answer":
    case "agent-thoughts":
    case "empty-draft":
    case "draft-too-large":
    case "review-rejected":
    case "review-undecided":
    case "question":
    case "git":
    case "branch-detached":
    case "branch-missing":
    case "branch-moved":
    case "merge-waits":
    case "merge-offered":
    case "offer-taken":
    case "push-refused":
    case "signing-failed":
    case "budget":
    case "templates-not-fetched":
    case "store-refused":
    case "fleet-unreachable":
    case "locked":
    case "cancelled":
    case "withdrawn":
    case "failed-before":
    case "unexpected":
      return NOWHERE;
  }
}

function ofFirst(path: string | undefined, folder: string | null): Where {
  return path === undefined ? NOWHERE : { ...NOWHERE, file: within(folder, path) };
}

/** From the workspace's root, as every other place. */
function within(folder: string | null, path: string): string {
  const own = (folder ?? "").replace(/^\.\//, "").replace(/\/+$/, "");
  if (own === "" || own === ".") return path;
  return isBeside(path) ? posix.join(own, path) : `${own}/${path}`;
}

const PATH = String.raw`(?:\./)?((?:[\w@+-][\w@.+-]*/)*[\w@+-][\w@.+-]*\.[A-Za-z]\w{0,7})`;
/** `src/a.ts:3:5`, `src/a.ts(3,5)` and `src/a.ts, line 3`, as compilers and test runners write it. */
const WITH_LINE = new RegExp(
  String.raw`(?:^|[\s("'])${PATH}"?(?::(\d+)(?::(\d+))?|\((\d+)(?:,(\d+))?\)|, line (\d+))`,
);
/** `tests/a.test.ts: …` at the very beginning; elsewhere a word with a dot is rarely a file. */
const AT_START = new RegExp(String.raw`^${PATH}(?=[:\s]|$)`);

/** The place in a project that a line of evidence names; no path that leaves the project. */
export function placeIn(evidence: string, folder: string | null): Where {
  const exact = WITH_LINE.exec(evidence);
  if (exact !== null) {
    const [, path = "", line, column, bracketLine, bracketColumn, named] = exact;
    return {
      file: within(folder, path),
      line: numberOf(line ?? bracketLine ?? named),
      column: numberOf(column ?? bracketColumn),
    };
  }
  const path = AT_START.exec(evidence)?.[1];
  return path?.includes("/") ? { ...NOWHERE, file: within(folder, path) } : NOWHERE;
}

function numberOf(text: string | undefined): number | null {
  const number = Number(text ?? "");
  return Number.isSafeInteger(number) && number > 0 ? number : null;
}
