import * as z from 'zod';
import * as bodies from './bodies';
import {
  count,
  filePath,
  fileRoot,
  line,
  logPackage,
  packageName,
  prefixName,
  repositoryPath,
  runId,
  starterId,
  treeName,
} from './fields';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What a route takes and how it answers. What is not named here is refused. */
export interface Endpoint {
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly answer: 'json' | 'nothing' | 'stream' | 'file' | 'text';
  /** status of a good answer */
  readonly status: number;
}

const json = { answer: 'json', status: 200 } as const;
const nothing = { answer: 'nothing', status: 204 } as const;

const prefix = { params: z.strictObject({ name: prefixName }) };
const tree = { params: z.strictObject({ name: treeName }) };
const run = { params: z.strictObject({ id: runId }) };
const query = <S extends z.ZodRawShape>(shape: S) => ({ query: z.strictObject(shape) });

/** Every route of the server; `app/api` has a handler for each. */
export const contract = {
  'GET /api/health': json,
  'GET /api/doctor': json,
  'GET /api/runner': json,
  'GET /api/starters': json,
  'GET /api/starters/{id}': { ...json, params: z.strictObject({ id: starterId }) },
  'GET /api/trees': json,
  'POST /api/trees': { ...json, status: 202, body: bodies.addTreeBody },
  'DELETE /api/trees/{name}': { ...nothing, ...tree },
  'GET /api/trees/{name}/repositories': { ...json, ...tree, ...query({ package: packageName.optional() }) },
  'POST /api/trees/{name}/read': { ...nothing, ...tree },
  'DELETE /api/trees/{name}/read': { ...nothing, ...tree },
  'GET /api/packages': {
    ...json,
    ...query({
      tree: treeName.default('starter'),
      prefix: prefixName.optional(),
      q: line(200).default(''),
      limit: count(50_000).default(5000),
    }),
  },
  'POST /api/check': { ...json, body: bodies.designInput, ...query({ planned: z.literal('1').optional() }) },
  'POST /api/import': { ...json, body: bodies.importBody },
  'POST /api/edits': { ...json, body: bodies.applyEditsBody },
  'POST /api/plan': { ...json, body: bodies.planBody, ...query({ origins: z.literal('1').optional() }) },
  'POST /api/sources': { ...json, body: bodies.planBody },
  'POST /api/bootstrap': { ...json, body: bodies.bootstrapBody },
  'GET /api/verify': json,
  'POST /api/verify': { ...json, body: bodies.planBody },
  'POST /api/roots': { ...json, body: bodies.rootsBody },
  'GET /api/prefixes': json,
  'POST /api/prefixes': { ...json, status: 201, body: bodies.createPrefixBody },
  'GET /api/prefixes/{name}': { ...json, ...prefix },
  'PUT /api/prefixes/{name}': { ...json, ...prefix, body: bodies.updatePrefixBody },
  'DELETE /api/prefixes/{name}': { ...json, ...prefix },
  'GET /api/prefixes/{name}/export': { ...json, ...prefix },
  'GET /api/prefixes/{name}/export/download': { ...prefix, answer: 'file', status: 200 },
  'GET /api/prefixes/{name}/files': { ...json, ...prefix, ...query({ root: fileRoot, path: filePath.default('/') }) },
  'GET /api/prefixes/{name}/files/all': { ...json, ...prefix, ...query({ root: fileRoot }) },
  'GET /api/prefixes/{name}/files/search': {
    ...json,
    ...prefix,
    ...query({ root: fileRoot, q: line(200).default(''), limit: count(2000).default(200) }),
  },
  'GET /api/prefixes/{name}/files/preview': { ...json, ...prefix, ...query({ root: fileRoot, path: filePath }) },
  'GET /api/prefixes/{name}/image': {
    ...json,
    ...prefix,
    ...query({ accept: z.enum(['failed-checks']).optional() }),
  },
  'GET /api/prefixes/{name}/image/download': {
    ...prefix,
    // an image that failed its proof is given out to those only who say that they know
    ...query({ accept: z.enum(['failed-checks']).optional(), run: runId.optional() }),
    answer: 'file',
    status: 200,
  },
  'GET /api/prefixes/{name}/matches': { ...json, ...prefix },
  'GET /api/prefixes/{name}/layout': { ...json, ...prefix, ...query({ path: filePath.default('/') }) },
  'GET /api/prefixes/{name}/overlay': { ...json, ...prefix },
  'POST /api/prefixes/{name}/overlay': { ...json, ...prefix, status: 201, body: bodies.takeEbuildBody },
  'GET /api/prefixes/{name}/overlay/ebuild': { ...json, ...prefix, ...query({ package: packageName }) },
  'DELETE /api/prefixes/{name}/overlay/ebuild': { ...json, ...prefix, ...query({ package: packageName }) },
  'GET /api/prefixes/{name}/overlay/file': { ...json, ...prefix, ...query({ path: repositoryPath }) },
  'PUT /api/prefixes/{name}/overlay/file': { ...json, ...prefix, body: bodies.overlayFileBody },
  'DELETE /api/prefixes/{name}/overlay/file': { ...nothing, ...prefix, ...query({ path: repositoryPath }) },
  'POST /api/prefixes/{name}/overlay/manifest': { ...json, ...prefix, body: bodies.overlayManifestBody },
  'POST /api/prefixes/{name}/overlay/update': { ...json, ...prefix, body: bodies.overlayUpdateBody },
  'POST /api/prefixes/{name}/overlay/patches': { ...json, ...prefix, status: 201, body: bodies.patchBody },
  'GET /api/prefixes/{name}/overlay/patches': {
    ...json,
    ...prefix,
    ...query({ package: packageName, file: line(200) }),
  },
  'DELETE /api/prefixes/{name}/overlay/patches': {
    ...nothing,
    ...prefix,
    ...query({ package: packageName, file: line(200) }),
  },
  'GET /api/runs': {
    ...json,
    ...query({
      prefix: prefixName.optional(),
      state: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']).optional(),
      before: runId.optional(),
      limit: count(200).default(50),
    }),
  },
  'POST /api/runs': { ...json, status: 202, body: bodies.createRunBody },
  'GET /api/runs/{id}': { ...json, ...run },
  'POST /api/runs/{id}/cancel': { ...json, ...run, status: 202 },
  'POST /api/runs/{id}/retry': { ...json, ...run, status: 202 },
  'GET /api/runs/{id}/events': { ...json, ...run, ...query({ after: count(999_999_999).default(0) }) },
  'GET /api/runs/{id}/logs': { ...json, ...run },
  'GET /api/runs/{id}/log': {
    ...json,
    ...run,
    ...query({
      package: logPackage.default(''),
      from: count(999_999_999).default(1),
      count: count(5000).default(1000),
      tail: count(5000).optional(),
    }),
  },
  'GET /api/runs/{id}/log/search': {
    ...json,
    ...run,
    ...query({ q: line(200).min(1), package: logPackage.optional(), limit: count(5000).default(500) }),
  },
  'GET /api/runs/{id}/log/text': {
    ...run,
    ...query({ package: logPackage.default('') }),
    answer: 'text',
    status: 200,
  },
  'GET /api/runs/{id}/log/download': {
    ...run,
    ...query({ package: logPackage.default('') }),
    answer: 'file',
    status: 200,
  },
  'GET /api/events': {
    ...query({
      run: z
        .array(z.string().regex(/^[A-Za-z0-9-]{1,64}:\d{1,9}$/, 'is not `<run>:<seq>`'))
        .max(32)
        .optional(),
      log: z
        .string()
        .max(400)
        .regex(/^[A-Za-z0-9-]{1,64}:\d{1,9}:[^\p{Cc}\p{Cs}]*$/u, 'is not `<run>:<line>:<package>`')
        .optional(),
      lists: z.literal('1').optional(),
    }),
    answer: 'stream',
    status: 200,
  },
} as const satisfies Readonly<Record<`${Method} /api/${string}`, Endpoint>>;

