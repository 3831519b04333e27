// Do the pages for looking things up say what the code says? `UPDATE_GOLDEN=1` writes what is made of them.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CATALOGUE } from "../../src/agents/agent-kinds.ts";
import { jsonSchemas } from "../../src/spec/schema/json-schema.ts";
import { commandReference, formatReference, renewed } from "./reference.ts";

const DOCS = join(import.meta.dirname, "../../docs");

test("the page of commands has each as it is declared", async () => {
  const made = await commandReference((page) =>
    existsSync(join(DOCS, `${page}.md`)) ? `${page}.md` : `design/${page}.md`,
  );
  await holds("commands.md", made);
});

test("the page of formats has every key of the schemas", async () => {
  const { projects, feature, backlog, template } = jsonSchemas(CATALOGUE);
  const files = {
    "projects.yaml": projects,
    "feature.md": feature,
    "BACKLOG.yaml": backlog,
    "template.yaml": template,
  };
  await holds("formats.md", formatReference(files));
});

async function holds(name: string, made: string): Promise<void> {
  const path = join(DOCS, name);
  const page = readFileSync(path, "utf8");
  const wanted = renewed(page, made);
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(path, wanted);
  expect(readFileSync(path, "utf8")).toBe(wanted);
}
