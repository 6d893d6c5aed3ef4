/**
 * Proves the starters that are built in a data folder on a hostile host, and writes the table of `docs/self-contained.md`:
 *
 *   for file in public/starters/*.yaml; do npx prefix-studio build "$file"; done
 *   npm run -s prove-starters -- [--copies 10] [--board arm64-usr] [--out FILE]
 *
 * `--copies`: the largest of them once more with so many copies of every program. `--board`: another one than the starters
 * name, which has a page of its own.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isBoard, parseDesign } from '../../lib/design';
import { prefixPlace } from '../../lib/engine/prefix-place';
import { dataHome } from '../../lib/home';
import { boards } from '../../lib/layout/names';
import { type Proven, proveStarter } from './prove-starter';
import { boardPageOf, reportOf } from './report';

const { values } = parseArgs({
  options: { copies: { type: 'string' }, board: { type: 'string' }, out: { type: 'string' } },
});
const { board } = values;
if (board !== undefined && !isBoard(board)) {
  process.stderr.write(`\`--board ${board}\`: choose ${Object.keys(boards).join(' or ')}.\n`);
  process.exit(2);
}
const folder = join(resolve(process.env.PREFIX_STUDIO_ROOT ?? '.'), 'public/starters');

// leave through `exit`, where copies are removed
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

const proven: Proven[] = [];
const missing: string[] = [];
for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml'))) {
  const parsed = parseDesign(readFileSync(join(folder, file), 'utf8'));
  if (!parsed.ok) throw new Error(`${file} is no design`);
  const design = board === undefined ? parsed.design : { ...parsed.design, board };
  const one = await proveStarter(design, prefixPlace(design, dataHome()).finalRoot, 1);
  if (one === null) missing.push(basename(file, '.yaml'));
  else proven.push(one);
  process.stderr.write(
    `${design.name}: ${one === null ? 'not built' : `${one.programs} programs, ${one.ok ? 'holds' : 'FAILED'}`}\n`,
  );
}
const largest = [...proven].sort((a, b) => b.programs - a.programs)[0];
const copies = Number(values.copies ?? 1);
const many = largest && copies > 1 ? await proveStarter(largest.design, largest.finalRoot, copies) : null;
const text = board === undefined ? reportOf(proven, missing, many) : boardPageOf(board, proven, missing);
if (values.out === undefined) process.stdout.write(text);
else writeFileSync(values.out, text);
process.exit(proven.every(({ ok }) => ok) && missing.length === 0 ? 0 : 1);
