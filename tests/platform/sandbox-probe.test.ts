// Is a sandbox trusted only where it holds? Tried with programs that are called so and hold nothing, or half of it.

import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { type Confine, probeSandbox } from "../../src/platform/sandbox-probe.ts";

const canConfine = (() => {
  try {
    execFileSync("bwrap", ["--ro-bind", "/", "/", "--unshare-user", "--unshare-net", "true"], {
      stdio: "ignore",
    });
    return true;
  } catch {
    return false;
  }
})();

const within =
  (...args: readonly string[]): Confine =>
  (command) => ({ file: "bwrap", args: [...args, "--", command.file, ...command.args] });

test("what does nothing holds nobody", async () => {
  expect(await probeSandbox((command) => command)).toEqual({
    kind: "unheld",
    detail: "wrote a file outside",
  });
});

test("what does not run it, or says nothing, is refused with its words", async () => {
  const said = await probeSandbox(() => ({ file: "/bin/sh", args: ["-c", "echo no rights >&2; exit 1"] }));
  expect(said).toEqual({ kind: "refused", detail: "no rights" });
  expect(await probeSandbox(() => ({ file: "/bin/true", args: [] }))).toMatchObject({ kind: "refused" });
  expect(await probeSandbox(() => ({ file: "/nowhere", args: [] }))).toMatchObject({ kind: "refused" });
});

test.runIf(canConfine)("one that holds files alone is not trusted, and one that holds both is", async () => {
  const files = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-user"];
  expect(await probeSandbox(within(...files))).toEqual({ kind: "unheld", detail: "reached the network" });
  expect(await probeSandbox(within("--dev-bind", "/", "/", "--unshare-user", "--unshare-net"))).toMatchObject(
    {
      kind: "unheld",
      detail: "wrote a file outside",
    },
  );
  expect(await probeSandbox(within(...files, "--unshare-net"))).toEqual({ kind: "held" });
});
