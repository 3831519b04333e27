// What around a failure may have made it, that no agent can do anything about? Told to people, and never in a window.

export type Circumstance =
  /** The shell of the factory has them, what failed names them, and it was not given them. */
  | { readonly kind: "not-handed-on"; readonly project: string; readonly variables: readonly string[] }
  /** Its sandbox keeps it from the network, or from writing outside of its folder, and its output speaks of that. */
  | { readonly kind: "confined"; readonly project: string; readonly lacks: "network" | "place" }
  /** It asked for them, and `network` lists others. */
  | { readonly kind: "hosts-refused"; readonly project: string; readonly hosts: readonly string[] }
  /** It was no longer there when the gate that failed had ended. */
  | { readonly kind: "service-ended"; readonly service: string; readonly how: string; readonly log: string };
