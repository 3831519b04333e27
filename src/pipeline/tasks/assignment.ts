// What is an agent given for a task, and under which key? The window, and all that is given beside it.

import { assemble } from "../../context/assemble.ts";
import { proofSegments } from "../../context/criteria-text.ts";
import type { Shown } from "../../context/fit-interfaces.ts";
import { pointedAt } from "../../context/pointer-text.ts";
import { wholeSegments } from "../../context/whole-segments.ts";
import { type GivenContent, manifestOf } from "../../engine/action-manifest.ts";
import { withDependencies } from "../../engine/graph.ts";
import { fallbacksFor, routeRole, routeTask } from "../../engine/route.ts";
import type { AgentDeclaration } from "../../model/agent-declaration.ts";
import { type Digest, digestOfBytes } from "../../model/digest.ts";
import type { Failure } from "../../model/failure.ts";
import type { Feature } from "../../model/feature.ts";
import { globMatcher, isGlob } from "../../model/glob.ts";
import { actionKey, type Manifest } from "../../model/manifest.ts";
import { seenFrom } from "../../model/path.ts";
import { type Pointer, pointerIn } from "../../model/pointer.ts";
import type { Gate, Project } from "../../model/project.ts";
import { proofOf } from "../../model/proof.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { draftingRole, guideOf, type Role } from "../../model/role.ts";
import type { Interface } from "../../model/surface.ts";
import { isWhole, type Task } from "../../model/task.ts";
import type { PartFile } from "../../model/template.ts";
import type { Window } from "../../model/window.ts";
import { groundOf } from "../product/ground.ts";
import { shownOutputs } from "../projects/baseless.ts";
import { isFailure, type ProjectState } from "../projects/project-state.ts";
import { mentionsOf, NO_PART, partOf } from "../reading/generator-part.ts";
import { rulesFor } from "../reading/project-rules.ts";
import { roleFilesOf } from "../reading/role-file-places.ts";
import type { Run } from "../run/run.ts";
import { promptOf } from "../sessions/prompt.ts";
import { authorsOf, testersOf } from "./authors.ts";

