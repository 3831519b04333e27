// Does the page about codes know every code that the factory can print, and no other? Codes are looked for in the source, where
// a finding or a failure is made.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { codeHelps, readTopics } from "../../src/cli/topics.ts";
import { nodesOf, type SourceFile, sourceFiles } from "../architecture/sources.ts";

const ROOT = join(import.meta.dirname, "../..");
const CODE = /^[a-z]+(-[a-z]+)*$/;

test("every code has a row, and every row is about a code that there is", () => {
  const told = rows().map(({ code }) => code);
  expect(told).toEqual([...new Set(told)]);
  const known = new Set([...failureReasons(), ...sourceFiles().flatMap(findingCodes)]);
  expect(known.size).toBeGreaterThan(150);
  expect([...known].filter((code) => !told.includes(code)).sort()).toEqual([]);
  expect(told.filter((code) => !known.has(code)).sort()).toEqual([]);
});

test("a row says what happened and what to do, in sentences", () => {
  for (const { code, means, fix } of rows()) {
    expect(means, code).toMatch(/[.]$/);
    expect(fix, code).toMatch(/[.]$/);
  }
});

function rows() {
  const topics = readTopics(ROOT);
  if (!topics.ok) throw new Error(JSON.stringify(topics.failure));
  return codeHelps(topics.value);
}

function failureReasons(): readonly string[] {
  return ["failure.ts", "project-failure.ts"].flatMap((name) => {
    const text = readFileSync(join(ROOT, "src/model", name), "utf8");
    return [...text.matchAll(/readonly reason: "([a-z-]+)"/g)].map(([, reason]) => reason as string);
  });
}

/** Of `findings.error("…", subject, wording)`, of `{code: "…", message or says}`, and of functions that take a `code`. */
function findingCodes({ tree, folder }: SourceFile): readonly string[] {
  // Reasons for staleness and errors of the system have codes of their own; they are no findings.
  if (["model", "engine", "agents", "gates", "platform"].includes(folder)) return [];
  const nodes = nodesOf(tree);
  const takers = new Map(
    nodes.flatMap((node): [string, number][] => {
      if (!ts.isFunctionDeclaration(node) || node.name === undefined) return [];
      const at = node.parameters.findIndex(
        ({ name, type }) => name.getText() === "code" && type?.getText() === "string",
      );
      return at < 0 ? [] : [[node.name.text, at]];
    }),
  );
  return nodes.flatMap((node): string[] => {
    if (ts.isCallExpression(node)) {
      const { expression: callee, arguments: args } = node;
      if (ts.isPropertyAccessExpression(callee) && ["error", "warning"].includes(callee.name.text))
        return args.length === 3 ? wordsIn(args[0]) : [];
      const at = ts.isIdentifier(callee) ? takers.get(callee.text) : undefined;
      return at === undefined ? [] : wordsIn(args[at]);
    }
    if (!ts.isPropertyAssignment(node) || node.name.getText() !== "code") return [];
    const beside = ts.isObjectLiteralExpression(node.parent)
      ? node.parent.properties.map((property) => property.name?.getText())
      : [];
    return beside.some((name) => ["message", "says", "fix", "kind"].includes(name ?? ""))
      ? wordsIn(node.initializer)
      : [];
  });
}

/** The texts that an expression may be, without those that it only compares with. */
function wordsIn(expression: ts.Expression | undefined): string[] {
  if (expression === undefined) return [];
  if (ts.isStringLiteral(expression)) return CODE.test(expression.text) ? [expression.text] : [];
  if (ts.isConditionalExpression(expression))
    return [...wordsIn(expression.whenTrue), ...wordsIn(expression.whenFalse)];
  return [];
}
