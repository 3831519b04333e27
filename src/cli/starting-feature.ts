// What does a feature without a template begin as? A text that says what belongs where, sound as it stands but for what only
// its author knows.

import { inlineYaml } from "../spec/yaml/yaml-scalar.ts";

export interface StartingFeature {
  readonly id: string;
  readonly title: string;
  readonly project: string;
}

export function startingFeature({ id, title, project }: StartingFeature): string {
  return `---
id: ${inlineYaml(id, false)}
title: ${inlineYaml(title, false)}
project: ${inlineYaml(project, false)}
# One task is what one agent writes in one session. Leave tasks out, and the roles that plan make them from the
# requirements, where agents are routed to them.
tasks:
  - id: T01
    title: ${inlineYaml(title, false)}
    requirements: [R1]
    scope:
      files_hint: [src/CHANGE-ME.txt] # all files that the task may write, its test among them
    acceptance: # the first is proved by a passing test with [${id}:T01.A1] in its name, or by the reviewer
      - say what can be seen once it is done
---

# ${title}

## Requirements

- R1: Say in one sentence what shall be true. An edit of this line makes T01 stale, and nothing else.
`;
}
