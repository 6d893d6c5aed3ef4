import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where the profile of staging on amd64 is, in a checkout. */
export const stagingProfile = 'portage-stable/profiles/default/linux/amd64/17.1/no-multilib/prefix/kernel-3.2+';

const overlays: Readonly<Record<string, string>> = {
  'coreos-overlay/profiles/repo_name': 'coreos-overlay\n',
  'coreos-overlay/metadata/layout.conf': 'masters = portage-stable\n',
  'coreos-overlay/profiles/coreos/amd64/sdk/make.defaults': 'ARCH="amd64"\nACCEPT_KEYWORDS="amd64"\n',
  'prefix-overlay/profiles/repo_name': 'prefix\n',
  'prefix-overlay/metadata/layout.conf': 'masters = portage-stable\n',
  'portage-stable/profiles/repo_name': 'portage-stable\n',
  'portage-stable/metadata/layout.conf': 'masters =\n',
  [`${stagingProfile}/make.defaults`]: 'ARCH="amd64"\nACCEPT_KEYWORDS="amd64"\n',
};

/** Writes a checkout of Flatcar in small: its overlays and profiles of amd64, and `files` of the caller, by path. */
export function writeSmallFlatcar(checkout: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries({ ...overlays, ...files })) {
    mkdirSync(dirname(join(checkout, path)), { recursive: true });
    writeFileSync(join(checkout, path), text);
  }
}
