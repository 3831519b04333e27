// Why can lines of a template not be inserted into a file, and what makes it possible?

import type { Failure } from "../model/failure.ts";
import { plain, quoted } from "./plain.ts";
import type { FailureText } from "./wording.ts";

export function insertionText(failure: Extract<Failure, { reason: "insertion" }>): FailureText {
  const { anchor, cause, lines } = failure;
  const [path, template] = [plain(failure.path), plain(failure.template)];
  const line = anchor === null ? "" : quoted(anchor);
  switch (cause) {
    case "no-file":
      return {
        message: `${path}, into which ${template} is inserted, is not there.`,
        detail: [],
        fix: "Commit the file, or depend on the task that writes it. If the template is to make the file, take `inject:` away.",
      };
    case "no-text":
      return {
        message: `${path}, into which ${template} is inserted, is no file of text.`,
        detail: [],
        fix: "Name a file of text in `to:` of template.yaml.",
      };
    case "no-anchor":
      return {
        message: `No line of ${path} reads ${line}, beside which ${template} is inserted.`,
        detail: [],
        fix: `Commit that line where ${template} belongs, or name another line under \`inject:\` of template.yaml.`,
      };
    case "several-anchors":
      return {
        message: `Lines ${lines.join(", ")} of ${path} all read ${line}, beside which ${template} is inserted.`,
        detail: [],
        fix: "Change all of them but one, or name a line under `inject:` of template.yaml that is there once.",
      };
    case "written-too":
      return {
        message: `The template writes ${path} as a whole, and inserts ${template} into it.`,
        detail: [],
        fix: "Let it do one of the two, or insert in a part of its own, whose task depends on the one that writes the file.",
      };
  }
}
