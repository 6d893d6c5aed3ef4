import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { programRoot } from '../../lib/home';
import type { Merged, Recorded } from '../recorded-plans';

/** What a real Portage answered to one request. */
export interface PortageAnswer {
  readonly id: string;
  readonly success: boolean;
  readonly packages: readonly Merged[];
  readonly failure?: Recorded['failure'];
  /** milliseconds of processor time */
  readonly ms: number;
}

/** This Portage, or the Python here, cannot answer. */
export class PortageUnusable extends Error {}

/** Asks one process of a Portage that runs from its checkout; answers come in the order of the rows of the job. */
export async function* askPortage(checkout: string, job: object): AsyncGenerator<PortageAnswer> {
  const script = join(programRoot(), 'scripts/fidelity/plan_portage.py');
  const child = spawn('python3', [script, checkout], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000);
  });
  const ended = new Promise<number | Error>((resolve) => {
    child.once('error', resolve);
    child.once('close', (code) => resolve(code ?? 1));
  });
  // a Python that stops at once closes its input; why it stopped is told below
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify(job));
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{')) yield JSON.parse(line) as PortageAnswer;
  }
  const status = await ended;
  if (status === 0) return;
  const lines = said.trim().split('\n');
  if (status instanceof Error) throw new PortageUnusable(`python3 cannot be started: ${status.message}`);
  throw new PortageUnusable(status === 3 ? (lines.at(-1) ?? '') : `Portage stopped:\n${lines.slice(-12).join('\n')}`);
}
