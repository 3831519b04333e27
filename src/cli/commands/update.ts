// `factory update`: bring what `factory init --with` wrote for coding programs to the text of this version. A person's
// files are theirs, and so is what they made of our parts, until they say `--force`.

import { join } from "node:path";
import { layProgramFiles, type ProgramFileChange } from "../../pipeline/programs/program-files.ts";
import { isThere } from "../../platform/files.ts";
import { diagnosticsDocument } from "../../report/json.ts";
import { shortDiff } from "../../report/line-diff.ts";
import { type Line, paintAll } from "../../report/theme.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { keptNotes } from "../laid-files.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { root, packageRoot } = invocation;
  const there = isThere(join(root, "projects.yaml"));
  if (!there.ok) return invocation.refuse(there.failure);
  if (!there.value) {
    const message = "there is no projects.yaml here or above";
    return invocation.refuse({ reason: "usage", message, fix: "Name the workspace with `-C DIR`." });
  }
  const [force, dry] = [invocation.flag("force"), invocation.flag("dryRun")];
  const laid = await layProgramFiles({ root, packageRoot, programs: null, force, dry });
  if (!laid.ok) return invocation.refuse(laid.failure);
  const told = laid.value.filter(({ done, kept }) => done !== "kept" || kept !== null);
  if (invocation.json) {
    const files = told.map(({ path, done, kept }) => ({ path, done, kept }));
    invocation.printJson({ ...diagnosticsDocument([]), dry_run: dry, files });
  } else {
    const lines = told.flatMap((change) => linesOf(change));
    const none = laid.value.length === 0 ? NOTHING_LAID : "all is as this version writes it";
    invocation.print(lines.length === 0 ? [none] : paintAll(lines, invocation.look.color));
    invocation.say(...keptNotes(told));
  }
  return told.some(({ kept }) => kept !== null) ? EXIT.person : EXIT.done;
}

const NOTHING_LAID = "nothing of ours to update: `factory init --with PROGRAM` writes it";

function linesOf({ path, done, before, after }: ProgramFileChange): readonly Line[] {
  const lines = done === "kept" ? [] : shortDiff(before, after);
  return [
    [done.padEnd(8), "  ", ["strong", path]],
    ...lines.map(({ sign, text }): Line => {
      const style = sign === "+" ? "good" : sign === "-" ? "bad" : "faint";
      return [[style, `    ${sign} ${text}`]];
    }),
  ];
}
