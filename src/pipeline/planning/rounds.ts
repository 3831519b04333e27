// Which answers of planners is a person tired of? A role that came to no usable answer begins a new round when they ask
// for a retry: what it answered before would be read again otherwise, and refused again. What the other roles answered
// is not asked anew.

import { join } from "node:path";
import type { Role } from "../../model/role.ts";
import { readFileCapped } from "../../platform/files.ts";
import { writeDurably } from "../../store/durable.ts";

const LIMIT = 64 * 1024;

interface Round {
  readonly round: number;
  /** True from the answer that used up the tries until a person asks for a retry. */
  readonly refused: boolean;
}

type Rounds = Readonly<Partial<Record<Role, Round>>>;

const FIRST: Round = { round: 0, refused: false };

/** Sets the calls of an attempt apart from equal ones of the attempts and rounds before it. */
export function planningSalt(root: string, feature: string, role: Role, attempt: number): string {
  const { round } = roundsOf(root, feature)[role] ?? FIRST;
  return `planning.${round}.${attempt}`;
}

export async function markRefused(root: string, feature: string, role: Role): Promise<void> {
  const rounds = roundsOf(root, feature);
  await write(root, feature, { ...rounds, [role]: { ...(rounds[role] ?? FIRST), refused: true } });
}

/** `factory retry`: whoever was refused is asked anew. */
export async function planAnew(root: string, feature: string): Promise<void> {
  const rounds = Object.entries(roundsOf(root, feature));
  if (!rounds.some(([, { refused }]) => refused)) return;
  const anew = rounds.map(([role, { round, refused }]) => [
    role,
    { round: refused ? round + 1 : round, refused: false },
  ]);
  await write(root, feature, Object.fromEntries(anew) as Rounds);
}

/** Losing the file costs a round that is refused as the last one was; so a full disk here stops nothing. */
async function write(root: string, feature: string, rounds: Rounds): Promise<void> {
  const text = `${JSON.stringify(rounds, null, 2)}\n`;
  await writeDurably(fileOf(root, feature), text, { derived: true, mode: 0o600 });
}

function roundsOf(root: string, feature: string): Rounds {
  const read = readFileCapped(fileOf(root, feature), LIMIT);
  if (!read.ok) return {};
  try {
    return JSON.parse(Buffer.from(read.value).toString("utf8")) as Rounds;
  } catch {
    // As if it were lost.
    return {};
  }
}

function fileOf(root: string, feature: string): string {
  return join(root, ".factory", "tasks", feature, "planning.rounds.json");
}
