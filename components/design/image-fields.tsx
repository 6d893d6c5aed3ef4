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
  const target = on ? targetOf(draft) : 'any';
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
            help={
              target === 'any'
                ? 'Any system of the same processor with systemd 252 or newer: the prefix brings its own libraries, so it needs nothing from the system it is merged on.'
                : 'Flatcar only: systemd-sysext refuses it elsewhere. Choose this when the application runs programs that belong to Flatcar.'
            }
            problem={draft.problemAt('sysext.target')}
          >
            {(control) => (
              <Choice
                control={control}
                value={target}
                onChange={(value) => chooseTarget(draft, value)}
                options={[
                  { value: 'any', label: 'any system (ID=_any)' },
                  { value: 'flatcar', label: 'Flatcar Container Linux' },
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
                  onChange={(event) => {
                    draft.set(['sysext', 'target'], 'flatcar');
                    write('level', event.target.value, '1.0');
                  }}
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

/** Which systems the text asks for: a level or a way to match means Flatcar, as in the schema. */
function targetOf(draft: DesignDraft): string {
  const written = valueAt<string | undefined>(draft.loose, ['sysext', 'target'], undefined);
  const asksFlatcar = ['match', 'level'].some((key) => valueAt(draft.loose, ['sysext', key], undefined) !== undefined);
  return written ?? (asksFlatcar ? 'flatcar' : 'any');
}

/** What only Flatcar is asked for goes when the image is for any system. */
function chooseTarget(draft: DesignDraft, target: string): void {
  if (target === 'any') for (const key of ['match', 'level']) draft.set(['sysext', key], undefined);
  draft.set(['sysext', 'target'], target === 'any' ? undefined : target);
}
