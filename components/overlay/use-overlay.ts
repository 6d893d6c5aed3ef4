'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { outdated } from '@/components/data/outdated';
import { plans, queries, question } from '@/components/data/queries';
import { ask, asRequestError } from '@/components/data/request';
import type { TakeAnswer } from '@/lib/api/wire';

/** Questions about the overlay of a prefix. */
export const overlayQueries = {
  view: (name: string) => ({ ...question('GET /api/prefixes/{name}/overlay', { params: { name } }), retry: false }),
  file: (name: string, path: string) => ({
    ...question('GET /api/prefixes/{name}/overlay/file', { params: { name }, query: { path } }),
    retry: false,
    // what is typed is not replaced by what comes in
    refetchOnWindowFocus: false,
  }),
  changes: (name: string, cpv: string) => ({
    ...question('GET /api/prefixes/{name}/overlay/ebuild', { params: { name }, query: { package: cpv } }),
    retry: false,
  }),
  patch: (name: string, of: string, file: string) => ({
    ...question('GET /api/prefixes/{name}/overlay/patches', { params: { name }, query: { package: of, file } }),
    retry: false,
  }),
};

export const overlayHref = (name: string, cpv?: string, tab?: string): string => {
  const query = new URLSearchParams({ ...(cpv && { ebuild: cpv }), ...(tab && { tab }) });
  return `/p/${encodeURIComponent(name)}/overlay${query.size > 0 ? `?${query}` : ''}`;
};

/** Asks for everything again that follows from the ebuilds and patches of a prefix: its overlay, its design, its plan. */
export function useOverlayChanged(name: string): () => Promise<unknown> {
  const client = useQueryClient();
  return () => Promise.all([outdated(client, { queryKey: queries.prefix(name).queryKey }), outdated(client, plans)]);
}

/** Says as a passing note what went wrong. */
export function tellProblem(error: unknown): void {
  const { message, hint } = asRequestError(error);
  toast.error(message.replaceAll('`', ''), { description: hint?.replaceAll('`', '') });
}

/** Takes an ebuild home, then plans again. */
export function useTakeHome(name: string, onTaken: (answer: TakeAnswer) => void) {
  const changed = useOverlayChanged(name);
  return useMutation({
    mutationFn: (body: { package: string; from?: string }) =>
      ask('POST /api/prefixes/{name}/overlay', { params: { name }, body }),
    onSuccess: async (answer) => {
      await changed();
      toast(answer.isNew ? `${answer.cpv} is yours now` : `${answer.cpv} was yours already`, {
        description: [`From ${answer.origin}`, ...answer.notices].join('. ').replaceAll('`', ''),
      });
      onTaken(answer);
    },
  });
}
