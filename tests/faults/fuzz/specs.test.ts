// Do the readers of specs, of the workspace and of templates end with findings, whatever a file holds?

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { CATALOGUE } from "../../../src/agents/agent-kinds.ts";
import type { Diagnostic } from "../../../src/model/diagnostic.ts";
import { parseFeature } from "../../../src/spec/read/parse-feature.ts";
import { parseTemplate } from "../../../src/spec/read/parse-template.ts";
import { parseWorkspace } from "../../../src/spec/read/parse-workspace.ts";
import type { Parsed } from "../../../src/spec/read/source.ts";
import { LONG } from "../extent.ts";
import { fuzz } from "./fuzz.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** Files of that name in this project's own folders. */
function own(folder: string, name: string): readonly Uint8Array[] {
  const paths = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
  return paths.filter((path) => path.endsWith(name)).map((path) => readFileSync(join(ROOT, folder, path)));
}

/** Findings lie in the file, an answer is the same each time, and nothing usable comes without a word. */
function faultOf<T>(bytes: Uint8Array, read: (bytes: Uint8Array) => Parsed<T>): string | null {
  const first = read(bytes);
  const again = read(bytes);
  const said = JSON.stringify(first.diagnostics);
  if (JSON.stringify(again.diagnostics) !== said) return "a second reading finds something else";
  if (first.value === null && !first.diagnostics.some(({ severity }) => severity === "error"))
    return "nothing is usable, and no error says so";
  const lines = Buffer.from(bytes)
    .toString("latin1")
    .split(/\r\n|\r|\n/).length;
  return first.diagnostics.map((one) => placeFault(one, lines)).find((one) => one !== null) ?? null;
}

function placeFault({ line, column, message, fix, code }: Diagnostic, lines: number): string | null {
  if (line !== null && (line < 1 || line > lines)) return `${code} stands on line ${line} of ${lines}`;
  if (column !== null && column < 1) return `${code} stands in column ${column}`;
  const empty = [message, fix].some((text) => text === "" || /\bundefined\b|\[object /.test(text ?? ""));
  return empty ? `${code} has no words: ${message} | ${fix}` : null;
}

test("feature.md", LONG, async () => {
  const plain = { path: "specs/products/BACKLOG.yaml", bytes: own("specs/products", "BACKLOG.yaml")[0] };
  const backlog = plain.bytes === undefined ? null : { ...plain, bytes: plain.bytes };
  await fuzz({
    name: "feature.md",
    seeds: own("specs", "feature.md"),
    fault: (bytes) =>
      faultOf(bytes, (text) =>
        parseFeature({
          feature: { path: "specs/products/feature.md", bytes: text },
          backlog: null,
          plan: null,
        }),
      ) ??
      faultOf(bytes, (text) => {
        const { value } = parseFeature({
          feature: { path: "specs/products/feature.md", bytes: text },
          backlog,
          plan: { path: "specs/products/PLAN.md", bytes: text },
        });
        return { value: value ?? true, diagnostics: [] };
      }),
  });
});

test("BACKLOG.yaml", LONG, async () => {
  const [feature = new Uint8Array()] = own("specs/products", "feature.md");
  await fuzz({
    name: "BACKLOG.yaml",
    seeds: own("specs", "BACKLOG.yaml"),
    fault: (bytes) =>
      faultOf(bytes, (text) => {
        const parsed = parseFeature({
          feature: { path: "specs/products/feature.md", bytes: feature },
          backlog: { path: "specs/products/BACKLOG.yaml", bytes: text },
          plan: null,
        });
        const inBacklog = parsed.diagnostics.filter(({ file }) => file?.endsWith("BACKLOG.yaml") === true);
        return { value: parsed.value ?? true, diagnostics: inBacklog };
      }),
  });
});

test("projects.yaml", LONG, async () => {
  await fuzz({
    name: "projects.yaml",
    seeds: [readFileSync(join(ROOT, "projects.yaml"))],
    fault: (bytes) =>
      faultOf(bytes, (text) => parseWorkspace({ path: "projects.yaml", bytes: text }, CATALOGUE)),
  });
});

test("template.yaml", LONG, async () => {
  const folder = "templates/features/any";
  await fuzz({
    name: "template.yaml",
    seeds: own("templates", "template.yaml"),
    fault: (bytes) =>
      faultOf(bytes, (text) => parseTemplate({ path: `${folder}/template.yaml`, bytes: text }, folder)),
  });
});
