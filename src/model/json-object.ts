// What does a JSON document say that ought to be an object, such as a package.json? It may be anything: a draft wrote it.

type JsonObject = Readonly<Record<string, unknown>>;

/** Null where it is no JSON, or no object. */
export function jsonObject(text: string): JsonObject | null {
  const read = readObject(text);
  return typeof read === "string" ? null : read;
}

/** What keeps a text from being a JSON object, with its place where that is known; null where it is one. */
export function jsonTrouble(text: string): string | null {
  const read = readObject(text);
  return typeof read === "string" ? read : null;
}

function readObject(text: string): JsonObject | string {
  try {
    // Editors put a mark before the text, and npm reads over it.
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    const isObject = value !== null && typeof value === "object" && !Array.isArray(value);
    return isObject ? { ...value } : "it is JSON, and no object";
  } catch (error) {
    // Some messages tell a place, and others quote what stands there, line ends and all.
    return (error as SyntaxError).message
      .replace(
        / in JSON at position (\d+).*$/s,
        (_all, place) => ` in line ${text.slice(0, Number(place)).split("\n").length}`,
      )
      .replace(/, (?:\.{3})?".*" is not valid JSON$/s, "");
  }
}
