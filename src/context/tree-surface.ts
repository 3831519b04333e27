// Which declarations does a syntax tree hold, each as its head up to the body? One walk for all languages: their grammars
// agree that what a declaration does stands in its `body`, and what a name holds in its `value`.

import { digestOfBytes } from "../model/digest.ts";
import { type Declaration, declarationsText } from "../model/surface.ts";
import type { TreeNode } from "../model/syntax-tree.ts";
import {
  type Holder,
  isReachable,
  isRepeated,
  namesHidden,
  saidOfMethod,
  sectionOf,
  withoutReachOfHiddenTypes,
} from "./reachable.ts";
import { bodyOf, headText, indented, nameOf, unread } from "./tree-heads.ts";
import type { Language } from "./tree-languages.ts";

export interface TreeSurface {
  readonly text: string;
  readonly declarations: readonly Declaration[];
}

/** What has members of its own that others see. */
const CONTAINER =
  /^(?:class|module|singleton_class|impl_item|trait_item|mod_item|foreign_mod_item|namespace_definition|(?:class|struct)_specifier)$|^(?:class|interface|struct|record|trait|namespace|enum|annotation_type|object|protocol)_(?:declaration|definition)$|^companion_object$/;

const FUNCTION =
  /^(?!.*(?:call|invocation)).*(?:function|method|constructor|destructor|operator_|^(?:init|subscript|macro)_declaration$)/;

/** Says of other declarations how they are to be taken, and holds them. */
const WRAPPER =
  /^(?:linkage_specification|preproc_(?:ifn?def|if|elif|else)|declaration_list|const_block|enum_body_declarations|export_statement|declaration_command|statements)$/;

/** Declares under a condition: whoever builds on it cannot tell which of them holds. */
const CONDITION =
  /^(?:(?:if|try|with|compound)_statement|(?:elif|else|else_if|except|except_group|finally|catch)_clause|block|if|unless|elsif|else|then|begin|rescue|ensure|expression_statement)$/;

const VALUE =
  /^(?:assignment|variable_assignment|(?:field|const|constant|property|variable|event|enum|annotation_type|annotation_type_element|delegate|alias|typealias|associatedtype|protocol_property|precedence_group|class|object|indexer|file_scoped_namespace)_?\w*declaration|declaration|const_item|static_item|type_item|struct_item|enum_item|union_item|type_definition|alias_declaration|type_declaration|type_alias_statement|var_declaration|enum_specifier|union_specifier|struct_specifier|class_specifier|enum_constant|enum_member_declaration|enum_case|enum_entry|associated_type|type_alias|companion_object|mod_item|preproc_def|preproc_function_def)$/;

/** Of which every word is seen by others. */
const WHOLE =
  /^(?:struct|enum|union)_item$|^type_|^typealias|_specifier$|^preproc|^const_declaration$|^annotation_type_element/;

const ATTRIBUTE = /^#!?\[(?:derive|macro_export|cfg|non_exhaustive|repr|deprecated)\b/;
const TESTS_ONLY = /^#\[(?:cfg\(test\)|test\b|bench\b)/;

/** Where more than this of a source cannot be read, what can be read of it tells too little. */
const LEGIBLE = 1 / 2;

/** Null where too much of the source does not parse. */
export function treeSurface(language: Language, source: string, root: TreeNode): TreeSurface | null {
  const walk = new Walk(language, source);
  walk.into(root, null);
  if (walk.illegible > source.length * LEGIBLE) return null;
  const found = withoutReachOfHiddenTypes(language.grammar, walk.found);
  const declarations = withoutUnusedImports(found, walk.imports);
  return { text: declarationsText(declarations, () => true), declarations };
}

interface Shape {
  readonly end?: number;
  /** What closes a container after its members; null for what has none. */
  readonly closes?: string | null;
  /** In place of the head that the source has. */
  readonly head?: string;
  readonly name?: string;
  /** Stands before the head. */
  readonly before?: readonly TreeNode[];
}

