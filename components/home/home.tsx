'use client';

import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { Problem } from '@/components/data/problem';
import { queries } from '@/components/data/queries';
import { ButtonLink } from '@/components/ui/button';
import { PageHeader, Section } from '@/components/ui/section';
import { SkeletonRows } from '@/components/ui/skeleton';
import { attentionOf } from './attention';
import { AttentionList } from './attention-list';
import { PrefixRows } from './prefix-rows';
import { RecentRuns } from './recent-runs';
import { StarterGallery } from './starter-gallery';
import { Welcome } from './welcome';

/** What needs me, my prefixes, what was built, where to start. */
export function Home() {
  const prefixes = useQuery(queries.prefixes());
  const doctor = useQuery(queries.doctor());
  const attention = attentionOf(prefixes.data ?? [], doctor.data);
  const none = prefixes.data?.length === 0;
  return (
    <div className="flex flex-col gap-7 px-3 py-5 md:px-6">
      {none ? (
        <Welcome />
      ) : (
        <PageHeader
          title="Prefixes"
          actions={
            <ButtonLink href="/new" tone="primary">
              <Plus aria-hidden className="size-4" /> New prefix
            </ButtonLink>
          }
        />
      )}
      {attention.length > 0 && <AttentionList items={attention} />}
      {prefixes.isPending && <SkeletonRows rows={3} label="Loading the prefixes" height="h-14" />}
      {prefixes.isError && (
        <Problem
          error={prefixes.error}
          what="The list of prefixes could not be loaded"
          again={() => prefixes.refetch()}
        />
      )}
      <div className="grid gap-x-8 gap-y-7 min-[1500px]:grid-cols-[minmax(0,3fr)_minmax(24rem,2fr)]">
        <div className="flex min-w-0 flex-col gap-7">
          {prefixes.data && !none && <PrefixRows prefixes={prefixes.data} />}
          {none && <StarterGallery />}
        </div>
        {!none && <RecentRuns />}
      </div>
      {!none && (
        <Section title="Start another from a starter">
          <StarterGallery bare />
        </Section>
      )}
    </div>
  );
}
