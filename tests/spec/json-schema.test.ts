import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CATALOGUE } from "../../src/agents/agent-kinds.ts";
import { jsonSchemas } from "../../src/spec/schema/json-schema.ts";

const FOLDER = join(import.meta.dirname, "../../schemas");

test.each(Object.entries(jsonSchemas(CATALOGUE)))(
  "the committed schema of %s is the one that checks it",
  (name, schema) => {
    const path = join(FOLDER, `${name}.schema.json`);
    const text = `${JSON.stringify(schema, null, 2)}\n`;
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(path, text);
    expect(readFileSync(path, "utf8")).toBe(text);
  },
);
