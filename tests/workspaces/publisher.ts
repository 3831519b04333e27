// A process that publishes one publication, made to be killed.

import type { Publication } from "../../src/workspaces/publish.ts";
import { Repository, type RepositoryPlace } from "../../src/workspaces/repository.ts";
import { must } from "./project-rig.ts";

const [place, publication] = process.argv.slice(2).map((text) => JSON.parse(text)) as [
  RepositoryPlace,
  Publication,
];
const repository = must(await Repository.open(place));
process.stdout.write("publishing\n");
must(await repository.publish(publication));
