// How is it worded that a store, ours or a team's, or a fleet does not give what it should?

import type { Failure } from "../model/failure.ts";
import { quoted } from "./plain.ts";
import { type FailureText, sentence } from "./wording.ts";

type StoreFailure = Extract<
  Failure,
  {
    readonly reason: "blob-corrupt" | "blob-missing" | "newer-format" | "store-refused" | "fleet-unreachable";
  }
>;

export function storeFailureText(failure: StoreFailure): FailureText {
  switch (failure.reason) {
    case "blob-corrupt":
      return {
        message: `The store's blob ${failure.digest.slice(0, 12)} does not match its digest and was set aside.`,
        detail: [`kept for inspection: ${failure.quarantined}`],
        fix: "Run `factory build` again: it takes the content from the project's git, or generates it again; check the disk.",
      };
    case "blob-missing":
      return {
        message: `The content of ${quoted(failure.path)} (${failure.digest.slice(0, 12)}) is neither in the store nor in the project's git.`,
        detail: [],
        fix: "Restore the store or the git history that holds it, or run `factory build` without `--locked` to generate it again.",
      };
    case "newer-format":
      return {
        message: `${quoted(failure.path)} has format ${failure.found}, and this version knows formats up to ${failure.known}.`,
        detail: [],
        fix: "Update spec-factory to the version that wrote the file.",
      };
    case "store-refused":
      return {
        message: `The shared store ${failure.store} ${sentence(failure.detail)}`,
        detail: [],
        fix: "Run `factory doctor`, which tries the store.",
      };
    case "fleet-unreachable":
      return {
        message: `The fleet ${failure.fleet} ${sentence(failure.detail)}`,
        detail: [],
        fix: "Mend the address, its variables or the server.",
      };
  }
}
