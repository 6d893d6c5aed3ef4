'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { RunRows } from '@/components/builds/run-rows';
import { queries } from '@/components/data/queries';
import { Section } from '@/components/ui/section';

export function RecentRuns() {
  const { data } = useQuery(queries.runs({ limit: 8 }));
  if (!data || data.runs.length === 0) return null;
  return (
    <Section
      title="Recent builds"
      aside={
        <Link href="/builds" className="text-link-ink hover:underline">
          all builds
        </Link>
      }
    >
      <RunRows runs={data.runs} />
    </Section>
  );
}
