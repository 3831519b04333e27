// What is an agent given for a task, and under which key? The window, and all that is given beside it.

import { proofSegment } from "../../context/acceptance.ts";
import { assemble } from "../../context/assemble.ts";
import { pointedAt } from "../../context/pointer-text.ts";
import { withDependencies } from "../../engine/graph.ts";
import { type Given, manifestOf } from "../../engine/manifest.ts";
import { fallbacksFor, routeRole, routeTask } from "../../engine/route.ts";
import type { AgentDeclaration } from "../../model/agent.ts";
import { type Digest, digestOfBytes } from "../../model/digest.ts";
import type { Failure } from "../../model/failure.ts";
import type { Feature } from "../../model/feature.ts";
import { actionKey, type Manifest } from "../../model/manifest.ts";
import { type Pointer, pointerIn } from "../../model/pointer.ts";
import type { Gate } from "../../model/project.ts";
import { proofOf } from "../../model/proof.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { draftingRole } from "../../model/role.ts";
import type { Task } from "../../model/task.ts";
import type { PartFile } from "../../model/template.ts";
import type { Interface } from "../../model/trace.ts";
import type { Window } from "../../model/window.ts";
import { groundOf } from "../product/compose.ts";
import { shownOutputs } from "../projects/baseless.ts";
import { isFailure, type Site } from "../projects/site.ts";
import { NO_PART, partOf } from "../reading/generator-part.ts";
import { roleFilesOf } from "../reading/role-files.ts";
import type { Run } from "../run/run.ts";
import { promptOf } from "../sessions/prompt.ts";
import { authorsOf, testersOf } from "./authors.ts";

/** A task with all that its attempts need. */
export interface Assignment {
  readonly node: number;
  readonly task: Task;
  readonly feature: Feature;
  readonly site: Site;
  readonly agent: AgentDeclaration;
  /** Who drafts where that agent cannot be reached, in order; only those that people configured. */
  readonly fallbacks: readonly AgentDeclaration[];
  /** Who writes the tests first, where they are to be independent; else nobody. */
  readonly testers: readonly AgentDeclaration[];
  readonly gates: readonly Gate[];
  readonly part: readonly PartFile[];
  readonly code: Readonly<Record<string, string>>;
  readonly window: Window;
  /** True where the window has to be compressed before it is delivered. */
  readonly oversized: boolean;
  readonly manifest: Manifest;
  readonly key: Digest;
}

export async function assignmentOf(run: Run, site: Site, node: number): Promise<Result<Assignment>> {
  const task = run.graph.tasks[node] as Task;
  const feature = run.graph.features.get(task.feature) as Feature;
  const { workspace } = run.sources;
  const agent = routeTask(task, workspace);
  const fallbacks = fallbacksFor(task, workspace);
  const generated = agent.kind === "generator";
  const generatorPart = generated ? partOf(run.sources.templates, task) : NO_PART;
  const { part, code, given } = generatorPart;
  const mentions = generated ? await run.mentions.ofPart(generatorPart) : null;
  const role = draftingRole(task);
  // Programs do without one; the package brings one for everybody else.
  const isTold = !generated && run.sources.prompts.has(role);
  const prompt = isTold ? await promptOf(run.sources, role, site.project) : success(null);
  if (!prompt.ok) return prompt;
  const interfaces = await interfacesFor(run, task);
  if (!interfaces.ok) return interfaces;
  const compressors = generated ? [] : routeRole("compressor", workspace);
  const limit = workspace.limits.windowBytes;
  const proof = generated ? null : proofSegment(task, site.project, proofOf(task, workspace));
  const shown = interfaces.value;
  const material = { task, feature, prompt: prompt.value, interfaces: shown, mentions, proof, lessons: [] };
  const fitting = assemble(material, limit);
  const oversized = !fitting.ok && compressors.length > 0;
  const window = oversized ? assemble(material, Number.POSITIVE_INFINITY) : fitting;
  if (!window.ok) return failed(placed(window.failure, task));
  const discovered =
    agent.kind === "command" ? await worktreeInputs(run, site, node, agent) : success<Given[]>([]);
  if (!discovered.ok) return discovered;

  const testers = testersOf(task, site.project, { agent, fallbacks, workspace });
  const authors = authorsOf(agent, {
    fallback: fallbacks,
    tester: testers,
    compressor: oversized ? compressors : [],
  });
  const roleFiles = roleFilesOf(run.sources, [
    ...[agent, ...fallbacks].map((one) => ({ agent: one, role })),
    ...testers.map((one) => ({ agent: one, role: "tester" as const })),
    ...(oversized ? compressors : []).map((one) => ({ agent: one, role: "compressor" as const })),
  ]);
  const manifest = manifestOf(task, window.value, authors, [...given, ...roleFiles, ...discovered.value]);
  return success({
    node,
    task,
    feature,
    site,
    agent,
    fallbacks,
    testers,
    gates: gatesOf(task, site),
    part,
    code,
    window: window.value,
    oversized,
    manifest,
    key: actionKey(manifest),
  });
}

