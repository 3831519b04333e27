#!/usr/bin/env node
import module from "node:module";

// From Node 22.1 on, what was compiled once is read again; before that there is nothing to be had.
module.enableCompileCache?.();
await import("../dist/main.js");
