// Can a path on this screen be a link to its file? Only where the terminal is known to take links: any other may print
// what makes them. It does not know what is said.

import { pathToFileURL } from "node:url";

type Variables = Readonly<Record<string, string | undefined>>;

const PROGRAMS = new Set(["iTerm.app", "WezTerm", "vscode", "ghostty", "Tabby", "rio", "WarpTerminal"]);
const TERMS = /^(?:xterm-kitty|xterm-ghostty|foot(?:-extra)?|alacritty|wezterm)$/;
/** The first version of VTE (GNOME Terminal and others) whose links do no harm. */
const VTE = 5000;
const KONSOLE = 201_200;

/**
 * Never in a pipe, in CI, without color, or behind a multiplexer, which may swallow them; nor over ssh, where the file of that
 * name is another one or none.
 */
export function takesLinks(
  env: Variables,
  output: { readonly isTTY?: boolean },
  look: { readonly color: boolean; readonly dumb: boolean },
): boolean {
  if (output.isTTY !== true || !look.color || look.dumb) return false;
  const elsewhere = [env.TMUX, env.STY, env.SSH_CONNECTION, env.SSH_TTY];
  if (elsewhere.some((value) => (value ?? "") !== "")) return false;
  return (
    PROGRAMS.has(env.TERM_PROGRAM ?? "") ||
    TERMS.test(env.TERM ?? "") ||
    (env.WT_SESSION ?? "") !== "" ||
    Number(env.VTE_VERSION ?? 0) >= VTE ||
    Number(env.KONSOLE_VERSION ?? 0) >= KONSOLE
  );
}

/** `path` is absolute, and its address has no sign that could end the sequence. */
export function linked(shown: string, path: string): string {
  return `\u001b]8;;${pathToFileURL(path).href}\u001b\\${shown}\u001b]8;;\u001b\\`;
}
