// What test runners wrote, as counts, the names of what failed, and the time of each test.
import { relative } from 'node:path';
import { project } from './bundle.mjs';

/** A row: `{ name, outcome: 'passed' | 'failed' | 'skipped', ms, flaky }`. */
function summary(rows) {
  const count = (outcome) => rows.filter((row) => row.outcome === outcome).length;
  return {
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    failures: rows.filter((row) => row.outcome === 'failed').map(({ name }) => name),
    flaky: rows.filter((row) => row.flaky).map(({ name }) => name),
    tests: rows.filter((row) => row.ms > 0).map(({ name, ms }) => ({ name, ms })),
  };
}

const firstLine = (text) => (text ?? '').trim().split('\n')[0].slice(0, 200);

/** A file that failed although none of its tests did: it cannot be loaded, or a hook of it failed. */
function wholeFile(file, name) {
  if (file.status !== 'failed' || file.assertionResults.some(({ status }) => status === 'failed')) return [];
  return [{ name: `${name}: ${firstLine(file.message) || 'failed outside its tests'}`, outcome: 'failed', ms: 0 }];
}

/** The JSON report of Vitest. */
export function readVitest(report) {
  return summary(
    report.testResults.flatMap((file) => {
      const name = relative(project, file.name);
      const tests = file.assertionResults.map(({ fullName, status, duration }) => ({
        name: `${name} › ${fullName}`,
        outcome: status === 'passed' || status === 'failed' ? status : 'skipped',
        ms: duration ?? 0,
      }));
      return [...wholeFile(file, name), ...tests];
    }),
  );
}

const playwrightOutcome = { expected: 'passed', flaky: 'passed', unexpected: 'failed', skipped: 'skipped' };

const specsBelow = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsBelow)];

/** The JSON report of Playwright. */
export function readPlaywright(report) {
  const tests = report.suites.flatMap(specsBelow).flatMap((spec) =>
    spec.tests.map((test) => ({
      name: `${spec.file}:${spec.line} › ${spec.title}`,
      outcome: playwrightOutcome[test.status],
      flaky: test.status === 'flaky',
      ms: test.results.reduce((sum, { duration }) => sum + duration, 0),
    })),
  );
  const outside = (report.errors ?? []).map(({ message }) => ({ name: firstLine(message), outcome: 'failed', ms: 0 }));
  return summary([...outside, ...tests]);
}

/** The closing line of a program that counts for itself: `12 passed, 0 failed`, with `, 3 skipped` perhaps. */
export function readClosingLine(output) {
  const [, passed, failed, skipped] =
    /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(output.trimEnd().split('\n').at(-1) ?? '') ?? [];
  if (passed === undefined) return null;
  const failures = [...output.matchAll(/^FAIL (.+)$/gm)].map(([, name]) => name);
  return { ...summary([]), passed: +passed, failed: +failed, skipped: +(skipped ?? 0), failures };
}
