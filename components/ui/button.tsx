import Link from 'next/link';
import type { ComponentProps, ReactNode } from 'react';

export type ButtonTone = 'primary' | 'secondary' | 'quiet' | 'danger';
export type ButtonSize = 'sm' | 'md' | 'lg';

const tones: Readonly<Record<ButtonTone, string>> = {
  primary: 'bg-link text-on-solid border-transparent hover:brightness-110 active:brightness-95',
  secondary: 'bg-surface text-link-ink border-line-strong/60 hover:bg-link-tint hover:border-link',
  quiet: 'bg-transparent text-link-ink border-transparent hover:bg-link-tint',
  danger: 'bg-surface text-act-ink border-act/50 hover:bg-act-tint hover:border-act',
};

const sizes: Readonly<Record<ButtonSize, string>> = {
  sm: 'h-7 px-2 text-sm gap-1.5',
  md: 'h-8 px-3 text-sm gap-1.5',
  lg: 'h-10 px-4 text-base gap-2',
};

export function buttonClass(tone: ButtonTone = 'secondary', size: ButtonSize = 'md'): string {
  return `inline-flex shrink-0 items-center justify-center rounded-md border font-medium whitespace-nowrap transition-[background-color,border-color,filter] duration-100 disabled:opacity-55 disabled:pointer-events-none ${tones[tone]} ${sizes[size]}`;
}

interface Look {
  readonly tone?: ButtonTone;
  readonly size?: ButtonSize;
}

/** A button says what happens. While `waiting` is set it says what is being waited for and cannot be pressed again. */
export function Button({
  tone,
  size,
  waiting,
  className = '',
  children,
  type = 'button',
  disabled,
  ...rest
}: ComponentProps<'button'> & Look & { waiting?: string | false }) {
  return (
    <button
      type={type}
      className={`${buttonClass(tone, size)} ${className}`}
      disabled={disabled || Boolean(waiting)}
      aria-busy={waiting ? true : undefined}
      {...rest}
    >
      {waiting || children}
    </button>
  );
}

export function ButtonLink({
  tone,
  size,
  className = '',
  href,
  children,
  ...rest
}: Omit<ComponentProps<typeof Link>, 'className'> & Look & { className?: string; children: ReactNode }) {
  return (
    <Link href={href} className={`${buttonClass(tone, size)} ${className}`} {...rest}>
      {children}
    </Link>
  );
}

/** A square button with an icon; its label is its accessible name and its tooltip. */
export function IconButton({
  label,
  className = '',
  children,
  type = 'button',
  ...rest
}: ComponentProps<'button'> & { label: string }) {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      className={`inline-flex size-7 shrink-0 items-center justify-center rounded-md text-muted transition-colors duration-100 hover:bg-link-tint hover:text-link-ink disabled:opacity-50 ${className}`}
      {...rest}
    >
      {children}
    </button>
  );
}
