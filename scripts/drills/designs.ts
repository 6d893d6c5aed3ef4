import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { allEnded, type Drill } from './drill';
import { hostileDesign } from './hostile-designs';
import { endedProcesses } from './processes';
import { Random } from './random';
import { type CommandResult, command, me } from './studio';
import { traceFailures } from './traces';

const fullCount = 500;
const shortCount = 25;
const patienceMs = 60_000;
/** how many of them are planned; the others are checked only */
const plannedShare = 0.1;

function faults(words: string, { status, signal, stdout, stderr, hung }: CommandResult): readonly string[] {
  if (hung) return [`${words} did not end within ${patienceMs / 1000} s`];
  const seen = `${stdout}\n${stderr}`;
  const found = [...traceFailures(words, seen)];
  if (signal !== null) found.push(`${words} was ended by ${signal}: ${stderr.slice(-300)}`);
  else if (status === null || status > 2) found.push(`${words} ended with status ${status}: ${stderr.slice(-300)}`);
  if (/INTERNAL|unexpected error:/i.test(seen)) found.push(`${words} met an internal error: ${seen.slice(0, 300)}`);
  if (status !== 0 && seen.trim() === '') found.push(`${words} refused without a word`);
  if (/[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]/.test(seen))
    found.push(`${words} printed control characters`);
  return found;
}

export const designs: Drill = {
  name: 'designs',
  title: 'hostile designs to the command line',
  async run({ seed, work, short, say }) {
    const random = new Random(seed);
    const place = { home: join(work, 'home'), person: me(), environment: {} };
    mkdirSync(place.home, { recursive: true });
    const count = short ? shortCount : fullCount;
    const failures: string[] = [];
    const statuses = new Map<string, number>();
    let slowest = { ms: 0, number: 0 };
    let next = 0;
    const tryAll = async (): Promise<void> => {
      while (next < count) {
        const number = next;
        next += 1;
        const text = hostileDesign(random);
        const verb = random.isLucky(plannedShare) ? 'plan' : 'check';
        const file = join(work, `${number}.yaml`);
        writeFileSync(file, text, 'utf8');
        const result = await command(place, [verb, file], { timeoutMs: patienceMs });
        const status = `status ${result.status ?? result.signal}`;
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        failures.push(...faults(`${verb} of design ${number} (${text.slice(-80)})`, result));
        if (result.durationMs > slowest.ms) slowest = { ms: result.durationMs, number };
        if (next % 100 === 0) say(`${next} designs tried`);
      }
    };
    await allEnded(Array.from({ length: Math.min(4, availableParallelism()) }, tryAll));
    const left = await endedProcesses(place.home, 5_000);
    failures.push(...left.map((one) => `a process was left behind: ${one.command}`));
    return {
      figures: {
        'designs tried': count,
        ...Object.fromEntries([...statuses].sort()),
        'slowest, ms': `${Math.round(slowest.ms)} (design ${slowest.number})`,
      },
      failures,
    };
  },
};
