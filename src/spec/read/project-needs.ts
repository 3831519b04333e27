// What does a project need around its gates? Variables of the shell, services that run meanwhile, and caches that stay
// warm.

import { pathFault } from "../../model/path.ts";
import type { Place } from "../../model/place.ts";
import type { Project, Service } from "../../model/project.ts";
import type { Findings } from "../findings/findings.ts";
import { milliseconds } from "../schema/duration.ts";
import type { WorkspaceShape } from "../schema/schema.ts";
import type { Places } from "../yaml/yaml.ts";
import { placeholdersIn } from "./placeholders.ts";

type ProjectShape = WorkspaceShape["projects"][number];
type ServiceShape = NonNullable<ProjectShape["services"]>[number];

const SERVICE_TIMEOUT = "30s";

interface NeedsContext {
  readonly places: Places;
  readonly findings: Findings;
}

export function needsOf(
  shape: ProjectShape,
  place: Place,
  context: NeedsContext,
): Pick<Project, "env" | "keep" | "services"> {
  const { env = [], keep = [], services = [] } = shape;
  for (const index of keep.keys()) checkKept(shape, index, context);
  return {
    env: namesOf(env),
    keep,
    services: services.map((service, index) => {
      const own = context.places.of(services, index) ?? place;
      checkCommands(service, `${shape.id}/`, context);
      return serviceOf(service, own);
    }),
  };
}

/** Each once, whatever the order in which they were written: they enter keys. */
export function namesOf(...lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())].sort();
}

function serviceOf({ id, run, ready, timeout }: ServiceShape, place: Place): Service {
  return { id, run, ready, timeoutMs: milliseconds(timeout ?? SERVICE_TIMEOUT), place };
}

function checkCommands(service: ServiceShape, target: string, { places, findings }: NeedsContext): void {
  for (const key of ["run", "ready"] as const) {
    const subject = { target, place: places.of(service, key) };
    placeholdersIn(service[key], [], { whose: `The service ${service.id}`, subject, findings });
  }
}

function checkKept({ id, keep = [] }: ProjectShape, index: number, { places, findings }: NeedsContext): void {
  const path = keep[index] as string;
  const fault = pathFault(path.replace(/\/$/, ""));
  if (fault === null) return;
  findings.error(
    fault === "parent" || fault === "absolute" ? "path-leaves-project" : "hostile-path",
    { target: `${id}/`, place: places.of(keep, index) },
    {
      message: `${JSON.stringify(path)} in keep of the project ${id} is not a path inside it (${fault}).`,
      fix: "Give a path inside the project, or the name of a folder, such as `target`.",
    },
  );
}
