// Which tasks does an answer give back as they are? Those of which it says nothing but the id: their text is taken from
// the backlog until now, so that nobody has to write out what stays.

import { arranged, blockForm, joinBacklog, splitBacklog } from "../merge/backlog-text.ts";
import { isPlainMap, looseYaml } from "../yaml/yaml.ts";

/** The answer with the entries of `previous` in place of bare ids. */
export function withGivenBack(answer: string, previous: string): string {
  const before = new Map(splitBacklog(previous)?.entries.map((entry) => [entry.id, entry]));
  const split = splitBacklog(answer) ?? splitBacklog(blockForm(withMaps(answer)) ?? "");
  if (split === null) return answer;
  const isBare = ({ id, text }: { readonly id: string; readonly text: string }) =>
    before.has(id) && keysIn(text).length === 1;
  if (!split.entries.some(isBare)) return answer;
  const entries = split.entries.map((entry) => (isBare(entry) ? (before.get(entry.id) ?? entry) : entry));
  return joinBacklog({ ...split, entries: arranged(entries, split) });
}

/** `- T01` for `- id: T01`. */
function withMaps(answer: string): string {
  return answer.replace(/^(\s*- +)(["']?)([A-Za-z][\w.-]*)\2[ \t]*$/gm, "$1{id: $3}");
}

function keysIn(entry: string): readonly string[] {
  const root = looseYaml(entry)?.root;
  const item = Array.isArray(root) && root.length === 1 ? root[0] : null;
  return isPlainMap(item ?? undefined) ? Object.keys(item as object) : [];
}
