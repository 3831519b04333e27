// What if the system refuses a file? Loaded into the command before its own code (`node --require`), it lets one call of the
// file system fail, or that one and all after it, and writes down which. Calls are named by their place: the function,
// and where in the bundle it was called from. It knows no file of the factory; only what lies below a folder counts.
//
// FAULT_BELOW  folder whose files count
// FAULT_LOG    where every place and what was struck is written down when the process ends
// FAULT_PLACE, FAULT_NTH, FAULT_CODE  what fails, and how; without them nothing does. The code KILL ends the process there
// FAULT_LASTS  "yes": all that can fail like this fails from then on

const fs = require("node:fs");
const { createHash } = require("node:crypto");
const { syncBuiltinESMExports } = require("node:module");
const { sep } = require("node:path");

const { FAULT_BELOW: below, FAULT_LOG: log, FAULT_PLACE: wanted, FAULT_CODE: code } = process.env;
const nth = Number(process.env.FAULT_NTH);
const lasts = process.env.FAULT_LASTS === "yes";

const WORDS = {
  ENOSPC: [-28, "no space left on device"],
  EACCES: [-13, "permission denied"],
  EIO: [-5, "i/o error"],
  EMFILE: [-24, "too many open files"],
};

const READ = ["EACCES", "EIO", "EMFILE"];
const LOOK = ["EACCES", "EIO"];
const CHANGE = ["ENOSPC", "EACCES", "EIO"];
const BOTH = ["ENOSPC", "EACCES", "EIO", "EMFILE"];
/** How each function can fail, by the name that it has without `Sync`. */
const CODES = {
  ...{ readFile: READ, readdir: READ, opendir: READ },
  ...{ stat: LOOK, lstat: LOOK, readlink: LOOK, realpath: LOOK, access: LOOK, utimes: LOOK, chmod: LOOK },
  ...{ mkdir: CHANGE, mkdtemp: CHANGE, rename: CHANGE, link: CHANGE, symlink: CHANGE },
  ...{ open: BOTH, writeFile: BOTH, appendFile: BOTH, copyFile: BOTH, cp: BOTH },
  ...{ unlink: LOOK, rm: LOOK, rmdir: LOOK },
  ...{ write: ["ENOSPC", "EIO"], ftruncate: ["EIO"], fsync: ["EIO", "ENOSPC"], fdatasync: ["EIO", "ENOSPC"] },
  ...{ read: ["EIO"] },
};

/** Calls by place; paths by descriptor. */
const places = new Map();
const opened = new Map();
let struck = null;
let count = 0;
/** A call of ours or of Node's own within another. */
let inside = 0;

const counts = (path) => typeof path === "string" && (path === below || path.startsWith(below + sep));

function pathOf(target) {
  if (typeof target === "number") return opened.get(target);
  if (target instanceof URL) return target.pathname;
  return Buffer.isBuffer(target) ? target.toString() : target;
}

/** The error that this call ends in, or null. */
function fault(name, codes, target) {
  const path = pathOf(target);
  if (inside > 0 || !counts(path)) return null;
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 12;
  const stack = new Error().stack;
  Error.stackTraceLimit = before;
  const frames = stack.split("\n").filter((line) => /[\\/]dist[\\/]/.test(line));
  if (frames.length === 0) return null;
  const at = frames.slice(0, 3).map((line) => /([^\\/]+:\d+:\d+)\)?$/.exec(line)?.[1]);
  const place = createHash("sha256")
    .update([name, ...at].join(" "))
    .digest("hex")
    .slice(0, 12);
  const seen = places.get(place) ?? { place, name, codes, calls: 0, path, at };
  seen.calls++;
  places.set(place, seen);
  count++;
  const isMeant = place === wanted && seen.calls === nth;
  if (!isMeant && !(lasts && struck !== null)) return null;
  if (code === "KILL") {
    struck = { place, name, path, call: count, at };
    writeLog();
    process.kill(process.pid, "SIGKILL");
  }
  if (!codes.includes(code)) return null;
  struck ??= { place, name, path, call: count, at };
  const [errno, words] = WORDS[code];
  const error = new Error(`${code}: ${words}, ${name} '${path}'`);
  return Object.assign(error, { code, errno, syscall: name, path });
}

function within(work) {
  inside++;
  try {
    return work();
  } finally {
    inside--;
  }
}

for (const [name, codes] of Object.entries(CODES)) {
  const sync = fs[`${name}Sync`];
  if (sync !== undefined)
    fs[`${name}Sync`] = Object.assign((target, ...rest) => {
      const error = fault(name, codes, target);
      if (error !== null) throw error;
      const result = within(() => sync.call(fs, target, ...rest));
      if (name === "open") opened.set(result, pathOf(target));
      return result;
    }, sync);
  const late = fs[name];
  fs[name] = Object.assign((target, ...rest) => {
    const error = fault(name, codes, target);
    const done = rest.at(-1);
    if (error !== null && typeof done === "function") return void process.nextTick(done, error);
    if (name === "open" && typeof done === "function")
      rest[rest.length - 1] = (problem, descriptor) => {
        if (problem === null) opened.set(descriptor, pathOf(target));
        done(problem, descriptor);
      };
    return within(() => late.call(fs, target, ...rest));
  }, late);
  const promised = fs.promises[name];
  if (promised !== undefined)
    fs.promises[name] = async (target, ...rest) => {
      const error = fault(name, codes, target);
      if (error !== null) throw error;
      return within(() => promised.call(fs.promises, target, ...rest));
    };
}
syncBuiltinESMExports();

process.on("exit", writeLog);

function writeLog() {
  inside++;
  const all = [...places.values()];
  if (log !== undefined) fs.writeFileSync(log, JSON.stringify({ struck, places: all, calls: count }));
}
