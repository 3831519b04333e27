// How is a build kept as one file that any browser shows? The pages of the dashboard with all that they would ask for.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../model/digest.ts";
import { type Result, success } from "../model/result.ts";
import type { Place } from "../pipeline/commands/caller.ts";
import { fileFailure } from "../platform/file-failure.ts";
import { ownRedactor, redactValue } from "../platform/redact.ts";
import { OperationRunner } from "./operation-runner.ts";
import { overviewOf } from "./overview.ts";

/** Of tasks, the window, the last attempt and its change are in it: of more, the file grows too large to pass on. */
const MOST_TASKS = 200;

/** Looks, and changes nothing. `tasks`: those that the build did something about. */
export async function reportPage(
  place: Place,
  build: string,
  tasks: readonly string[],
): Promise<Result<string>> {
  const overview = await overviewOf(place);
  if (!overview.ok) return overview;
  const runner = new OperationRunner(place, async () => overview);
  const told = tasks.slice(0, MOST_TASKS);
  const features = new Set(tasks.map((task) => task.slice(0, task.indexOf(":"))));
  const questions: readonly (readonly [operation: string, input: object])[] = [
    ...(["overview", "requirements", "builds", "metrics", "cost"] as const).map(
      (name) => [name, {}] as const,
    ),
    ["build_events", { build }],
    ...[...features].flatMap((feature) => [["spec", { feature }] as const, ["log", { feature }] as const]),
    ...told.flatMap((task) => [
      ["explain", { targets: [task] }] as const,
      ["task", { task }] as const,
      ["left", { task }] as const,
      ["window", { task, which: "last" }] as const,
    ]),
  ];
  const kept: Record<string, Json> = {};
  for (const [operation, input] of questions) {
    const asked = JSON.stringify(input);
    const { body } = await runner.answer(operation, asked);
    kept[`${operation} ${asked}`] = redactValue(body, ownRedactor());
  }
  return inOneFile(place.packageRoot, { build, kept });
}

function inOneFile(packageRoot: string, report: Json): Result<string> {
  const read = (name: string) => readFileSync(join(packageRoot, "dist", "page", name), "utf8");
  try {
    return success(
      [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8" />',
        '<meta name="viewport" content="width=device-width, initial-scale=1" />',
        '<meta name="color-scheme" content="light dark" />',
        "<title>Report of a build</title>",
        `<style>${read("page.css")}</style>`,
        "</head><body>",
        // A `<` in them could end the element; in JSON and in scripts an escape means the same.
        `<script type="application/json" id="report">${JSON.stringify(report).replaceAll("<", "\\u003c")}</script>`,
        `<script type="text/plain" id="layout">${inScript(read("layout.js"))}</script>`,
        `<script type="module">${inScript(read("page.js"))}</script>`,
        "</body></html>",
        "",
      ].join("\n"),
    );
  } catch (error) {
    return fileFailure(join(packageRoot, "dist", "page"), "read", error);
  }
}

function inScript(code: string): string {
  return code.replaceAll("</script", "<\\/script").replaceAll("<!--", "\\x3c!--");
}
