'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { toast } from 'sonner';

/** Copies a text; says so in place, without moving anything. `quiet` shows the icon only on hover and focus. */
export function CopyButton({
  text,
  label = 'Copy',
  quiet = false,
  className = '',
}: {
  text: string | (() => string);
  label?: string;
  quiet?: boolean;
  className?: string;
}) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1400);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : text());
      setCopied(true);
    } catch {
      toast.error('The browser did not allow copying', { description: 'Select the text and copy it by hand.' });
    }
  };
  return (
    <button
      type="button"
      onClick={copy}
      aria-label={copied ? 'Copied' : label}
      title={label}
      className={`inline-flex size-6 shrink-0 items-center justify-center rounded-md text-muted transition-opacity duration-100 hover:bg-link-tint hover:text-link-ink ${
        quiet
          ? 'opacity-0 group-hover/path:opacity-100 group-focus-within/path:opacity-100 focus-visible:opacity-100'
          : ''
      } ${className}`}
    >
      {copied ? <Check aria-hidden className="size-3.5" /> : <Copy aria-hidden className="size-3.5" />}
      <span role="status" className="sr-only">
        {copied ? 'Copied' : ''}
      </span>
    </button>
  );
}
