// What does a contract say that several projects keep to? All of it where it is small; where it is not, its outline.

import type { Declaration } from "../model/surface.ts";

/** Formats in which people write down what others may rely on. */
const CONTRACT = /\.(?:json|ya?ml|proto|graphqls?|gql|sql|avsc|xsd|wsdl|thrift|css|scss|less)$/;

export function isContract(path: string): boolean {
  return CONTRACT.test(path);
}

/**
 * Every line counts: who reads a contract relies on its details. Its parts begin where a line is not indented, or where a
 * line opens a block of them one step deeper, as paths of an API do.
 */
export function contractSurface(source: string): {
  readonly text: string;
  readonly declarations: readonly Declaration[];
} {
  const lines = source.replace(/\r\n/g, "\n").trimEnd().split("\n");
  const declarations: Declaration[] = [];
  for (const [index, text] of lines.entries()) {
    const isInner = text.trim() === "" || /^\s{3,}|^\t{2,}/.test(text) || /^\s*[}\])]/.test(text);
    const last = declarations.at(-1);
    if (isInner && last !== undefined) {
      declarations[declarations.length - 1] = { ...last, text: `${last.text}\n${text}`, last: index + 1 };
      continue;
    }
    const name = /[\w$/{}.-]*\w[\w$/{}.-]*(?=[^\w]*$|["']?\s*[:({=])/.exec(text)?.[0] ?? text.trim();
    const place = { first: index + 1, last: index + 1 };
    declarations.push({ name, text, tail: "", exported: true, repeats: false, within: null, ...place });
  }
  return { text: lines.join("\n"), declarations };
}
