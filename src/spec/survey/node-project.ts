// How is a Node project set up and judged? By its lockfile, and by what its script `test` runs: each command of it that is
// known becomes a gate of its own, since a gate that runs the tests alone can report them by name.

import { hasPath, type Listing, textOf } from "./listing.ts";
import { nodeRunner } from "./node-runners.ts";
import { beside, gate, type Proposal, type ProposedGate } from "./proposal.ts";

type Json = Readonly<Record<string, unknown>>;

/** Scripts that are gates beside `test`, in the order in which they are cheap. */
const BESIDE_TEST: readonly (readonly [id: string, names: readonly string[]])[] = [
  ["types", ["typecheck", "type-check", "check-types", "types", "tsc", "test:types", "ts"]],
  ["lint", ["lint", "lint:check", "eslint", "check:lint"]],
];

/** Null where the repository is none, or its package.json is not JSON. */
export function nodeProject(listing: Listing, parse: (text: string) => Json | null): Proposal | null {
  if (!hasPath(listing, "package.json")) return null;
  const manifest = parse(textOf(listing, "package.json"));
  if (manifest === null) return null;
  const scripts = textsOf(manifest.scripts);
  const manager = managerOf(listing, manifest);
  const known = { ...textsOf(manifest.dependencies), ...textsOf(manifest.devDependencies) };
  const found = { listing, scripts, known };
  const tests = testGates(found);
  const others = BESIDE_TEST.flatMap(([id, names]) => {
    if (tests.some((one) => one.id === id)) return [];
    const name = names.find((one) => scripts[one] !== undefined && !isFixer(scripts[one]));
    if (name === undefined) return [];
    const canaries = id === "types" ? typeCanaries(listing) : syntaxCanaries(listing);
    return [gate(id, `npm run --silent ${name}`, { source: `scripts.${name} of package.json`, canaries })];
  });
  const { gates, install } = withManager([...others, ...tests], manager, scripts);
  const unread = tests.some(({ id, report }) => id === "test" && report === null);
  return {
    kind: `Node with ${manager.name}`,
    setup: hasInstall(manifest, listing) ? install : null,
    keep: [],
    gates,
    advice: [...(unread ? [unnamedTests(scripts.test ?? "")] : []), ...severalLocks(listing, manager)],
  };
}

interface Manager {
  readonly name: string;
  readonly install: string;
  /** How scripts call it, and the package that npx brings it from; null for npm, which is there. */
  readonly brought: { readonly program: string; readonly from: string } | null;
}

/** Beside the project's own packages: a gate sees no cache of npm's, and has no network to fill one. */
const MANAGER_FOLDER = "node_modules/.manager";

/** Gates whose commands call the manager, perhaps in a script that npm runs, find the one that the setup installed for them. */
function withManager(
  gates: readonly ProposedGate[],
  { brought, install }: Manager,
  scripts: Found["scripts"],
): Pick<Proposal, "gates"> & { readonly install: string } {
  const calls = ({ run }: ProposedGate) => brought !== null && reaches(run, brought.program, scripts, 0);
  if (brought === null || !gates.some(calls)) return { gates, install };
  const words = "--silent --no-save --no-package-lock";
  return {
    install: `${install} && npm install ${words} --prefix ${MANAGER_FOLDER} ${brought.from}`,
    gates: gates.map((one) =>
      calls(one) ? { ...one, run: `PATH="$PWD/${MANAGER_FOLDER}/node_modules/.bin:$PATH"; ${one.run}` } : one,
    ),
  };
}

function reaches(command: string, program: string, scripts: Found["scripts"], depth: number): boolean {
  if (new RegExp(`(?:^|[\\s;&|("'])${program}\\s`).test(command)) return true;
  const named = [...command.matchAll(/\bnpm (?:run )?(?:--silent )?([\w:.-]+)/g)].map(
    ([, name = ""]) => name,
  );
  const inner = named.flatMap((name) => [scripts[`pre${name}`], scripts[name], scripts[`post${name}`]]);
  return depth < 3 && inner.some((one) => one !== undefined && reaches(one, program, scripts, depth + 1));
}

const LOCKFILES: Readonly<Record<string, string>> = {
  ...{ "pnpm-lock.yaml": "pnpm", "yarn.lock": "yarn", "bun.lock": "bun", "bun.lockb": "bun" },
  ...{ "package-lock.json": "npm", "npm-shrinkwrap.json": "npm" },
};

