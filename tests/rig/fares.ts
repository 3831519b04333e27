// What do two people build together? One feature whose tasks come and go, and a template that is large enough for git to
// tell its tasks apart.

import { backlogText, type FeatureText, featureText, templateFiles } from "./specs.ts";
import type { Layout } from "./team.ts";

const SOURCE = [
  "head",
  "{{#each requirements}}",
  "{{id}}: {{text}}",
  "-",
  "{{/each}}",
  ...[1, 2, 3, 4, 5, 6, 7].map((line) => `line ${line}`),
  "foot",
  "",
].join("\n");

/** Backlogs hold some of these; a template has a part for each. */
export const TASKS = ["T01", "T02", "T03"] as const;

/** Whichever of them stays, every requirement is covered. */
export function taskText(id: string) {
  return { id, requirements: ["R1", "R2"] };
}

export function beginning(layout: Layout): Record<string, string> {
  const path = layout === "together" ? "./" : "projects/app";
  return {
    "projects.yaml": `version: 1\nprojects:\n  - {id: app, path: ${path}, gates: [{id: check, run: "true"}]}\nagents: {local: {kind: generator}}\nrouting: {implementer: local}\n`,
    ".gitignore": `.factory/\n${layout === "together" ? "" : "projects/\n"}`,
    "app/own/0.txt": "mine\n",
    "app/own/1.txt": "mine, too\n",
    ...filesOf({
      id: "fares",
      requirements: { R1: "A ride costs 1.", R2: "A dog costs 2." },
      tasks: ["T01", "T02"].map(taskText),
    }),
  };
}

/** The template knows more tasks than the backlog may hold. */
export function filesOf(feature: FeatureText): Record<string, string> {
  const whole = { ...feature, tasks: TASKS.map(taskText) };
  return {
    [`specs/${feature.id}/feature.md`]: featureText(feature),
    [`specs/${feature.id}/BACKLOG.yaml`]: backlogText(feature),
    ...templateFiles(whole, ({ id }) => `${SOURCE}${unlike(`${feature.id}:${id}`)}`),
  };
}

/** git takes what went and what came for one file that moved where half of them is alike, and tasks are alike here. */
function unlike(task: string): string {
  return Array.from({ length: 24 }, (_, line) => `${task} has line ${line} of its own\n`).join("");
}
