import { createReadStream, existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { UsageError } from './command';

export interface DesignSource {
  readonly text: string;
  /** file name, prefix name or `standard input`, for messages */
  readonly label: string;
}

/** The text of a design: a file, `-` for standard input, or the name of a stored prefix. Throws UsageError, PREFIX_UNKNOWN. */
export async function readDesignSource(argument: string): Promise<DesignSource> {
  if (argument === '-') return { text: await readText(process.stdin, 'standard input'), label: 'standard input' };
  if (existsSync(argument)) {
    return { text: await readText(createReadStream(argument), argument), label: argument };
  }
  if (/[/.]/.test(argument)) throw new UsageError(`There is no file \`${argument}\`.`);
  const { getPrefix, openDatabase } = await import('../db/index');
  const studio = await openDatabase({ onlyReads: true });
  try {
    return { text: (await getPrefix(studio, argument)).text, label: argument };
  } finally {
    await studio.close();
  }
}

/** Far above the limit of a design, which names the line; a device or a pipe without an end is left here. */
const mostBytes = 1024 * 1024;

async function readText(stream: Readable, label: string): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes > mostBytes) throw new UsageError(`\`${label}\` is larger than 1 MiB, so it is no design.`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`\`${label}\` cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return decodeText(Buffer.concat(chunks), label);
}

function decodeText(bytes: Buffer, label: string): string {
  try {
    // the mark at the beginning is left to the parser, so that columns stay true
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const text = bytes.toString('utf8');
    const line = text.slice(0, text.indexOf('\ufffd')).split('\n').length;
    throw new UsageError(`\`${label}\` is not UTF-8 at line ${line}.`);
  }
}
