import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './run-step.mjs';
import { say } from './set-up.mjs';
import { readClosingLine } from './test-reports.mjs';

const nothing = { passed: 0, failed: 0, skipped: 0, failures: [], flaky: [], tests: [] };
const kinds = ['passed', 'failed', 'skipped'];
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
const closingLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

/** The steps of a test command: runs them, counts, and tells at the end what failed and what took how long. */
export class Tally {
  totals = { passed: 0, failed: 0, skipped: 0 };
  failures = [];
  steps = [];
  tests = [];
  work = mkdtempSync(join(tmpdir(), 'prefix-studio-test-'));

  get isGreen() {
    return this.totals.failed === 0;
  }

  /** A step that passes or fails as a whole: `action` answers whether it passed. Answers the same. */
  async check(title, action) {
    const isGood = await this.#step(title, async () => {
      try {
        if (await action()) return { ...nothing, passed: 1 };
      } catch (error) {
        say(error.message);
      }
      return { ...nothing, failed: 1, failures: [title] };
    });
    return isGood;
  }

  /** A program whose exit status is the answer. */
  program(title, program, args, options = { isQuiet: true }) {
    return this.check(title, async () => {
      const { status, output } = await runProgram(program, args, options);
      if (options.isQuiet && status !== 0) process.stdout.write(output);
      return status === 0;
    });
  }

  /**
   * A runner that counts its own tests. `args` is given the file of its JSON report, which `read` reads; without `read`
   * the closing line of what it prints counts.
   */
  suite(title, program, args, { read, environment, isQuiet } = {}) {
    return this.#step(title, async () => {
      const report = join(this.work, `${title.replace(/\W+/g, '-')}.json`);
      const { status, output } = await runProgram(program, args(report), {
        environment: environment?.(report),
        isQuiet,
      });
      if (isQuiet) process.stdout.write(output);
      const counted = read
        ? existsSync(report) && read(JSON.parse(readFileSync(report, 'utf8')))
        : readClosingLine(output);
      const result = counted || nothing;
      // a runner may fail without a failing test: nothing found, or a crash
      if (counted && (status === 0 || result.failed > 0)) return result;
      return { ...result, failed: 1, failures: [`${title}: the runner itself failed with status ${status}`] };
    });
  }

  /** Tells what failed and what was slow; the totals come last, on a line of their own. Sets the exit status. */
  finish() {
    rmSync(this.work, { recursive: true, force: true });
    this.#printTimes();
    if (this.failures.length > 0) say(`\nFailed:\n${this.failures.map((name) => `  ${name}`).join('\n')}`);
    process.stdout.write(`\n${closingLine(this.#withEarlier())}\n`);
    process.exitCode = this.isGreen ? 0 : 1;
  }

  async #step(title, run) {
    say(`\n== ${title}`);
    const startedMs = Date.now();
    const result = await run();
    const ms = Date.now() - startedMs;
    for (const kind of kinds) this.totals[kind] += result[kind];
    this.failures.push(...result.failures);
    this.tests.push(...result.tests);
    this.steps.push({ title, ms, result });
    say(`== ${title}: ${closingLine(result)} (${seconds(ms)})`);
    for (const name of result.flaky) say(`   flaky: ${name}`);
    return result.failed === 0;
  }

  #printTimes() {
    const row = (ms, name) => `  ${seconds(ms).padStart(9)}  ${name}`;
    const steps = this.steps.map(({ title, ms, result }) => row(ms, `${title}: ${closingLine(result)}`));
    const slowest = [...this.tests].sort((a, b) => b.ms - a.ms).slice(0, 10);
    say(`\nTimes (steps may have run side by side):\n${steps.join('\n')}`);
    if (slowest.length > 0) say(`Slowest tests:\n${slowest.map(({ ms, name }) => row(ms, name)).join('\n')}`);
  }

  /** Several commands make one line of totals when they share a file, PREFIX_STUDIO_TALLY. */
  #withEarlier() {
    const file = process.env.PREFIX_STUDIO_TALLY;
    if (!file) return this.totals;
    appendFileSync(file, `${JSON.stringify(this.totals)}\n`);
    const all = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    return Object.fromEntries(kinds.map((kind) => [kind, all.reduce((sum, totals) => sum + totals[kind], 0)]));
  }
}
