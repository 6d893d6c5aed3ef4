import type { StreamFilter } from './stream';
import { streamQuery } from './stream';

type Query = Readonly<Record<string, string | number | null | undefined>>;

function withQuery(path: string, query: Query): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  if (pairs.length === 0) return path;
  return `${path}?${new URLSearchParams(pairs.map(([key, value]) => [key, String(value)]))}`;
}

const segment = encodeURIComponent;

/** Where each route lives. Names and ids are escaped here. The package of a log is its PlanNodeId; '' or null = the run itself. */
export const apiPaths = {
  health: () => '/api/health',
  doctor: () => '/api/doctor',
  runner: () => '/api/runner',
  starters: () => '/api/starters',
  starter: (id: string) => `/api/starters/${segment(id)}`,
  trees: () => '/api/trees',
  tree: (name: string) => `/api/trees/${segment(name)}`,
  treeRepositories: (name: string, of?: string) =>
    withQuery(`/api/trees/${segment(name)}/repositories`, { package: of }),
  treeReading: (name: string) => `/api/trees/${segment(name)}/read`,
  packages: (query: {
    readonly tree?: string;
    readonly prefix?: string;
    readonly q?: string;
    readonly limit?: number;
  }) => withQuery('/api/packages', query),
  prefixes: () => '/api/prefixes',
  prefix: (name: string) => `/api/prefixes/${segment(name)}`,
  check: () => '/api/check',
  edits: () => '/api/edits',
  imports: () => '/api/import',
  plan: () => '/api/plan',
  sources: () => '/api/sources',
  bootstrap: () => '/api/bootstrap',
  verify: () => '/api/verify',
  exportFacts: (name: string) => `/api/prefixes/${segment(name)}/export`,
  exportDownload: (name: string) => `/api/prefixes/${segment(name)}/export/download`,
  roots: () => '/api/roots',
  directory: (name: string, root: string, path: string) =>
    withQuery(`/api/prefixes/${segment(name)}/files`, { root, path }),
  fileSearch: (name: string, root: string, q: string, limit?: number) =>
    withQuery(`/api/prefixes/${segment(name)}/files/search`, { root, q, limit }),
  filePreview: (name: string, root: string, path: string) =>
    withQuery(`/api/prefixes/${segment(name)}/files/preview`, { root, path }),
  layout: (name: string, path: string) => withQuery(`/api/prefixes/${segment(name)}/layout`, { path }),
  image: (name: string) => `/api/prefixes/${segment(name)}/image`,
  matches: (name: string) => `/api/prefixes/${segment(name)}/matches`,
  imageDownload: (name: string, choice: { readonly accept?: 'failed-checks'; readonly run?: string } = {}) =>
    withQuery(`/api/prefixes/${segment(name)}/image/download`, choice),
  overlay: (name: string) => `/api/prefixes/${segment(name)}/overlay`,
  overlayEbuild: (name: string, packageName: string) =>
    withQuery(`/api/prefixes/${segment(name)}/overlay/ebuild`, { package: packageName }),
  overlayFile: (name: string, path?: string) => withQuery(`/api/prefixes/${segment(name)}/overlay/file`, { path }),
  overlayManifest: (name: string) => `/api/prefixes/${segment(name)}/overlay/manifest`,
  overlayUpdate: (name: string) => `/api/prefixes/${segment(name)}/overlay/update`,
  overlayPatches: (name: string, packageName?: string, file?: string) =>
    withQuery(`/api/prefixes/${segment(name)}/overlay/patches`, { package: packageName, file }),
  runs: (
    filter: {
      readonly prefix?: string;
      readonly state?: string;
      readonly before?: string;
      readonly limit?: number;
    } = {},
  ) => withQuery('/api/runs', filter),
  run: (id: string) => `/api/runs/${segment(id)}`,
  cancelRun: (id: string) => `/api/runs/${segment(id)}/cancel`,
  retryRun: (id: string) => `/api/runs/${segment(id)}/retry`,
  runEvents: (id: string, after = 0) => withQuery(`/api/runs/${segment(id)}/events`, { after }),
  logs: (id: string) => `/api/runs/${segment(id)}/logs`,
  log: (
    id: string,
    range: { readonly package: string | null; readonly from?: number; readonly count?: number; readonly tail?: number },
  ) => withQuery(`/api/runs/${segment(id)}/log`, { ...range, package: range.package ?? '' }),
  logText: (id: string, packageId: string | null) =>
    withQuery(`/api/runs/${segment(id)}/log/text`, { package: packageId ?? '' }),
  logDownload: (id: string, packageId: string | null) =>
    withQuery(`/api/runs/${segment(id)}/log/download`, { package: packageId ?? '' }),
  logSearch: (id: string, q: string, packageId?: string) =>
    withQuery(`/api/runs/${segment(id)}/log/search`, { q, package: packageId }),
  events: (filter: StreamFilter) => `/api/events${streamQuery(filter)}`,
} as const;
