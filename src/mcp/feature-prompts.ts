// What does a person say to have a feature written, or reviewed? The words that a program offers them as a command.

import { completable } from "@modelcontextprotocol/sdk/server/completable.js";
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { GetPromptResult } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import type { Place } from "../pipeline/commands/caller.ts";
import { readWhole } from "../pipeline/reading/read-whole.ts";
import type { Desk } from "./tool.ts";

const WRITE = `Write a feature request for this workspace as specs/<id>/feature.md, where <id> is a short name of lower-case words joined by "-".

1. Read projects.yaml and one or two specs that are there (resources factory://specs/…), and write as they do.
2. The file has front matter (id, title, project) and the sections User Story, Problem Statement, Requirements, Constraints, Success Criteria, Context; leave out a section that would be empty.
3. Each requirement is one item of a list that begins with an id: \`- R1: …\`. It says in one or two plain sentences what shall be true, so that a test can tell. It does not say how.
4. What you do not know and nothing in the repository tells, you mark in place with [NEEDS CLARIFICATION: the question]. Do not guess.
5. Call \`validate\` and mend what it finds. Then call \`forecast\` with the feature as target, and tell the person what would be built and what it is expected to cost. Do not build before they say so.`;

const REVIEW = `Review this feature before anybody pays for building it.

1. Read its documents (resources factory://specs/<feature>/…), and call \`validate\` and \`explain\` for it.
2. For each requirement: can a test tell whether it is met? Does it say one thing? Does it contradict another one, or a constraint? Does it say how where it should say what?
3. What would an engineer have to ask? Is there a case that no requirement names: empty input, too much of it, two at once, failure?
4. Where it has tasks: does each requirement lead to one, has each task criteria that prove it, and do its files fit?
5. Answer with a list, the worst first: requirement or task, what is wrong, and the words that you would write instead. Say so if there is nothing. Change nothing yourself.`;

export function addPrompts(server: McpServer, { place }: Desk): void {
  server.registerPrompt(
    "write_feature",
    {
      title: "Write a feature",
      description: "From a wish to a feature request that can be built, with its price.",
      argsSchema: { wish: z.string().describe("what is wanted, in your own words") },
    },
    ({ wish }) => said(`${WRITE}\n\nWhat is wanted:\n\n${wish}`),
  );
  server.registerPrompt(
    "review_feature",
    {
      title: "Review a feature",
      description: "What is unclear, untestable or missing in a feature request.",
      argsSchema: {
        feature: completable(z.string().describe("id of the feature"), (begun) => featuresFrom(place, begun)),
      },
    },
    ({ feature }) => said(`${REVIEW}\n\nThe feature: ${feature}`),
  );
}

function said(text: string): GetPromptResult {
  return { messages: [{ role: "user", content: { type: "text", text } }] };
}

/** None where the workspace cannot be read: what is wrong is told by whoever is asked about it. */
async function featuresFrom(place: Place, begun: string): Promise<string[]> {
  const reading = await readWhole(place);
  if (!reading.ok) return [];
  return reading.value.sources.features.map(({ id }) => id).filter((id) => id.startsWith(begun));
}
