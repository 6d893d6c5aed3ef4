import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { httpStatus, statusOfCode } from './http-status';

const lib = join(import.meta.dirname, '..');

/** The members of every union that a subclass of StudioError closes, as the sources write them. */
function codesOfSources(): ReadonlyMap<string, readonly string[]> {
  const sources = readdirSync(lib, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => readFileSync(join(lib, path), 'utf8'));
  const used = sources.flatMap((text) =>
    [...text.matchAll(/extends StudioError<(\w+)>/g)].map(([, name]) => name ?? ''),
  );
  return new Map(
    used.map((name) => {
      const union = sources.map((text) => new RegExp(`type ${name} =([^;]*);`).exec(text)?.[1]).find(Boolean) ?? '';
      return [name, [...union.matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code ?? '')];
    }),
  );
}

describe('the status of a code', () => {
  const unions = codesOfSources();

  it('finds the unions of all folders', () => {
    expect([...unions.keys()]).toEqual(
      expect.arrayContaining(['DbErrorCode', 'EngineErrorCode', 'PlanErrorCode', 'RunnerErrorCode', 'ApiErrorCode']),
    );
    for (const [name, codes] of unions) expect(codes.length, name).toBeGreaterThan(0);
  });

  it.each([...unions].flatMap(([name, codes]) => codes.map((code) => [name, code] as const)))(
    'is set for %s %s',
    (_, code) => {
      expect(Object.keys(statusOfCode)).toContain(code);
    },
  );

  it('is 4xx, or 503 for what is away; 500 only for a fault of ours', () => {
    for (const [code, status] of Object.entries(statusOfCode)) {
      if (code === 'INTERNAL') expect(status).toBe(500);
      else expect(status === 503 || (status >= 400 && status < 500), code).toBe(true);
    }
    expect(httpStatus('toString')).toBe(500);
  });
});
