// Which declarations does a syntax tree hold, each as its head up to the body? One walk for all languages: their grammars
// agree that what a declaration does stands in its `body`, and what a name holds in its `value`.

import { type Declaration, declarationsText } from "../model/surface.ts";
import type { TreeNode } from "../model/syntax-tree.ts";

interface Language {
  readonly grammar: string;
  readonly isExported: (name: string, head: string) => boolean;
}

const notPrivate = (_name: string, head: string) => !/\bprivate\b/.test(head);

const PYTHON: Language = { grammar: "python", isExported: (name) => !/^_(?!_)/.test(name) };
const GO: Language = { grammar: "go", isExported: (name) => /^\p{Lu}/u.test(name) };
const RUST: Language = { grammar: "rust", isExported: (_name, head) => /\bpub\b|^impl\b/.test(head) };
const JAVA: Language = { grammar: "java", isExported: notPrivate };
const CSHARP: Language = { grammar: "c-sharp", isExported: notPrivate };
const RUBY: Language = { grammar: "ruby", isExported: notPrivate };
const PHP: Language = { grammar: "php", isExported: notPrivate };
const CPP: Language = { grammar: "cpp", isExported: () => true };
const BASH: Language = { grammar: "bash", isExported: () => true };

const LANGUAGES: readonly [extensions: RegExp, language: Language][] = [
  [/\.pyi?$/, PYTHON],
  [/\.go$/, GO],
  [/\.rs$/, RUST],
  [/\.java$/, JAVA],
  [/\.cs$/, CSHARP],
  [/\.(?:rb|rake)$/, RUBY],
  [/\.php$/, PHP],
  // C is near enough to C++ for its declarations.
  [/\.(?:c|h|cc|cpp|cxx|hh|hpp|hxx)$/, CPP],
  [/\.(?:sh|bash)$/, BASH],
];

export function languageOf(path: string): Language | null {
  return LANGUAGES.find(([extensions]) => extensions.test(path))?.[1] ?? null;
}

/** What has members of its own that others see. */
const CONTAINER =
  /^(?:class|module|singleton_class|impl_item|trait_item|mod_item|foreign_mod_item|namespace_definition|(?:class|struct)_specifier)$|^(?:class|interface|struct|record|trait|namespace|enum)_(?:declaration|definition)$/;

const FUNCTION = /function|method|constructor|destructor|operator_/;

/** Says of another declaration how it is to be taken, and holds it. */
const WRAPPER =
  /^(?:decorated_definition|template_declaration|linkage_specification|preproc_(?:ifn?def|if|else)|declaration_list|const_block|enum_body_declarations|export_statement)$/;

const VALUE =
  /^(?:assignment|variable_assignment|(?:field|const|constant|property|variable|event|enum|annotation_type|delegate|alias|namespace_use|file_scoped_namespace)_?\w*declaration|declaration|const_item|static_item|type_item|struct_item|enum_item|union_item|macro_definition|type_definition|alias_declaration|type_declaration|type_alias_statement|var_declaration|const_declaration|enum_specifier|union_specifier|struct_specifier|class_specifier|enum_constant|enum_member_declaration|enum_case|field_declaration|associated_type|use_declaration|preproc_def|preproc_function_def)$/;

/** Fields that hold what a declaration does or is worth. */
const HIDDEN: ReadonlySet<string> = new Set(["body", "value", "right", "accessors", "default_value"]);

