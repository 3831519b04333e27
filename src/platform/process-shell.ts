// How does a value get into a shell command without becoming part of its grammar?

/** Values of harmless characters stay bare, so that they also fit where an author wrote quotes around the mark. */
function shellQuote(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

/** Replaces every `{{name}}` that has a value by that value, quoted; a list becomes one word for each of its values. */
export function fillIn(
  command: string,
  values: Readonly<Record<string, string | readonly string[]>>,
): string {
  return command.replace(/\{\{\s*(\w+)\s*\}\}/g, (mark, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined ? mark : [value].flat().map(shellQuote).join(" ");
  });
}
