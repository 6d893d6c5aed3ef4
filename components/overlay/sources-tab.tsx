'use client';

import { useMutation } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, CircleDashed, CircleDot, CircleMinus, CirclePlus } from 'lucide-react';
import { Problem } from '@/components/data/problem';
import { ask } from '@/components/data/request';
import { Button } from '@/components/ui/button';
import { DiffView } from '@/components/ui/diff-view';
import { Quoted } from '@/components/ui/field';
import { formatBytes } from '@/components/ui/format';
import { Waiting } from '@/components/ui/skeleton';
import type { Sent } from '@/lib/api/address';
import { sumLines } from '@/lib/api/distfile-sums';
import type { ManifestProposal } from '@/lib/api/wire';
import { useOverlayChanged } from './use-overlay';

type Distfile = ManifestProposal['distfiles'][number];

const looks = {
  same: { icon: CircleCheck, tone: 'text-final-ink', words: 'as in the Manifest' },
  differs: { icon: CircleAlert, tone: 'text-act-ink', words: 'differs from the Manifest' },
  new: { icon: CirclePlus, tone: 'text-ink', words: 'not in the Manifest yet' },
  unseen: { icon: CircleDashed, tone: 'text-muted', words: 'not at hand; its line stays' },
  missing: { icon: CircleDot, tone: 'text-act-ink', words: 'not at hand, and not in the Manifest' },
  dropped: { icon: CircleMinus, tone: 'text-muted', words: 'no ebuild asks for it; its line will be removed' },
} as const;

/** What the Manifest of a package would be from the sources at hand; it is written only after it was shown. */
export function SourcesTab({ prefix, packageName }: { prefix: string; packageName: string }) {
  const changed = useOverlayChanged(prefix);
  const propose = (body: Partial<Sent<'POST /api/prefixes/{name}/overlay/manifest'>['body']>) =>
    ask('POST /api/prefixes/{name}/overlay/manifest', {
      params: { name: prefix },
      body: { package: packageName, ...body },
    });
  const look = useMutation({ mutationFn: (download: boolean) => propose({ download }) });
  const accept = useMutation({
    mutationFn: ({ digest, download }: { digest: string; download: boolean }) => propose({ accept: digest, download }),
    onSuccess: async () => {
      await changed();
      look.reset();
    },
  });
  const { data } = look;
  const lacking = data?.distfiles.some(({ kind }) => kind === 'unseen' || kind === 'missing') ?? false;
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <p className="max-w-prose text-sm text-muted">
        The Manifest of your copy is written from the sources at hand: the folder of distfiles and the source archive of
        this machine. Sizes and hashes that differ are shown first. The Manifest of the tree stays as it is.
      </p>
      <div className="flex flex-wrap gap-2">
        <Button
          tone={data ? 'secondary' : 'primary'}
          waiting={look.isPending && 'Looking …'}
          onClick={() => look.mutate(false)}
        >
          Look for the sources
        </Button>
        {lacking && (
          <Button disabled={look.isPending} onClick={() => look.mutate(true)}>
            Download what is not at hand
          </Button>
        )}
      </div>
      {look.isPending && <Waiting>Looking for the sources; the archive may have to be asked</Waiting>}
      {look.isError && (
        <Problem error={look.error} what="The sources could not be looked for" again={() => look.mutate(false)} />
      )}
      {accept.isError && <Problem error={accept.error} what="The Manifest was not written" />}
      {accept.isSuccess && !data && (
        <p role="status" className="text-sm">
          The Manifest is written. The next build uses these sources.
        </p>
      )}
      {data && (
        <>
          <ul aria-label="Sources" className="overflow-hidden rounded-lg border bg-surface empty:hidden">
            {data.distfiles.map((distfile) => (
              <DistfileRow key={`${distfile.name} ${distfile.kind}`} distfile={distfile} />
            ))}
          </ul>
          {data.distfiles.length === 0 && <p className="text-sm">The ebuild asks for no sources.</p>}
          {data.ebuilds.map(({ path, diff }) => (
            <div key={path}>
              <p className="mono mb-1 text-xs text-muted">{path}</p>
              <DiffView diff={diff} />
            </div>
          ))}
          <div className="flex flex-wrap items-center justify-end gap-2">
            {!data.isChange && <p className="text-sm text-muted">The Manifest is up to date.</p>}
            <Button
              tone="primary"
              disabled={!data.isChange}
              waiting={accept.isPending && 'Writing …'}
              onClick={() => accept.mutate({ digest: data.digest, download: look.variables ?? false })}
            >
              Accept these sources
            </Button>
          </div>
        </>
      )}
    </div>
  );
}

function DistfileRow({ distfile }: { distfile: Distfile }) {
  const { name, replaces, kind, before, after, from, notes } = distfile;
  const { icon: Icon, tone, words } = looks[kind];
  const size = after ?? before;
  return (
    <li className="flex items-start gap-2.5 border-b px-3 py-2.5 text-sm last:border-b-0">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${tone}`} />
      <div className="min-w-0 flex-1">
        <p className="break-words">
          <span className="mono text-xs font-semibold break-all">{name}</span>{' '}
          {replaces && (
            <>
              in place of <span className="mono text-xs break-all">{replaces}</span>{' '}
            </>
          )}
          <span className={tone}>{words}</span>
          {size && <span className="text-muted tabular">, {formatBytes(size.sizeBytes)}</span>}
        </p>
        {from && <p className="text-muted break-words">From {from}</p>}
        {(kind === 'differs' || kind === 'new') && (
          <ul className="mt-1">
            {sumLines(distfile).map((line) => (
              <li key={line} className="mono text-xs break-all text-muted">
                {line}
              </li>
            ))}
          </ul>
        )}
        {notes.map((note) => (
          <p key={note} className="mt-1 break-words">
            <Quoted text={note} />
          </p>
        ))}
      </div>
    </li>
  );
}
