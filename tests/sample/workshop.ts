// Builds whole features by hand: windows from specs, drafts by the generator, files into folders that gates then judge.
// It stands beside the engine, so that the templates are judged on their own.

import { cp, mkdir, readdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { execa } from "execa";
import ts from "typescript";
import { parse } from "yaml";
import { renderPart } from "../../src/agents/generator.ts";
import { NO_FILE } from "../../src/agents/snapshot.ts";
import { canonical, type Json } from "../../src/model/digest.ts";
import { loadRenderer } from "../../src/model/render.ts";
import { success } from "../../src/model/result.ts";
import type { Task } from "../../src/model/task.ts";
import type { PartFile, Template } from "../../src/model/template.ts";
import type { Segment, SegmentKind } from "../../src/model/window.ts";
import { templateOf } from "../rig/template-of.ts";

const TEMPLATES = "templates/features";
const place = { file: "specs", line: 1, column: 1 };

/** The files of a feature's folder, by name. */
export type FeatureFiles = Readonly<Record<string, string>>;

/** A finished task: what it was shown and what it made. */
export interface Built {
  readonly id: string;
  readonly project: string;
  readonly criteria: readonly string[];
  readonly filesHint: readonly string[];
  readonly window: readonly Segment[];
  readonly files: ReadonlyMap<string, string>;
}

interface Entry {
  readonly id: string;
  readonly project: string;
  readonly generator: string;
  readonly dependsOn: readonly string[];
  readonly filesHint: readonly string[];
  readonly criteria: readonly { readonly id: string; readonly text: string }[];
  readonly requirements: readonly string[];
  readonly texts: ReadonlyMap<string, string>;
  readonly params: Readonly<Record<string, Json>>;
}

interface BacklogTask {
  readonly id: string;
  readonly generator: string;
  readonly requirements: readonly string[];
  readonly depends_on?: readonly string[];
  readonly scope: { readonly files_hint: readonly string[] };
  readonly acceptance: Entry["criteria"];
}

/** The features of this repository's own specs/. */
export async function sampleFeatures(): Promise<readonly FeatureFiles[]> {
  const names = await readdir("specs");
  return Promise.all(names.sort().map((name) => filesIn(join("specs", name))));
}

export async function readTemplate(name: string): Promise<Template> {
  const folder = `${TEMPLATES}/${name}`;
  return templateOf(folder, await readFile(`${folder}/template.yaml`, "utf8"));
}

export async function filesIn(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? ""]));
}

/** All tasks in an order that respects their dependencies. */
export async function build(features: readonly FeatureFiles[]): Promise<readonly Built[]> {
  const built = new Map<string, Built>();
  let waiting = features.flatMap(entriesOf);
  while (waiting.length > 0) {
    const ready = waiting.filter(({ dependsOn }) => dependsOn.every((id) => built.has(id)));
    if (ready.length === 0)
      throw new Error(`a cycle, or no such task: ${waiting.map(({ id }) => id).join(", ")}`);
    for (const entry of ready) built.set(entry.id, await draft(entry, built));
    waiting = waiting.filter(({ id }) => !built.has(id));
  }
  return [...built.values()];
}

function entriesOf(files: FeatureFiles): readonly Entry[] {
  const text = files["feature.md"] ?? "";
  const front = parse(text.split("---\n")[1] ?? "");
  const requirements = [...text.matchAll(/^- (R\d+): (.*)$/gm)];
  const texts = new Map(requirements.map(([, id = "", sentence = ""]) => [id, sentence]));
  const backlog = parse(files["BACKLOG.yaml"] ?? "");
  return backlog.tasks.map((task: BacklogTask) => ({
    id: `${backlog.feature}:${task.id}`,
    project: front.project,
    generator: task.generator,
    dependsOn: (task.depends_on ?? []).map((id: string) =>
      id.includes(":") ? id : `${backlog.feature}:${id}`,
    ),
    filesHint: task.scope.files_hint,
    criteria: task.acceptance,
    requirements: task.requirements,
    texts,
    params: front.params,
  }));
}