/** A task with all that its attempts need. */
export interface Assignment {
  readonly node: number;
  readonly task: Task;
  readonly feature: Feature;
  readonly state: ProjectState;
  readonly role: Role;
  /** Whose prompt and role files it goes by. */
  readonly guide: Role;
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

export async function assignmentOf(run: Run, state: ProjectState, node: number): Promise<Result<Assignment>> {
  const task = run.graph.tasks[node] as Task;
  const feature = run.graph.features.get(task.feature) as Feature;
  const { workspace } = run.sources;
  const agent = routeTask(task, workspace);
  const fallbacks = fallbacksFor(task, workspace);
  const generated = agent.kind === "generator";
  const generatorPart = generated ? partOf(run.sources.templates, task) : NO_PART;
  const { part, code, given } = generatorPart;
  const mentions = generated ? await mentionsOf(generatorPart) : null;
  const hasPrompt = (name: string) => run.sources.prompts.has(name);
  const role = draftingRole(task, hasPrompt);
  const guide = guideOf(role, hasPrompt);
  // Programs do without one; the package brings one for everybody else.
  const isTold = !generated && hasPrompt(guide);
  const prompt = isTold ? await promptOf(run.sources, role, state.project) : success(null);
  if (!prompt.ok) return prompt;
  // Whoever writes nothing builds on nothing; what its parts made is verified.
  const interfaces = isWhole(task) ? success([]) : await interfacesFor(run, task);
  if (!interfaces.ok) return interfaces;
  const compressors = generated ? [] : routeRole("compressor", workspace);
  const limit = isWhole(task) ? Number.POSITIVE_INFINITY : workspace.limits.windowBytes;
  const proofs = generated ? [] : proofSegments(task, state.project, proofOf(task, workspace));
  const shown = generated ? interfaces.value : beside(task, interfaces.value);
  const rules = generated ? [] : rulesFor(run.sources, state.project);
  const material = {
    ...{ role, task, feature, prompt: prompt.value, interfaces: shown, mentions, proofs, rules },
    wholes: wholeSegments(run.graph, task),
    lessons: [],
  };
  const fitting = assemble(material, limit);
  const oversized = !fitting.ok && compressors.length > 0;
  const window = oversized ? assemble(material, Number.POSITIVE_INFINITY, limit) : fitting;
  if (!window.ok) return failed(placed(window.failure, task));
  const discovered =
    agent.kind === "command" ? await worktreeInputs(run, state, node, agent) : success<GivenContent[]>([]);
  if (!discovered.ok) return discovered;

  const testers = testersOf(task, state.project, { agent, fallbacks, workspace });
  const authors = authorsOf(agent, {
    fallback: fallbacks,
    tester: testers,
    compressor: oversized ? compressors : [],
  });
  const roleFiles = roleFilesOf(run.sources, [
    ...[agent, ...fallbacks].map((one) => ({ agent: one, role: guide })),
    ...testers.map((one) => ({ agent: one, role: "tester" as const })),
    ...(oversized ? compressors : []).map((one) => ({ agent: one, role: "compressor" as const })),
  ]);
  const manifest = manifestOf(task, window.value, authors, [...given, ...roleFiles, ...discovered.value]);
  return success({
    ...{ node, task, feature, state, role, guide },
    agent,
    fallbacks,
    testers,
    gates: gatesOf(task, state),
    part,
    code,
    window: window.value,
    oversized,
    manifest,
    key: actionKey(manifest),
  });
}

/**
 * Whoever writes a file itself reads it whole: its interface would only be told twice. What a pattern covers may never be
 * touched, so it still counts.
 */
function beside({ project, filesHint }: Task, interfaces: readonly Shown[]): readonly Shown[] {
  const named = new Set(filesHint.map((path) => `${project}/${path}`));
  const covers = filesHint.filter(isGlob).map(globMatcher);
  return interfaces
    .filter(({ name }) => !named.has(name))
    .map((one) => {
      const path = one.name.startsWith(`${project}/`) ? one.shown.path : null;
      return path !== null && covers.some((matches) => matches(path)) ? { ...one, isWritable: true } : one;
    });
}

function placed(failure: Failure, { place }: Task): Failure {
  return failure.reason === "window-too-large" ? { ...failure, place } : failure;
}

/** Those of the project that judge the task. */
export function gatesOf(task: Task, state: ProjectState): readonly Gate[] {
  const { gates } = state.project;
  return task.gates === null ? gates : gates.filter((gate) => task.gates?.includes(gate.id));
}

/** The declared interfaces of what the tasks named in `depends_on` put out, in the order of their addresses. */
export async function interfacesFor(run: Run, task: Task): Promise<Result<Shown[]>> {
  const found: Shown[] = [];
  const own = run.sources.workspace.projects.find(({ id }) => id === task.project);
  for (const id of [...task.dependsOn].sort()) {
    const upstream = run.graph.tasks[run.graph.indexOf.get(id) ?? -1];
    const entry = run.selected.entry(id);
    if (upstream === undefined || entry === null) continue;
    const state = await run.projects.open(upstream.project);
    // A project that is not there is made before anybody builds on it. Of one that cannot be looked at nothing is known,
    // and a window without it would have another key, under which another result may stand.
    if (isFailure(state) && state.reason !== "project-missing") return failed(state);
    if (isFailure(state)) continue;
    const outputs = await shownOutputs(entry, state);
    if (!outputs.ok) return outputs;
    for (const output of outputs.value) {
      const shown = await run.interfaces.of(output, () => state.contents.ofOutput(output));
      if (!shown.ok) return shown;
      if (shown.value === null) continue;
      found.push(seenBy(own, { state, path: output.path, shown: shown.value }));
    }
  }
  return success(found);
}

/** What lies in the same repository is at hand, from wherever the reader stands; what does not, has the name of its project. */
function seenBy(
  reader: Project | undefined,
  { state, path, shown }: { readonly state: ProjectState; readonly path: string; readonly shown: Interface },
): Shown {
  const { id, repository } = state.project;
  if (reader === undefined || reader.id === id || reader.repository !== repository)
    return { name: `${id}/${path}`, shown, isReadable: reader?.id === id };
  const name = seenFrom(reader.root, state.told(path));
  return { name, shown: { ...shown, path: name }, isReadable: true };
}

/** What a program in a worktree can read without our seeing it: all that its dependencies made, and its declared files. */
async function worktreeInputs(
  run: Run,
  state: ProjectState,
  node: number,
  agent: AgentDeclaration & { kind: "command" },
): Promise<Result<GivenContent[]>> {
  const given: GivenContent[] = [];
  const task = run.graph.tasks[node] as Task;
  if (agent.reads === "all") {
    for (const at of withDependencies(run.graph, [node])) {
      const other = run.graph.tasks[at];
      if (at === node || other === undefined) continue;
      for (const output of state.home.entry(run.selected.entry(other.id))?.outputs ?? []) {
        given.push({ kind: "output", name: state.seen(output.path), digest: output.digest });
      }
    }
  }
  if (task.context.files.length === 0) return success(given);
  const ground = await groundOf(run, state, node);
  if (!ground.ok) return ground;
  for (const pointer of [...task.context.files].sort()) {
    const pointed = pointerIn(pointer);
    const entry = ground.value.tree.get(pointed.path);
    const content = entry === undefined ? null : await state.contents.of(entry.oid);
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
