// Could a task write a test at all? Told by the names in its scope, and generous: only what nobody writes tests into
// counts as unable to hold one, and any glob that might cover a test does.

import { globBase, isGlob } from "./glob.ts";
import { isTestPath } from "./test-path.ts";

/**
 * `tests`: some file could hold one. `sources`: none could, and some are code whose tests stand in other files. `papers`:
 * all are documents, declarations, settings or pictures, of which no test can be written in the same breath.
 */
export type TestRoom = "tests" | "sources" | "papers";

export function testRoomIn(filesHint: readonly string[]): TestRoom {
  const rooms = filesHint.map(roomOf);
  if (rooms.length === 0 || rooms.includes("tests")) return "tests";
  return rooms.includes("sources") ? "sources" : "papers";
}

/** Hints that are code without a test, for whoever says where the tests could go. */
export function sourcesIn(filesHint: readonly string[]): readonly string[] {
  return filesHint.filter((hint) => roomOf(hint) === "sources");
}

const DOCUMENT =
  /\.(?:md|mdx|markdown|txt|rst|adoc|asciidoc|org|tex|pdf|docx?|d\.[cm]?ts|pyi|png|jpe?g|gif|webp|ico|svg|woff2?|ttf|mp[34]|drawio|puml|mmd)$/i;
const SETTING =
  /\.(?:json[5c]?|jsonl|ya?ml|toml|ini|cfg|conf|properties|env|lock|xml|csv|tsv|sum|mod|plist)$|(?:^|\/)(?:\.[^/]+|[A-Z][A-Z_-]*|Dockerfile|Containerfile|Makefile|Procfile|Gemfile|Jenkinsfile|Vagrantfile)$/;
/** Languages whose tests stand in files of their own. All others may hold tests between the code, as Rust does. */
const APART =
  /\.(?:[cm]?[jt]sx?|vue|svelte|astro|go|py|java|kts?|scala|groovy|cs|fs|vb|rb|php|swift|dart|exs?|erl|css|s[ac]ss|less|styl|html?|hbs|ejs|sql|graphqls?|gql|proto)$/i;
/** `product-tests.js`, `test_product.py`, `ProductTest.java`, `product.spec-d.ts`, and all below a folder of that name. */
const TEST_WORD = /(?:^|[^a-z])(?:tests?|specs?|e2e|testing|__mocks__)(?:[^a-z]|$)/i;
const TEST_CLASS = /(?:^|\/)(?:Test[A-Z][^/]*|[^/]*(?:Tests?|TestCase|Spec|Specs|IT|Suite))\.\w+$/;
const DOCS_FOLDER = /(?:^|\/)(?:docs?|documentation)$/i;
/** Where the tools of the JVM look for no tests. */
const MAIN_FOLDER = /(?:^|\/)src\/main(?:\/|$)/;

function roomOf(hint: string): TestRoom {
  const name = hint.slice(hint.lastIndexOf("/") + 1);
  if (DOCUMENT.test(hint)) return "papers";
  if (SETTING.test(hint)) return isTestPath(name) || isTestName(name) ? "tests" : "papers";
  if (isTestPath(hint) || TEST_WORD.test(hint) || isTestName(name)) return "tests";
  if (isGlob(hint) && MAIN_FOLDER.test(globBase(hint))) return "sources";
  if (isGlob(name)) return DOCS_FOLDER.test(globBase(hint)) && !APART.test(name) ? "papers" : "tests";
  return APART.test(name) ? "sources" : "tests";
}

function isTestName(name: string): boolean {
  return TEST_WORD.test(name) || TEST_CLASS.test(name);
}

/** Whether the names of tests in these files cannot hold brackets, since they are names of functions. */
export function hasPlainTestNames(filesHint: readonly string[]): boolean {
  return filesHint.some((hint) =>
    /\.(?:rs|go|py|java|kts?|scala|groovy|cs|swift|php|rb|c|cc|cpp|cxx|m|zig|nim|hs)$/i.test(hint),
  );
}

/**
 * Where the test of a file would lie, beside it or in the folder of tests, as the known ones do. What tests of a style
 * sheet or a page are written in, nobody knows: theirs may have any ending.
 */
export function testFor(file: string, known: readonly string[]): string | null {
  const match = /^(?:(.*)\/)?([^/*?]+)\.([A-Za-z0-9]+)$/.exec(file);
  if (match === null) return null;
  const [, folder = "", name = "", ending = ""] = match;
  const inside = folder.replace(/^(?:src|lib|app)(?:\/|$)/, "");
  const at = (...parts: readonly string[]) => parts.filter((part) => part !== "").join("/");
  const root = known
    .map((path) => /^(?:.*\/)?(?:tests?|__tests__|spec)(?=\/)/.exec(path)?.[0])
    .find((path) => path !== undefined);
  const isBeside = root === undefined && known.length > 0;
  const home = isBeside ? folder : at(root ?? "tests", inside);
  if (/^[cm]?[jt]sx?$/.test(ending)) {
    const word = known.some((path) => /\.spec\.\w+$/.test(path)) ? "spec" : "test";
    return at(home, `${name}.${word}.${ending}`);
  }
  if (ending === "py") return at(home, `test_${name}.py`);
  if (ending === "go") return at(folder, `${name}_test.go`);
  const plain = name.replace(/[^\p{L}\p{N}._-]/gu, "?");
  return at(home, isBeside ? `${plain}.test.*` : `${plain}*`);
}
