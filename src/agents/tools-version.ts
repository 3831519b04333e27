// Which generation of tools do hosted agents work with? A file of its own, since every key asks and few builds use one.

/** Part of a hosted agent's identity: raised when the tools' names, arguments or answers change. */
export const TOOLS_VERSION = 1;
