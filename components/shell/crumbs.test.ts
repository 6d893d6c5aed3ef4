import { describe, expect, it } from 'vitest';
import { crumbsOf } from './crumbs';

describe('the way to a page', () => {
  it.each([
    ['/packages', ['Packages']],
    ['/new', ['Prefixes', 'New prefix']],
    ['/p/demo/graph', ['Prefixes', 'demo', 'Graph']],
    ['/__proto__', ['__proto__']],
    ['/%5f%5fproto%5f%5f/packages', ['__proto__', 'packages']],
    ['/constructor/toString', ['constructor', 'toString']],
    ['/%zz', ['%zz']],
  ])('%s', (path, labels) => {
    expect(crumbsOf(path, []).map(({ label }) => label)).toEqual(labels);
  });
});
