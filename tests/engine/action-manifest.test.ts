// Do the key and its explanation agree? One list, two readers: equal keys mean that the comparison finds nothing, and
// whatever the key covers has a reason of its own.

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  compareManifests,
  type GivenContent,
  manifestOf,
  plainReason,
} from "../../src/engine/action-manifest.ts";
import type { AgentIdentity } from "../../src/model/agent-declaration.ts";
import { digestOfBytes } from "../../src/model/digest.ts";
import { actionKey, type ComponentKind, type Manifest } from "../../src/model/manifest.ts";
import type { Segment, Window } from "../../src/model/window.ts";
import { placeAt, taskOf } from "./samples.ts";

const LOCAL: AgentIdentity = { id: "local", kind: "generator", parameters: { version: 1 } };

function segment(kind: Segment["kind"], name: string, text: string, line = 1): Segment {
  return { kind, name, text, place: placeAt("specs/a/feature.md", line) };
}

function manifest(
  segments: readonly Segment[],
  given: readonly GivenContent[] = [],
  agent = LOCAL,
): Manifest {
  const window: Window = { segments, taskBytes: 0 };
  return manifestOf(taskOf("a", "T01"), window, { agent, others: [] }, given);
}

function codes(before: Manifest, after: Manifest): string[] {
  return compareManifests(before, after).map(({ code, subject }) => `${code} ${subject}`);
}

const R1 = segment("requirement", "R1", "A name.", 3);
const R2 = segment("requirement", "R2", "A price.", 4);

test("equal manifests have equal keys, and nothing to tell", () => {
  expect(actionKey(manifest([R1, R2]))).toBe(actionKey(manifest([R1, R2])));
  expect(compareManifests(manifest([R1, R2]), manifest([R1, R2]))).toEqual([]);
});

test("keys are equal exactly where the comparison finds nothing", () => {
  fc.assert(
    fc.property(anyManifest(), anyManifest(), (before, after) => {
      expect(compareManifests(before, after).length === 0).toBe(actionKey(before) === actionKey(after));
    }),
    { numRuns: 500 },
  );
});

test("one change to a manifest is one reason, also where two components share a name", () => {
  const change = fc
    .tuple(anyManifest(), fc.nat(), fc.string())
    .filter(([base]) => base.components.length > 0);
  fc.assert(
    fc.property(change, ([before, at, text]) => {
      const position = at % before.components.length;
      const old = before.components[position] as Manifest["components"][number];
      fc.pre(old.digest !== digestOfBytes(text));
      const components = before.components.with(position, { ...old, digest: digestOfBytes(text), text });
      const reasons = compareManifests(before, { ...before, components });
      expect(reasons.map(({ subject, after }) => ({ subject, after }))).toEqual([
        { subject: old.name, after: text },
      ]);
    }),
  );
});

test("where a segment stands in its file is told to people and not part of the key", () => {
  const moved = manifest([{ ...R1, place: placeAt("specs/a/feature.md", 40) }, R2]);
  expect(actionKey(moved)).toBe(actionKey(manifest([R1, R2])));
});

test("a changed segment is told with its place today and both of its texts", () => {
  const after = manifest([{ ...R1, text: "A name of 1 to 80 characters.", place: placeAt("f.md", 9) }, R2]);
  expect(compareManifests(manifest([R1, R2]), after)).toEqual([
    {
      code: "requirement-changed",
      subject: "R1",
      file: "f.md",
      line: 9,
      before: "A name.",
      after: "A name of 1 to 80 characters.",
    },
  ]);
});

test("what was added has no text before, what is gone has none after and comes last", () => {
  const reasons = compareManifests(manifest([R1]), manifest([R2]));
  expect(reasons.map(({ subject, before, after }) => [subject, before, after])).toEqual([
    ["R2", null, "A price."],
    ["R1", "A name.", null],
  ]);
});

