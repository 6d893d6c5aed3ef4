import { MapPinOff } from 'lucide-react';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';

export default function NotFound() {
  return (
    <div className="px-3 py-5 md:px-6">
      <h1 className="sr-only">Not found</h1>
      <EmptyState
        icon={MapPinOff}
        title="There is nothing at this address"
        action={<ButtonLink href="/">Go to your prefixes</ButtonLink>}
      >
        It may have been renamed or removed. Ctrl K finds every prefix, package and build.
      </EmptyState>
    </div>
  );
}
