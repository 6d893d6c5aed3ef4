import { boards } from '../../layout/names';

/** What a wrapper `emerge-prefix-NAME-BOARD` says of its prefix. */
export interface WrapperFacts {
  readonly name?: string;
  readonly board?: string;
  readonly path?: string;
}

/** The value of an assignment at the beginning of a line, as bash quotes it (`'/opt/demo'`). */
function assigned(text: string, name: string): string | undefined {
  const row = text.split('\n').find((line) => line.startsWith(`${name}=`));
  return (
    row
      ?.slice(name.length + 1)
      .trim()
      .replace(/^(['"])(.*)\1$/, '$2') || undefined
  );
}

/** Reads the wrapper that `setup_prefix` writes, of the SDK or of Studio. */
export function readWrapper(path: string, text: string): WrapperFacts {
  const name = assigned(text, 'PREFIXNAME');
  const eprefix = assigned(text, 'EPREFIX');
  const places = [assigned(text, 'BOARD'), path, assigned(text, 'STAGINGROOT'), assigned(text, 'STAGINGDIR')].join(' ');
  const board = Object.keys(boards).find((known) => places.includes(known));
  return {
    ...(name !== undefined && { name }),
    ...(board !== undefined && { board }),
    ...(eprefix !== undefined && { path: eprefix }),
  };
}
