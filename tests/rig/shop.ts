// A small workspace that many tests start from: two projects, three features, tasks whose files no other
// task's window shows, so that every edit has one exact consequence.

import { FactoryRig, madeOnce, type RigOptions } from "./factory-rig.ts";
import type { FeatureText } from "./specs.ts";

export const PRODUCTS: FeatureText = {
  id: "products",
  requirements: {
    R1: "A product has a name.",
    R2: "A price is never negative, and it is given in the smallest unit of its currency.",
    R3: "A product can be archived.",
  },
  tasks: [
    { id: "T01", requirements: ["R1"] },
    { id: "T02", requirements: ["R2"] },
    { id: "T03", requirements: ["R3"] },
  ],
};

/** One requirement that is shown by a task in each of the two projects. */
export const MONEY: FeatureText = {
  id: "money",
  projects: ["app", "client"],
  requirements: { R1: "An amount has a currency.", R2: "Amounts are never rounded." },
  tasks: [
    { id: "T01", project: "app", requirements: ["R1"] },
    { id: "T02", project: "client", requirements: ["R1"] },
    { id: "T03", project: "client", requirements: ["R2"] },
  ],
};

export const ORDERS: FeatureText = {
  id: "orders",
  projects: ["client"],
  requirements: { R1: "An order lists its products." },
  tasks: [{ id: "T01", dependsOn: ["money:T02"] }],
};

export async function shop(options: RigOptions = {}): Promise<FactoryRig> {
  const rig = await FactoryRig.create({ projects: [{ id: "app" }, { id: "client" }], ...options });
  for (const feature of [PRODUCTS, MONEY, ORDERS]) rig.feature(feature);
  return rig;
}

/** A shop after its first build. */
export const builtShop = madeOnce(async () => {
  const rig = await shop();
  const { code, stderr } = await rig.build();
  if (code !== 0) throw new Error(`the shop does not build: ${stderr}`);
  return rig;
});

/** Every task of the shop with the same action, and the exceptions. */
export function everyTask(action: string, except: Readonly<Record<string, string>> = {}) {
  const ids = [PRODUCTS, MONEY, ORDERS].flatMap(({ id, tasks }) => tasks.map((task) => `${id}:${task.id}`));
  return { ...Object.fromEntries(ids.map((id) => [id, action])), ...except };
}
