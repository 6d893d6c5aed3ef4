'use client';

import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleDashed, CircleX, Download, FolderTree } from 'lucide-react';
import Link from 'next/link';
import { queries } from '@/components/data/queries';
import { PlaceIcon } from '@/components/place/place-mark';
import { workspaceHref } from '@/components/shell/views';
import { ButtonLink, buttonClass } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Quoted } from '@/components/ui/field';
import { count, formatBytes } from '@/components/ui/format';
import { TableHead } from '@/components/ui/table-head';
import { addressOf } from '@/lib/api/address';
import type { ImageFacts, ProofCheck } from '@/lib/api/events';
import { replacedBy } from '@/lib/api/image-of-run';
import { countChecks, failedChecks, isFailedCheck, isUnproven } from '@/lib/api/proof-story';
import type { RunView } from '@/lib/api/run-view';
import { LeaveOut } from './leave-out';

/** Later builds of the prefix that are looked at. */
const mostLater = 100;

/** The image a build made, to take away; after a failed proof it is there to be looked at, and only taken knowingly. */
export function ImageCard({ view, image }: { view: RunView; image: ImageFacts }) {
  const isProven = !isUnproven(view.proof);
  const { data } = useQuery(queries.runs({ prefix: view.name, limit: mostLater }));
  const by = replacedBy(view, data?.runs ?? []);
  return (
    <section
      aria-label="Image"
      className="flex flex-wrap items-center gap-x-5 gap-y-2 rounded-lg border border-l-[3px] border-l-image bg-surface px-4 py-3"
    >
      <PlaceIcon place="image" className="size-5 text-image-ink" />
      <div className="min-w-0 flex-1 basis-64">
        <h2 className="font-semibold">
          <span className="mono text-[0.95em]">{image.fileName}</span>{' '}
          <span className="font-normal text-muted tabular">
            {formatBytes(image.sizeBytes)}, {image.format}
          </span>
        </h2>
        {by !== null && (
          <p className="text-sm">
            This build’s image is gone:{' '}
            <Link href={`/builds/${by.id}`} className="text-link-ink hover:underline">
              a later build
            </Link>{' '}
            has replaced it.
          </p>
        )}
        {!isProven && by === null && (
          <p className="text-sm">Packed so that you can inspect it, but held back because its proof failed.</p>
        )}
        <p className="flex min-w-0 items-center gap-1 text-xs text-muted">
          SHA256 <code className="truncate">{image.sha256}</code>
          <CopyButton text={image.sha256} label="Copy SHA256" />
        </p>
      </div>
      {by === null && <ImageActions view={view} image={image} isProven={isProven} />}
    </section>
  );
}

function ImageActions({ view, image, isProven }: { view: RunView; image: ImageFacts; isProven: boolean }) {
  return (
    <div className="flex flex-wrap gap-2">
      <ButtonLink href={workspaceHref(view.name, 'files')}>
        <FolderTree aria-hidden className="size-4" /> What is inside
      </ButtonLink>
      {isProven ? (
        <>
          <ButtonLink href={workspaceHref(view.name, 'image')}>How to deploy it</ButtonLink>
          <a
            href={addressOf('GET /api/prefixes/{name}/image/download', {
              params: { name: view.name },
              query: { run: view.id },
            })}
            download={image.fileName}
            className={buttonClass('primary')}
          >
            <Download aria-hidden className="size-4" /> Download
          </a>
        </>
      ) : (
        <a
          href={addressOf('GET /api/prefixes/{name}/image/download', {
            params: { name: view.name },
            query: { accept: 'failed-checks', run: view.id },
          })}
          download={image.fileName}
          className={buttonClass('quiet')}
        >
          <Download aria-hidden className="size-4" /> Download it despite the failed proof
        </a>
      )}
    </div>
  );
}

