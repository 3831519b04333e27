// How is the bundle compiled only once, on a Node that does not keep what it compiled? That is Node 20; from 22.1 on,
// module.enableCompileCache does the same, and this file can go with the support of Node 20.
//
// What V8 made of a file lies beside the bundle and goes away with it, so it can never be of another bundle. V8 itself
// refuses what another version of it made. Where nothing can be written, everything is compiled every time.

const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { createRequire, wrap } = require("node:module");
const { basename, dirname, join } = require("node:path");
const { Script } = require("node:vm");
const { crc32 } = require("node:zlib");

const SUM_BYTES = 4;

/** For the files of this bundle, from now on. */
exports.keepCompiled = (bundle) => {
  const kept = join(bundle, "compiled");
  const loaded = new Map();
  let isNew = false;
  require.extensions[".cjs"] = (module, filename) => {
    const file = join(kept, `${basename(filename)}.bin`);
    const cachedData = keptIn(file);
    const script = new Script(wrap(readFileSync(filename, "utf8")), { filename, cachedData });
    loaded.set(file, script);
    isNew ||= cachedData === undefined || script.cachedDataRejected;
    const run = script.runInThisContext();
    run.call(module.exports, module.exports, createRequire(filename), module, filename, dirname(filename));
  };
  // At the end, because most functions are compiled when they are first called. Whoever loads a file that nobody has
  // loaded before has also called more of the others.
  process.once("exit", () => {
    if (isNew) keep(kept, loaded);
  });
};

/** Undefined where nothing whole was kept. V8 does not look for damage, and would run it. */
function keptIn(file) {
  try {
    const content = readFileSync(file);
    const compiled = content.subarray(0, -SUM_BYTES);
    return content.readUInt32BE(compiled.length) === crc32(compiled) ? compiled : undefined;
  } catch {
    return undefined;
  }
}

function keep(folder, scripts) {
  try {
    mkdirSync(folder, { recursive: true });
    for (const [file, script] of scripts) {
      const draft = `${file}.${process.pid}`;
      const compiled = script.createCachedData();
      const sum = Buffer.alloc(SUM_BYTES);
      sum.writeUInt32BE(crc32(compiled));
      writeFileSync(draft, Buffer.concat([compiled, sum]));
      renameSync(draft, file);
    }
  } catch {
    // A folder that is somebody else's: there is nothing to be had, and nothing is lost.
  }
}
