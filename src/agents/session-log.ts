// How does a person follow a hosted agent? One line for each turn and each call, as it happens, with nothing in it that
// must not be written anywhere.

import type { ToolCall } from "../model/conversation.ts";
import type { Usage } from "../model/output.ts";
import { OutputLog } from "../platform/process-output.ts";

const LOG_BYTES = 1024 * 1024;
const SHOWN = 200;

export class SessionLog {
  readonly #file: OutputLog;
  readonly #redact: (text: string) => string;

  constructor(path: string, redact: (text: string) => string) {
    this.#file = new OutputLog(path, LOG_BYTES);
    this.#redact = redact;
  }

  /** Why the log stopped short; null where all is written. */
  get error(): string | null {
    return this.#file.error;
  }

  turn(number: number, { tokens }: Usage, text: string): void {
    this.#write(`turn ${number}: ${tokens.in} in, ${tokens.out} out`, text);
  }

  called(call: ToolCall, answer: string): void {
    this.#write(`  ${this.#short(`${call.name} ${call.arguments}`)}`, answer.split("\n", 1)[0] ?? "");
  }

  ended(how: string): void {
    this.#write("ended", how);
  }

  close(): void {
    this.#file.close();
  }

  #write(what: string, told: string): void {
    const text = this.#short(told);
    this.#file.write(Buffer.from(text === "" ? `${what}\n` : `${what}: ${text}\n`));
  }

  // Redacted whole, before it is cut: half a key would not be recognised.
  #short(text: string): string {
    const line = this.#redact(text)
      .slice(0, 2 * SHOWN)
      .replaceAll(/\s+/g, " ")
      .trim();
    return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
  }
}
