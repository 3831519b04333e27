// What of a declaration is its head? Its text without what it does or is worth, and without comments, which bind nobody.

import { digestOfBytes } from "../model/digest.ts";
import type { TreeNode } from "../model/syntax-tree.ts";

/** Fields that hold what a declaration does or is worth. */
const HIDDEN: ReadonlySet<string> = new Set([
  ...["body", "value", "right", "accessors", "default_value", "computed_value", "definition"],
]);

/** What belongs to the head whatever its fields are called. Values of parameters do, too. */
const TOLD = /parameter|argument|annotation|attribute|modifier|where_clause/;
const TOLD_FIELDS: ReadonlySet<string> = new Set(["type", "return_type", "result", "superclasses", "left"]);

/** Says nothing of a type, however it is written. */
const INITIALIZER = /^(?:field_initializer_list|constructor_initializer)$/;

interface Range {
  readonly isComment?: true;
  readonly from: number;
  readonly to: number;
}

/** From `outer` to `end`, without what is hidden in `inner`. */
export function headText(source: string, outer: TreeNode, inner: TreeNode, end: number): string {
  const from = outer.startIndex;
  const cuts = [...hiddenIn(inner, 0), ...commentsIn(outer, end)].map((range) => widened(source, range));
  let text = "";
  let at = from;
  for (const cut of cuts.sort((a, b) => a.from - b.from || b.to - a.to)) {
    if (cut.from >= end || cut.to <= at) continue;
    text += source.slice(at, Math.max(at, cut.from));
    at = cut.to;
  }
  const isCut = at >= end || /^\s*;?\s*$/.test(source.slice(at, end));
  text += source.slice(at, Math.max(at, end));
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const kept = lines.filter((line, index) => index === 0 || line.trim() !== "").join("\n");
  return isCut && cuts.length > 0 ? kept.replace(/[;\s\\]+$/, "") : kept.trimEnd();
}

/** With the sign that says that a value comes, or the room before a comment. */
function widened(source: string, { from, to, isComment }: Range): Range {
  const sign = (isComment ? /[ \t]+$/ : /\s*(?::=|=>?)\s*$/).exec(source.slice(Math.max(0, from - 40), from));
  return { from: sign === null ? from : from - sign[0].length, to };
}

/** A body ends the declaration: what comes after it closes it. */
export function bodyOf(node: TreeNode): TreeNode | null {
  return node.childForFieldName("body") ?? node.namedChildren.find(isBody) ?? swallowedBody(node);
}

/** Of the grammar of Kotlin, which gives it no name, and of what is computed in Swift. */
function isBody(node: TreeNode | null): boolean {
  return node !== null && /^(?:(?:enum_)?class_body|function_body|computed_property)$/.test(node.type);
}

/** `class Till : Ring by ring { … }` of Kotlin, which its grammar takes for a call with a function. */
function swallowedBody(node: TreeNode): TreeNode | null {
  if (node.type !== "class_declaration" && node.type !== "object_declaration") return null;
  let last: TreeNode | null | undefined = node.namedChildren.at(-1);
  if (last?.type !== "delegation_specifier") return null;
  while (last !== null && last !== undefined && last.type !== "lambda_literal")
    last = last.namedChildren.at(-1);
  return last ?? null;
}

function hiddenIn(node: TreeNode, depth: number): Range[] {
  if (node.type === "property_declaration" && node.childForFieldName("name") === null)
    return hiddenOfProperty(node);
  // Two grammars give a value no name of its own.
  if (/^(?:variable_declarator|const_element)$/.test(node.type) && node.childForFieldName("value") === null) {
    const [name, sign] = node.children;
    return name !== null && name !== undefined && sign?.type === "="
      ? [{ from: name.endIndex, to: node.endIndex }]
      : [];
  }
  return node.children.flatMap((child, index): Range[] => {
    if (child === null) return [];
    const field = node.fieldNameForChild(index);
    if (INITIALIZER.test(child.type)) return [{ from: child.startIndex, to: child.endIndex }];
    if (TOLD.test(child.type) || (field !== null && TOLD_FIELDS.has(field))) return [];
    // Swift puts it beside its parameter.
    if (field === "default_value" && node.children[index - 2]?.type === "parameter") return [];
    if (field !== null && HIDDEN.has(field)) return [{ from: child.startIndex, to: child.endIndex }];
    return depth < 3 ? hiddenIn(child, depth + 1) : [];
  });
}

/** Kotlin gives names to nothing. */
function hiddenOfProperty(node: TreeNode): Range[] {
  return node.children.flatMap((child, index): Range[] => {
    if (child === null) return [];
    const isHidden =
      node.children[index - 1]?.type === "=" || /^(?:property_delegate|[gs]etter)$/.test(child.type);
    if (isHidden) return [{ from: child.startIndex, to: child.endIndex }];
    return hiddenIn(child, 2);
  });
}

function commentsIn(node: TreeNode, end: number): Range[] {
  return node.children.flatMap((child): Range[] => {
    if (child === null || child.startIndex >= end) return [];
    if (/comment$/.test(child.type)) return [{ from: child.startIndex, to: child.endIndex, isComment: true }];
    return commentsIn(child, end);
  });
}

/** However deep it stood in the source. */
export function indented(text: string, depth: number): string {
  const indent = "    ".repeat(depth);
  return text
    .split("\n")
    .map((line, at) => `${indent}${at === 0 ? "" : "  "}${line.trim()}`)
    .join("\n");
}

export function nameOf(node: TreeNode): string | null {
  const own = node.childForFieldName("name") ?? node.childForFieldName("left");
  if (own !== null) return (own.childForFieldName("bound_identifier") ?? own).text;
  const declared = nameDeclaredIn(node);
  if (declared !== null) return declared;
  const inner = node.childForFieldName("declarator") ?? node.childForFieldName("type");
  if (inner !== null) return nameOf(inner) ?? inner.text;
  for (const child of node.namedChildren) {
    const name = child?.childForFieldName("name") ?? null;
    if (name !== null) return name.text;
  }
  return null;
}

/** Fields of C# and PHP hold their names one step deeper, and not always by that word; all of Kotlin just hold them. */
function nameDeclaredIn(node: TreeNode): string | null {
  for (const child of node.namedChildren) {
    if (child?.type === "variable_declaration") return nameDeclaredIn(child);
    if (child !== null && /^(?:simple|type)_identifier$/.test(child.type)) return child.text;
    if (child === null || !/^(?:variable_declarator|(?:property|const)_element)$/.test(child.type)) continue;
    const own =
      child.childForFieldName("name") ??
      child.namedChildren.find((one) => one !== null && /^(?:identifier|name|variable_name)$/.test(one.type));
    return own?.text ?? null;
  }
  return null;
}

/** Nobody can tell what it declares, so that every change of it counts. */
export function unread(node: TreeNode): string {
  return `(does not parse: sha256 ${digestOfBytes(node.text).slice(0, 16)})`;
}
