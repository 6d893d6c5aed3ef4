import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { UsageError } from './command';

export interface DesignSource {
  readonly text: string;
  /** file name, prefix name or `standard input`, for messages */
  readonly label: string;
}

/** The text of a design: a file, `-` for standard input, or the name of a stored prefix. Throws UsageError, PREFIX_UNKNOWN. */
export async function readDesignSource(argument: string): Promise<DesignSource> {
  if (argument === '-') return { text: await readAll(process.stdin), label: 'standard input' };
  if (existsSync(argument)) {
    const text = await readFile(argument, 'utf8').catch((error: Error) => {
      throw new UsageError(`\`${argument}\` cannot be read: ${error.message}`);
    });
    return { text, label: argument };
  }
  if (/[/.]/.test(argument)) throw new UsageError(`There is no file \`${argument}\`.`);
  const { getPrefix, openDatabase } = await import('../db/index');
  const studio = await openDatabase();
  try {
    return { text: (await getPrefix(studio, argument)).text, label: argument };
  } finally {
    await studio.close();
  }
}
