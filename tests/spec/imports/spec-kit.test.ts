import { expect, test } from "vitest";
import { foreign, order, read, requirements } from "./foreign-spec.ts";

const SPEC = "# Feature Specification: Thing\n\n## Requirements\n\n- **FR-001**: System MUST work\n";

test("stories, scenarios and functional requirements keep their ids", () => {
  const spec = foreign("spec-kit", {
    "spec.md": `# Feature Specification: Albums

**Input**: User description: "sort photos"

## User Scenarios & Testing *(mandatory)*

### User Story 1 - Group photos (Priority: P1)

I see one album for each day.

**Why this priority**: All else needs it.

**Acceptance Scenarios**:

1. **Given** photos, **When** they are dropped,
   **Then** albums appear
2. **Given** none, **When** nothing is dropped, **Then** nothing appears

## Requirements *(mandatory)*

### Functional Requirements

- **FR-001**: System MUST group
- FR-002 System MUST sort
- **FR-003** - System MUST ask [NEEDS CLARIFICATION: whom?]
- **FR-001**: System MUST say this twice
- **REQ_7**: System MUST have ids

## Success Criteria *(mandatory)*

- **SC-001**: fast
`,
  });
  const { feature, notes } = read(spec);
  expect(feature.title).toBe("Albums");
  expect(feature.problem).toBe("sort photos");
  expect(feature.story).toBe(
    "**US1** Group photos (Priority: P1)\n\n**Why this priority**: All else needs it.",
  );
  expect(requirements(read(spec))).toEqual([
    "US1: Group photos (Priority: P1). I see one album for each day.",
    "US1.1: Given photos, When they are dropped, Then albums appear",
    "US1.2: Given none, When nothing is dropped, Then nothing appears",
    "FR-001: System MUST group",
    "FR-002: System MUST sort",
    "FR-003: System MUST ask [NEEDS CLARIFICATION: whom?]",
    "FR-001b: System MUST say this twice (FR-001 in the original)",
    "R1: System MUST have ids (REQ_7 in the original)",
  ]);
  expect(feature.criteria).toEqual([{ id: "SC-001", text: "fast" }]);
  expect(notes).toEqual(["duplicate-id spec.md:26", "renamed-id spec.md:27"]);
});

test("phases follow each other, stories do not, and marked steps stand side by side", () => {
  const tasks = `## Phase 1: Setup

- [ ] T001 Settings in package.json

## Phase 2: Foundational

- [ ] T002 [P] Write src/a.ts
- [ ] T003 [P] Write src/b.ts

## Phase 3: User Story 1 - One (Priority: P1)

- [ ] T004 [US1] Write src/c.ts
- [ ] T005 [P] [US1] Write src/d.ts
- [ ] T006 [P] [US1] Write src/e.ts
- [ ] T007 [US1] Write src/f.ts (depends on T002, T005-T006)

## Phase 4: User Story 2 - Two (Priority: P2)

- [ ] T008 [US2] Write src/g.ts

## Phase 5: Polish

- [ ] T009 Write src/h.ts
`;
  expect(order(read(foreign("spec-kit", { "spec.md": SPEC, "tasks.md": tasks })))).toEqual([
    "T001",
    "T002 <- T001",
    "T003 <- T001",
    "T004 <- T002 T003",
    "T005 <- T004",
    "T006 <- T004",
    "T007 <- T002 T003 T005 T006",
    "T008 <- T002 T003",
    "T009 <- T007 T008",
  ]);
});

test("a test goes with the code of its story that it is about, wherever the list has it", () => {
  const tasks = `## Phase 3: User Story 1

- [ ] T001 [P] [US1] Unit test for sorting in tests/sort.test.ts
- [ ] T002 [P] [US1] Integration test in tests/whole.test.ts
- [ ] T003 [P] [US1] Sort in src/sort.ts
- [ ] T004 [US1] Show in src/page.ts
`;
  const { tasks: made, notes } = read(foreign("spec-kit", { "spec.md": SPEC, "tasks.md": tasks }));
  expect(made.map(({ id, files, dependsOn }) => ({ id, files, dependsOn }))).toEqual([
    { id: "T003", files: ["src/sort.ts", "tests/sort.test.ts"], dependsOn: [] },
    { id: "T004", files: ["src/page.ts", "tests/whole.test.ts"], dependsOn: ["T003"] },
  ]);
  expect(notes.filter((note) => note.startsWith("merged"))).toEqual([
    "merged-test tasks.md:3",
    "merged-test tasks.md:4",
  ]);
});

test("what names no file may write those of its story, else anywhere while no other task writes", () => {
  const tasks = `## Phase 1: Setup
- [x] T001 Create project structure in src/
- [ ] T002 Initialize the project
## Phase 3: User Story 1
- [ ] T003 [US1] Write src/a.ts
- [ ] T004 [US1] Add logging
## Phase 4: Polish
- [ ] T005 Run quickstart.md validation
- [ ] T006 Security hardening
- just a remark
- T003 and T004 can run in parallel
`;
  const { tasks: made, notes } = read(foreign("spec-kit", { "spec.md": SPEC, "tasks.md": tasks }));
  expect(made.map(({ id, files, dependsOn }) => [id, files, dependsOn])).toEqual([
    ["T002", ["**"], []],
    ["T003", ["src/a.ts"], ["T002"]],
    ["T004", ["src/a.ts"], ["T003"]],
    ["T006", ["**"], ["T004"]],
  ]);
  expect(notes.filter((note) => !note.startsWith("covered"))).toEqual([
    "no-task tasks.md:10",
    "no-task tasks.md:11",
    "no-files tasks.md:3",
    "no-files tasks.md:9",
    "no-task tasks.md:2",
    "derived-files tasks.md:6",
    "no-task tasks.md:8",
    "open-requirement spec.md:5",
  ]);
});