function placed(failure: Failure, { place }: Task): Failure {
  return failure.reason === "window-too-large" ? { ...failure, place } : failure;
}

/** Those of the project that judge the task. */
export function gatesOf(task: Task, site: Site): readonly Gate[] {
  const { gates } = site.project;
  return task.gates === null ? gates : gates.filter((gate) => task.gates?.includes(gate.id));
}

/** The declared interfaces of what the tasks named in `depends_on` put out, in the order of their addresses. */
export async function interfacesFor(
  run: Run,
  task: Task,
): Promise<Result<{ name: string; shown: Interface }[]>> {
  const found: { name: string; shown: Interface }[] = [];
  for (const id of [...task.dependsOn].sort()) {
    const upstream = run.graph.tasks[run.graph.indexOf.get(id) ?? -1];
    const entry = run.book.entry(id);
    if (upstream === undefined || entry === null) continue;
    const site = await run.sites.open(upstream.project);
    // A project that is not there is made before anybody builds on it. Of one that cannot be looked at nothing is known,
    // and a window without it would have another key, under which another result may stand.
    if (isFailure(site) && site.reason !== "project-missing") return failed(site);
    if (isFailure(site)) continue;
    const outputs = await shownOutputs(entry, site);
    if (!outputs.ok) return outputs;
    for (const output of outputs.value) {
      const shown = await run.interfaces.of(output, () => site.contentOfOutput(output));
      if (!shown.ok) return shown;
      if (shown.value !== null)
        found.push({ name: `${upstream.project}/${output.path}`, shown: shown.value });
    }
  }
  return success(found);
}

/** What a program in a worktree can read without our seeing it: all that its dependencies made, and its declared files. */
async function worktreeInputs(
  run: Run,
  site: Site,
  node: number,
  agent: AgentDeclaration & { kind: "command" },
): Promise<Result<Given[]>> {
  const given: Given[] = [];
  const task = run.graph.tasks[node] as Task;
  if (agent.reads === "all") {
    for (const at of withDependencies(run.graph, [node])) {
      const other = run.graph.tasks[at];
      if (at === node || other === undefined || other.project !== task.project) continue;
      for (const output of run.book.entry(other.id)?.outputs ?? []) {
        given.push({ kind: "output", name: output.path, digest: output.digest });
      }
    }
  }
  if (task.context.files.length === 0) return success(given);
  const ground = await groundOf(run, site, node);
  if (!ground.ok) return ground;
  for (const pointer of [...task.context.files].sort()) {
    const pointed = pointerIn(pointer);
    const entry = ground.value.tree.get(pointed.path);
    const content = entry === undefined ? null : await site.contentOf(entry.oid);
    if (content !== null && !content.ok) return content;
    given.push({
      kind: "file",
      name: pointer,
      digest: content === null ? null : await pointedDigest(content.value, pointed),
    });
  }
  return success(given);
}

/** Only the lines that the pointer names count. */
async function pointedDigest(content: Uint8Array, pointer: Pointer): Promise<Digest> {
  const isWhole = pointer.symbol === null && pointer.lines === null;
  if (isWhole) return digestOfBytes(content);
  return digestOfBytes(await pointedAt(pointer, Buffer.from(content).toString("utf8")));
}
