// What becomes of lines that templates insert into files that people wrote? They come once, follow their feature, go with it, and
// nothing that people write beside them is ever lost.

import { expect, test } from "vitest";
import { FactoryRig, madeOnce } from "../rig/factory-rig.ts";
import { APP, appWith, routeTemplate } from "../rig/route-template.ts";

const APP_PATH = "src/app.txt";

/** Two features of one template, built. */
const routes = madeOnce(async () => {
  const rig = await FactoryRig.create({ projects: [{ id: "app", files: { [APP_PATH]: APP } }] });
  routeTemplate(rig);
  for (const path of ["orders", "users"]) {
    const made = await rig.factory("new", "route", path, "--set", `path=${path}`);
    expect([made.code, made.stderr]).toEqual([0, expect.any(String)]);
  }
  expect((await rig.build()).code).toBe(0);
  await rig.commitWorkspace("Routes");
  return rig;
});

const app = (rig: FactoryRig) => rig.read(`projects/app/${APP_PATH}`);

test("features insert side by side, once, and their lines change and go with them", async () => {
  await using rig = await routes();
  expect(app(rig)).toBe(appWith("orders", "users"));

  const again = await rig.build();
  expect([again.code, new Set(Object.values(again.actions))]).toEqual([0, new Set(["fresh"])]);
  expect((await rig.factory("check")).code).toBe(0);

  rig.edit("specs/orders/feature.md", "path: orders", "path: bills");
  rig.edit("specs/orders/BACKLOG.yaml", "src/orders.txt", "src/bills.txt");
  expect((await rig.build()).actions).toMatchObject({ "orders:T01": "regenerated", "users:T01": "fresh" });
  expect(app(rig)).toBe(appWith("bills", "users"));

  await rig.commitWorkspace("Bills");
  rig.remove("specs/orders");
  await rig.commitWorkspace("No bills");
  expect((await rig.build()).code).toBe(0);
  expect(app(rig)).toBe(appWith("users"));
  rig.remove("specs/users");
  await rig.commitWorkspace("No users");
  expect((await rig.build()).code).toBe(0);
  expect(app(rig)).toBe(APP);
});
