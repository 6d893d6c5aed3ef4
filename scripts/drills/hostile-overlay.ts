import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Canaries } from './canaries';
import { allEnded, type Drill, type DrillContext, type DrillResult } from './drill';
import { type HostileCase, readCases } from './hostile-case';
import { type CaseReport, commandLane, type Lane, serverLane, tryCase } from './hostile-lane';
import { treeCases } from './hostile-trees';
import { drillLimits } from './limits';
import { endedProcesses } from './processes';
import { searchFolder } from './search-folder';
import { type Silence, silenceFailures, silenceFigures, watchSilence } from './silence';
import { me, type Person, people, Studio } from './studio';
import { traceFailures } from './traces';

/** One per kind of sandbox and per kind of limit: what `npm test` has time for. */
const shortCases = [
  ...['metadata/environ', 'metadata/sleeps', 'build/image-link', 'build/outside-prefix', 'build/system-calls'],
  ...['tree/ebuild-link', 'tree/mask-fifo', 'proof/other-roots'],
];

function casesFor({ root, short, part }: DrillContext): readonly HostileCase[] {
  const all = [...readCases(join(root, 'scripts/drills/hostile-overlay')), ...treeCases];
  if (part !== null) return all.filter(({ category, name }) => name === part || category === `hostile-${part}`);
  return short
    ? all.filter(({ category, name }) => shortCases.includes(`${category.replace('hostile-', '')}/${name}`))
    : all;
}

interface LaneReport {
  readonly lane: string;
  readonly cases: readonly CaseReport[];
  readonly failures: readonly string[];
  readonly silence: Silence | null;
}

function prepare(work: string, person: Person): { home: string; canaries: Canaries } {
  const home = join(work, 'home');
  mkdirSync(home, { recursive: true });
  for (const folder of [work, home]) {
    chownSync(folder, person.uid, person.uid);
    chmodSync(folder, 0o755);
  }
  return { home, canaries: new Canaries(join(work, 'canary'), person) };
}

/** All cases by the web app: what hostile code does to the server, its planner and its worker. */
async function driveServer(context: DrillContext, work: string, cases: readonly HostileCase[]): Promise<LaneReport> {
  const { home, canaries } = prepare(work, me());
  await canaries.open();
  const studio = new Studio({
    home,
    person: me(),
    environment: { ...canaries.environment, ...drillLimits(context.short) },
  });
  await studio.start();
  const endWatch = await watchSilence(studio);
  const report = await driveCases(context, serverLane(studio, 'web'), work, cases, canaries, studio);
  const silence = await endWatch();
  await studio.end('SIGTERM');
  const left = await endedProcesses(work, 5_000);
  const failures = [
    ...report.failures,
    ...left.map(({ command }) => `a process outlived the server: ${command}`),
    ...traceFailures('what the server printed', studio.output),
    ...canaries.leaksIn('what the server printed', studio.output),
    ...leaksBelow(home, canaries),
    ...silenceFailures(silence, context),
  ];
  await canaries.close();
  return { ...report, failures, silence };
}

/** All cases by the command line, as `person`. */
async function driveCommand(
  context: DrillContext,
  work: string,
  person: Person,
  cases: readonly HostileCase[],
): Promise<LaneReport> {
  const { home, canaries } = prepare(work, person);
  await canaries.open();
  const place = { home, person, environment: { ...canaries.environment, ...drillLimits(context.short) } };
  const report = await driveCases(context, commandLane(place, 'command'), work, cases, canaries, null);
  const failures = [...report.failures, ...leaksBelow(home, canaries)];
  await canaries.close();
  return { ...report, failures };
}

async function driveCases(
  context: DrillContext,
  lane: Lane,
  work: string,
  cases: readonly HostileCase[],
  canaries: Canaries,
  studio: Studio | null,
): Promise<LaneReport> {
  const source = join(context.root, 'scripts/drills/hostile-overlay');
  const serverPort = studio ? Number(new URL(studio.url).port) : canaries.port;
  const reports: CaseReport[] = [];
  for (const hostile of cases) {
    const report = await tryCase(lane, hostile, { source, work, canaries, serverPort });
    const verdict = report.failures.length === 0 ? 'held' : `BROKE ${report.failures.join('; ').slice(0, 300)}`;
    const said = report.message.replaceAll(/\s+/g, ' ').slice(0, 160);
    context.say(`${lane.name} ${hostile.category}/${hostile.name} (${report.seconds} s): ${verdict}`);
    if (report.ended === 'failed') context.say(`    ${said}`);
    reports.push(report);
  }
  const failures = reports.flatMap(({ name, failures: found }) => found.map((text) => `${lane.name} ${name}: ${text}`));
  return { lane: `${lane.name}, ${lane.place.person.name}`, cases: reports, failures, silence: null };
}

/** Logs, events, caches, packages and images: nothing of them holds a secret of the host. */
function leaksBelow(home: string, canaries: Canaries): readonly string[] {
  const found = new Set<string>();
  searchFolder(home, (path, text) => {
    for (const leak of canaries.leaksIn(path.slice(home.length), text)) found.add(leak);
  });
  return [...found];
}

function figuresOf(context: DrillContext, reports: readonly LaneReport[]): DrillResult['figures'] {
  const figures: Record<string, number | string> = {};
  for (const { lane, cases, silence } of reports) {
    const count = (ended: CaseReport['ended']): number => cases.filter((entry) => entry.ended === ended).length;
    figures[`${lane}: cases`] = cases.length;
    figures[`${lane}: held`] = cases.filter(({ failures }) => failures.length === 0).length;
    figures[`${lane}: refused or ended by a limit`] = count('failed');
    figures[`${lane}: harmless`] = count('succeeded');
    figures[`${lane}: never ended`] = count('hung');
    const slowest = cases.reduce(
      (most, entry) => (entry.seconds > most.seconds ? entry : most),
      cases[0] as CaseReport,
    );
    figures[`${lane}: slowest, s`] = `${slowest.seconds} (${slowest.name})`;
    if (silence) Object.assign(figures, silenceFigures(silence, context));
  }
  return figures;
}

export const hostileOverlay: Drill = {
  name: 'overlay',
  title: 'ebuilds, programs and trees that try to get out, to read secrets, to fill and to hang the machine',
  async run(context) {
    const cases = casesFor(context);
    const ordinary = people().find(({ name }) => name === 'ordinary user') ?? me();
    chmodSync(context.work, 0o755);
    const reports = await allEnded([
      driveServer(context, join(context.work, 'web'), cases),
      driveCommand(context, join(context.work, 'command'), ordinary, cases),
    ]);
    return { figures: figuresOf(context, reports), failures: reports.flatMap(({ failures }) => failures) };
  },
};
