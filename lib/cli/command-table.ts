import { similarNames } from '../resolve/similar-names';
import { type CommandEntry, UsageError } from './command';

/** In the order of the help text. Each is loaded only when it is called. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  start: { summary: 'get the tools that are missing, then serve', load: () => import('./commands/start') },
  serve: { summary: 'serve the web app on this machine', load: () => import('./commands/serve') },
  starters: { summary: 'list the starter designs, or print one', load: () => import('./commands/starters') },
  check: { summary: 'say what is wrong with a design', load: () => import('./commands/check') },
  plan: { summary: 'show what would be built, why, and why not', load: () => import('./commands/plan') },
  fetch: {
    summary: 'get the sources of a design, for this machine or another',
    load: () => import('./commands/fetch'),
  },
  bootstrap: {
    summary: 'show how staging begins, and what of it rests on the host',
    load: () => import('./commands/bootstrap'),
  },
  build: { summary: 'build a design into a final root and an image', load: () => import('./commands/build') },
  prebuilt: {
    summary: 'list and write packages that need not be compiled again',
    load: () => import('./commands/prebuilt'),
  },
  log: { summary: 'print the log of a build, or what its packages say', load: () => import('./commands/log') },
  shell: { summary: 'open a shell in the sandbox of a package, or in staging', load: () => import('./commands/shell') },
  phase: { summary: 'run single phases of a package', load: () => import('./commands/phase') },
  design: { summary: 'print the stored design of a prefix, or replace it', load: () => import('./commands/design') },
  import: { summary: 'make a design from a Portage configuration', load: () => import('./commands/import') },
  list: { summary: 'list the prefixes', load: () => import('./commands/list') },
  files: { summary: 'list the files of a built prefix', load: () => import('./commands/files') },
  image: { summary: 'copy the image of a prefix, say how to deploy it', load: () => import('./commands/image') },
  remove: { summary: 'remove a prefix with everything built for it', load: () => import('./commands/remove') },
  clean: { summary: 'show what can be removed to make room, or remove it', load: () => import('./commands/clean') },
  roots: { summary: 'decide ROOT, SYSROOT and EPREFIX', load: () => import('./commands/roots') },
  trees: { summary: 'list, add and remove package trees', load: () => import('./commands/trees') },
  overlay: {
    summary: 'take ebuilds home, change and patch them',
    load: () => import('./commands/overlay'),
  },
  doctor: { summary: 'look for tools and say how to get them', load: () => import('./commands/doctor') },
  'build-bash': {
    summary: 'build the bash that ebuilds of EAPI 9 need',
    load: () => import('./commands/build-bash'),
  },
  completion: {
    summary: 'print the completion script for a shell',
    load: async () => ({ command: (await import('./commands/completion')).completionOf(shownCommands) }),
  },
  man: {
    summary: 'print the manual page',
    load: async () => ({ command: (await import('./commands/man')).manOf(shownCommands) }),
  },
  'setup-prefix': {
    summary: 'what bin/setup_prefix does',
    isHidden: true,
    load: () => import('./commands/setup-prefix'),
  },
  'emerge-prefix': {
    summary: 'what the emerge wrapper of a prefix does',
    isHidden: true,
    load: () => import('./commands/emerge-prefix'),
  },
};

/** Those of the overview, the manual and completion, with their names. */
export const shownCommands = Object.entries(commands).filter(([, { isHidden }]) => !isHidden);

/** The entry of a command. Throws UsageError, with the names that may have been meant. */
export function entryOf(name: string): CommandEntry {
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry) return entry;
  const names = shownCommands.map(([shown]) => shown);
  const alike = similarNames(name, names, 2).map((each) => `\`${each}\``);
  const advice = alike.length > 0 ? `Did you mean ${alike.join(' or ')}?` : `Commands: ${names.join(', ')}.`;
  throw new UsageError(`There is no command \`${name}\`. ${advice}`);
}
