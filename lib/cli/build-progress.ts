import { availableParallelism } from 'node:os';
import { elapsedMs, expectedTime, formatDuration, headline, workAhead } from '../api/estimate';
import type { LoggedEvent } from '../api/events';
import { noticeLines } from '../api/notice-words';
import { emptyRun, isRunning, reduceRun } from '../api/reduce-run';
import type { PackageView, RunView } from '../api/run-view';
import { formatBytes } from '../host/units';
import { plainText } from '../runner/log-text';
import type { Terminal } from './command';
import { proofLines } from './proof-lines';

const redrawMs = 200;

/** Lines that the run said of itself: why there is no plan, package by package. */
const mostToldLines = 400;

/** More lines of notices are left to `prefix-studio log NAME --notices`. */
const shownNoticeLines = 60;

/** A build told to a person: one line for each package that ends; on a terminal also what runs now, redrawn in place. */
export class BuildProgress {
  private view: RunView;
  private drawn = 0;
  private readonly timer: NodeJS.Timeout | null;
  /** last lines of each package's log, shown when it fails */
  private readonly tails = new Map<string | null, string[]>();

  constructor(
    id: string,
    name: string,
    board: string,
    queuedAt: string,
    private readonly terminal: Terminal,
  ) {
    this.view = emptyRun({ id, name, board, queuedAt });
    this.timer = terminal.isInteractive ? setInterval(() => this.redraw(), redrawMs) : null;
  }

  show(event: LoggedEvent): void {
    if (event.kind === 'log') {
      this.keepTail(event.id, event.text);
      if (event.id === null && event.text.startsWith('Warning: ')) this.say([event.text.trimEnd()]);
      return;
    }
    const before = this.view;
    this.view = reduceRun(this.view, event);
    const lines = this.linesFor(event, before);
    if (lines.length > 0) this.say(lines);
  }

  private say(lines: readonly string[]): void {
    this.erase();
    for (const line of lines) this.terminal.out(line);
    this.redraw();
  }

  close(): void {
    if (this.timer) clearInterval(this.timer);
    this.erase();
  }

  private linesFor(event: LoggedEvent, before: RunView): readonly string[] {
    switch (event.kind) {
      case 'planned':
        return this.outlook(event);
      case 'stage':
        return event.message === before.message ? [] : [event.message];
      case 'package_finished':
        if (this.find(event.id)?.action === 'remove') {
          return [this.settled(event.id, 'removed', formatDuration(event.durationMs))];
        }
        return [this.settled(event.id, 'done', `${formatDuration(event.durationMs)}, ${formatBytes(event.sizeBytes)}`)];
      case 'package_reused':
        return [this.settled(event.id, 'reused', event.reason)];
      case 'package_skipped':
        return [this.settled(event.id, 'skipped', this.whySkipped(event))];
      case 'package_failed':
        return this.failure(event);
      case 'proof':
        return event.checks
          .filter((check) => !before.proof?.some((known) => known.name === check.name))
          .flatMap(proofLines);
      case 'interrupted':
        return [event.message];
      case 'done':
        return this.ending(event);
      default:
        return [];
    }
  }

  private outlook({ packages }: LoggedEvent & { kind: 'planned' }): readonly string[] {
    const chain = packages.filter(({ isCritical }) => isCritical).map(({ cpv }) => cpv);
    const { totalMs, unknown } = expectedTime(packages, availableParallelism());
    if (chain.length === 0 || totalMs === null) return [workAhead(packages)];
    const total = formatDuration(totalMs);
    const more = unknown > 0 ? `, and ${unknown} of unknown time` : '';
    return [`${workAhead(packages)}; about ${total}${more}`, `Longest chain: ${[...new Set(chain)].join(' ')}`];
  }

  private whySkipped({ id, because, isUnrelated }: LoggedEvent & { kind: 'package_skipped' }): string {
    const cpv = this.find(because)?.cpv ?? because;
    if (this.find(id)?.cpv === cpv) return `it failed in ${this.find(because)?.root ?? 'staging'}`;
    return isUnrelated ? `the build stopped when ${cpv} failed` : `it needs ${cpv}, which failed`;
  }

  private settled(id: string, word: string, detail: string): string {
    const entry = this.find(id);
    return `${word.padEnd(8)} ${(entry?.root ?? '').padEnd(8)} ${entry?.cpv ?? id}  ${detail}`;
  }

  private failure(event: LoggedEvent & { kind: 'package_failed' }): readonly string[] {
    const tail = (this.tails.get(event.id) ?? []).map((line) => `    ${line}`);
    return [
      ...tail,
      this.settled(event.id, 'FAILED', `in ${event.phase}: ${event.message}`),
      ...(event.firstErrorLine ? [`  first error: ${plainText(event.firstErrorLine).trim()}`] : []),
      ...(event.hint ? [`  ${event.hint}`] : []),
    ];
  }

  private ending(event: LoggedEvent & { kind: 'done' }): readonly string[] {
    const top = headline(this.view, Date.parse(event.at));
    const lines = [...this.notices(), '', top];
    if (!event.ok && event.state === 'failed') {
      const [said = '', ...ways] = event.message.split('\n');
      if (!top.endsWith(said)) lines.push(said);
      const told = this.view.packages.length === 0 ? this.told() : [];
      // what the run told has each way on with the packages that it is for
      const rest = ways.filter((way) => !told.some((line) => line.includes(way)));
      lines.push(...[...rest, ...told].map((line) => `  ${line}`));
    }
    if (event.finalRoot) lines.push(`What ships: ${event.finalRoot}`);
    if (event.image) lines.push(`Image:      ${event.image}`);
    return lines;
  }

  /** What the run said of itself, without what it was about to do. */
  private told(): readonly string[] {
    return (this.tails.get(null) ?? []).filter((line) => !/^(Planning|Reading ebuilds:) /.test(line));
  }

  /** What packages want people to know, at the end where it is seen. */
  private notices(): readonly string[] {
    const lines = noticeLines(this.view.packages);
    if (lines.length === 0) return [];
    const rest =
      lines.length > shownNoticeLines ? [`  … all of it: prefix-studio log ${this.view.name} --notices`] : [];
    return ['', 'Notices:', ...lines.slice(0, shownNoticeLines).map((line) => `  ${line}`), ...rest];
  }

  private find(id: string): PackageView | undefined {
    return this.view.packages.find((entry) => entry.id === id);
  }

  private keepTail(id: string | null, text: string): void {
    const kept = [...(this.tails.get(id) ?? []), ...plainText(text).trimEnd().split('\n')];
    this.tails.set(id, kept.slice(id === null ? -mostToldLines : -15));
  }

  private redraw(): void {
    if (!this.terminal.isInteractive || this.view.state !== 'running') return;
    this.erase();
    const now = Date.now();
    const running = this.view.packages.filter((entry) => isRunning(entry.state));
    const lines = [
      headline(this.view, now),
      ...running.map((entry) => {
        const expected = entry.expectedMs === null ? '' : ` of about ${formatDuration(entry.expectedMs)}`;
        return `  ${entry.cpv}  ${entry.phase ?? ''}  ${formatDuration(elapsedMs(entry, now) ?? 0)}${expected}`;
      }),
    ].map((line) => line.slice(0, this.terminal.columns - 1));
    process.stdout.write(`${lines.join('\n')}\n`);
    this.drawn = lines.length;
  }

  private erase(): void {
    if (this.drawn === 0) return;
    process.stdout.write(`\x1b[${this.drawn}A\x1b[J`);
    this.drawn = 0;
  }
}
