import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { programRoot } from '../../lib/home';

/** What the probe measured; all times in milliseconds. */
export interface Silence {
  readonly asked: number;
  /** requests without an answer; while a server is being restarted that is no fault */
  readonly lost: number;
  readonly medianMs: number;
  readonly longestMs: number;
  /** the longest answer of an idle server asked at the same time: how late the machine itself was */
  readonly idleLongestMs: number;
  /** the longest answer without what the machine made of it: the lateness of the idle server, and waiting for a processor */
  readonly netLongestMs: number;
}

/** The longest that a server may leave people waiting for something light. */
export const longestSilenceMs = 200;

/** Starts to ask the server every 20 ms, from a process of its own. The function that is returned ends it. */
export async function watchSilence({
  url,
  pid,
}: {
  readonly url: string;
  readonly pid: number;
}): Promise<() => Promise<Silence>> {
  const probe = join(programRoot(), 'scripts/drills/silence-probe.mjs');
  const child = spawn(process.execPath, [probe, new URL(url).host, '/api/health', `${pid}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8');
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (text: string) => {
      output += text;
      if (output.includes('ready')) resolve();
    });
    child.once('close', () => resolve());
  });
  return async () => {
    child.stdin.end();
    await ended;
    return JSON.parse(output.split('\n').filter(Boolean).at(-1) ?? '') as Silence;
  };
}

/** A short form runs beside other tests, which silence every server. */
interface Form {
  readonly short: boolean;
}

/** The figures of a table; where the goal is not judged, they say so. */
export function silenceFigures(silence: Silence, { short }: Form): Readonly<Record<string, number | string>> {
  const net = silence.netLongestMs;
  return {
    'longest silence of the server, ms': silence.longestMs,
    'of it not the machine, ms': short ? `${net} (not judged: short forms run beside other tests)` : net,
    'longest silence of an idle server, ms': silence.idleLongestMs,
    'median answer, ms': silence.medianMs,
  };
}

export function silenceFailures({ netLongestMs }: Silence, { short }: Form): readonly string[] {
  return short || netLongestMs < longestSilenceMs ? [] : [`the server was silent for ${netLongestMs} ms`];
}
