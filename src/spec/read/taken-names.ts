// Which words cannot become names in code? For a variable those that the language reserves, and for a type those of its
// library: a type of the same name would hide them from the code around it.

import { nameOf } from "../../model/render-helpers.ts";

const RESERVED = setOf(
  "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof undefined var void while with yield",
);

const LIBRARY = setOf(
  "AbortController AbortSignal AggregateError Array ArrayBuffer Atomics BigInt Boolean Buffer DataView Date Error Event " +
    "EventTarget Exclude Extract Function Headers Infinity Intl Iterator JSON Map Math NaN Number Object Omit Partial " +
    "Pick Process Promise Proxy RangeError Readonly Record Reflect RegExp Request Required Response Set String Symbol " +
    "SyntaxError TypeError URL WeakMap WeakRef WeakSet",
);

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.toLowerCase().split(" "));
}

/** Whether the name that is made of a text is one of those. A member of an object may have any name. */
export function isTaken(text: string, becomes: "type" | "variable"): boolean {
  return (becomes === "type" ? LIBRARY : RESERVED).has(nameOf(text));
}
