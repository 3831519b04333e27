// What does the front matter of a feature.md declare? Its tasks are read elsewhere.

import { taskId } from "../../model/address.ts";
import type { Json } from "../../model/digest.ts";
import type { Param } from "../../model/feature.ts";
import type { Place } from "../../model/place.ts";
import type { Findings } from "../findings/findings.ts";
import type { Split } from "../markdown/front-matter.ts";
import type { Sections } from "../markdown/sections.ts";
import { FRONT_MATTER, type FrontMatterShape } from "../schema/schema.ts";
import { type Places, readYaml, type YamlData } from "../yaml/yaml.ts";
import { conform } from "./shape.ts";
import { placesOf } from "./task-entries.ts";

export interface FeatureContext {
  readonly id: string;
  readonly file: string;
  readonly findings: Findings;
}

export interface Head {
  readonly shape: FrontMatterShape;
  readonly places: Places;
}

export function at(
  head: Head,
  key: keyof FrontMatterShape,
  target: string,
): { target: string; place: Place } {
  return { target, place: head.places.of(head.shape, key) ?? head.places.root };
}

export function headOf(split: Split, { id, file, findings }: FeatureContext): Head | null {
  const data = readYaml({ text: split.yaml, file, firstLine: split.yamlLine, target: id }, findings);
  if (data === null) return null;
  if (data.root === null) return { shape: {}, places: data.places };
  const shape = conform(FRONT_MATTER, data, (path) => taskTarget(data, path, id), findings);
  return shape && { shape, places: data.places };
}

/** `products:T01` for all that stands in a task's entry, else the feature. */
export function taskTarget(data: YamlData, path: readonly (string | number)[], feature: string): string {
  let entry = data.root as { readonly id?: unknown; readonly tasks?: unknown } | null | undefined;
  let local = "";
  for (let at = 0; path[at] === "tasks" && Array.isArray(entry?.tasks); at += 2) {
    entry = entry.tasks[Number(path[at + 1])] as typeof entry;
    if (typeof entry?.id !== "string") break;
    local = local === "" || entry.id.startsWith(`${local}.`) ? entry.id : `${local}.${entry.id}`;
  }
  return local === "" ? feature : taskId(feature, local);
}

export function projectsOf(head: Head, { id, file, findings }: FeatureContext): readonly string[] {
  const { project, projects } = head.shape;
  if (project !== undefined && projects !== undefined) {
    findings.error("conflicting-keys", at(head, "project", id), {
      message: "The front matter has both project and projects.",
      fix: "Keep one of the two.",
    });
  }
  if (projects !== undefined && projects.length > 0) return projects;
  if (project !== undefined) return [project];
  const place = head.places.of(head.shape, "projects") ?? { file, line: 1, column: 1 };
  findings.error(
    "missing-project",
    { target: id, place },
    { message: `The feature ${id} names no project.`, fix: "Add project: to the front matter." },
  );
  return [];
}

export function checkHead(head: Head, sections: Sections, { id, findings }: FeatureContext): void {
  const { shape } = head;
  if (shape.id !== undefined && shape.id !== id) {
    findings.error("id-mismatch", at(head, "id", id), {
      message: `The front matter says "${shape.id}", but the folder is called "${id}".`,
      fix: `Write id: ${id}, or rename the folder.`,
    });
  }
  if (shape.title === undefined && sections.title === null) {
    findings.error("missing-key", at(head, "title", id), {
      message: "The feature has no title.",
      fix: "Add title: to the front matter, or a heading of the first level.",
    });
  }
}

/** Without the tasks, which keep their places themselves. */
export function headPlaces(shape: FrontMatterShape, places: Places): Readonly<Record<string, Place>> {
  const all = Object.entries(placesOf(shape, places));
  return Object.fromEntries(all.filter(([key]) => !key.startsWith("tasks.")));
}

export function warnUnusedFiles(head: Head, id: string, findings: Findings): void {
  if (head.shape.files === undefined) return;
  findings.warning("unused-files", at(head, "files", id), {
    message: "files: is only read where a feature has no tasks; here each task has its own files_hint.",
    fix: "Delete files: from the front matter.",
  });
}

export function paramsOf(shape: FrontMatterShape, places: Places): Param[] {
  const params = shape.params ?? {};
  return Object.keys(params)
    .sort()
    .map((name) => {
      const value = params[name] as Json;
      return {
        name,
        value,
        place: places.of(params, name) ?? places.root,
        items: Array.isArray(value) ? places.itemsOf(value) : [],
      };
    });
}
