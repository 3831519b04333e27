import { EXIT } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
export async function run(_: Invocation) {
  return EXIT.invalid;
}
