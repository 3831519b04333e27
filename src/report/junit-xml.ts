// How does a build read as a test run, for hosts that show those? JUnit XML: a suite per project, a case per task and one
// for the product as a whole. Well-formed whatever gates and agents said.

import { featureOf } from "../model/address.ts";
import type { BuildResult, ProjectResult, TaskResult } from "../model/build-result.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { TargetFailure } from "../model/failure.ts";
import { evidence } from "./build-text.ts";
import { failureText } from "./failure-text.ts";
import { gateOutputs } from "./gate-output.ts";
import { reasonText } from "./stale-text.ts";

interface Case {
  readonly className: string;
  readonly name: string;
  readonly ms: number;
  readonly end:
    | { readonly kind: "passed" }
    | { readonly kind: "skipped"; readonly message: string }
    | {
        readonly kind: "failure" | "error";
        readonly type: string;
        readonly message: string;
        readonly text: string;
      };
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

export function junitReport(result: BuildResult, failures: readonly TargetFailure[]): string {
  const projects = [...new Set([...result.projects.map(({ id }) => id), ...result.tasks.map(projectOf)])];
  const own = new Set([...result.tasks.map(({ id }) => id as string), ...projects.map((id) => `${id}/`)]);
  const suites = projects.map((project): Suite => {
    const tasks = result.tasks.filter((task) => task.project === project);
    const product = result.projects.filter(({ id }) => id === project);
    return {
      name: project,
      cases: [
        ...tasks.map((task) => taskCase(task, failures)),
        ...product.map((one) => productCase(one, failures)),
      ],
    };
  });
  // Of features that could not be planned, and of the workspace.
  const others = failures.filter(({ target }) => !own.has(target));
  const rest = others.map((one): Case => {
    return { className: "factory", name: one.target, ms: 0, end: failedEnd("failure", one) };
  });
  return report(rest.length === 0 ? suites : [...suites, { name: "factory", cases: rest }], result.ms);
}

/** Of a build that was refused before it did anything. */
export function refusedReport(diagnostics: readonly Diagnostic[]): string {
  const cases = diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ code, message, target, file, line, column, fix }): Case => {
      const place = [file, line, column].filter((part) => part !== null).join(":");
      const text = [...(place === "" ? [] : [place]), message, fix].join("\n");
      return {
        className: "factory",
        name: target ?? (place === "" ? code : place),
        ms: 0,
        end: { kind: "error", type: code, message, text },
      };
    });
  return report([{ name: "factory", cases }], 0);
}

function projectOf({ project }: TaskResult): string {
  return project;
}

function taskCase(task: TaskResult, failures: readonly TargetFailure[]): Case {
  const { id, action, reasons, ms } = task;
  const failed = failures.find(({ target }) => target === id);
  const why = reasons.map(reasonText).join("; ");
  const head = { className: featureOf(id), name: id, ms };
  if (failed !== undefined) return { ...head, end: failedEnd("failure", failed) };
  if (action === "failed") {
    const message = why === "" ? "failed" : why;
    return { ...head, end: { kind: "failure", type: "failed", message, text: message } };
  }
  if (action === "blocked" || action === "skipped")
    return { ...head, end: { kind: "skipped", message: why === "" ? action : why } };
  return { ...head, end: { kind: "passed" } };
}

/** Whether the branch holds what the tasks made. */
function productCase(project: ProjectResult, failures: readonly TargetFailure[]): Case {
  const { id, merged, branch } = project;
  const failed = failures.find(({ target }) => target === `${id}/`);
  const head = { className: id, name: `${id}/ on ${branch}`, ms: 0 };
  if (failed !== undefined) return { ...head, end: failedEnd("failure", failed) };
  const message = "nothing was merged, because not every task has a result";
  return { ...head, end: merged ? { kind: "passed" } : { kind: "skipped", message } };
}

function failedEnd(kind: "failure" | "error", { target, failure }: TargetFailure): Case["end"] {
  const { message, detail, fix } = failureText(failure, target);
  const outputs = gateOutputs(failure);
  const said =
    outputs.length === 0
      ? detail
      : outputs.flatMap(({ gate, evidence, lines }) => [`${gate}: ${evidence}`, ...lines]);
  return {
    kind,
    type: failure.reason,
    message: evidence(failure, target),
    text: [message, ...said, fix].join("\n"),
  };
}

function report(suites: readonly Suite[], ms: number): string {
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="factory build" ${figures(all)} time="${seconds(ms)}">`,
    ...suites.flatMap(({ name, cases }) => [
      `  <testsuite name="${xml(name)}" ${figures(cases)} time="${seconds(total(cases))}">`,
      ...cases.map(caseText),
      "  </testsuite>",
    ]),
    "</testsuites>",
    "",
  ].join("\n");
}

function figures(cases: readonly Case[]): string {
  const of = (kind: Case["end"]["kind"]) => cases.filter(({ end }) => end.kind === kind).length;
  return `tests="${cases.length}" failures="${of("failure")}" errors="${of("error")}" skipped="${of("skipped")}"`;
}

function caseText({ className, name, ms, end }: Case): string {
  const head = `    <testcase classname="${xml(className)}" name="${xml(name)}" time="${seconds(ms)}"`;
  switch (end.kind) {
    case "passed":
      return `${head}/>`;
    case "skipped":
      return `${head}><skipped message="${xml(end.message)}"/></testcase>`;
    case "failure":
    case "error": {
      const { kind, type, message, text } = end;
      const open = `<${kind} type="${xml(type)}" message="${xml(message)}">`;
      return `${head}>${open}${xml(text)}</${kind}></testcase>`;
    }
  }
}

function total(cases: readonly Case[]): number {
  return cases.reduce((sum, { ms }) => sum + ms, 0);
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

// What XML 1.0 has no way to write, not even as a reference.
const UNWRITABLE = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** For an element or a value in double quotes. */
function xml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ENTITIES[sign] as string).replace(UNWRITABLE, "\uFFFD");
}
