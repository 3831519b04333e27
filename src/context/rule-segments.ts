// How do the rules of the workspace and of a project stand in a window? As segments of their own: a line that changes makes
// stale whoever is told it, for that reason, and where there are none no window is another.

import { type Rules, rulesKey } from "../model/rules.ts";
import type { Segment } from "../model/window.ts";

interface Ruled {
  readonly workspace: Rules | undefined;
  readonly project: Rules | undefined;
}

/** Texts by their key. One that is missing was told when the sources were read. */
type Files = ReadonlyMap<string, { readonly text: string }>;

export function ruleSegments({ workspace, project }: Ruled, files: Files): Segment[] {
  return [...segmentsOf(workspace, "workspace", files), ...segmentsOf(project, "project", files)];
}

/** For whoever plans for several projects: each rule of one of them says whose it is. */
export function ruleSegmentsOfAll(
  workspace: Rules | undefined,
  projects: readonly { readonly id: string; readonly rules?: Rules }[],
  files: Files,
): Segment[] {
  const [only] = projects;
  if (projects.length === 1) return ruleSegments({ workspace, project: only?.rules }, files);
  const own = projects.flatMap(({ id, rules }) =>
    segmentsOf(rules, `project ${id}`, files).map((segment): Segment => {
      const apart = segment.text.includes("\n") ? "\n\n" : " ";
      return { ...segment, text: `In ${id}:${apart}${segment.text}` };
    }),
  );
  return [...segmentsOf(workspace, "workspace", files), ...own];
}

function segmentsOf(rules: Rules | undefined, whose: string, files: Files): Segment[] {
  if (rules === undefined) return [];
  if (rules.kind === "lines")
    return rules.lines.map(({ text, place }, index): Segment => {
      return { kind: "rules", name: `${whose} ${index + 1}`, text, place };
    });
  const text = files.get(rulesKey(rules.path))?.text.trim() ?? "";
  if (text === "") return [];
  const place = { file: rules.path, line: 1, column: 1 };
  return [{ kind: "rules", name: `${whose} ${rules.path}`, text, place }];
}
