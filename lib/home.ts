import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The one folder that holds all state: `PREFIX_STUDIO_HOME`, else `$XDG_DATA_HOME/prefix-studio`. Absolute. */
export function dataHome(): string {
  const chosen = process.env.PREFIX_STUDIO_HOME;
  if (chosen) return resolve(chosen);
  return join(process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'prefix-studio');
}

/**
 * The folder of the installed program (where `package.json`, `overlays/` and `lib/engine/runtime/` stand).
 * Entry points set `PREFIX_STUDIO_ROOT`, because bundled code does not know where it came from.
 */
export function programRoot(): string {
  // without the mark the web build would take every file of the project for a part of each route
  return resolve(/* turbopackIgnore: true */ process.env.PREFIX_STUDIO_ROOT ?? process.cwd());
}

/** Directories below the data folder. */
export interface HomeLayout {
  readonly home: string;
  readonly database: string;
  readonly distfiles: string;
  readonly cache: string;
  /** run logs: `runs/<run id>/` */
  readonly runs: string;
  readonly images: string;
  readonly designs: string;
  /** ebuilds that were taken home: `overlays/<prefix>/` */
  readonly overlays: string;
  /** what was removed and is still to be deleted */
  readonly trash: string;
  /** packages that fit any path, shared by all prefixes */
  readonly shared: string;
  /** what ccache keeps */
  readonly compileCache: string;
}

export function homeLayout(home: string = dataHome()): HomeLayout {
  return {
    home,
    database: join(home, 'studio.db'),
    distfiles: join(home, 'distfiles'),
    cache: join(home, 'cache'),
    runs: join(home, 'runs'),
    images: join(home, 'images'),
    designs: join(home, 'designs'),
    overlays: join(home, 'overlays'),
    trash: join(home, 'trash'),
    shared: join(home, 'shared'),
    compileCache: join(home, 'cache', 'ccache'),
  };
}
