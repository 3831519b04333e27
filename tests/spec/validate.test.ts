import { expect, test } from "vitest";
import type { Feature } from "../../src/model/feature.ts";
import type { Template } from "../../src/model/template.ts";
import { findings } from "../../src/spec/validate/validate.ts";
import { backlog, codes, feature, lines, PROJECTS, sound, template, workspace } from "./sources.ts";

const SHOP = sound(workspace(PROJECTS));
const HEAD = "---\ntitle: A\nproject: shop\n---\n";

function check(features: readonly Feature[], templates: readonly Template[] = [], projects = SHOP) {
  return findings(projects, features, new Map(templates.map((one) => [one.name, one])));
}

function built(id: string, tasks: string, head = HEAD): Feature {
  return sound(feature(id, head, tasks));
}

test("sound sources have no findings", () => {
  const a = built("a", backlog("T01 src/a.ts", "T02 src/a.ts < T01", "T03 package.json", "T04 package.json"));
  const b = built("b", backlog("T01 src/a.ts < a:T02"), HEAD.replace("title", "depends_on: [a]\ntitle"));
  expect(check([a, b])).toEqual([]);
});

test("whatever is named and does not exist is told with the nearest name", () => {
  const a = built(
    "a",
    `tasks:
  - id: T01
    title: t
    project: shp
    requirements: [R1, R2]
    depends_on: [T2, b:T01, c:T09]
    agent: codr
    acceptance: [a]
    scope: {files_hint: [x]}
  - id: T02
    title: t
    gates: [tset]
    generator: rest/modl
    acceptance: [a]
    scope: {files_hint: [y]}
  - id: T03
    title: t
    generator: rst/model
    acceptance: [a]
    scope: {files_hint: [z]}
`,
    "---\ntitle: A\nprojects: [shop, sop]\ntemplate: rets\ndepends_on: [c, d]\n---\n## Requirements\n- R1: x\n",
  );
  const c = built("c", backlog("T01 src/c.ts"));
  const rest = sound(template("rest", "version: 1.0.0\ncode: {model: [{template: m.hbs, to: m.ts}]}\n"));
  expect(lines(check([a, c], [rest]))).toEqual([
    'error specs/a/BACKLOG.yaml:4:5 unknown-project a:T01: a:T01 names the unknown project "shp". | Did you mean "shop"?',
    'error specs/a/BACKLOG.yaml:5:24 unknown-requirement a:T01: a:T01 names the unknown requirement "R2". | Did you mean "R1"?',
    'error specs/a/BACKLOG.yaml:6:18 unknown-dependency a:T01: a:T01 names the unknown task "a:T2". | Did you mean "a:T02"?',
    'error specs/a/BACKLOG.yaml:6:22 unknown-dependency a:T01: a:T01 names the unknown task "b:T01". | Use one of: a, c.',
    'error specs/a/BACKLOG.yaml:6:29 unknown-dependency a:T01: a:T01 names the unknown task "c:T09". | Did you mean "c:T01"?',
    'error specs/a/BACKLOG.yaml:7:5 unknown-agent a:T01: a:T01 names the unknown agent "codr". | Did you mean "coder"?',
    'error specs/a/BACKLOG.yaml:12:13 unknown-gate a:T02: a:T02 names the unknown gate "tset". | Did you mean "test"?',
    'error specs/a/BACKLOG.yaml:13:5 unknown-part a:T02: a:T02 names the unknown code part "rest/modl". | Did you mean "rest/model"?',
    'error specs/a/BACKLOG.yaml:18:5 unknown-template a:T03: a:T03 names the unknown template "rst". | Did you mean "rest"?',
    'error specs/a/feature.md:3:18 unknown-project a: a names the unknown project "sop". | Did you mean "shop"?',
    'error specs/a/feature.md:4:1 unknown-template a: a names the unknown template "rets". | Did you mean "rest"?',
    'error specs/a/feature.md:5:17 unknown-feature a: a names the unknown feature "d". | Did you mean "a"?',
  ]);
});

test("a feature without tasks needs somebody who plans it", () => {
  const a = sound(feature("a", `${HEAD}## Requirements\n- R1: x\n`));
  const routed = (routing: string) =>
    sound(workspace(`${PROJECTS}  local: {kind: generator}\nrouting: ${routing}\n`));
  const missing = [
    "error specs/a/feature.md:1:1 missing-files-hint a: The feature a has no backlog, and nothing says which files it may write. | Add files: to the front matter, or name an agent that plans under routing: {planner: …}.",
  ];
  expect(lines(check([a]))).toEqual(missing);
  expect(lines(check([a], [], routed("{planner: local}")))).toEqual(missing);
  expect(lines(check([a], [], routed("{planner: coder, backlog: local}")))).toEqual(missing);
  expect(check([a], [], routed("{planner: coder}"))).toEqual([]);
  const rest = {
    ...sound(template("rest", "version: 1.0.0\n")),
    planner: { plan: null, backlog: "tasks: []" },
  };
  expect(check([{ ...a, template: "rest" }], [rest])).toEqual([]);
});

