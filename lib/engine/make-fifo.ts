import { programFolders } from '../host/program-folders';
import { runTool } from './run-tool';

/** Does a make that says this of itself know `--jobserver-auth=fifo:`? Source: NEWS of GNU make 4.4. */
export function isMakeWithFifo(version: string): boolean {
  const [, major = '0', minor = '0'] = /^GNU Make (\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 4 || (major === '4' && Number(minor) >= 4);
}

let answer: Promise<boolean> | null = null;

async function askMake(): Promise<boolean> {
  const env = { PATH: programFolders.join(':'), LC_ALL: 'C' };
  const said = await runTool('make', ['--version'], { env }).catch(() => null);
  return said !== null && isMakeWithFifo(said.stdout.toString('utf8'));
}

/** Is the make that phases find one that takes tokens from a FIFO? Asked once, not for each package. */
export function makeTakesFifo(): Promise<boolean> {
  answer ??= askMake();
  return answer;
}
