// Did a figure get worse since the bench ran last on this machine? Figures of a run are kept in `.factory/bench.json`, by
// machine and size, and the next run compares. What is measured beside a bare start of Node is compared by its ratio to that,
// since a machine is slower on some days.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const KEPT = fileURLToPath(new URL("../.factory/bench.json", import.meta.url));
/** A difference of medians below it is noise, also where no two rounds were alike. */
const NOISE = 1.1;

/**
 * @typedef {{median: number, least: number, most: number}} Figure Less is better.
 */

export class LastFigures {
  #machine;
  /** @type {Record<string, Figure>} */
  #figures = {};

  /** @param {string} size What runs must share to be compared, beside the machine. */
  constructor(size) {
    this.#machine = [`Node ${process.version}`, `${cpus().length} × ${cpus()[0]?.model}`, size].join(", ");
  }

  /** @param {readonly number[]} samples */
  add(name, samples) {
    const sorted = samples.toSorted((a, b) => a - b);
    const [least, median, most] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)];
    this.#figures[name] = { median, least, most };
  }

  /** Says what got worse, and keeps this run's figures beside those that it did not measure. */
  conclude(say = console.log) {
    const all = readKept();
    const before = all[this.#machine];
    say("\n## Since the last run\n");
    for (const line of before === undefined
      ? [`No earlier run of this size on this machine is known (${join(".factory", "bench.json")}).`]
      : comparison(before, this.#figures))
      say(line);
    const figures = { ...before?.figures, ...this.#figures };
    mkdirSync(dirname(KEPT), { recursive: true });
    writeFileSync(
      KEPT,
      `${JSON.stringify({ ...all, [this.#machine]: { at: new Date().toISOString(), figures } }, null, 1)}\n`,
    );
  }
}

/** @returns {readonly string[]} */
export function comparison({ at, figures: before }, now) {
  const shared = Object.keys(now).filter((name) => before[name] !== undefined);
  const changed = shared.flatMap((name) => {
    const [was, is] = [before[name], now[name]];
    if (is.least > was.most && is.median > was.median * NOISE) return [`worse: ${told(name, was, is)}`];
    if (is.most < was.least && is.median * NOISE < was.median) return [`better: ${told(name, was, is)}`];
    return [];
  });
  const unchanged = `${shared.length - changed.length} of ${shared.length} figures are within the noise of the run of ${at}.`;
  return [...changed, unchanged];
}

function told(name, was, is) {
  return `${name}: ${range(is)}, was ${range(was)}`;
}

function range({ median, least, most }) {
  return `${median.toFixed(3)} (${least.toFixed(3)} to ${most.toFixed(3)})`;
}

/** A file that cannot be read as such is as none: it is written anew. */
function readKept() {
  try {
    return JSON.parse(readFileSync(KEPT, "utf8"));
  } catch (error) {
    if (error.code !== "ENOENT" && !(error instanceof SyntaxError)) throw error;
    return {};
  }
}
