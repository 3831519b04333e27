// How is it told that children are confined, or why they are not?

import { plain } from "./plain.ts";

/** The end of a sentence that begins with what follows from it. */
export function whyNoSandbox({
  why,
  detail,
}: {
  readonly why: "missing" | "refused" | "system" | "off" | "unheld";
  readonly detail: string;
}): string {
  switch (why) {
    case "missing":
      return detail === "bwrap" ? "bwrap (bubblewrap) is not on PATH" : `${plain(detail)} is not there`;
    case "unheld":
      return `what is there holds nobody: a program that was tried in it ${plain(detail)}`;
    case "refused":
      return `this machine refuses one: ${plain(detail)}`;
    case "system":
      return `there is none for ${plain(detail)} yet`;
    case "off":
      return "it is switched off";
  }
}
