import type { PlanRoot } from '@/lib/resolve/plan';

/** The four places everything lives in; each has one colour role, one icon and one plain word on every screen. */
export type Place = PlanRoot | 'image';

export const places: readonly Place[] = ['host', 'staging', 'final', 'image'];

export interface PlaceWords {
  /** the one-word label */
  readonly label: string;
  /** what it is for, plain words first */
  readonly plain: string;
  /** the variable of PMS or systemd it stands for */
  readonly variable: string;
  /** two sentences for the explanation; `{root}` and `{path}` are replaced by the user's own values */
  readonly explanation: string;
}

export const placeWords: Readonly<Record<Place, PlaceWords>> = {
  host: {
    label: 'Host',
    plain: 'borrowed for the build',
    variable: 'BROOT',
    explanation:
      'Tools that only run during the build: shells, make, the compiler. Nothing of the host is copied into {path}.',
  },
  staging: {
    label: 'Staging',
    plain: 'the workshop',
    variable: 'ESYSROOT',
    explanation:
      'Everything is compiled here first, with headers and tool chain beside it. It can be thrown away and rebuilt: only what {path} needs at run time moves on.',
  },
  final: {
    label: 'Final',
    plain: 'what ships',
    variable: 'EROOT',
    explanation:
      'Only what runs: programs, their libraries and data below {path}. It is filled from the binary packages that staging made.',
  },
  image: {
    label: 'Image',
    plain: 'what is merged on the target',
    variable: 'sysext',
    explanation:
      'A read-only file system image with {path} in it. systemd-sysext lays it over the target’s own /usr and /opt.',
  },
};

/** Tailwind classes of a place's colour role, spelled out so that the compiler sees them. */
export const placeTone: Readonly<
  Record<Place, { readonly text: string; readonly tint: string; readonly solid: string; readonly edge: string }>
> = {
  host: { text: 'text-host-ink', tint: 'bg-host-tint', solid: 'bg-host', edge: 'border-host' },
  staging: { text: 'text-staging-ink', tint: 'bg-staging-tint', solid: 'bg-staging', edge: 'border-staging' },
  final: { text: 'text-final-ink', tint: 'bg-final-tint', solid: 'bg-final', edge: 'border-final' },
  image: { text: 'text-image-ink', tint: 'bg-image-tint', solid: 'bg-image', edge: 'border-image' },
};
