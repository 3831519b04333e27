// Is this content text, and how much of a text is shown? Lengths are in bytes of UTF-8, as windows are measured.

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text, its byte order mark kept; null for anything but UTF-8 without NUL. */
export function textOf(content: Uint8Array): string | null {
  if (content.includes(0)) return null;
  try {
    return decoder.decode(content);
  } catch {
    return null;
  }
}

/** The longest beginning of at most `bytes`, whole characters only. */
export function clipped(text: string, bytes: number): string {
  if (text.length * 3 <= bytes) return text;
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text;
  let end = bytes;
  // Bytes 10xxxxxx go on with a character that began before.
  while (end > 0 && ((encoded[end] as number) & 0xc0) === 0x80) end--;
  return encoded.toString("utf8", 0, end);
}

/** How many of the lines fit into `bytes`, each with its line end. */
export function linesWithin(lines: readonly string[], bytes: number): number {
  let room = bytes;
  for (const [index, line] of lines.entries()) {
    room -= Buffer.byteLength(line) + 1;
    if (room < 0) return index;
  }
  return lines.length;
}
