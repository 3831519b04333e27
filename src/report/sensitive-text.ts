// What does a draft change in a file that reaches further than the code? Of a package's manifest, which packages and which
// scripts; of npm's lockfile, which packages run a script when they are installed; of all others, that it changed.

import { basename } from "node:path";
import { jsonObject } from "../model/json-object.ts";

/** Contents of a file; null where there is none. */
export interface Versions {
  readonly before: string | null;
  readonly after: string | null;
}

type Entries = Readonly<Record<string, unknown>>;

const PACKAGES = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];
/** Characters of a script that one line can show. */
const SHOWN = 80;
/** Facts that one line can hold. */
const NAMED = 6;

/** `adds package.json: …`, for a sentence that begins with who does it. */
export function sensitiveText(path: string, versions: Versions): string {
  const { before, after } = versions;
  const verb = before === null ? "adds" : after === null ? "removes" : "changes";
  const facts = after === null ? [] : factsOf(basename(path), versions);
  const more = facts.length > NAMED ? [`${facts.length - NAMED} more`] : [];
  const told = [...facts.slice(0, NAMED), ...more].join("; ");
  return told === "" ? `${verb} ${path}` : `${verb} ${path}: ${told}`;
}

function factsOf(name: string, { before, after }: Versions): readonly string[] {
  const tell = TOLD[name];
  if (tell === undefined) return [];
  const [was, now] = [before, after].map((content) => (content === null ? {} : jsonObject(content)));
  return was == null || now == null ? ["nobody can tell what, because it is no JSON object"] : tell(was, now);
}

/** By the name of a file. */
const TOLD: Readonly<Record<string, (was: Entries, now: Entries) => readonly string[]>> = {
  "package.json": manifestFacts,
  "package-lock.json": lockFacts,
  "npm-shrinkwrap.json": lockFacts,
};

function manifestFacts(was: Entries, now: Entries): readonly string[] {
  const packages = PACKAGES.flatMap((kind) =>
    differing(was[kind], now[kind]).map(([name, from, to]) => {
      if (to === undefined) return `drops the package ${name}`;
      return from === undefined
        ? `brings the package ${name} ${text(to)}`
        : `moves ${name} from ${text(from)} to ${text(to)}`;
    }),
  );
  const scripts = differing(was.scripts, now.scripts).map(([name, from, to]) => {
    if (to === undefined) return `drops the script ${name}`;
    return from === undefined
      ? `brings the script ${name} (${text(to)})`
      : `script ${name} was (${text(from)}) and is (${text(to)})`;
  });
  const known = new Set([...PACKAGES, "scripts"]);
  const others = differing(was, now).flatMap(([name]) => (known.has(name) ? [] : [`changes \`${name}\``]));
  return [...scripts, ...packages, ...others];
}

function lockFacts(was: Entries, now: Entries): readonly string[] {
  const runs = (entry: unknown) => record(entry).hasInstallScript === true;
  const changed = differing(was.packages, now.packages).filter(
    ([name, , to]) => name !== "" && to !== undefined,
  );
  const loud = changed.filter(([, , to]) => runs(to)).map(([name]) => name.replace(/^.*node_modules\//, ""));
  if (changed.length === 0) return [];
  const said =
    loud.length === 0
      ? "none runs a script at its install"
      : `scripts run at the install of ${loud.join(", ")}`;
  return [`${changed.length} packages are new or other versions, ${said}`];
}

/** Keys whose values are not the same, with both; undefined where one has it not. */
function differing(was: unknown, now: unknown): readonly (readonly [string, unknown, unknown])[] {
  const [before, after] = [record(was), record(now)];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    .map((key) => [key, before[key], after[key]]);
}

function text(value: unknown): string {
  const said = typeof value === "string" ? value : JSON.stringify(value);
  return said.length > SHOWN ? `${said.slice(0, SHOWN)}…` : said;
}

function record(value: unknown): Entries {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Entries) : {};
}
