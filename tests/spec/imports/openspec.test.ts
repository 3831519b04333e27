import { expect, test } from "vitest";
import { foreign, order, read, requirements } from "./foreign-spec.ts";

const AUTH = `# Auth Specification

## Purpose

Who may come in.

## Requirements

### Requirement: Login

The system SHALL let people in.

#### Scenario: Right
- **WHEN** the password is right
- **THEN** the door opens

### Requirement: Logout

The system SHALL let people out.

### Requirement: Old door

The system SHALL keep the old door.
`;

test("a change asks for what its deltas leave behind", () => {
  const change = foreign(
    "openspec",
    {
      "proposal.md": "# Change: New doors\n\n## Why\n\nThe old ones squeak.\n\n## What Changes\n\n- doors\n",
      "specs/auth/spec.md": `## ADDED Requirements
### Requirement: Bell
The system SHALL ring.
#### Scenario: Pressed
- **WHEN** it is pressed
- **THEN** it rings

## MODIFIED Requirements
### Requirement: Log out
The system SHALL let people out quickly.
### Requirement: Nowhere
The system SHALL be nowhere.

## REMOVED Requirements
### Requirement: Old door
**Reason**: it squeaks

## RENAMED Requirements
- FROM: \`### Requirement: Logout\`
- TO: \`### Requirement: Log out\`
- FROM: \`### Requirement: Login\`
- TO: \`### Requirement: Log in\`
`,
    },
    { auth: AUTH },
  );
  const made = read(change);
  expect(made.feature).toMatchObject({ title: "New doors", problem: "The old ones squeak." });
  expect(requirements(made)).toEqual([
    'R1: Log in (auth). The system SHALL let people in. (Called "Login" before.)',
    "R1.1: Right: WHEN the password is right THEN the door opens",
    "R2: Log out (auth). The system SHALL let people out quickly.",
    "R3: Nowhere (auth). The system SHALL be nowhere.",
    "R4: Bell (auth). The system SHALL ring.",
    "R4.1: Pressed: WHEN it is pressed THEN it rings",
    'R5: Without "Old door" (auth). The system no longer does this: The system SHALL keep the old door.\n  **Reason**: it squeaks',
  ]);
  expect(made.notes).toEqual([
    "renamed-requirement specs/auth/spec.md:20",
    "renamed-requirement specs/auth/spec.md:22",
    "delta-without-base specs/auth/spec.md:11",
    "removed-requirement specs/auth/spec.md:15",
  ]);
});

test("a delta without sections is taken as added, and what stays of a capability is named", () => {
  const change = foreign(
    "openspec",
    { "proposal.md": "## Why\nx\n", "specs/auth/spec.md": "### Requirement: Bell\nThe system SHALL ring.\n" },
    { auth: AUTH },
  );
  expect(read(change).notes).toContain("no-delta specs/auth/spec.md:1");
  const other = foreign(
    "openspec",
    {
      "proposal.md": "## Why\nx\n",
      "specs/auth/spec.md": "## ADDED Requirements\n### Requirement: Login\nThe system SHALL do so again.\n",
    },
    { auth: AUTH },
  );
  const { feature, notes } = read(other);
  expect(feature.context).toContain("**What auth does already, and goes on doing**\n\n- Logout\n- Old door");
  expect(notes).toContain("delta-known specs/auth/spec.md:2");
});

test("a capability that is named is a feature by itself", () => {
  const made = read(foreign("openspec", { "spec.md": AUTH }));
  expect(made.feature).toMatchObject({ title: "Auth", problem: "Who may come in." });
  expect(requirements(made)[0]).toBe("R1: Login. The system SHALL let people in.");
});

test("numbered tasks keep their numbers and their order, and give and take the files of their group", () => {
  const tasks = `## 1. Doors
- [x] 1.1 Draw the door
- [ ] 1.2 Build it in \`src/door.ts\`
- [ ] 1.10 Test it in tests/door.test.ts

## 2. Bells
- [ ] 2.1 Build \`src/bell.ts\`
- [ ] 2.1 Paint \`src/bell.ts\`
- [ ] Oil everything
`;
  const made = read(foreign("openspec", { "proposal.md": "## Why\nx\n", "tasks.md": tasks }));
  expect(made.tasks.map(({ id, files }) => [id, ...files])).toEqual([
    ["1.1", "src/door.ts", "tests/door.test.ts"],
    ["1.2", "src/door.ts", "tests/door.test.ts"],
    ["2.1", "src/bell.ts"],
    ["2.1-2", "src/bell.ts"],
    ["T001", "src/bell.ts"],
  ]);
  expect(order(made)).toEqual(["1.1", "1.2 <- 1.1", "2.1 <- 1.2", "2.1-2 <- 2.1", "T001 <- 2.1-2"]);
});

test("the headings of the tool may be in another language", () => {
  const delta = `## 新增需求

### 需求：铃
系统必须响。

#### 场景：按下
- **当** 按下
- **那么** 响

## REMOVED Requirements

### Requirement: Old bell
**Reason**: it is silent
`;
  const made = read(
    foreign("openspec", { "proposal.md": "## 为什么\n\n静。\n", "specs/bell/spec.md": delta }),
  );
  expect(made.feature.problem).toBe("静。");
  expect(requirements(made)).toEqual([
    "R1: 铃 (bell). 系统必须响。",
    "R1.1: 按下: 当 按下 那么 响",
    'R2: Without "Old bell" (bell). The system no longer does this.\n  **Reason**: it is silent',
  ]);
});
