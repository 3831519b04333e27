// How is the origin of code told? A single line as far as its spec leads, a file as a table of its ranges.

import type { Blame, BlamedRange, TaskOrigin } from "../model/blame.ts";
import type { Place } from "../model/place.ts";
import { columns, pad } from "./columns.ts";
import { count, minuteOf, price } from "./figures.ts";
import type { JsonObject } from "./json.ts";
import { plain } from "./plain.ts";
import { type Line, paintAll, type Span } from "./theme.ts";

const COMMIT_DIGITS = 10;

export function blameText(blame: Blame, color: boolean): string[] {
  const [only] = blame.ranges;
  const isWhole = blame.line === null;
  const lines = isWhole || only === undefined ? fileLines(blame) : lineLines(blame, only);
  return paintAll(lines, color);
}

function fileLines({ project, path, binary, owner, ranges }: Blame): Line[] {
  const kind = binary ? "  a binary file: shown as a whole" : "";
  const head: Line = [
    ["strong", `${project}/${plain(path)}`],
    ["faint", kind],
  ];
  const rows = ranges.map((range) => {
    const { first, last, code } = range;
    const numbers = binary ? "all" : first === last ? String(first) : `${first}-${last}`;
    const commit = code === null ? "" : code.commit.slice(0, COMMIT_DIGITS);
    return [numbers, whoWrote(range), whatFor(range), commit, code === null ? "" : dayOf(code.at)];
  });
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((row) => columns(row[column] ?? ""))));
  const table = rows.map((row): Line => {
    const [numbers = "", who = "", what = "", commit = "", day = ""] = row.map((cell, column) =>
      pad(cell, widths[column] ?? 0),
    );
    return [`  ${numbers}  `, ["note", who], `  ${what}  `, ["faint", `${commit}  ${day}`]];
  });
  return [head, ...table, ...ownerLines(owner)];
}

function lineLines(blame: Blame, range: BlamedRange): Line[] {
  const { project, path, line, text, owner } = blame;
  const head: Line[] = [
    [["strong", `${project}/${plain(path)}:${line}`]],
    [["faint", "  │ "], plain((text ?? "").replaceAll("\t", "  "))],
    [...fact("written"), whoWrote(range), ...commitSpans(range)],
  ];
  const { origin } = range;
  return origin === null ? [...head, ...ownerLines(owner)] : [...head, ...originLines(origin)];
}

function originLines(origin: TaskOrigin): Line[] {
  const { task, title, place, acceptance, requirements, current } = origin;
  const gone: Span[] = current ? [] : [["warn", "  left the backlog since"]];
  return [
    [
      ...fact("task"),
      ["strong", task],
      title === null ? "" : `  ${plain(title)}`,
      ...placeSpans(place),
      ...gone,
    ],
    ...acceptance.map(({ id, text }): Line => [...fact(""), `${plain(id)}  ${plain(text)}`]),
    [...fact("spec"), ...specSpans(origin)],
    ...requirements.map(({ id, text, place: at, reworded }): Line => {
      const since: Span[] =
        at === null ? [["warn", "  gone since"]] : reworded ? [["warn", "  reworded since"]] : [];
      return [...fact(""), ["strong", plain(id)], `  ${plain(text)}`, ...placeSpans(at), ...since];
    }),
    [...fact("agent"), workText(origin)],
  ];
}

function specSpans({ task, spec, version, newest }: TaskOrigin): Span[] {
  const feature = task.slice(0, task.indexOf(":"));
  if (version === null) return [plain(spec ?? feature), ["faint", "  of an unknown version"]];
  const later = newest !== null && newest > version ? `  the newest is @${newest}` : "";
  return [`${feature}@${version}`, ["faint", `  ${plain(spec ?? "")}${later}`]];
}

function workText({ agent, model, attempts, usd, recorded }: TaskOrigin): string {
  const who = `${agent ?? "unknown"}${model === null ? "" : ` (${model})`}`;
  if (!recorded) return `${who}, cost and attempts unknown: no record is left`;
  return `${who}, ${count(attempts ?? 0, "attempt")}, ${price(usd)}`;
}

function ownerLines(owner: Blame["owner"]): Line[] {
  if (owner === null) return [[...fact("file"), "no task owns it"]];
  const kept = owner.released ? "was handed over to people by" : "is owned by";
  return [[...fact("file"), `${kept} `, ["strong", owner.task]]];
}

function whoWrote({ writer, code }: BlamedRange): string {
  switch (writer) {
    case "factory":
      return "the factory";
    case "merge":
      return "the factory, in a merge";
    case "scaffold":
      return "the scaffold";
    case "person":
      return plain(code?.author ?? "");
    case "uncommitted":
      return "not committed";
  }
}

function whatFor({ origin, code }: BlamedRange): string {
  if (origin === null) return plain(code?.subject ?? "");
  const feature = origin.task.slice(0, origin.task.indexOf(":"));
  const version = origin.version === null ? "" : `  ${feature}@${origin.version}`;
  return `${origin.task}  ${plain(origin.agent ?? "")}${version}`;
}

function commitSpans({ code }: BlamedRange): Span[] {
  if (code === null) return [];
  return [
    ["faint", `  ${code.commit.slice(0, COMMIT_DIGITS)}  ${minuteOf(code.at)}`],
    `  ${plain(code.subject)}`,
  ];
}

function placeSpans(place: Place | null): Span[] {
  return place === null ? [] : [["faint", `  ${plain(place.file)}:${place.line}`]];
}

function fact(name: string): Span[] {
  return [["faint", `  ${name.padEnd("written".length)}  `]];
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

export function blameDocument(blame: Blame): JsonObject {
  const { project, path, line, text, binary, branch, owner, ranges } = blame;
  return {
    schema: 1,
    project,
    path,
    line,
    text,
    binary,
    branch,
    owner: owner === null ? null : { task: owner.task, released: owner.released },
    ranges: ranges.map(({ first, last, writer, code, origin }) => ({
      first: binary ? null : first,
      last: binary ? null : last,
      writer,
      commit: code?.commit ?? null,
      author: code?.author ?? null,
      at: code === null ? null : new Date(code.at).toISOString(),
      subject: code?.subject ?? null,
      origin: origin === null ? null : originObject(origin),
    })),
  };
}

function originObject(origin: TaskOrigin): JsonObject {
  return {
    task: origin.task,
    title: origin.title,
    ...placeObject(origin.place),
    current: origin.current,
    acceptance: origin.acceptance.map(({ id, text }) => ({ id, text })),
    requirements: origin.requirements.map(({ id, text, place, reworded }) => ({
      id,
      text,
      ...placeObject(place),
      reworded,
    })),
    spec: origin.spec,
    version: origin.version,
    newest_version: origin.newest,
    agent: origin.agent,
    model: origin.model,
    attempts: origin.attempts,
    usd: origin.usd,
    recorded: origin.recorded,
  };
}

function placeObject(place: Place | null) {
  return { file: place?.file ?? null, at_line: place?.line ?? null };
}
