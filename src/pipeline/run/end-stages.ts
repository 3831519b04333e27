// What is to be done once no stage of a run will work any more? Services end, and then the slots that they had lie idle.

import type { Run } from "./run.ts";

export async function endStages({
  stages,
  services,
  slots,
}: Pick<Run, "stages" | "services" | "slots">): Promise<void> {
  await stages.close();
  await services.close();
  slots.close();
}
