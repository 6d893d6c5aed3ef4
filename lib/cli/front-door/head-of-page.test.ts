import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isRenderedPage } from './head-of-page';

const app = resolve(import.meta.dirname, '../../../app');

describe('a page that is rendered', () => {
  const pages = readdirSync(app, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('page.tsx'))
    .map((name) => join('/', dirname(name)).replaceAll(/\[\w+\]/g, 'x%20y'));

  it.each(pages)('is known as one: %s', (path) => {
    expect(isRenderedPage(path)).toBe(true);
  });

  it.each(['/nothing', '/p', '/p/x/nothing', '/p/x/graph/y', '/builds/x/y', '/icon.svg', '/_next/static/x.js', '/404'])(
    'is not what Next answers itself: %s',
    (path) => {
      expect(isRenderedPage(path)).toBe(false);
    },
  );
});
