// Which words does a template have besides Handlebars' own? Pure functions from values to values; whatever they turn
// into code is a complete literal, name or comment, so no text of a spec can break out of its place.

import { featureOf, type TaskId } from "./address.ts";
import {
  arrayLiteral,
  commentText,
  docComment,
  quotedLiteral,
  regexLiteral,
  scalarLiteral,
  unionType,
  yamlValue,
} from "./render-literals.ts";

/** Arguments in order, and the `key=value` pairs. Throws an Error whose message is for the template's author. */
type Helper = (given: readonly unknown[], named: ReadonlyMap<string, unknown>) => unknown;

const NAMES: Record<string, Helper> = {
  kebab: ([name]) => words(name).join("-"),
  phrase: ([name]) => words(name).join(" "),
  camel: ([name]) => camel(name),
  camels: ([names]) => list(names).map(camel),
  pascal: ([name]) => identifier(words(name).map(capital).join("")),
  /** As Go exports it: it begins with a capital, or with X where its letters have none. */
  public: ([name]) => goName(words(name).map(capital).join("")),
  constant: ([name]) => identifier(words(name).join("_").toUpperCase()),
  snake: ([name]) => words(name).join("_"),
  /** The words with nothing between them, as in the name of a package. */
  flat: ([name]) => words(name).join(""),
  /** The words in capitals. */
  shout: ([name]) => words(name).join(" ").toUpperCase(),
  title: ([name]) => words(name).map(capital).join(" "),
  capital: ([value]) => capital(text(value)),
  plural: ([noun]) => plural(text(noun)),
  singular: ([noun]) => singular(text(noun)),
  /** Of `task.id`, which is all that a window tells of the feature's name. */
  featureId: ([address]) => featureOf(text(address) as TaskId),
  article: ([noun]) => `${/^[aeiou]/i.test(text(noun)) ? "an" : "a"} ${text(noun)}`,
  count: ([amount, noun]) => `${number(amount)} ${amount === 1 ? text(noun) : plural(text(noun))}`,
};

const DECISIONS: Record<string, Helper> = {
  eq: ([left, right]) => left === right,
  or: (given) => given.some(holds),
  has: ([item, key]) => Object.hasOwn(record(item), text(key)),
  get: ([item, key, otherwise]) =>
    Object.hasOwn(record(item), text(key)) ? record(item)[text(key)] : otherwise,
  case: ([value], named) => {
    if (named.has(text(value))) return named.get(text(value));
    throw new Error(`"${text(value)}" is none of ${[...named.keys()].join(", ")}`);
  },
};

const LISTS: Record<string, Helper> = {
  join: ([values, separator]) => list(values).map(text).join(text(separator)),
  concat: (given) => given.map(text).join(""),
  plus: ([left, right]) => number(left) + number(right),
  /** The names of an address's parts: `id` and `day` in `/rooms/:id/days/:day`. */
  pathNames: ([path]) => [...text(path).matchAll(/:([A-Za-z_]\w*)/g)].map(([, name]) => name),
  distinct: ([values]) => [...new Set(list(values))],
  /** A value of each item; that of `instead` where it lacks the first key. */
  pluck: ([items, key, instead]) =>
    list(items).map(
      (item) => record(item)[text(Object.hasOwn(record(item), text(key)) ? key : (instead ?? key))],
    ),
  where: ([items, key, value]) => list(items).filter((item) => record(item)[text(key)] === value),
  except: ([items, key, value]) => list(items).filter((item) => record(item)[text(key)] !== value),
  /** The first item whose keys have the named values; null where there is none. */
  find: ([items], named) => {
    const agrees = (item: unknown) => [...named].every(([key, value]) => record(item)[key] === value);
    return list(items).find(agrees) ?? null;
  },
};

const CODE: Record<string, Helper> = {
  literal: ([value]) => scalarLiteral(value),
  /** The same where text stands in double quotes alone. */
  quoted: ([value]) => quotedLiteral(value),
  key: ([name]) =>
    /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(text(name)) ? name : scalarLiteral(text(name)),
  regex: ([pattern]) => regexLiteral(text(pattern)),
  comment: ([value]) => commentText(text(value)),
  /** Sentences, and lists of requirements or constraints, as one doc comment. */
  doc: (given) => docComment(given.flatMap((one) => (Array.isArray(one) ? one.map(paragraph) : [text(one)]))),
  array: ([start, items, end]) => arrayLiteral(text(start), list(items), text(end)),
  union: ([start, members]) => unionType(text(start), list(members)),
  /** Prose that stays on its line. */
  line: ([value]) => text(value).trim().replace(/\s+/g, " "),
  yaml: ([value]) => yamlValue(value),
  /** What follows the key of a list: its items, one to a line, each after `indent` spaces. */
  yamlItems: ([items, indent]) => {
    const lines = list(items).map((item) => `\n${" ".repeat(number(indent))}- ${yamlValue(item)}`);
    return lines.length === 0 ? " []" : lines.join("");
  },
  /** The title of the test that proves a criterion; `title` alone where the window has no such criterion. */
  criterion: ([acceptance, id, title]) => {
    const found = list(acceptance)
      .map(record)
      .find((criterion) => criterion.id === id);
    return found === undefined ? text(title) : `${text(found.tag)} ${text(found.text)}`;
  },
};

