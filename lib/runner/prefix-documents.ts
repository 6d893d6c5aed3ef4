import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlanBody } from '../api/bodies';
import type { PrefixDocument, PrefixSummary } from '../api/wire';
import {
  createPrefix,
  findPrefix,
  getPrefix,
  lastRuns,
  lastSuccess,
  listPrefixes,
  listRuns,
  type StudioDatabase,
  updatePrefix,
} from '../db/index';
import type { PrefixRow, RunRow } from '../db/schema';
import type { Design } from '../design/index';
import { openMerges, prefixPlace } from '../engine/index';
import { checkDesign, requireDesign } from './design-check';
import { DesignInvalidError, RunnerError } from './errors';
import { summaryOf } from './summary';

async function describe(studio: StudioDatabase, row: PrefixRow, home: string): Promise<PrefixDocument> {
  const check = checkDesign({ text: row.text }, home);
  const [last] = await listRuns(studio, { prefix: row.name, limit: 1 });
  return {
    name: row.name,
    text: row.text,
    revision: row.revision,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    design: check.design,
    problems: check.problems,
    names: check.names,
    lastRun: last ? summaryOf(last) : null,
  };
}

/** Throws PREFIX_UNKNOWN. */
export async function readPrefix(studio: StudioDatabase, name: string, home: string): Promise<PrefixDocument> {
  return describe(studio, await getPrefix(studio, name), home);
}

/** The sound design of a stored prefix. Throws PREFIX_UNKNOWN, DESIGN_INVALID. */
export async function readStoredDesign(studio: StudioDatabase, name: string): Promise<Design> {
  return requireDesign({ text: (await getPrefix(studio, name)).text });
}

/** The sound design that a body gives or names. Throws PREFIX_UNKNOWN, DESIGN_INVALID. */
export async function designOf(studio: StudioDatabase, body: PlanBody): Promise<Design> {
  return 'prefix' in body ? readStoredDesign(studio, body.prefix) : requireDesign(body);
}

/** Stores a new design under its own name. Throws DESIGN_INVALID, PREFIX_EXISTS. */
export async function addPrefix(
  studio: StudioDatabase,
  text: string,
  home: string,
  now: Date,
): Promise<PrefixDocument> {
  const { name } = requireDesign({ text });
  return describe(studio, await createPrefix(studio, { name, text, now: now.toISOString() }), home);
}

export interface PrefixChange {
  readonly name: string;
  readonly text: string;
  /** null overwrites */
  readonly revision: number | null;
}

/** Replaces the design; the name stays. Throws DESIGN_INVALID, PREFIX_UNKNOWN, STALE_REVISION. */
export async function changePrefix(
  studio: StudioDatabase,
  change: PrefixChange,
  home: string,
  now: Date,
): Promise<PrefixDocument> {
  const design = requireDesign({ text: change.text });
  if (design.name !== change.name) throw renamed(change.name, design.name);
  return describe(studio, await updatePrefix(studio, { ...change, now: now.toISOString() }), home);
}

function renamed(from: string, to: string): DesignInvalidError {
  return new DesignInvalidError([
    {
      field: 'name',
      code: 'NAME_CHARACTERS',
      message: `A prefix keeps its name. This one is \`${from}\`, not \`${to}\`.`,
      hint: `Write \`name: ${from}\`, or create a new prefix from this design.`,
      suggestion: from,
    },
  ]);
}

/** Stores a design from a file: new, or the next revision. Throws DESIGN_INVALID. */
export async function storeDesign(studio: StudioDatabase, text: string, now: Date): Promise<PrefixRow> {
  const { name } = requireDesign({ text });
  const at = now.toISOString();
  if (await findPrefix(studio, name)) return updatePrefix(studio, { name, text, revision: null, now: at });
  return createPrefix(studio, { name, text, now: at });
}

/** The rows of Home. */
export async function listPrefixSummaries(studio: StudioDatabase, home: string): Promise<readonly PrefixSummary[]> {
  const [rows, runs] = await Promise.all([listPrefixes(studio), lastRuns(studio)]);
  return Promise.all(
    rows.map(async (row): Promise<PrefixSummary> => {
      const { design, names } = checkDesign({ text: row.text }, home);
      const last = runs.get(row.name);
      const success = last?.state === 'succeeded' ? last : await lastSuccess(studio, row.name);
      return {
        name: row.name,
        board: design?.board ?? last?.board ?? '',
        path: design?.path ?? '',
        packages: design?.packages ?? [],
        createdAt: row.created_at,
        updatedAt: row.updated_at,
        lastRun: last ? summaryOf(last) : null,
        image: success ? summaryOf(success).image : null,
        stale: success !== null && success.revision !== null && success.revision < row.revision,
        installed: {
          staging: names ? await countInstalled(names.stagingEroot) : 0,
          final: names ? await countInstalled(names.finalEroot) : 0,
        },
        unfinished: design && last && hasEnded(last) ? await unfinishedIn(design, home) : [],
      };
    }),
  );
}

const hasEnded = ({ state }: RunRow): boolean => state !== 'queued' && state !== 'running';

async function unfinishedIn(design: Design, home: string): Promise<readonly string[]> {
  const { staging, final } = prefixPlace(design, home);
  return [...new Set((await Promise.all([staging, final].map(openMerges))).flat())].sort();
}

/** Entries of a vdb. */
async function countInstalled(eroot: string): Promise<number> {
  const base = join(eroot, 'var', 'db', 'pkg');
  const categories = await readdir(base, { withFileTypes: true }).catch(() => []);
  const counts = await Promise.all(
    categories
      // what the engine keeps there begins with a dot
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(async (entry) => (await readdir(join(base, entry.name))).filter((name) => !name.startsWith('-')).length),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The error of everything that needs a build where there is none. */
export function notBuilt(name: string): RunnerError {
  return new RunnerError('NOT_BUILT', `\`${name}\` has not been built yet.`, { hint: 'Build it first.' });
}
