/** Keys of the query cache, from coarse to fine: invalidating `queryKeys.prefix('demo')` covers everything below it. */
export const queryKeys = {
  health: () => ['health'] as const,
  doctor: () => ['doctor'] as const,
  runner: () => ['runner'] as const,
  starters: () => ['starters'] as const,
  starter: (id: string) => ['starters', id] as const,
  trees: () => ['trees'] as const,
  repositories: (tree: string, of: string | null) => ['trees', tree, 'repositories', of] as const,
  packages: (tree: string, query = '') => ['packages', tree, query] as const,
  prefixes: () => ['prefixes'] as const,
  prefix: (name: string) => ['prefixes', name] as const,
  files: (name: string, root: string) => ['prefixes', name, 'files', root] as const,
  directory: (name: string, root: string, path: string) =>
    ['prefixes', name, 'files', root, 'directory', path] as const,
  fileSearch: (name: string, root: string, query: string) =>
    ['prefixes', name, 'files', root, 'search', query] as const,
  filePreview: (name: string, root: string, path: string) =>
    ['prefixes', name, 'files', root, 'preview', path] as const,
  layout: (name: string, path: string) => ['prefixes', name, 'layout', path] as const,
  image: (name: string) => ['prefixes', name, 'image'] as const,
  overlay: (name: string) => ['prefixes', name, 'overlay'] as const,
  overlayFile: (name: string, path: string) => ['prefixes', name, 'overlay', 'file', path] as const,
  overlayChanges: (name: string, packageName: string) => ['prefixes', name, 'overlay', 'changes', packageName] as const,
  overlayPatch: (name: string, packageName: string, file: string) =>
    ['prefixes', name, 'overlay', 'patch', packageName, file] as const,
  plan: (text: string) => ['plan', text] as const,
  sources: (text: string) => ['sources', text] as const,
  bootstrap: (text: string, way: string, without: readonly string[]) => ['bootstrap', text, way, without] as const,
  verify: () => ['verify'] as const,
  exportFacts: (name: string, revision: number) => ['prefixes', name, 'export', revision] as const,
  check: (text: string) => ['check', text] as const,
  roots: (input: Readonly<Record<string, string | undefined>>) => ['roots', input] as const,
  runs: (filter: { readonly prefix?: string; readonly state?: string } = {}) => ['runs', 'list', filter] as const,
  run: (id: string) => ['runs', 'one', id] as const,
  logs: (id: string) => ['runs', 'one', id, 'logs'] as const,
  log: (id: string, packageId: string | null, from: number) => ['runs', 'one', id, 'log', packageId, from] as const,
  logSearch: (id: string, query: string) => ['runs', 'one', id, 'log-search', query] as const,
};
