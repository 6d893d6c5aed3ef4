import type { Design } from '../../lib/design';

/** Files below `etc/portage` of a root that say the same as a design's settings, as a user would write them by hand. */
export function portageFiles(design: Design): Record<string, string> {
  const files: Record<string, string> = {};
  const add = (name: string, line: string): void => {
    files[name] = `${files[name] ?? ''}${line}\n`;
  };
  for (const [name, value] of Object.entries(design.make_conf)) add('make.conf', `${name}="${value}"`);
  const more = { USE: design.use, ACCEPT_KEYWORDS: design.accept_keywords, ACCEPT_LICENSE: design.accept_license };
  for (const [name, words] of Object.entries(more))
    if (words.length > 0) add('make.conf', `${name}="\${${name}} ${words.join(' ')}"`);
  const tables = {
    'package.use': design.package_use,
    'package.accept_keywords': design.package_accept_keywords,
    'package.license': design.package_license,
  };
  for (const [name, table] of Object.entries(tables))
    for (const [atom, words] of Object.entries(table)) add(`${name}/design`, [atom, ...words].join(' '));
  for (const atom of design.package_mask) add('package.mask/design', atom);
  for (const atom of design.package_unmask) add('package.unmask/design', atom);
  for (const atom of design.target_provides) add('profile/package.provided', atom.replace(/^=/, ''));
  return files;
}