/** Of several lockfiles that of `packageManager` decides, or else the first. What npm does not bring is called at its version by npx. */
function managerOf(listing: Listing, manifest: Json): Manager {
  const pinned = /^(npm|pnpm|yarn|bun)@(\d[\w.-]*)/.exec(String(manifest.packageManager ?? ""));
  const at = (name: string, major: string) => (pinned?.[1] === name ? pinned[2] : major);
  const managed = (name: string, program: string, from: string, words: string): Manager => {
    return { name, install: `npx --yes ${from} install${words}`, brought: { program, from } };
  };
  const npm = (install: string): Manager => ({ name: "npm", install, brought: null });
  const locks = lockfilesIn(listing);
  const lock = locks.find((path) => LOCKFILES[path] === pinned?.[1]) ?? locks[0] ?? null;
  if (lock === "pnpm-lock.yaml") {
    const from = `pnpm@${at("pnpm", pnpmFor(textOf(listing, lock)))}`;
    return managed("pnpm", "pnpm", from, " --frozen-lockfile");
  }
  if (lock === "yarn.lock") {
    const version = pinned?.[1] === "yarn" ? (pinned[2] as string) : yarnFor(listing);
    if (/^1(?:\.|$)/.test(version)) return managed("Yarn", "yarn", `yarn@${version}`, " --frozen-lockfile");
    // Programs of gates are looked for in node_modules.
    const yarn = managed("Yarn", "yarn", `@yarnpkg/cli-dist@${version}`, " --immutable");
    return { ...yarn, install: `YARN_NODE_LINKER=node-modules ${yarn.install}` };
  }
  if (LOCKFILES[lock ?? ""] === "bun") {
    return managed("Bun", "bun", `bun@${at("bun", "1")}`, " --frozen-lockfile");
  }
  if (lock !== null) return npm("npm ci --no-audit --no-fund");
  if (pinned?.[1] === "pnpm") return managed("pnpm", "pnpm", `pnpm@${at("pnpm", "9")}`, "");
  return npm("npm install --no-package-lock --no-audit --no-fund");
}

function lockfilesIn({ paths }: Listing): readonly string[] {
  return Object.keys(LOCKFILES).filter((path) => paths.includes(path));
}

/** Which of several lockfiles holds, for a person to know. */
function severalLocks(listing: Listing, manager: Manager): string[] {
  const locks = lockfilesIn(listing);
  if (new Set(locks.map((path) => LOCKFILES[path])).size < 2) return [];
  return [
    `${locks.join(" and ")} lie here, and the setup takes that of ${manager.name}: \`packageManager\` in package.json says which one holds.`,
  ];
}

/** A release that lies in the repository, or by the format of the lockfile. */
function yarnFor(listing: Listing): string {
  const release = /^yarnPath:.*\/yarn-([\d.]+\d)\.cjs/m.exec(textOf(listing, ".yarnrc.yml"))?.[1];
  if (release !== undefined) return release;
  const format = /^__metadata:\s*\n\s+version:\s*(\d+)/m.exec(textOf(listing, "yarn.lock"))?.[1];
  return format === undefined ? "1" : Number(format) < 8 ? "3" : "4";
}

/** Version 9 of the format came with pnpm 9; what came before is read by pnpm 8. */
function pnpmFor(lockfile: string): string {
  const version = /^lockfileVersion:\s*'?(\d+)/m.exec(lockfile)?.[1];
  return version !== undefined && Number(version) < 9 ? "8" : "9";
}

function hasInstall(manifest: Json, listing: Listing): boolean {
  const named = ["dependencies", "devDependencies", "optionalDependencies", "workspaces"];
  return named.some((key) => manifest[key] !== undefined) || hasPath(listing, "pnpm-workspace.yaml");
}

interface Found {
  readonly listing: Listing;
  readonly scripts: Readonly<Record<string, string>>;
  readonly known: Readonly<Record<string, string>>;
}

/** npm writes a script that fails into every new package. */
const NO_TEST = /no test specified/;

function testGates({ listing, scripts, known }: Found): ProposedGate[] {
  const script = scripts.test;
  if (script === undefined || NO_TEST.test(script)) return [];
  const source = "scripts.test of package.json";
  const canaries = throwingCanaries(listing);
  const steps = stepsOf(script, scripts, 0);
  if (steps === null) return [gate("test", "npm test --silent", { source, canaries })];
  const before = scripts.pretest === undefined ? "" : "npm run --silent pretest && ";
  const gates: ProposedGate[] = [];
  for (const step of steps) {
    const runner = nodeRunner(step, known);
    const id = unique(runner.id, gates);
    gates.push(
      gate(id, `${before}${runner.run}`, {
        source,
        report: runner.report,
        canaries: canariesFor(runner.id, listing),
      }),
    );
  }
  return gates;
}

function canariesFor(id: string, listing: Listing): ProposedGate["canaries"] {
  if (id === "test") return throwingCanaries(listing);
  if (id === "types") return typeCanaries(listing);
  return id === "lint" ? syntaxCanaries(listing) : [];
}

function unique(id: string, gates: readonly ProposedGate[]): string {
  const same = gates.filter((one) => one.id === id || one.id.startsWith(`${id}-`)).length;
  return same === 0 ? id : `${id}-${same + 1}`;
}

