import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { atomsOf } from '../../lib/pms';
import { type FlatcarPrefix, findFlatcarOverlays, readHostTable } from '../../lib/repo';
import type { Recorded } from '../recorded-plans';
import { Comparer, type Difference } from './compare';
import { type OpenedOverlays, openOverlays } from './overlays';
import { askPortage, type PortageAnswer } from './portage';
import { portageFiles } from './portage-files';
import { type Sampled, sampled } from './sample';

/**
 * Asks a real Portage for a seeded sample of requests and compares our plans with its answers; README.md of this folder:
 * `npm run fidelity -- --portage CHECKOUT --flatcar CHECKOUT [--seed N] [--count N] [--only ID] [--record FILE]`.
 */
const { values } = parseArgs({
  options: {
    portage: { type: 'string' },
    flatcar: { type: 'string' },
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '100' },
    only: { type: 'string' },
    record: { type: 'string' },
  },
});

const say = (text: string): boolean => process.stderr.write(`${text}\n`);

function fail(message: string): never {
  say(message);
  process.exit(2);
}

function wholeNumber(name: string, text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : fail(`--${name} is a whole number, not \`${text}\``);
}

/** What ebuilds of these names ask for: packages for which settings matter. */
function neighboursOf({ target }: FlatcarPrefix, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const [candidate] = target.candidates(name);
    if (candidate === undefined) return [];
    return (['DEPEND', 'RDEPEND'] as const)
      .flatMap((kind) => [...atomsOf(candidate.dependency(kind))])
      .map(({ atom }) => atom.qualifiedName)
      .filter((other) => target.candidates(other).length > 0);
  });
}

function drawSample(overlays: OpenedOverlays): Sampled[] {
  const [seed = 0, only] = values.only === undefined ? [wholeNumber('seed', values.seed)] : idParts(values.only);
  const prefix = new Comparer(overlays.tree, []).prefix('amd64-usr');
  const draw = (index: number) => sampled(seed, index, prefix, (names) => neighboursOf(prefix, names));
  if (only !== undefined) return [draw(only) ?? fail(`there is no request \`${values.only}\` in the sample`)];
  const found: Sampled[] = [];
  const count = wholeNumber('count', values.count);
  // a draw that is no design is left out, and the next one taken
  for (let index = 1; found.length < count && index < count * 10; index += 1) {
    const one = draw(index);
    if (one) found.push(one);
  }
  return found;
}

function idParts(id: string): [number, number] {
  const [, seed, index] = /^(\d{1,9})\.(\d{1,9})$/.exec(id) ?? fail(`an ID is SEED.NUMBER, not \`${id}\``);
  return [Number(seed), Number(index)];
}

function recordedOf({ id, kind, design }: Sampled, { success, packages, failure }: PortageAnswer): Recorded {
  const { board, use, package_use, accept_keywords, package_accept_keywords, package_mask, package_unmask, make_conf } =
    design;
  const all = { use, package_use, accept_keywords, package_accept_keywords, package_mask, package_unmask, make_conf };
  const settings = Object.fromEntries(Object.entries(all).filter(([, value]) => Object.keys(value).length > 0));
  const head = {
    id,
    kind,
    board,
    python_targets: make_conf.PYTHON_TARGETS ?? 'default',
    atom: design.packages.join(' '),
  };
  return success
    ? { ...head, settings, success, merge: packages }
    : { ...head, settings, success, ...(failure && { failure }) };
}

const indent = (lines: readonly string[]): string => lines.map((line) => `      ${line}\n`).join('');

function tell(row: Recorded, difference: Difference): void {
  const { theirs, ours, expected, got } = difference;
  process.stdout.write(
    `FAIL ${row.id} ${row.kind} ${row.board}: ${row.atom} ${JSON.stringify(row.settings)}\n` +
      `  only Portage: ${expected}\n  only ours: ${got}\n` +
      `  plan of Portage (${theirs.length}):\n${indent([...theirs].sort())}  our plan (${ours.length}):\n${indent([...ours].sort())}` +
      (row.failure?.text ? `  Portage says: ${row.failure.text}\n` : '') +
      `  again: npm run fidelity -- --portage ${values.portage} --flatcar ${values.flatcar} --only ${row.id}\n`,
  );
}

async function compareAll(checkout: string, flatcar: string, hostFile: string): Promise<number> {
  const overlays = await openOverlays(flatcar, say);
  try {
    const sample = drawSample(overlays);
    const rows = sample.map(({ id, kind, design }) => ({
      id,
      kind,
      board: design.board,
      atoms: design.packages,
      config: portageFiles(design),
    }));
    let comparer: Comparer | undefined;
    const recorded: Recorded[] = [];
    let differing = 0;
    let planned = 0;
    const job = { flatcar, host: hostFile, metadata: overlays.metadata, rows };
    for await (const answer of askPortage(checkout, job)) {
      // Portage has worked out by now what the host has
      comparer ??= new Comparer(overlays.tree, readHostTable(hostFile));
      const row = recordedOf(sample[recorded.length] as Sampled, answer);
      recorded.push(row);
      if (row.success) planned += 1;
      const difference = comparer.difference(row);
      if (difference) {
        differing += 1;
        tell(row, difference);
      }
      if (recorded.length % 10 === 0) say(`${recorded.length} of ${sample.length} compared`);
    }
    if (values.record) writeFileSync(values.record, recorded.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const lost = sample.length - recorded.length;
    process.stdout.write(`Portage has a plan for ${planned} of ${recorded.length}\n`);
    process.stdout.write(`\n${recorded.length - differing} passed, ${differing + lost} failed\n`);
    return differing + lost === 0 ? 0 : 1;
  } finally {
    overlays.close();
  }
}

const { portage, flatcar, record } = values;
if (!portage || !flatcar) fail('--portage CHECKOUT and --flatcar CHECKOUT are both needed');
if (!existsSync(join(portage, 'lib/portage/__init__.py'))) fail(`\`${portage}\` is no checkout of Portage`);
const folder = mkdtempSync(join(tmpdir(), 'fidelity-'));
try {
  findFlatcarOverlays(flatcar);
  const host = record ? join(dirname(record), 'host-installed.jsonl') : join(folder, 'host-installed.jsonl');
  if (record) rmSync(host, { force: true });
  process.exitCode = await compareAll(portage, flatcar, host);
} catch (error) {
  say((error as Error).message);
  process.exitCode = 2;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
