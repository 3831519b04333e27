// How is it told that children are confined, or why they are not?

import { plain } from "./plain.ts";

/** The end of a sentence that begins with what follows from it. */
export function whyNoSandbox({
  why,
  detail,
}: {
  readonly why: "missing" | "refused" | "system" | "off";
  readonly detail: string;
}): string {
  switch (why) {
    case "missing":
      return `${plain(detail)} (bubblewrap) is not on PATH`;
    case "refused":
      return `this machine refuses one: ${plain(detail)}`;
    case "system":
      return `there is none for ${plain(detail)} yet`;
    case "off":
      return "it is switched off";
  }
}
