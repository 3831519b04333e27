// Which addresses of repositories may be written into projects.yaml? Ways on which nobody can pretend to be the other end,
// none that runs a program of the address's choice, and nothing in them that must stay secret: the file is committed.

const CONTROL = "\\u0000-\\u001f\\u007f";
const PATH = `[A-Za-z0-9[][^\\s?#${CONTROL}]*`;
const ADDRESSES = [
  `https:\\/\\/(?![^/]*@)${PATH}`,
  `ssh:\\/\\/(?![^/@]*:[^/@]*@)${PATH}`,
  `file:\\/\\/\\/[^${CONTROL}]+`,
  `[A-Za-z0-9][\\w.-]*@[A-Za-z0-9[][\\w.:\\]-]*:[^\\s${CONTROL}-][^\\s${CONTROL}]*`,
];
const LOCAL_PATH = `[^\\s:${CONTROL}-][^:${CONTROL}]*`;

const FORMS = "https://…, ssh://…, file:///… or user@host:path";
const SECRETS = "and holds no user name of https, no password and no token";

export const GIT_ADDRESS = new RegExp(`^(?:${ADDRESSES.join("|")})$`);
export const GIT_ADDRESS_RULE = `must be an address that git clones from, ${FORMS}, ${SECRETS} (a folder of this machine is a \`path\`)`;

/** Also a path from the workspace root, or an absolute one. */
export const TEMPLATE_GIT = new RegExp(`^(?:${[...ADDRESSES, LOCAL_PATH].join("|")})$`);
export const TEMPLATE_GIT_RULE = `must be ${FORMS} or a path, ${SECRETS}: git:// and http:// do not prove who answers, and other ways run programs`;
