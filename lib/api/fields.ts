import * as z from 'zod';

/** One line of text without control characters: no NUL for PostgreSQL, nothing that forges a line of a log. */
export const line = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'holds control characters');

/** The text of a design; its own grammar and limits are those of `parseDesign`. */
export const designText = z.string().max(512 * 1024);

export const prefixName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'is not the name of a prefix');
export const treeName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'is not the name of a tree');
export const runId = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'is not the id of a run');
export const starterId = z.string().regex(/^[a-z0-9-]{1,64}$/, 'is not the id of a starter');

/** A path inside a root. */
export const filePath = z
  .string()
  .max(4096)
  .regex(/^[^\0\p{Cs}]*$/u, 'is not a path');
export const fileRoot = z.enum(['staging', 'final', 'image']).default('final');

/** `category/PN`, `category/PN-PVR` or the folder of a patch. */
export const packageName = z
  .string()
  .max(300)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9+_.-]*\/[A-Za-z0-9_][A-Za-z0-9+_.:-]*$/, 'is not a package');

/** A file below a repository: plain names. */
export const repositoryPath = z
  .string()
  .max(1000)
  .regex(/^[^\p{Cc}\p{Cs}\\]+$/u, 'is not a path');

/** A package of a log: its PlanNodeId, empty for the run itself. */
export const logPackage = line(300);

/** A whole number in a query, at most `most`. Nine digits fit the 32-bit columns of PostgreSQL. */
export const count = (most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'is not a whole number')
    .transform(Number)
    .refine((value) => value <= most, `is larger than ${most}`);
