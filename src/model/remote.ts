// How is an address of another repository told? Never with what only its owner may know.

/** What stands before the host, and what is asked of it: both are places where people put passwords and tokens. */
const USER = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@'"]*@/gi;
const SSH_USER = /^ssh:\/\/([^\s:@]+)(?::[^\s@]*)?@/i;
const QUERY = /\b([a-z][a-z0-9+.-]*:\/\/[^\s?#'"]*)[?#][^\s'"]*/gi;

/** The text with every address in it bare of user names, passwords and queries; the user of ssh is no secret. */
export function withoutCredentials(text: string): string {
  const bare = text.replace(USER, (whole, scheme: string) => {
    const user = SSH_USER.exec(whole)?.[1];
    return user === undefined ? `${scheme}…@` : `${scheme}${user}@`;
  });
  return bare.replace(QUERY, "$1?…");
}

/** Name of the host of an address, in small letters; null for a path on this machine. */
export function hostOf(address: string): string | null {
  const [, scheme, host] = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/@]*@)?([^/:?#]+)/i.exec(address) ?? [];
  if (scheme !== undefined) return scheme.toLowerCase() === "file" ? null : (host ?? "").toLowerCase();
  // As scp has it. A colon behind a slash belongs to a path.
  const [, place] = /^(?:[^/@:]+@)?([^/:@]{2,}):(?!\/\/)/.exec(address) ?? [];
  return place?.toLowerCase() ?? null;
}
