// How does src/ become the bundled command? One entry with lazily loaded chunks, made by `npm run bundle`.

import { rm } from "node:fs/promises";
import { build } from "esbuild";

const outdir = new URL("../dist", import.meta.url).pathname;
await rm(outdir, { recursive: true, force: true });
await build({
  entryPoints: [new URL("../src/main.ts", import.meta.url).pathname],
  outdir,
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20.19",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  logLevel: "warning",
  // TypeScript is too large to bundle and is loaded only where an interface is extracted.
  external: ["typescript"],
  // Handlebars' main entry brings file-system hooks that a generator must not have.
  alias: { handlebars: "handlebars/dist/cjs/handlebars.js" },
  // CommonJS dependencies ask for Node's own modules through `require`.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
});
