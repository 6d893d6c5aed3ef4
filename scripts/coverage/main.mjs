// npm run coverage [-- [--unit] [FILTER...]]: which lines of our own the tests run, by folder. Not part of `npm test`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { project } from '../bundle.mjs';
import { linesOfPrograms } from './programs.mjs';
import { printTable } from './table.mjs';

const bin = (name) => join(project, 'node_modules', '.bin', name);
const folder = mkdtempSync(join(tmpdir(), 'prefix-studio-coverage-'));
const ofPrograms = join(folder, 'programs');
const filters = process.argv.slice(2).filter((argument) => argument !== '--unit');
const sources = ['lib/**/*.ts', 'app/**/*.{ts,tsx}', 'components/**/*.{ts,tsx}'];

/** Runs one suite to its end; failed tests still ran lines, so they are said and counted. */
function suite(name, args, environment) {
  const { status, signal } = spawnSync(bin(name), args, {
    cwd: project,
    stdio: 'inherit',
    // a program compiled for another copy of the project is known to Node by that copy's path
    env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), ...environment },
  });
  if (status !== 0) process.exitCode = 1;
  if (signal) throw new Error(`\`${name}\` was ended by ${signal}`);
}

/** Hits by line of every source file, those that no test loads included. */
function linesOfUnitTests() {
  const files = new Map();
  const report = JSON.parse(readFileSync(join(folder, 'coverage-final.json'), 'utf8'));
  for (const [path, { statementMap, s }] of Object.entries(report)) {
    const lines = new Map();
    for (const [id, { start }] of Object.entries(statementMap)) {
      lines.set(start.line, (lines.get(start.line) ?? 0) + s[id]);
    }
    files.set(relative(project, path), lines);
  }
  return files;
}

try {
  suite(
    'vitest',
    [
      'run',
      ...filters,
      '--coverage.enabled',
      '--coverage.provider=v8',
      '--coverage.reporter=json',
      '--coverage.reportOnFailure',
      `--coverage.reportsDirectory=${folder}`,
      ...sources.map((pattern) => `--coverage.include=${pattern}`),
    ],
    // not NODE_V8_COVERAGE itself: two counters in one process take each other's counts
    { PREFIX_STUDIO_COVERAGE: ofPrograms },
  );
  if (!process.argv.includes('--unit')) suite('playwright', ['test'], { NODE_V8_COVERAGE: ofPrograms });
  const files = linesOfUnitTests();
  for (const [path, hits] of linesOfPrograms(ofPrograms)) {
    const lines = files.get(path);
    for (const line of hits) if (lines?.has(line)) lines.set(line, lines.get(line) + 1);
  }
  printTable(files);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
