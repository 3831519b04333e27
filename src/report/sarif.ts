// How does a host of code show findings beside the lines that they are about? The SARIF 2.1.0 document. It does not know
// where the file goes.

import type { Diagnostic } from "../model/diagnostic.ts";
import type { Json } from "../model/digest.ts";
import type { JsonObject } from "./json.ts";

/** Of whom and of what the document is. */
export interface SarifRun {
  readonly version: string;
  /** The workspace's folder from the root of its repository, with `/` between names; empty where it is the root. */
  readonly folder: string;
  /** False where something kept the command from finding all that there is to find. */
  readonly complete: boolean;
}

/** Hosts refuse a result without a place, so what is of the workspace as a whole stands where that is declared. */
const WHOLE_WORKSPACE = "projects.yaml";

export function sarifDocument(diagnostics: readonly Diagnostic[], run: SarifRun): JsonObject {
  const rules = [...new Set(diagnostics.map(({ code }) => code))].sort();
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "spec-factory",
            version: run.version,
            rules: rules.map((code) => ruleObject(code, diagnostics)),
          },
        },
        invocations: [{ executionSuccessful: run.complete }],
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { [ROOT]: { description: { text: "The root of the repository." } } },
        results: diagnostics.map((one) => resultObject(one, rules.indexOf(one.code), run.folder)),
      },
    ],
  };
}

const ROOT = "%SRCROOT%";

function ruleObject(code: string, diagnostics: readonly Diagnostic[]): JsonObject {
  const own = diagnostics.filter((one) => one.code === code);
  const level = own.some(({ severity }) => severity === "error") ? "error" : "warning";
  const words = code.replaceAll("-", " ");
  return {
    id: code,
    shortDescription: { text: words.charAt(0).toUpperCase() + words.slice(1) },
    defaultConfiguration: { level },
  };
}

function resultObject(diagnostic: Diagnostic, ruleIndex: number, folder: string): JsonObject {
  const { code, severity, message, fix, target } = diagnostic;
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: `${message} ${fix}` },
    locations: [
      {
        physicalLocation: physicalLocation(diagnostic, folder),
        ...(target === null ? {} : { logicalLocations: [{ fullyQualifiedName: target }] }),
      },
    ],
  };
}

function physicalLocation({ file, line, column }: Diagnostic, folder: string): JsonObject {
  const region = line === null ? {} : { region: regionObject(line, column) };
  const path = file ?? WHOLE_WORKSPACE;
  // Of the machine, and of no repository.
  if (path.startsWith("/")) return { artifactLocation: { uri: `file://${uriOf(path)}` }, ...region };
  const own = folder === "" ? path : `${folder}/${path}`;
  return { artifactLocation: { uri: uriOf(own), uriBaseId: ROOT }, ...region };
}

function regionObject(line: number, column: number | null): { [key: string]: Json } {
  return column === null ? { startLine: line } : { startLine: line, startColumn: column };
}

function uriOf(path: string): string {
  return path
    .replace(/\p{Cs}/gu, "\uFFFD")
    .split("/")
    .map(encodeURIComponent)
    .join("/");
}