/** Null where a part of the source does not parse: nobody can tell what it declares. */
export function treeSurface(
  { grammar, isExported }: Language,
  source: string,
  root: TreeNode,
): { readonly text: string; readonly declarations: readonly Declaration[] } | null {
  if (root.hasError) return null;
  const found: Declaration[] = [];

  const add = (
    outer: TreeNode,
    inner: TreeNode,
    end: number,
    within: number | null,
    closes: string | null,
  ) => {
    const raw = source.slice(outer.startIndex, end).replace(/\r\n/g, "\n").trimEnd();
    const head = closes === null ? raw.replace(/\s*(?:=>?|:=)$/, "") : raw;
    const depth = within === null ? 0 : depthOf(found, within) + 1;
    const name = nameOf(inner) ?? nameOf(outer) ?? head.split("\n")[0] ?? "";
    const text = indented(head, depth) + (closes === "}" ? " {" : "");
    const tail = closes === null || closes === "" ? "" : indented(closes, depth);
    const lines = { first: outer.startPosition.row + 1, last: outer.endPosition.row + 1 };
    found.push({ name, text, tail, exported: isExported(name, head), within, ...lines });
    return found.length - 1;
  };

  const walk = (parent: TreeNode, within: number | null) => {
    for (const child of parent.namedChildren) if (child !== null) visit(child, child, within);
  };

  const visit = (outer: TreeNode, node: TreeNode, within: number | null): void => {
    const body = node.childForFieldName("body");
    if (WRAPPER.test(node.type)) {
      const own = node.childForFieldName("definition") ?? lastOf(node);
      if (/^(?:decorated|template)/.test(node.type) && own !== null) visit(outer, own, within);
      else walk(body ?? node, within);
    } else if (CONTAINER.test(node.type) && body !== null) {
      const closes = body.text.startsWith("{") ? "}" : grammar === "ruby" ? "end" : "";
      const at = add(outer, node, body.startIndex, within, closes);
      if (/^enum/.test(node.type)) walkEnum(body, at);
      else walk(body, at);
    } else if (FUNCTION.test(node.type) && node.type !== "function_call_expression") {
      add(outer, node, hiddenFrom(node, 0) ?? node.endIndex, within, null);
    } else if (node.type === "expression_statement") {
      walk(node, within);
    } else if (/^(?:var|const)_declaration$/.test(node.type) && grammar === "go") {
      // Names of Go stand in a list of their own, where there are several.
      add(
        outer,
        node,
        node.type === "var_declaration" ? (hiddenFrom(node, 0) ?? node.endIndex) : node.endIndex,
        within,
        null,
      );
    } else if (VALUE.test(node.type)) {
      const isWhole =
        /^(?:struct|enum|union)_item$|^type_|_specifier$|^macro|^preproc|^const_declaration$/.test(node.type);
      add(outer, node, isWhole ? node.endIndex : (hiddenFrom(node, 0) ?? node.endIndex), within, null);
    } else if (
      grammar === "ruby" &&
      node.type === "call" &&
      within !== null &&
      !/\b(?:do|begin)\b|\{/.test(node.text)
    ) {
      add(outer, node, node.endIndex, within, null);
    }
  };

  /** Names of an enumeration are all that there is to see of it. */
  const walkEnum = (body: TreeNode, within: number) => {
    for (const child of body.namedChildren) {
      if (child === null || /comment/.test(child.type)) continue;
      if (/^enum_(?:constant|member|case)/.test(child.type)) add(child, child, child.endIndex, within, null);
      else visit(child, child, within);
    }
  };

  walk(root, null);
  return { text: declarationsText(found, () => true), declarations: found };
}

/** Where what others need not know begins. Values of parameters belong to the head. */
function hiddenFrom(node: TreeNode, depth: number): number | null {
  let least: number | null = null;
  for (const [index, child] of node.children.entries()) {
    if (child === null || /parameter|argument|annotation|attribute|modifier/.test(child.type)) continue;
    const field = node.fieldNameForChild(index);
    const isHidden = (field !== null && HIDDEN.has(field)) || child.type === "field_initializer_list";
    const at = isHidden ? child.startIndex : depth < 3 ? hiddenFrom(child, depth + 1) : null;
    if (at !== null && (least === null || at < least)) least = at;
  }
  return least;
}

function nameOf(node: TreeNode): string | null {
  const own = node.childForFieldName("name") ?? node.childForFieldName("left");
  if (own !== null) return own.text;
  const inner = node.childForFieldName("declarator") ?? node.childForFieldName("type");
  if (inner !== null) return nameOf(inner) ?? inner.text;
  for (const child of node.namedChildren) {
    const name = child?.childForFieldName("name") ?? null;
    if (name !== null) return name.text;
  }
  return null;
}

function lastOf({ namedChildren }: TreeNode): TreeNode | null {
  return namedChildren.at(-1) ?? null;
}

function depthOf(found: readonly Declaration[], index: number): number {
  const { within } = found[index] as Declaration;
  return within === null ? 0 : depthOf(found, within) + 1;
}

/** However deep it stood in the source. */
function indented(text: string, depth: number): string {
  const indent = "    ".repeat(depth);
  return text
    .split("\n")
    .map((line, at) => `${indent}${at === 0 ? "" : "  "}${line.trim()}`)
    .join("\n");
}
