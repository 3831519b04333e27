// What is BACKLOG.yaml when people edited it and it was planned anew? Task by task and key by key: an edit wins where
// the plan left the task alone, the plan where nobody edited it; what both changed is told and not guessed.

import { arranged, type EntryText, joinBacklog, splitBacklog } from "./backlog-text.ts";
import { type EntryClash, mergeEntry } from "./entry-keys.ts";
import { mergeItems } from "./merge-items.ts";

/** A change that two sides made differently; `task` is null where the text cannot be told apart by tasks. */
export interface BacklogClash {
  readonly task: string | null;
  readonly key: string | null;
}

export interface MergedBacklog {
  /** With the planned version wherever the two clash. */
  readonly text: string;
  readonly clashes: readonly BacklogClash[];
}

/** `base` is what was planned before, `ours` the file as it is now, `theirs` what is planned now. */
export function mergeBacklog(base: string, ours: string, theirs: string): MergedBacklog {
  if (theirs === base || theirs === ours) return { text: ours, clashes: [] };
  if (ours === base) return { text: theirs, clashes: [] };
  const [b, o, t] = [base, ours, theirs].map(splitBacklog);
  if (!b || !o || !t) return { text: theirs, clashes: [{ task: null, key: null }] };
  const [from, now, planned] = [arranged(b.entries, o), arranged(o.entries, o), arranged(t.entries, o)];
  const merged = mergeItems<EntryClash>({ base: from, ours: now, theirs: planned }, mergeEntry);
  // A backlog without tasks is none; that nothing is left of either side is for a person to say.
  if (merged.items.length === 0) return { text: theirs, clashes: [{ task: null, key: null }] };
  const known = new Map([...planned, ...now].map((entry) => [entry.id, entry]));
  const entries = arranged(
    merged.items.map(({ id, text }) => ({ ...(known.get(id) as EntryText), text })),
    o,
  );
  const head = o.head === b.head ? t.head : o.head;
  const tail = o.tail === b.tail ? t.tail : o.tail;
  return { text: joinBacklog({ head, entries, tail }), clashes: merged.clashes };
}
