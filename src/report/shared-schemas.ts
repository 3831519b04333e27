// What do documents tell of what a workspace has in common with other machines: its store, and its fleet?

import { z } from "zod";

export const SHARED_STORE = z
  .object({
    store: z.string(),
    restored: z.object({ results: z.number(), answers: z.number(), trials: z.number(), blobs: z.number() }),
    sent: z.number(),
    waiting: z.number().describe("sent by the next build"),
    doubtful: z.number().describe("not what its name said, and set aside"),
  })
  .describe("what a store that a team shares was good for");

export const FLEET = z
  .object({
    url: z.string(),
    fault: z.string().nullable().describe("why nothing is known of it; the rest is null then"),
    workers: z
      .array(
        z.object({
          name: z.string(),
          slots: z.number(),
          busy: z.array(z.string()).describe("tasks and projects whose gates it runs"),
          rests: z.string().nullable().describe("why it takes nothing now"),
          drafts: z.number().describe("how many drafts by programs it makes at once"),
          drafting: z.array(z.string()).describe("tasks whose drafts it makes"),
          programs: z.array(z.string()).describe("programs that builds ask for and that it has"),
          serves: z.boolean().describe("whether it is of this version, platform and major version of Node"),
          kind: z.string(),
        }),
      )
      .nullable(),
    waiting: z.number().nullable().describe("stages that no worker has begun"),
  })
  .describe("the fleet that projects.yaml declares");
