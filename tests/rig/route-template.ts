// A template that inserts: each feature of it makes a file of its own, and registers that in one that people wrote.

import type { FactoryRig } from "./factory-rig.ts";

const FOLDER = "templates/features/route";

const FEATURE = `---
id: {{yaml feature.id}}
title: {{yaml feature.title}}
project: {{yaml project.id}}
template: route
params:
  path: {{yaml params.path}}
---

## Requirements

- R1: {{params.path}} is served.
`;

const BACKLOG = `version: 1
feature: {{yaml feature.id}}
tasks:
  - id: T01
    title: The route
    requirements: [R1]
    scope: {files_hint: [src/{{kebab params.path}}.txt, src/app.txt]}
    acceptance: [serves it]
    generator: route/route
`;

const YAML = `version: 1.0.0
params:
  - {name: path, type: string, question: Which path?}
code:
  route:
    - {template: page.hbs, to: "src/{{kebab params.path}}.txt"}
    - {template: import.hbs, to: src/app.txt, inject: {after: "// imports"}}
    - {template: use.hbs, to: src/app.txt, inject: {before: "// routes"}}
`;

export const APP = "// imports\n\nstart()\n  // routes\nstop()\n";

export const ROUTE_FILES = {
  [`${FOLDER}/template.yaml`]: YAML,
  [`${FOLDER}/spec/feature.md.hbs`]: FEATURE,
  [`${FOLDER}/spec/BACKLOG.yaml.hbs`]: BACKLOG,
  [`${FOLDER}/code/page.hbs`]: "page {{params.path}}\n",
  [`${FOLDER}/code/import.hbs`]: "import {{params.path}}\n",
  [`${FOLDER}/code/use.hbs`]: "  use {{params.path}}",
};

export function routeTemplate(rig: FactoryRig): void {
  rig.write(ROUTE_FILES);
}

/** `app.txt` with the lines of these paths. */
export function appWith(...paths: readonly string[]): string {
  const lines = (word: string) => paths.map((path) => `${word} ${path}\n`).join("");
  return APP.replace("// imports\n", `// imports\n${lines("import")}`).replace(
    "  // routes",
    `${lines("  use")}  // routes`,
  );
}
