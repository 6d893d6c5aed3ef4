import { mkdirSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Drill } from './drill';
import { endedProcesses } from './processes';
import { Random } from './random';
import { type RunRecord, readRuns, recordFailures, withDatabase } from './run-records';
import { writeSmallDesign } from './small-design';
import { me, Studio } from './studio';
import { traceFailures } from './traces';

const fullCount = 50;
const retryMs = 300;

/** One open tab: hears the events of a run, and after a break asks for what comes behind the last one that it heard. */
class Watcher {
  readonly heard: { readonly seq: number; readonly body: string }[] = [];
  breaks = 0;
  private lastEventId = '';
  private isClosed = false;
  private request: ReturnType<typeof get> | null = null;

  constructor(
    private readonly url: string,
    private readonly run: string,
  ) {
    this.connect();
  }

  close(): void {
    this.isClosed = true;
    this.request?.destroy();
  }

  get isOver(): boolean {
    return /"kind":"done"/.test(this.heard.at(-1)?.body ?? '');
  }

  private connect(): void {
    if (this.isClosed) return;
    const headers = this.lastEventId === '' ? {} : { 'last-event-id': this.lastEventId };
    let isOver = false;
    const again = (): void => {
      if (isOver) return;
      isOver = true;
      this.breaks += 1;
      setTimeout(() => this.connect(), retryMs);
    };
    this.request = get(`${this.url}/api/events?run=${this.run}:0`, { headers }, (response) => {
      let pending = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        const frames = (pending + text).split('\n\n');
        pending = frames.pop() ?? '';
        for (const frame of frames) this.take(frame);
      });
      response.once('close', again);
    });
    this.request.once('error', again);
  }

  private take(frame: string): void {
    const field = (name: string): string | null => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1] ?? null;
    this.lastEventId = field('id') ?? this.lastEventId;
    if (field('event') !== 'run') return;
    const { event } = JSON.parse(field('data') ?? '{}') as { event: { seq: number } };
    this.heard.push({ seq: event.seq, body: JSON.stringify(event) });
  }
}

/** Each event once, in order, none lost. */
function watcherFailures(number: number, { heard }: Watcher, { events }: RunRecord): readonly string[] {
  const numbers = heard.map(({ seq }) => seq);
  const wanted = events.map(({ seq }) => seq);
  if (numbers.length === wanted.length && numbers.every((seq, index) => seq === wanted[index])) return [];
  const lost = wanted.filter((seq) => !numbers.includes(seq));
  const twice = numbers.filter((seq, index) => numbers.indexOf(seq) !== index);
  return [
    `watcher ${number} heard ${numbers.length} of ${wanted.length} events; lost: ${lost.slice(0, 10).join(' ')}; twice: ${twice.slice(0, 10).join(' ')}`,
  ];
}

export const watchers: Drill = {
  name: 'watchers',
  title: 'tabs that watch one build while the server is stopped and killed',
  async run({ seed, work, short, say }) {
    const random = new Random(seed);
    const folder = join(work, 'watchers');
    mkdirSync(folder, { recursive: true });
    const studio = new Studio({ home: join(folder, 'home'), person: me(), environment: {} });
    const design = writeSmallDesign({ name: 'watched', folder, packages: 8, filesEach: 60 });
    await studio.start();
    await studio.call('/api/prefixes', { body: { text: design.text } });
    const { id } = JSON.parse((await studio.call('/api/runs', { body: { prefix: 'watched' } })).text) as { id: string };
    const all = Array.from({ length: short ? 5 : fullCount }, () => new Watcher(studio.url, id));
    const restarts = ['SIGTERM', 'SIGKILL', 'SIGTERM', 'SIGKILL'] as const;
    for (const signal of restarts) {
      await wait(random.integer(500, 2500));
      say(`${signal} after ${all[0]?.heard.length} events`);
      await studio.end(signal);
      await studio.start();
    }
    const until = performance.now() + 180_000;
    while (!all.every((watcher) => watcher.isOver) && performance.now() < until) await wait(200);
    // a repetition would come now
    await wait(1000);
    const [record] = await withDatabase(studio.place.home, null, (database) => readRuns(database, 'watched'));
    const failures = record
      ? [...recordFailures(record), ...all.flatMap((watcher, index) => watcherFailures(index + 1, watcher, record))]
      : ['the run is gone'];
    if (record && record.run.state !== 'succeeded') failures.push(`the watched build ended as ${record.run.state}`);
    for (const watcher of all) watcher.close();
    await studio.end('SIGTERM');
    failures.push(...traceFailures('what the server printed', studio.output));
    const left = await endedProcesses(studio.place.home, 5_000);
    failures.push(...left.map((one) => `a process outlived the server: ${one.command}`));
    const heard = all.map((watcher) => watcher.heard.length);
    return {
      figures: {
        watchers: all.length,
        restarts: restarts.join(' '),
        'events of the build': record?.events.length ?? 0,
        'events heard by each': heard.every((count) => count === heard[0]) ? `${heard[0]}` : heard.join(' '),
        'breaks of each stream': Math.max(...all.map((watcher) => watcher.breaks)),
      },
      failures,
    };
  },
};
