// Which of a few answers does a person choose? By arrow keys, or by its number or first letter; where the terminal cannot
// move its cursor, on a plain line.

import { type Line, paintAll } from "../report/theme.ts";
import { askOn } from "./param-answers.ts";
import type { TerminalLook } from "./terminal.ts";

export interface Choice<Value> {
  readonly value: Value;
  /** What is typed for it; no two choices begin with the same letter. */
  readonly word: string;
  /** What it means, behind the word; empty where the word says it. */
  readonly meaning: string;
}

/** The first choice is what Enter alone takes. Null where nobody answers, or the person gave up. */
export function choose<Value>(
  question: string,
  choices: readonly Choice<Value>[],
  look: TerminalLook,
): Promise<Value | null> {
  const isPlain = look.dumb || !["", "0", "false"].includes(process.env.ACCESSIBLE ?? "");
  // Nothing can be drawn in no columns, which is the width of a terminal that nobody told its size.
  return isPlain || !process.stderr.columns
    ? onLines(question, choices)
    : onKeys(question, choices, look.color);
}

async function onKeys<Value>(
  question: string,
  choices: readonly Choice<Value>[],
  color: boolean,
): Promise<Value | null> {
  // Loaded where somebody is asked.
  const { isCancel, SelectPrompt } = await import("@clack/core");
  const prompt = new SelectPrompt<Choice<Value>>({
    input: process.stdin,
    output: process.stderr,
    options: [...choices],
    render() {
      const asked: Line = [["strong", question], " "];
      const lines: readonly Line[] =
        this.state === "submit"
          ? [[...asked, ["note", choices[this.cursor]?.word ?? ""]]]
          : this.state === "cancel"
            ? [asked]
            : [
                [...asked, ["faint", "(arrow keys or a number, then Enter)"]],
                ...listed(choices, this.cursor),
              ];
      return paintAll(lines, color).join("\n");
    },
  });
  prompt.on("key", (typed) => {
    const at = typed === undefined ? -1 : meant(choices, typed);
    if (at < 0) return;
    prompt.cursor = at;
    prompt.value = choices[at]?.value;
  });
  const chosen = await prompt.prompt();
  return chosen === undefined || isCancel(chosen) ? null : (chosen as Value);
}

async function onLines<Value>(question: string, choices: readonly Choice<Value>[]): Promise<Value | null> {
  const { ask, close } = askOn(process.stdin, process.stderr, true);
  try {
    process.stderr.write(`${[question, ...paintAll(listed(choices, null), false)].join("\n")}\n`);
    for (;;) {
      const typed = await ask(`1-${choices.length} [1]: `);
      if (typed === null) return null;
      const chosen = choices[typed.trim() === "" ? 0 : meant(choices, typed.trim())];
      if (chosen !== undefined) return chosen.value;
    }
  } finally {
    close();
  }
}

/** The position of the choice that somebody typed, by its number or the start of its word; -1 where there is none. */
function meant(choices: readonly Choice<unknown>[], typed: string): number {
  const text = typed.toLowerCase();
  return choices.findIndex(({ word }, at) => text === String(at + 1) || word.startsWith(text));
}

function listed(choices: readonly Choice<unknown>[], current: number | null): readonly Line[] {
  const width = Math.max(...choices.map(({ word }) => word.length));
  return choices.map(({ word, meaning }, at) => {
    const text = `${at + 1}  ${word.padEnd(width)}  `;
    return at === current ? [["note", `> ${text}`], meaning] : [`  ${text}`, meaning];
  });
}