export type Route = keyof typeof contract;

/** A route as data, for programs that try them all. Schemas are JSON Schema of what is sent; null = nothing is taken. */
export interface RouteDescription {
  readonly method: Method;
  /** with placeholders: `/api/prefixes/{name}` */
  readonly path: string;
  readonly params: object | null;
  readonly query: object | null;
  readonly body: object | null;
  readonly answer: Endpoint['answer'];
  readonly status: number;
}

/** The contract as data. */
export function describeRoutes(): readonly RouteDescription[] {
  const schemaOf = (type: z.ZodType | undefined): object | null =>
    type === undefined ? null : z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' });
  return Object.entries<Endpoint>(contract).map(([route, { params, query: asked, body, answer, status }]) => {
    const [method, path] = route.split(' ') as [Method, string];
    return { method, path, params: schemaOf(params), query: schemaOf(asked), body: schemaOf(body), answer, status };
  });
}

const routes = Object.keys(contract).map((name) => {
  const [method, path] = name.split(' ') as [Method, string];
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, placeholder = '']) => placeholder);
  return { name: name as Route, method, names, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '([^/]+)')}$`) };
});

/** The methods of the route at a path as sent (escapes kept); null where none is. */
export function methodsAt(pathname: string): readonly Method[] | null {
  const found = routes.filter(({ pattern }) => pattern.test(pathname)).map(({ method }) => method);
  return found.length > 0 ? found : null;
}

/** The route of a request, with what stands for its placeholders; HEAD asks what GET answers. Null where none is. */
export function routeAt(
  method: string,
  pathname: string,
): { readonly route: Route; readonly params: Readonly<Record<string, string>> } | null {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const found = routes.find((each) => each.method === wanted && each.pattern.test(pathname));
  if (!found) return null;
  const [, ...values] = found.pattern.exec(pathname) ?? [];
  const params = found.names.map((name, i) => [name, decodeURIComponent(values[i] ?? '')]);
  return { route: found.name, params: Object.fromEntries(params) as Record<string, string> };
}
