'use client';

import { Choice, Switch } from '@/components/ui/choice';
import { Field, inputClass } from '@/components/ui/field';
import { valueAt } from './design-text';
import type { DesignDraft } from './use-design-draft';

/** How the image is packed and which systems may merge it. */
export function ImageFields({ draft }: { draft: DesignDraft }) {
  const on = valueAt<unknown>(draft.loose, ['sysext'], {}) !== false && draft.loose.value.sysext !== false;
  const read = (key: string, fallback: string) => valueAt(draft.loose, ['sysext', key], fallback);
  const format = read('format', 'squashfs');
  const target = read('target', 'flatcar');
  const write = (key: string, value: unknown, normal: unknown) =>
    draft.set(['sysext', key], value === normal ? undefined : value);
  return (
    <div className="flex flex-col gap-3">
      <Switch checked={on} onChange={(value) => draft.set(['sysext'], value ? undefined : false)}>
        Pack a systemd-sysext image
      </Switch>
      {on && (
        <div className="grid gap-x-5 gap-y-3 sm:grid-cols-2">
          <Field
            label="File system"
            help="squashfs is smallest and works everywhere; erofs reads faster."
            problem={draft.problemAt('sysext.format')}
          >
            {(control) => (
              <Choice
                control={control}
                value={format}
                onChange={(value) => write('format', value, 'squashfs')}
                options={[
                  { value: 'squashfs', label: 'squashfs' },
                  { value: 'erofs', label: 'erofs' },
                ]}
              />
            )}
          </Field>
          <Field
            label="Compression"
            help="zstd packs and unpacks fast; xz is smallest."
            problem={draft.problemAt('sysext.compression')}
            onSuggestion={(value) => draft.set(['sysext', 'compression'], value)}
          >
            {(control) => (
              <Choice
                control={control}
                value={read('compression', 'zstd')}
                onChange={(value) => write('compression', value, 'zstd')}
                options={['zstd', 'xz', 'gzip', 'lz4'].map((value) => ({ value, label: value }))}
              />
            )}
          </Field>
          <Field
            label="Merges on"
            help="Written to extension-release; systemd-sysext refuses an image that does not match."
            problem={draft.problemAt('sysext.target')}
          >
            {(control) => (
              <Choice
                control={control}
                value={target}
                onChange={(value) => write('target', value, 'flatcar')}
                options={[
                  { value: 'flatcar', label: 'Flatcar Container Linux' },
                  { value: 'any', label: 'any system (ID=_any)' },
                ]}
              />
            )}
          </Field>
          {target === 'flatcar' && (
            <Field
              label="Matching level"
              aside="SYSEXT_LEVEL"
              help="Flatcar’s own level is 1.0."
              problem={draft.problemAt('sysext.level')}
              onSuggestion={(value) => draft.set(['sysext', 'level'], value)}
            >
              {(control) => (
                <input
                  {...control}
                  className={`${inputClass} mono h-9 text-sm`}
                  value={read('level', '1.0')}
                  onChange={(event) => write('level', event.target.value, '1.0')}
                />
              )}
            </Field>
          )}
          <div className="sm:col-span-2">
            <Switch
              checked={valueAt(draft.loose, ['sysext', 'reload_manager'], false)}
              onChange={(value) => draft.set(['sysext', 'reload_manager'], value || undefined)}
            >
              The image brings systemd units: reload the manager after merging
            </Switch>
          </div>
        </div>
      )}
    </div>
  );
}
