// Who reads which format?

import type { ImportedFeature } from "../../model/imported.ts";
import type { ForeignSpec, Notes } from "./foreign.ts";
import { readSpecKit } from "./spec-kit.ts";

/** Null where nothing of it could be read, which is told. */
export function readForeign(spec: ForeignSpec, notes: Notes): ImportedFeature | null {
  switch (spec.format) {
    case "spec-kit":
      return readSpecKit(spec, notes);
    default:
      return null;
  }
}
