import { type FieldVerdict, visible } from './fields';

const isFolder = (text: string): boolean => /^\/[^\0\n]*$/.test(text) && !text.split('/').includes('..');

const verdict = (field: string, message: string, hint: string): FieldVerdict => ({
  field,
  code: 'SOURCE_INVALID',
  message,
  hint,
});

/** A distfile mirror: URL, or absolute folder. */
export function checkMirror(text: string, field: string): FieldVerdict {
  if (isFolder(text) || /^(https?|file):\/\/[^\s\0-]\S*$/.test(text)) return null;
  return verdict(
    field,
    `\`${visible(text)}\` is not a mirror: it is neither an http(s) URL nor an absolute folder.`,
    'Write the address above `distfiles/`, for instance `https://mirror.example/gentoo`.',
  );
}

/** A folder of sources. */
export function checkFolder(text: string, field: string): FieldVerdict {
  if (isFolder(text)) return null;
  return verdict(field, `\`${visible(text)}\` is not an absolute folder.`, 'Write a path such as `/srv/sources`.');
}

/** A suite of the archive. */
export function checkSuite(text: string, field: string): FieldVerdict {
  if (/^[a-z0-9][a-z0-9./-]*$/.test(text)) return null;
  return verdict(
    field,
    `\`${visible(text)}\` is not a suite of an archive.`,
    'Write a name such as `trixie` or `sid`.',
  );
}
