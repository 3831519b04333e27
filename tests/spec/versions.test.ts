import { describe, expect, it } from "vitest";
import type { Feature } from "../../src/model/feature.ts";
import type { SpecState } from "../../src/model/spec-version.ts";
import type { Oid } from "../../src/model/tree.ts";
import { renamed, semanticDigest } from "../../src/spec/compare/semantic-digest.ts";
import { findVersion, versionAddress, versionsOf } from "../../src/spec/compare/versions.ts";
import { backlog, feature, sound } from "./sources.ts";

const TEXT = `---
project: shop
---
# Products

## Requirements

- R1: A product has a title.
- R2: A price is a whole number of cents, and it is at least 0.

## Context

Prices come from the shop.
`;

function read(
  text: string,
  tasks: string | null = backlog("T01 src/a.ts", "T02 src/b.ts < T01"),
  id = "products",
) {
  return sound(feature(id, text, tasks));
}

const BASE = semanticDigest(read(TEXT));

describe("the meaning of a feature", () => {
  it.each([
    ["a line is wrapped", TEXT.replace("of cents, and", "of\n  cents, and")],
    ["a comment is added", TEXT.replace("## Context", "<!-- to do -->\n\n## Context")],
    ["line ends are those of Windows", TEXT.replaceAll("\n", "\r\n")],
    ["list marks are others", TEXT.replaceAll("- R", "* R")],
  ])("is the same where %s", (_what, text) => {
    expect(semanticDigest(read(text))).toBe(BASE);
  });

  it("is the same where tasks change places, and where comments come between them", () => {
    const tasks = backlog("T02 src/b.ts < T01", "T01 src/a.ts").replace("tasks:", "# two\ntasks:");
    expect(semanticDigest(read(TEXT, tasks))).toBe(BASE);
  });

  it.each([
    ["a requirement", TEXT.replace("at least 0", "at least 1"), undefined],
    ["a section", TEXT.replace("the shop", "the till"), undefined],
    ["a dependency of a task", TEXT, backlog("T01 src/a.ts", "T02 src/b.ts")],
    ["a file of a task", TEXT, backlog("T01 src/c.ts", "T02 src/b.ts < T01")],
    ["an id of a task", TEXT, backlog("T01 src/a.ts", "T03 src/b.ts < T01")],
    ["a parameter", TEXT.replace("---\n#", "params: {size: 3}\n---\n#"), undefined],
  ])("is another one where %s changes", (_what, text, tasks) => {
    expect(semanticDigest(read(text, tasks))).not.toBe(BASE);
  });

  it("does not hang on the name of the folder", () => {
    const moved = read(TEXT, undefined, "goods");
    expect(semanticDigest(moved)).toBe(BASE);
    expect(renamed(moved, "products").tasks.map(({ id, dependsOn }) => [id, dependsOn])).toEqual([
      ["products:T01", []],
      ["products:T02", ["products:T01"]],
    ]);
  });

  it("leaves out what only the template gives to the parameters", () => {
    const own = read(TEXT);
    const place = { file: "templates/features/rest/template.yaml", line: 3, column: 1 };
    expect(semanticDigest({ ...own, params: [{ name: "size", value: 3, place, items: [] }] })).toBe(BASE);
  });
});

function state(commit: string | null, found: Feature | "broken" | null): SpecState {
  const origin = commit === null ? null : { commit: commit as Oid, author: "Pat", at: 0, subject: commit };
  const unreadable = found === "broken";
  return { origin, folder: "products", feature: unreadable ? null : found, unreadable };
}

const ONE = read(TEXT);
const WRAPPED = read(TEXT.replace("of cents, and", "of\n  cents, and"));
const TWO = read(TEXT.replace("at least 0", "at least 1"));

/** `number:first-last`, and behind a `=` what it is the same as. */
function told(...states: readonly SpecState[]): string[] {
  return versionsOf(states).map(({ number, sameAs, first, last }) => {
    const name = `${number}:${first.origin?.commit ?? "now"}-${last.origin?.commit ?? "now"}`;
    return sameAs === null ? name : `${name}=${sameAs}`;
  });
}

describe("versions", () => {
  it("are stretches of states that mean the same", () => {
    expect(told(state("a", ONE), state("b", WRAPPED), state("c", TWO), state(null, ONE))).toEqual([
      "1:a-b",
      "2:c-c",
      "3:now-now=1",
    ]);
  });

  it("are not made by what cannot be read", () => {
    expect(told(state("a", ONE), state("b", "broken"), state("c", WRAPPED), state("d", TWO))).toEqual([
      "1:a-c",
      "2:d-d",
    ]);
  });

  it("begin anew where the feature came back", () => {
    expect(told(state("a", ONE), state("b", null), state("c", "broken"), state("d", ONE))).toEqual([
      "1:a-a",
      "2:d-d=1",
    ]);
  });

  it("are found by number, and by the beginning of a digest the newest that means it", () => {
    const versions = versionsOf([state("a", ONE), state("b", TWO), state("c", ONE)]);
    const number = (wanted: string) => {
      const found = findVersion("products", versions, wanted);
      return found.ok ? found.value.number : found.failure.reason;
    };
    expect(["1", "2", BASE.slice(0, 12), BASE.toUpperCase()].map(number)).toEqual([1, 2, 3, 3]);
    expect(["0", "4", "", "x", "-1", BASE.slice(0, 6), "f".repeat(12)].map(number)).toEqual(
      Array(7).fill("usage"),
    );
  });

  it("are named behind an @", () => {
    expect(versionAddress("products@4")).toEqual({ feature: "products", version: "4" });
    expect(versionAddress("products")).toEqual({ feature: "products", version: null });
    expect(versionAddress("products@")).toEqual({ feature: "products", version: "" });
  });
});
