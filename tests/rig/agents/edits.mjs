// An agent that edits files which are there already, by the orders in its window: `set FILE KEY/KEY = VALUE` in JSON,
// `add FILE: LINE`, `after TASK`: not before that task was drafted. Called as `node … WINDOW FOLDER`; FOLDER is where those
// that are done sign.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const [, , window, folder] = process.argv;
const orders = readFileSync(window, "utf8");
for (const [, task] of orders.matchAll(/\bafter (T\d+)/g)) {
  while (!existsSync(`${folder}/${task}`)) await delay(10);
}
for (const [, path, keys, value] of orders.matchAll(/\bset (\S+) (\S+) = ("[^"]*")/g)) {
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  const names = keys.split("/");
  const last = names.pop();
  names.reduce((object, name) => (object[name] ??= {}), manifest)[last] = JSON.parse(value);
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
}
for (const [, path, line] of orders.matchAll(/\badd (\S+): (.*;)/g)) {
  mkdirSync(dirname(path), { recursive: true });
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (!before.includes(line)) writeFileSync(path, `${before}${line}\n`);
}
writeFileSync(`${folder}/${process.env.FACTORY_TASK.split(":")[1]}`, "");
