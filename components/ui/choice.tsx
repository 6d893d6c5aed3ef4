'use client';

import { Switch as RadixSwitch } from 'radix-ui';
import type { ReactNode } from 'react';
import { inputClass } from './field';

/** The platform's own select, dressed; works on every device and with every keyboard. */
export function Choice({
  value,
  onChange,
  options,
  control,
}: {
  value: string;
  onChange: (value: string) => void;
  options: readonly { readonly value: string; readonly label: string }[];
  control: { id: string; 'aria-describedby': string; 'aria-invalid': boolean | undefined };
}) {
  return (
    <select
      {...control}
      className={`${inputClass} h-9 text-sm`}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

export function Switch({
  checked,
  onChange,
  children,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the switch inside is the control
    <label className="flex cursor-pointer items-center gap-2.5 text-sm">
      <RadixSwitch.Root
        checked={checked}
        onCheckedChange={onChange}
        className="inline-flex h-5 w-9 shrink-0 items-center rounded-full border border-line-strong bg-sunken px-0.5 transition-colors duration-100 data-[state=checked]:border-link data-[state=checked]:bg-link"
      >
        <RadixSwitch.Thumb className="size-3.5 rounded-full bg-line-strong transition-transform duration-100 data-[state=checked]:translate-x-4 data-[state=checked]:bg-on-solid" />
      </RadixSwitch.Root>
      <span>{children}</span>
    </label>
  );
}
