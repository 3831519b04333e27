// Can an address of a repository be told without telling what opens it?

import { expect, test } from "vitest";
import { withoutCredentials } from "../../src/model/remote.ts";

test("user names of https, passwords and queries are taken out of every address in a text, and nothing else is", () => {
  const cases = [
    ["https://pat:s3cret@git.example.com/a.git", "https://…@git.example.com/a.git"],
    ["https://s3cret@git.example.com/a.git", "https://…@git.example.com/a.git"],
    ["ssh://git:s3cret@host/a.git", "ssh://git@host/a.git"],
    ["https://host/a.git?token=s3cret", "https://host/a.git?…"],
    [
      "fatal: unable to access 'https://u:s3cret@host/a.git/': no",
      "fatal: unable to access 'https://…@host/a.git/': no",
    ],
    [
      "git config remote.origin.url https://s3cret@host/a.git",
      "git config remote.origin.url https://…@host/a.git",
    ],
  ] as const;
  for (const [text, bare] of cases) expect(withoutCredentials(text)).toBe(bare);
  const harmless = [
    "ssh://git@host:22/a.git",
    "git@host:a/b.git",
    "file:///srv/a@b/c.git",
    "https://host/a@2/b",
    "who@example.com says why?",
  ];
  for (const text of harmless) expect(withoutCredentials(text)).toBe(text);
});
