import { z } from 'zod';

const text = z.string().max(512 * 1024);

/** `DesignInputBody` */
export const designInput = z.union([z.strictObject({ text }), z.strictObject({ design: z.unknown() })]);

/** `PlanBody` */
export const planBody = z.union([
  z.strictObject({ text }),
  z.strictObject({ design: z.unknown() }),
  z.strictObject({ prefix: z.string() }),
]);

/** `BootstrapBody` */
export const bootstrapBody = z.strictObject({
  text,
  way: z.enum(['cross', 'staged', 'starter']).optional(),
  without: z.array(z.string().max(200)).max(200).optional(),
  fixes: z.boolean().optional(),
});

/** `CreatePrefixBody` */
export const createPrefixBody = z.strictObject({ text });

/** `UpdatePrefixBody` */
export const updatePrefixBody = z.strictObject({ text, revision: z.number().int().positive().optional() });

/** `CreateRunBody` */
export const createRunBody = z.strictObject({ prefix: z.string(), jobs: z.number().int().min(1).max(256).optional() });

/** `AddTreeBody` */
export const addTreeBody = z.strictObject({ name: z.string().max(100), location: z.string().max(4000) });

const words = z.array(z.string());

/** `ApplyEditsBody`; the edits are those of a plan's fixes */
export const applyEditsBody = z.strictObject({
  text,
  edits: z.array(
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('package_use'), atom: z.string(), flags: words }),
      z.strictObject({ kind: z.literal('use'), flags: words }),
      z.strictObject({ kind: z.literal('make_conf'), variable: z.string(), value: z.string() }),
      z.strictObject({ kind: z.literal('accept_keywords'), atom: z.string(), keywords: words }),
      z.strictObject({ kind: z.literal('accept_license'), atom: z.string(), licenses: words }),
      z.strictObject({ kind: z.literal('unmask'), atom: z.string() }),
      z.strictObject({ kind: z.literal('mask'), atom: z.string() }),
      z.strictObject({ kind: z.literal('drop_mask'), atom: z.string() }),
      z.strictObject({ kind: z.literal('replace_package'), from: z.string(), to: z.string() }),
      z.strictObject({ kind: z.literal('add_repository'), name: z.string(), location: z.string() }),
      z.strictObject({ kind: z.literal('provide_on_host'), atom: z.string() }),
      z.strictObject({ kind: z.literal('provide_on_target'), atom: z.string() }),
    ]),
  ),
});

const root = z.string().max(4000).nullable().optional();

/** `RootsInput`; a key left out or null = the variable is not set */
export const rootsBody = z.strictObject({
  root,
  sysroot: root,
  eprefix: root,
  broot: root,
  eapi: z.string().max(20).default('8'),
  usePackagesOnly: z.boolean().optional(),
});