test("a task without criteria, files or readers of its requirements is told", () => {
  const a = built(
    "a",
    "tasks:\n  - {id: T01, title: t}\n  - {id: t01, title: t, acceptance: [x], scope: {files_hint: [y]}}\n",
    `${HEAD}## Requirements\n- R1: x\n`,
  );
  expect(lines(check([a]))).toEqual([
    "error specs/a/BACKLOG.yaml:2:5 missing-acceptance a:T01: a:T01 has no acceptance criterion, so nothing could show that it is done. | Add acceptance: with at least one statement that a test can prove.",
    "error specs/a/BACKLOG.yaml:2:5 missing-files-hint a:T01: a:T01 does not say which files it may write. | Add scope: {files_hint: [path, …]}.",
    "error specs/a/BACKLOG.yaml:3:6 duplicate-id a:t01: The task a:t01 is already given on line 2. | Give it the next free id; ids that differ only in case count as the same.",
    "warning specs/a/feature.md:6:1 uncovered-requirement a: No task of a covers R1. | Add R1 to the requirements of a task.",
  ]);
});

test.each([
  ["**", true],
  ["**/*", true],
  ["**/**", true],
  ["./**", true],
  ["src/**", false],
  ["**/*.ts", false],
  ["*", false],
])("a scope of %s has no bounds: %s", (hint, isTold) => {
  const a = built(
    "a",
    `tasks:\n  - {id: T01, title: t, acceptance: [x], requirements: [R1], scope: {files_hint: [a.ts, "${hint}"]}}\n`,
    `${HEAD}## Requirements\n- R1: x\n`,
  );
  const told = lines(check([a])).filter((line) => line.includes("boundless-scope"));
  expect(told).toHaveLength(isTold ? 1 : 0);
  if (isTold) expect(told[0]).toMatch(/^warning specs\/a\/BACKLOG\.yaml:2:\d+ .*Name the files or folders/);
});

test("a cycle is printed whole, through features too", () => {
  const a = built("a", backlog("T01 a < b:T02"));
  const b = built("b", backlog("T01 b", "T02 c < a:T01"));
  expect(lines(check([a, b]))).toEqual([
    "error specs/a/BACKLOG.yaml:2:70 cycle a:T01: These wait for each other: a:T01 → b:T02 → a:T01. | Remove one of these dependencies.",
  ]);
  const self = built("a", backlog("T01 a < T01"));
  expect(check([self]).map(({ message }) => message)).toEqual(["These wait for each other: a:T01 → a:T01."]);
  const after = HEAD.replace("title", "depends_on: [b]\ntitle");
  const mixed = [built("a", backlog("T01 a"), after), built("b", backlog("T01 b < a:T01"))];
  expect(check(mixed).map(({ message }) => message)).toEqual([
    "These wait for each other: a:T01 → b:T01 → a:T01.",
  ]);
  const both = [
    built("a", backlog("T01 a"), after),
    built("b", backlog("T01 b"), HEAD.replace("title", "depends_on: [a]\ntitle")),
  ];
  expect(check(both).map(({ message }) => message)).toEqual(["These wait for each other: a → b → a."]);
});

test("two tasks that may run side by side cannot claim one file", () => {
  const a = built(
    "a",
    backlog("T01 src/x.ts", "T02 src/x.ts", "T03 lib/** < T02", "T04 lib/deep/y.ts", "T05 lib/deep/*.md"),
  );
  expect(lines(check([a]))).toEqual([
    "error specs/a/BACKLOG.yaml:3:63 shared-file a:T02: a:T01 and a:T02 both claim src/x.ts in shop, and neither comes before the other. | Add a:T01 to depends_on of a:T02, or let only one of them write the file.",
    "error specs/a/BACKLOG.yaml:4:50 shared-file a:T03: a:T04 and a:T03 both claim lib/deep/y.ts in shop, and neither comes before the other. | Add a:T04 to depends_on of a:T03, or let only one of them write the file.",
    "error specs/a/BACKLOG.yaml:4:50 shared-file a:T03: a:T05 and a:T03 both claim lib/deep/*.md in shop, and neither comes before the other. | Add a:T05 to depends_on of a:T03, or let only one of them write the file.",
  ]);
  const chain = built("a", backlog("T01 src/x.ts", "T02 src/y.ts < T01", "T03 src/* < T02"));
  expect(check([chain])).toEqual([]);
  const elsewhere = sound(workspace(PROJECTS.replace("agents:", "  - {id: web, path: web}\nagents:")));
  const web = built("b", backlog("T01 src/x.ts"), HEAD.replace("shop", "web"));
  expect(check([built("a", backlog("T01 src/x.ts")), web], [], elsewhere)).toEqual([]);
});

