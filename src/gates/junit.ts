// Which tests ran, and how did they end? Reads JUnit XML in the shapes that vitest, node:test, jest, pytest and others
// write. A report comes from code that an agent wrote: it may be huge, hostile or broken, and is then refused.

import { XMLParser } from "fast-xml-parser";
import { failed, type Result, success } from "../model/result.ts";
import type { TestCase } from "./test-case.ts";

// Parsing blocks everything else, and hostile XML parses at about 1 MB/s; honest reports of 10,000 tests take half of this.
export const REPORT_BYTES = 8 * 1024 * 1024;
// The parser quotes what it could not read, however long that is.
const COMPLAINT = 200;
const DEEPEST = 64;

/** What the parser gives, in document order: `{tag: children, ":@": {attribute: value}}` or `{"#text": "…"}`. */
type Node = { readonly [key: string]: unknown };

/** All test cases in document order, or one sentence that says why the text is no report. */
export function parseJUnit(xml: string): Result<TestCase[], string> {
  const unsafe = findDoctype(xml);
  if (unsafe) return failed(unsafe);
  let document: Node[];
  try {
    document = parser().parse(xml, true) as Node[];
  } catch (error) {
    return failed(`malformed XML: ${(error as Error).message.slice(0, COMPLAINT)}`);
  }
  const root = document.find((node) => tagOf(node) === "testsuites" || tagOf(node) === "testsuite");
  if (!root) return failed("the root is neither testsuites nor testsuite");
  const cases: TestCase[] = [];
  collect(tagOf(root) === "testsuite" ? [root] : childrenOf(root), [], cases);
  return success(cases);
}

/** Whether a file of XML is meant to be a report at all: by the name of its root, before anything is parsed. */
export function isJUnit(xml: string): boolean {
  const root = /^\s*(?:<\?[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<([\w:.-]+)/.exec(
    xml.replace(/^\ufeff/, ""),
  )?.[1];
  // What has no root that can be told is looked at, so that a broken report is not taken for none.
  return root === undefined || root === "testsuites" || root === "testsuite";
}

function parser(): XMLParser {
  return new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    parseTagValue: false,
    parseAttributeValue: false,
    processEntities: false,
    maxNestedTags: DEEPEST,
    jPath: false,
  });
}

/**
 * A report needs no document type, and with one come entities that grow without end. Looked for outside CDATA and
 * comments, where a failure may well print HTML.
 */
function findDoctype(xml: string): string | null {
  for (let at = xml.indexOf("<!"); at >= 0; at = xml.indexOf("<!", at)) {
    const end = xml.startsWith("<!--", at) ? "-->" : xml.startsWith("<![CDATA[", at) ? "]]>" : null;
    if (end === null) return "a document type declaration is refused";
    const close = xml.indexOf(end, at + 4);
    if (close < 0) return "malformed XML: a comment or CDATA section has no end";
    at = close + end.length;
  }
  return null;
}

function collect(nodes: readonly Node[], path: readonly string[], cases: TestCase[]): void {
  for (const node of nodes) {
    const tag = tagOf(node);
    if (tag === "testsuite") collect(childrenOf(node), [...path, attribute(node, "name")], cases);
    else if (tag === "testcase") cases.push(testCase(node, path));
  }
}

function testCase(node: Node, path: readonly string[]): TestCase {
  const children = childrenOf(node);
  const trouble = children.find((child) => ["failure", "error"].includes(tagOf(child)));
  const skipped = children.some((child) => tagOf(child) === "skipped");
  const places = [...path, attribute(node, "classname")].filter((place) => place !== "");
  return {
    name: nameOf(node, children),
    classname: [...new Set(places)].join(" > "),
    file: attribute(node, "file") || null,
    outcome: trouble ? "failed" : skipped ? "skipped" : "passed",
    message: trouble ? wordsOf(trouble, children) : "",
  };
}

/** JUnit 5's own launcher names the method, and writes what people call the test into its output. */
const DISPLAYED = /^unique-id: \[.*\r?\ndisplay-name: (.*)/;

function nameOf(node: Node, children: readonly Node[]): string {
  const name = attribute(node, "name");
  const outputs = children.filter((child) => tagOf(child) === "system-out").map(textOf);
  const displayed = outputs.map((text) => DISPLAYED.exec(text)?.[1]?.trim() ?? "").find((one) => one !== "");
  return displayed === undefined || displayed === name ? name : `${name} ${displayed}`;
}

/** How much of a message finds it again in the text below it. */
const RECOGNISED = 24;

/**
 * Runners write the cause into the message, into the text below it, or only into what the test printed. Where the text
 * holds the message, it is the better copy: attributes have lost their line breaks.
 */
function wordsOf(trouble: Node, children: readonly Node[]): string {
  const message = attribute(trouble, "message").trim();
  const text = textOf(trouble);
  const lines = text.split("\n");
  const start = message.split("\n")[0]?.slice(0, RECOGNISED) ?? "";
  const copy = start.length < RECOGNISED ? -1 : lines.findIndex((line) => line.includes(start));
  const printed = ["system-err", "system-out"].flatMap((tag) =>
    children.filter((child) => tagOf(child) === tag).map(textOf),
  );
  const told = copy < 0 ? [message, text] : [lines.slice(copy).join("\n"), lines.slice(0, copy).join("\n")];
  return [...told, ...printed].filter((words) => words !== "").join("\n");
}

function tagOf(node: Node): string {
  return Object.keys(node).find((key) => key !== ":@") ?? "";
}

function childrenOf(node: Node): readonly Node[] {
  const children = node[tagOf(node)];
  return Array.isArray(children) ? (children as Node[]) : [];
}

function attribute(node: Node, name: string): string {
  const attributes = node[":@"] as Readonly<Record<string, unknown>> | undefined;
  const value = attributes && Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  return typeof value === "string" ? decode(value) : "";
}

function textOf(node: Node): string {
  return childrenOf(node)
    .map((child) => (typeof child["#text"] === "string" ? decode(child["#text"]) : ""))
    .join("")
    .trim();
}

const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** The five entities that XML itself has, and characters by number. */
function decode(text: string): string {
  return text.replace(
    /&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/g,
    (mark, name?: string, decimal?: string, hex?: string) => {
      if (name) return NAMED[name] as string;
      const code = decimal ? Number.parseInt(decimal, 10) : Number.parseInt(hex as string, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : mark;
    },
  );
}
