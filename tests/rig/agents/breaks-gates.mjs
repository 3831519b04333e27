// An agent that ends well with work that its gates refuse.

import { mkdirSync, writeFileSync } from "node:fs";

const [feature, task] = process.env.FACTORY_TASK.split(":");
mkdirSync(`src/${feature}`, { recursive: true });
writeFileSync(`src/${feature}/${task}.txt`, "BROKEN\n");
