// How does a person write a list in one line, without brackets? `name:text:Tea, price:money:1250` is a list of maps, with
// the values of their required keys in order and others as `key=value`; `a, b` is a list of words. What cannot be written
// so is written as JSON.

import type { Json } from "../../model/digest.ts";
import type { ItemShape } from "../../model/template.ts";

/** What one line looks like, to be shown with the question; null where the items are no words and no maps of words. */
export function shortForm(shape: ItemShape | null): string | null {
  if (shape === null) return null;
  if (shape.type !== "map") return shape.type === "list" ? null : "one, two, …";
  const required = requiredKeys(shape);
  return required === null ? null : `${required.join(":")}, …`;
}

/** Without an item's shape its words are texts. Any text is a list; whether its items fit is for the check to say. */
export function shortList(text: string, shape: ItemShape | null): Json {
  const items = cut(text, ",").filter((item) => item !== "");
  const required = shape?.type === "map" ? requiredKeys(shape) : null;
  if (shape === null || required === null)
    return items.map((item) => scalarFrom(item, shape?.type ?? "string"));
  return items.map((item) => mapFrom(item, shape, required));
}

/** Null where the list holds something that has no short form. */
export function shortText(list: Json, shape: ItemShape | null): string | null {
  if (!Array.isArray(list) || shortForm(shape) === null || shape === null) return null;
  const required = shape.type === "map" ? requiredKeys(shape) : null;
  const items = list.map((item) => (required === null ? word(item) : mapText(item, required)));
  const text = items.join(", ");
  // Said again it must be the same, or the form hides something.
  return items.includes(null) || JSON.stringify(shortList(text, shape)) !== JSON.stringify(list)
    ? null
    : text;
}

function requiredKeys({ keys }: ItemShape): readonly string[] | null {
  const required = Object.entries(keys ?? {}).filter(([, { required: isRequired }]) => isRequired);
  const isPlain = required.every(([, { type }]) => type !== "list" && type !== "map");
  return required.length > 0 && isPlain ? required.map(([name]) => name) : null;
}

function mapFrom(item: string, { keys }: ItemShape, required: readonly string[]): Json {
  const given = new Map<string, string>();
  const values: string[] = [];
  for (const piece of cut(item, ":")) {
    const name = /^(\w+)=/.exec(piece)?.[1];
    if (name !== undefined && Object.hasOwn(keys ?? {}, name)) given.set(name, piece.slice(name.length + 1));
    else if (values.length < required.length) values.push(piece);
    // A colon of the last value, such as that of a time.
    else values.push(`${values.pop()}:${piece}`);
  }
  for (const [index, value] of values.entries()) given.set(required[index] as string, value);
  const order = [...required, ...given.keys()].filter((name) => given.has(name));
  const typed = [...new Set(order)].map((name) => [
    name,
    scalarFrom(given.get(name) ?? "", keys?.[name]?.type ?? "any"),
  ]);
  return Object.fromEntries(typed) as Json;
}

function mapText(item: Json, required: readonly string[]): string | null {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return null;
  const values = item as { readonly [key: string]: Json };
  const others = Object.keys(values).filter((name) => !required.includes(name));
  const pieces = [
    ...required.map((name) => word(values[name] ?? null)),
    ...others.map((name) => {
      const value = word(values[name] ?? null);
      return value === null ? null : `${name}=${value}`;
    }),
  ];
  return pieces.includes(null) ? null : pieces.join(":");
}

function word(value: Json): string | null {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string" || value === "") return null;
  const isPlain = !/[,:"'[\]{}\n]|^\s|\s$/.test(value) && scalarFrom(value, "any") === value;
  return isPlain ? value : value.includes("\n") ? null : JSON.stringify(value);
}

function scalarFrom(text: string, type: ItemShape["type"]): Json {
  if (/^".*"$/s.test(text) || /^'.*'$/s.test(text)) return unquoted(text);
  if (type === "string") return text;
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  return text === "true" || text === "false" ? text === "true" : text;
}

function unquoted(text: string): string {
  if (text.startsWith("'")) return text.slice(1, -1).replaceAll("''", "'");
  try {
    return JSON.parse(text) as string;
  } catch {
    return text.slice(1, -1);
  }
}

/** At a sign that stands in no quotes and no brackets; the pieces are trimmed. */
function cut(text: string, sign: string): string[] {
  const pieces: string[] = [];
  let piece = "";
  let quote = "";
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const one = text[at] as string;
    if (quote !== "") {
      if (one === "\\" && quote === '"') piece += text[at++];
      else if (one === quote) quote = "";
    } else if ((one === '"' || one === "'") && /(?:^|[=:])\s*$/.test(piece)) quote = one;
    else if ("[{".includes(one)) depth++;
    else if ("]}".includes(one)) depth--;
    if (one === sign && quote === "" && depth <= 0) {
      pieces.push(piece.trim());
      piece = "";
    } else piece += text[at] ?? "";
  }
  return [...pieces, piece.trim()];
}
