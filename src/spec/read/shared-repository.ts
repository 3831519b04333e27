// Which projects lie in one repository, and what do they say of it together? What one says holds for all of them, and two
// that say different things are told. A project that is a repository of its own is the case of one.

import { isGlob } from "../../model/glob.ts";
import { canonicalPath, pathFault } from "../../model/path.ts";
import type { Findings } from "../findings/findings.ts";
import type { WorkspaceShape } from "../schema/schema.ts";
import type { Places } from "../yaml/yaml.ts";

type ProjectShape = WorkspaceShape["projects"][number];

/** Keys of a project that speak of its repository. */
const REPOSITORY_KEYS = ["git", "scaffold", "branch", "setup", "checkpoints", "commits"] as const;

type RepositoryKey = (typeof REPOSITORY_KEYS)[number];

interface SharedContext {
  readonly places: Places;
  readonly findings: Findings;
}

/** What the projects of one repository have in common. */
export interface SharedRepository extends Pick<ProjectShape, RepositoryKey> {
  /** The first of them. */
  readonly repository: string;
  /** Folders of features that they name, from the workspace root. */
  readonly specFolders: readonly string[];
}

/** By project, in the order in which they are declared. */
export function sharedRepositories(
  projects: readonly ProjectShape[],
  context: SharedContext,
): ReadonlyMap<ProjectShape, SharedRepository> {
  const groups = new Map<string, ProjectShape[]>();
  for (const shape of projects) {
    const path = withoutEnds(shape.path ?? `projects/${shape.id}`);
    groups.set(path, [...(groups.get(path) ?? []), shape]);
  }
  const found = new Map<ProjectShape, SharedRepository>();
  for (const group of groups.values()) {
    const specFolders = group.flatMap((shape) => specsIn(shape) ?? []);
    const shared = { ...sharedBy(group, context), specFolders };
    for (const shape of group) found.set(shape, shared);
  }
  return found;
}

/** The folder of a project in its repository; `""` where it is the whole, or where it cannot be one. */
export function rootOf(shape: ProjectShape, { places, findings }: SharedContext): string {
  const root = withoutEnds(shape.root ?? "");
  if (root === "") return "";
  const fault = isGlob(root) ? "reserved-name" : pathFault(root);
  if (fault === null) return root;
  findings.error(
    fault === "parent" || fault === "absolute" ? "path-leaves-project" : "hostile-path",
    { target: `${shape.id}/`, place: places.of(shape, "root") },
    {
      message: `The root ${JSON.stringify(shape.root)} of the project ${shape.id} is no folder of its repository (${fault}).`,
      fix: "Give the folder from the top of the repository, such as packages/web.",
    },
  );
  return "";
}

/**
 * The folder of a project's own features, from the workspace root; null where it names none, or none that can be one. Their
 * locks and their versions are kept by the repository of projects.yaml, so they lie in it.
 */
export function specsOf(shape: ProjectShape, { places, findings }: SharedContext): string | null {
  if (shape.specs === undefined) return null;
  const subject = { target: `${shape.id}/`, place: places.of(shape, "specs") };
  if (withoutEnds(shape.path ?? `projects/${shape.id}`) !== "") {
    const message = `The features of the project ${shape.id} cannot lie in it: its repository is not that of projects.yaml.`;
    const fix = "Remove `specs`, and write its features below specs/.";
    findings.error("specs-elsewhere", subject, { message, fix });
    return null;
  }
  const folder = withoutEnds(shape.specs);
  const fault = folder === "" || isGlob(folder) ? "reserved-name" : pathFault(folder);
  if (fault === null) return specsIn(shape);
  findings.error(
    fault === "parent" || fault === "absolute" ? "path-leaves-project" : "hostile-path",
    subject,
    {
      message: `${JSON.stringify(shape.specs)} of the project ${shape.id} is no folder of features (${fault}).`,
      fix: "Give the folder from the root of the project, such as specs.",
    },
  );
  return null;
}

/** Null also for what `specsOf` and `rootOf` find fault with. */
function specsIn({ id, path, root, specs }: ProjectShape): string | null {
  const parts = [root, specs].map((part) => withoutEnds(part ?? ""));
  const folder = parts.filter((part) => part !== "").join("/");
  const isFolder = parts[1] !== "" && !isGlob(folder) && pathFault(folder) === null;
  return isFolder && withoutEnds(path ?? `projects/${id}`) === "" ? folder : null;
}

function withoutEnds(path: string): string {
  const plain = canonicalPath(path).replace(/\/+$/, "");
  return plain === "." ? "" : plain;
}

function sharedBy(
  group: readonly ProjectShape[],
  { places, findings }: SharedContext,
): Omit<SharedRepository, "specFolders"> {
  const shared: { -readonly [Key in RepositoryKey]?: ProjectShape[Key] } = {};
  for (const key of REPOSITORY_KEYS) {
    const [first, ...others] = group.filter((shape) => shape[key] !== undefined);
    if (first === undefined) continue;
    Object.assign(shared, { [key]: first[key] });
    for (const other of others) {
      if (same(first[key], other[key])) continue;
      findings.error(
        "contradiction",
        { target: `${other.id}/`, place: places.of(other, key) },
        {
          message: `The projects ${first.id} and ${other.id} lie in the same repository, and their \`${key}\` differs.`,
          fix: "Say it in one of them: it holds for all projects of the repository.",
        },
      );
    }
  }
  const from = group.find(({ git }) => git !== undefined) ?? group[0];
  if (shared.git !== undefined && shared.scaffold !== undefined && from !== undefined) {
    const subject = { target: `${from.id}/`, place: places.of(from, "git") };
    const message = `The project ${from.id} has both git and scaffold.`;
    findings.error("contradiction", subject, { message, fix: "Keep the one that it comes from." });
  }
  return { ...shared, repository: group[0]?.id ?? "" };
}

/** Objects of a schema have their keys in its order, whatever the order in which they were written. */
function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