class Walk {
  readonly found: Declaration[] = [];
  /** Of them, what is only shown where a declaration needs it. */
  readonly imports = new Set<number>();
  /** Of each, what its members stand in. */
  readonly #holders: Holder[] = [];
  /** What a class says of the members that come next. */
  #section: string | null = null;
  /** Characters that do not parse. */
  illegible = 0;
  readonly #language: Language;
  readonly #source: string;

  constructor(language: Language, source: string) {
    this.#language = language;
    this.#source = source;
  }

  into(parent: TreeNode, within: number | null): void {
    let attributes: TreeNode[] = [];
    for (const child of parent.namedChildren) {
      if (child === null) continue;
      const section = sectionOf(child);
      if (section !== null) {
        this.#section = section;
        continue;
      }
      if (child.type === "setter") {
        this.#limit(child);
        continue;
      }
      if (child.type === "attribute_item") {
        attributes.push(child);
        continue;
      }
      if (/comment$/.test(child.type)) continue;
      if (!attributes.some(({ text }) => TESTS_ONLY.test(text))) {
        const told = attributes.filter(({ text }) => ATTRIBUTE.test(text));
        this.#visit(child, child, within, told);
      }
      attributes = [];
    }
  }

  #visit(outer: TreeNode, node: TreeNode, within: number | null, before: readonly TreeNode[] = []): void {
    const { grammar } = this.#language;
    const body = bodyOf(node);
    if (node.type === "ERROR") {
      this.#addUnread(outer, within);
      this.into(node, within);
    } else if (/^(?:decorated_definition|template_declaration)$/.test(node.type)) {
      const own = node.childForFieldName("definition") ?? node.namedChildren.at(-1) ?? null;
      if (own !== null) this.#visit(outer, own, within, before);
    } else if (WRAPPER.test(node.type)) {
      this.into(body ?? node, within);
    } else if (CONTAINER.test(node.type) && body !== null) {
      const closes = body.text.startsWith("{") ? "}" : grammar === "ruby" ? "end" : "";
      const at = this.#add(outer, node, within, { end: body.startIndex, closes, before });
      const around = this.#section;
      this.#section = null;
      if (/^enum/.test(node.type) || body.type === "enum_class_body") this.#intoEnum(body, at);
      else this.into(body, at);
      this.#section = around;
    } else if (saidOfMethod(node) !== null) {
      const method = saidOfMethod(node) as TreeNode;
      this.#add(outer, method, within, { end: bodyOf(method)?.startIndex ?? outer.endIndex, before });
    } else if (node.type === "macro_definition") {
      this.#add(outer, node, within, { head: macroHead(node), before });
    } else if (this.#isOpaqueCall(node)) {
      this.#add(outer, node, within, { head: opaqueText(node), name: node.text.split(/\W/)[0] ?? "" });
    } else if (CONDITION.test(node.type)) {
      this.into(node, within);
    } else if (FUNCTION.test(node.type)) {
      this.#add(outer, node, within, { end: body?.startIndex ?? outer.endIndex, before });
    } else if (/^(?:import(?:_from)?_statement|(?:use|namespace_use)_declaration)$/.test(node.type)) {
      this.#addImport(node, within, before);
    } else if (/assignment$/.test(node.type) && this.#isTold(node)) {
      const block = node.childForFieldName("right")?.childForFieldName("block") ?? null;
      this.#add(outer, node, within, { head: headOfTold(this.#source, node, block) });
    } else if (VALUE.test(node.type)) {
      const head = WHOLE.test(node.type) ? wholeText(this.#source, outer) : undefined;
      const at = this.#add(outer, node, within, { before, ...(head === undefined ? {} : { head }) });
      if (isAnnounced(node)) this.#markRepeated(at);
    } else if (this.#isMacroOfClass(node, within)) {
      this.#add(outer, node, within, {});
      for (const name of namesHidden(node)) this.#hide(name, within);
    } else if (node.hasError) this.#addUnread(outer, within);
  }