/**
 * The commands that a script runs one after the other, with those of the scripts that it names in their place. Null where
 * a shell would do more with it than that.
 */
function stepsOf(script: string, scripts: Found["scripts"], depth: number): string[] | null {
  const plain = script.replace(/"[^"]*"|'[^']*'/g, (quoted) => quoted.replace(/[;&|<>`$()]/g, "_"));
  if (/[;<>`$()\n]|\|\||(?<!&)&(?!&)|(?<!\|)\|(?!\|)/.test(plain) || depth > 3) return null;
  const steps: string[] = [];
  for (const step of split(script, plain)) {
    const named = /^(?:npm|pnpm|yarn|bun) (?:run (?:--silent |-s )?)?([\w:.-]+)$/.exec(step)?.[1];
    const inner = named === undefined ? undefined : scripts[named];
    if (named === undefined || inner === undefined) steps.push(step);
    else {
      // A hook of npm's stays with its script.
      const hooked = scripts[`pre${named}`] !== undefined || scripts[`post${named}`] !== undefined;
      const deeper = hooked ? null : stepsOf(inner, scripts, depth + 1);
      if (deeper === null) steps.push(`npm run --silent ${named}`);
      else steps.push(...deeper);
    }
  }
  return steps;
}

/** Where `plain` is as long as the script, with nothing in its quotes that a shell would take for itself. */
function split(script: string, plain: string): string[] {
  const steps: string[] = [];
  let from = 0;
  for (const { index } of plain.matchAll(/&&/g)) {
    steps.push(script.slice(from, index).trim());
    from = index + 2;
  }
  steps.push(script.slice(from).trim());
  return steps.filter((step) => step !== "");
}

/** A linter that repairs what it judges is no judge. */
function isFixer(script: string): boolean {
  return /--(?:fix|write)\b|(?:^|\s)format\b/.test(script);
}

const THROWS = 'throw new Error("canary");\n';

/** Beside a test that is there; a runner that is given its files by name meets the canary in the place of one of them. */
function throwingCanaries({ paths }: Listing): ProposedGate["canaries"] {
  const tests = paths.filter((path) => isTest(path));
  const first = tests.find((path) => /[._-](?:test|spec)\.[cm]?[jt]sx?$/.test(path)) ?? tests[0];
  if (first === undefined) return [];
  return [{ [beside(first)]: THROWS }, { [first]: THROWS }];
}

function isTest(path: string): boolean {
  if (/(?:^|\/)(?:node_modules|fixtures?|dist|build|examples?|benchmarks?|[\w-]*snapshots?_*)\//.test(path))
    return false;
  if (!/\.[cm]?[jt]sx?$/.test(path) || /\.d\.[cm]?ts$/.test(path)) return false;
  return (
    /[._-](?:test|spec)\.[cm]?[jt]sx?$/.test(path) ||
    /^(?:.*\/)?(?:tests?|spec|__tests__)(?:\/[^/]+)*\/?[^/]*$/.test(path.replace(/\.[cm]?[jt]sx?$/, ""))
  );
}

const WRONG_TYPE = 'export const canary: number = "text";\n';

/** A wrong type in the folder of a source that is there. */
function typeCanaries({ paths }: Listing): ProposedGate["canaries"] {
  // tsd looks at nothing else.
  const declared = paths.find((path) => /\.test-d\.[cm]?tsx?$/.test(path));
  if (declared !== undefined) return [{ [declared]: WRONG_TYPE }];
  const source =
    paths.find((path) => /^(?:src|lib|source)\/.*\.[cm]?tsx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path)) ??
    paths.find((path) => /^[^/]+\.[cm]?ts$/.test(path) && !/\.(?:config|d)\.[cm]?ts$/.test(path));
  if (source === undefined) return [];
  const folder = source.slice(0, source.lastIndexOf("/") + 1);
  return [{ [`${folder}factory-canary.ts`]: WRONG_TYPE }];
}

/** What no parser takes. */
function syntaxCanaries({ paths }: Listing): ProposedGate["canaries"] {
  const source =
    paths.find((path) => /^(?:src|lib|source)\/[^.]+\.[cm]?[jt]sx?$/.test(path)) ??
    paths.find((path) => /^[^/.]+\.[cm]?[jt]s$/.test(path));
  if (source === undefined) return [];
  const folder = source.slice(0, source.lastIndexOf("/") + 1);
  const end = source.slice(source.lastIndexOf("."));
  return [{ [`${folder}factory-canary${end}`]: "export const = ;\n" }];
}

function unnamedTests(script: string): string {
  return /\bjest\b/.test(script)
    ? "Jest reports its tests by name once jest-junit is installed (`npm install --save-dev jest-junit`): then a criterion is proved by the test that names it."
    : "The tests run, and no report names them: give the gate `report:` (see `docs/reports.md`), so that a criterion is proved by the test that names it.";
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(typeof value === "object" && value !== null ? value : {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
