// What do editors need to help with the four formats? The same schemas that check them, as JSON Schema.

import * as z from "zod";
import type { AgentCatalogue } from "../../model/agent-declaration.ts";
import type { Json } from "../../model/digest.ts";
import { BACKLOG, FRONT_MATTER, workspaceSchema } from "./schema.ts";
import { TEMPLATE } from "./template-schema.ts";

/** By the names under which they are committed: `schemas/<name>.schema.json`. */
export function jsonSchemas(catalogue: AgentCatalogue): Record<string, Json> {
  const schemas = {
    projects: workspaceSchema(catalogue),
    backlog: BACKLOG,
    feature: FRONT_MATTER,
    template: TEMPLATE,
  };
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, z.toJSONSchema(schema, { io: "input" }) as Json]),
  );
}
