// How is this checkout tried as a workspace, edits included, and left as it is? As a copy beside the system's temporary files.

import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

/** What git knows of, and what it does not ignore; with the command as it is bundled. */
export function layCheckout(checkout, to) {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const listed = execFileSync("git", args, { cwd: checkout, encoding: "utf8" });
  for (const path of listed.split("\0").filter((path) => path !== "" && path !== "node_modules")) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    copyFileSync(join(checkout, path), join(to, path));
  }
  cpSync(join(checkout, "dist"), join(to, "dist"), { recursive: true });
  symlinkSync(join(checkout, "node_modules"), join(to, "node_modules"));
}
