/**
 * Turns the host's configured binary package sources into source package sources. Pure: text in, text out.
 * Source: sources.list(5).
 */

/** One place to get source packages from. */
export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  /** other fields or options, lower-case names, for instance `signed-by` */
  readonly options: ReadonlyMap<string, string>;
}

/** Options that have a meaning for source packages. */
const keptOptions: ReadonlySet<string> = new Set([
  'signed-by',
  'trusted',
  'allow-insecure',
  'check-valid-until',
  'allow-weak',
]);

function stanzasOf(text: string): readonly ReadonlyMap<string, string>[] {
  const withoutComments = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');
  return withoutComments.split(/\n\s*\n/).map((block) => {
    const fields = new Map<string, string>();
    let name = '';
    for (const line of block.split('\n')) {
      const field = /^([A-Za-z0-9-]+):(.*)$/.exec(line);
      if (field) {
        name = (field[1] as string).toLowerCase();
        fields.set(name, (field[2] as string).trimStart());
      } else if (/^\s/.test(line) && name !== '') fields.set(name, `${fields.get(name)}\n${line}`);
    }
    return fields;
  });
}

const words = (text: string | undefined): readonly string[] => (text ?? '').split(/\s+/).filter(Boolean);

/** Sources of a deb822 file (`*.sources`). Disabled stanzas are left out. */
export function parseDeb822Sources(text: string): readonly AptSource[] {
  return stanzasOf(text).flatMap((fields) => {
    if (!words(fields.get('types')).some((type) => type === 'deb' || type === 'deb-src')) return [];
    if (/^(no|false|0)$/i.test(fields.get('enabled') ?? 'yes')) return [];
    const options = new Map([...fields].filter(([name]) => keptOptions.has(name)));
    return words(fields.get('uris')).flatMap((uri) =>
      words(fields.get('suites')).map((suite) => ({
        uri,
        suite,
        components: words(fields.get('components')),
        options,
      })),
    );
  });
}

/** Sources of a one-line file (`*.list`). */
export function parseOneLineSources(text: string): readonly AptSource[] {
  return text.split('\n').flatMap((line) => {
    const found = /^\s*deb(?:-src)?\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*(.*)$/.exec(line.replace(/#.*/, ''));
    if (!found) return [];
    const [, optionText = '', uri = '', suite = '', components = ''] = found;
    const options = new Map(
      words(optionText).flatMap((option): [string, string][] => {
        const equals = option.indexOf('=');
        const name = option.slice(0, equals).toLowerCase();
        return equals > 0 && keptOptions.has(name) ? [[name, option.slice(equals + 1)]] : [];
      }),
    );
    return [{ uri, suite, components: words(components), options }];
  });
}

/**
 * Sources of the distribution itself: those whose suite is its code name or a pocket of it (`bookworm-updates`).
 * Sources of others rarely have source packages. With an unknown code name all are taken.
 */
export function distributionSources(sources: readonly AptSource[], codeName: string): readonly AptSource[] {
  const own = sources.filter(
    ({ suite }) => suite === codeName || suite.startsWith(`${codeName}-`) || suite.startsWith(`${codeName}/`),
  );
  return own.length > 0 ? own : sources;
}

/**
 * The given sources and, for each wanted suite that is not among them, the same archive with that suite. `isUndated`: an
 * index of this suite is used although its date is past.
 */
export function withSuites(
  sources: readonly AptSource[],
  suites: readonly string[],
  isUndated: (suite: string) => boolean = () => false,
): readonly AptSource[] {
  const present = new Set(sources.map(({ suite }) => suite));
  const main = sources.find(({ suite }) => !/[-/]/.test(suite));
  if (!main) return sources;
  const added = suites
    .filter((suite) => !present.has(suite))
    .map((suite) => {
      const options = isUndated(suite) ? new Map(main.options).set('check-valid-until', 'no') : main.options;
      return { ...main, suite, options };
    });
  return [...sources, ...added];
}

/** A deb822 file of `deb-src` stanzas. */
export function formatSourceStanzas(sources: readonly AptSource[]): string {
  return sources
    .map(({ uri, suite, components, options }) =>
      [
        'Types: deb-src',
        `URIs: ${uri}`,
        `Suites: ${suite}`,
        ...(components.length > 0 ? [`Components: ${components.join(' ')}`] : []),
        ...[...options].map(
          ([name, value]) => `${name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())}: ${value}`,
        ),
        '',
      ].join('\n'),
    )
    .join('\n');
}

/** A version of a source package and the tarballs it consists of. */
export interface SourceRecord {
  readonly version: string;
  readonly files: readonly { readonly name: string; readonly sizeBytes: number }[];
}

/** Records of `apt-cache showsrc`, as printed. */
export function parseSourceRecords(text: string): readonly SourceRecord[] {
  return stanzasOf(text).flatMap((fields) => {
    const version = fields.get('version');
    if (!version) return [];
    const list = fields.get('checksums-sha256') ?? fields.get('files') ?? '';
    const files = list.split('\n').flatMap((line) => {
      const [, size, name] = line.trim().split(/\s+/);
      return size && name && /^\d+$/.test(size) ? [{ name, sizeBytes: Number(size) }] : [];
    });
    return [{ version, files }];
  });
}
