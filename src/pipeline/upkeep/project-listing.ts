// What lies in a project, or will lie there once it is made? As far as it says in which languages the project is.

import { join } from "node:path";
import type { Project } from "../../model/project.ts";
import { type Result, success } from "../../model/result.ts";
import { isThere } from "../../platform/files.ts";
import { isManifest, type Listing, within } from "../../spec/survey/listing.ts";
import type { ScaffoldFile } from "../../workspaces/project-repository.ts";
import { repositoryFolder } from "../projects/project-place.ts";
import { scaffoldFiles } from "../projects/scaffold.ts";
import { surveyFolder } from "./survey-folder.ts";

interface Question {
  readonly root: string;
  readonly packageRoot: string;
  readonly project: Project;
}

/** Null where nothing is there yet and no scaffold says what will be, such as before a clone. */
export async function projectListing(question: Question): Promise<Result<Listing | null>> {
  const { root } = question.project;
  const whole = await repositoryListing(question);
  return whole.ok && whole.value !== null && root !== "" ? success(within(whole.value, root)) : whole;
}

async function repositoryListing({ root, packageRoot, project }: Question): Promise<Result<Listing | null>> {
  const folder = repositoryFolder(root, project);
  const { scaffold: name } = project;
  const there = isThere(name === null ? folder : join(folder, ".git"));
  if (!there.ok) return there;
  if (!there.value) {
    if (name === null) return success(null);
    const files = await scaffoldFiles({ root, packageRoot, project, name });
    return files.ok ? success(listingOf(files.value)) : files;
  }
  const surveyed = await surveyFolder(folder);
  if (!surveyed.ok) return surveyed;
  return success(surveyed.value === null || "partOf" in surveyed.value ? null : surveyed.value.listing);
}

function listingOf(files: readonly ScaffoldFile[]): Listing {
  const texts = files.filter(({ path }) => isManifest(path));
  return {
    paths: files.map(({ path }) => path).sort(),
    texts: new Map(texts.map(({ path, content }) => [path, Buffer.from(content).toString("utf8")])),
  };
}
