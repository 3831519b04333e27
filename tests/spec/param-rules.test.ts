// Is every value held to what its parameter declares, to the item and key at fault, and to the values of other parameters?

import { expect, it } from "vitest";
import type { Json } from "../../src/model/digest.ts";
import { checkParams } from "../../src/spec/instantiate/instantiate.ts";
import { templateOf } from "../rig/template-of.ts";

const TEMPLATE = templateOf(
  "templates/features/gate",
  `version: 1.0.0
params:
  - {name: noun, type: string, default: gate, pattern: "[a-z-]+", hint: "Write it small.", becomes: type}
  - name: states
    type: list
    default: [{name: open}, {name: shut}]
    min: 1
    items:
      type: map
      unique: [[name]]
      keys:
        name: {type: string, required: true, becomes: variable, not: [id]}
        form: {type: string, becomes: pattern}
  - name: steps
    type: list
    default: [{from: open, to: shut, at_least: 1}]
    items:
      type: map
      unique: [[from, to]]
      one_of: [at_least, at_most]
      keys:
        from: {type: string, required: true, choices: [anywhere], among: states.name}
        to: {type: string, required: true, among: states.name}
        at_least: {type: integer}
        at_most: {type: integer}
        notes: {type: list, items: {type: map, keys: {text: {type: string, required: true}}}}
`,
);

function faults(given: Readonly<Record<string, Json>>): readonly string[] {
  return checkParams(TEMPLATE, given).diagnostics.map(({ message, fix }) => `${message} ${fix}`);
}

it.each<readonly [string, Record<string, Json>, string]>([
  [
    "a pattern, with the template's own hint",
    { noun: "Gate" },
    'noun is "Gate", which does not match [a-z-]+. Write it small.',
  ],
  [
    "words that are reserved",
    { states: [{ name: "switch" }, { name: "open" }, { name: "shut" }] },
    'states[1].name is "switch", which the language reserves. Choose another name.',
  ],
  [
    "types of the library",
    { noun: "type-error" },
    'noun is "type-error", which the language reserves. Choose another name.',
  ],
  [
    "names without a letter first",
    { states: [{ name: "7 days" }, { name: "open" }, { name: "shut" }] },
    'states[1].name is "7 days", which makes no valid name: it must begin with a letter. Choose another name.',
  ],
  [
    "names that are taken, in any spelling",
    { states: [{ name: "_ID" }, { name: "open" }, { name: "shut" }] },
    'states[1].name is "_ID", which is already taken. Choose another name.',
  ],
  [
    "two spellings of one name",
    { states: [{ name: "open" }, { name: "shut" }, { name: "Shut" }] },
    "states[3] has the same name as [2]. Change one of the two, or delete it.",
  ],
  [
    "what is no regular expression",
    { states: [{ name: "open", form: "[" }, { name: "shut" }] },
    'states[1].form is "[", which is not a regular expression. Fix it: JavaScript has to read it.',
  ],
  [
    "what is among neither the choices nor the items of another list",
    { steps: [{ from: "opened", to: "shut", at_most: 1 }] },
    'steps[1].from is "opened", which is not among: anywhere, open, shut. Did you mean "open"?',
  ],
  [
    "none of several keys",
    { steps: [{ from: "anywhere", to: "shut" }] },
    "steps[1] has none of at_least, at_most. Add one of them.",
  ],
  [
    "several of several keys",
    { steps: [{ from: "open", to: "shut", at_least: 1, at_most: 2 }] },
    "steps[1] has at_least and at_most. Leave one of at_least, at_most; write two items for both.",
  ],
  [
    "two items alike in several keys",
    {
      steps: [
        { from: "open", to: "shut", at_least: 1 },
        { from: "open", to: "shut", at_most: 1 },
      ],
    },
    "steps[2] has the same from and to as [1]. Change one of the two, or delete it.",
  ],
  [
    "lists in items",
    { steps: [{ from: "open", to: "shut", at_least: 1, notes: [{}] }] },
    "steps[1].notes[1] has no text. Add text to the item.",
  ],
  ["a list that is too short", { states: [] }, "states has 0 items. Give it at least 1 item."],
])("refuses %s", (_, given, told) => {
  expect(faults(given)).toEqual([told]);
});

it("takes types as variables, variables as types, and letters of any alphabet", () => {
  expect(faults({ noun: "switch" })).toEqual([]);
  const states = [{ name: "number" }, { name: "größe" }, { name: "open" }];
  expect(faults({ states, steps: [] })).toEqual([]);
});
