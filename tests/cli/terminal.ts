// How does a person at a terminal talk to a command? A pseudo-terminal of `script`, questions awaited, answers typed.

import { spawn } from "node:child_process";

/** Before a command that draws: nobody tells the terminal of `script` its size. */
export const SIZED = "stty rows 40 cols 120;";

/** Types each answer when its question has appeared behind the last one. The exit code; null where a signal ended it. */
export async function converse(
  cwd: string,
  command: string,
  dialogue: readonly (readonly [question: string, answer: string])[],
): Promise<number | null> {
  const terminal = spawn("script", ["-qec", command, "/dev/null"], {
    cwd,
    stdio: ["pipe", "pipe", "inherit"],
    env: { PATH: process.env.PATH, TERM: "xterm", COLUMNS: "200" },
  });
  const waiting = [...dialogue];
  let screen = "";
  terminal.stdout.on("data", (chunk: Buffer) => {
    screen += chunk.toString("utf8");
    const [question, answer] = waiting[0] ?? [];
    if (question === undefined || !screen.includes(question)) return;
    screen = screen.slice(screen.indexOf(question) + question.length);
    waiting.shift();
    terminal.stdin.write(`${answer}\r`);
  });
  return new Promise((resolve, reject) => {
    terminal.once("error", reject);
    terminal.once("close", (code) => {
      if (waiting.length === 0) resolve(code);
      else reject(new Error(`never asked: ${waiting[0]?.[0]}\n${screen}`));
    });
  });
}
