/** `category/PN` of a line's atom, or the line itself where there is none; wildcards as they are. */
function nameOfLine(line: string): string {
  const word = line.trim().split(/\s+/)[0] ?? '';
  const atom = word.replace(/^-?\*?/, '');
  const bare = atom.replace(/^[<>=~!]+/, '').replace(/[:[].*$/, '');
  if (bare === atom.replace(/[:[].*$/, '')) return bare;
  return bare.replace(/-\d+(?:\.\d+)*[a-z]?(?:_(?:alpha|beta|pre|rc|p)\d*)*(?:-r\d+)?\*?$/, '');
}

/** Keeps the lines that `isKept` takes, with the comment block above each paragraph that keeps a line. */
function filterParagraphs(text: string, isKept: (line: string) => boolean): string {
  const out: string[] = [];
  for (const paragraph of text.split(/\n(?:[ \t]*\n)+/)) {
    const rows = paragraph.split('\n');
    const kept = rows.filter((row) => row.trim() !== '' && !row.trimStart().startsWith('#') && isKept(row));
    if (kept.length === 0) continue;
    const comments = rows.filter((row) => row.trimStart().startsWith('#'));
    out.push([...comments, ...kept].join('\n'));
  }
  return out.length === 0 ? '' : `${out.join('\n\n')}\n`;
}

/** Lines of a `package.*` or `packages` file that are about one of these packages, or about any. */
export function filterPackageLines(text: string, names: ReadonlySet<string>): string {
  return filterParagraphs(text, (line) => {
    const name = nameOfLine(line);
    return name.includes('*') || name === '' || names.has(name);
  });
}

/** Lines of a list of flags, `-flag` too, that name one of these. */
export function filterWords(text: string, words: ReadonlySet<string>): string {
  return filterParagraphs(text, (line) => {
    const word = line.trim().split(/\s+/)[0] ?? '';
    return word === '-*' || words.has(word.replace(/^-/, ''));
  });
}
