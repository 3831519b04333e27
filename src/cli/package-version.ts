// Which version of the product is this, and where are the files that come with it?

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The bundle lies in `dist/`, one folder below the package. */
export const PACKAGE_ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

export const VERSION: string = JSON.parse(readFileSync(join(PACKAGE_ROOT, "package.json"), "utf8")).version;
