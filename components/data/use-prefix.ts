'use client';

import { useQuery } from '@tanstack/react-query';
import { figuresOfPlan, figuresOfPrefix } from '@/components/place/figures';
import type { FourPlaces } from '@/components/place/four-place-bar';
import { queries, usePlan } from './queries';

/** The stored design of a prefix and its plan. */
export function usePrefix(name: string) {
  const prefix = useQuery(queries.prefix(name));
  const text = prefix.data?.design ? prefix.data.text : null;
  const plan = usePlan(text);
  const planned = plan.data?.result.kind === 'planned' ? plan.data.result.plan : null;
  const list = useQuery(queries.prefixes());
  const row = list.data?.find((known) => known.name === name);
  // it was there, and a later list has it no more
  const isGone = list.isSuccess && !row && prefix.isSuccess && list.dataUpdatedAt > prefix.dataUpdatedAt;
  const figures: FourPlaces =
    planned || !row ? figuresOfPlan(planned, row?.image?.sizeBytes ?? null) : figuresOfPrefix(row);
  return { prefix, plan, planned, row, figures, isGone };
}
