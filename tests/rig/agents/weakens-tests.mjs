// An agent that does its task and makes the test of another task easier: `node … WINDOW TEST`.

import { rmSync, writeFileSync } from "node:fs";
import "./faithful.mjs";

const [, , , test, how] = process.argv;
if (how === "delete") rmSync(test);
else writeFileSync(test, "// the assertion was in the way\n");
