'use client';

import { useQuery } from '@tanstack/react-query';
import { Disc3, Download } from 'lucide-react';
import Link from 'next/link';
import { ProofCard } from '@/components/builds/outcome';
import { Problem } from '@/components/data/problem';
import { queries } from '@/components/data/queries';
import { asRequestError } from '@/components/data/request';
import { usePrefix } from '@/components/data/use-prefix';
import { PlaceIcon } from '@/components/place/place-mark';
import { Ago } from '@/components/ui/ago';
import { buttonClass } from '@/components/ui/button';
import { CodeBlock } from '@/components/ui/code-block';
import { CopyButton } from '@/components/ui/copy-button';
import { EmptyState } from '@/components/ui/empty-state';
import { Quoted } from '@/components/ui/field';
import { formatBytes } from '@/components/ui/format';
import { Notice } from '@/components/ui/notice';
import { Section } from '@/components/ui/section';
import { SkeletonRows } from '@/components/ui/skeleton';
import { addressOf } from '@/lib/api/address';
import type { ProofCheck } from '@/lib/api/events';
import { isFailedCheck, proofHeadline } from '@/lib/api/proof-story';
import type { RunView } from '@/lib/api/run-view';
import { MatchTable } from './match-table';

/** The image of the last good build and how to get it onto a machine. */
export function ImageView({ name }: { name: string }) {
  const { prefix, row } = usePrefix(name);
  // there is none of a build that ended well; a failed one may have left an image that failed its proof
  const hasNone = row !== undefined && row.image === null;
  const failed = hasNone && row.lastRun?.state === 'failed' ? row.lastRun.id : null;
  const lastRun = useQuery({ ...queries.run(failed ?? ''), enabled: failed !== null });
  const isAsking = failed !== null && lastRun.isPending;
  const image = useQuery({ ...queries.image(name), enabled: row !== undefined && !hasNone });
  const noImage = (
    <EmptyState
      icon={Disc3}
      title={prefix.data?.design?.sysext === false ? 'This design does not ask for an image' : 'No image yet'}
    >
      {prefix.data?.design?.sysext === false
        ? 'Turn it on in Design, under Image.'
        : 'Every successful build packs one; the button above starts a build.'}
    </EmptyState>
  );
  const waiting = (
    <div className="px-3 py-5 md:px-6">
      <SkeletonRows rows={4} label="Loading the image" />
    </div>
  );
  if (isAsking) return waiting;
  if (hasNone) {
    return (
      <div className="flex max-w-4xl flex-col gap-6 px-3 py-5 md:px-6">
        {lastRun.data?.image && lastRun.data.proof?.some(isFailedCheck) ? (
          <FailedImage run={lastRun.data} checks={lastRun.data.proof} />
        ) : (
          noImage
        )}
        <MatchTable name={name} />
      </div>
    );
  }
  if (image.isPending) return waiting;
  if (image.isError) {
    const { status, code } = asRequestError(image.error);
    const none = status === 404 && code !== 'UNEXPECTED_ANSWER';
    return (
      <div className="px-3 py-5 md:px-6">
        {none ? (
          noImage
        ) : (
          <Problem error={image.error} what="The image could not be opened" again={() => image.refetch()} />
        )}
      </div>
    );
  }
  const { data } = image;
  return (
    <div className="grid gap-6 px-3 py-5 md:px-6 xl:grid-cols-2">
      <h2 className="sr-only">Image</h2>
      <div className="flex min-w-0 flex-col gap-5">
        {row?.stale && (
          <Notice level="warn" title="The design was edited after this image was built">
            Build again to get the edits into the image.
          </Notice>
        )}
        <div className="rounded-lg border border-t-[3px] border-t-image bg-surface p-4">
          <div className="flex flex-wrap items-start justify-between gap-3">
            <div className="flex min-w-0 items-center gap-3">
              <span className="flex size-10 items-center justify-center rounded-md bg-image-tint text-image-ink">
                <PlaceIcon place="image" className="size-5" />
              </span>
              <div className="min-w-0">
                <p className="mono truncate font-semibold">{data.image.fileName}</p>
                <p className="text-sm text-muted tabular">
                  {formatBytes(data.image.sizeBytes)}, {data.image.format}, built <Ago at={data.builtAt} /> in{' '}
                  <Link href={`/builds/${data.run}`} className="text-link-ink hover:underline">
                    this build
                  </Link>
                </p>
              </div>
            </div>
            <a href={data.downloadUrl} download={data.image.fileName} className={buttonClass('primary', 'lg')}>
              <Download aria-hidden className="size-4" /> Download
            </a>
          </div>
          <dl className="mt-4 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1.5 text-sm">
            <dt className="text-muted">SHA256</dt>
            <dd className="flex min-w-0 items-start gap-1">
              <code className="text-xs leading-5 break-all">{data.image.sha256}</code>
              <CopyButton text={data.image.sha256} label="Copy SHA256" />
            </dd>
            <dt className="text-muted">On this machine</dt>
            <dd className="flex min-w-0 items-start gap-1">
              <code className="text-xs leading-5 break-all">{data.image.path}</code>
              <CopyButton text={data.image.path} label="Copy path" />
            </dd>
          </dl>
        </div>
        {data.warnings.map((warning) => (
          <Notice key={warning} level="warn" title={warning} />
        ))}
        <ProofCard checks={data.proof} prefix={name} />
        <MatchTable name={name} />
        <CodeBlock label="extension-release in the image" code={data.extensionRelease} />
      </div>
      <div className="flex min-w-0 flex-col gap-5">
        <Section title="Try it on a running machine">
          <CodeBlock label="Commands on the target" code={data.commands.join('\n')} />
          <p className="mt-1.5 text-sm text-muted">
            {data.image.format === 'squashfs' && data.image.release !== undefined ? (
              'The file may have another name there: the image says that systemd need not compare it.'
            ) : (
              <>
                Keep the name <code className="text-xs">{data.image.fileName}</code>: under any other name it is not
                merged.
              </>
            )}
          </p>
        </Section>
        <Section title="Or have it from the first boot">
          <CodeBlock label="Butane" code={data.butane} />
        </Section>
      </div>
    </div>
  );
}

/** There is an image, but its proof failed: what failed, and a link for those who want it all the same. */
function FailedImage({ run, checks }: { run: RunView; checks: readonly ProofCheck[] }) {
  return (
    <>
      <Notice
        level="act"
        title="The only image failed its proof"
        action={
          <Link href={`/builds/${run.id}`} className={buttonClass('secondary', 'sm')}>
            Open that build
          </Link>
        }
      >
        <p>
          <Quoted text={`It is held back: ${proofHeadline(checks)}.`} />
        </p>
        <p className="mt-1">
          <a
            href={addressOf('GET /api/prefixes/{name}/image/download', {
              params: { name: run.name },
              query: { accept: 'failed-checks', run: run.id },
            })}
            className="text-link-ink hover:underline"
          >
            Download it despite the failed proof
          </a>
        </p>
      </Notice>
      <ProofCard checks={checks} prefix={run.name} />
    </>
  );
}
