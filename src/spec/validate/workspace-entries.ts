// Do the entries of projects.yaml agree with each other?

import { foldedPath } from "../../model/path.ts";
import type { Place } from "../../model/place.ts";
import { specFolders } from "../../model/spec-folders.ts";
import type { Workspace } from "../../model/workspace.ts";
import type { Findings } from "../findings/findings.ts";

/** Gates that the factory brings along; a project cannot declare its own under their names. */
const BUILT_IN_GATES = new Set(["scope", "acceptance"]);

export function checkWorkspace(workspace: Workspace, findings: Findings): void {
  checkProjects(workspace, findings);
  checkGates(workspace, findings);
  checkServices(workspace, findings);
}

function checkProjects(workspace: Workspace, findings: Findings): void {
  const ids = new Map<string, Place>();
  const paths = new Map<string, string>();
  for (const project of workspace.projects) {
    const subject = { target: `${project.id}/`, place: project.place };
    // Folders are named after ids, and some file systems know no case.
    const key = project.id.toLowerCase();
    const first = ids.get(key);
    if (first === undefined) ids.set(key, project.place);
    else {
      const message = `The project ${project.id} is already declared on line ${first.line}.`;
      findings.error("duplicate-id", subject, { message, fix: "Rename one of the two." });
    }
    const around = specFolders(workspace.projects).find((other) => project.specs?.startsWith(`${other}/`));
    if (around !== undefined) {
      findings.error("contradiction", subject, {
        message: `The folder ${project.specs} of the project ${project.id} lies in ${around}, whose folders are features.`,
        fix: "Give its features a folder beside it.",
      });
    }
    const folder = `${project.repository}/${foldedPath(project.root)}`;
    const owner = paths.get(folder);
    if (owner === undefined) paths.set(folder, project.id);
    else {
      const where = project.root === "" ? "" : `, and the same root ${project.root}`;
      findings.error("duplicate-path", subject, {
        message: `The projects ${owner} and ${project.id} have the same path ${project.path}${where}.`,
        fix: "Give each project a repository of its own, or with `root` a folder of its own in it.",
      });
    }
  }
}

function checkGates(workspace: Workspace, findings: Findings): void {
  for (const project of workspace.projects) {
    const known = new Set<string>();
    for (const gate of project.gates) {
      const subject = { target: `${project.id}/`, place: gate.place };
      if (known.has(gate.id)) {
        const message = `The gate ${gate.id} of ${project.id} is declared twice.`;
        findings.error("duplicate-id", subject, { message, fix: "Rename one of the two." });
      }
      known.add(gate.id);
      if (BUILT_IN_GATES.has(gate.id)) {
        const message = `The gate ${gate.id} is built in.`;
        findings.error("reserved-id", subject, { message, fix: "Give the gate another id." });
      }
    }
  }
}

function checkServices({ projects }: Workspace, findings: Findings): void {
  for (const { id, services } of projects) {
    const known = new Set<string>();
    for (const service of services) {
      // Their logs and folders are named after them, and some file systems know no case.
      const key = service.id.toLowerCase();
      if (known.has(key)) {
        const message = `The service ${service.id} of ${id} is declared twice.`;
        const subject = { target: `${id}/`, place: service.place };
        findings.error("duplicate-id", subject, { message, fix: "Rename one of the two." });
      }
      known.add(key);
    }
  }
}
