import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { readHostTable } from '../lib/repo';
import { Comparer, type Difference } from './fidelity/compare';
import { openOverlays } from './fidelity/overlays';
import { readRecorded } from './recorded-plans';

/** Compares our plans with recorded ones: `npm run -s oracle -- FILE.jsonl... --flatcar DIR --host FILE [--only ID] [--json]`. */

interface FileReport {
  readonly total: number;
  readonly agree: number;
  readonly failures: readonly (Pick<Difference, 'expected' | 'got'> & { readonly atom: string })[];
}

const usage = 'usage: npm run -s oracle -- FILE.jsonl... --flatcar DIR --host FILE [--only ID or ATOM] [--json]\n';

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    flatcar: { type: 'string' },
    host: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

function judgeFile(file: string, comparer: Comparer): FileReport | null {
  const recorded = readRecorded(file);
  if (recorded === null) {
    process.stderr.write(`\`${file}\` holds no recorded plans and is left out\n`);
    return null;
  }
  const rows = recorded.filter(({ id, atom }) => values.only === undefined || [id, atom].includes(values.only));
  const failures = rows.flatMap((row) => {
    const difference = comparer.difference(row);
    return difference ? [{ atom: row.atom, expected: difference.expected, got: difference.got }] : [];
  });
  return { total: rows.length, agree: rows.length - failures.length, failures };
}

async function main(flatcarDir: string, host: string): Promise<number> {
  const overlays = await openOverlays(flatcarDir, (text) => process.stderr.write(`${text}\n`));
  const reports: Record<string, FileReport> = {};
  try {
    const comparer = new Comparer(overlays.tree, readHostTable(host));
    for (const file of files) {
      const report = judgeFile(file, comparer);
      if (report) reports[basename(file)] = report;
    }
  } finally {
    overlays.close();
  }
  const sum = (key: 'total' | 'agree'): number => Object.values(reports).reduce((all, report) => all + report[key], 0);
  const [total, agree] = [sum('total'), sum('agree')];
  if (values.json) process.stdout.write(`${JSON.stringify({ files: reports, total, agree }, null, 1)}\n`);
  else print(reports, agree, total);
  return agree === total ? 0 : 1;
}

function print(reports: Readonly<Record<string, FileReport>>, agree: number, total: number): void {
  for (const [name, report] of Object.entries(reports)) {
    for (const { atom, expected, got } of report.failures) {
      process.stdout.write(`FAIL ${name}: ${atom}\n  expected ${expected}\n  got      ${got}\n`);
    }
    process.stdout.write(`${name}: ${report.agree} of ${report.total}\n`);
  }
  process.stdout.write(`\n${agree} passed, ${total - agree} failed\n`);
}

const missing = [values.flatcar, values.host, ...files].find((path) => path !== undefined && !existsSync(path));
if (!values.flatcar || !values.host || files.length === 0 || missing !== undefined) {
  process.stderr.write(missing ? `\`${missing}\` does not exist\n${usage}` : usage);
  process.exitCode = 2;
} else {
  process.exitCode = await main(values.flatcar, values.host);
}
