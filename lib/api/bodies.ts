import * as z from 'zod';
import { line, packageName, prefixName, repositoryPath, designText as text, treeName } from './fields';

/** `DesignInputBody` */
export const designInput = z.union([z.strictObject({ text }), z.strictObject({ design: z.unknown() })]);

/** `PlanBody` */
export const planBody = z.union([
  z.strictObject({ text }),
  z.strictObject({ design: z.unknown() }),
  z.strictObject({ prefix: prefixName }),
]);

/** `BootstrapBody` */
export const bootstrapBody = z.strictObject({
  text,
  way: z.enum(['cross', 'staged', 'starter']).optional(),
  without: z.array(line(200)).max(200).optional(),
  fixes: z.boolean().optional(),
});

/** `CreatePrefixBody` */
export const createPrefixBody = z.strictObject({ text });

/** `UpdatePrefixBody` */
export const updatePrefixBody = z.strictObject({ text, revision: z.number().int().positive().optional() });

/** `CreateRunBody` */
export const createRunBody = z.strictObject({ prefix: prefixName, jobs: z.number().int().min(1).max(256).optional() });

/** `ImportBody`; names and paths are judged as those of a design */
export const importBody = z.strictObject({
  files: z
    .array(z.strictObject({ path: line(1000), text }))
    .min(1)
    .max(1000),
  name: line(100).optional(),
  board: line(100).optional(),
  path: line(4000).optional(),
  tree: treeName.optional(),
});

/** `AddTreeBody` */
export const addTreeBody = z.strictObject({ name: line(100), location: line(4000) });

const word = line(1000);
const words = z.array(word).max(1000);

/** `ApplyEditsBody`; the edits are those of a plan's fixes */
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

/** `RootsInput`; a key left out or null = the variable is not set */
export const rootsBody = z.strictObject({
  root,
  sysroot: root,
  eprefix: root,
  broot: root,
  eapi: line(20).default('8'),
  usePackagesOnly: z.boolean().optional(),
});

/** `TakeEbuildBody` */
export const takeEbuildBody = z.strictObject({
  package: packageName,
  from: line(4000).min(1).optional(),
  as: line(100).min(1).optional(),
});

const digest = z.string().regex(/^[0-9a-f]{32}$/, 'is not what a proposal calls itself');

/** `OverlayManifestBody` */
export const overlayManifestBody = z.strictObject({
  package: packageName,
  accept: digest.optional(),
  download: z.boolean().optional(),
  uses: z.record(line(200), z.strictObject({ package: line(100), version: line(100) })).optional(),
});

/** `OverlayUpdateBody` */
export const overlayUpdateBody = z.strictObject({
  package: packageName,
  accept: digest.optional(),
  keep: z.enum(['mine', 'theirs']).optional(),
});

/** `OverlayFileBody`; what an editor is for */
export const overlayFileBody = z.strictObject({
  path: repositoryPath,
  text: z.string().max(512 * 1024),
  revision: z
    .string()
    .regex(/^[0-9a-f]{16}$/, 'is not a revision')
    .nullable(),
});

/** `PatchBody` */
export const patchBody = z.strictObject({
  package: packageName,
  fileName: line(200),
  text: z.string().max(512 * 1024),
});
