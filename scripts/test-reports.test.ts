import { describe, expect, it } from 'vitest';
import { readClosingLine, readPlaywright, readVitest } from './test-reports.mjs';

const assertion = (fullName: string, status: string) => ({ fullName, status, duration: 5 });

describe('what a runner reported', () => {
  it('counts a file of Vitest that failed outside its tests, and names it', () => {
    const report = {
      testResults: [
        { name: 'lib/a.test.ts', status: 'failed', message: 'no folder\n  at x', assertionResults: [] },
        { name: 'lib/b.test.ts', status: 'failed', message: 'hook', assertionResults: [assertion('b', 'skipped')] },
        {
          name: 'lib/c.test.ts',
          status: 'failed',
          message: '',
          assertionResults: [assertion('c one', 'failed'), assertion('c two', 'passed')],
        },
      ],
    };
    const { passed, failed, skipped, failures } = readVitest(report);
    expect({ passed, failed, skipped }).toEqual({ passed: 1, failed: 3, skipped: 1 });
    expect(failures.map((name: string) => name.replace(/^.*lib\//, ''))).toEqual([
      'a.test.ts: no folder',
      'b.test.ts: hook',
      'c.test.ts › c one',
    ]);
  });

  it('counts errors of Playwright outside its tests, and tells flaky ones', () => {
    const spec = (title: string, status: string) => ({
      file: 'x.spec.ts',
      line: 3,
      title,
      tests: [{ status, results: [{ duration: 7 }, { duration: 8 }] }],
    });
    const report = {
      errors: [{ message: 'cannot load y.spec.ts\nmore' }],
      suites: [
        { specs: [spec('one', 'flaky')], suites: [{ specs: [spec('two', 'unexpected'), spec('three', 'skipped')] }] },
      ],
    };
    expect(readPlaywright(report)).toEqual({
      passed: 1,
      failed: 2,
      skipped: 1,
      failures: ['cannot load y.spec.ts', 'x.spec.ts:3 › two'],
      flaky: ['x.spec.ts:3 › one'],
      tests: [
        { name: 'x.spec.ts:3 › one', ms: 15 },
        { name: 'x.spec.ts:3 › two', ms: 15 },
        { name: 'x.spec.ts:3 › three', ms: 15 },
      ],
    });
  });

  it('reads the closing line of a program that counts for itself', () => {
    const output = 'FAIL atoms/3\n     said 4\n\n11 passed, 1 failed, 2 skipped\n';
    expect(readClosingLine(output)).toMatchObject({ passed: 11, failed: 1, skipped: 2, failures: ['atoms/3'] });
    expect(readClosingLine('it crashed\n')).toBeNull();
  });
});
