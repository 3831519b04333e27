// How soon does an edit reach an agent while somebody watches? From the saved file to the first task that starts, less
// the quiet time, which is meant: the process, its modules and git's own caches are warm by then.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { generateWorkspace } from "./generate.mjs";

/** What the free work of these workspaces waits for, in milliseconds. */
const QUIET_MS = 300;

/**
 * @param {{factory: readonly string[], sizes: readonly {tasks: number, features: number, projects: number}[],
 *   rounds: number, figures: import("./last-figures.mjs").LastFigures, edit: (folder: string) => void, firstAttempt: (folder: string) => number}} options
 */
export async function benchWatch({ factory, sizes, rounds, figures, edit, firstAttempt }) {
  console.log(
    `\n## Watching: from a saved edit to the first task, beyond the quiet ${QUIET_MS} ms (want: under 150 ms)\n`,
  );
  for (const size of sizes) {
    const { folder } = generateWorkspace(size);
    const watching = new Watching(factory, folder);
    await watching.next("idle");
    const waits = [];
    // The first edit loads what the others find loaded.
    for (let round = -1; round < rounds; round++) {
      const savedAt = Date.now();
      edit(folder);
      await watching.next("built");
      if (round >= 0) waits.push(firstAttempt(folder) - savedAt - QUIET_MS);
      await watching.next("idle");
    }
    await watching.end();
    figures.add(`watch at ${size.tasks} tasks, ms`, waits);
    waits.sort((a, b) => a - b);
    const median = waits[Math.floor(waits.length / 2)];
    console.log(`${size.tasks} tasks: ${median} ms (${waits[0]} to ${waits.at(-1)})`);
  }
}

class Watching {
  #told = [];
  #wake = () => {};
  #child;

  constructor([file, ...args], cwd) {
    this.#child = spawn(file, [...args, "watch", "--json", "--quiet"], {
      cwd,
      stdio: ["ignore", "pipe", "inherit"],
    });
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      this.#told.push(JSON.parse(line).event);
      this.#wake();
    });
  }

  async next(event) {
    for (;;) {
      const told = this.#told.shift();
      if (told === event) return;
      if (told === undefined) {
        await new Promise((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  async end() {
    const ended = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.kill("SIGINT");
    await ended;
  }
}
