// An agent whose output is a symbolic link to a file outside the project.

import { mkdirSync, symlinkSync } from "node:fs";

const [feature, task] = process.env.FACTORY_TASK.split(":");
mkdirSync(`src/${feature}`, { recursive: true });
symlinkSync("/etc/hostname", `src/${feature}/${task}.txt`);
