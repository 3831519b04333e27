// Which files does a sentence name as those to write? Told by their spelling alone: a path with a known ending, or the
// name of a file that lies at the root of projects. It knows no disk.

import { pathFault } from "../../model/path.ts";

const ENDINGS = new Set(
  (
    "ts tsx js jsx mjs cjs mts cts ets py pyi rb go rs java kt kts groovy swift m mm c h cc cpp cxx hpp hh ino cu cs vb " +
    "fs fsx php ex exs heex eex erl hs elm ml mli scala clj cljs lua dart gd r jl nim zig cr d sol vy move cairo nix " +
    "sql sh bash zsh fish ps1 bat cmd json jsonc json5 jsonl yaml yml toml ini cfg conf env xml xsd html htm css scss " +
    "sass less styl pcss vue svelte astro md mdx rst adoc txt csv tsv proto thrift avsc graphql gql prisma tf tfvars " +
    "hcl bicep lock gradle properties svg hbs ejs njk tmpl j2 twig pug liquid jsp cshtml razor xaml storyboard plist " +
    "wxml wxss glsl wgsl vert frag sv vhd v feature ipynb csproj sln cmake mk po arb resx webmanifest"
  ).split(" "),
);
/** What is as often a product or a thing that a program reads as it is a file to write; without a folder they say too little. */
const NOT_CODE =
  /\.(?:jsonc?|json5|jsonl|ya?ml|toml|ini|cfg|conf|env|xml|xsd|mdx?|rst|adoc|txt|csv|tsv|lock|properties|svg|po|plist|ipynb)$/i;
const ROOT_FILE =
  /^(?:package|composer|deno|biome|nx|turbo)\.json$|^tsconfig(?:\.\w+)?\.json$|^(?:README|CHANGELOG|CONTRIBUTING|LICENSE)(?:\.md)?$|^(?:Dockerfile|Makefile|Procfile|Gemfile|Rakefile|Cargo\.toml|go\.mod|pyproject\.toml|requirements(?:-\w+)?\.txt|setup\.(?:py|cfg)|docker-compose\.ya?ml)$|^[\w-]+\.config\.(?:js|ts|mjs|cjs|mts)$|^\.(?:gitignore|env\.example|editorconfig|dockerignore|eslintrc(?:\.\w+)?|prettierrc(?:\.\w+)?)$/;
/** The README that a sentence speaks of. */
const DOCUMENT = /(?:^|\/)(?:README|CHANGELOG|CONTRIBUTING)$/;
/** The papers of the tools themselves. */
const PAPER =
  /^(?:\/?specs\/|\.specify\/|\.kiro\/|openspec\/|\.taskmaster\/|contracts\/(?:[^/]+\.(?:mdx?|ya?ml|json|graphqls?|proto|ts|txt|http|sql))?$)|(?:^|\/)(?:spec|plan|tasks|research|data-model|quickstart|design|requirements|proposal|checklist)\.md$/i;