  #add(outer: TreeNode, inner: TreeNode, within: number | null, shape: Shape): number {
    const { end = outer.endIndex, closes = null, before = [] } = shape;
    const depth = this.#depthOf(within);
    const told = before.map(({ text }) => `${text}\n`).join("");
    const own = shape.head ?? headText(this.#source, outer, inner, end);
    // A body may have swallowed what was meant to stand after it.
    const isTorn = inner.hasError && closes === null;
    if (isTorn) this.illegible += outer.endIndex - outer.startIndex;
    const head = `${told}${own}${isTorn ? `\n${unread(outer)}` : ""}`;
    const name = shape.name ?? nameOf(inner) ?? nameOf(outer) ?? own.split("\n")[0] ?? "";
    const holder = within === null ? null : (this.#holders[within] as Holder);
    const siblings = () => this.found.filter((one) => one.within === within);
    const exported = isReachable(this.#language, name, head, holder, this.#section);
    this.#holders.push({
      type: inner.type,
      isExported: exported,
      isOfTrait: inner.childForFieldName("trait") !== null,
    });
    this.found.push({
      ...{ name, within, exported },
      text: indented(head, depth) + (closes === "}" ? " {" : ""),
      tail: closes === null || closes === "" ? "" : indented(closes, depth),
      repeats: isRepeated(this.#language.grammar, name, head, holder, siblings),
      first: outer.startPosition.row + 1,
      last: outer.endPosition.row + 1,
    });
    return this.found.length - 1;
  }

  #markRepeated(at: number): void {
    this.found[at] = { ...(this.found[at] as Declaration), exported: false, repeats: true };
  }

  /** Kotlin says below a property who may set it. */
  #limit(setter: TreeNode): void {
    const property = this.found.pop();
    if (property === undefined) return;
    const isLimit = setter.namedChildren[0]?.type === "modifiers";
    const limit = headText(this.#source, setter, NOTHING, bodyOf(setter)?.startIndex ?? setter.endIndex);
    const [, ...lines] = indented(`\n${limit}`, this.#depthOf(property.within)).split("\n");
    const text = isLimit ? [property.text, ...lines].join("\n") : property.text;
    this.found.push({ ...property, text, last: setter.endPosition.row + 1 });
  }

  #hide(name: string, within: number | null): void {
    for (const [at, one] of this.found.entries())
      if (one.name === name && one.within === within) this.found[at] = { ...one, exported: false };
  }

  #addUnread(node: TreeNode, within: number | null): void {
    this.illegible += node.endIndex - node.startIndex;
    this.#add(node, node, within, { head: unread(node), name: "", closes: "" });
  }

  #addImport(node: TreeNode, within: number | null, before: readonly TreeNode[]): void {
    const { grammar, offersImports = false } = this.#language;
    if (grammar !== "python") {
      const at = this.#add(node, node, within, { before });
      if (/^pub\b/.test(node.text)) return;
      this.imports.add(at);
      this.#markRepeated(at);
      return;
    }
    const from = node.childForFieldName("module_name")?.text ?? null;
    const word = from === null ? "import" : `from ${from} import`;
    for (const one of node.namedChildren) {
      if (one === null || !/^(?:dotted_name|aliased_import|wildcard_import)$/.test(one.type)) continue;
      if (one.startIndex === node.childForFieldName("module_name")?.startIndex) continue;
      const alias = one.childForFieldName("alias")?.text ?? null;
      const isOffered = offersImports || alias === one.childForFieldName("name")?.text;
      if (isOffered || one.type === "wildcard_import")
        this.#add(node, node, within, { head: `${word} ${one.text}`, name: alias ?? one.text });
    }
  }

  /** Names of an enumeration are all that there is to see of it. */
  #intoEnum(body: TreeNode, within: number): void {
    for (const child of body.namedChildren) {
      if (child === null || /comment$/.test(child.type)) continue;
      if (/^enum_(?:constant|member|case|entry)/.test(child.type)) {
        const own = bodyOf(child);
        this.#add(child, child, within, own === null ? { head: wholeText(this.#source, child) } : {});
      } else this.#visit(child, child, within);
    }
  }

  /** What a name holds that stands for a type, or that says what the file offers. */
  #isTold(node: TreeNode): boolean {
    const left = node.childForFieldName("left")?.text ?? "";
    if (/^(?:__all__|__slots__)$/.test(left)) return true;
    return node.type === "assignment" && /^_?\p{Lu}(?:\w*\p{Ll}\w*)?$/u.test(left);
  }

  /** A macro can declare anything. */
  #isOpaqueCall(node: TreeNode): boolean {
    if (node.type === "macro_invocation") return true;
    if (node.type !== "expression_statement") return false;
    const called = node.namedChildren[0]?.type;
    return (
      called === "macro_invocation" || (this.#language.grammar === "cpp" && called === "call_expression")
    );
  }

  /** `attr_reader :name`, and what else a class is told in its own body. */
  #isMacroOfClass(node: TreeNode, within: number | null): boolean {
    if (this.#language.grammar !== "ruby" || node.type !== "call" || within === null) return false;
    return !/^(?:require|load)|\b(?:do|begin)\b|\{/.test(node.text);
  }

  #depthOf(within: number | null): number {
    return within === null ? 0 : this.#depthOf((this.found[within] as Declaration).within) + 1;
  }
}

