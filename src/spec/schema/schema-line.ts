// How does an editor know what a file may say? By a comment in its first line, with the path of a JSON Schema from the file.

/** The folder, from the workspace, in which every command keeps the schemas. */
export const SCHEMAS = ".factory/schemas";

/** The line, ended; `path` leads from the file that begins with it. */
export function schemaLine(path: string): string {
  return `# yaml-language-server: $schema=${path}\n`;
}

/** What `specs/<feature>/BACKLOG.yaml` begins with. No reader sees it: it is part of no window and of no key. */
export const BACKLOG_SCHEMA_LINE = schemaLine(`../../${SCHEMAS}/backlog.schema.json`);
