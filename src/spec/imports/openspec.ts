// What does a change of OpenSpec ask for, or a capability? A change is a feature: its requirements are those that its
// deltas leave behind when they are applied to the capabilities. What they do not touch stays, and is not asked for.

import type { ImportedFeature, SourceLine } from "../../model/imported.ts";
import type { SourceFile } from "../read/source.ts";
import { titleFrom } from "./feature-name.ts";
import { type ForeignSpec, markdownIn, type Notes } from "./foreign.ts";
import { REQUIREMENTS_HEADING } from "./headings.ts";
import { numberedSteps } from "./numbered-steps.ts";
import { deltaIn, type NamedRequirement, requirementsIn } from "./openspec-requirements.ts";
import { bold, joined, partsOf, piece, whole } from "./prose.ts";
import { leadingId, RequirementList } from "./requirement-list.ts";

interface Request {
  title: string;
  problem: string;
  context: string;
  readonly list: RequirementList;
}

/** Null where nothing in it can be read. */
export function readOpenSpec(spec: ForeignSpec, notes: Notes): ImportedFeature | null {
  const request: Request = { title: "", problem: "", context: "", list: new RequirementList(notes) };
  const own = capabilityFile(spec);
  if (own !== null) readCapability(own, request, notes);
  else {
    readProposal(spec, request, notes);
    for (const [name, file] of spec.files) {
      const capability = capabilityAt(name);
      if (capability !== null) readDelta({ spec, capability, file }, request, notes);
    }
    if (request.list.list.length === 0)
      notes.warn(
        "no-requirements",
        { file: spec.source, line: 1 },
        "The change has no delta with a requirement.",
      );
  }
  if (request.title === "" && request.problem === "" && request.list.list.length === 0) return null;
  const design = designIn(spec, notes);
  const list = numberedSteps(spec, design.architecture, request.list, notes);
  for (const [name, { path }] of spec.files) {
    if (/^(?:spec|proposal|design|tasks)\.md$/.test(name) || capabilityAt(name) !== null) continue;
    if (spec.files.get(name) === own) continue;
    notes.note("unread-file", { file: path, line: 1 }, "This file is not read.");
  }
  return {
    title: request.title || titleFrom(spec.name),
    story: "",
    problem: request.problem,
    context: request.context,
    requirements: request.list.list,
    constraints: [],
    criteria: [],
    tests: "",
    ...design,
    ...list,
  };
}

/** `specs/auth/spec.md` and `specs/auth.md` are both about the capability `auth`, of a change as of all. */
export function capabilityAt(path: string): string | null {
  const [, folder, flat] = /^specs\/(?:(.+)\/spec|(.+))\.md$/.exec(path) ?? [];
  return folder ?? (flat === undefined || /(?:^|\/)README$/i.test(flat) ? null : flat);
}

/** A capability is a folder with its spec.md, or one file of its own. */
function capabilityFile({ files, source }: ForeignSpec): SourceFile | null {
  const [only] = files.values();
  return files.get("spec.md") ?? (files.size === 1 && only?.path === source ? only : null);
}

function readCapability(file: SourceFile, request: Request, notes: Notes): void {
  const markdown = markdownIn(file, notes);
  if (markdown === null) return;
  for (const part of partsOf(markdown).filter(({ depth }) => depth <= 2)) {
    if (part.depth === 1) request.title = part.heading.replace(/\s*specification$/i, "");
    if (part.depth < 2 || /^(?:purpose|目的|目标|목적|propósito|objetivo)$/i.test(part.heading))
      request.problem = joined(request.problem, piece(markdown, part.blocks));
    else if (!REQUIREMENTS_HEADING.test(part.heading))
      request.context = joined(request.context, whole(markdown, part));
  }
  for (const requirement of requirementsIn(markdown)) add(request.list, requirement, "");
}

function readProposal(spec: ForeignSpec, request: Request, notes: Notes): void {
  const file = spec.files.get("proposal.md");
  const markdown = file === undefined ? null : markdownIn(file, notes);
  if (markdown === null) return;
  for (const part of partsOf(markdown).filter(({ depth }) => depth <= 2)) {
    if (part.depth === 1)
      request.title = part.heading.replace(/^(?:change )?proposal\s*[:–—-]?\s*|^change\s*[:–—-]\s*/i, "");
    const text = part.depth === 2 ? whole(markdown, part) : piece(markdown, part.blocks);
    if (
      /^(?:(?:why|intent|problem)\b|为什么|なぜ|왜|por qué|por que|pourquoi|warum|зачем|почему)/i.test(
        part.heading,
      )
    )
      request.problem = joined(
        request.problem,
        piece(markdown, [...part.blocks, ...part.below.flatMap(({ blocks }) => blocks)]),
      );
    else request.context = joined(request.context, text);
  }
}

interface DeltaFile {
  readonly spec: ForeignSpec;
  readonly capability: string;
  readonly file: SourceFile;
}

