// What does projects.yaml declare? Defaults are filled in here and nowhere else. Whether what it names exists is
// not known here.

import type { AgentCatalogue } from "../../model/agent-declaration.ts";
import type { Budget } from "../../model/budget.ts";
import { globMatcher } from "../../model/glob.ts";
import type { Network } from "../../model/network.ts";
import { canonicalPath, pathFault } from "../../model/path.ts";
import type { Place } from "../../model/place.ts";
import type { Gate, Project } from "../../model/project.ts";
import { DEFAULT_LIMITS, type Limits, type Workspace } from "../../model/workspace.ts";
import { Findings } from "../findings/findings.ts";
import { commitRules, mergeCheckpoint } from "../schema/commit-schema.ts";
import { milliseconds } from "../schema/duration.ts";
import { type WorkspaceShape, workspaceSchema } from "../schema/schema.ts";
import { templateRepositories } from "../schema/template-repositories.ts";
import { type Places, type Plain, readYaml, type YamlData } from "../yaml/yaml.ts";
import { agentsOf } from "./agents.ts";
import { decode } from "./decode.ts";
import { fleetOf } from "./fleet-place.ts";
import { rulesOf } from "./parse-rules.ts";
import { placeholdersIn } from "./placeholders.ts";
import { namesOf, needsOf } from "./project-needs.ts";
import { checkRouting, draftersOf, routingOf } from "./routing.ts";
import { conform } from "./shape.ts";
import { storeOf } from "./shared-place.ts";
import { rootOf, type SharedRepository, sharedRepositories, specsOf } from "./shared-repository.ts";
import type { Parsed, SourceFile } from "./source.ts";

type ProjectShape = WorkspaceShape["projects"][number];
type GateShape = NonNullable<ProjectShape["gates"]>[number];

const GATE_TIMEOUT = "10m";

/** Reads projects.yaml, whose agents are of the catalogue. */
export function parseWorkspace(source: SourceFile, catalogue: AgentCatalogue): Parsed<Workspace> {
  const findings = new Findings();
  const value = workspaceOf(source, catalogue, findings);
  return { value, diagnostics: findings.sorted() };
}

function workspaceOf(source: SourceFile, catalogue: AgentCatalogue, findings: Findings): Workspace | null {
  const text = decode(source, null, findings);
  if (text === null) return null;
  const data = readYaml({ text, file: source.path, firstLine: 1, target: null }, findings);
  if (data === null) return null;
  const declared = declaredAgents(data.root);
  const shape = conform(workspaceSchema(catalogue), data, (path) => projectTarget(data, path), findings);
  if (shape === null) return null;
  const agents = agentsOf(shape, catalogue, { places: data.places, findings });
  checkRouting(shape, { places: data.places, declared, findings });
  const shared = sharedRepositories(shape.projects, { places: data.places, findings });
  return {
    projects: shape.projects.map((project, index) => {
      const place = data.places.of(shape.projects, index) ?? data.places.root;
      const repository = shared.get(project) as SharedRepository;
      return projectOf(project, place, { places: data.places, findings, shape, repository });
    }),
    agents,
    routing: routingOf(shape.routing, agents, data.places),
    budget: { ...budgetOf(shape.budget), perHourUsd: shape.budget?.per_hour_usd ?? null },
    prices: pricesOf(shape.prices),
    limits: limitsOf(shape.limits),
    ...rulesOf(shape, { places: data.places, findings }, null),
    ...storeOf(shape, { places: data.places, findings }),
    ...fleetOf(shape, { places: data.places, findings }),
    ...(shape.sandbox === undefined ? {} : { sandbox: shape.sandbox }),
    checkpoints: { backlog: shape.checkpoints?.backlog ?? "auto" },
    templates: templateRepositories(shape.templates ?? [], data.places, findings),
  };
}

/** All that were written down, even those that do not fit: a broken agent is not an unknown one. */
function declaredAgents(root: Plain): ReadonlySet<string> {
  const agents = typeof root === "object" && root !== null && !Array.isArray(root) ? root.agents : undefined;
  const ids = typeof agents === "object" && agents !== null ? Object.keys(agents) : [];
  return new Set(ids.length > 0 ? ids : ["local"]);
}

/** `shop-api/` for all that stands below the project's entry. */
function projectTarget(data: YamlData, path: readonly (string | number)[]): string | null {
  const root = data.root as { readonly projects?: unknown };
  if (path[0] !== "projects" || !Array.isArray(root.projects)) return null;
  const id = (root.projects[Number(path[1])] as { readonly id?: unknown } | null)?.id;
  return typeof id === "string" ? `${id}/` : null;
}

interface WorkspaceContext {
  readonly places: Places;
  readonly findings: Findings;
}

