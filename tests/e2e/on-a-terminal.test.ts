// Does a terminal stay a person's own while a build draws on it? With a real one, and a shell with job control.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { DEAF_FILES, deaf, isAlive, told } from "../rig/deaf.ts";
import { FactoryRig } from "../rig/factory-rig.ts";

const FACTORY = fileURLToPath(new URL("../../bin/factory.js", import.meta.url));
const DRIVER = fileURLToPath(new URL("../rig/on-terminal.py", import.meta.url));
const CANNOT = [
  ["python3", "-c", "import pty"],
  ["bash", "-c", "true"],
].some(([program = "", ...args]) => spawnSync(program, args).status !== 0);

const PROMPT = "ready> ";
/** With job control, and as it comes. */
const SHELL = ["env", `PS1=${PROMPT}`, "bash", "--norc", "--noprofile", "--noediting", "-i"];

const SHOWN = "\u001b[?25h";
const HIDDEN = "\u001b[?25l";

async function notes(): Promise<FactoryRig> {
  const rig = await FactoryRig.create();
  rig.write(DEAF_FILES);
  await rig.declare({
    agents: { deaf: { kind: "command", run: deaf(rig, "agent", "family") } },
    implementer: "deaf",
  });
  rig.feature({ id: "notes", requirements: { R1: "A note." }, tasks: [{ id: "T01", generator: null }] });
  return rig;
}

/** Keys, the text to wait for, and how many programs are to have told their number by then. */
type Step = readonly [keys: string, text: string, programs?: number];

/** What appeared after each of these keys, once all that is waited for was there. */
async function typed(rig: FactoryRig, steps: readonly Step[]): Promise<readonly string[]> {
  const keys = [JSON.stringify(SHELL), PROMPT, JSON.stringify(steps), rig.path("agent")];
  const shell = rig.launch(".", ["python3", DRIVER, ...keys], { TERM: "xterm" });
  return JSON.parse((await shell.done).stdout) as string[];
}

function cursorIn(text: string): "shown" | "hidden" {
  return text.lastIndexOf(SHOWN) > text.lastIndexOf(HIDDEN) ? "shown" : "hidden";
}

const BUILD = [`${process.execPath} ${FACTORY} build\n`, "drafting by deaf", 3] as const;
const SETTINGS = ["stty -a; echo settled-$?\n", "settled-0"] as const;

describe.skipIf(CANNOT)("a terminal", () => {
  test("is the shell's again after ^Z, and the build's after fg", async () => {
    await using rig = await notes();
    const [building, stopped, meanwhile, again, ending, after] = await typed(rig, [
      BUILD,
      ["\x1a", "ready> "],
      SETTINGS,
      ["fg\n", "drafting by deaf"],
      ["\x03", "ready> "],
      SETTINGS,
    ]);
    expect(cursorIn(building ?? "")).toBe("hidden");
    expect(ending?.split("finished work is kept").length).toBe(2);
    expect(stopped).toContain("Stopped");
    expect(cursorIn(stopped ?? "")).toBe("shown");
    expect(cursorIn(again ?? "")).toBe("hidden");
    expect(ending).toContain("stopping in order; interrupt again to stop at once");
    expect(cursorIn(ending ?? "")).toBe("shown");
    for (const settings of [meanwhile, after]) expect(settings).toMatch(/ icanon (.|\s)* echo /);
    expect((await told(rig, "agent", 3)).filter(isAlive)).toEqual([]);
  });

  test("shows the log of a running task at enter, and is the shell's again from there", async () => {
    await using rig = await notes();
    const says = `echo "$FACTORY_TASK counts herons"; ${deaf(rig, "agent", "family")}`;
    await rig.declare({ agents: { deaf: { kind: "command", run: says } }, implementer: "deaf" });
    rig.feature({
      id: "notes",
      requirements: { R1: "A note." },
      tasks: [
        { id: "T01", generator: null },
        { id: "T02", generator: null },
      ],
    });
    const down = "\x1b[B";
    const [hinted, first, , second, third, stopped, meanwhile, again, ending, after] = await typed(rig, [
      [`${BUILD[0].trim()} -j2\n`, "› ", 6],
      ["\r", "notes:T01 counts herons"],
      ["x", "enter: look inside"],
      [`${down}\r`, "notes:T02 counts herons"],
      [` 1\r`, "notes:T01 counts herons"],
      ["\x1a", "ready> "],
      SETTINGS,
      ["fg\n", "any key returns"],
      ["\x03", "ready> "],
      SETTINGS,
    ]);
    expect(hinted).toContain("enter: look inside");
    expect([first, second, third].map((text) => text?.includes("any key returns"))).toEqual([
      true,
      true,
      true,
    ]);
    expect(stopped).toContain("Stopped");
    expect(again).toContain("counts herons");
    expect(ending).toContain("stopping in order; interrupt again to stop at once");
    for (const screen of [stopped, ending]) expect(cursorIn(screen ?? "")).toBe("shown");
    for (const settings of [meanwhile, after]) expect(settings).toMatch(/\nisig icanon (.|\s)* echo /);
    expect((await told(rig, "agent", 6)).filter(isAlive)).toEqual([]);
  });

  test("is not read by a build in the background, nor by one with a pager behind it", async () => {
    await using rig = await notes();
    const [, settings, ended, ...piped] = await typed(rig, [
      [`${BUILD[0].trim()} &\n`, "drafting by deaf", 3],
      ["stty -a; echo settled-$?\n", "settled-0"],
      ["kill %1; wait; echo gone-$?\n", "gone-0"],
      [`${BUILD[0].trim()} | cat\n`, "drafting by deaf", 6],
      ["\r", "drafting by deaf"],
      ["x", "drafting by deaf"],
    ]);
    expect(settings).toMatch(/\nisig icanon (.|\s)* echo /);
    expect(`${settings}${ended}`).not.toContain("Stopped");
    expect(piped.join("")).toContain("drafting by deaf");
    expect(piped.join("")).not.toMatch(/look inside|any key/);
    expect((await told(rig, "agent", 6)).length).toBe(6);
  });

  test("has its cursor back after two interrupts, and shows what was said at the first", async () => {
    await using rig = await notes();
    const [, said, ended, code] = await typed(rig, [
      BUILD,
      ["\x03", "interrupt again to stop at once"],
      ["\x03", "ready> "],
      ["echo code-$?\n", "code-130"],
    ]);
    expect(said).toContain("stopping in order");
    expect(cursorIn(`${said}${ended}`)).toBe("shown");
    expect(code).toContain("code-130");
    expect((await told(rig, "agent", 3)).filter(isAlive)).toEqual([]);
  });

  test("that is closed takes all with it", async () => {
    await using rig = await notes();
    await typed(rig, [BUILD]);
    const pids = await told(rig, "agent", 3);
    // It waits for the build to end.
    const next = await rig.factory("gc");
    expect([next.code, next.stderr]).toEqual([0, expect.not.stringContaining("earlier build")]);
    expect(pids.filter(isAlive)).toEqual([]);
  });
});