const SHAPE = /^(?:[\p{L}\p{N}_@.()[\]*~+$-]+\/)*[\p{L}\p{N}_@.()[\]*+$-]*$/u;
/** Said right before a file that is looked at, or left as it is, and not written. */
const READING = new RegExp(
  "(?:^|[\\s(])(?:per|see|like|following|mirror(?:s|ing)?|as in|same (?:shape|way) as|based on|according to|defined in|" +
    "described in|documented in|calls? into|imported? from|against|(?:without|not|never|don'?t) (?:touch|modif|chang|edit)\\w*|" +
    "según|basad[oa] en|véase|ver|sin (?:tocar|modificar|cambiar)|no (?:tocar|modificar)|conforme|consulte|sem (?:alterar|modificar)|" +
    "selon|voir|d'après|sans (?:toucher|modifier)|gemäß|siehe|laut|nach|ohne|см\\.|согласно|не (?:трогать|менять|изменять)|انظر|وفق[اً]*)" +
    "\\s+[`\"'「『（(《]?$|(?:参考|参照|參考|參照|参见|參見|基于|基於|根据|根據|按照|依据|依照|遵循|类似|仿照|参阅|详见|" +
    "不(?:要|得|可|能)?(?:修改|改动|改動|变更|變更|动))\\s*[:：]?\\s*[`\"'「『（(《]?$",
  "iu",
);
/** Said right after it, where that is the order of the words. */
const READ_BEFORE =
  /^[`"'」』）)》]?\s*(?:を|に|の|と)?\s*(?:参照|参考|基づ|従[いっう]|準拠|倣|ならって|(?:は|を)?(?:変更|修正|編集|触)(?:しない|せず|らない|らず)|は変えない)|^[`"'」』）)》]?\s*(?:를|을|에|와|과)?\s*(?:참고|참조|따라|기반|(?:수정|변경)하지)|^[`"'」』）)》]?\s*(?:保持不变|保持不變|不变|不動|为参考|為參考|gemäß\b)/u;

export interface NamedFiles {
  /** Paths and globs from the project's root, in the order of the text. */
  readonly files: readonly string[];
  /** Names of files without a folder. */
  readonly bare: readonly string[];
  /** What looks like a file and cannot be one of the project, as it was written. */
  readonly strange: readonly string[];
}

/** `root` is the absolute folder that the spec is about; paths in it are taken from there. */
export function filesIn(text: string, root: string): NamedFiles {
  const files = new Set<string>();
  const bare = new Set<string>();
  const strange = new Set<string>();
  const implied = new Set<string>();
  for (const { word, quoted, isRead, isInto } of candidates(text)) {
    for (const spelling of expanded(word)) {
      const said = fromRoot(spelling, root);
      const path = DOCUMENT.test(said) ? `${said}.md` : said;
      if (path !== said && !said.includes("/")) implied.add(path);
      if (!isFile(path, { quoted, isInto }) || isRead || PAPER.test(path)) continue;
      const pattern = path.endsWith("/") ? `${path}**` : path;
      if (pathFault(pattern) !== null || !SHAPE.test(path)) strange.add(spelling);
      else if (path.includes("/") || ROOT_FILE.test(path)) files.add(pattern);
      else bare.add(path);
    }
  }
  // Next to a file, a folder is what the sentence speaks about, and not what it writes.
  const isNamed = (path: string) => [...files].some((file) => file.endsWith(`/${path}`));
  const named = [...files].filter((file) => !(implied.has(file) && isNamed(file)));
  const exact = named.filter((file) => !file.endsWith("/**"));
  return { files: exact.length > 0 ? exact : named, bare: [...bare], strange: [...strange] };
}

/**
 * The one known path that ends in the name, else code of that name in any folder. Null where several are known, and for what
 * may be a file that is only read: they say too little.
 */
export function pathCalled(name: string, known: Iterable<string>): string | null {
  const found = [...new Set(known)].filter((path) => path.endsWith(`/${name}`));
  if (found.length === 0 && !NOT_CODE.test(name)) return `**/${name}`;
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** The one known path that ends in a shorter one, such as `styles/index.css`; a path from a usual folder is whole. */
export function fullPath(path: string, known: Iterable<string>): string {
  if (TOP.test(path) || ROOT_FILE.test(path)) return path;
  const found = [...new Set(known)].filter((other) => other.endsWith(`/${path}`));
  return found.length === 1 ? (found[0] ?? path) : path;
}

interface Candidate {
  readonly word: string;
  /** Whether it stood alone in backticks. */
  readonly quoted: boolean;
  /** Whether the sentence says that it is looked at only. */
  readonly isRead: boolean;
  /** Whether something is put into it, where it is a folder. */
  readonly isInto: boolean;
}

/** Signs of any script that stand between words and in no path; marks of direction show nothing. */
const BETWEEN =
  "\\s\"'“”‘’„‚«»‹›<>|;,`、。，；：！？．（）［］｛｝＜＞《》〈〉「」『』【】〔〕｜＂＇～〜・…—–،؛؟\\u200B-\\u200F\\u202A-\\u202E\\u2066-\\u2069\\uFEFF";
const WORDS = new RegExp(`\`([^\`]+)\`|(?:\\{[^{}\\s]*\\}|[^${BETWEEN}])+`, "gu");
/** A path that was typed with full-width signs, as input methods do. */
const WIDE = /(?<=[\w)\]*-])．(?=[A-Za-z]{1,6}(?![\w/]))|[／＿]/gu;

function candidates(text: string): Candidate[] {
  const found: Candidate[] = [];
  const unlinked = text
    .replace(/\[([^\][]+)\]\([^()\s]*\)/g, "$1")
    .replace(WIDE, (sign) => sign.normalize("NFKC"));
  for (const match of unlinked.matchAll(WORDS)) {
    const quoted = match[1] !== undefined;
    const pieces = quoted ? [{ word: (match[1] ?? "").trim(), at: 0 }] : piecesOf(match[0]);
    for (const { word: said, at } of pieces) {
      const start = match.index + at;
      const end = quoted ? start + match[0].length : start + said.length;
      const before = unlinked.slice(Math.max(0, start - 40), start);
      const isRead = READING.test(before) || READ_BEFORE.test(unlinked.slice(end, end + 20));
      const word = quoted ? filledIn(said) : trimmed(said);
      const isInto = INTO_FOLDER.test(before);
      if (!/\s/.test(word)) found.push({ word, quoted, isRead, isInto });
    }
  }
  return found;
}

/** Letters of scripts that people write right up to a path: `在src/a.ts中`, `src/a.tsに`. */
const OTHER = "(?:(?!\\p{Script=Latin})[\\p{L}\\p{M}ー々])";
const ENDED = new RegExp(`\\.([A-Za-z0-9]{1,10})(?::\\d+(?:-\\d+)?)?(?=${OTHER})`, "gu");
const NAME_ENDED = new RegExp(`(?:^|[/]|${OTHER})([A-Z][A-Za-z]+)(?=${OTHER})`, "gu");
const INTO = new RegExp(`^[^/]*${OTHER}(?=[A-Za-z0-9_@.*~[{(])`, "u");

