// What is to be done once no stage of a run will work any more? Services end, and then the slots that they had lie idle.

import type { Run } from "./run.ts";

export async function endStages({ services, slots }: Pick<Run, "services" | "slots">): Promise<void> {
  await services.close();
  slots.close();
}