const INTERFACES: Record<string, Helper> = {
  fileOf: ([interfaces, name]) => fileOf(interfaces, name),
  exported: ([interfaces, name]) => exportsBeside(interfaces, name).find((one) => one.name === name),
  /** The type aliases beside an exported type that its members are made of. */
  aliases: ([interfaces, name]) => {
    const exports = exportsBeside(interfaces, name);
    const members = exports
      .filter((one) => one.name === name)
      .flatMap((one) => list(one.members).map(record));
    const used = new Set(members.flatMap((member) => text(member.type).match(/\w+/g) ?? []));
    return exports.filter((one) => one.kind === "type" && used.has(text(one.name)));
  },
};

export const RENDER_HELPERS: Readonly<Record<string, Helper>> = {
  ...NAMES,
  ...DECISIONS,
  ...LISTS,
  ...CODE,
  ...INTERFACES,
};

/** The upstream file that exports `name`. */
function fileOf(interfaces: unknown, name: unknown): Readonly<Record<string, unknown>> {
  const found = list(interfaces)
    .map(record)
    .find((file) => list(file.exports).some((one) => record(one).name === name));
  if (found !== undefined) return found;
  throw new Error(`no upstream interface in the window exports "${text(name)}"`);
}

function exportsBeside(interfaces: unknown, name: unknown): readonly Readonly<Record<string, unknown>>[] {
  return list(fileOf(interfaces, name).exports).map(record);
}

/** `unitPrice`, `unit price` and `Unit-Price` are the same words. */
function words(name: unknown): readonly string[] {
  const found = wordsIn(text(name));
  if (found.length === 0) throw new Error(`${JSON.stringify(name)} has no letters to make a name of`);
  return found;
}

function wordsIn(name: string): readonly string[] {
  const parts = name.normalize("NFC").replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2");
  return (parts.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []).map((word) => word.toLowerCase());
}

/** What all spellings of a name have in common; empty where it has no letters. */
export function nameOf(name: string): string {
  return wordsIn(name).join("");
}

function camel(name: unknown): string {
  return identifier(
    words(name)
      .map((word, index) => (index === 0 ? word : capital(word)))
      .join(""),
  );
}

function identifier(name: string): string {
  if (/^\p{ID_Start}\p{ID_Continue}*$/u.test(name)) return name;
  throw new Error(`"${name}" cannot be a name in code: it must begin with a letter`);
}

function goName(name: string): string {
  const exported = /^\p{Lu}/u.test(name) ? name : `X${name}`;
  if (/^[\p{L}\p{Nd}]+$/u.test(exported)) return exported;
  throw new Error(`"${name}" cannot be a name in Go: it must be of letters and digits, without marks`);
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function plural(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}

/** Undoes `plural` as far as spelling tells; a noun that shows no plural stays as it is. */
function singular(noun: string): string {
  if (/[^aeiou]ies$/.test(noun)) return `${noun.slice(0, -3)}y`;
  if (/(?:ss|x|zz|sh|[^a]ch|[eo]ach|[^aeiou]us)es$/.test(noun)) return noun.slice(0, -2);
  return /(?:[^suia]|[^i]a)s$/.test(noun) ? noun.slice(0, -1) : noun;
}

function paragraph(item: unknown): string {
  return typeof item === "string" ? item : `${text(record(item).id)}: ${text(record(item).text)}`;
}

/** As Handlebars' own `if` sees it, except that zero holds. */
function holds(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value === 0 || Boolean(value);
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error(`expected text, not ${JSON.stringify(value) ?? "nothing"}`);
}

function number(value: unknown): number {
  if (typeof value === "number") return value;
  throw new Error(`expected a number, not ${JSON.stringify(value) ?? "nothing"}`);
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`expected a list, not ${JSON.stringify(value) ?? "nothing"}`);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new Error(`expected key and value pairs, not ${JSON.stringify(value) ?? "nothing"}`);
}
