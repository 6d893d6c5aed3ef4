import * as z from 'zod';

const words = (description: string) => z.array(z.string()).describe(description);

const wordsByAtom = (description: string) => z.record(z.string(), z.array(z.string())).describe(description);

/** An extra repository. `location` is an absolute folder or a git URL. Source: portage(5), repos.conf */
const repository = z
  .strictObject({
    name: z.string().describe('repository name as in its profiles/repo_name'),
    location: z
      .string()
      .optional()
      .describe('absolute folder or git URL; default: the overlay that was added under this name'),
    commit: z.string().optional().describe('commit that has to be checked out, all 40 digits'),
    priority: z.number().int().optional().describe('higher wins; the tree itself has its own priorities below 100'),
    masters: z
      .array(z.string())
      .optional()
      .describe('repositories whose eclasses it uses, instead of those of its metadata/layout.conf'),
    aliases: z.array(z.string()).optional().describe('other names that mean it'),
  })
  .describe('an extra repository (overlay)');

/** SYSEXT_LEVEL of Flatcar. Source: build_library/set_lsb_release of flatcar/scripts */
export const flatcarLevel = '1.0';

const sysext = z
  .strictObject({
    format: z.enum(['squashfs', 'erofs']).default('squashfs').describe('file system of the image'),
    compression: z.enum(['zstd', 'xz', 'gzip', 'lz4']).default('zstd').describe('erofs knows lz4 only'),
    target: z
      .enum(['flatcar', 'any'])
      .optional()
      .describe(
        'whose os-release the image must match: `any` system of the same processor (default), or `flatcar` only (default where `match` or `level` is written)',
      ),
    match: z
      .enum(['sysext-level', 'version-id'])
      .optional()
      .describe('key of os-release that must be equal on Flatcar: sysext-level (default) or version-id'),
    level: z.string().optional().describe('SYSEXT_LEVEL (default 1.0), or VERSION_ID when match is version-id'),
    keep: z
      .array(z.enum(['development', 'documentation']))
      .default([])
      .describe('what is packed although the application does not need it to run'),
    reload_manager: z.boolean().default(false).describe('EXTENSION_RELOAD_MANAGER=1: the image brings systemd units'),
  })
  .transform(({ target, match, level, ...rest }) => {
    const chosen = target ?? (match === undefined && level === undefined ? 'any' : 'flatcar');
    return { ...rest, target: chosen, match: match ?? 'sysext-level', level: level ?? flatcarLevel } as const;
  })
  .describe('the systemd-sysext image');

const sources = z
  .strictObject({
    mirrors: words(
      'distfile mirrors, asked first: URLs of the internet, or absolute folders laid out as a mirror',
    ).default([]),
    folders: words('absolute folders with source files under the names of SRC_URI, on the build machine').default([]),
    suites: words('further suites of a Debian build machine to look for sources in: forky, sid, experimental').default(
      [],
    ),
  })
  .describe('where source files come from besides where ebuilds say; size and hashes of the Manifest decide');

/** The shape of `prefix.yaml`; the fields' own grammar is checked by `fields.ts`. */
export const designSchema = z
  .strictObject({
    name: z.string().describe('name of the prefix: directories, wrapper and image are named after it'),
    board: z
      .enum(['amd64-usr', 'arm64-usr'])
      .describe('Flatcar board, which says for which processor: `amd64-usr` or `arm64-usr`'),
    path: z.string().describe('EPREFIX, the absolute path at which the application runs'),
    tree: z
      .string()
      .default('starter')
      .describe('package tree: `starter` or the name of a registered Flatcar checkout'),
    toolchain: z
      .enum(['auto', 'sdk', 'host'])
      .default('auto')
      .describe(
        'compiler and C library: `sdk` (the cross compiler of the Flatcar SDK), `host` (those of the build machine), or `auto`: the SDK where it is installed, else the build machine',
      ),
    from_source: z
      .boolean()
      .default(false)
      .describe('build every package from source here, also those that the build machine has prebuilt'),
    packages: words('atoms (`app-editors/nano`) and sets (`@server`)'),
    use: words('USE flags for all packages').default([]),
    package_use: wordsByAtom('USE flags for the packages an atom matches').default({}),
    accept_keywords: words('further tokens of ACCEPT_KEYWORDS').default([]),
    package_accept_keywords: wordsByAtom('keywords accepted for the packages an atom matches').default({}),
    accept_license: words('tokens of ACCEPT_LICENSE').default([]),
    package_license: wordsByAtom('licences accepted for the packages an atom matches').default({}),
    package_mask: words('atoms never to take').default([]),
    package_unmask: words('atoms to take although the profile masks them').default([]),
    allow_network: words(
      'atoms of packages that may reach the internet in phases whose ebuild declares the need (live ebuilds, RESTRICT=network-sandbox, PROPERTIES=test_network); no Manifest checks what they fetch',
    ).default([]),
    make_conf: z
      .record(z.string(), z.string())
      .describe('further make.conf variables; INSTALL_MASK names what else the image leaves out')
      .default({}),
    host_provides: words('atoms that the build host is said to have').default([]),
    target_provides: words(
      'exact versions (`=virtual/mta-9999`) that the system on which the prefix runs is said to have',
    ).default([]),
    repositories: z.array(repository).describe('extra repositories').default([]),
    sources: sources.default(sources.parse({})),
    sysext: z
      .union([z.literal(false), sysext])
      .describe('the image, or false for none')
      .default(sysext.parse({})),
    smoke: z
      .array(z.array(z.string()).min(1))
      .describe(
        'commands that must start with only the final root: program path relative to the prefix path, then arguments',
      )
      .default([]),
  })
  .describe('Design of a prefix: what it contains, where it lives and how it ships');

/** A complete design: every key present. */
export type Design = z.output<typeof designSchema>;

/** A design as people write it: keys with defaults may be left out. */
export type DesignInput = z.input<typeof designSchema>;

export type SysextOptions = Exclude<Design['sysext'], false>;

/** The JSON Schema shipped as `public/prefix.schema.json`. */
export function designJsonSchema(): object {
  return {
    $id: 'prefix.schema.json',
    title: 'Prefix Studio design',
    ...z.toJSONSchema(designSchema, { io: 'input', target: 'draft-2020-12' }),
  };
}
