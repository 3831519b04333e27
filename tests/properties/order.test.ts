// Does it matter how many agents work at once, and which of them ends first? Programs of random slowness write down all
// that they were shown and all that lay in their worktree.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Built, Field, PATIENCE, runs } from "./field.ts";
import { PLAIN } from "./files.ts";
import { type Sketch, sketches } from "./sketch.ts";

/** A task's file holds its window and the files that the program saw beside it: nothing of a sibling may show. */
function slowProgram(seed: number): string {
  return `path=$(sed -n 's/^- \\(src\\/.*\\)\\*$/\\1/p' "$FACTORY_WINDOW").txt
seen=$(find . -path ./.git -prune -o -type f -name 'T*.txt' -print | sort)
sleep "0.$(($(printf '%s' "${seed}$FACTORY_TASK" | cksum | cut -d ' ' -f 1) % 3))"
mkdir -p "$(dirname "$path")"
{ cat "$FACTORY_WINDOW"; echo "$seen"; } > "$path"
`;
}

async function builtBy(sketch: Sketch, agents: number, seed: number): Promise<Built["trees"]> {
  using field = new Field();
  const program = join(field.root, "draft.sh");
  writeFileSync(program, slowProgram(seed));
  field.write(sketch, { style: PLAIN, agent: { kind: "command", run: `sh ${program}` } });
  return (await field.build({ agents })).trees;
}

test(
  "one agent, eight agents and any order of their ends give the same trees",
  async () => {
    await fc.assert(
      fc.asyncProperty(sketches, fc.nat(), fc.nat(), async (sketch, one, other) => {
        const alone = await builtBy(sketch, 1, one);
        expect(await builtBy(sketch, 8, one)).toEqual(alone);
        expect(await builtBy(sketch, 8, other)).toEqual(alone);
      }),
      runs(1),
    );
  },
  PATIENCE,
);