async function draft(entry: Entry, built: ReadonlyMap<string, Built>): Promise<Built> {
  const [name = "", part = ""] = entry.generator.split("/");
  const files: readonly PartFile[] = (await readTemplate(name)).parts[part] ?? [];
  const sources = await filesIn(`${TEMPLATES}/${name}/code`);
  const renderer = await loadRenderer();
  const shown = files.flatMap(({ template, to }) => [
    ...renderer.mentions(sources[template] ?? ""),
    ...renderer.mentions(to),
  ]);
  const window = windowOf(entry, new Set(shown), built);
  const work = await renderPart({
    task: { id: entry.id, generator: entry.generator } as Task,
    window: { segments: window, taskBytes: 0 },
    sources,
    part: files,
    snapshot: { read: async () => success(NO_FILE) },
  });
  if (!work.ok) throw new Error(`${entry.id}: ${JSON.stringify(work.failure)}`);
  const texts = work.value.changes.map(
    ({ path, content }) => [path, new TextDecoder().decode(content ?? undefined)] as const,
  );
  const { id, project, filesHint } = entry;
  return {
    id,
    project,
    filesHint,
    criteria: entry.criteria.map((one) => one.id),
    window,
    files: new Map(texts),
  };
}

/** Only what the part mentions is shown, as in a real window. */
function windowOf(
  entry: Entry,
  shown: ReadonlySet<string>,
  built: ReadonlyMap<string, Built>,
): readonly Segment[] {
  const window: Segment[] = [];
  const show = (kind: SegmentKind, name: string, text: string) => window.push({ kind, name, text, place });
  for (const id of entry.requirements) show("requirement", id, entry.texts.get(id) ?? "");
  for (const { id, text } of entry.criteria) show("acceptance", id, text);
  for (const [name, value] of Object.entries(entry.params).filter(([one]) => shown.has(`params.${one}`))) {
    show("param", `params.${name}`, Array.isArray(value) ? "[]" : canonical(value));
    const items: readonly Record<string, Json>[] = Array.isArray(value) ? value : [];
    for (const item of items) show("param", `params.${name}.${item.name}`, canonical(item));
  }
  const upstream = shown.has("interfaces") ? entry.dependsOn.flatMap((id) => built.get(id) ?? []) : [];
  for (const { project, files } of upstream) {
    for (const [path, text] of files) {
      if (path.startsWith("src/")) show("interface", `${project}/${path}`, declared(path, text));
    }
  }
  return window;
}

/** What other tasks see of a file. */
export function declared(path: string, text: string): string {
  const compilerOptions = {
    removeComments: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
  };
  return ts.transpileDeclaration(text, { fileName: path, compilerOptions }).outputText;
}

/** Lays the tasks of one project over its scaffold, with this repository's tools in place of installed ones. */
export async function layOut(dir: string, project: string, tasks: readonly Built[]): Promise<void> {
  await cp("templates/projects/node-ts", dir, { recursive: true });
  const renderer = await loadRenderer();
  for (const name of (await readdir(dir)).filter((one) => one.endsWith(".hbs"))) {
    const text = renderer.render(await readFile(join(dir, name), "utf8"), name, { project: { id: project } });
    if (!text.ok) throw new Error(JSON.stringify(text.failure));
    await writeFile(join(dir, name), text.value);
    await rename(join(dir, name), join(dir, name.slice(0, -".hbs".length)));
  }
  await symlink(resolve("node_modules"), join(dir, "node_modules"));
  for (const { files } of tasks) {
    for (const [path, text] of files) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), text);
    }
  }
}

/** Runs a tool of the project; what it says where it fails, and nothing where it passes. */
export async function complaints(dir: string, tool: string, ...args: string[]): Promise<string> {
  const run = await execa(join("node_modules", ".bin", tool), args, {
    cwd: dir,
    reject: false,
    all: true,
    extendEnv: false,
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "" },
  });
  return run.exitCode === 0 ? "" : (run.all ?? "");
}
