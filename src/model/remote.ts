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
