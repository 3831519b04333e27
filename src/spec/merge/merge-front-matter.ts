// What is the front matter of a feature when a person edited it and its template says something new? Key by key, and
// parameter by parameter, by what they mean; in the person's text only the values that differ are written anew.

import { canonical, type Json } from "../../model/digest.ts";
import { EditedText } from "../yaml/splice.ts";
import { isPlainMap, type Plain, type PlainMap, soundYaml, type YamlDocument } from "../yaml/yaml.ts";
import { editYaml } from "../yaml/yaml-edit.ts";
import { changeOf, type Part, type PieceSides, type Settling, settle } from "./merge-document.ts";

/** YAML texts, and what the migrations call the parameters of base and person: old names by new names. */
export interface FrontMatterSides {
  readonly base: string;
  readonly mine: string;
  readonly template: string;
  readonly asGiven: string;
  readonly renamed: Readonly<Record<string, string>>;
}

export interface MergedFrontMatter {
  readonly text: string;
  readonly parts: readonly Part[];
}

/** Null where one of the texts is no map of YAML, or a person's is written in a way that cannot be edited. */
export function mergeFrontMatter(sides: FrontMatterSides, settling: Settling): MergedFrontMatter | null {
  const { renamed } = sides;
  const texts = [sides.base, sides.mine, sides.template, sides.asGiven];
  const [baseText, mineText, templateText, asGivenText] = texts.map(documentOf);
  if (!baseText || !mineText || !templateText || !asGivenText) return null;
  const [b, m] = [baseText, mineText].map((side) => withNames(leavesOf(side), renamed)) as [Leaves, Leaves];
  const [template, asGiven] = [leavesOf(templateText), leavesOf(asGivenText)];
  const parts: Part[] = [];
  const wanted = new Map([...m].map(([id, { value }]) => [id, value]));
  for (const id of new Set([...m.keys(), ...template.keys(), ...b.keys()])) {
    const versions: PieceSides = {
      base: textOf(b.get(id)),
      mine: textOf(m.get(id)),
      template: textOf(template.get(id)),
      asGiven: textOf(asGiven.get(id)),
    };
    const line = m.get(id)?.line ?? null;
    if (versions.mine === versions.template) continue;
    const { text, outcome } = settle(versions, { ...settling, mergeText: () => null }, (x, y) => x === y);
    parts.push({ part: id, outcome, change: changeOf(versions, outcome), ...shown(versions), line });
    if (text === null) wanted.delete(id);
    else if (text !== versions.mine) wanted.set(id, (template.get(id) as Leaf).value);
  }
  if (sides.mine === sides.base) return { text: sides.template, parts };
  const text = edited(mineText, wanted, { renamed, order: [...template.keys()] });
  return text === null ? null : { text, parts };
}

interface Leaf {
  readonly value: Plain;
  readonly line: number;
}

/** Keys of the front matter, and those of `params` as `params.<name>`. */
type Leaves = ReadonlyMap<string, Leaf>;

type MapDocument = YamlDocument & { readonly root: PlainMap };

function documentOf(text: string): MapDocument | null {
  const ended = text.endsWith("\n") || text === "" ? text : `${text}\n`;
  const document = soundYaml(ended, "feature.md");
  return document.ok && isPlainMap(document.value.root) ? (document.value as MapDocument) : null;
}

function leavesOf({ root, places }: MapDocument): Leaves {
  const leaves = new Map<string, Leaf>();
  const add = (map: PlainMap, prefix: string) => {
    for (const [name, value] of Object.entries(map)) {
      if (prefix === "" && name === "params" && isPlainMap(value)) add(value, "params.");
      else leaves.set(`${prefix}${name}`, { value, line: places.of(map, name)?.line ?? 1 });
    }
  };
  add(root, "");
  return leaves;
}

function withNames(side: Leaves, renamed: Readonly<Record<string, string>>): Leaves {
  const names = new Map(Object.entries(renamed).map(([name, was]) => [`params.${was}`, `params.${name}`]));
  return new Map([...side].map(([id, leaf]) => [names.get(id) ?? id, leaf]));
}

function textOf(leaf: Leaf | undefined): string | null {
  return leaf === undefined ? null : canonical(leaf.value as Json);
}

function shown({ base, mine, template }: PieceSides) {
  return { base, mine, template };
}

/** The person's text with these values and no others. */
function edited(
  mine: MapDocument,
  wanted: ReadonlyMap<string, Plain>,
  {
    renamed,
    order: ids,
  }: { readonly renamed: Readonly<Record<string, string>>; readonly order: readonly string[] },
): string | null {
  const after: PlainMap = {};
  const params: PlainMap = {};
  for (const [id, value] of wanted) {
    if (id.startsWith("params.")) params[id.slice("params.".length)] = value;
    else after[id] = value;
  }
  const wasEmpty = isPlainMap(mine.root.params) && Object.keys(mine.root.params).length === 0;
  if (Object.keys(params).length > 0 || wasEmpty) after.params = params;
  const order = {
    "": [...new Set(ids.map((id) => (id.startsWith("params.") ? "params" : id)))],
    params: ids.flatMap((id) => (id.startsWith("params.") ? [id.slice("params.".length)] : [])),
  };
  const names = new Map(Object.entries(renamed).map(([name, was]) => [was, name]));
  const splices = editYaml(mine, after, { order, renamed: { within: "params", names } });
  return splices && new EditedText(mine.text).with(splices);
}
