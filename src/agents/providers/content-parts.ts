// What does the content of a message hold? Most servers send a text, some a list of blocks: texts, thoughts, calls. Each is
// sorted here; of a kind that is not known the name is kept, so that it can be told.

import type { Json } from "../../model/digest.ts";

export type Fields = { readonly [name: string]: Json };

export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "thought"; readonly text: string }
  | { readonly kind: "refusal"; readonly text: string }
  | { readonly kind: "call"; readonly call: Fields }
  | { readonly kind: "unknown"; readonly name: string; readonly bytes: number };

const THOUGHT = /think|thought|reason|analysis|summary/i;
const CALL = /tool_?(use|call)|function_?call/i;

export function partsOf(content: Json | undefined): readonly Part[] {
  if (content === undefined || content === null || content === "") return [];
  if (typeof content === "string") return [{ kind: "text", text: content }];
  if (isList(content)) return content.flatMap((one) => partsOf(one));
  if (!isFields(content)) return [{ kind: "unknown", name: typeof content, bytes: bytesOf(content) }];
  return blockOf(content);
}

function blockOf(block: Fields): readonly Part[] {
  const type = typeof block.type === "string" ? block.type : "";
  if (CALL.test(type)) return [{ kind: "call", call: block }];
  if (THOUGHT.test(type) || block.thought === true) return [{ kind: "thought", text: plainText(block) }];
  if (type === "refusal" || typeof block.refusal === "string")
    return [{ kind: "refusal", text: textIn(block.refusal) }];
  if (block.text !== undefined) return [{ kind: "text", text: textIn(block.text) }];
  if (/text/.test(type) && block.content !== undefined) return partsOf(block.content);
  const inner = block.parts ?? block.content;
  if (inner !== undefined) return partsOf(inner);
  return [{ kind: "unknown", name: type || Object.keys(block).join("+"), bytes: bytesOf(block) }];
}

/** A text, or the object that some servers put around it. */
function textIn(value: Json | undefined): string {
  if (typeof value === "string") return value;
  if (isFields(value)) return textIn(value.value ?? value.text ?? "");
  return isList(value) ? value.map(textIn).join("") : "";
}

function bytesOf(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** All words in there, wherever they stand. */
export function plainText(value: Json | undefined): string {
  if (typeof value === "string") return value;
  if (isList(value)) return value.map(plainText).join("");
  if (!isFields(value)) return "";
  return Object.entries(value)
    .filter(([name]) => !["type", "id", "signature", "format", "index"].includes(name))
    .map(([, one]) => plainText(one))
    .join("");
}

export function isFields(value: Json | undefined): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
