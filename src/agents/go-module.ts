// What is the module called that a project of Go is? Its go.mod says so, and a package can be imported by no other name. Read
// only for templates that ask for it, and then an input of their task.

import type { Read } from "../model/output.ts";
import type { Renderer } from "../model/render.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { Snapshot } from "./snapshot.ts";

const FILE = "go.mod";

/** What templates may say of the project that they write into, and what was read for it. */
export interface ProjectValues {
  readonly values: { readonly project?: { readonly module: string } };
  readonly reads: readonly Read[];
}

/** `texts` by the file that they stand in. Fails with `template` where one asks for the project and go.mod does not name its module. */
export async function projectValues(
  texts: ReadonlyMap<string, string>,
  renderer: Pick<Renderer, "mentions">,
  snapshot: Pick<Snapshot, "read">,
): Promise<Result<ProjectValues>> {
  const asking = [...texts].find(([, text]) => renderer.mentions(text).has("project.module"));
  if (asking === undefined) return success({ values: {}, reads: [] });
  const read = await snapshot.read(FILE);
  if (!read.ok) return read;
  const { content, digest } = read.value;
  const module = moduleIn(Buffer.from(content ?? []).toString("utf8"));
  if (module === null) {
    const message = `it imports packages of the project, and no ${FILE} at the project's root says what its module is called`;
    return failed({ reason: "template", file: asking[0], line: null, message });
  }
  return success({ values: { project: { module } }, reads: [{ kind: "file", subject: FILE, digest }] });
}

/** The path may stand in quotes of either kind; null where no line names one. */
function moduleIn(text: string): string | null {
  const [, path] = /^[ \t]*module[ \t]+(?:["`]([^"`\s]+)["`]|([^"`\s]+))/m.exec(text)?.filter(Boolean) ?? [];
  return path ?? null;
}
