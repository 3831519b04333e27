// Which sources may a command rely on that looks at the whole workspace? All of them, or none.

import { type Result, success } from "../../model/result.ts";
import { readWhole } from "../reading/read-whole.ts";
import type { Sources } from "../reading/sources.ts";
import { refuseUnsound } from "../run/recorder.ts";
import type { Place } from "./caller.ts";

/** Fails with every finding where they are not valid. `read` says how much of the features is asked for. */
export async function validSources(place: Place, read = readWhole): Promise<Result<Sources>> {
  const reading = await read(place);
  if (!reading.ok) return reading;
  const sound = refuseUnsound(reading.value.sources);
  return sound.ok ? success(reading.value.sources) : sound;
}