test("the same segments in another order are another window, and the order is the reason", () => {
  const [before, after] = [manifest([R1, R2]), manifest([R2, R1])];
  expect(actionKey(before)).not.toBe(actionKey(after));
  expect(compareManifests(before, after)).toEqual([plainReason("key-changed", "order of the window")]);
});

test("an agent's parameters are part of the key, its id in the workspace is not", () => {
  const other = { ...LOCAL, id: "renamed" };
  expect(actionKey(manifest([R1], [], other))).toBe(actionKey(manifest([R1])));
  const newer = { ...LOCAL, parameters: { version: 2 } };
  expect(codes(manifest([R1]), manifest([R1], [], newer))).toEqual(["agent-changed generator"]);
});

test("a file that is absent differs from one that is empty", () => {
  const absent = manifest([], [{ kind: "file", name: "src/a.ts", digest: null }]);
  const empty = manifest([], [{ kind: "file", name: "src/a.ts", digest: digestOfBytes("") }]);
  expect(codes(absent, empty)).toEqual(["file-changed src/a.ts"]);
});

test("one template source that a part renders twice counts for each file that it becomes", () => {
  const source = { kind: "template", name: "a/code/note.hbs" } as const;
  const part: GivenContent[] = ["one", "two"].map((to) => ({ ...source, digest: digestOfBytes(to) }));
  const before = manifest([R1], part);

  expect(codes(before, manifest([{ ...R1, text: "Another name." }], part))).toEqual([
    "requirement-changed R1",
  ]);
  const renamed: GivenContent[] = [part[0] as GivenContent, { ...source, digest: digestOfBytes("three") }];
  expect(codes(before, manifest([R1], renamed))).toEqual(["template-changed a/code/note.hbs"]);
});

test("every kind of component has a reason of its own", () => {
  const kinds: Record<ComponentKind, string> = {
    role: "prompt-changed",
    task: "task-changed",
    requirement: "requirement-changed",
    acceptance: "acceptance-changed",
    proof: "acceptance-changed",
    constraint: "constraint-changed",
    pattern: "pattern-changed",
    claimed: "map-changed",
    again: "document-changed",
    pointer: "pointer-changed",
    scope: "scope-changed",
    param: "param-changed",
    interface: "interface-changed",
    "negative-evidence": "evidence-changed",
    request: "request-changed",
    map: "map-changed",
    "reporting-gates": "map-changed",
    document: "document-changed",
    previous: "document-changed",
    changes: "requirement-changed",
    refused: "document-changed",
    findings: "evidence-changed",
    diff: "diff-changed",
    upstream: "diff-changed",
    said: "evidence-changed",
    checks: "gates-changed",
    rules: "rules-changed",
    gates: "gates-changed",
    "task-spec": "task-changed",
    failures: "evidence-changed",
    planned: "scope-changed",
    passage: "document-changed",
    bound: "bound-changed",
    agent: "agent-changed",
    template: "template-changed",
    output: "output-changed",
    file: "file-changed",
  };
  const found = Object.keys(kinds).map((kind) => {
    const component = {
      kind: kind as ComponentKind,
      name: "x",
      digest: digestOfBytes("1"),
      text: null,
      place: null,
    };
    const before: Manifest = { task: "a:T01", components: [component] };
    const after: Manifest = { task: "a:T01", components: [{ ...component, digest: digestOfBytes("2") }] };
    return [kind, compareManifests(before, after)[0]?.code];
  });
  expect(Object.fromEntries(found)).toEqual(kinds);
});

/** Few names and few texts, so that equal manifests, equal names and changed orders are all likely. */
function anyManifest(): fc.Arbitrary<Manifest> {
  const component = fc.record({
    kind: fc.constantFrom<ComponentKind>("requirement", "param", "template"),
    name: fc.constantFrom("a", "b"),
    text: fc.constantFrom("x", "y"),
  });
  return fc.array(component, { maxLength: 4 }).map((components) => ({
    task: "a:T01",
    components: components.map((one) => ({ ...one, digest: digestOfBytes(one.text), place: null })),
  }));
}
