// How does the page talk to the server that it came from? It asks for documents, and hears what happens.

import type * as Command from "../../report/document-schemas.ts";
import type { DocumentOf } from "../../report/document-schemas.ts";
import type { Happened, StatusChange } from "../live.ts";
import type * as View from "../view-documents.ts";

export type StatusTask = DocumentOf<typeof Command.STATUS_TASK>;
export type Explanation = DocumentOf<typeof Command.EXPLANATION>;
export type TaskDocument = DocumentOf<typeof Command.TASK_DOCUMENT>;
export type Spec = DocumentOf<typeof View.SPEC>;
export type Requirement = DocumentOf<typeof View.REQUIREMENTS>["requirements"][number];
export type BuildEntry = DocumentOf<typeof View.BUILDS>["builds"][number];
export type Fleet = NonNullable<DocumentOf<typeof View.FLEET_VIEW>["fleet"]>;
export type Left = DocumentOf<typeof View.LEFT>;

/** What an operation came to; `document` null: it was refused, and `words` say why and what to do. */
export interface Answer<D> {
  readonly document: D | null;
  readonly words: readonly string[];
}

interface Report {
  readonly build: string;
  /** By operation and input. */
  readonly kept: Readonly<Record<string, Partial<Answer<never>>>>;
}

const KEPT = document.getElementById("report")?.textContent;

/** What a report holds instead of a server; null where there is a server. */
export const REPORT: Report | null = KEPT == null ? null : JSON.parse(KEPT);

export async function ask<D>(
  operation: string,
  input: object = {},
  signal?: AbortSignal,
): Promise<Answer<D>> {
  if (REPORT !== null) {
    const { document = null, words = [] } = REPORT.kept[`${operation} ${JSON.stringify(input)}`] ?? {
      words: ["This report does not hold it."],
    };
    return { document, words };
  }
  try {
    const response = await fetch(`/api/${operation}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(input),
      ...(signal === undefined ? {} : { signal }),
    });
    if (response.status === 401) return refused("This browser is not known here. Start `factory ui` again.");
    if (!response.headers.get("content-type")?.includes("json"))
      return refused(`The server answered ${response.status}.`);
    const { document = null, words = [] } = (await response.json()) as Partial<Answer<D>>;
    return { document, words };
  } catch (error) {
    if (signal?.aborted === true) return { document: null, words: [] };
    return refused(
      `The server cannot be reached: ${(error as Error).message}. Does \`factory ui\` still run?`,
    );
  }
}

function refused(words: string): Answer<never> {
  return { document: null, words: [words] };
}

interface Ears {
  happened(what: Happened): void;
  status(change: StatusChange): void;
  trouble(words: readonly string[]): void;
  connected(isConnected: boolean): void;
}

/** The browser connects again by itself; what runs is told anew then. */
export function follow({ happened, status, trouble, connected }: Ears): void {
  if (REPORT !== null) {
    connected(true);
    return;
  }
  const source = new EventSource("/api/live");
  const on = <D>(name: string, tell: (data: D) => void) =>
    source.addEventListener(name, (message) => tell(JSON.parse((message as MessageEvent<string>).data)));
  on<Happened>("happened", happened);
  on<StatusChange>("status", status);
  on<{ words: readonly string[] }>("trouble", ({ words }) => trouble(words));
  source.addEventListener("open", () => connected(true));
  source.addEventListener("error", () => connected(false));
}
