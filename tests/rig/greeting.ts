// What do models write in tests? One small module with its tests, right or wrong as the test wants it.

export const GREETING_TEST_GATE = {
  id: "test",
  run: "node --test --test-reporter=junit --test-reporter-destination={{report}} tests/",
  report: "junit",
} as const;

/** Right where `friend` is `friend`: its second criterion fails on any other word. */
export function greetingSource(friend: string): string {
  return `export const greet = (name) => \`Hello \${name || "${friend}"}\`;\n`;
}

export const GREETING_TESTS = `import assert from "node:assert/strict";
import { test } from "node:test";
import { greet } from "../src/greet.js";
test("greets a person [greeting:T01.A1]", () => assert.equal(greet("Ada"), "Hello Ada"));
test("greets a friend [greeting:T01.A2]", () => assert.equal(greet(""), "Hello friend"));
`;
