// Where may a text be cut that is too long? At the end of a sentence, so that nobody reads half of one and takes it for all.
// It says how many are left out.

/** Ends of sentences, of clauses that stand alone, and of lines. */
const END = /(?<=[.!?;…]["'`)\]]?)\s+|\n+/;

/**
 * At most `bytes` bytes of UTF-8. Where not even the first sentence fits, it ends after a word, in `…`.
 */
export function wholeSentences(text: string, bytes: number): string {
  if (sizeOf(text) <= bytes) return text;
  const sentences = text.split(END).filter((sentence) => sentence !== "");
  let size = 0;
  let cut: string | null = null;
  for (const [index, sentence] of sentences.entries()) {
    size += sizeOf(sentence) + 1;
    if (size > bytes) break;
    const left = sentences.length - index - 1;
    const rest = `(${left} more ${left === 1 ? "sentence" : "sentences"})`;
    if (size + rest.length <= bytes) cut = `${sentences.slice(0, index + 1).join(" ")} ${rest}`;
  }
  return cut ?? words(text, bytes - sizeOf("…"));
}

function words(text: string, bytes: number): string {
  let kept = "";
  let room = bytes;
  for (const character of text) {
    room -= sizeOf(character);
    if (room < 0) break;
    kept += character;
  }
  const end = kept.lastIndexOf(" ");
  // A word of its own that has no end, such as a path, is better cut than left out.
  return `${(end > kept.length / 2 ? kept.slice(0, end) : kept).trimEnd()}…`;
}

function sizeOf(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
