// What becomes of a workspace whose own files are damaged? Every kind of file below .factory/, and the locks beside the specs,
// in five ways; and what a newer version wrote is refused, and left as it is.

import { expect, test } from "vitest";
import { chanceOf, drawn, LONG, report, times } from "./extent.ts";
import { broken } from "./intact.ts";
import { calm } from "./struck-build.ts";
import { Trial } from "./trial.ts";

const WAYS: Readonly<Record<string, (bytes: Buffer, chance: () => number) => Buffer | null>> = {
  "cut in half": (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2)),
  zeroed: (bytes) => Buffer.alloc(bytes.length),
  emptied: () => Buffer.alloc(0),
  "with a bit flipped": (bytes, chance) => {
    const flipped = Buffer.from(bytes);
    const at = Math.floor(chance() * bytes.length);
    if (bytes.length > 0) flipped[at] = (flipped[at] as number) ^ (1 << Math.floor(chance() * 8));
    return flipped;
  },
  deleted: () => null,
};

/** What tells one file of a kind from the next: digests, numbers, random names. */
function kindOf(path: string): string {
  return path
    .replace(/[0-9a-f]{2}\/[0-9a-f]{38,62}/g, "#")
    .replace(/[0-9a-f]{32,64}/g, "#")
    .replace(/\d{4}-\d\d-\d\dT[^/]*(?=\.jsonl)/, "#")
    .replace(/\d{12}/, "#")
    .replace(/implementer-[0-9a-f]+/, "implementer-#")
    .replace(/T\d\d\.\d{6}\.[0-9a-f.]+/, "#")
    .replace(/slots\/\d+/, "slots/#");
}

interface Damage {
  readonly kind: string;
  readonly way: string;
  /** The index and the lock are gone as well, so that the build has to look into the store. */
  readonly forgetful: boolean;
}

function damage(trial: Trial, { kind, way, forgetful }: Damage, chance: () => number): void {
  const { rig } = trial;
  const spoil = WAYS[way] as (typeof WAYS)[string];
  for (const path of [...rig.list(".factory"), "specs/work/factory.lock"]) {
    if (kindOf(path) !== kind) continue;
    const bytes = spoil(rig.bytes(path), chance);
    if (bytes === null) rig.remove(path);
    else rig.write({ [path]: bytes });
  }
  if (forgetful) rig.remove(".factory/index", "specs/work/factory.lock");
}

async function built(): Promise<Trial> {
  const trial = await Trial.begin();
  expect((await trial.factory("build")).code).toBe(0);
  return trial;
}

test("whatever file of the factory is damaged, the next build mends it", LONG, async () => {
  const chance = chanceOf("damage");
  const { golden } = await calm();
  await using whole = await built();
  const kinds = [...new Set([...whole.rig.list(".factory"), "specs/work/factory.lock"].map(kindOf))];
  expect(kinds.length).toBeGreaterThan(30);
  const all = kinds.flatMap((kind) =>
    Object.keys(WAYS).flatMap((way) => [
      { kind, way, forgetful: false },
      ...(kind.includes("store/") || kind.includes("/git/") ? [{ kind, way, forgetful: true }] : []),
    ]),
  );
  const damages = drawn(all, times(3, 60, all.length), chance);
  const wrong: string[] = [];
  for (const hurt of damages) {
    await using trial = whole.twin();
    damage(trial, hurt, chance);
    const bad = await broken(trial, golden, []);
    if (bad.length === 0) continue;
    const what = `${hurt.kind} ${hurt.way}${hurt.forgetful ? ", and index and lock are gone" : ""}`;
    wrong.push([what, ...bad].join("\n  ").replaceAll(trial.rig.root, "."));
    console.log(wrong.at(-1));
  }
  const held = damages.length - wrong.length;
  report({ what: `A kind of file is damaged (${kinds.length} kinds, 5 ways)`, tried: damages.length, held });
  expect(wrong).toEqual([]);
});
