import { describeLog, searchLogs, streamPlainLog } from '../runner/log-text';
import { noLogYet } from '../runner/no-log-yet';
import { listLogs, readLogRange, readLogTail } from '../runner/read-log';
import { listRunSummaries, readRun, readRunEvents, requestStoredRun, runFolder } from '../runner/run-documents';
import { cancelRun, retryRun } from '../runner/run-requests';
import type { HandlersOf } from './handler';

const plainText = { 'content-type': 'text/plain; charset=utf-8' };

/** Builds and their logs. */
export const runs: HandlersOf<'runs'> = {
  'GET /api/runs': ({ studio }, { query }) => listRunSummaries(studio, query),
  'POST /api/runs': async ({ studio, queue }, { body: { prefix, jobs, driver } }) =>
    requestStoredRun(studio, await queue(), { prefix, jobs: jobs ?? null, driver, now: new Date() }),
  'GET /api/runs/{id}': ({ studio }, { params }) => readRun(studio, params.id),
  'POST /api/runs/{id}/cancel': ({ studio }, { params }) => cancelRun(studio, params.id, new Date()),
  'POST /api/runs/{id}/retry': async ({ studio, queue }, { params }) =>
    retryRun(studio, await queue(), params.id, new Date()),
  'GET /api/runs/{id}/events': ({ studio }, { params, query }) => readRunEvents(studio, params.id, query.after),
  'GET /api/runs/{id}/logs': async (here, { params }) => listLogs(await runFolder(here, params.id)),
  'GET /api/runs/{id}/log': async (here, { params, query }) => {
    const folder = await runFolder(here, params.id);
    const packageId = query.package || null;
    const range =
      query.tail !== undefined
        ? readLogTail(folder, packageId, query.tail)
        : readLogRange(folder, packageId, query.from, query.count);
    return range.catch((error: unknown) => noLogYet(here.studio, params.id, packageId, error));
  },
  'GET /api/runs/{id}/log/search': async (here, { params, query }, { signal }) => {
    const { q, package: packageId, limit } = query;
    const only = packageId === undefined ? {} : { id: packageId || null };
    return searchLogs(await runFolder(here, params.id), q, { limit, signal, ...only });
  },
  'GET /api/runs/{id}/log/text': async (here, { params, query }, { wantsHeadersOnly }) => {
    const log = await streamPlainLog(await runFolder(here, params.id), query.package || null);
    if (wantsHeadersOnly) log.destroy();
    return { stream: wantsHeadersOnly ? null : log, headers: { ...plainText, 'cache-control': 'no-store' } };
  },
  'GET /api/runs/{id}/log/download': async (here, { params, query }) => {
    const log = await describeLog(await runFolder(here, params.id), params.id, query.package || null);
    return { ...log, headers: plainText };
  },
};
