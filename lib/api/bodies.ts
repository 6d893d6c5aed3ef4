import * as z from 'zod';
import { filePath, line, packageName, prefixName, repositoryPath, designText as text, treeName } from './fields';
import type { Given } from './given';

/** Either the text of `prefix.yaml` or its value. */
export const designInput = z.union([z.strictObject({ text }), z.strictObject({ design: z.unknown() })]);

export type DesignInput = z.output<typeof designInput>;

/** A design, or the name of a stored one. */
export const planBody = z.union([
  z.strictObject({ text }),
  z.strictObject({ design: z.unknown() }),
  z.strictObject({ prefix: prefixName }),
]);

export type PlanBody = z.output<typeof planBody>;

/** Whose bootstrap is asked for, and how. */
export const bootstrapBody = z.strictObject({
  text,
  way: z.enum(['cross', 'staged', 'starter']).optional().describe('default: the first that the tree has'),
  without: z.array(line(200)).max(200).optional().describe('atoms taken out of @system'),
  fixes: z
    .boolean()
    .optional()
    .describe('false: no changes are looked for where there is no plan, which takes time; default true'),
});

export type BootstrapBody = Given<z.output<typeof bootstrapBody>>;

export const createPrefixBody = z.strictObject({ text });

export const updatePrefixBody = z.strictObject({
  text,
  revision: z
    .number()
    .int()
    .positive()
    .optional()
    .describe('the one that was edited; 409 STALE_REVISION when another change came between. Left out: overwrite'),
});

/** Builds a stored prefix as its design stands now. */
export const createRunBody = z.strictObject({
  prefix: prefixName,
  jobs: z.number().int().min(1).max(256).optional().describe('packages that compile at once; default: by cores'),
  driver: line(100).optional().describe('who builds; default: `embedded`, the engine of Studio'),
});

/** What a text of a Portage configuration may be said to be. */
export const importKinds = [
  'emerge',
  'wrapper',
  'world',
  'make.conf',
  'package.use',
  'package.accept_keywords',
  'package.license',
  'package.mask',
  'package.unmask',
  'repos.conf',
] as const;

/** Texts of a Portage configuration and what is known of the design that is made of them; it judges names and paths. */
export const importBody = z.strictObject({
  files: z
    .array(z.strictObject({ path: line(1000), text }))
    .min(1)
    .max(1000),
  name: line(100).optional(),
  board: line(100).optional(),
  path: line(4000).optional(),
  tree: treeName.optional(),
  kind: z.enum(importKinds).optional().describe('of texts whose names do not tell'),
});

export type ImportBody = Given<z.output<typeof importBody>>;

export const addTreeBody = z.strictObject({
  name: line(100).describe('letters, digits, `_`, `-`'),
  location: line(4000).describe('absolute folder, or git URL to clone'),
});

const word = line(1000);
const words = z.array(word).max(1000);

/** Applies edits to the text of a design; they are those of a plan's fixes. */
export const applyEditsBody = z.strictObject({
  text,
  edits: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('package_use'), atom: word, flags: words }),
        z.strictObject({ kind: z.literal('use'), flags: words }),
        z.strictObject({ kind: z.literal('make_conf'), variable: word, value: word }),
        z.strictObject({ kind: z.literal('leave_out'), patterns: words }),
        z.strictObject({ kind: z.literal('accept_keywords'), atom: word, keywords: words }),
        z.strictObject({ kind: z.literal('accept_license'), atom: word, licenses: words }),
        z.strictObject({ kind: z.literal('unmask'), atom: word }),
        z.strictObject({ kind: z.literal('mask'), atom: word }),
        z.strictObject({ kind: z.literal('drop_mask'), atom: word }),
        z.strictObject({ kind: z.literal('allow_network'), atom: word }),
        z.strictObject({ kind: z.literal('toolchain'), toolchain: z.enum(['host', 'sdk']) }),
        z.strictObject({ kind: z.literal('replace_package'), from: word, to: word }),
        z.strictObject({ kind: z.literal('move'), line: line(300) }),
        z.strictObject({ kind: z.literal('add_package'), atom: word }),
        z.strictObject({ kind: z.literal('add_repository'), name: word, location: word }),
        z.strictObject({ kind: z.literal('provide_on_host'), atom: word }),
        z.strictObject({ kind: z.literal('provide_on_target'), atom: word }),
      ]),
    )
    .max(1000),
});

const root = line(4000).nullable().optional();

/** A key left out or null: the variable is not set. */
export const rootsBody = z.strictObject({
  root,
  sysroot: root,
  eprefix: root,
  broot: root,
  eapi: line(20).default('8'),
  usePackagesOnly: z.boolean().optional(),
  workingDirectory: filePath.optional().describe('where relative paths start; left out: they are refused'),
  disk: z
    .strictObject({
      realRoot: filePath.optional(),
      realSysroot: filePath.optional(),
      rootIsFile: z.boolean().optional(),
    })
    .optional()
    .describe('what the disk says, when the caller has looked: paths with links resolved, and whether ROOT is a file'),
});

/** Takes an ebuild home. */
export const takeEbuildBody = z.strictObject({
  package: packageName,
  from: line(4000).min(1).optional().describe('a tree, a repository or its folder; default: where the design takes it'),
  as: line(100).min(1).optional().describe('another version for the copy'),
});

const digest = z.string().regex(/^[0-9a-f]{32}$/, 'is not the name of a proposal');

/** Shows what the Manifest of a package of the overlay would be; with `accept`, the digest of what was shown, writes it. */
export const overlayManifestBody = z.strictObject({
  package: packageName,
  accept: digest.optional(),
  download: z.boolean().optional().describe('download what is not at hand'),
  uses: z
    .record(line(200), z.strictObject({ package: line(100), version: line(100) }))
    .optional()
    .describe('source packages of the archive of the host to take in place of distfiles'),
});

/** Shows what an update from where an ebuild came from would do; with `accept` carries it out. */
export const overlayUpdateBody = z.strictObject({
  package: packageName,
  accept: digest.optional(),
  keep: z.enum(['mine', 'theirs']).optional(),
});

/** The new text of a file of the overlay; `revision` null makes one. */
export const overlayFileBody = z.strictObject({
  path: repositoryPath,
  text: z.string().max(512 * 1024),
  revision: z
    .string()
    .regex(/^[0-9a-f]{16}$/, 'is not a revision')
    .nullable(),
});

/** A patch of the user for a package. */
export const patchBody = z.strictObject({
  package: packageName,
  fileName: line(200),
  text: z.string().max(512 * 1024),
});
