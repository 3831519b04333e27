// How is it worded that pinned templates are not here? `detail` is what git said, already cut.

import type { Failure } from "../model/failure.ts";
import { plain } from "./plain.ts";
import type { FailureText } from "./wording.ts";

type NotFetched = Failure & { readonly reason: "templates-not-fetched" };

export function templatesText({ git, commit, why }: NotFetched, detail: readonly string[]): FailureText {
  const tried = why === "failed" ? ", and could not be fetched" : "";
  return {
    message: `The templates of ${plain(git)} at ${commit.slice(0, 12)} are not in this workspace${tried}.`,
    detail,
    fix:
      why === "offline"
        ? "Run `factory build` once without --offline and --locked: it fetches them."
        : "Fix the address or the network, or pin another commit with `factory template add`.",
  };
}
