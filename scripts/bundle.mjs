// How does src/ become the bundled command, and the page of its dashboard? `npm run bundle` makes both, and packs the grammars
// that no dependency brings.
//
// The command is one entry with lazily loaded chunks.
// Left to itself, a bundler makes a chunk of every set of entries that share something: over a hundred files that a build
// with something to do would have to find, read and link one by one. So what such a build loads is gathered into one
// file, and what every command loads, a build with nothing to do among them, into another. All else stays apart.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

const root = new URL("..", import.meta.url).pathname;

/** What a build with nothing to do has loaded when it ends. */
const IDLE = ["src/main.ts", "src/cli/commands/build.ts"];

/** What a build with something to do loads on top of it, whoever writes the code. */
const WORK = ["src/cli/build-targets.ts", "src/spec/read/parse-feature.ts", "src/spec/validate/validate.ts"];

/** Holds the digest of what dist/ was made from. */
const MADE = `${root}dist/.made`;
const digest = digestOfSources();
// A command that runs from dist/ loads some of it late, so what is as it should be is left alone.
if (process.argv.includes("--if-changed") && existsSync(MADE) && readFileSync(MADE, "utf8") === digest)
  process.exit();

const bundle = await rolldown({
  input: `${root}src/main.ts`,
  platform: "node",
  // TypeScript is too large to bundle and is loaded only where an interface is extracted. The others are servers that BullMQ can
  // stand on in the place of Redis, and nobody's.
  external: ["typescript", "pg", "@valkey/valkey-glide"],
  // Handlebars' main entry brings file-system hooks that a generator must not have.
  resolve: { alias: { handlebars: "handlebars/dist/cjs/handlebars.js" } },
  transform: { target: "node20.19" },
  logLevel: "warn",
  // What is loaded late on one way may be there already on another.
  checks: { ineffectiveDynamicImport: false },
});

/** The package that holds them does not say whose they are. */
const GRAMMARS = `tree-sitter-kotlin (MIT), by fwcd and contributors
tree-sitter-swift (MIT), by Alex Pinkus and contributors
`;

const output = {
  dir: `${root}dist`,
  format: "cjs",
  // What is kept of compiled code knows of no way to import; everything outside is CommonJS, too.
  dynamicImportInCjs: false,
  minify: { compress: true, mangle: false },
  comments: { legal: false },
  entryFileNames: "[name].cjs",
  chunkFileNames: "[name]-[hash].cjs",
};
const chunks = (await bundle.generate(output)).output.filter(({ type }) => type === "chunk");
const idle = modulesBehind(IDLE);
const work = modulesBehind(WORK);
await rm(output.dir, { recursive: true, force: true });
await bundle.write({
  ...output,
  codeSplitting: {
    groups: [
      { name: "idle", test: (id) => idle.has(id) },
      { name: "work", test: (id) => work.has(id) },
    ],
  },
});
await bundle.close();
await makePage();
await packGrammars();
await writeNotices();
await writeFile(MADE, digest);

function digestOfSources() {
  const sources = readdirSync(`${root}src`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}${sep}${entry.name}`);
  const hash = createHash("sha256");
  for (const path of [...sources, `${root}scripts/bundle.mjs`, `${root}package-lock.json`].sort())
    hash
      .update(`${path.slice(root.length)}\0`)
      .update(readFileSync(path))
      .update("\0");
  return hash.digest("hex");
}

/** What a browser loads: one script, one for the worker that lays out graphs, one style sheet. */
async function makePage() {
  const from = `${root}src/dashboard/page`;
  const to = `${output.dir}/page`;
  for (const [input, file] of [
    ["main.tsx", "page.js"],
    ["layout.ts", "layout.js"],
  ]) {
    const page = await rolldown({
      input: `${from}/${input}`,
      platform: "browser",
      tsconfig: `${from}/tsconfig.json`,
      transform: { target: "es2022" },
      logLevel: "warn",
    });
    const made = await page.write({
      file: `${to}/${file}`,
      format: "esm",
      minify: true,
      comments: { legal: false },
    });
    chunks.push(...made.output.filter(({ type }) => type === "chunk"));
    await page.close();
  }
  await copyFile(`${from}/index.html`, `${to}/index.html`);
  const styles = [`${root}node_modules/uplot/dist/uPlot.min.css`, `${from}/page.css`];
  const texts = await Promise.all(styles.map((path) => readFile(path, "utf8")));
  await writeFile(`${to}/page.css`, texts.join("\n"));
}

/** Of seven megabytes one tenth is left. The package that holds them is 50 MB large, so that whoever installs us is not given it. */
async function packGrammars() {
  const from = `${dirname(fileURLToPath(import.meta.resolve("tree-sitter-wasms/package.json")))}/out`;
  await mkdir(`${output.dir}/grammars`);
  for (const language of ["kotlin", "swift"]) {
    const file = `tree-sitter-${language}.wasm`;
    const packed = gzipSync(await readFile(`${from}/${file}`), { level: 9 });
    await writeFile(`${output.dir}/grammars/${file}.gz`, packed);
  }
}

/** Whose code is in here, and on what terms: they ask to be named wherever a copy of it goes. */
async function writeNotices() {
  const folders = chunks
    .flatMap(({ moduleIds }) => moduleIds)
    .flatMap((id) => /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id.replaceAll(sep, "/"))?.[1] ?? []);
  const grammars = dirname(fileURLToPath(import.meta.resolve("tree-sitter-wasms/package.json")));
  const notices = [];
  for (const folder of [...new Set([...folders, grammars])].sort()) {
    const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
    const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice)/i.test(file));
    const texts = await Promise.all(files.map((file) => readFile(`${folder}/${file}`, "utf8")));
    notices.push(`${name} ${version} (${license})\n\n${texts.join("\n").trim()}\n`);
  }
  notices.push(GRAMMARS);
  await writeFile(`${output.dir}/NOTICES.txt`, notices.join(`\n${"-".repeat(80)}\n\n`));
}

/** All that is loaded by the time that these modules run. */
function modulesBehind(entries) {
  const named = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const open = entries.map((entry) => {
    const path = `${root}${entry}`.replaceAll("/", sep);
    const chunk = chunks.find(({ moduleIds }) => moduleIds.includes(path));
    if (chunk === undefined) throw new Error(`${entry} is in no chunk: name what is loaded in its place`);
    return chunk;
  });
  const seen = new Set(open);
  for (let chunk = open.pop(); chunk !== undefined; chunk = open.pop()) {
    for (const name of chunk.imports) {
      const next = named.get(name);
      if (next === undefined || seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return new Set([...seen].flatMap(({ moduleIds }) => moduleIds));
}
