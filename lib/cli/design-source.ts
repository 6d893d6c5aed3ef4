import { UsageError } from './command';
import { isTypedFile, readTypedFile, type TypedFileKind } from './typed-file';

export interface DesignSource {
  readonly text: string;
  /** file name, prefix name or `standard input`, for messages */
  readonly label: string;
}

/** Far above the limit of a design, which names the line; a device or a pipe without an end is left here. */
const kind: TypedFileKind = {
  name: 'design',
  mostBytes: 512 * 1024,
  instead: '`prefix-studio list` names the stored designs, `prefix-studio starters` some to begin with.',
};

/** The text of a design: a file, `-` for standard input, or the name of a stored prefix. Throws UsageError, PREFIX_UNKNOWN. */
export async function readDesignSource(argument: string): Promise<DesignSource> {
  // a folder that has the name of a prefix is none of ours
  if (argument === '-' || /[/.]/.test(argument) || (await isTypedFile(argument))) {
    const label = argument === '-' ? 'standard input' : argument;
    return { text: decodeText(await readTypedFile(argument, kind), label), label };
  }
  const { getPrefix, openDatabase } = await import('../db/index');
  const studio = await openDatabase({ onlyReads: true });
  try {
    return { text: (await getPrefix(studio, argument)).text, label: argument };
  } finally {
    await studio.close();
  }
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
