// What is in a project, in a few thousand bytes? Its folders and files, shallow ones first, until the room is full.

export interface MapFile {
  readonly path: string;
  readonly text: string;
}

/** At most `limit` UTF-8 bytes. The same files give the same map. */
export function repoMap(files: readonly MapFile[], limit: number): string {
  const depth = (path: string) => path.split("/").length;
  const paths = files.map(({ path }) => path).sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
  const shown: string[] = [];
  let room = limit;
  for (const path of paths) {
    room -= Buffer.byteLength(path) + 1;
    if (room < 0) break;
    shown.push(path);
  }
  return shown.sort().join("\n");
}