export const proofWords: Readonly<Record<ProofCheck['name'], string>> = {
  interpreter: 'Every program starts with the prefix’s own loader',
  needed: 'Every library is found inside the prefix',
  rpath: 'No search path leads outside',
  'c-library': 'The C library is the planned one',
  'own-sources': 'What was built from your own copies and patches',
  shebang: 'Scripts start with an interpreter that will be there',
  symlink: 'No link leads outside',
  'staging-path': 'No file mentions the staging folder',
  permissions: 'Owners and modes fit an image',
  machine: 'Everything is for the right machine',
  starts: 'The application starts with the final root alone',
  'hostile-host': 'On a host with foreign libraries it loads none of them',
  'outside-files': 'Which files of the host programs look for',
  'host-data': 'Where shared data comes from, and what happens without it',
  image: 'The image passes systemd-dissect',
};

const mostFindings = 200;

/** What was proven of the result, one line a check; leaks by file and owner. */
export function ProofCard({ checks, prefix }: { checks: readonly ProofCheck[]; prefix: string }) {
  const failed = failedChecks(checks);
  const others = checks.filter((check) => !isFailedCheck(check));
  const counts = countChecks(checks);
  return (
    <section aria-label="Proof" className={`rounded-lg border bg-surface ${failed.length > 0 ? 'border-act' : ''}`}>
      <details open={failed.length > 0 || undefined}>
        <summary className="flex items-center gap-2 px-4 py-2.5 font-semibold">
          {failed.length > 0 ? (
            <CircleX aria-hidden className="size-4 text-act-ink" />
          ) : (
            <CircleCheck aria-hidden className="size-4 text-final-ink" />
          )}
          {failed.length > 0
            ? `Not proven: ${counts.failed} of ${count(counts.failed + counts.passed, 'check')} failed`
            : `Proven: ${count(counts.passed, 'check')} passed`}
          {counts.skipped > 0 && <span className="font-normal text-muted">, {counts.skipped} not run here</span>}
        </summary>
        <ul className="border-t">
          {[...failed, ...others].map((check) => (
            <li key={check.name} className="border-b px-4 py-2 last:border-b-0">
              <div className="flex items-start gap-2">
                {check.ok ? (
                  <CircleCheck aria-label="passed" className="mt-0.5 size-4 shrink-0 text-final-ink" />
                ) : check.skipped ? (
                  <CircleDashed aria-label="not run here" className="mt-0.5 size-4 shrink-0 text-muted" />
                ) : (
                  <CircleX aria-label="failed" className="mt-0.5 size-4 shrink-0 text-act-ink" />
                )}
                <div className="min-w-0">
                  <p className="font-medium">{proofWords[check.name]}</p>
                  <p className="text-sm break-words text-muted">
                    <Quoted text={check.skipped ?? check.summary} />
                  </p>
                  {check.leaveOut && <LeaveOut prefix={prefix} check={check} />}
                </div>
              </div>
              {check.findings.length > 0 && (
                <div className="pane mt-2 max-h-72 rounded-md border">
                  <table className="w-full min-w-[36rem] text-xs">
                    <caption className="sr-only">Findings of: {proofWords[check.name]}</caption>
                    <TableHead titles={['Kind', 'File', 'Package', 'What']} cell="px-2 py-1" />
                    <tbody>
                      {check.findings.slice(0, mostFindings).map((finding) => (
                        <tr key={`${finding.path} ${finding.detail}`} className="border-t align-top">
                          <td
                            className={`px-2 py-1 ${finding.severity === 'leak' ? 'font-medium text-act-ink' : 'text-muted'}`}
                          >
                            {finding.start ? 'failed' : finding.severity}
                          </td>
                          <td className="mono px-2 py-1 break-all">{finding.path}</td>
                          <td className="mono px-2 py-1">{finding.owner ?? '–'}</td>
                          <td className="px-2 py-1 break-words">
                            <Quoted text={finding.detail} />
                          </td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                  {check.findings.length > mostFindings && (
                    <p className="p-2 text-xs text-muted">and {check.findings.length - mostFindings} more</p>
                  )}
                </div>
              )}
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
