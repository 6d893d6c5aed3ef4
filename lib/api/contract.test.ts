import { describe, expect, it } from 'vitest';
import { contract, describeRoutes, methodsAt, routeAt } from './contract';

describe('the contract', () => {
  it('describes each route as data that survives JSON', () => {
    const routes = JSON.parse(JSON.stringify(describeRoutes())) as ReturnType<typeof describeRoutes>;
    expect(routes).toHaveLength(Object.keys(contract).length);
    for (const { path, params } of routes) {
      const placeholders = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(Object.keys((params as { properties?: object } | null)?.properties ?? {})).toEqual(placeholders);
    }
  });

  it.each([
    ['/api/health', ['GET']],
    ['/api/prefixes/demo', ['GET', 'PUT', 'DELETE']],
    ['/api/trees/x/read', ['POST', 'DELETE']],
    ['/api/prefixes/demo/files/search', ['GET']],
    ['/api/prefixes/', null],
    ['/api/prefixes/a/b', null],
    ['/api/toString', null],
    ['/api', null],
  ])('knows the methods at %s', (path, methods) => {
    expect(methodsAt(path)).toEqual(methods);
  });

  it.each([
    ['GET', '/api/health', 'GET /api/health', {}],
    ['HEAD', '/api/health', 'GET /api/health', {}],
    ['PUT', '/api/prefixes/a%20b', 'PUT /api/prefixes/{name}', { name: 'a b' }],
    ['GET', '/api/runs/1/log', 'GET /api/runs/{id}/log', { id: '1' }],
  ])('finds the route of %s %s', (method, path, route, params) => {
    expect(routeAt(method, path)).toEqual({ route, params });
  });

  it.each([
    ['PATCH', '/api/health'],
    ['DELETE', '/api/health'],
    ['GET', '/api/prefixes/a/b'],
  ])('has none for %s %s', (method, path) => {
    expect(routeAt(method, path)).toBeNull();
  });
});
