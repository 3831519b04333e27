#!/usr/bin/env node
// The command starts as CommonJS, and so does its bundle: it is loaded sooner than modules are, and what was compiled of
// it can be kept where Node does not do that by itself.

const { enableCompileCache } = require("node:module");

if (enableCompileCache === undefined) require("./compiled.js").keepCompiled(`${__dirname}/../dist`);
else enableCompileCache();

require("../dist/main.cjs");
