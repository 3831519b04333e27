// What is known of the planning of one feature, before anything is planned? Who would plan it, what they would be
// given, what was planned last, and what stands in the files now.

import { join } from "node:path";
import { makeAgent } from "../../agents/agent-kinds.ts";
import { judgePlan, type PlanningVerdict } from "../../engine/judge-plan.ts";
import { type Digest, digestOf, digestOfBytes, type Json } from "../../model/digest.ts";
import { type Feature, folderOf } from "../../model/feature.ts";
import type { PlannedTexts } from "../../model/planning.ts";
import { loadRenderer } from "../../model/render.ts";
import { type Result, success } from "../../model/result.ts";
import type { Role } from "../../model/role.ts";
import type { PlanningRecord } from "../../model/trace.ts";
import { readIfThere } from "../../platform/files.ts";
import { type Request, requestOf, requestText } from "../../spec/compare/feature-request.ts";
import { type Planners, plannersOf } from "../../spec/read/planners.ts";
import type { Sources } from "../reading/sources.ts";

const FILE_LIMIT = 1024 * 1024;

/** The prompts of planning, which are part of who plans. */
const PLANNING_ROLES: readonly Role[] = [
  "spec-planner",
  "architecture-planner",
  "qa-planner",
  "plan-merger",
  "backlog",
];

export interface PlanFacts {
  readonly feature: Feature;
  readonly by: { readonly kind: "template"; readonly texts: PlannedTexts } | ByAgents;
  readonly record: PlanningRecord | null;
  readonly request: Request;
  readonly requestDigest: Digest;
  readonly key: Digest;
  /** feature.md as its author wrote it. */
  readonly requestFile: string;
  /** The files as they are now; null where there is none. */
  readonly plan: string | null;
  readonly backlog: string | null;
  readonly verdict: PlanningVerdict;
}

export interface ByAgents {
  readonly kind: "agents";
  readonly agents: Planners;
}

/** Looks at features one after the other. */
export class Planning {
  readonly #sources: Sources;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Null where nobody plans the feature. Fails with `template` where its template cannot be rendered. */
  async factsOf(feature: Feature, asked: boolean): Promise<Result<PlanFacts | null>> {
    const { root, locks } = this.#sources;
    const by = await this.#plannerOf(feature, asked);
    if (!by.ok || by.value === null) return by as Result<null>;
    const record = locks.get(feature.id)?.planning ?? null;
    const request = requestOf(feature);
    const plan = readText(join(root, folderOf(feature), "PLAN.md"));
    const backlog = readText(join(root, folderOf(feature), "BACKLOG.yaml"));
    const requestFile = readText(join(root, feature.file));
    if (!plan.ok) return plan;
    if (!backlog.ok) return backlog;
    if (!requestFile.ok) return requestFile;
    const facts = {
      ...{ feature, record, request, requestFile: requestFile.value ?? "" },
      ...{ plan: plan.value, backlog: backlog.value },
      by: by.value,
      requestDigest: digestOfBytes(requestText(request)),
      key: keyOf(by.value, digestOfBytes(requestText(request)), this.#sources),
    };
    const verdict = judgePlan({
      backlog: feature.backlog,
      record,
      key: facts.key,
      request: facts.requestDigest,
      asRendered: by.value.kind === "template" && isAs(by.value.texts, facts),
      by: by.value.kind,
      asked,
    });
    return success({ ...facts, verdict });
  }

  async #plannerOf(feature: Feature, asked: boolean): Promise<Result<PlanFacts["by"] | null>> {
    const { templates, workspace, locks } = this.#sources;
    const template = templates.get(feature.template ?? "");
    if (template?.planner) {
      const { templatePlan } = await import("../../spec/instantiate/template-plan.ts");
      const texts = templatePlan(feature, template, template.planner, await loadRenderer());
      if (texts.ok) return success({ kind: "template", texts: texts.value });
      // A backlog of a person's own needs no template that fits it.
      const own = feature.backlog === "file" && locks.get(feature.id)?.planning === undefined && !asked;
      return own ? success(null) : texts;
    }
    const agents = plannersOf(workspace);
    return success(agents === null ? null : { kind: "agents", agents });
  }
}

/**
 * A template is known by what it makes, so that nothing is noted down anew while that stays the same. Of agents, the
 * map of the code is left out: otherwise every build would have to plan again what it has just built.
 */
function keyOf(by: PlanFacts["by"], request: Digest, { prompts }: Sources): Digest {
  if (by.kind === "template") return templateKey(by.texts);
  const { planner, merger, backlog } = by.agents;
  const identities = (agents: typeof planner) =>
    agents.map((agent) => makeAgent(agent).identity as unknown as Json);
  const agents = [planner, merger, backlog].map(identities);
  const texts = PLANNING_ROLES.map((role) => prompts.get(role)?.text ?? null);
  return digestOf("planning/1", { request, agents, prompts: texts });
}

export function templateKey({ plan, backlog }: PlannedTexts): Digest {
  return digestOf("planning/1", {
    plan: plan === null ? null : digestOfBytes(plan),
    backlog: digestOfBytes(backlog),
  });
}

function isAs(texts: PlannedTexts, files: Pick<PlanFacts, "plan" | "backlog">): boolean {
  return texts.backlog === files.backlog && texts.plan === files.plan;
}

/** Null where there is no such file. */
export function readText(path: string): Result<string | null> {
  const read = readIfThere(path, FILE_LIMIT);
  if (!read.ok) return read;
  return success(read.value === null ? null : Buffer.from(read.value).toString("utf8"));
}
