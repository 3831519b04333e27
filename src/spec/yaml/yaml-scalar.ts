// How is a value spelled in YAML that a person wrote? Plain where that is safe, quoted where it is not, as a block where
// the author used one. Whatever is written reads back as the very value.

import type { Plain } from "./yaml.ts";

const PLAIN = /^[\p{L}_(][^\n]*$/u;
const WORDS = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
const ENDS_PLAIN = /: |\s#|:$|\s$|^---|[\p{Cc}\p{Cf}\u2028\u2029]/u;
/** What JSON leaves as it is and a spec may not hold as it is. */
const UNSEEN = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** In one line. Within a flow collection fewer texts are safe without quotes. */
export function inlineYaml(value: Plain, inFlow: boolean): string {
  if (Array.isArray(value)) return `[${value.map((item) => inlineYaml(item, true)).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([key, member]) => `${key}: ${inlineYaml(member, true)}`);
    return `{${members.join(", ")}}`;
  }
  return typeof value === "string" && !isPlain(value, inFlow) ? quotedYaml(value) : String(value);
}

export function quotedYaml(value: string): string {
  return JSON.stringify(value).replace(
    UNSEEN,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function isPlain(value: string, inFlow: boolean): boolean {
  if (!PLAIN.test(value) || WORDS.test(value) || ENDS_PLAIN.test(value)) return false;
  return !inFlow || !/[[\]{},]/.test(value);
}

/** A literal block: its header, and its lines without a line break after them. Null where quotes are needed. */
export function literalYaml(value: string, indent: number): { header: string; lines: string } | null {
  const body = value.endsWith("\n") ? value.slice(0, -1) : value;
  const isSafe =
    /^\S/.test(body) && !/^[ \t]+$|[^\P{Cc}\n\t]|[\p{Cf}\u2028\u2029]/mu.test(body) && !body.endsWith("\n");
  if (!isSafe) return null;
  const lines = body.replace(/^(?=[^\n])/gm, " ".repeat(indent));
  return { header: value.endsWith("\n") ? "|" : "|-", lines };
}

/** `key: value` in lines of their own, each list and map as wide as it can be read. */
export function blockYaml(key: string, value: Plain, indent: number): string {
  const margin = " ".repeat(indent);
  const inline = `${margin}${key}: ${inlineYaml(value, false)}`;
  if (typeof value === "string") {
    const literal = value.includes("\n") ? literalYaml(value, indent + 2) : null;
    return literal === null ? inline : `${margin}${key}: ${literal.header}\n${literal.lines}`;
  }
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) return inline;
  if (!Array.isArray(value)) {
    const members = Object.entries(value).map(([name, member]) => blockYaml(name, member, indent + 2));
    return [`${margin}${key}:`, ...members].join("\n");
  }
  if (inline.length <= WIDTH && value.length <= 3) return inline;
  return [`${margin}${key}:`, ...value.map((item) => `${margin}  - ${inlineYaml(item, false)}`)].join("\n");
}

const WIDTH = 100;
