// Which variables reach a child?

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { childEnvironment } from "../../src/platform/child-environment.ts";

const OURS = { ...process.env };
beforeEach(() => {
  Object.assign(process.env, {
    LC_CTYPE: "C.UTF-8",
    ACME_API_KEY: "secret",
    NODE_OPTIONS: "--inspect",
    npm_lifecycle_event: "build",
    npm_config_cache: "/cache",
    GIT_DIR: "/elsewhere",
  });
});
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in OURS)) delete process.env[name];
  Object.assign(process.env, OURS);
});

describe("the environment of a child", () => {
  it("holds who and where one is, and quiet terminals", () => {
    expect(childEnvironment({}, [])).toMatchObject({
      PATH: process.env.PATH,
      LC_CTYPE: "C.UTF-8",
      npm_config_cache: "/cache",
      TERM: "dumb",
      NO_COLOR: "1",
      CI: "1",
    });
  });

  it("holds no key, and nothing that steers Node, npm or git", () => {
    const names = Object.keys(childEnvironment({}, []));
    for (const name of ["ACME_API_KEY", "NODE_OPTIONS", "npm_lifecycle_event", "GIT_DIR"]) {
      expect(names).not.toContain(name);
    }
  });

  it("holds what was allowed by name and is set, and nothing for names that are not", () => {
    const env = childEnvironment({}, ["ACME_API_KEY", "ACME_OTHER_KEY"]);
    expect(env.ACME_API_KEY).toBe("secret");
    expect("ACME_OTHER_KEY" in env).toBe(false);
  });

  it("takes what is given over what is inherited", () => {
    expect(childEnvironment({ PATH: "/only", TERM: "xterm" }, [])).toMatchObject({
      PATH: "/only",
      TERM: "xterm",
    });
  });
});
