// Is what `.factory/` holds sound, and did the last build end of its own accord? Nothing is moved, not even what is
// damaged: a build that meets it puts it into quarantine.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { digestOfBytes } from "../../model/digest.ts";
import { monotonic } from "../../platform/clock.ts";
import { bytesBelow } from "../../platform/disk-usage.ts";
import { systemCode } from "../../platform/file-failure.ts";
import { listFolder } from "../../platform/files.ts";
import { failureText } from "../../report/failure-text.ts";
import { count, size } from "../../report/figures.ts";
import { listJournals, readJournal } from "../../store/journal.ts";
import { LockFolder } from "../../store/lock-claim.ts";
import { LockWatch } from "../../store/lock-watch.ts";
import { type Finding, fine, problem } from "./finding.ts";
import { knownSlots } from "./known-slots.ts";

export async function examineStore(root: string): Promise<readonly Finding[]> {
  const factory = join(root, ".factory");
  const store = join(factory, "store");
  const damaged = damagedBlobs(store);
  const findings = [fine("store", size(bytesBelow(store))), slotsFinding(factory)];
  if (damaged.length > 0) {
    const says = `${count(damaged.length, "blob")} damaged: ${damaged.slice(0, 3).join(", ")}`;
    const fix =
      "Run `factory build`: it sets them aside and takes their content from the projects or makes it again.";
    findings.push(problem("warning", { subject: "store", code: "damaged-blob", says, fix }));
  }
  const aside = namesIn(join(store, "quarantine"));
  if (aside.length > 0) {
    const says = `${count(aside.length, "file")} in ${join(store, "quarantine")}`;
    const fix = "Look whether something paid for can be saved from them, then delete them.";
    findings.push(problem("warning", { subject: "store", code: "quarantine", says, fix }));
  }
  // What a build at work holds is no leftover, and its journal has no end yet.
  if (await isBuilding(root)) return [...findings, fine("build", "one is running")];
  return [...findings, ...leftovers(factory), ...lastBuild(factory)];
}

/** How many folders stages work in, and what they take: each may hold all that a project depends on. */
function slotsFinding(factory: string): Finding {
  const slots = knownSlots(factory);
  if (!slots.ok) {
    const { message, fix } = failureText(slots.failure, "slots");
    return problem("warning", { subject: "slots", code: "slots-unreadable", says: message, fix });
  }
  if (slots.value.length === 0) return fine("slots", "none yet");
  const told = slots.value.map(({ number, record, paths }) => {
    const bytes = paths.reduce((sum, path) => sum + bytesBelow(path), 0);
    const whose = record === null ? "unused" : `${record.project} ${record.kind}`;
    return { bytes, text: `${number} ${whose} ${size(bytes)}` };
  });
  const all = told.reduce((sum, { bytes }) => sum + bytes, 0);
  return fine("slots", `${size(all)}: ${told.map(({ text }) => text).join(", ")}`);
}

function leftovers(factory: string): readonly Finding[] {
  const worktrees = namesIn(join(factory, "worktrees"));
  if (worktrees.length === 0) return [];
  const says = `${count(worktrees.length, "leftover")}, such as ${worktrees[0]}`;
  return [
    problem("warning", { subject: "worktrees", code: "leftover-worktree", says, fix: "Run `factory gc`." }),
  ];
}

function lastBuild(factory: string): readonly Finding[] {
  const [latest] = listJournals(join(factory, "journal"));
  if (latest === undefined) return [fine("journal", "no build yet")];
  const subject = "journal";
  const fix = "Run `factory build`: it goes on from what stands.";
  const journal = readJournal(latest);
  if (!journal.ok) return [problem("warning", { subject, code: "journal-unreadable", says: latest, fix })];
  const { torn, damaged } = journal.value;
  if (damaged > 0) {
    const says = `${count(damaged, "stretch")} of ${latest} cannot be read`;
    return [problem("warning", { subject, code: "journal-damaged", says, fix })];
  }
  if (torn)
    return [problem("warning", { subject, code: "journal-torn", says: "the last build was killed", fix })];
  const flaky = journal.value.events.flatMap((event) => (event.type === "gate-flaky" ? [event] : []));
  return [
    fine(subject, "the last one is whole"),
    ...flaky.map(({ subject: of, gate, evidence }) =>
      problem("warning", {
        subject: of,
        code: "flaky-gate",
        says: `gate ${gate} failed and then passed on the same files: ${evidence}`,
        fix: "Mend the test, or leave it out of the gate: it can fail a good draft.",
      }),
    ),
  ];
}

/** Blobs whose content is not what their name says. */
function damagedBlobs(store: string): readonly string[] {
  return ["paid", "derived"].flatMap((tier) => {
    const folder = join(store, "blobs", tier);
    return namesIn(folder).flatMap((shard) =>
      namesIn(join(folder, shard))
        .filter(
          (name) => /^[0-9a-f]{62}$/.test(name) && !isSound(join(folder, shard, name), `${shard}${name}`),
        )
        .map((name) => `${shard}${name}`.slice(0, 12)),
    );
  });
}

function isSound(path: string, digest: string): boolean {
  try {
    return digestOfBytes(readFileSync(path)) === digest;
  } catch (error) {
    // A sweep that runs meanwhile may have taken it; what cannot be read is as good as damaged.
    return systemCode(error) === "ENOENT";
  }
}

function namesIn(folder: string): readonly string[] {
  const entries = listFolder(folder);
  return entries.ok ? entries.value.map(({ name }) => name) : [];
}

/** Whoever builds listens; to knock disturbs nobody. */
async function isBuilding(root: string): Promise<boolean> {
  const folder = new LockFolder(root);
  const met = await new LockWatch(folder).meet(folder.highest(), monotonic);
  if (met.state === "held") met.leave();
  return met.state === "held" || (met.state === "silent" && met.recent);
}
