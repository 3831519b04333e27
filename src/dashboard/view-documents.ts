// Of what shape are the documents that only the page reads? It imports the types of these.

import { z } from "zod";
import { FLEET } from "../report/shared-schemas.ts";

const VERSION = z.literal(1);

export const SPEC = z.object({
  schema: VERSION,
  feature: z.string(),
  title: z.string(),
  file: z.string(),
  plan: z.string().nullable(),
  sections: z.array(z.object({ heading: z.string(), text: z.string() })),
  requirements: z.array(
    z.object({ id: z.string(), text: z.string(), line: z.number(), tasks: z.array(z.string()) }),
  ),
  constraints: z.array(z.string()),
  clarifications: z.array(z.string()),
  tasks: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      project: z.string(),
      requirements: z.array(z.string()),
      files: z.array(z.string()),
      criteria: z.array(z.object({ id: z.string(), text: z.string() })),
    }),
  ),
});

/** Of every feature: what it asks for, cut to the beginning, and the tasks that name it. */
export const REQUIREMENTS = z.object({
  schema: VERSION,
  requirements: z.array(
    z.object({ feature: z.string(), id: z.string(), text: z.string(), tasks: z.array(z.string()) }),
  ),
});

/** `at` null: it ended before it knew its tasks. `ok` null: it runs still, or was killed. */
export const BUILDS = z.object({
  schema: VERSION,
  builds: z.array(
    z.object({
      build: z.string(),
      at: z.number().nullable(),
      tasks: z.number().nullable(),
      ok: z.boolean().nullable(),
      ms: z.number().nullable(),
    }),
  ),
});

/** Events as `model/event.ts` has them. */
export const BUILD_EVENTS = z.object({ schema: VERSION, build: z.string(), events: z.array(z.unknown()) });

/** `fleet` absent: none is declared. */
export const FLEET_VIEW = z.object({ schema: VERSION, fleet: FLEET.exactOptional() });

/** As `factory metrics --json` tells it. */
export const METRICS = z.looseObject({ schema: VERSION });

export const LEFT = z.object({
  schema: VERSION,
  task: z.string(),
  diff: z.string().nullable(),
  log: z.string().nullable(),
});
