// What do the tools for reading answer? Everything that they tell of the snapshot is recorded, in order and once, for
// it becomes an input of the task. Answers are capped, and say what they leave out.

import type { Read } from "../model/output.ts";
import { type Result, success } from "../model/result.ts";
import type { Overlay } from "./overlay.ts";
import { clipped, linesWithin, textOf } from "./text-file.ts";
import { refused, type ToolReply, toolReply } from "./tool-answer.ts";
import type { InputOf, ReadingTool } from "./tool-list.ts";
import { plainFolder, plainPath } from "./tool-path.ts";

const ANSWER_BYTES = 32 * 1024;
const MAX_HITS = 200;
const HIT_BYTES = 300;
/** What was searched for is kept in lock files. */
const MAX_SEARCH = 200;

export class ReadTools {
  readonly #overlay: Overlay;
  readonly #redact: (text: string) => string;
  readonly #reads = new Map<string, Read>();

  /** `redact` sees whole texts, before they are cut: half a key would not be recognised. */
  constructor(overlay: Overlay, redact: (text: string) => string) {
    this.#overlay = overlay;
    this.#redact = redact;
  }

  get reads(): readonly Read[] {
    return [...this.#reads.values()];
  }

  perform(input: InputOf<ReadingTool>): Promise<Result<ToolReply>> {
    switch (input.tool) {
      case "list_files":
        return this.#listFiles(input.fields);
      case "read_file":
        return this.#readFile(input.fields);
      case "search":
        return this.#search(input.fields);
    }
  }

  /** What a file is now, recorded unless it was written here. */
  async file(path: string): Promise<Result<FileSeen>> {
    const read = await this.#overlay.read(path);
    if (!read.ok) return read;
    const { content, mode, digest } = read.value;
    if (!this.#overlay.covers(path)) this.#record({ kind: "file", subject: path, digest });
    if (content === null) return success({ kind: "absent", told: `There is no file ${path}.` });
    const text = textOf(content);
    if (mode === "120000") {
      const target = JSON.stringify(text ?? "");
      return success({
        kind: "link",
        told: `${path} is a symbolic link to ${target}; links are not followed.`,
      });
    }
    if (text === null)
      return success({ kind: "binary", told: `${path} is binary, ${content.length} bytes.` });
    return success({ kind: "text", text });
  }

  /** The names in a folder now, recorded; null where there is no such folder. */
  async list(folder: string): Promise<Result<readonly string[] | null>> {
    const listed = await this.#overlay.list(folder);
    if (!listed.ok) return listed;
    this.#record({ kind: "list", subject: folder, digest: listed.value.digest });
    return success(listed.value.names);
  }

  async #listFiles({ path = "" }: InputOf<"list_files">["fields"]): Promise<Result<ToolReply>> {
    const plain = plainFolder(path);
    if ("refusal" in plain) return success(refused(plain.refusal));
    const folder = plain.path;
    const listed = await this.list(folder);
    if (!listed.ok) return listed;
    const news = `list:${folder}`;
    if (listed.value === null)
      return success(
        toolReply(folder === "" ? "There is no file yet." : `There is no folder ${folder}.`, news),
      );
    const names = this.#redact(listed.value.join("\n")).split("\n");
    const fit = linesWithin(names, ANSWER_BYTES);
    const rest = fit < names.length ? [`[${names.length - fit} of ${names.length} names left out]`] : [];
    return success(toolReply([...names.slice(0, fit), ...rest].join("\n"), news));
  }

  /** A window may name a file beside the project, in the same repository: what is there can be read, and not written. */
  async #readable(path: string): Promise<Result<ReturnType<typeof plainPath>>> {
    const plain = plainPath(path);
    const beside = /^((?:\.\.\/)+)(.*)$/s.exec(path);
    if (beside === null || !("refusal" in plain)) return success(plain);
    const [, up = "", rest = ""] = beside;
    const inside = plainPath(rest);
    if ("refusal" in inside) return success(plain);
    const read = await this.#overlay.read(up + inside.path);
    if (!read.ok) return read;
    return success(read.value.content === null ? plain : { path: up + inside.path });
  }

  async #readFile({ path, from = 1, to }: InputOf<"read_file">["fields"]): Promise<Result<ToolReply>> {
    const readable = await this.#readable(path);
    if (!readable.ok) return readable;
    const plain = readable.value;
    if ("refusal" in plain) return success(refused(plain.refusal));
    const file = await this.file(plain.path);
    if (!file.ok) return file;
    const news = `file:${plain.path}`;
    if (file.value.kind !== "text") return success(toolReply(file.value.told, news));
    const text = this.#redact(file.value.text);
    if (text === "") return success(toolReply(`${plain.path} is empty.`, news));
    const lines = linesOf(text);
    if (from > lines.length || (to ?? from) < from) {
      return success(
        refused(`${plain.path} has ${lines.length} lines; from=${from} to=${to ?? "the end"} is none.`),
      );
    }
    const shown = excerpt(lines, from, to ?? lines.length);
    const isWhole = from === 1 && shown.last === lines.length && !shown.cut;
    return success(toolReply(isWhole ? text : shown.text, `${news}:${from}-${shown.last}`));
  }

  async #search({ text }: InputOf<"search">["fields"]): Promise<Result<ToolReply>> {
    if (text.trim() === "" || /[\r\n]/.test(text) || text.length > MAX_SEARCH) {
      return success(refused(`Search for a part of one line, 1 to ${MAX_SEARCH} characters.`));
    }
    const found = await this.#overlay.search(text);
    if (!found.ok) return found;
    this.#record({ kind: "search", subject: text, digest: found.value.digest });
    const { hits } = found.value;
    const news = `search:${text}`;
    if (hits.length === 0) return success(toolReply("No line contains it.", news));
    const lines = hits
      .slice(0, MAX_HITS)
      .map((hit) => `${hit.path}:${hit.line}: ${clipped(this.#redact(hit.text.trim()), HIT_BYTES)}`);
    const fit = linesWithin(lines, ANSWER_BYTES);
    const rest =
      fit < hits.length ? [`[the first ${fit} of ${hits.length} lines; search for more of a line]`] : [];
    return success(toolReply([...lines.slice(0, fit), ...rest].join("\n"), news));
  }

  #record(read: Read): void {
    const key = `${read.kind}:${read.subject}`;
    if (!this.#reads.has(key)) this.#reads.set(key, read);
  }
}

export type FileSeen =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "absent" | "link" | "binary"; readonly told: string };

function linesOf(text: string): readonly string[] {
  const lines = text.split("\n");
  return lines.length > 1 && lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

function excerpt(lines: readonly string[], from: number, to: number) {
  const wanted = lines.slice(from - 1, to);
  const fit = linesWithin(wanted, ANSWER_BYTES);
  if (fit === 0) {
    const line = wanted[0] as string;
    const note = `[line ${from} of ${lines.length} is cut: it has ${Buffer.byteLength(line)} bytes]`;
    return { text: `${clipped(line, ANSWER_BYTES)}\n${note}`, last: from, cut: true };
  }
  const last = from + fit - 1;
  const more = fit < wanted.length ? `; go on with from=${last + 1}` : "";
  const note = `[lines ${from}-${last} of ${lines.length}${more}]`;
  return { text: [...wanted.slice(0, fit), note].join("\n"), last, cut: false };
}
