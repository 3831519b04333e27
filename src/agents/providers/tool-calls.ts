// Which calls do the pieces of an answer make together? Servers number them, name them, both or neither; some send whole
// calls under one number or one id, some the arguments as an object. What can only be another call is one.

import type { ToolCall } from "../../model/conversation.ts";
import type { Json } from "../../model/digest.ts";
import { type Fields, isFields } from "./content-parts.ts";
import { GrowingText } from "./growing-text.ts";

interface Gathered {
  readonly index: Json;
  id: string;
  name: string;
  /** Text in pieces, or the object itself. */
  given: GrowingText | Fields;
  /** What came with it, such as signatures, which some servers want back. */
  rest: { [name: string]: Json };
}

interface Piece {
  readonly index: Json;
  readonly id: string;
  readonly name: string;
  readonly given: string | Fields;
  readonly rest: Fields;
}

export class CallPieces {
  #calls: Gathered[] = [];
  #said = 0;
  readonly #idOf: (at: number) => string;

  constructor(idOf: (at: number) => string) {
    this.#idOf = idOf;
  }

  get said(): number {
    return this.#said;
  }

  /** `isWhole`: a call of a whole document, which nothing continues. */
  add(fields: Fields, isWhole: boolean): void {
    const piece = pieceOf(fields);
    this.#said += JSON.stringify(piece.given).length + piece.name.length;
    const known = isWhole ? undefined : this.#calls.findLast((call) => continues(call, piece));
    if (known === undefined) this.#calls.push({ ...piece, given: givenIn(piece), rest: { ...piece.rest } });
    else extend(known, piece);
  }

  calls(): readonly ToolCall[] {
    const taken = new Set<string>();
    return this.#calls.map(({ id, name, given }, at) => {
      // Answers are told apart by their ids, so that none may stand for two calls.
      const own = id === "" || taken.has(id) ? this.#idOf(at) : id;
      taken.add(own);
      return {
        id: own,
        name,
        arguments: given instanceof GrowingText ? given.toString() : JSON.stringify(given),
      };
    });
  }

  /** In the form of chat completions, with what came beside them. */
  verbatim(): readonly Json[] {
    const calls = this.calls();
    return this.#calls.map(({ rest }, at) => {
      const { id, name, arguments: text } = calls[at] as ToolCall;
      return { ...rest, id, type: "function", function: { name, arguments: text } };
    });
  }
}

/** Names and arguments stand in `function`, or bare. */
function pieceOf({ index = null, id, type: _, function: named, ...bare }: Fields): Piece {
  const inner = isFields(named) ? named : bare;
  const given = inner.arguments ?? inner.args ?? inner.input ?? inner.parameters;
  const { name: _n, arguments: _a, args: _r, input: _i, parameters: _p, ...rest } = bare;
  return {
    index,
    id: typeof id === "string" || typeof id === "number" ? String(id) : "",
    name: typeof inner.name === "string" ? inner.name : "",
    given: typeof given === "string" || isFields(given) ? given : "",
    rest,
  };
}

function continues(call: Gathered, { index, id, name, given }: Piece): boolean {
  // Only another call can follow on arguments that are whole, or the same once more.
  if (name !== "" && given !== "" && hasWhole(call))
    return id !== "" && id === call.id && name === call.name && given === String(call.given);
  if (index === null) return id === "" ? name === "" : id === call.id;
  return index === call.index && (id === "" || call.id === "" || id === call.id);
}

function hasWhole({ given }: Gathered): boolean {
  if (!(given instanceof GrowingText)) return true;
  if (!/[}\]"\w]\s*$/.test(given.last)) return false;
  try {
    JSON.parse(given.toString());
    return true;
  } catch {
    return false;
  }
}

/** Characters of arguments that are looked through with every piece: else time would grow with the square of their length. */
const MOST_LOOKED_AT = 64 * 1024;

/** Some servers begin with `{}`, say all once more at the end, or say with each piece all that came before. */
function beginsAnew(call: Gathered, given: string): boolean {
  if (!(call.given instanceof GrowingText) || call.given.length > MOST_LOOKED_AT || !/^\s*\{/.test(given))
    return false;
  const before = call.given.toString();
  return before.trim() !== "" && (hasWhole(call) || given.startsWith(before));
}

function givenIn({ given }: Pick<Piece, "given">): GrowingText | Fields {
  if (typeof given !== "string") return given;
  const text = new GrowingText();
  text.add(given);
  return text;
}

function extend(call: Gathered, { id, name, given, rest }: Piece): void {
  if (call.id === "") call.id = id;
  call.name = longer(call.name, name);
  const before = call.given;
  if (typeof given !== "string") call.given = before instanceof GrowingText ? given : { ...before, ...given };
  else if (beginsAnew(call, given)) call.given = givenIn({ given });
  else if (before instanceof GrowingText) before.add(given);
  call.rest = { ...call.rest, ...rest };
}

/** A name is told once, with every piece again, growing, or in pieces. */
function longer(before: string, piece: string): string {
  if (piece === "" || before === piece) return before;
  return piece.startsWith(before) ? piece : before + piece;
}
