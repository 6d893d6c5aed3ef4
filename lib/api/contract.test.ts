import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contract, describeRoutes, methodsAt } from './contract';

const handlers = join(import.meta.dirname, '../../app/api');

/** The routes that the handlers are bound to, each with the path of its file. */
const bound = readdirSync(handlers, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('route.ts'))
  .flatMap((path) => {
    const folder = path
      .replace(/\/?route\.ts$/, '')
      .replaceAll('[', '{')
      .replaceAll(']', '}');
    const text = readFileSync(join(handlers, path), 'utf8');
    return [...text.matchAll(/export const (\w+) = route\(\s*'([^']+)'/g)].map(([, method, name]) => ({
      file: `${method} /api/${folder}`,
      name: name ?? '',
    }));
  });

describe('the contract', () => {
  it('has a line for every handler, at the path of its file, and a handler for every line', () => {
    for (const { file, name } of bound) expect(name).toBe(file);
    expect(bound.map(({ name }) => name).sort()).toEqual(Object.keys(contract).sort());
  });

  it('describes each route as data that survives JSON', () => {
    const routes = JSON.parse(JSON.stringify(describeRoutes())) as ReturnType<typeof describeRoutes>;
    expect(routes).toHaveLength(bound.length);
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
});
