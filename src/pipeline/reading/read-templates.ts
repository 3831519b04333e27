// Which templates can a workspace use? Its own, those of the repositories that it names, and those of the package.

import { join, relative } from "node:path";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Template, TemplatePlanner } from "../../model/template.ts";
import { FETCHED, fetchedFolder, type TemplateRepository, type Workspace } from "../../model/workspace.ts";
import type { Parsed, SourceFile } from "../../spec/read/source.ts";
import type { Reader } from "./source-reader.ts";
import { TemplateShelf, type TemplateSources } from "./template-shelf.ts";

/** A folder whose folders are templates. */
interface TemplateBase {
  readonly folder: string;
  readonly only: readonly string[] | null;
  /** In the package: sound, and few workspaces use more than one of them. */
  readonly isShipped: boolean;
}

/** The workspace's own come first, then those of git in their order, then the package's: of one name the first is taken. */
export function templateBases(
  reader: Reader,
  packageRoot: string,
  workspace: Workspace | null,
): TemplateBase[] {
  const [own, ...shipped] = templateRoots(reader.root, packageRoot).map((root, position): TemplateBase => {
    return { folder: `${root}/features`, only: null, isShipped: position > 0 };
  }) as [TemplateBase, ...TemplateBase[]];
  const fetched = (workspace?.templates ?? []).map((source) => {
    return { folder: fetchedFolder(source), only: source.only, isShipped: false };
  });
  return [own, ...fetched, ...shipped];
}

/** With all templates, and those read that the last reading remembered or that people wrote. */
export async function shelfOf(
  reader: Reader,
  bases: readonly TemplateBase[],
  remembered: readonly TemplateSources[] | null,
): Promise<TemplateShelf> {
  const { parseTemplate } = await import("../../spec/read/parse-template.ts");
  const { literalBraces } = await import("../../spec/read/literal-braces.ts");
  const parse: TemplateReading = { parse: parseTemplate, literalBraces };
  const shelf = new TemplateShelf(remembered ?? []);
  for (const { folder, only, isShipped } of bases) {
    if (remembered !== null && !isShipped) continue;
    for (const name of reader.list(folder, "folder")) {
      if (shelf.has(name) || only?.includes(name) === false) continue;
      const read = () => readTemplate(reader, `${folder}/${name}`, parse);
      if (isShipped) shelf.putUnread(name, read);
      else shelf.put(read());
    }
  }
  return shelf;
}

/** Repositories of templates of which this workspace has no copy, each with a finding. */
export function unfetchedIn(reader: Reader, workspace: Workspace | null): readonly TemplateRepository[] {
  const sources = workspace?.templates ?? [];
  if (sources.length === 0) return [];
  const present = new Set(reader.list(FETCHED, "folder").map((name) => `${FETCHED}/${name}`));
  const missing = sources.filter((source) => !present.has(fetchedFolder(source)));
  for (const { git, commit, place } of missing) {
    reader.diagnostics.push({
      severity: "error",
      code: "templates-not-fetched",
      message: `The templates of ${git} at ${commit.slice(0, 12)} are not here yet.`,
      target: null,
      file: place.file,
      line: place.line,
      column: place.column,
      fix: "Run `factory build` without --offline and --locked: it fetches them.",
    });
  }
  return missing;
}

/** What reads templates, loaded once there are some. */
interface TemplateReading {
  readonly parse: (file: SourceFile, folder: string) => Parsed<Template>;
  readonly literalBraces: (source: string, file: string) => readonly Diagnostic[];
}

function readTemplate(
  reader: Reader,
  folder: string,
  { parse, literalBraces }: TemplateReading,
): TemplateSources | null {
  const file = reader.file(`${folder}/template.yaml`);
  if (file === null) return null;
  const template: Template | null = reader.keep(parse(file, folder));
  if (template === null) return null;
  const code: Record<string, string> = {};
  for (const part of Object.values(template.parts)) {
    for (const { template: path } of part) {
      const source = reader.file(`${folder}/code/${path}`);
      if (source !== null) {
        const text = Buffer.from(source.bytes).toString("utf8");
        if (!(path in code)) reader.diagnostics.push(...literalBraces(text, source.path));
        code[path] = text;
      } else reader.diagnostics.push(missingSource(template, path));
    }
  }
  return { ...template, planner: readPlanner(reader, folder), code };
}

function readPlanner(reader: Reader, folder: string): TemplatePlanner | null {
  const [plan, backlog] = ["PLAN.md", "BACKLOG.yaml"].map((name) =>
    reader.file(`${folder}/spec/${name}.hbs`),
  );
  const textOf = (file: SourceFile) => Buffer.from(file.bytes).toString("utf8");
  return backlog ? { plan: plan ? textOf(plan) : null, backlog: textOf(backlog) } : null;
}

function missingSource(template: Template, path: string): Diagnostic {
  return {
    severity: "error",
    code: "missing-template-source",
    message: `template ${template.name} renders code/${path}, which does not exist`,
    target: null,
    file: template.place.file,
    line: template.place.line,
    column: template.place.column,
    fix: `Write ${template.folder}/code/${path}, or remove it from \`code:\`.`,
  };
}

/** Folders of templates and prompts from the root, those of the workspace before those of the package. */
export function templateRoots(root: string, packageRoot: string): readonly string[] {
  const shipped = relative(root, join(packageRoot, "templates")) || "templates";
  return shipped === "templates" ? ["templates"] : ["templates", shipped];
}
