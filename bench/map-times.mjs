// How long does one map take, in a process of its own? Prints the milliseconds; maps.mjs calls it.
//
//   node bench/map-times.mjs REPOSITORY CACHE CHANGED       so many files of code are given contents that nobody has read

import { createRequire } from "node:module";
import { mapCode, readerOf, treeOf } from "./map-tools.mjs";

const [repository, cache, changed] = process.argv.slice(2);
const { isCode, mapGround, repoMap, sketchesOf } = await mapCode();
const tree = treeOf(repository, "HEAD");
const read = readerOf(repository);
const edits = new Map();
const code = [...tree].filter(([path, { mode }]) => isCode(path) && mode.startsWith("100"));
const step = Math.max(1, Math.floor(code.length / (Number(changed) + 1)));
for (let index = 1; index <= Number(changed); index++) {
  const [path, { mode, oid }] = code[Math.min(code.length - 1, index * step)];
  const other = `${oid.slice(0, -8)}${String(index).padStart(8, "0")}`;
  const [content] = (await read([oid])).value;
  edits.set(other, Buffer.concat([content, Buffer.from("\n\n")]));
  tree.set(path, { mode, oid: other });
}
const request = "Say which columns are selected, and count what was found";
const begun = performance.now();
createRequire(import.meta.url)("typescript");
const loaded = performance.now();
const files = await sketchesOf(tree, cache, async (oids) => {
  const stored = oids.filter((oid) => !edits.has(oid));
  const found = stored.length > 0 ? (await read(stored)).value : [];
  return { ok: true, value: oids.map((oid) => edits.get(oid) ?? found[stored.indexOf(oid)]) };
});
if (!files.ok) throw new Error(JSON.stringify(files.failure));
const known = performance.now();
repoMap(mapGround(files.value), { limit: 51200, request, lines: false });
const figures = { compiler: loaded - begun, read: known - loaded, drawn: performance.now() - known };
console.log(JSON.stringify({ files: tree.size, ...figures }));
