// May a model write this, and what does it hear? Everything that would be refused after the attempt is refused at once,
// while it can still be mended. A write that is simply done tells nothing of the snapshot, so it records no read; each
// refusal that does is recorded.

import { digestOfBytes } from "../model/digest.ts";
import { globMatcher } from "../model/glob.ts";
import { foldedPath } from "../model/path.ts";
import { type Result, success } from "../model/result.ts";
import type { Assignment } from "./agent-port.ts";
import { OVERLAY_LIMITS, type Overlay, type OverlayLimit } from "./overlay.ts";
import { refused, type ToolReply, toolReply } from "./tool-answer.ts";
import type { InputOf } from "./tool-list.ts";
import { plainPath } from "./tool-path.ts";
import type { ReadTools } from "./tool-reading.ts";

/** Neither can be kept in a text file: half a character, and NUL. */
const UNWRITABLE = /[\p{Cs}\0]/u;
const { files, fileBytes, bytes } = OVERLAY_LIMITS;
const LIMITS: Readonly<Record<OverlayLimit, string>> = {
  files: `A task writes at most ${files} files.`,
  fileBytes: `A file may have at most ${fileBytes} bytes.`,
  bytes: `All written files together may have at most ${bytes} bytes.`,
};

export class WriteTools {
  readonly #overlay: Overlay;
  readonly #readTools: ReadTools;
  readonly #hints: readonly string[];
  readonly #isInScope: (path: string) => boolean;
  readonly #isReadOnly: (path: string) => boolean;

  constructor(
    overlay: Overlay,
    readTools: ReadTools,
    { task, readOnly }: Pick<Assignment, "task" | "readOnly">,
  ) {
    this.#overlay = overlay;
    this.#readTools = readTools;
    this.#hints = task.filesHint;
    this.#isInScope = anyOf(task.filesHint);
    this.#isReadOnly = anyOf(readOnly);
  }

  async writeFile({ path: given, content }: InputOf<"write_file">["fields"]): Promise<Result<ToolReply>> {
    return this.#at(given, async (path) => {
      const before = await this.#overlay.read(path);
      if (!before.ok) return before;
      if (before.value.mode === "120000") {
        const link = await this.#readTools.file(path);
        if (!link.ok) return link;
        if (link.value.kind !== "text") return success(refused(link.value.told));
      }
      return this.#put(path, content);
    });
  }

  async editFile({ path: given, ...edit }: InputOf<"edit_file">["fields"]): Promise<Result<ToolReply>> {
    return this.#at(given, async (path) => {
      const file = await this.#readTools.file(path);
      if (!file.ok) return file;
      if (file.value.kind !== "text") return success(refused(file.value.told));
      const { text } = file.value;
      // Models write plain line ends, whatever the file has.
      const isCrlf = text.includes("\r\n") && !/(?<!\r)\n/.test(text);
      const [old, replacement] = isCrlf ? [crlf(edit.old), crlf(edit.new)] : [edit.old, edit.new];
      if (old === "" || old === replacement) {
        return success(refused("old must be some text of the file, and new another."));
      }
      const at = text.indexOf(old);
      if (at < 0) {
        return success(refused(`old occurs 0 times in ${path}: it must be exact, with all white space.`));
      }
      if (text.indexOf(old, at + 1) >= 0) {
        const times = Math.max(2, text.split(old).length - 1);
        return success(refused(`old occurs ${times} times in ${path}: give more of the text around it.`));
      }
      return this.#put(path, text.slice(0, at) + replacement + text.slice(at + old.length));
    });
  }

  async deleteFile({ path: given }: InputOf<"delete_file">["fields"]): Promise<Result<ToolReply>> {
    return this.#at(given, async (path) => {
      const file = await this.#readTools.file(path);
      if (!file.ok) return file;
      if (file.value.kind === "absent") return success(refused(file.value.told));
      const limit = await this.#overlay.put(path, null);
      if (!limit.ok) return limit;
      if (limit.value !== null) return success(refused(LIMITS[limit.value]));
      return success(toolReply(`Deleted ${path}.`, `write:${path}:deleted`));
    });
  }

  /** Acts on the path in its one spelling, where it may be written. */
  async #at(given: string, act: (path: string) => Promise<Result<ToolReply>>): Promise<Result<ToolReply>> {
    const plain = plainPath(given);
    if ("refusal" in plain) return success(refused(plain.refusal));
    const { path } = plain;
    if (this.#isReadOnly(path)) return success(refused(`${path} may not be changed in this task.`));
    if (!this.#isInScope(path)) {
      return success(refused(`${path} is outside this task. It may write only: ${this.#hints.join(", ")}.`));
    }
    const obstacle = await this.#obstacle(path);
    if (!obstacle.ok) return obstacle;
    return obstacle.value === null ? act(path) : success(refused(obstacle.value));
  }

  async #put(path: string, content: string): Promise<Result<ToolReply>> {
    const encoded = new TextEncoder().encode(content);
    if (encoded.length <= fileBytes && UNWRITABLE.test(content)) {
      return success(
        refused("The content holds NUL or half a character: write it as an escape of the language."),
      );
    }
    const limit = await this.#overlay.put(path, encoded);
    if (!limit.ok) return limit;
    if (limit.value !== null) return success(refused(LIMITS[limit.value]));
    return success(
      toolReply(`Wrote ${path}, ${encoded.length} bytes.`, `write:${path}:${digestOfBytes(encoded)}`),
    );
  }

  /** What stands in the way on some disk: a file where a folder is wanted, a folder, a submodule, a twin of a name. */
  async #obstacle(path: string): Promise<Result<string | null>> {
    const segments = path.split("/");
    for (const [depth, segment] of segments.entries()) {
      const folder = segments.slice(0, depth).join("/");
      const listed = await this.#overlay.list(folder);
      if (!listed.ok) return listed;
      const isFile = depth === segments.length - 1;
      const names = listed.value.names ?? [];
      const fault = names.includes(isFile ? segment : `${segment}/`)
        ? await this.#faultAt(path, isFile)
        : success(obstacleAmong(names, segment));
      if (!fault.ok) return fault;
      if (fault.value === null) continue;
      const recorded = await this.#readTools.list(folder);
      if (!recorded.ok) return recorded;
      return success(`${path} cannot be written: ${folder === "" ? "" : `${folder}/`}${fault.value}.`);
    }
    return success(null);
  }

  /** A name without content is a submodule. */
  async #faultAt(path: string, isFile: boolean): Promise<Result<string | null>> {
    if (!isFile) return success(null);
    const file = await this.#overlay.read(path);
    if (!file.ok) return file;
    return success(file.value.content === null ? `${path.split("/").at(-1)} is a submodule` : null);
  }
}

/** Why a name that is not there yet must not come to be there. */
function obstacleAmong(names: readonly string[], wanted: string): string | null {
  const folded = foldedPath(wanted);
  for (const name of names) {
    const isFolder = name.endsWith("/");
    const bare = isFolder ? name.slice(0, -1) : name;
    if (bare === wanted) return isFolder ? `${bare} is a folder` : `${bare} is no folder`;
    if (foldedPath(bare) === folded) return `${bare} exists, which is the same name on other disks`;
  }
  return null;
}

function anyOf(patterns: readonly string[]): (path: string) => boolean {
  const matchers = patterns.map(globMatcher);
  return (path) => matchers.some((matches) => matches(path));
}

function crlf(text: string): string {
  return text.replace(/\r?\n/g, "\r\n");
}
