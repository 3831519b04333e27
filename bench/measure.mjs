// How long does a program take, and how much memory? Every round runs every subject once, so that a busy
// machine slows all of them alike, and a figure is the median of its rounds.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const GNU_TIME = "/usr/bin/time";

/**
 * @param {{name: string, command: readonly string[], cwd: string, before?: () => void,
 *   after?: (startedAt: number) => Record<string, number>}[]} subjects
 * @returns {Map<string, {seconds: number, least: number, most: number, samples: readonly number[], mib: number | null, extra: Record<string, readonly number[]>}>}
 */
export function measure(subjects, rounds) {
  const samples = new Map(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const subject of subjects) {
      subject.before?.();
      const startedAt = Date.now();
      const sample = run(subject.command, subject.cwd);
      samples.get(subject.name).push({ ...sample, extra: subject.after?.(startedAt) ?? {} });
    }
  }
  return new Map([...samples].map(([name, all]) => [name, summary(all)]));
}

/** Wall seconds and peak memory of one run. A command that fails ends the bench: its figure would mean nothing. */
export function run(command, cwd) {
  const folder = mkdtempSync(join(tmpdir(), "factory-measure-"));
  const report = join(folder, "time");
  const timed = existsSync(GNU_TIME) ? [GNU_TIME, "-f", "%M", "-o", report, ...command] : command;
  const begun = performance.now();
  const result = spawnSync(timed[0], timed.slice(1), { cwd, encoding: "utf8", maxBuffer: 1 << 28 });
  const seconds = (performance.now() - begun) / 1000;
  if (result.status !== 0) {
    const told = `${result.stderr ?? ""}${result.error ?? ""}`.slice(-4000);
    throw new Error(`${command.join(" ")} in ${cwd} ended with ${result.status ?? result.signal}:\n${told}`);
  }
  const mib = existsSync(report) ? Number(readFileSync(report, "utf8").trim()) / 1024 : null;
  rmSync(folder, { recursive: true });
  return { seconds, mib };
}

export function isInstalled(program) {
  return spawnSync(program, ["--version"]).status === 0;
}

function summary(samples) {
  const seconds = samples.map((sample) => sample.seconds);
  const names = Object.keys(samples[0].extra);
  return {
    seconds: median(seconds),
    least: Math.min(...seconds),
    most: Math.max(...seconds),
    samples: seconds,
    mib: samples[0].mib === null ? null : median(samples.map((sample) => sample.mib)),
    extra: Object.fromEntries(names.map((name) => [name, samples.map((sample) => sample.extra[name])])),
  };
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
