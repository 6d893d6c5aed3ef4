import { workspaceHref } from '@/components/shell/views';
import { Ago } from '@/components/ui/ago';
import { ButtonLink } from '@/components/ui/button';
import { CodeBlock } from '@/components/ui/code-block';
import { Quoted } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import { assertNever } from '@/lib/errors';
import type { Attention } from './attention';

function Entry({ item }: { item: Attention }) {
  switch (item.kind) {
    case 'machine':
      return (
        <Notice
          level="act"
          title={`This machine cannot build yet: ${item.missing.join(', ')}`}
          action={
            <ButtonLink href="/runner" size="sm">
              See what is missing
            </ButtonLink>
          }
        >
          {item.command && <CodeBlock label="Run this once" code={item.command} className="mt-1 max-w-2xl" wrap />}
        </Notice>
      );
    case 'failed':
      return (
        <Notice
          level="act"
          title={
            <>
              {item.prefix} did not build <Ago at={item.at} className="font-normal text-muted" />
            </>
          }
          action={
            <ButtonLink href={`/builds/${item.run}`} size="sm">
              See the cause
            </ButtonLink>
          }
        >
          <Quoted text={item.cause} />
        </Notice>
      );
    case 'stale':
      return (
        <Notice
          level="info"
          title={`${item.prefix} was edited after its last build`}
          action={
            <ButtonLink href={workspaceHref(item.prefix, '')} size="sm">
              Review and build
            </ButtonLink>
          }
        />
      );
    default:
      return assertNever(item);
  }
}

/** What needs the user, on top of everything else. */
export function AttentionList({ items }: { items: readonly Attention[] }) {
  return (
    <section aria-label="Needs you" className="flex flex-col gap-2">
      {items.map((item) => (
        <Entry key={item.kind === 'machine' ? 'machine' : `${item.kind} ${item.prefix}`} item={item} />
      ))}
    </section>
  );
}
