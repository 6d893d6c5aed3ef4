'use client';

import { useQuery } from '@tanstack/react-query';
import { queries } from '@/components/data/queries';
import { SkeletonRows } from '@/components/ui/skeleton';
import { DesignEditor } from './design-editor';

/** The design of a prefix, as form and as file. */
export function DesignView({ name }: { name: string }) {
  const { data } = useQuery(queries.prefix(name));
  if (!data) {
    return (
      <div className="px-3 py-5 md:px-6">
        <SkeletonRows rows={6} label="Opening the design" />
      </div>
    );
  }
  return <DesignEditor key={data.name} document={data} />;
}
