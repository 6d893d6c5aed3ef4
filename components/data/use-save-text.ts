'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { apiPaths } from '@/lib/api/paths';
import { queryKeys } from '@/lib/api/query-keys';
import type { PrefixDocument } from '@/lib/api/wire';
import { outdated } from './outdated';
import { asRequestError, request } from './request';

/** Stores another text of a design at once, as a proven change does; everything that follows from it is asked for again. */
export function useSaveText({ name, revision }: Pick<PrefixDocument, 'name' | 'revision'>): (text: string) => void {
  const client = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: (text: string) =>
      request<PrefixDocument>(apiPaths.prefix(name), { method: 'PUT', body: { text, revision } }),
    onSuccess: () => outdated(client, { queryKey: queryKeys.prefixes() }),
    onError: (error) => toast.error(asRequestError(error).message.replaceAll('`', '')),
  });
  return mutate;
}
