// What plain data does a YAML text hold, and where does each value stand? The one reader of YAML: nothing recursive sees a
// text before its tokens are within bounds, and the one key that could reach a prototype is refused. It knows nothing of
// what the data means.

import {
  Composer,
  type Document,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type ParsedNode,
  stringify,
} from "yaml";
import type { Place } from "../../model/place.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { Findings, type Subject } from "../findings/findings.ts";
import { clip } from "../findings/nearest.ts";
import { syntaxFault } from "./syntax-fault.ts";
import { keyName, nodeOf, type YamlNode } from "./yaml-nodes.ts";
import { yamlTokens } from "./yaml-tokens.ts";

export type Plain = null | boolean | number | string | Plain[] | PlainMap;
export type PlainMap = { [key: string]: Plain };

/** A text inside a file: `firstLine` is the line of the file at which it begins. */
export interface YamlText {
  readonly text: string;
  readonly file: string;
  readonly firstLine: number;
  readonly target: string | null;
}

export interface YamlData {
  readonly root: Plain;
  readonly places: Places;
}

/** A text with its data, for whoever edits it or cuts it in pieces. */
export interface YamlDocument extends YamlData {
  readonly text: string;
  /** How the data is written; null where the text holds nothing. Made when it is asked for. */
  readonly tree: () => YamlNode | null;
}

/** Where the members of maps (at their keys) and the items of lists stand. */
export class Places {
  private readonly members = new WeakMap<object, Map<string, Place>>();
  private readonly items = new WeakMap<object, Place[]>();
  readonly root: Place;

  constructor(root: Place) {
    this.root = root;
  }

  addMembers(map: PlainMap, places: Map<string, Place>): void {
    this.members.set(map, places);
  }

  addItems(list: Plain[], places: Place[]): void {
    this.items.set(list, places);
  }

  /** Null where the container was not read from the text, or has no such member. */
  of(container: object, key: string | number): Place | null {
    if (typeof key === "number") return this.items.get(container)?.[key] ?? null;
    return this.members.get(container)?.get(key) ?? null;
  }

  itemsOf(list: object): readonly Place[] {
    return this.items.get(list) ?? [];
  }

  /** Takes an item out of a list together with its place. */
  removeItem(list: Plain[], index: number): void {
    list.splice(index, 1);
    this.items.get(list)?.splice(index, 1);
  }
}

/** After a finding about its syntax a text has no value: a guess at what was meant would only cause more findings. */
export function readYaml(source: YamlText, findings: Findings): YamlDocument | null {
  const subjectAt = (offset: number, lines: LineCounter): Subject => ({
    target: source.target,
    place: placeAt(source, offset, lines),
  });
  const syntax = yamlTokens(source.text, subjectAt, findings);
  if (syntax === null) return null;
  const { tokens, lines } = syntax;
  // Unique keys are checked below: the library compares every key with every other.
  const composer = new Composer({
    version: "1.2",
    schema: "core",
    uniqueKeys: false,
    resolveKnownTags: false,
  });
  const documents = [...composer.compose(tokens, true, source.text.length)] as Document.Parsed[];
  const [document, second] = documents;
  if (second !== undefined) {
    findings.error("yaml-documents", subjectAt(second.range[0], lines), {
      message: "A second YAML document begins here.",
      fix: "Keep one document in a file.",
    });
    return null;
  }
  const fault = syntaxFault(source.text, document?.errors ?? []);
  if (fault !== null) {
    findings.error("yaml-syntax", subjectAt(fault.offset, lines), fault);
    return null;
  }
  const places = new Places({ file: source.file, line: source.firstLine, column: 1 });
  const reader = new Reader(places, (offset) => subjectAt(offset, lines), findings);
  const contents = document?.contents ?? null;
  const root = reader.read(contents);
  return { root, places, text: source.text, tree: () => contents && nodeOf(contents) };
}

