import { expect, test } from "vitest";
import { foreign, order, read, requirements } from "./foreign-spec.ts";

const REQUIREMENTS = `# Requirements Document

## Introduction

A lamp.

## Requirements

### Requirement 1: Light

**User Story:** As a reader, I want light.

#### Acceptance Criteria

1. WHEN the switch is pressed THEN the lamp SHALL shine
2. IF there is no power THEN the lamp SHALL stay dark
   - and say so

### Requirement 2

#### Acceptance Criteria

1. THE lamp SHALL be warm [NEEDS CLARIFICATION: how warm?]
`;

test("acceptance criteria are requirements under the numbers that tasks name", () => {
  const tasks = `# Implementation Plan

- [ ] 1. Lamp
  - [ ] 1.1 Build src/lamp.ts
    - Make it shine
    - _Requirements: 1.1-1.2, 2_
  - [ ]* 1.2 Write property tests
    - tests/lamp.test.ts
    - **Validates: Requirements 1.2, 7.7**
- [ ] 2. Checkpoint - Ensure all tests pass
`;
  const made = read(foreign("kiro", { "requirements.md": REQUIREMENTS, "tasks.md": tasks }));
  expect(made.feature).toMatchObject({ title: "Thing", problem: "A lamp." });
  expect(made.feature.story).toBe("**1 Light**\n\n**User Story:** As a reader, I want light.\n\n**2**");
  expect(requirements(made)).toEqual([
    "1.1: WHEN the switch is pressed THEN the lamp SHALL shine",
    "1.2: IF there is no power THEN the lamp SHALL stay dark\n  - and say so",
    "2.1: THE lamp SHALL be warm [NEEDS CLARIFICATION: how warm?]",
  ]);
  expect(made.tasks).toEqual([
    {
      id: "1.1",
      title: "Build src/lamp.ts",
      type: "code",
      description: "- Make it shine\nTests (1.2): Write property tests\n- tests/lamp.test.ts",
      requirements: ["1.1", "1.2", "2.1"],
      dependsOn: [],
      files: ["src/lamp.ts", "tests/lamp.test.ts"],
      acceptance: [
        "1.1: WHEN the switch is pressed THEN the lamp SHALL shine",
        "1.2: IF there is no power THEN the lamp SHALL stay dark - and say so",
        // The question is asked once, where the requirement stands.
        "2.1 holds, as the feature says it.",
      ],
      gates: null,
    },
  ]);
  expect(made.notes).toContain("unknown-requirement tasks.md:7");
  expect(made.notes).toContain("optional tasks.md:7");
});

test("flat lists know their parents by number, (P) stands side by side, and bare names are found in the design", () => {
  const design =
    "## Architecture\n\n```\nsrc/\n├── light/\n│   ├── bulb.ts  # glows\n│   └── socket.ts\n└── index.ts\n```\n";
  const tasks = `- [ ] 1. Parts
- [ ] 1.1 (P) Build \`bulb.ts\`
- [-] 1.2 (P) Build \`socket.ts\`
- [ ] 2. Put \`bulb.ts\` into its socket, in \`nowhere.ts\`
  - _Depends: 1.1_
  - _Leverage: src/index.ts_
`;
  const made = read(
    foreign("kiro", { "requirements.md": REQUIREMENTS, "design.md": design, "tasks.md": tasks }),
  );
  expect(made.tasks.map(({ id, files }) => [id, ...files])).toEqual([
    ["1.1", "src/light/bulb.ts"],
    ["1.2", "src/light/socket.ts"],
    // Code of that name, wherever it lies.
    ["2", "src/light/bulb.ts", "**/nowhere.ts"],
  ]);
  expect(order(made)).toEqual(["1.1", "1.2", "2 <- 1.1"]);
  expect(made.notes).toContain("bare-file tasks.md:4");
});

