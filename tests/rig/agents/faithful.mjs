// An agent that does as it is told: writes the task's note, which shows the window it was given.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const [feature, task] = process.env.FACTORY_TASK.split(":");
const file = `src/${feature}/${task}.txt`;
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `Written from this window:\n${readFileSync(process.env.FACTORY_WINDOW, "utf8")}`);
