// A template as its template.yaml declares it, for tests that need nothing else of it.

import type { Template } from "../../src/model/template.ts";
import { parseTemplate } from "../../src/spec/read/parse-template.ts";

export function templateOf(folder: string, yaml: string): Template {
  const source = { path: `${folder}/template.yaml`, bytes: new TextEncoder().encode(yaml) };
  const { value, diagnostics } = parseTemplate(source, folder);
  if (value === null || diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics));
  return value;
}
