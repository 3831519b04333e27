// What do servers list in XML? Texts of elements by their names, whatever their namespaces are called. It is loaded by
// whoever lists, and trusts nothing: what is no such document is null.

export type Element = { readonly [name: string]: unknown };

interface Document {
  all(name: string): readonly Element[];
  text(name: string): string | null;
}

/** The element at the root, where it is called so. */
export async function elementsIn(bytes: Uint8Array, root: string): Promise<Document | null> {
  const { XMLParser } = await import("fast-xml-parser");
  const parser = new XMLParser({
    removeNSPrefix: true,
    parseTagValue: false,
    processEntities: false,
    maxNestedTags: 16,
    isArray: (name) => name === "response" || name === "Contents",
  });
  let found: unknown;
  try {
    found = (parser.parse(Buffer.from(bytes).toString("utf8"), true) as Element)[root];
  } catch {
    return null;
  }
  if (found === undefined) return null;
  // An element without anything in it is an empty text.
  const element: Element = isElement(found) ? found : {};
  return {
    all: (name) => {
      const list = element[name];
      return Array.isArray(list) ? list.filter(isElement) : [];
    },
    text: (name) => textIn(element, name),
  };
}

/** The first text of an element of that name, at any depth. */
export function textIn(element: Element, name: string): string | null {
  const own = element[name];
  if (typeof own === "string") return own;
  for (const child of Object.values(element).flat()) {
    const found = isElement(child) ? textIn(child, name) : null;
    if (found !== null) return found;
  }
  return null;
}

function isElement(value: unknown): value is Element {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
