// An agent that puts a symbolic link in place of its folder and writes through it: `node … WINDOW TARGET`.

import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const [feature, task] = process.env.FACTORY_TASK.split(":");
const target = process.argv[3];
const folder = `src/${feature}`;
mkdirSync(dirname(folder), { recursive: true });
rmSync(folder, { recursive: true, force: true });
symlinkSync(target, folder);
writeFileSync(`${folder}/${task}.txt`, "written through a link\n");
