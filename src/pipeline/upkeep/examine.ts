// Is all well with the machine and the workspace? Looks at everything and changes nothing of people's: it takes no lock,
// and a build may run meanwhile.

import { dirname, join } from "node:path";
import type { Result } from "../../model/result.ts";
import { specFolders } from "../../model/spec-folders.ts";
import { now } from "../../platform/clock.ts";
import { bytesFree } from "../../platform/disk-usage.ts";
import { fileFailure } from "../../platform/file-failure.ts";
import { listFolder } from "../../platform/files.ts";
import { hasGrammars } from "../../platform/grammars.ts";
import { sandboxState } from "../../platform/sandbox.ts";
import { count, size } from "../../report/figures.ts";
import { whyNoSandbox } from "../../report/sandbox-text.ts";
import { Git } from "../../workspaces/git.ts";
import { NOTHING_REMEMBERED, readSources } from "../reading/read.ts";
import type { Sources } from "../reading/sources.ts";
import { type AgentSurroundings, examineAgents } from "./examine-agents.ts";
import { examineDrafts } from "./examine-drafts.ts";
import { examineGates, examineProject } from "./examine-project.ts";
import { examineProof } from "./examine-proof.ts";
import { examineSharedStore } from "./examine-shared-store.ts";
import { examineStore } from "./examine-store.ts";
import { declaredAt, fine, type HealthFinding, problem } from "./health-finding.ts";

const GIT_NEEDED = [2, 38] as const;
/** Below this a build that has to install dependencies is likely to stop in the middle. */
const LITTLE_SPACE = 1024 * 1024 * 1024;

/** Told, because the same specs have other windows on a machine that has them. */
const NO_GRAMMARS = problem("warning", {
  subject: "grammars",
  code: "no-grammars",
  says: "the optional package @vscode/tree-sitter-wasm is not installed. Without it, tasks see only the name and size of code that is neither TypeScript nor JavaScript, and every change of that code makes them stale",
  fix: "Install spec-factory again without `--omit=optional`.",
});

export interface ExaminedWorkspace {
  readonly root: string;
  readonly packageRoot: string;
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export async function examine(patient: ExaminedWorkspace): Promise<readonly HealthFinding[]> {
  const { root, packageRoot, version, environment } = patient;
  const machine = [
    fine("factory", version),
    // The command itself does not start under a Node that is too old.
    fine("node", process.versions.node),
    await gitFinding(root),
    fine("platform", `${process.platform} ${process.arch}`),
    diskFinding(root),
    ...(hasGrammars() ? [] : [NO_GRAMMARS]),
  ];
  const reading = await readSources(root, packageRoot, NOTHING_REMEMBERED);
  if (!reading.ok) {
    const fix = "Run `factory init` here, or name the workspace with -C DIR.";
    return [
      ...machine,
      problem("warning", { subject: "workspace", code: "no-workspace", says: `none in ${root}`, fix }),
    ];
  }
  const { sources } = reading.value;
  const counts = reading.value.features.flatMap(({ criteria }) => criteria);
  const projects: HealthFinding[] = [];
  for (const project of sources.workspace.projects) {
    const found = [
      ...(await examineProject(root, project)),
      ...examineGates(project),
      ...examineProof(project, counts),
    ];
    projects.push(...declaredAt(project.place, found));
  }
  return [
    ...machine,
    fine("workspace", root),
    await sandboxFinding(sources),
    specsFinding(sources),
    ...projects,
    ...(isSound(sources) ? await examineDrafts(patient) : []),
    ...(await examineAgents(sources.workspace, meansOf(patient))),
    ...(await examineStore(root)),
    ...(await examineSharedStore(root, sources.workspace, environment)),
  ];
}

async function sandboxFinding({ workspace }: Sources): Promise<HealthFinding> {
  const state = await sandboxState(workspace.sandbox ?? "auto");
  const subject = "sandbox";
  if (state.kind !== "none")
    return fine(
      subject,
      `${state.kind}: agents, setups, services and gates write to their own folders alone`,
    );
  if (state.why === "off") return fine(subject, "off: agents, setups, services and gates may write anywhere");
  const says = `none, for ${whyNoSandbox(state)}. Agents, setups, services and gates may read and write whatever you may`;
  // There is nothing to install.
  if (state.why === "system") return fine(subject, says);
  const fix =
    "Install bubblewrap and allow user namespaces, or write `sandbox: off` in projects.yaml to accept it.";
  return problem("warning", { subject, code: "no-sandbox", says, fix });
}

function meansOf({ environment }: ExaminedWorkspace): AgentSurroundings {
  const set = Object.entries(environment).filter(([, value]) => (value ?? "").trim() !== "");
  return {
    searchPath: environment.PATH ?? "",
    environment,
    variables: new Set(set.map(([name]) => name)),
    now: now(),
  };
}

async function gitFinding(root: string): Promise<HealthFinding> {
  const fix = `Install git ${GIT_NEEDED.join(".")} or newer.`;
  const answer = await new Git({ gitDir: nearestFolder(root) }).line("version");
  if (!answer.ok) return problem("error", { subject: "git", code: "no-git", says: "cannot be run", fix });
  const version = /\d+(?:\.\d+)+/.exec(answer.value)?.[0] ?? "";
  if (isAtLeast(version, GIT_NEEDED)) return fine("git", version);
  return problem("error", {
    subject: "git",
    code: "old-git",
    says: `${version || answer.value} is too old`,
    fix,
  });
}

/** `-C` may name a folder that is not there; git has to be started somewhere. */
function nearestFolder(path: string): string {
  return listFolder(path).ok || dirname(path) === path ? path : nearestFolder(dirname(path));
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [has = 0, below = 0] = version.split(".").map(Number);
  return has > major || (has === major && below >= minor);
}

function diskFinding(root: string): HealthFinding {
  const free = freeAt(nearestFolder(root));
  const subject = "disk";
  if (!free.ok)
    return problem("warning", {
      subject,
      code: "disk-unknown",
      says: "cannot be measured",
      fix: "Look at it by hand.",
    });
  if (free.value >= LITTLE_SPACE) return fine(subject, `${size(free.value)} free`);
  const fix = "Free space; `factory gc` removes what nobody needs.";
  return problem("warning", { subject, code: "little-space", says: `only ${size(free.value)} free`, fix });
}

function freeAt(folder: string): Result<number> {
  try {
    return { ok: true, value: bytesFree(folder) };
  } catch (error) {
    return fileFailure(folder, "measure", error);
  }
}

function isSound({ diagnostics }: Sources): boolean {
  return diagnostics.every(({ severity }) => severity !== "error");
}

function specsFinding({ diagnostics, features, root, workspace }: Sources): HealthFinding {
  const wrong = diagnostics.filter(({ severity }) => severity === "error");
  const errors = wrong.length;
  const tasks = features.reduce((sum, feature) => sum + feature.tasks.length, 0);
  if (errors === 0)
    return fine(
      "specs",
      `${count(tasks, "task")} in ${specFolders(workspace.projects)
        .map((one) => join(root, one))
        .join(", ")}`,
    );
  const says = `${errors} ${errors === 1 ? "error" : "errors"}`;
  return problem("error", {
    subject: "specs",
    code: "invalid-spec",
    says,
    fix: "Run `factory validate` and fix them.",
    place: wrong[0] ?? null,
  });
}
