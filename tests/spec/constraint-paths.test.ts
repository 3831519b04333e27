// Does a constraint speak of a file that nobody could find?

import { expect, test } from "vitest";
import { projectsSpokenOf, strayPaths } from "../../src/spec/validate/constraint-paths.ts";
import { feature, lines, sound } from "./sources.ts";

const FILES = ["src/cart/total.ts", "tests/cart/total.test.ts", "readme.md", "package.json"];

function told(constraint: string, files: readonly string[] | null = FILES): readonly string[] {
  const backlog = `tasks:
  - id: T01
    title: t
    acceptance: [a]
    scope: {files_hint: [src/cart/tax.ts, "src/new/**"]}
    context:
      constraints:
        - ${JSON.stringify(constraint)}
`;
  const one = sound(feature("cart", "---\ntitle: A\nproject: shop\n---\n", backlog));
  const known = files === null ? new Map() : new Map([["shop", new Set(files)]]);
  return lines(strayPaths(one, { files: known, tasks: one.tasks }));
}

test.each([
  "Keep to src/cart/total.ts:12-40 and `src/cart/total.ts#sum`.",
  "The rates stand in src/cart/tax.ts, and src/new/deep/a.ts has the rest.",
  "`total.ts` stays as it is (see tests/cart/*.test.ts).",
  "Read https://example.com/a/b.html, application/json and/or Node.js 20.1 of UTC/CET.",
  "Nothing of dist/index.js, /etc/hosts.txt, ~/x/y.json, @scope/a/b.js, github.com/a/b.md or lodash/fp.",
])("nothing is said of %j", (constraint) => expect(told(constraint)).toEqual([]));

test("a path that is nowhere is told with the one that may be meant", () => {
  expect(told("Round as src/money/total.ts does.")).toEqual([
    'warning specs/cart/BACKLOG.yaml:8:11 unknown-path cart:T01: A constraint of cart:T01 speaks of src/money/total.ts, which is not in shop, and no task writes it. | Did you mean "src/cart/total.ts"?',
  ]);
  expect(told("As `src/cart/totl.ts`.")[0]).toContain('Did you mean "src/cart/total.ts"?');
  expect(told("Use lib/vat/rates.json.")[0]).toContain("Name a file that is there or that a task writes");
  expect(told("Tests lie in e2e/*.spec.ts.")).toHaveLength(1);
  expect(told("Use lib/vat/rates.json.", null)).toEqual([]);
});

test("constraints of a feature are held against all of its projects, and only named ones are looked at", () => {
  const head = "---\ntitle: A\nprojects: [shop, desk]\n---\n\n## Constraints\n\n- C1: Keep to src/a.ts.\n";
  const one = sound(
    feature("cart", head, "tasks: [{id: T01, title: t, acceptance: [a], scope: {files_hint: [b.md]}}]\n"),
  );
  expect([...projectsSpokenOf([one])]).toEqual(["shop", "desk"]);
  const shop = ["shop", new Set(["src/b.ts"])] as const;
  expect(strayPaths(one, { files: new Map([shop]), tasks: [] })).toEqual([]);
  const both = new Map([shop, ["desk", new Set(["src/a.ts"])] as const]);
  expect(strayPaths(one, { files: both, tasks: [] })).toEqual([]);
  expect(strayPaths(one, { files: new Map([shop, ["desk", new Set<string>()]]), tasks: [] })).toHaveLength(1);
});