test("two tasks that may run side by side cannot claim names that no disk, or not every disk, holds together", () => {
  const a = built("a", backlog("T01 src/x.ts", "T02 src/X.ts", "T03 src/x.ts/y.ts < T02"));
  expect(check([a]).map(({ code, target, message }) => `${code} ${target}: ${message}`)).toEqual([
    "clashing-files a:T02: src/x.ts of a:T01 and src/X.ts of a:T02 are one file on some disks, and neither task comes before the other.",
    "clashing-files a:T03: src/x.ts of a:T01 and src/x.ts/y.ts of a:T03 need a file and a folder of one name, and neither task comes before the other.",
  ]);
  expect(
    check([built("a", backlog("T01 src/x.ts", "T02 src/X.ts < T01", "T03 src/x.ts/y.ts < T02"))]),
  ).toEqual([]);
});

test("params are held against the template's declaration", () => {
  const rest = sound(
    template(
      "rest",
      `version: 1.0.0
params:
  - {name: resource, type: string, pattern: "[a-z]+"}
  - {name: style, type: string, choices: [plain, rich], default: plain}
  - {name: fields, type: list}
  - {name: count, type: integer, default: 1}
`,
    ),
  );
  const a = built(
    "a",
    backlog("T01 x"),
    "---\ntitle: A\nproject: shop\ntemplate: rest\nparams:\n  resource: Product1\n  style: rch\n  count: 1.5\n  feilds: []\n---\n",
  );
  expect(lines(check([a], [rest]))).toEqual([
    "error specs/a/feature.md:5:1 missing-param a: a gives no value for fields, which the template rest needs. | Add fields: to params.",
    'error specs/a/feature.md:6:3 invalid-value a: params.resource is "Product1", which does not match [a-z]+. | Write it as [a-z]+.',
    'error specs/a/feature.md:7:3 invalid-value a: params.style is "rch", which is not among: plain, rich. | Did you mean "rich"?',
    "error specs/a/feature.md:8:3 wrong-type a: params.count must be of type integer, not number. | Write count as integer.",
    'error specs/a/feature.md:9:3 unknown-param a: The template rest has no parameter "feilds". | Did you mean "fields"?',
  ]);
});

test("projects, gates and features have ids and paths of their own", () => {
  const twice = sound(
    workspace(
      "projects:\n  - {id: a, path: x, gates: [{id: g, run: y}, {id: g, run: z}, {id: scope, run: z}]}\n  - {id: A, path: ./x/}\nagents: {c: {kind: openai, model: m}}\n",
    ),
  );
  expect(codes(check([], [], twice))).toEqual([
    "2: duplicate-id",
    "2: reserved-id",
    "3: duplicate-id",
    "3: duplicate-path",
  ]);
  const a = built("a", backlog("T01 x"));
  expect(codes(check([a, { ...built("A", backlog("T01 y")) }]))).toEqual(["1: duplicate-id"]);
});

test("a task that goes to the generator names a code part, and where nobody else writes that is told once", () => {
  const local = sound(workspace("projects: [{id: shop, path: shop}]\n"));
  expect(codes(check([built("a", backlog("T01 x", "T02 y"))], [], local))).toEqual(["2: no-implementer"]);
  const routed = sound(
    workspace(
      "projects: [{id: shop, path: shop}]\nagents: {local: {kind: generator}, me: {kind: command, run: x}}\nrouting: {implementer: local}\n",
    ),
  );
  expect(codes(check([built("a", backlog("T01 x"))], [], routed))).toEqual(["2: missing-generator"]);
});

test("independent tests need a file, unless a template writes them", () => {
  const projects = sound(
    workspace(`version: 1
projects: [{id: shop, path: projects/shop, tests: independent}]
agents: {coder: {kind: command, run: x}, local: {kind: generator}}
`),
  );
  const a = built("a", backlog("T01 src/a.ts", "T02 src/b.ts tests/b.test.ts"));
  expect(codes(check([a], [], projects))).toEqual(["2: missing-test-file"]);
  expect(check([a], [], projects)[0]).toMatchObject({ target: "a:T01", file: "specs/a/BACKLOG.yaml" });
});

test("a backlog that cannot be read makes no findings elsewhere", () => {
  const broken = feature("b", HEAD, "tasks: [").value;
  expect(check([built("a", backlog("T01 x < b:T01")), broken as Feature])).toEqual([]);
});

test("ten thousand tasks in a chain that all claim one file are judged without recursion", () => {
  const chain = Array.from({ length: 500 }, (_, f) =>
    built(
      `f${f}`,
      backlog(
        ...Array.from({ length: 20 }, (_, t) => {
          const before = t > 0 ? ` < T${t - 1}` : f > 0 ? ` < f${f - 1}:T19` : "";
          return `T${t} src/shared.ts src/f${f}/t${t}.ts${before}`;
        }),
      ),
    ),
  );
  expect(check(chain)).toEqual([]);
  const last = chain.at(-1) as Feature;
  const task = last.tasks[0] as Feature["tasks"][number];
  const loose = { ...last, tasks: [{ ...task, dependsOn: [] }, ...last.tasks.slice(1)] };
  expect(check([...chain.slice(0, -1), loose]).length).toBeGreaterThan(0);
});
