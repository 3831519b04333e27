// Which steps does a tasks.md of spec-kit name, and which of them come first? Phases follow each other, stories wait
// only for what lies under them, and steps marked [P] stand side by side.

import type { ImportedFeature, ImportedStep } from "../../model/imported.ts";
import type { Markdown } from "../markdown/markdown.ts";
import { type CheckItem, type Checklist, checklistIn, headedTasks, setAside } from "./checklist.ts";
import { askedIn, type ForeignSpec, type Notes } from "./foreign.ts";
import { USER_STORY } from "./headings.ts";
import { plainSigns } from "./plain-signs.ts";
import { joined, partsOf, whole } from "./prose.ts";
import type { RequirementList } from "./requirement-list.ts";
import { FileNames, kindOf, StepIds } from "./step-text.ts";

const ID =
  /^(?:\*\*)?\[?(T-?\d{1,5}(?:[.-]\d{1,3})?[a-z]?(?:-[A-Z]{1,8})?)\]?(?:\*\*)?\s*[:,.–—-]?(?:\*\*)?(?:\s+|(?=[^\p{ASCII}]|[[(]))/u;
/** The id of a task that nobody has numbered yet. */
const UNNUMBERED = /^(?:\*\*)?\[?T(?:XXX|NNN|\?\?\?)\]?(?:\*\*)?\s*[:.–—-]?\s+/;
const DEPENDENCY =
  /\s*[(（](?:depends? on|after|依赖(?:于)?|依存|前置|의존)\s*[:：]?\s*T-?\d[^()（）]*[)）]/giu;
const MOST_IN_RANGE = 1000;
/** Where tasks have boxes, an item without one speaks about them: `- T004 and T005 can run in parallel`. */
const BOXED = /^\s*[-*+]\s+\[[ xX~/-]?\]\s+(?:\*\*)?\[?T-?\d/m;
const MARK = /^(?:\*\*)?\[(P|US-?\d+|(?:Story|ストーリー|故事|스토리) ?\d+)\](?:\*\*)?\s*/iu;

function hasId(text: string): boolean {
  const plain = plainSigns(text);
  return ID.test(plain) || UNNUMBERED.test(plain);
}

interface Known {
  readonly requirements: RequirementList;
  readonly plan: string;
}

interface Line {
  readonly item: CheckItem;
  readonly id: string;
  readonly text: string;
  readonly parallel: boolean;
  /** `US1`, or null. */
  readonly story: string | null;
}

export function specKitSteps(
  spec: ForeignSpec,
  { requirements, plan }: Known,
  notes: Notes,
): Pick<ImportedFeature, "steps" | "remarks" | "files"> {
  const file = spec.files.get("tasks.md");
  const markdown = file === undefined ? null : askedIn(file, notes);
  const papers = new FileNames(spec.root, [plan], notes);
  if (file === undefined || markdown === null) return { steps: [], remarks: "", files: papers.all() };
  const { items: boxes, others } = taskListIn(markdown);
  const { items, aside } = setAside(boxes, hasId, notes);
  const lines = linesOf(items, notes);
  const phases = new Set(items.map(({ phase }) => phase));
  for (const { text, spot, phase } of others)
    if (phases.has(phase))
      notes.note("no-task", spot, `"${text.slice(0, 60)}" is not a task, and is not carried over.`);
  const root = rootIn(markdown.text) ?? spec.root;
  if (root !== spec.root)
    notes.note("absolute-paths", { file: file.path, line: 1 }, `Paths below ${root} are taken from there.`);
  const files = new FileNames(root, [markdown.text, plan], notes);
  const order = orderOf(lines);
  const steps = lines.map(({ item, id, text, story }): ImportedStep => {
    const named = files.of(id, [text, ...item.details], item.spot);
    return {
      id,
      text,
      details: item.details,
      kind: kindOf(text, named, item.details),
      files: named,
      group: story,
      after: order.get(id) ?? [],
      requirements: requirementsIn([text, ...item.details].join(" "), story, requirements),
      acceptance: item.criteria,
      done: item.done,
      spot: item.spot,
    };
  });
  const besides = partsOf(markdown).filter(({ depth, heading }) => depth === 2 && !phases.has(heading));
  const within = aside.filter(({ phase }) => phases.has(phase)).map(({ text }) => `- ${text}`);
  const remarks = joined(...besides.map((part) => whole(markdown, part)), within.join("\n"));
  return { steps, remarks, files: papers.all() };
}

/** Tasks are boxes, else headings such as `### T001: …`, else items that begin with an id. */
function taskListIn(markdown: Markdown): Checklist {
  if (BOXED.test(plainSigns(markdown.text))) return checklistIn(markdown, () => false);
  const headed = headedTasks(markdown, hasId);
  return headed.length > 0 ? { items: headed, others: [] } : checklistIn(markdown, hasId);
}

function linesOf(items: readonly CheckItem[], notes: Notes): Line[] {
  const ids = new StepIds(notes);
  return items.map((item) => {
    const plain = plainSigns(item.text);
    const named = ID.exec(plain);
    let text = item.text.slice((named ?? UNNUMBERED.exec(plain))?.[0].length ?? 0);
    let parallel = false;
    let story = USER_STORY.exec(plainSigns(item.phase))?.[1] ?? null;
    const markOf = () => MARK.exec(plainSigns(text));
    for (let mark = markOf(); mark !== null; mark = markOf()) {
      if (/^p$/i.test(mark[1] ?? "")) parallel = true;
      else story = /\d+/.exec(mark[1] ?? "")?.[0] ?? story;
      text = text.slice(mark[0].length);
    }
    // The backlog says it in a key of its own.
    text = text.replace(/^(?:[:.–—-]\s+|[：。、]\s*)/u, "").replace(DEPENDENCY, "");
    const id = ids.of(named?.[1] ?? null, "T", item.spot);
    return { item, id, text, parallel, story: story === null ? null : `US${Number(story)}` };
  });
}

const ABSOLUTE =
  /(?<![\w.@/~-])(\/(?:home|Users|root|mnt|var|opt|tmp|srv|workspaces?|work|code|repos?|projects?)\/(?:[\w.@-]+\/)+?)(?:src|lib|apps?|tests?|docs|backend|frontend|packages)\//g;

/** The absolute folder that some task lists write before every path. */
function rootIn(text: string): string | null {
  const roots = [...text.matchAll(ABSOLUTE)].map(([, root = ""]) => root.slice(0, -1));
  return roots.reduce<string | null>(
    (least, root) => (least === null || root.length < least.length ? root : least),
    null,
  );
}

function requirementsIn(text: string, story: string | null, list: RequirementList): string[] {
  const plain = plainSigns(text);
  const named = [...plain.matchAll(NAMED)].flatMap(([, head = "", first = "", last]) => {
    return last === undefined
      ? [`${head}${first}`]
      : numbersBetween(first, last).map((one) => `${head}${one}`);
  });
  // Its third scenario, as `US1/AC3`.
  const scenarios = [...plain.matchAll(SCENARIO)].map(([, number, index]) => `US${number}.${index}`);
  const known = [...named, ...scenarios].flatMap((id) => list.idOf(id) ?? []);
  return [...new Set([...(story === null ? [] : [list.idOf(story) ?? []].flat()), ...known])];
}

const NAMED =
  /(?<![\p{L}\d-])(\p{Lu}{2,8}(?:-\p{Lu}{1,8})*-?)(\d+(?:\.\d+)*[a-z]?)(?:\s*(?:[-–~]|\.\.|to|through|至|到|から)\s*(?:\1)?(\d+))?(?![A-Za-z\d])/gu;
const SCENARIO = /\bUS-?(\d+)\s*[/:]\s*(?:AC|AS|S)-?(\d+)\b/g;

/** `003` to `005` is three numbers, written as the first one is. */
function numbersBetween(first: string, last: string): readonly string[] {
  const from = Number(first);
  const count = Math.min(Number(last) - from + 1, MOST_IN_RANGE);
  if (!Number.isInteger(from) || !(count > 0)) return [first];
  return Array.from({ length: count }, (_, index) => String(from + index).padStart(first.length, "0"));
}

/** The steps that come right before each, as the phases and marks have it. */
function orderOf(lines: readonly Line[]): ReadonlyMap<string, readonly string[]> {
  const order = new Map<string, readonly string[]>();
  const known = new Set(lines.map(({ id }) => id));
  /** What stories stand on, and the last steps of everything since. */
  let ground: readonly string[] = [];
  let ends: readonly string[] = [];
  for (const phase of phasesOf(lines)) {
    const base = phase.isStory ? ground : ends.length > 0 ? ends : ground;
    let before = base;
    let layer: string[] = [];
    let isOpen = false;
    for (const line of phase.lines) {
      if (!(line.parallel && isOpen) && layer.length > 0) {
        before = layer;
        layer = [];
      }
      isOpen = line.parallel;
      layer.push(line.id);
      const asked = dependenciesIn(
        [line.item.text, ...line.item.details.filter(isOrder)].join("; "),
        known,
      ).filter((id) => id !== line.id);
      order.set(line.id, asked.length > 0 ? [...new Set([...asked, ...base])] : before);
    }
    if (phase.isStory) ends = [...ends, ...layer];
    else {
      ground = layer;
      ends = [];
    }
  }
  return order;
}

interface Phase {
  readonly isStory: boolean;
  readonly lines: Line[];
}

/** A phase of stories may hold several; each of them is one by itself. */
function phasesOf(lines: readonly Line[]): readonly Phase[] {
  const phases = new Map<string, Phase>();
  for (const line of lines) {
    const name = line.story ?? `phase ${line.item.phase}`;
    const phase = phases.get(name) ?? { isStory: line.story !== null, lines: [] };
    phase.lines.push(line);
    phases.set(name, phase);
  }
  return [...phases.values()];
}

/** `**Dependencies**: T001`, below a task that is a heading. */
function isOrder(detail: string): boolean {
  return /^\W*(?:depend(?:s|s on|ency|encies)\b|依赖|依賴|依存|前置|의존|선행|depende|dépend|abhängig|зависи|يعتمد)/iu.test(
    detail,
  );
}

/** `(depends on T012, T014-T016)`. */
function dependenciesIn(text: string, known: ReadonlySet<string>): string[] {
  const said =
    /(?:\b(?:depends? (?:up)?on|dependenc(?:y|ies)|depends(?=\W*:)|requires|blocked by|after)|依赖(?:于)?|依賴(?:於)?|依存|前置(?:任务|任務)?|의존(?:성)?|선행(?: ?작업)?|depende(?: de)?|dépend de|hängt ab von|abhängig von|зависит от|зависимост[ьи]|يعتمد على)[\s:*]*((?:\*{0,2}T-?\d+(?:[.-]\d{1,3})?[a-z]?\*{0,2}(?:\s*(?:,|and|&|\+|[-–—~]|to|through|と|和|及|y|e|et|und|и|و)\s*)*)+)/giu;
  return [...plainSigns(text).matchAll(said)].flatMap((match) => {
    const list = match[1] ?? "";
    const ranges = [...list.matchAll(/T(\d+)\s*(?:[-–—~]|to|through)\s*T(\d+)/gi)].flatMap(
      ([, from = "", to = ""]) => {
        return numbersBetween(from, to).map((number) => `T${number}`);
      },
    );
    return [...(list.match(/T-?\d+(?:\.\d{1,3})?[a-z]?/g) ?? []), ...ranges].filter((id) => known.has(id));
  });
}
