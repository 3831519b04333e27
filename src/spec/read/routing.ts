// Who does what, as projects.yaml says? Roles by their names, and who drafts tasks by their type: for the workspace, and for one
// project. Whether a type is one that any task can have is not known here.

import type { AgentDeclaration } from "../../model/agent-declaration.ts";
import type { Place } from "../../model/place.ts";
import type { Project } from "../../model/project.ts";
import { ROUTED_ROLES } from "../../model/role.ts";
import { BUILT_IN_TYPES } from "../../model/task.ts";
import { isRoleName, TYPE_NAME } from "../../model/task-type.ts";
import type { Routing } from "../../model/workspace.ts";
import type { Findings } from "../findings/findings.ts";
import { clip, suggestion } from "../findings/nearest.ts";
import type { WorkspaceShape } from "../schema/schema.ts";
import type { Places } from "../yaml/yaml.ts";

type RouteShape = string | readonly string[];
/** A map of projects.yaml. Places are known by the map itself. */
type Routes = Readonly<Record<string, RouteShape | undefined>>;

/** Roles that are not routed stay absent: no reviewer means no review. Only somebody must write the drafts. */
export function routingOf(
  shape: WorkspaceShape["routing"],
  agents: readonly AgentDeclaration[],
  places: Places,
): Routing {
  const all = (shape ?? {}) as Routes;
  const byType = implementersIn(shape);
  const first = agents.slice(0, 1).map((agent) => agent.id);
  const roles = listed(all, (key) => isRouted(key) && key !== "implementer");
  const implementer = byType === null ? listed(all, (key) => key === "implementer").implementer : undefined;
  const typePlaces = { ...placesOf(byType ?? {}, places), ...placesOf(all, places) };
  return {
    roles,
    implementer: {
      default: implementer ?? first,
      ...listed(byType ?? {}),
      ...listed(all, (key) => !isRouted(key)),
    },
    ...(Object.keys(typePlaces).length === 0 ? {} : { typePlaces }),
  };
}

/** Who drafts the tasks of one project. */
export function draftersOf(routes: Routes | undefined, places: Places): Pick<Project, "drafters"> {
  if (routes === undefined) return {};
  return { drafters: { byType: listed(routes), places: placesOf(routes, places) } };
}

/** The map below `implementer`; null where one route serves all types. */
function implementersIn(shape: WorkspaceShape["routing"]): Routes | null {
  const implementer = shape?.implementer;
  return typeof implementer === "object" && !Array.isArray(implementer) ? (implementer as Routes) : null;
}

function isRouted(key: string): boolean {
  return (ROUTED_ROLES as readonly string[]).includes(key);
}

function listed(
  routes: Routes,
  isMeant: (key: string) => boolean = () => true,
): Record<string, readonly string[]> {
  const entries = Object.entries(routes).flatMap(([key, route]) =>
    route === undefined || !isMeant(key) ? [] : [[key, typeof route === "string" ? [route] : route] as const],
  );
  return Object.fromEntries(entries);
}

/** Where types stand that only this workspace knows. */
function placesOf(routes: Routes, places: Places): Record<string, Place> {
  const own = Object.keys(routes).filter((key) => !isKnown(key));
  return Object.fromEntries(own.map((key) => [key, places.of(routes, key) ?? places.root]));
}

function isKnown(key: string): boolean {
  return isRoleName(key) || BUILT_IN_TYPES.includes(key);
}

/** Roles that are nothing without somebody who reads and answers; templates can stand in for planners. */
const ANSWERING: ReadonlySet<string> = new Set(["reviewer", "rebase", "compressor", "tester"]);

interface RoutingContext {
  readonly places: Places;
  readonly findings: Findings;
  readonly declared: ReadonlySet<string>;
}

/** Told here, where the places of the routes are known. */
export function checkRouting(shape: WorkspaceShape, context: RoutingContext): void {
  const routing = shape.routing ?? {};
  new RouteCheck(shape, context, null).visit(routing, "");
  const implementers = implementersIn(shape.routing);
  const check = new TypeNames(context, null);
  check.names(routing, isRouted);
  check.names(implementers ?? {}, (key) => key === "default");
  check.twice(routing, implementers ?? {});
  for (const { id, routing: own } of shape.projects) {
    if (own === undefined) continue;
    new RouteCheck(shape, context, id).visit(own, "");
    new TypeNames(context, id).names(own, () => false);
  }
}

class RouteCheck {
  readonly #shape: WorkspaceShape;
  readonly #context: RoutingContext;
  readonly #project: string | null;

  constructor(shape: WorkspaceShape, context: RoutingContext, project: string | null) {
    this.#shape = shape;
    this.#context = context;
    this.#project = project;
  }

  visit(container: object, role: string): void {
    for (const [key, route] of Object.entries(container)) {
      const inner = Array.isArray(container) ? role : role === "" ? key : `${role}/${key}`;
      if (typeof route === "object" && route !== null) this.visit(route, inner);
      else this.#check(container, Array.isArray(container) ? Number(key) : key, route, inner);
    }
  }

  #check(container: object, key: string | number, id: unknown, role: string): void {
    if (typeof id !== "string") return;
    const { declared, findings, places } = this.#context;
    const subject = { target: targetOf(this.#project), place: places.of(container, key) };
    const where = this.#project === null ? "" : ` in ${this.#project}`;
    const kind = this.#shape.agents?.[id]?.kind ?? "generator";
    if (ANSWERING.has(role) && kind === "generator" && declared.has(id)) {
      findings.error("unsuited-agent", subject, {
        message: `The routing of ${role} names the generator "${clip(id)}", which renders templates and cannot answer.`,
        fix: "Name an agent with a model or a program, or remove the route.",
      });
    }
    if (declared.has(id)) return;
    findings.error("unknown-agent", subject, {
      message: `The routing of ${clip(role)}${where} names the unknown agent "${clip(id)}".`,
      fix: suggestion(id, declared),
    });
  }
}

/** Whether what stands where a type is meant can be one. */
class TypeNames {
  readonly #context: RoutingContext;
  readonly #project: string | null;

  constructor(context: RoutingContext, project: string | null) {
    this.#context = context;
    this.#project = project;
  }

  names(routes: object, isOther: (key: string) => boolean): void {
    const { findings, places } = this.#context;
    for (const key of Object.keys(routes)) {
      if (isOther(key)) continue;
      const subject = { target: targetOf(this.#project), place: places.of(routes, key) };
      if (isRoleName(key)) {
        findings.error("reserved-id", subject, {
          message: `"${clip(key)}" has a meaning of its own here, so no type of task can be called so.`,
          fix:
            this.#project === null
              ? `Give the type another name. Roles are routed as ${ROUTED_ROLES.join(", ")}.`
              : "Give the type another name. Roles are routed for the workspace as a whole.",
        });
      } else if (!TYPE_NAME.test(key)) {
        findings.error("invalid-value", subject, {
          message: `"${clip(key)}" cannot be the name of a type of task.`,
          fix: "Begin with a letter, and use at most 40 letters, digits, `_` and `-`.",
        });
      }
    }
  }

  twice(routing: object, implementers: object): void {
    const { findings, places } = this.#context;
    for (const key of Object.keys(routing)) {
      if (isRouted(key) || !Object.hasOwn(implementers, key)) continue;
      findings.error(
        "contradiction",
        { target: null, place: places.of(routing, key) },
        {
          message: `Tasks of the type ${clip(key)} are routed twice: here, and under \`implementer\`.`,
          fix: "Keep one of the two.",
        },
      );
    }
  }
}

function targetOf(project: string | null): string | null {
  return project === null ? null : `${project}/`;
}