test("a bugfix keeps the numbers of its statements", () => {
  const bugfix = `# Bugfix: Flicker

## Current Behavior

1.1 WHEN it is cold THEN the lamp flickers

## Expected Behavior

2.1 WHEN it is cold THEN the lamp SHALL shine

## Unchanged Behavior

- 3.1 WHEN it is warm THEN the lamp SHALL go on shining
`;
  const tasks = "- [ ] 1. Mend src/lamp.ts\n  - _Requirements: 1.1, 2.1, 4.1_\n";
  const made = read(foreign("kiro", { "bugfix.md": bugfix, "tasks.md": tasks }));
  // What is wrong now is there, and asks for nothing.
  expect(made.notes.filter((note) => note.startsWith("unknown"))).toEqual(["unknown-requirement tasks.md:1"]);
  expect(made.feature).toMatchObject({
    title: "Flicker",
    problem: "1.1 WHEN it is cold THEN the lamp flickers",
  });
  expect(requirements(made)).toEqual([
    "2.1: WHEN it is cold THEN the lamp SHALL shine",
    "3.1: WHEN it is warm THEN the lamp SHALL go on shining",
  ]);
});

test("requirements are known by their numbers in any language, and all of them by one word", () => {
  const file = `# 要件定義書

## 概要

ランプ。

## 要件

### 要件1

**ユーザーストーリー:** 光がほしい。

#### 受け入れ基準

1. 押したとき、光る

### 要件2：暗さ

1. 電源がないとき、暗い
`;
  const tasks = "- [ ] 1. 作る\n  - _Requirements: All (i18n)_\n";
  const made = read(foreign("kiro", { "requirements.md": file, "tasks.md": tasks }));
  expect(made.feature).toMatchObject({ title: "Thing", problem: "ランプ。" });
  expect(requirements(made)).toEqual(["1.1: 押したとき、光る", "2.1: 電源がないとき、暗い"]);
  expect(made.tasks).toMatchObject([{ id: "1", files: ["**"], requirements: ["1.1", "2.1"] }]);
  expect(made.notes.filter((note) => note.startsWith("unknown"))).toEqual([]);
});

test("boxes of all kinds are tasks, and so are numbered items where there are no boxes", () => {
  const boxes = `* [X] 1 A src/a.ts
+ [/] 2 B src/b.ts
- [] 3 C src/c.ts
- [✓] 4 D src/d.ts
- [ ]5 E src/e.ts
- [!] 6 F [src/f.ts](src/f.ts)
  ---
- [P] no task
`;
  const plain = "## 1. Parts\n\n- 1.1 A src/a.ts\n- 1.2 B src/b.ts\n- a remark\n";
  const ids = (tasks: string) =>
    read(foreign("kiro", { "requirements.md": REQUIREMENTS, "tasks.md": tasks })).tasks.map(
      ({ id, files }) => [id, ...files],
    );
  expect(ids(boxes)).toEqual(
    ["a", "b", "c", "d", "e", "f"].map((name, index) => [String(index + 1), `src/${name}.ts`]),
  );
  expect(ids(plain)).toEqual([
    ["1.1", "src/a.ts"],
    ["1.2", "src/b.ts"],
  ]);
});

test("parts may write the files of what they are parts of, and unknown dependencies are told", () => {
  const tasks = `- [ ] 1. Put the lamp into src/lamp.ts
  - [ ] 1.1 (P) Make it shine
  - [ ] 1.2 (P) Tell of it in the README
- [ ] 2. Wire src/wire.ts
  - _Depends: 1, 8_
`;
  const made = read(foreign("kiro", { "tasks.md": tasks }));
  expect(made.tasks.map(({ id, files }) => [id, ...files])).toEqual([
    ["1.1", "src/lamp.ts"],
    ["1.2", "README.md"],
    ["2", "src/wire.ts"],
  ]);
  expect(order(made).at(-1)).toBe("2 <- 1.1 1.2");
  expect(made.notes).toContain("unknown-dependency tasks.md:4");
  expect(made.feature.remarks).toBe("- 1, in parts: Put the lamp into src/lamp.ts");
});
