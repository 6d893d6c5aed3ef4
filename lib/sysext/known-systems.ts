import systems from './known-systems.json';

/** A system that people merge images on, as it was on a day. */
export interface KnownSystem {
  /** `flatcar-stable` */
  readonly id: string;
  readonly name: string;
  /** day of the release, YYYY-MM-DD: what came later is not known here; null: read from a file of this machine */
  readonly asOf: string | null;
  /** where its os-release was read */
  readonly source: string;
  /** major version of systemd, where known */
  readonly systemd?: number;
  /** `/usr/local` leads elsewhere */
  readonly usrLocalIsLink?: boolean;
  /** keys of its os-release */
  readonly release: Readonly<Record<string, string | undefined>>;
}

/** Flatcar's channels and the systems beside it that the guide of Flatcar promises prefixes for. Each exists for both boards. */
export const knownSystems: readonly KnownSystem[] = systems;
