// Which declarations of a syntax tree can others reach, and which of them say again what is told elsewhere? Each language
// hides members in its own way: by a word, by a section of the class, by the case of a letter, or by leaving a word out.

import type { Declaration } from "../model/surface.ts";
import type { TreeNode } from "../model/syntax-tree.ts";
import type { Language } from "./tree-languages.ts";

/** What a member stands in. */
export interface Holder {
  readonly type: string;
  readonly isExported: boolean;
  /** Whether it holds what another type asks for. */
  readonly isOfTrait: boolean;
}

const TYPE_WITH_MEMBERS = /^(?:class|struct|record)_(?:declaration|specifier)$/;

/** Whether a member of `holder` is seen where that is seen. `section` is what a class says of all members below. */
export function isReachable(
  { grammar, isExported }: Language,
  name: string,
  head: string,
  holder: Holder | null,
  section: string | null,
): boolean {
  if (holder === null) return isExported(name, head);
  if (!holder.isExported) return false;
  switch (grammar) {
    case "rust":
      return holder.isOfTrait || /^(?:trait|enum)_item$/.test(holder.type) || isExported(name, head);
    case "c-sharp":
      if (!TYPE_WITH_MEMBERS.test(holder.type)) return true;
      return /\b(?:public|protected|internal)\b/.test(head) && isExported(name, head);
    case "java":
      if (!TYPE_WITH_MEMBERS.test(holder.type)) return true;
      return /\b(?:public|protected)\b/.test(head);
    case "cpp":
      if (!TYPE_WITH_MEMBERS.test(holder.type)) return true;
      return !/^private/.test(section ?? (holder.type === "class_specifier" ? "private" : "public"));
    default:
      return !/^(?:private|protected)$/.test(section ?? "") && isExported(name, head);
  }
}

/** Of which the language itself says with what they are called. */
const PROTOCOL = /^__(?!init__|new__|call__|post_init__|init_subclass__|all__|slots__)\w+__$/;

const OVERLOAD = /@(?:\w+\.)?overload\b/;

/** Whether its head is told elsewhere: by the type that asks for it, by the language, or by its overloads. */
export function isRepeated(
  grammar: string,
  name: string,
  head: string,
  holder: Holder | null,
  siblings: () => readonly Declaration[],
): boolean {
  if (grammar === "rust") return holder?.isOfTrait === true && /\bfn\b/.test(head);
  if (grammar === "java") return /@Override\b/.test(head);
  if (/^(?:c-sharp|cpp|kotlin|swift)$/.test(grammar)) return /\boverride\b/.test(head);
  if (grammar !== "python") return false;
  if (holder !== null && PROTOCOL.test(name)) return true;
  return !OVERLOAD.test(head) && siblings().some((one) => one.name === name && OVERLOAD.test(one.text));
}

/** What a class of Ruby says of the members below it, or of those that it names. */
export function sectionOf(node: TreeNode): string | null {
  if (node.type === "access_specifier") return node.text.replace(/\W/g, "");
  return node.type === "identifier" && /^(?:private|protected|public|module_function)$/.test(node.text)
    ? node.text
    : null;
}

/** `private def name`: the method that it is said of. */
export function saidOfMethod(node: TreeNode): TreeNode | null {
  if (node.type !== "call" || !isAccess(node)) return null;
  const [said] = node.childForFieldName("arguments")?.namedChildren ?? [];
  return said !== undefined && said !== null && /^(?:singleton_)?method$/.test(said.type) ? said : null;
}

/** `private :name, :other`. */
export function namesHidden(node: TreeNode): readonly string[] {
  if (node.type !== "call" || !isAccess(node) || /^public/.test(node.text)) return [];
  return (node.text.match(/:[\w?!]+/g) ?? []).map((symbol) => symbol.slice(1));
}

function isAccess(node: TreeNode): boolean {
  const method = node.childForFieldName("method")?.text ?? "";
  return /^(?:private|protected|public|private_class_method|private_constant)$/.test(method);
}

const RECEIVER = /^func \((?:\w+ )?\*?(\w+)/;
const IMPLEMENTED = /^impl\b(?:<.*?>)?\s+(?:.*?\bfor\s+)?(?:&\w*\s*)*([\w:]+)/;

/** What belongs to a type that nobody else can name is not reached either, wherever the file says it. */
export function withoutReachOfHiddenTypes(grammar: string, all: readonly Declaration[]): Declaration[] {
  if (grammar !== "go" && grammar !== "rust") return [...all];
  const hidden = new Set(
    all
      .filter(({ exported, text }) => !exported && /\b(?:struct|enum|union)\b/.test(text))
      .map(({ name }) => name),
  );
  const result: Declaration[] = [];
  for (const one of all) {
    const owner = (grammar === "go" ? RECEIVER : IMPLEMENTED).exec(one.text.trim())?.[1] ?? null;
    const isOfHidden = owner !== null && (grammar === "go" ? !/^\p{Lu}/u.test(owner) : hidden.has(owner));
    const isInHidden = one.within !== null && result[one.within]?.exported === false;
    result.push(isOfHidden || isInHidden ? { ...one, exported: false } : one);
  }
  return result;
}
