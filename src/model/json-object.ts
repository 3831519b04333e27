// What does a JSON document say that ought to be an object, such as a package.json? It may be anything: a draft wrote it.

/** Null where it is no JSON, or no object. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