test("paths of another machine are taken from its repository, and what leads out is told", () => {
  const tasks = `- [ ] T001 Write \`/home/ann/shop/src/a.ts\` and \`/home/ann/shop/tests/a.test.ts\` and ../../etc/passwd.sh
- [ ] T002 Write src/{b,c}.ts per specs/001-x/contracts/b.md, see src/z.ts, with Node.js
`;
  const { tasks: made, notes } = read(foreign("spec-kit", { "spec.md": SPEC, "tasks.md": tasks }));
  expect(made.map(({ files }) => files)).toEqual([
    ["src/a.ts", "tests/a.test.ts"],
    ["src/b.ts", "src/c.ts"],
  ]);
  expect(notes).toContain("absolute-paths tasks.md:1");
  expect(notes).toContain("strange-path tasks.md:1");
});

test("unordered tasks that write the same file get an order, globs and letter case included", () => {
  const tasks = `- [ ] T001 [P] Write src/a.ts
- [ ] T002 [P] Write src/A.ts
- [ ] T003 [P] Write everything in src/deep/
- [ ] T004 [P] Write src/deep/b.ts
- [ ] T005 [P] Write package.json
- [ ] T006 [P] Write package.json
`;
  expect(order(read(foreign("spec-kit", { "spec.md": SPEC, "tasks.md": tasks })))).toEqual([
    "T001",
    "T002 <- T001",
    "T003",
    "T004 <- T003",
    "T005",
    "T006",
  ]);
});

test("where a gate reports its tests, code gets a test file and documents go without that gate", () => {
  const place = { file: "projects.yaml", line: 1, column: 1 };
  const gate = { run: "x", timeoutMs: 1, canary: null, env: [], inputs: null, exclusive: false, place };
  const gates = [
    { ...gate, id: "lint", report: null },
    { ...gate, id: "test", report: "junit" as const },
  ];
  const tasks = `- [ ] T001 Write src/shop/a.ts
- [ ] T002 Write docs/a.md
- [ ] T003 Write src/b.cob and src/c.rs
- [ ] T004 Fill src/deep/
- [ ] T005 Write the Dockerfile
`;
  const { tasks: made, notes } = read(foreign("spec-kit", { "spec.md": SPEC, "tasks.md": tasks }), gates);
  expect(made.map(({ files, gates: own }) => ({ files, own }))).toEqual([
    { files: ["src/shop/a.ts", "tests/shop/a.test.ts"], own: null },
    { files: ["docs/a.md"], own: ["lint"] },
    { files: ["src/c.rs", "tests/c*"], own: null },
    { files: ["src/deep/**"], own: null },
    { files: ["Dockerfile"], own: ["lint"] },
  ]);
  expect(notes).toContain("derived-test tasks.md:1");
  expect(notes).toContain("derived-test tasks.md:3");
});

test("front matter, comments, CRLF and doubled ids do no harm", () => {
  const tasks =
    "---\r\ndescription: x\r\n---\r\n<!-- - [ ] T009 Write src/never.ts -->\r\n- [ ] T001 Write src/a.ts\r\n- [X] T001 Write src/b.ts\r\n- [ ] Write src/c.ts\r\n";
  const { tasks: made, notes } = read(foreign("spec-kit", { "spec.md": SPEC, "tasks.md": tasks }));
  expect(made.map(({ id, files }) => [id, ...files])).toEqual([
    ["T001", "src/a.ts"],
    ["T001-2", "src/b.ts"],
    ["T002", "src/c.ts"],
  ]);
  expect(notes.filter((note) => note.includes("tasks.md"))).toEqual([
    "front-matter tasks.md:1",
    "comments tasks.md:4",
    "duplicate-id tasks.md:6",
    "no-task-id tasks.md:7",
  ]);
});

test("headings are tasks where no box is one, and the boxes below them are their criteria", () => {
  const tasks = `## Phase 1: Core

### T001 [P]: Write the parser ✅

**File**: \`src/parser.ts\`

- [ ] It reads numbers
- [x] It refuses letters

### T002.1: Write the printer

**Dependencies**: T001

- Files: src/printer.ts
`;
  const { feature, tasks: made } = read(foreign("spec-kit", { "spec.md": SPEC, "tasks.md": tasks }));
  expect(feature.steps.map(({ done }) => done)).toEqual([true, false]);
  expect(made).toMatchObject([
    {
      id: "T001",
      title: "Write the parser",
      files: ["src/parser.ts"],
      acceptance: ["It reads numbers", "It refuses letters"],
    },
    { id: "T002.1", title: "Write the printer", files: ["src/printer.ts"], dependsOn: ["T001"] },
  ]);
});

test("stories and requirements are known by their numbers and ids in any language", () => {
  const spec = `# 機能仕様書

## シナリオ

### ストーリー 0 - 並べる

写真を日付順に並べる。

**受入基準**:

1. **Given** 写真, **When** 開く, **Then** 並ぶ

### ストーリー 1 - 探す

1. **Given** 名前, **When** 探す, **Then** 見つかる

### ストーリー 1.5 - 消す

1. **Given** 写真, **When** 消す, **Then** 消える

## 要件

- **FR-001**: 並べること
`;
  const { feature, notes } = read(foreign("spec-kit", { "spec.md": spec }));
  expect(feature.requirements.map(({ id }) => id)).toEqual([
    ...["US0", "US0.1", "US1", "US1.1", "US2", "US2.1"],
    "FR-001",
  ]);
  expect(feature.requirements[0]?.text).toBe("並べる. 写真を日付順に並べる。");
  expect(notes).toContain("renamed-id spec.md:17");
});
