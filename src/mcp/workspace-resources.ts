// What of a workspace can be read by an address? The documents of its specs, its tasks, and their windows.
//
//   factory://specs/<feature>/feature.md     also PLAN.md and BACKLOG.yaml, where they are there
//   factory://tasks/<feature>/<task>         what the tool `task` tells, as JSON
//   factory://windows/<feature>/<task>       the window that an attempt would begin with, as text

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import {
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  McpError,
  ReadResourceRequestSchema,
  type Resource,
  type TextResourceContents,
} from "@modelcontextprotocol/sdk/types.js";
import type { Failure } from "../model/failure.ts";
import { folderOf } from "../model/feature.ts";
import { failed, type Result, success } from "../model/result.ts";
import { taskDocument } from "../operations/look-operations.ts";
import { optionsFor } from "../operations/operation-input.ts";
import type { Place } from "../pipeline/commands/caller.ts";
import { nextWindow, taskDetails } from "../pipeline/commands/task-details.ts";
import { readWhole } from "../pipeline/reading/read-whole.ts";
import { readFileCapped } from "../platform/files.ts";
import { ownRedactor } from "../platform/redact.ts";
import { failureBlock } from "../report/failure-block.ts";
import { jsonText } from "../report/json.ts";
import type { Desk } from "./tool.ts";

const DOCUMENTS = ["feature.md", "PLAN.md", "BACKLOG.yaml"] as const;
const LIMIT = 1024 * 1024;
const PAGE_LENGTH = 200;

const TEMPLATES = [
  {
    name: "spec",
    uriTemplate: "factory://specs/{feature}/{document}",
    description: `A document of a feature: ${DOCUMENTS.join(", ")}.`,
  },
  {
    name: "task",
    uriTemplate: "factory://tasks/{feature}/{task}",
    description: "A task as the tool `task` tells of it.",
    mimeType: "application/json",
  },
  {
    name: "window",
    uriTemplate: "factory://windows/{feature}/{task}",
    description: "The context window that an attempt at a task would begin with.",
    mimeType: "text/markdown",
  },
];

export function addResources({ server }: McpServer, { place, running }: Desk): void {
  server.registerCapabilities({ resources: {} });
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: TEMPLATES }));
  server.setRequestHandler(ListResourcesRequestSchema, async ({ params }) => {
    const all = await resourcesOf(place);
    if (!all.ok) throw refused(all.failure);
    const start = Number(params?.cursor ?? 0);
    if (!Number.isInteger(start) || start < 0)
      throw new McpError(ErrorCode.InvalidParams, "this cursor is none that a list has given");
    const end = start + PAGE_LENGTH;
    const resources = all.value.slice(start, end);
    return end < all.value.length ? { resources, nextCursor: String(end) } : { resources };
  });
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params: { uri } }) => {
    const reading = contentsAt(place, uri);
    running.add(reading);
    const contents = await reading.finally(() => running.delete(reading));
    if (!contents.ok) throw refused(contents.failure);
    return { contents: [{ ...contents.value, text: ownRedactor()(contents.value.text) }] };
  });
}

async function resourcesOf(place: Place): Promise<Result<readonly Resource[]>> {
  const reading = await readWhole(place);
  if (!reading.ok) return reading;
  const { features } = reading.value.sources;
  const specs = features.flatMap((feature) =>
    DOCUMENTS.filter((name) => existsSync(join(place.root, folderOf(feature), name))).map((name) => ({
      uri: addressOf("specs", feature.id, name),
      name: `${folderOf(feature)}/${name}`,
      title: feature.title,
      mimeType: mimeOf(name),
    })),
  );
  const tasks = features.flatMap((feature) => feature.tasks);
  const named = (kind: "tasks" | "windows", mimeType: string) =>
    tasks.map(({ id, title }) => {
      const [feature = "", local = ""] = id.split(":");
      return { uri: addressOf(kind, feature, local), name: `${kind}/${id}`, title, mimeType };
    });
  return success([...specs, ...named("tasks", "application/json"), ...named("windows", "text/markdown")]);
}

async function contentsAt(place: Place, uri: string): Promise<Result<TextResourceContents>> {
  const [kind, feature, name] = partsOf(uri) ?? [];
  if (kind === "specs" && feature !== undefined && name !== undefined)
    return documentAt(place, { uri, feature, name });
  if (kind !== "tasks" && kind !== "windows") return nothingAt(uri);
  const id = `${feature}:${name}`;
  if (kind === "windows") {
    const window = await nextWindow(place, id, optionsFor([]));
    return window.ok ? success({ uri, mimeType: "text/markdown", text: window.value }) : window;
  }
  const details = await taskDetails(place, id);
  if (!details.ok) return details;
  return success({ uri, mimeType: "application/json", text: jsonText(taskDocument(details.value)) });
}

/** Only where the workspace has the feature: a path that somebody thought of reaches no disk. */
async function documentAt(
  place: Place,
  { uri, feature, name }: { readonly uri: string; readonly feature: string; readonly name: string },
): Promise<Result<TextResourceContents>> {
  const document = DOCUMENTS.find((one) => one === name);
  const reading = await readWhole(place);
  if (!reading.ok) return reading;
  const known = reading.value.sources.features.find(({ id }) => id === feature);
  if (document === undefined || known === undefined) return nothingAt(uri);
  const read = readFileCapped(join(place.root, folderOf(known), document), LIMIT);
  if (!read.ok) return read;
  return success({ uri, mimeType: mimeOf(document), text: Buffer.from(read.value).toString("utf8") });
}

function addressOf(kind: string, feature: string, name: string): string {
  return `factory://${kind}/${encodeURIComponent(feature)}/${encodeURIComponent(name)}`;
}

/** Null for what is no address of ours. */
function partsOf(uri: string): readonly string[] | null {
  const parts = /^factory:\/\/([a-z]+)\/([^/]+)\/([^/]+)$/.exec(uri)?.slice(1);
  try {
    return parts?.map((part) => decodeURIComponent(part)) ?? null;
  } catch {
    // A `%` that begins no character.
    return null;
  }
}

function mimeOf(document: string): string {
  return document.endsWith(".md") ? "text/markdown" : "application/yaml";
}

function nothingAt(uri: string): Result<never> {
  const message = `there is nothing at ${JSON.stringify(uri)}`;
  return failed({ reason: "usage", message, fix: "List the resources, or their templates." });
}

function refused(failure: Failure): McpError {
  return new McpError(ErrorCode.InvalidParams, failureBlock(failure, null, false).join("\n"));
}
