// Can a build work in a project and bring its product there? Asked of the project's own repository, which is not touched.

import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import type { Failure } from "../../model/failure.ts";
import { wholeFile } from "../../model/place.ts";
import type { Project } from "../../model/project.ts";
import { withoutCredentials } from "../../model/remote.ts";
import { sameEntry } from "../../model/tree.ts";
import { placeOf as placeOfFailure } from "../../report/failure-place.ts";
import { failureText } from "../../report/failure-text.ts";
import { branchOf } from "../../workspaces/branch.ts";
import { Checkout } from "../../workspaces/checkout.ts";
import { repositoryAbove } from "../../workspaces/find-repository.ts";
import { type Heads, productRef, readHeads } from "../../workspaces/heads.ts";
import { gitAt, type Located, locate } from "../../workspaces/locate.ts";
import { readTree } from "../../workspaces/objects.ts";
import { waitingProduct } from "../../workspaces/product-memory.ts";
import type { RepositoryPlace } from "../../workspaces/repository.ts";
import { holdsSpecs, placeOf, repositoryFolder } from "../projects/project-place.ts";
import type { ProjectOnBranch } from "../projects/repository-state.ts";
import { examineCheckout } from "./examine-checkout.ts";
import { fine, type HealthFinding, problem } from "./health-finding.ts";

/** Files by which git keeps others out while it works; one that stays was left by a git that was killed. */
const LOCK_FILES = ["index.lock", "HEAD.lock", "config.lock", "packed-refs.lock", "shallow.lock"];

export async function examineProject(root: string, declared: Project): Promise<readonly HealthFinding[]> {
  const subject = `${declared.id}/`;
  // What is to be said of a repository is said with the first project that lies there.
  if (declared.id !== declared.repository)
    return [fine(subject, `${declared.root || "the top"} of the repository of ${declared.repository}`)];
  const located = await locate(repositoryFolder(root, declared));
  if (!located.ok) return [failing(subject, located.failure)];
  if (located.value === null) return [absent(root, declared)];
  const branch = await branchOf(located.value, declared.branch, holdsSpecs(root, declared));
  if (!branch.ok) return [failing(subject, branch.failure)];
  const project = { ...declared, branch: branch.value };
  const heads = await readHeads(located.value, project.branch);
  if (!heads.ok) return [failing(subject, heads.failure)];
  const findings = [
    lockFinding(subject, located.value, project.branch),
    await cleanFinding(subject, placeOf(root, project), { located: located.value, heads: heads.value }),
    elsewhereFinding(subject, project, heads.value),
    await originFinding(subject, project, located.value),
    await productFinding(subject, project, { located: located.value, heads: heads.value }),
    ...(await examineCheckout(placeOf(root, project), subject)),
  ].filter((finding) => finding !== null);
  return findings.length > 0 ? findings : [fine(subject, standing(project, heads.value))];
}

export function examineGates(project: Project): readonly HealthFinding[] {
  const subject = `${project.id}/`;
  if (project.gates.length === 0) {
    const fix = "Declare `gates:` in projects.yaml, such as its tests.";
    return [
      problem("warning", { subject, code: "no-gates", says: "no gate judges what is built into it", fix }),
    ];
  }
  return project.gates
    .filter(({ canary }) => canary === null)
    .map(({ id, place }) => {
      const says = `gate ${id} has no canary, so nobody knows whether it can fail`;
      const fix = "Declare `canary:` with a file that the gate must refuse.";
      return problem("warning", { subject, code: "gate-without-canary", says, fix, place });
    });
}

function failing(subject: string, failure: Failure): HealthFinding {
  const { message, fix } = failureText(failure, subject);
  const place = placeOfFailure(failure, null);
  const known = place.file === null ? {} : { place };
  return problem("error", { subject, code: failure.reason, says: message, fix, ...known });
}

function absent(root: string, project: Project): HealthFinding {
  const subject = `${project.id}/`;
  const path = repositoryFolder(root, project);
  if (project.scaffold !== null && !existsSync(path))
    return fine(subject, `will be made from the scaffold ${project.scaffold}`);
  if (project.git !== null && !existsSync(path)) return fine(subject, `will be cloned from ${project.git}`);
  if (existsSync(path)) {
    const says = `${relative(root, path)} is not a git repository of its own`;
    const above = repositoryAbove(dirname(path));
    const fix =
      above === null || above === repositoryAbove(root)
        ? "Run `git init` in it, or remove the folder, and the build makes it."
        : `It is a folder of a repository: let \`path\` be ${relative(root, above) || "./"} and \`root\` be ${relative(above, path)}.`;
    return problem("error", { subject, code: "project-unusable", says, fix });
  }
  const says = `${relative(root, path)} does not exist`;
  const fix = "Clone it there, or give the project a `scaffold`.";
  return problem("error", { subject, code: "project-missing", says, fix });
}

