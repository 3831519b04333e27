// What does `rules:` say, of the workspace or of a project? A path is one text, lines are a list. Whether the file is there is
// not known here.

import { pathFault } from "../../model/path.ts";
import type { Rules } from "../../model/rules.ts";
import type { Findings } from "../findings/findings.ts";
import type { Places } from "../yaml/yaml.ts";

interface Shape {
  readonly rules?: string | readonly string[] | undefined;
}

export function rulesOf(
  shape: Shape,
  { places, findings }: { readonly places: Places; readonly findings: Findings },
  target: string | null,
): { readonly rules?: Rules } {
  const { rules } = shape;
  if (rules === undefined) return {};
  const place = places.of(shape, "rules") ?? places.root;
  if (typeof rules !== "string") {
    const lines = rules.map((text, index) => ({
      text: text.replace(/\s+/g, " ").trim(),
      place: places.of(rules, index) ?? place,
    }));
    return { rules: { kind: "lines", lines } };
  }
  const fault = pathFault(rules);
  if (fault === null) return { rules: { kind: "file", path: rules, place } };
  findings.error(
    "path-leaves-workspace",
    { target, place },
    {
      message: `The rules name ${JSON.stringify(rules)}, which is not a file of the workspace (${fault}).`,
      fix: "Name a file by its path from the workspace's root, or write a list of lines.",
    },
  );
  return {};
}
