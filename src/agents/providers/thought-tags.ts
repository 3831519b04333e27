// What of a text did the model only think? Servers that do not take thoughts apart leave them in the text, between tags, at
// its beginning or before a new line. Nothing in there counts as said.

const NAMES = "think|thinking|thought|thoughts|reasoning|reflection|analysis";
const OPENING = new RegExp(
  String.raw`<(${NAMES})>|\[THINK\]|◁think▷|<\|channel\|>analysis<\|message\|>`,
  "i",
);
const CLOSING = new RegExp(String.raw`</(?:${NAMES})>|\[/THINK\]|◁/think▷|<\|end\|>`, "i");
/** Only these begin a text without their opening tag, which the server's own template wrote. */
const LONE_CLOSING = /<\/think>|\[\/THINK\]|◁\/think▷/;
const FENCE = /^[ \t]*(?:```|~~~)/gm;
/** What stands around the answer where thoughts were in a channel of their own. */
const CHANNEL = /^(?:<\|start\|>assistant)?<\|channel\|>final<\|message\|>/;

export interface Thinking {
  readonly text: string;
  /** Bytes that were thought. */
  readonly thoughts: number;
}

export function withoutThoughts(text: string): Thinking {
  if (!OPENING.test(text) && !LONE_CLOSING.test(text)) return { text, thoughts: 0 };
  const begun = afterLoneClosing(text);
  let said = "";
  let rest = begun;
  for (;;) {
    const opening = OPENING.exec(rest);
    if (opening === null) break;
    const before = rest.slice(0, opening.index);
    const from = opening.index + opening[0].length;
    said += before;
    if (!isAtLineStart(said) || isInFence(said)) {
      said += opening[0];
      rest = rest.slice(from);
      continue;
    }
    const closing = CLOSING.exec(rest.slice(from));
    // A thought that never ended is all that there is.
    rest = closing === null ? "" : rest.slice(from + closing.index + closing[0].length);
    if (said.trim() === "") {
      said = "";
      rest = rest.trimStart();
    }
  }
  const kept = (said + rest).replace(CHANNEL, "").replace(/<\|return\|>$/, "");
  return { text: kept, thoughts: Buffer.byteLength(text) - Buffer.byteLength(kept) };
}

function afterLoneClosing(text: string): string {
  const closing = LONE_CLOSING.exec(text);
  if (closing === null) return text;
  const before = text.slice(0, closing.index);
  if (OPENING.test(before) || isInFence(before) || before.trimEnd().endsWith("`")) return text;
  return text.slice(closing.index + closing[0].length).trimStart();
}

export function isAtLineStart(before: string): boolean {
  return /(?:^|\n)[ \t]*$/.test(before);
}

export function isInFence(before: string): boolean {
  return (before.match(FENCE)?.length ?? 0) % 2 === 1;
}