function readDelta({ spec, capability, file }: DeltaFile, request: Request, notes: Notes): void {
  const markdown = markdownIn(file, notes);
  if (markdown === null) return;
  const delta = deltaIn(markdown);
  if (delta === null) {
    const whole = requirementsIn(markdown);
    notes.warn(
      "no-delta",
      { file: file.path, line: 1 },
      `There is no section such as "ADDED Requirements": its ${whole.length} requirements are taken as added.`,
    );
    for (const requirement of whole) add(request.list, requirement, capability);
    return;
  }
  const base = baseOf(spec, capability, notes);
  const names = new Map((base ?? []).map((one) => [keyOf(one.name), one]));
  const has = (name: string) => names.has(keyOf(name));
  const miss = (name: string, what: string, spot: SourceLine) => {
    if (!has(name))
      notes.warn(
        "delta-without-base",
        spot,
        `"${name}" is ${what}, and the capability ${capability} has no such requirement.`,
      );
  };
  const changed = new Set<string>();
  const take = (requirement: NamedRequirement) => {
    changed.add(keyOf(requirement.name));
    add(request.list, requirement, capability);
  };
  for (const { from, to, spot } of delta.renamed) {
    miss(from, "renamed", spot);
    changed.add(keyOf(from));
    const before = names.get(keyOf(from));
    names.delete(keyOf(from));
    names.set(keyOf(to), { name: to, text: "", rest: "", scenarios: [], spot, ...before });
    const isTold = delta.modified.some(({ name }) => keyOf(name) === keyOf(to));
    notes.note(
      "renamed-requirement",
      spot,
      `"${from}" is called "${to}" from now on${isTold ? "" : ", and says what it said"}.`,
    );
    if (!isTold)
      take({
        name: to,
        text: `${before?.text ?? ""} (Called "${from}" before.)`,
        rest: before?.rest ?? "",
        scenarios: before?.scenarios ?? [],
        spot,
      });
  }
  for (const requirement of delta.modified) {
    miss(requirement.name, "modified", requirement.spot);
    take(requirement);
  }
  for (const requirement of delta.added) {
    if (has(requirement.name))
      notes.warn(
        "delta-known",
        requirement.spot,
        `"${requirement.name}" is added, and the capability ${capability} has it already.`,
      );
    take(requirement);
  }
  for (const requirement of delta.others) {
    notes.warn(
      "no-delta",
      requirement.spot,
      `"${requirement.name}" stands under no heading such as "ADDED Requirements", and is taken as it will be.`,
    );
    take(requirement);
  }
  for (const { name, text, rest, spot } of delta.removed) {
    miss(name, "removed", spot);
    changed.add(keyOf(name));
    notes.note(
      "removed-requirement",
      spot,
      `The removal of "${name}" is a requirement: its code has to be removed.`,
    );
    const was = names.get(keyOf(name))?.text ?? "";
    add(
      request.list,
      {
        name: `Without "${name}"`,
        text: `The system no longer does this${was === "" ? "." : `: ${was}`}`,
        rest: joined(text, rest),
        scenarios: [],
        spot,
      },
      capability,
    );
  }
  const kept = (base ?? []).filter(({ name }) => !changed.has(keyOf(name))).map(({ name }) => `- ${name}`);
  if (kept.length > 0)
    request.context = joined(
      request.context,
      bold(`What ${capability} does already, and goes on doing`),
      kept.join("\n"),
    );
}

function baseOf(spec: ForeignSpec, capability: string, notes: Notes): readonly NamedRequirement[] | null {
  const file = spec.around.get(capability);
  const markdown = file === undefined ? null : markdownIn(file, notes);
  return markdown === null ? null : requirementsIn(markdown);
}

function keyOf(name: string): string {
  return name.toLowerCase().replace(/\s+/g, " ").trim();
}

/** The requirement, and each of its scenarios as a criterion of it. */
function add(
  list: RequirementList,
  { name, text, rest, scenarios, spot }: NamedRequirement,
  capability: string,
): void {
  const named = leadingId(name);
  const title = (named?.rest ?? name).replace(/[.:]+$/, "");
  const place = capability === "" ? "" : ` (${capability})`;
  const id = list.add(named?.id ?? null, `${title}${place}. ${text}`, spot, { rest, title });
  for (const [index, scenario] of scenarios.entries())
    list.add(`${id}.${index + 1}`, scenario.text, scenario.spot, { kind: "criterion", of: id });
}

function designIn(spec: ForeignSpec, notes: Notes): Pick<ImportedFeature, "architecture" | "risks"> {
  const file = spec.files.get("design.md");
  const markdown = file === undefined ? null : markdownIn(file, notes);
  const texts = { architecture: "", risks: "" };
  if (markdown === null) return texts;
  for (const part of partsOf(markdown).filter(({ depth }) => depth <= 2)) {
    const key = /risk|trade-?off/i.test(part.heading) ? "risks" : "architecture";
    texts[key] = joined(texts[key], part.depth === 2 ? whole(markdown, part) : piece(markdown, part.blocks));
  }
  return texts;
}
