// How is it told what around a failure may have made it?

import type { Circumstance } from "../model/circumstance.ts";

export function circumstanceText(circumstance: Circumstance): string {
  switch (circumstance.kind) {
    case "not-handed-on": {
      const { variables, project } = circumstance;
      const are = variables.length === 1 ? "is" : "are";
      return `${variables.join(", ")} ${are} set in your shell but not passed on: add \`env: [${variables.join(", ")}]\` to the project ${project} in projects.yaml.`;
    }
    case "confined":
      return circumstance.lacks === "network"
        ? `It ran in a sandbox without a network: let the setup fetch what it needs, or add \`network: true\` to the gate or to the project ${circumstance.project} in projects.yaml.`
        : "It ran in a sandbox that writes to its own folder and to /tmp alone: point it to a folder there, or add `sandbox: off` to projects.yaml.";
    case "hosts-refused": {
      const { hosts, project } = circumstance;
      return `It asked for ${hosts.join(", ")}, which \`network\` does not list: add ${hosts.length === 1 ? "it" : "them"} to \`network\` of the gate or of the project ${project} in projects.yaml, if it may go there.`;
    }
    case "service-ended":
      return `The service ${circumstance.service} had ended (${circumstance.how}) when the gate failed; its log is ${circumstance.log}.`;
  }
}
