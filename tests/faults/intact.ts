// What must hold of a workspace, whatever happened to it? Eight promises, in one function that judges after every fault:
//
// 1  no answer that was kept is lost, and
// 2  none is asked for twice, but what the build itself tells as money at risk
// 3  the next plain build ends with the tree of a build that nobody disturbed
// 4  HEAD, index, files, config and hooks of the project are a person's, its refs only ours beside the branch; fsck is clean
// 5  no process, lock or temporary file is left once that build has ended
// 6  nobody has to do anything, and one more build does nothing
// 7  what lies beside the workspace is untouched
// 8  no key is in any file, log or request

import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { asBuild, type FactoryRig } from "../rig/factory-rig.ts";
import type { Run } from "../rig/program.ts";
import { KEYS } from "../rig/small-work.ts";
import { type Golden, OUTSIDE, type Trial } from "./trial.ts";

/** What was broken, as sentences; none where all held. `runs` are those before, whose screens are searched for keys. */
export async function broken(trial: Trial, golden: Golden, runs: readonly Run[]): Promise<readonly string[]> {
  const { rig } = trial;
  const plain = await trial.factory("build", "--json");
  if (plain.code !== 0) return [`3: the next build ends with ${plain.code ?? plain.signal}\n${tail(plain)}`];
  const { tree, config, hooks } = await portrait(rig);
  return [
    ...(await paidTwice(trial)),
    ...(tree === golden.tree ? [] : [`3: the tree is ${tree}, not ${golden.tree}`]),
    ...(config === golden.config ? [] : [`4: the config of the project is\n${config}`]),
    ...(hooks.join() === golden.hooks.join() ? [] : [`4: the project has the hooks ${hooks.join(", ")}`]),
    ...(await disturbed(rig)),
    ...leftBehind(trial),
    ...(await moreToDo(trial)),
    ...(existsSync(trial.outside) && readFileSync(trial.outside, "utf8") === OUTSIDE.text
      ? []
      : [`7: ${OUTSIDE.path} is not what it was`]),
    ...keysIn(trial, [...runs, plain]),
  ];
}

export async function portrait(rig: FactoryRig): Promise<Golden> {
  return {
    tree: await rig.tree("app"),
    config: await rig.git("app", "config", "--list", "--local"),
    hooks: readdirSync(rig.path("projects/app/.git/hooks")).sort(),
  };
}

async function paidTwice({ bill, rig }: Trial): Promise<readonly string[]> {
  const extra = [...bill.values()].reduce((sum, count) => sum + count - 1, 0);
  if (extra === 0) return [];
  const cost = await rig.factory("cost", "--json");
  const { at_risk } = JSON.parse(cost.stdout) as { at_risk?: { calls: number } };
  const told = at_risk?.calls ?? 0;
  return extra <= told ? [] : [`2: ${extra} answers were paid for twice, ${told} are told as at risk`];
}

async function disturbed(rig: FactoryRig): Promise<readonly string[]> {
  const head = await rig.git("app", "symbolic-ref", "HEAD");
  const status = await rig.git("app", "status", "--porcelain", "--untracked-files=all");
  const refs = (await rig.git("app", "for-each-ref", "--format=%(refname)")).split("\n");
  const strange = refs.filter((ref) => ref !== "refs/heads/main" && !ref.startsWith("refs/factory/"));
  const fsck = await rig.git("app", "fsck", "--strict", "--no-dangling");
  return [
    ...(head === "refs/heads/main" ? [] : [`4: HEAD is ${head}`]),
    ...(status === "" ? [] : [`4: git status says\n${status}`]),
    ...strange.map((ref) => `4: the project has the ref ${ref}`),
    ...(fsck === "" ? [] : [`4: git fsck says\n${fsck}`]),
  ];
}

/** Names of what is only there while something is written. */
const TEMPORARY =
  /(^|\/)(\.tmp-[^/]*|tmp_(obj|pack|idx)_[^/]*|[^/]+\.(lock|draft)|[^/]+\.new-[^/]*|[^/]+\.next|[^/]+\.claim|[^/]+\.publish|index\.factory)$/;
const NAMED_SO = /(^|\/)(factory|template)\.lock$/;

function leftBehind({ base, rig }: Trial): readonly string[] {
  const files = readdirSync(base, { recursive: true, withFileTypes: true })
    .map((entry) => relative(base, join(entry.parentPath, entry.name)))
    .filter((path) => TEMPORARY.test(path) && !NAMED_SO.test(path));
  const temporary = readdirSync(join(base, "home")).filter((name) => name.startsWith("factory-"));
  const marks = rig.list(".factory/processes");
  const held = readdirSync(rig.path(".factory/lock")).filter((claim) => isHeld(rig, claim));
  return [
    ...[...files, ...temporary.map((name) => `home/${name}`), ...marks].map((path) => `5: ${path} is left`),
    ...held.map((claim) => `5: the lock ${claim} is still held`),
    ...processesBelow(base).map((process) => `5: ${process} still runs`),
  ];
}

/** A claim that could not be let go in order is nobody's once its holder has ended. */
function isHeld(rig: FactoryRig, claim: string): boolean {
  const [released, holder] = ["released", "holder.json"].map((name) => `.factory/lock/${claim}/${name}`);
  if (existsSync(rig.path(released as string)) || !existsSync(rig.path(holder as string))) return false;
  const { pid } = JSON.parse(rig.read(holder as string)) as { pid: number };
  return existsSync(`/proc/${pid}`);
}

/** Processes that work in the folder or were started with a path in it. */
function processesBelow(folder: string): readonly string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      const cwd = readlinkSync(`/proc/${pid}/cwd`);
      return line.includes(folder) || cwd.startsWith(folder) ? [`${pid} ${line}`] : [];
    } catch {
      // It has gone meanwhile.
      return [];
    }
  });
}

async function moreToDo({ rig, wire }: Trial): Promise<readonly string[]> {
  const asked = wire.exchanges.length;
  const commits = await rig.git("app", "rev-list", "--count", "--all");
  const again = asBuild(await rig.factoryWith(KEYS, "build", "--json"));
  const done = Object.entries(again.actions).filter(([, action]) => action !== "fresh");
  return [
    ...(again.code === 0 ? [] : [`6: one more build ends with ${again.code}`]),
    ...done.map(([task, action]) => `6: one more build does ${action} about ${task}`),
    ...(wire.exchanges.length === asked ? [] : ["6: one more build asks a model"]),
    ...((await rig.git("app", "rev-list", "--count", "--all")) === commits
      ? []
      : ["6: one more build commits"]),
  ];
}

function keysIn({ base, wire }: Trial, runs: readonly Run[]): readonly string[] {
  const files = readdirSync(base, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const places: (readonly [string, string])[] = [
    ...files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(base, path), readFileSync(path, "latin1")] as const;
    }),
    ...runs.map(({ command, stdout, stderr }) => [`the screen of ${command}`, stdout + stderr] as const),
    ...wire.exchanges.map(({ number, body }) => [`request ${number}`, body] as const),
  ];
  return places
    .filter(([, text]) => Object.values(KEYS).some((key) => text.includes(key)))
    .map(([place]) => `8: a key is in ${place}`);
}

export function tail({ stdout, stderr }: Run): string {
  return (stdout + stderr).slice(-3000);
}
