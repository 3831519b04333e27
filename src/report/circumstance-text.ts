// How is it told what around a failure may have made it?

import type { Circumstance } from "../model/circumstance.ts";

export function circumstanceText(circumstance: Circumstance): string {
  switch (circumstance.kind) {
    case "not-handed-on": {
      const { variables, project } = circumstance;
      const are = variables.length === 1 ? "is" : "are";
      return `${variables.join(", ")} ${are} set in your shell but not passed on: add \`env: [${variables.join(", ")}]\` to the project ${project} in projects.yaml.`;
    }
    case "service-ended":
      return `The service ${circumstance.service} had ended (${circumstance.how}) when the gate failed; its log is ${circumstance.log}.`;
  }
}
