// Does a file that several tasks write, one after the other, come out as from a clean build?

import { expect, test } from "vitest";
import { Field } from "./field.ts";

const BACKLOG = `tasks:
  - {id: T01, title: Begin, acceptance: [a], scope: {files_hint: [notes.txt]}, generator: notes/T01}
  - {id: T02, title: End, acceptance: [a], scope: {files_hint: [notes.txt]}, generator: notes/T02, depends_on: [T01]}
`;

const TEMPLATE = `version: 1.0.0
params: [{name: a, type: integer}]
code:
  T01: [{template: T01.hbs, to: notes.txt}]
  T02: [{template: T02.hbs, to: notes.txt}]
`;

/** The second task writes the whole file again and takes over nothing of what the first one wrote. */
function chain(a: number): Record<string, string> {
  return {
    "projects.yaml":
      "projects: [{id: app, path: projects/app, scaffold: plain, gates: []}]\nagents: {local: {kind: generator}}\n",
    "templates/projects/plain/README.md": "A project.\n",
    "templates/features/notes/template.yaml": TEMPLATE,
    "templates/features/notes/code/T01.hbs": "first {{params.a}}\none\ntwo\nthree\nlast\n",
    "templates/features/notes/code/T02.hbs": "first 1\none\ntwo\nthree\nlast of all\n",
    "specs/notes/feature.md": `---\ntitle: Notes\nproject: app\ntemplate: notes\nparams: {a: ${a}}\n---\n\n## Requirements\n\n- R1: Notes are kept.\n`,
    "specs/notes/BACKLOG.yaml": BACKLOG,
  };
}

test("a generator that writes over an earlier task's file gives what a clean build gives when that one changes", async () => {
  using field = new Field();
  field.lay(chain(1));
  await field.build();
  field.lay(chain(2));
  await field.build();
  const grown = field.show("app", "notes.txt");

  using clean = new Field();
  clean.lay(chain(2));
  await clean.build();
  expect(grown).toBe(clean.show("app", "notes.txt"));
  // The product shows the last writer's file, and the first writer's result is as good as before.
  expect(new Set(Object.values((await field.build()).actions))).toEqual(new Set(["fresh"]));
});
