// How does projects.yaml come to pin the templates of a repository? One entry is added or changed; every other byte of
// what people wrote stays.

import { wholeFile } from "../../model/place.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { TemplateRepository } from "../../model/workspace.ts";
import { isPlainMap, type Plain, type PlainMap } from "../yaml/yaml.ts";
import { editYaml, type KeyOrder } from "../yaml/yaml-edit.ts";
import { editDocument } from "./edit-document.ts";

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
  return editDocument(source, "projects.yaml", (document) => {
    const { root } = document;
    if (!isPlainMap(root)) return unwritable();
    const before = Array.isArray(root.templates) ? root.templates : [];
    const at = before.findIndex((entry) => isPlainMap(entry) && isSame(entry, pin));
    const entry = entryOf(pin, isPlainMap(before[at]) ? before[at] : {});
    const templates = at < 0 ? [...before, entry] : before.with(at, entry);
    const splices = editYaml(document, { ...root, templates }, { order: ORDER });
    return splices === null ? unwritable() : success(splices);
  });
}

function isSame(entry: PlainMap, pin: Pin): boolean {
  return entry.git === pin.git && (entry.folder ?? null) === pin.folder;
}

/** What is not said anew stays, but for the name of a commit that is no longer meant. */
function entryOf(pin: Pin, { ref: _, ...before }: PlainMap): PlainMap {
  const said = ENTRY.flatMap((key) => (pin[key] === null ? [] : [[key, pin[key] as Plain] as const]));
  return { ...before, ...Object.fromEntries(said) };
}

function unwritable(): Result<never> {
  return failed({
    reason: "usage",
    message: "projects.yaml is written in a way that cannot be edited without a person",
    fix: "Write `templates:` as a list of entries there, or add the entry by hand.",
    place: wholeFile("projects.yaml"),
  });
}