function standing({ branch }: Project, { branch: tip, checkedOut }: Heads): string {
  const born = tip === null ? `${branch} has no commit yet` : `${branch} at ${tip.slice(0, 10)}`;
  const checkout: Readonly<Record<Heads["checkedOut"], string>> = {
    branch: "checked out and clean",
    other: "another branch is checked out",
    detached: "no branch is checked out",
    bare: "no working tree",
  };
  return `${born}, ${checkout[checkedOut]}`;
}

function lockFinding(subject: string, { gitDir, commonDir }: Located, branch: string): HealthFinding | null {
  const places = [
    ...[gitDir, commonDir].flatMap((folder) => LOCK_FILES.map((name) => join(folder, name))),
    ...[`refs/heads/${branch}`, productRef(branch)].map((ref) => join(commonDir, `${ref}.lock`)),
  ];
  const found = places.find((path) => existsSync(path));
  if (found === undefined) return null;
  const says = `git's lock file ${found} exists`;
  const fix = "Wait for the git process that works there; if there is none, one was killed: delete the file.";
  return problem("warning", { subject, code: "git-lock", says, fix, place: wholeFile(found) });
}

async function cleanFinding(
  subject: string,
  { sources }: RepositoryPlace,
  { located, heads }: { readonly located: Located; readonly heads: Heads },
): Promise<HealthFinding | null> {
  if (located.workTree === null || heads.checkedOut !== "branch") return null;
  const scratch = await mkdtemp(join(tmpdir(), "factory-doctor-"));
  try {
    const checkout = new Checkout(located, located.workTree, { index: join(scratch, "index"), sources });
    const clean = await checkout.cleanliness(heads.branch);
    if (clean.ok) return null;
    if (clean.failure.reason !== "dirty-worktree") return failing(subject, clean.failure);
    const { paths } = clean.failure;
    const says = `not committed: ${paths.slice(0, 3).join(", ")}${paths.length > 3 ? ` and ${paths.length - 3} more` : ""}`;
    const fix = "Commit or stash it; until then a build does not merge its product.";
    return problem("warning", { subject, code: "dirty-worktree", says, fix });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function elsewhereFinding(subject: string, { branch }: Project, { elsewhere }: Heads): HealthFinding | null {
  if (elsewhere === null) return null;
  const says = `${branch} is checked out in ${elsewhere}`;
  const fix = "Check out another branch there; until then nothing is merged.";
  return problem("warning", { subject, code: "branch-elsewhere", says, fix });
}

/** A repository that was cloned from elsewhere since `git` was written, or before it was changed. */
async function originFinding(
  subject: string,
  { git: url }: Project,
  located: Located,
): Promise<HealthFinding | null> {
  if (url === null) return null;
  const told = await gitAt(located).ask(["config", "--get", "remote.origin.url"], "", [0, 1]);
  if (!told.ok) return failing(subject, told.failure);
  const origin = told.value.stdout.toString("utf8").trim();
  if (origin === url) return null;
  const has = origin === "" ? "it has no origin" : `its origin is ${withoutCredentials(origin)}`;
  const says = `${has}, and \`git\` says ${url}`;
  const fix = "Run `git remote set-url origin` in it, or correct `git` in projects.yaml.";
  return problem("warning", { subject, code: "origin-differs", says, fix });
}

async function productFinding(
  subject: string,
  { branch }: ProjectOnBranch,
  { located, heads }: { readonly located: Located; readonly heads: Heads },
): Promise<HealthFinding | null> {
  if (heads.product === null) return null;
  const waiting = await waitingProduct(gitAt(located), { tip: heads.branch, product: heads.product });
  if (!waiting.ok) return failing(subject, waiting.failure);
  if (waiting.value === null) return null;
  const tree = await readTree(gitAt(located), heads.branch);
  if (!tree.ok) return failing(subject, tree.failure);
  // A squash or a rebase brought it home without its commits.
  if ([...waiting.value.changes].every(([path, entry]) => sameEntry(tree.value.get(path), entry)))
    return null;
  const says = `the newest product is on ${productRef(branch)}, and not on ${branch}`;
  const fix = "Run `factory build`: it merges, or says what is in the way.";
  return problem("warning", { subject, code: "unmerged-product", says, fix });
}
