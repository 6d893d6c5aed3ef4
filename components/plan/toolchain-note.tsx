import { Cpu } from 'lucide-react';
import { Quoted } from '@/components/ui/field';
import type { ToolchainWords } from '@/lib/layout/toolchain';

/** What packages are compiled with, and what that means. */
export function ToolchainNote({ toolchain }: { toolchain: ToolchainWords }) {
  return (
    <p className="flex items-start gap-2 text-sm">
      <Cpu aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
      <span className="min-w-0 break-words">
        <Quoted text={toolchain.summary} />{' '}
        {toolchain.meaning && (
          <span className="text-muted">
            <Quoted text={toolchain.meaning} />
          </span>
        )}
      </span>
    </p>
  );
}
