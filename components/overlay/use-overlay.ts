'use client';

import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { outdated } from '@/components/data/outdated';
import { asRequestError, request } from '@/components/data/request';
import { apiPaths } from '@/lib/api/paths';
import { queryKeys } from '@/lib/api/query-keys';
import type { FileChange, OverlayFile, OverlayView, PatchText, TakeAnswer } from '@/lib/api/wire';

/** Questions about the overlay of a prefix. */
export const overlayQueries = {
  view: (name: string) =>
    queryOptions({
      queryKey: queryKeys.overlay(name),
      queryFn: ({ signal }) => request<OverlayView>(apiPaths.overlay(name), { signal }),
      retry: false,
    }),
  file: (name: string, path: string) =>
    queryOptions({
      queryKey: queryKeys.overlayFile(name, path),
      queryFn: ({ signal }) => request<OverlayFile>(apiPaths.overlayFile(name, path), { signal }),
      retry: false,
      // what is typed is not replaced by what comes in
      refetchOnWindowFocus: false,
    }),
  changes: (name: string, cpv: string) =>
    queryOptions({
      queryKey: queryKeys.overlayChanges(name, cpv),
      queryFn: ({ signal }) => request<FileChange[]>(apiPaths.overlayEbuild(name, cpv), { signal }),
      retry: false,
    }),
  patch: (name: string, of: string, file: string) =>
    queryOptions({
      queryKey: queryKeys.overlayPatch(name, of, file),
      queryFn: ({ signal }) => request<PatchText>(apiPaths.overlayPatches(name, of, file), { signal }),
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
  return () =>
    Promise.all([outdated(client, { queryKey: queryKeys.prefix(name) }), outdated(client, { queryKey: ['plan'] })]);
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
    mutationFn: (body: { package: string; from?: string }) => request<TakeAnswer>(apiPaths.overlay(name), { body }),
    onSuccess: async (answer) => {
      await changed();
      toast(answer.isNew ? `${answer.cpv} is yours now` : `${answer.cpv} was yours already`, {
        description: [`From ${answer.origin}`, ...answer.notices].join('. ').replaceAll('`', ''),
      });
      onTaken(answer);
    },
  });
}
