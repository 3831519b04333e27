#!/usr/bin/env node
// The command starts as CommonJS, and so does its bundle: it is loaded sooner than modules are, and what was compiled of
// it can be kept where Node does not do that by itself. This file alone must be readable to a Node that is too old for
// the rest: that one would get far enough to begin, and would end in the middle with an error that looks like ours.

// As `engines` of package.json, which npm only warns by; a test holds the two together.
const NEEDED = [20, 19];

const [major, minor] = process.versions.node.split(".").map(Number);

if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(
    `factory needs Node ${NEEDED.join(".")} or newer, and this is ${process.versions.node}.\n`,
  );
  process.exitCode = 2;
} else {
  const { enableCompileCache } = require("node:module");
  if (enableCompileCache === undefined) require("./compiled.js").keepCompiled(`${__dirname}/../dist`);
  else enableCompileCache();
  require("../dist/main.cjs");
}
