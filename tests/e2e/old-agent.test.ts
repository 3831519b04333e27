// Whose words are in a draft where the agent of a killed build goes on writing? It writes by absolute paths into the folder
// that it was given, as long as it lives.

import { existsSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { isAlive, told } from "../rig/deaf.ts";
import { FactoryRig } from "../rig/factory-rig.ts";

/** Arguments: the file for its number, and the folder in which it writes. Nothing that can be caught stops it. */
const WRITER = `trap '' TERM HUP INT QUIT
echo $$ >> "$1"
while :; do
  mkdir -p "$2/src/notes"
  echo OLD > "$2/src/notes/T01.txt"
  echo OLD > "$2/OLD.txt"
  echo beat >> "$1.beats"
  sleep 0.05
done
`;

/** How the writer is started, in words of a shell; `$1` is the workspace. */
const WAYS = {
  "as the agent itself": `exec sh "$1/writer.sh" "$1/marks" "$PWD"`,
  "in a session of its own, without a variable": `env -i PATH="$PATH" setsid sh "$1/writer.sh" "$1/marks" "$PWD" </dev/null >/dev/null 2>&1 &
while :; do sleep 1; done`,
  "without a trace": `tree=$PWD; cd /
(env -i PATH="$PATH" setsid sh "$1/writer.sh" "$1/marks" "$tree" </dev/null >/dev/null 2>&1 &)
while :; do sleep 1; done`,
};

/** Writes its draft, and hands it in once the other one, where it lives, has written three times more. */
const NEW = `mkdir -p src/notes
echo NEW > src/notes/T01.txt
before=$(wc -l < "$1/marks.beats")
while grep -q '^State:.[^ZX]' /proc/$(cat "$1/marks")/status 2>/dev/null && [ $(wc -l < "$1/marks.beats") -lt $((before + 3)) ]; do sleep 0.05; done
`;

/** Ends what is left of them at the end of a test, before their folder goes. */
class LeftOver implements AsyncDisposable {
  readonly pids: number[] = [];

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pid of this.pids) if (isAlive(pid)) process.kill(pid, "SIGKILL");
    await vi.waitFor(() => expect(this.pids.filter(isAlive)).toEqual([]));
  }
}

describe.runIf(existsSync("/proc/self/status"))("an old agent that writes", () => {
  test.each(Object.entries(WAYS))("%s has no word in the next build's draft", async (_, old) => {
    await using rig = await FactoryRig.create();
    await using leftOver = new LeftOver();
    const declare = (script: string) =>
      rig.declare({
        agents: { one: { kind: "command", run: `sh ${rig.path(script)} ${rig.root}` } },
        implementer: "one",
      });
    rig.write({ "writer.sh": WRITER, "old.sh": old, "new.sh": NEW });
    rig.feature({ id: "notes", requirements: { R1: "A note." }, tasks: [{ id: "T01", generator: null }] });
    await declare("old.sh");
    const build = rig.start("build");
    leftOver.pids.push(...(await told(rig, "marks", 1)));
    build.child.kill("SIGKILL");
    await build.done;

    await declare("new.sh");
    expect((await rig.build()).code).toBe(0);
    expect(await rig.git("app", "show", "main:src/notes/T01.txt")).toBe("NEW");
    expect(await rig.git("app", "ls-tree", "-r", "--name-only", "main")).not.toContain("OLD");
  });
});
