// How is a text written as the source of a template that renders it again? Literal stretches and expressions are joined
// so that no brace and no backslash of the one is taken for a part of the other.

/** Literal text, or what stands between the braces of an expression. */
export type Piece = { readonly literal: string } | { readonly expression: string };

export function sourceOf(pieces: readonly Piece[]): string {
  const joined = withoutBraces(merged(pieces));
  return joined
    .map((piece, index) => {
      if ("expression" in piece) return `{{${piece.expression}}}`;
      const next = joined[index + 1];
      // Handlebars takes one backslash before an expression for itself, where there are two at least.
      const guard = next !== undefined && piece.literal.endsWith("\\") ? "\\" : "";
      return piece.literal + guard;
    })
    .join("");
}

/** Neighbouring literals as one, since a brace may end the one and another begin the next. */
function merged(pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if ("literal" in piece && last !== undefined && "literal" in last) {
      joined[joined.length - 1] = { literal: last.literal + piece.literal };
    } else {
      joined.push(piece);
    }
  }
  return joined.filter((piece) => "expression" in piece || piece.literal !== "");
}

/** Braces that Handlebars would read become expressions that write them. */
function withoutBraces(pieces: readonly Piece[]): Piece[] {
  const written: Piece[] = [];
  for (const [index, piece] of pieces.entries()) {
    if ("expression" in piece) {
      written.push(piece);
      continue;
    }
    const isLast = pieces[index + 1] === undefined;
    const splitAt = isLast ? /(\{{2,})/ : /(\{{2,}|\{$)/;
    for (const [at, part] of piece.literal.split(splitAt).entries()) {
      if (at % 2 === 1) written.push(quoted(part));
      else written.push(...closed(part, written.at(-1)));
    }
  }
  return written;
}

/** A closing brace right after an expression would be taken for its third. */
function closed(literal: string, before: Piece | undefined): Piece[] {
  const braces = before !== undefined && "expression" in before ? (/^\}+/.exec(literal)?.[0] ?? "") : "";
  const rest = literal.slice(braces.length);
  return [...(braces === "" ? [] : [quoted(braces)]), ...(rest === "" ? [] : [{ literal: rest }])];
}

function quoted(braces: string): Piece {
  return { expression: `concat "${braces}"` };
}