function projectOf(
  shape: ProjectShape,
  place: Place,
  context: WorkspaceContext & { readonly shape: WorkspaceShape; readonly repository: SharedRepository },
): Project {
  const { commits, checkpoints } = context.shape;
  const { repository } = context;
  return {
    id: shape.id,
    path: pathOf(shape, place, context),
    root: rootOf(shape, context),
    repository: repository.repository,
    specs: specsOf(shape, context),
    specFolders: repository.specFolders,
    scaffold: repository.scaffold ?? null,
    git: repository.git ?? null,
    branch: repository.branch ?? null,
    priority: shape.priority ?? 1,
    budget: budgetOf(shape.budget),
    setup: repository.setup ?? null,
    ...networkOf(shape.network),
    ...(shape.sensitive === undefined ? {} : { sensitive: shape.sensitive }),
    ...needsOf(shape, place, context),
    gates: (shape.gates ?? []).map((gate, index) => {
      const gatePlace = context.places.of(shape.gates ?? [], index) ?? place;
      checkCanary(gate, `${shape.id}/`, context);
      checkInputs(gate, `${shape.id}/`, context);
      checkReport(gate, `${shape.id}/`, context);
      return gateOf(gate, shape, gatePlace);
    }),
    independentTests: shape.tests === "independent",
    merge: mergeCheckpoint(checkpoints, repository.checkpoints),
    commits: commitRules(commits, repository.commits),
    ...rulesOf(shape, context, `${shape.id}/`),
    ...draftersOf(shape.routing, context.places),
    place,
  };
}

/** A project that lives here alone must say where. What was written and does not fit was told already. */
function pathOf(shape: ProjectShape, place: Place, { places, findings }: WorkspaceContext): string {
  const { id, path } = shape;
  const subject = { target: `${id}/`, place };
  if (["path", "git"].every((key) => places.of(shape, key) === null)) {
    const message = `The project ${id} has neither path nor git.`;
    findings.error("missing-key", subject, { message, fix: "Add path: with the folder of its repository." });
  }
  return path ?? `projects/${id}`;
}

function networkOf(network: Network | undefined): { readonly network?: Network } {
  return network === undefined ? {} : { network };
}

function budgetOf(shape: WorkspaceShape["budget"]): Budget {
  return { usd: shape?.usd ?? null, perTaskUsd: shape?.per_task_usd ?? null };
}

function gateOf(shape: GateShape, project: ProjectShape, place: Place): Gate {
  const { canary } = shape;
  return {
    id: shape.id,
    run: shape.run,
    timeoutMs: milliseconds(shape.timeout ?? GATE_TIMEOUT),
    canary: canary === undefined ? null : canary,
    report: shape.report ?? null,
    env: namesOf(project.env ?? [], shape.env ?? []),
    inputs: shape.inputs?.map(canonicalPath) ?? null,
    exclusive: shape.exclusive ?? false,
    ...networkOf(shape.network ?? project.network),
    place,
  };
}

function checkCanary(gate: GateShape, target: string, { places, findings }: WorkspaceContext): void {
  for (const path of Object.keys(gate.canary ?? {})) {
    const fault = pathFault(path);
    if (fault === null) continue;
    findings.error(
      fault === "parent" || fault === "absolute" ? "path-leaves-project" : "hostile-path",
      { target, place: places.of(gate.canary ?? {}, path) },
      {
        message: `The canary of gate ${gate.id} would write ${JSON.stringify(path)} (${fault}).`,
        fix: "Give a path inside the project, with `/` between its segments.",
      },
    );
  }
}

function checkInputs(gate: GateShape, target: string, { places, findings }: WorkspaceContext): void {
  const { canary, inputs } = gate;
  if (canary === undefined || inputs === undefined) return;
  const paths = Object.keys(canary);
  if (paths.some((path) => inputs.some((pattern) => globMatcher(canonicalPath(pattern))(path)))) return;
  findings.error(
    "contradiction",
    { target, place: places.of(gate, "inputs") },
    {
      message: `The gate ${gate.id} does not look at its own canary: no pattern of inputs covers ${paths.join(" or ")}.`,
      fix: "Add a pattern that covers it, or put the canary where the gate looks.",
    },
  );
}

function checkReport(gate: GateShape, target: string, { places, findings }: WorkspaceContext): void {
  const whose = `The gate ${gate.id}`;
  const subject = { target, place: places.of(gate, "run") };
  const named = placeholdersIn(gate.run, ["report", "tests"], { whose, subject, findings });
  if (gate.report !== "junit" || named.has("report")) return;
  findings.error("missing-placeholder", subject, {
    message: `${whose} has a report, but its command does not say where to write it.`,
    fix: "Put {{report}} where the command takes the path of its report.",
  });
}

function pricesOf(shape: WorkspaceShape["prices"]): Workspace["prices"] {
  const entries = Object.entries(shape ?? {});
  return Object.fromEntries(
    entries.map(([model, { in: given, out, cached = given, written = given }]) => [
      model,
      { in: given, out, cached, written },
    ]),
  );
}

function limitsOf(shape: WorkspaceShape["limits"]): Limits {
  const { programs, ...limits } = DEFAULT_LIMITS;
  return {
    agents: shape?.agents ?? limits.agents,
    gates: shape?.gates ?? limits.gates,
    attempts: shape?.attempts ?? limits.attempts,
    rebases: shape?.rebases ?? limits.rebases,
    windowBytes: shape?.window_bytes ?? limits.windowBytes,
    planningBytes: shape?.planning_bytes ?? limits.planningBytes,
    mapBytes: shape?.map_bytes ?? limits.mapBytes,
    programs: {
      memoryMb: shape?.memory_mb ?? programs.memoryMb,
      processes: shape?.processes ?? programs.processes,
      fileMb: shape?.file_mb ?? programs.fileMb,
    },
  };
}