/** A type of C that is only said to be there, and the name that keeps a header from being read twice. */
function isAnnounced(node: TreeNode): boolean {
  if (/^(?:struct|class|union|enum)_specifier$/.test(node.type)) return bodyOf(node) === null;
  return node.type === "preproc_def" && /^#\s*define\s+\w+_H(?:PP|XX)?_*\s*$/.test(node.text);
}

/** The text without its comments. */
function wholeText(source: string, node: TreeNode): string {
  return headText(source, node, NOTHING, node.endIndex);
}

const NOTHING = { children: [] as readonly TreeNode[], type: "" } as unknown as TreeNode;

function headOfTold(source: string, node: TreeNode, block: TreeNode | null): string {
  return headText(source, node, NOTHING, block?.startIndex ?? node.endIndex);
}

/** What it can be called with, and not what comes of it. */
function macroHead(node: TreeNode): string {
  const rules = node.namedChildren.flatMap((rule) => {
    const left = rule?.childForFieldName("left") ?? null;
    return left === null ? [] : [left.text.replace(/\s+/g, " ")];
  });
  return `macro_rules! ${nameOf(node)} { ${rules.join("; ")} }`;
}

/** Whole where it is short and holds no function. */
function opaqueText(node: TreeNode): string {
  const { text } = node;
  if (text.length <= 1024 && !/\bfn\b/.test(text)) return text.replace(/;$/, "");
  return `${/^[\w:]+!?/.exec(text)?.[0] ?? ""} (sha256 ${digestOfBytes(text).slice(0, 16)})`;
}

/** What is imported is shown where it says what a name in another head means. */
function withoutUnusedImports(all: readonly Declaration[], imports: ReadonlySet<number>): Declaration[] {
  if (imports.size === 0) return [...all];
  const told = all.filter((_, index) => !imports.has(index)).map(({ text }) => text);
  const words = new Set(told.join("\n").match(/[\p{L}_]\w*/gu) ?? []);
  const index = new Map<number, number>();
  const kept: Declaration[] = [];
  for (const [at, one] of all.entries()) {
    const names = one.text.match(/[\p{L}_]\w*/gu) ?? [];
    const last = imports.has(at) && !/[{*,]/.test(one.text) ? names.slice(-1) : names;
    if (imports.has(at) && !/\*/.test(one.text) && !last.some((name) => words.has(name) && name !== "use"))
      continue;
    index.set(at, kept.length);
    kept.push({ ...one, within: one.within === null ? null : (index.get(one.within) ?? null) });
  }
  return kept;
}
