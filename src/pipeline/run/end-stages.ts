// What is to be done once no stage of a run will work any more? Services end, and then the slots that they had lie idle.

import type { Run } from "./run.ts";

export async function endStages({
  drafts,
  stages,
  services,
  slots,
}: Pick<Run, "drafts" | "stages" | "services" | "slots">): Promise<void> {
  drafts?.close();
  await stages.close();
  await services.close();
  slots.close();
}
