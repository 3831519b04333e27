// Is what `.factory/` holds sound, and did the last build end of its own accord? Nothing is moved, not even what is
// damaged: a build that meets it puts it into quarantine.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { digestOfBytes } from "../../model/digest.ts";
import type { Failure } from "../../model/failure.ts";
import { wholeFile } from "../../model/place.ts";
import { type Result, success } from "../../model/result.ts";
import { bytesBelow } from "../../platform/disk-usage.ts";
import { systemCode } from "../../platform/file-failure.ts";
import { listIfThere } from "../../platform/files.ts";
import { placeOf } from "../../report/failure-place.ts";
import { failureText } from "../../report/failure-text.ts";
import { count, size } from "../../report/figures.ts";
import { listJournals, readJournal } from "../../store/journal.ts";
import { isBuildUnderWay } from "./build-under-way.ts";
import { fine, type HealthFinding, problem } from "./health-finding.ts";
import { knownSlots } from "./known-slots.ts";

export async function examineStore(root: string): Promise<readonly HealthFinding[]> {
  const factory = join(root, ".factory");
  const store = join(factory, "store");
  const damaged = damagedBlobs(store);
  const findings = [fine("store", size(bytesBelow(store))), slotsFinding(factory)];
  if (!damaged.ok) findings.push(unreadable("store", "store-unreadable", damaged.failure));
  else if (damaged.value.length > 0) {
    const says = `${count(damaged.value.length, "blob")} damaged: ${damaged.value.slice(0, 3).join(", ")}`;
    const fix =
      "Run `factory build`: it sets them aside and takes their content from the projects or makes it again.";
    findings.push(problem("warning", { subject: "store", code: "damaged-blob", says, fix }));
  }
  const aside = namesIn(join(store, "quarantine"));
  if (!aside.ok) findings.push(unreadable("store", "quarantine-unreadable", aside.failure));
  else if (aside.value.length > 0) {
    const says = `${count(aside.value.length, "file")} in ${join(store, "quarantine")}`;
    const fix = "Check whether you can recover paid results from them, then delete them.";
    findings.push(problem("warning", { subject: "store", code: "quarantine", says, fix }));
  }
  // What a build at work holds is no leftover, and its journal has no end yet.
  if (await isBuildUnderWay(root)) return [...findings, fine("build", "one is running")];
  return [...findings, ...leftovers(factory), ...lastBuild(factory)];
}

/** How many folders stages work in, and what they take: each may hold all that a project depends on. */
function slotsFinding(factory: string): HealthFinding {
  const slots = knownSlots(factory);
  if (!slots.ok) return unreadable("slots", "slots-unreadable", slots.failure);
  if (slots.value.length === 0) return fine("slots", "none yet");
  const told = slots.value.map(({ number, record, unknown, paths }) => {
    const bytes = paths.reduce((sum, path) => sum + bytesBelow(path), 0);
    const whose = unknown ? "unreadable" : record === null ? "unused" : `${record.project} ${record.kind}`;
    return { bytes, text: `slot ${number} (${whose}) ${size(bytes)}` };
  });
  const all = told.reduce((sum, { bytes }) => sum + bytes, 0);
  return fine("slots", `${size(all)} in all: ${told.map(({ text }) => text).join(", ")}`);
}

/** What cannot be looked at is a finding of its own, and never an empty folder. */
function unreadable(subject: string, code: string, failure: Failure): HealthFinding {
  const { message, fix } = failureText(failure, subject);
  return problem("warning", { subject, code, says: message, fix, place: placeOf(failure, null) });
}

function leftovers(factory: string): readonly HealthFinding[] {
  const listed = namesIn(join(factory, "worktrees"));
  if (!listed.ok) return [unreadable("worktrees", "worktrees-unreadable", listed.failure)];
  const worktrees = listed.value;
  if (worktrees.length === 0) return [];
  const says = `${count(worktrees.length, "leftover")}, such as ${worktrees[0]}`;
  return [
    problem("warning", { subject: "worktrees", code: "leftover-worktree", says, fix: "Run `factory gc`." }),
  ];
}

function lastBuild(factory: string): readonly HealthFinding[] {
  const subject = "journal";
  const journals = listJournals(join(factory, "journal"));
  if (!journals.ok) return [unreadable(subject, "journal-unreadable", journals.failure)];
  const [latest] = journals.value;
  if (latest === undefined) return [fine(subject, "no build yet")];
  const fix = "Run `factory build`: it continues from there.";
  const place = wholeFile(latest);
  const journal = readJournal(latest);
  if (!journal.ok)
    return [problem("warning", { subject, code: "journal-unreadable", says: latest, fix, place })];
  const { torn, damaged } = journal.value;
  if (damaged > 0) {
    const says = `${count(damaged, "part")} of ${latest} cannot be read`;
    return [problem("warning", { subject, code: "journal-damaged", says, fix, place })];
  }
  if (torn)
    return [
      problem("warning", { subject, code: "journal-torn", says: "the last build was killed", fix, place }),
    ];
  const flaky = journal.value.events.flatMap((event) => (event.type === "gate-flaky" ? [event] : []));
  return [
    fine(subject, "the last one is complete"),
    ...flaky.map(({ subject: of, gate, evidence }) =>
      problem("warning", {
        subject: of,
        code: "flaky-gate",
        says: `gate ${gate} failed and then passed on the same files: ${evidence}`,
        fix: "Fix the test, or leave it out of the gate: it can fail a good draft.",
      }),
    ),
  ];
}

/** Blobs whose content is not what their name says. */
function damagedBlobs(store: string): Result<readonly string[]> {
  const damaged: string[] = [];
  for (const tier of ["paid", "derived"]) {
    const folder = join(store, "blobs", tier);
    const shards = namesIn(folder);
    if (!shards.ok) return shards;
    for (const shard of shards.value.filter((name) => /^[0-9a-f]{2}$/.test(name))) {
      const names = namesIn(join(folder, shard));
      if (!names.ok) return names;
      for (const name of names.value.filter((one) => /^[0-9a-f]{62}$/.test(one))) {
        if (!isSound(join(folder, shard, name), `${shard}${name}`)) {
          damaged.push(`${shard}${name}`.slice(0, 12));
        }
      }
    }
  }
  return success(damaged);
}

function isSound(path: string, digest: string): boolean {
  try {
    return digestOfBytes(readFileSync(path)) === digest;
  } catch (error) {
    // A sweep that runs meanwhile may have taken it; what cannot be read is as good as damaged.
    return systemCode(error) === "ENOENT";
  }
}

function namesIn(folder: string): Result<readonly string[]> {
  const entries = listIfThere(folder);
  return entries.ok ? success(entries.value.map(({ name }) => name)) : entries;
}
