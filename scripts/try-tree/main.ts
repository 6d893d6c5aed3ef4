/**
 * Builds many packages of a Flatcar checkout with this machine's compiler, from sources whose bytes are those of the
 * Manifests, proves the prefix, and writes a table:
 *
 *   npm run try-tree -- --flatcar CHECKOUT [--board B] [--packages FILE] [--fetchable FILE] [--distfiles DIR] [--home DIR] [--smoke FILE] [--out FILE]
 *
 * FILE of `--smoke` has a command in each line, its program relative to the prefix; FILE of `--packages` has a `category/PN` in each line; of `--fetchable`, JSON: `[{ "cp": …, "version": … }]`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDesign } from '../../lib/design';
import { executeOpened, placeOfOpened, setUpOpened } from '../../lib/drivers/embedded/embedded-engine';
import { provePrefix } from '../../lib/inspect';
import type { RunEvent } from '../../lib/layout/events';
import { openDesign, reopenDesign } from '../../lib/plan/open-design';
import { planOpened } from '../../lib/plan/plan-design';
import { addTree, treeFolder } from '../../lib/plan/trees';
import { hostShells } from '../../lib/sysext/host-shells';
import { chooseBuildable } from './choose';
import { readBuilt, rememberBuilt } from './remember';
import { reportOf } from './report';

const { values } = parseArgs({
  options: {
    flatcar: { type: 'string' },
    board: { type: 'string', default: 'amd64-usr' },
    packages: { type: 'string' },
    fetchable: { type: 'string' },
    home: { type: 'string' },
    path: { type: 'string', default: '/opt/tried' },
    jobs: { type: 'string' },
    smoke: { type: 'string' },
    out: { type: 'string' },
    'plan-only': { type: 'boolean', default: false },
  },
});

const fail = (text: string): never => {
  process.stderr.write(`${text}\n`);
  process.exit(2);
};
const { flatcar = fail('--flatcar CHECKOUT is needed'), home = fail('--home DIR is needed') } = values;
const words = (path: string): string[] => readFileSync(path, 'utf8').split(/\s+/).filter(Boolean);
const listed = JSON.parse(readFileSync(values.fetchable ?? fail('--fetchable FILE is needed'), 'utf8')) as {
  readonly cp: string;
  readonly version: string;
}[];
const smoke = (values.smoke ? readFileSync(values.smoke, 'utf8') : '')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => line.trim().split(/\s+/));
const fetchable = new Set(listed.map(({ cp, version }) => `${cp}-${version}`));

mkdirSync(home, { recursive: true });
try {
  treeFolder('tried', home);
} catch {
  addTree('tried', flatcar, home);
}
/** What final leaves out: files for development, and scripts of an init system that Flatcar has not. */
const left =
  '/usr/include /usr/lib64/pkgconfig /usr/share/pkgconfig /usr/share/aclocal /usr/lib64/cmake *.a *.la /etc/init.d /etc/conf.d';
const parsed = parseDesign(
  `name: tried-${values.board}\nboard: ${values.board}\npath: ${values.path}\ntree: tried\ntoolchain: host\npackages: [app-arch/bzip2]\nmake_conf: { INSTALL_MASK: "${left}" }\n`,
);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
const base = await openDesign(parsed.design, { home });
const wanted = values.packages ? words(values.packages) : [...new Set(listed.map(({ cp }) => cp))].sort();
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Everything that was tried and failed; what needs it is left out of the next round. */
const broken = new Map<string, string>();
const jobs = values.jobs === undefined ? availableParallelism() : Number(values.jobs);
const memory = join(home, 'tried.json');
let known = readBuilt(memory);
const events: RunEvent[] = [];
const started = performance.now();
for (;;) {
  const usable = new Set([...fetchable].filter((cpv) => !broken.has(cpv)));
  const { design, leftOut } = chooseBuildable(base, wanted, usable, [...broken.keys()]);
  say(`${design.packages.length} of ${wanted.length} packages can be planned on sources that can be had`);
  for (const [name, why] of leftOut) say(`  left out: ${name}: ${why}`);
  const opened = reopenDesign(base, design) ?? fail('the design cannot be opened');
  const result = planOpened(opened, false);
  if (result.kind !== 'planned') throw new Error('the whole cannot be planned');
  const { plan } = result;
  for (const { message } of plan.warnings) say(`note: ${message}`);
  if (values['plan-only']) {
    for (const pkg of plan.packages.filter(({ root }) => root === 'staging')) say(pkg.cpv);
    process.exit(0);
  }
  await setUpOpened(opened, { home });
  const before = broken.size;
  const emit = (event: RunEvent): void => {
    events.push(event);
    if (event.kind === 'package_finished') say(`done   ${event.id} ${event.durationMs} ms`);
    if (event.kind !== 'package_failed') return;
    say(`FAILED ${event.id} in ${event.phase}: ${event.message}\n  ${event.firstErrorLine ?? ''}`);
    broken.set(event.id.slice(event.id.indexOf('|') + 1), `${event.phase}: ${event.message}`);
  };
  await executeOpened(opened, plan, { home, jobs, keepGoing: true, emit });
  known = rememberBuilt(memory, known, events);
  if (broken.size > before) continue;
  const place = placeOfOpened(opened);
  const proof = await provePrefix({
    finalRoot: place.finalRoot,
    eprefix: place.path,
    board: design.board,
    buildPaths: [place.stagingDir, place.finalDir].map((folder) => folder.replace(/\/$/, '')),
    hostShells: hostShells(design.sysext),
    cLibrary: { version: opened.toolchain.glibc, summary: opened.toolchain.summary },
    smoke,
  });
  const leaking = new Set(
    proof.flatMap(({ findings }) =>
      findings.flatMap(({ severity, owner }) => (severity === 'leak' && owner !== null ? [owner] : [])),
    ),
  );
  for (const owner of leaking) {
    const [first] = proof.flatMap(({ findings }) =>
      findings.filter((each) => each.owner === owner && each.severity === 'leak'),
    );
    say(`LEAKS  ${owner}: ${first?.path} ${first?.detail}`);
    broken.set(owner, `proof: \`${first?.path}\` ${first?.detail}`);
  }
  // proven is what is left without them
  if (broken.size > before) continue;
  const wallMs = performance.now() - started;
  const report = reportOf({ plan, events, known, proof, wallMs, toolchain: opened.toolchain, broken });
  say(report.summary);
  if (values.out) writeFileSync(values.out, report.markdown);
  process.exit(proof.every(({ ok, skipped }) => ok || skipped !== undefined) ? 0 : 1);
}
