import { readFile } from 'node:fs/promises';
import { readOsRelease, releaseKeys } from '../../host/os-release';
import { glibcVersionIn } from '../../layout/glibc-banner';
import { runTool } from '../run-tool';
import type { BuiltWith } from './prebuilt-index';

/** Versions of a compiler of this machine and of the C library that it links to; null: one of them does not say. */
export async function machineToolchain(compiler: string): Promise<BuiltWith | null> {
  const ask = async (...args: string[]): Promise<string> =>
    (await runTool(compiler, args)).stdout.toString('utf8').trim();
  const gcc = /^\d+(?:\.\d+)*/.exec(await ask('-dumpfullversion', '-dumpversion'))?.[0];
  const library = await readFile(await ask('-print-file-name=libc.so.6')).catch(() => Buffer.alloc(0));
  const glibc = glibcVersionIn(library.toString('latin1'));
  if (gcc === undefined || glibc === null) return null;
  return { gcc, glibc, system: releaseKeys(readOsRelease()).PRETTY_NAME || 'a Linux' };
}
