// What does a script read from `--json`? The documents as the contract prints them, seen from outside.

export interface ReasonDocument {
  readonly code: string;
  readonly subject: string;
  readonly file: string | null;
  readonly line: number | null;
}

export interface DiagnosticDocument {
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly message: string;
  readonly target: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly fix: string;
}

export interface ProjectDocument {
  readonly id: string;
  readonly branch: string;
  readonly commit: string | null;
  readonly tree: string | null;
  readonly merged: boolean;
}

interface TaskDocument {
  readonly id: string;
  readonly project: string;
  readonly reasons: readonly ReasonDocument[];
  readonly attempts: number;
  readonly agent: string;
  readonly calls: number;
  readonly window_bytes: number;
  readonly ms: number;
}

export interface BuildDocument {
  readonly schema: number;
  readonly ok: boolean;
  readonly projects: readonly ProjectDocument[];
  readonly tasks: readonly (TaskDocument & { readonly action: string })[];
  readonly diagnostics: readonly DiagnosticDocument[];
}

export interface StatusDocument {
  readonly schema: number;
  readonly tasks: readonly (TaskDocument & { readonly verdict: string })[];
  readonly diagnostics: readonly DiagnosticDocument[];
}

export interface ValidateDocument {
  readonly schema: number;
  readonly diagnostics: readonly DiagnosticDocument[];
}
