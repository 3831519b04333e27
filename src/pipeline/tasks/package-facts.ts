// What does a project's package.json say that most sessions would read it for? Nothing where there is none, or one that
// nobody can read: an agent that wants to know looks at it itself.

import type { PackageFacts } from "../../context/gate-words.ts";
import { jsonObject } from "../../gates/json-object.ts";
import { type Result, success } from "../../model/result.ts";
import type { Tree } from "../../model/tree.ts";
import type { ProjectState } from "../projects/project-state.ts";

export async function packageFacts(state: ProjectState, tree: Tree): Promise<Result<PackageFacts | null>> {
  const entry = tree.get("package.json");
  if (entry === undefined || entry.mode === "120000" || entry.mode === "160000") return success(null);
  const content = await state.contentOf(entry.oid);
  if (!content.ok) return content;
  const document = jsonObject(Buffer.from(content.value).toString("utf8"));
  if (document === null) return success(null);
  const { scripts, type } = document;
  const named = Object.entries(typeof scripts === "object" && scripts !== null ? scripts : {});
  const texts = named.filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return success({ scripts: Object.fromEntries(texts), type: typeof type === "string" ? type : null });
}
