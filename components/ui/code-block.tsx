import { CopyButton } from './copy-button';
import { ScrollRegion } from './scroll-region';

const wrapped = '!w-full break-all whitespace-pre-wrap';

/** Text to be copied as it is: commands, snippets, checksums. */
export function CodeBlock({
  code,
  label,
  wrap = false,
  className = '',
}: {
  code: string;
  label: string;
  wrap?: boolean;
  className?: string;
}) {
  return (
    <figure className={`min-w-0 overflow-hidden rounded-md border bg-raised ${className}`}>
      <figcaption className="flex items-center justify-between gap-2 border-b py-0.5 pr-1 pl-3 text-xs text-muted">
        {label}
        <CopyButton text={code} label={`Copy: ${label}`} />
      </figcaption>
      <ScrollRegion label={label} className="pane">
        <pre className={`w-max min-w-full px-3 py-2 text-xs leading-5 ${wrap ? wrapped : ''}`}>{code}</pre>
      </ScrollRegion>
    </figure>
  );
}