/**
 * A word where its script ends and a path begins, and where the path ends and the script goes on. Letters of other scripts
 * inside of a path are part of it: `docs/使い方.md`.
 */
function piecesOf(word: string): readonly { readonly word: string; readonly at: number }[] {
  if (!new RegExp(OTHER, "u").test(word)) return [{ word, at: 0 }];
  const pieces: { word: string; at: number }[] = [];
  let from = 0;
  const add = (end: number) => {
    const piece = word.slice(from, end);
    const skipped = INTO.exec(piece)?.[0].length ?? 0;
    pieces.push({ word: piece.slice(skipped), at: from + skipped });
    from = end;
  };
  for (const { 0: ending, 1: name = "", index } of word.matchAll(ENDED))
    if (ENDINGS.has(name.toLowerCase())) add(index + ending.length);
  if (pieces.length === 0)
    for (const { 0: ending, 1: name = "", index } of word.matchAll(NAME_ENDED))
      if (ROOT_FILE.test(name)) add(index + ending.length);
  if (from < word.length) add(word.length);
  return pieces;
}

/** Without the punctuation of the sentence around it; parentheses that belong together stay. */
function trimmed(word: string): string {
  let text = word.replace(/^[*_]+|[*_.:!?]+$/g, "");
  if (text.startsWith("(") && !text.includes(")")) text = text.slice(1);
  if (text.startsWith("(") && text.endsWith(")")) text = text.slice(1, -1);
  if (text.endsWith(")") && !text.includes("(")) text = text.slice(0, -1);
  return text.replace(/[.:!?]+$/, "");
}

/** What is not known yet may be anything: `migrations/<timestamp>-carts.sql`, `{date}-carts.sql`, `YYYYMMDD_carts.sql`. */
function filledIn(word: string): string {
  return word.includes("/") ? word.replace(/<[\w -]+>|\{[\w -]+\}|Y{4}[-_]?M{2}[-_]?D{2}|X{3,}/g, "*") : word;
}

/** `src/{a,b}.ts` is two files. */
function expanded(word: string): string[] {
  const match = /^([^{}]*)\{([^{}]*,[^{}]*)\}([^{}]*)$/.exec(word);
  if (match === null) return [word];
  const [, head = "", choices = "", tail = ""] = match;
  return choices.split(",").map((choice) => `${head}${choice.trim()}${tail}`);
}

function fromRoot(word: string, root: string): string {
  const path = word.replace(/(?::\d+(?:[-:]\d+)?|#L\d+(?:-L\d+)?)$/, "").replace(/^\.\//, "");
  if (root !== "" && path.startsWith(`${root}/`)) return path.slice(root.length + 1);
  // `/package.json` and `/src/a.ts` are at the root of the project, and of no disk.
  const isOurs = path.startsWith("/") && (ROOT_FILE.test(path.slice(1)) || TOP.test(path.slice(1)));
  return isOurs ? path.slice(1) : path;
}

const ELSEWHERE = /^[a-z][a-z+.-]*:\/\/|^www\.|^[\w.-]+\.(?:com|org|net|io|dev|ai)(?:\/|$)/i;
const TOP = /^(?:src|lib|apps?|packages|tests?|docs|scripts|backend|frontend)\//;
const PRODUCT = /(?:^|\/)(?:Node|Vue|Next|Nuxt|Express|React|Three|D3|Socket|Chart|Discord)\.js$/i;
/** Folders that are named without a second one often enough. */
const TOP_FOLDER = /^(?:src|lib|tests?|docs?|app|scripts)\/$/;
const FOLDER = /^[\w@.-]+\/(?:[\w@.[\]()-]+\/)*$/;
/** Said right before a folder that something is put into: any other one may be what the sentence speaks about. */
const INTO_FOLDER =
  /(?:(?:^|[\s(])(?:in|into|under|inside|within|to|at|below|create|add|en|em|dentro de|crear|criar|dans|sous|créer|unter|в|создать|trong|tạo)|[在到于往]|创建|建立|新建)\s*[:：]?\s*[`"'「]?$/iu;
/** Endings of names that are no words: `main.go` is a file wherever it stands, `Node.js` and `a.m` are not. */
const PLAIN_NAME = /^(?=.*(?:[-_]|[a-z][A-Z]|\..*\.)).*\.[cm]?js$|\.(?!(?:[cm]?js|net|io)$)[A-Za-z]{2,}$/;

function isFile(path: string, { quoted, isInto }: Pick<Candidate, "quoted" | "isInto">): boolean {
  if (ELSEWHERE.test(path)) return false;
  if (path.endsWith("/"))
    return FOLDER.test(path) && (path.split("/").length > 2 || TOP_FOLDER.test(path) || (quoted && isInto));
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (ROOT_FILE.test(name)) return true;
  const ending = /[^.]\.([A-Za-z0-9]+)$/.exec(name)?.[1] ?? "";
  if (PRODUCT.test(path)) return false;
  if (!ENDINGS.has(ending.toLowerCase())) return false;
  return path.includes("/") || quoted || (PLAIN_NAME.test(path) && !NOT_CODE.test(path));
}
