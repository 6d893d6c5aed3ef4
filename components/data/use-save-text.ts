'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import type { PrefixDocument } from '@/lib/api/wire';
import { prefixesOutdated } from './outdated';
import { ask, asRequestError } from './request';

/** Stores another text of a design at once, as a proven change does; everything that follows from it is asked for again. */
export function useSaveText({ name, revision }: Pick<PrefixDocument, 'name' | 'revision'>): (text: string) => void {
  const client = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: (text: string) => ask('PUT /api/prefixes/{name}', { params: { name }, body: { text, revision } }),
    onSuccess: () => prefixesOutdated(client),
    onError: (error) => toast.error(asRequestError(error).message.replaceAll('`', '')),
  });
  return mutate;
}
