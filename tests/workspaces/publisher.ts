// A process that publishes one publication, made to be killed.

import { Repository, type RepositoryPlace } from "../../src/workspaces/repository.ts";
import { must, type Proposal } from "./project-rig.ts";

const [place, { branch, product }] = process.argv.slice(2).map((text) => JSON.parse(text)) as [
  RepositoryPlace,
  Proposal,
];
const repository = must(await Repository.open(place));
process.stdout.write("publishing\n");
must(await repository.publish(branch, product));
