'use client';

import { HousePlus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { Button, ButtonLink } from '@/components/ui/button';
import { overlayHref, tellProblem, useTakeHome } from './use-overlay';

/** Copies the ebuild of a package into the overlay of the prefix and opens it there. */
export function TakeHomeButton({
  prefix,
  cpv,
  isTaken = false,
  size,
}: {
  prefix: string;
  cpv: string;
  /** it is from the overlay already */
  isTaken?: boolean;
  size?: 'sm' | 'md';
}) {
  const router = useRouter();
  const take = useTakeHome(prefix, (answer) => router.push(overlayHref(prefix, answer.cpv)));
  if (isTaken) {
    return (
      <ButtonLink href={overlayHref(prefix, cpv)} size={size}>
        Edit your copy
      </ButtonLink>
    );
  }
  return (
    <Button
      size={size}
      waiting={take.isPending && 'Taking it home …'}
      title="Copies its ebuild into an overlay of this prefix, where you can change it"
      onClick={() => take.mutate({ package: cpv }, { onError: tellProblem })}
    >
      <HousePlus aria-hidden className="size-4" /> Take home
    </Button>
  );
}
