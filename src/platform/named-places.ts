// Which places does a command name, so that whoever runs it has to find them? Those that its text says as absolute paths, and
// those that variables hold which people hand on by name, such as the home of a toolchain.

import { existsSync, statSync } from "node:fs";
import { dirname, isAbsolute } from "node:path";

/** Absolute. A file is named with its folder, where a program keeps what it is made of. */
export function namedPlaces(
  env: Readonly<Record<string, string>>,
  handedOn: readonly string[],
  command: string,
): readonly string[] {
  const values = handedOn.flatMap((name) => env[name]?.split(":") ?? []);
  const words = command.split(/[\s'"`;|&<>()=]+/);
  return [...values, ...words]
    .filter((word) => isAbsolute(word) && word.length > 1 && existsSync(word))
    .flatMap((word) => (statSync(word).isFile() ? [word, dirname(word)] : [word]));
}
