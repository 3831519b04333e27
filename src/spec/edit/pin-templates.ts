// How does projects.yaml come to pin the templates of a repository? One entry is added or changed; every other byte of
// what people wrote stays.

import { isMap, parseDocument } from "yaml";
import { canonical, type Json } from "../../model/digest.ts";
import { wholeFile } from "../../model/place.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { TemplateRepository } from "../../model/workspace.ts";
import { EditedText } from "../yaml/splice.ts";
import type { Plain, PlainMap } from "../yaml/yaml.ts";
import { type KeyOrder, spliceMap } from "../yaml/yaml-splice.ts";
import { plainOf } from "./edit-task.ts";

export type Pin = Omit<TemplateRepository, "place">;

const ENTRY = ["git", "ref", "commit", "folder", "only"] as const;
const ORDER: KeyOrder = {
  "": [
    "version",
    "projects",
    "templates",
    "agents",
    "routing",
    "budget",
    "prices",
    "limits",
    "checkpoints",
    "commits",
  ],
};

/** An entry of the same repository and folder moves to the new commit, where it stands. */
export function pinTemplates(source: string, pin: Pin): Result<string> {
  const edited = new EditedText(source);
  const read = plainOf(edited.text, "projects.yaml");
  if (!read.ok) return read;
  const root = read.value;
  const node = parseDocument(edited.text, { uniqueKeys: false }).contents;
  if (!isPlainMap(root) || !isMap(node)) return unwritable();
  const before = Array.isArray(root.templates) ? root.templates : [];
  const at = before.findIndex((entry) => isPlainMap(entry) && isSame(entry, pin));
  const entry = entryOf(pin, isPlainMap(before[at]) ? before[at] : {});
  const templates = at < 0 ? [...before, entry] : before.with(at, entry);
  const text = edited.with(
    spliceMap(edited.text, node as Parameters<typeof spliceMap>[1], { templates }, ORDER),
  );
  const now = plainOf(text, "projects.yaml");
  const isAsMeant = now.ok && canonical(now.value as Json) === canonical({ ...root, templates } as Json);
  return isAsMeant ? success(text) : unwritable();
}

function isSame(entry: PlainMap, pin: Pin): boolean {
  return entry.git === pin.git && (entry.folder ?? null) === pin.folder;
}

/** What is not said anew stays, but for the name of a commit that is no longer meant. */
function entryOf(pin: Pin, before: PlainMap): PlainMap {
  const entry: PlainMap = {};
  for (const key of ENTRY) {
    const said = pin[key] as Plain;
    const value = said === null ? (key === "ref" ? undefined : before[key]) : said;
    if (value !== undefined) entry[key] = value;
  }
  // A key that is there cannot be taken out line by line; a commit is known by itself as well.
  if (entry.ref === undefined && before.ref !== undefined) entry.ref = pin.commit;
  return entry;
}

function isPlainMap(value: Plain | undefined): value is PlainMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unwritable(): Result<never> {
  return failed({
    reason: "usage",
    message: "projects.yaml is written in a way that cannot be edited without a person",
    fix: "Write `templates:` as a list of entries there, or add the entry by hand.",
    place: wholeFile("projects.yaml"),
  });
}
