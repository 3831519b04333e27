// Which answers of planners is a person tired of? A role that came to no usable answer begins a new round when they ask
// for a retry: what it answered before would be read again otherwise, and refused again. It begins with the answer that was
// refused last, and why. What the other roles answered is not asked anew.

import { join } from "node:path";
import type { Refused } from "../../context/refused.ts";
import type { Digest } from "../../model/digest.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Role } from "../../model/role.ts";
import { readIfThere } from "../../platform/files.ts";
import { writeDurably } from "../../store/durable.ts";

const LIMIT = 16 * 1024 * 1024;

interface Round {
  readonly round: number;
  /** True from the answer that used up the tries until a person asks for a retry. */
  readonly refused: boolean;
  /** What was refused last, for which planning; absent where it was no answer that could not be used. */
  readonly last?: Refused & { readonly key: Digest; readonly round: number };
}

type Rounds = Readonly<Record<string, Round>>;

const FIRST: Round = { round: 0, refused: false };

/** Sets the calls of an attempt apart from equal ones of the attempts and rounds before it. */
export function planningSalt(root: string, feature: string, role: Role, attempt: number): Result<string> {
  const rounds = roundsOf(root, feature);
  if (!rounds.ok) return rounds;
  const { round } = rounds.value[role] ?? FIRST;
  return success(`planning.${round}.${attempt}`);
}

/** The answer with which a round of this very planning begins, since a person has asked for another; else null. */
export function refusedBefore(
  root: string,
  feature: string,
  { role, key }: { readonly role: Role; readonly key: Digest },
): Result<Refused | null> {
  const rounds = roundsOf(root, feature);
  if (!rounds.ok) return rounds;
  const { round, last } = rounds.value[role] ?? FIRST;
  if (last === undefined || last.key !== key || last.round >= round) return success(null);
  return success({ answer: last.answer, findings: last.findings });
}

/** Fails where it cannot be written down: a retry would not know whom to ask anew. */
export async function markRefused(
  root: string,
  feature: string,
  role: Role,
  last: (Refused & { readonly key: Digest }) | null,
): Promise<Result<void>> {
  const rounds = roundsOf(root, feature);
  if (!rounds.ok) return rounds;
  const { round } = rounds.value[role] ?? FIRST;
  const mark: Round = { round, refused: true, ...(last === null ? {} : { last: { ...last, round } }) };
  return write(root, feature, { ...rounds.value, [role]: mark });
}

/** `factory retry`: whoever was refused is asked anew. */
export async function planAnew(root: string, feature: string): Promise<Result<void>> {
  const known = roundsOf(root, feature);
  if (!known.ok) return known;
  const rounds = Object.entries(known.value);
  if (!rounds.some(([, { refused }]) => refused)) return success(undefined);
  const anew = rounds.map(([role, known]) => [
    role,
    { ...known, round: known.refused ? known.round + 1 : known.round, refused: false },
  ]);
  return write(root, feature, Object.fromEntries(anew) as Rounds);
}

async function write(root: string, feature: string, rounds: Rounds): Promise<Result<void>> {
  const text = `${JSON.stringify(rounds, null, 2)}\n`;
  return writeDurably(fileOf(root, feature), text, { derived: true, mode: 0o600 });
}

/** A file that cannot be read is not the first round: what was refused would be read again, and refused again. */
function roundsOf(root: string, feature: string): Result<Rounds> {
  const path = fileOf(root, feature);
  const read = readIfThere(path, LIMIT);
  if (!read.ok) return read;
  if (read.value === null) return success({});
  const rounds = parsed(read.value);
  if (rounds !== null) return success(rounds);
  const fix =
    "Fix it or remove it. Without it, the factory does not ask planners again that it refused before.";
  return failed({ reason: "usage", message: `${path} does not say how often planners were asked`, fix });
}

function parsed(bytes: Uint8Array): Rounds | null {
  try {
    const rounds: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    const isSound =
      typeof rounds === "object" &&
      rounds !== null &&
      !Array.isArray(rounds) &&
      Object.values(rounds).every(isRound);
    return isSound ? (rounds as Rounds) : null;
  } catch {
    return null;
  }
}

function isRound(value: unknown): value is Round {
  const { round, refused, last } = (value ?? {}) as Partial<Round>;
  const isLast =
    last === undefined ||
    (typeof last?.answer === "string" && Array.isArray(last.findings) && Number.isSafeInteger(last.round));
  return Number.isSafeInteger(round) && typeof refused === "boolean" && isLast;
}

function fileOf(root: string, feature: string): string {
  return join(root, ".factory", "tasks", feature, "planning.rounds.json");
}