/** For editors: a text in which anything is wrong is not theirs to change. `firstLine` as in `YamlText`. */
export function soundYaml(text: string, file: string, firstLine = 1): Result<YamlDocument> {
  const findings = new Findings();
  const document = readYaml({ text, file, firstLine, target: null }, findings);
  const isSound = document !== null && findings.list.length === 0;
  return isSound ? success(document) : failed({ reason: "invalid-spec", diagnostics: findings.list });
}

/** For whoever cuts a text in pieces: what its readers would find is told when they read it. Null for no YAML. */
export function looseYaml(text: string): YamlDocument | null {
  return readYaml({ text, file: "", firstLine: 1, target: null }, new Findings());
}

export function isPlainMap(value: Plain | undefined): value is PlainMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Data as YAML, where no person has a spelling of it. No line is folded, and nothing is an alias. */
export function yamlText(data: unknown): string {
  return stringify(data, { lineWidth: 0, aliasDuplicateObjects: false });
}

function placeAt(source: YamlText, offset: number, lines: LineCounter): Place {
  const { line, col } = lines.linePos(offset);
  return { file: source.file, line: source.firstLine + Math.max(line, 1) - 1, column: Math.max(col, 1) };
}

/** Recursion is safe here: the tokens were found to nest no deeper than the cap. */
class Reader {
  private readonly places: Places;
  private readonly subjectAt: (offset: number) => Subject;
  private readonly findings: Findings;

  constructor(places: Places, subjectAt: (offset: number) => Subject, findings: Findings) {
    this.places = places;
    this.subjectAt = subjectAt;
    this.findings = findings;
  }

  read(node: ParsedNode | null): Plain {
    if (isMap(node)) return this.readMap(node.items as readonly Pair[]);
    if (isSeq(node)) {
      const items = node.items as ParsedNode[];
      const list = items.map((item) => this.read(item));
      this.places.addItems(
        list,
        items.map((item) => this.placeOf(item)),
      );
      return list;
    }
    if (!isScalar(node)) return null;
    const { value } = node;
    if (typeof value === "number" && !isExact(value)) {
      this.findings.error("number-out-of-range", this.subjectAt(node.range[0]), {
        message: `${clip(node.source ?? String(value))} cannot be kept as a number without loss.`,
        fix: "Put it in quotes to keep it as text.",
      });
      return 0;
    }
    return value as Plain;
  }

  private readMap(pairs: readonly Pair[]): PlainMap {
    const map: PlainMap = {};
    const places = new Map<string, Place>();
    for (const { key, value } of pairs) {
      const name = this.nameOf(key, places);
      if (name === null) continue;
      places.set(name, this.placeOf(key as ParsedNode));
      const plain = this.read(value);
      Object.defineProperty(map, name, {
        value: plain,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    this.places.addMembers(map, places);
    return map;
  }

  /** The name of a key, or null after a finding. */
  private nameOf(key: ParsedNode | null, known: ReadonlyMap<string, Place>): string | null {
    if (!isScalar(key)) {
      this.findings.error("yaml-key", this.subjectAt(key?.range[0] ?? 0), {
        message: "A key must be plain text, not a list or a map.",
        fix: "Quote the key if it is meant as text; write `{{…}}` in quotes.",
      });
      return null;
    }
    const name = keyName(key) as string;
    const subject = this.subjectAt(key.range[0]);
    const first = known.get(name);
    if (first !== undefined) {
      this.findings.error("duplicate-key", subject, {
        message: `The key "${clip(name)}" is already given on line ${first.line}.`,
        fix: "Keep one of the two.",
      });
      return null;
    }
    if (name === "__proto__") {
      this.findings.error("unknown-key", subject, {
        message: 'The key "__proto__" is never read.',
        fix: "Give it another name.",
      });
      return null;
    }
    if (name === "<<") {
      this.findings.error("yaml-merge", subject, {
        message: "Merge keys (`<<`) are not read.",
        fix: "Write the members out.",
      });
      return null;
    }
    return name;
  }

  private placeOf(node: ParsedNode | null): Place {
    return (node && this.subjectAt(node.range[0]).place) ?? this.places.root;
  }
}

interface Pair {
  readonly key: ParsedNode | null;
  readonly value: ParsedNode | null;
}

function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}
