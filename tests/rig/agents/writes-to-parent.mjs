// An agent that climbs out of its worktree, after doing its task.

import { writeFileSync } from "node:fs";
import "./faithful.mjs";

writeFileSync("../escaped.txt", "outside\n");
