// What can be asked of the syntax tree of a source?

export interface TreeNode {
  readonly type: string;
  readonly text: string;
  readonly startIndex: number;
  readonly endIndex: number;
  readonly startPosition: { readonly row: number };
  readonly endPosition: { readonly row: number };
  readonly hasError: boolean;
  readonly children: readonly (TreeNode | null)[];
  readonly namedChildren: readonly (TreeNode | null)[];
  childForFieldName(name: string): TreeNode | null;
  fieldNameForChild(index: number): string | null;
}

export interface SyntaxTrees {
  /** What `read` makes of the tree; null where the grammars are not installed. */
  read<T>(grammar: string, source: string, read: (root: TreeNode) => T): Promise<T | null>;
}
