import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { formatBytes } from '@/components/ui/format';
import { type Place, places, placeTone, placeWords } from './place';
import { PlaceIcon } from './place-mark';

/** What one place holds; null = not known yet. */
export interface PlaceFigures {
  readonly packages: number | null;
  readonly bytes: number | null;
}

export type FourPlaces = Readonly<Record<Place, PlaceFigures>>;

const figure = (place: Place, { packages, bytes }: PlaceFigures): string => {
  if (place === 'image') return bytes === null ? 'none' : formatBytes(bytes);
  return packages === null ? '–' : String(packages);
};

const unit = (place: Place, { packages, bytes }: PlaceFigures): string => {
  if (place === 'image') return bytes === null ? '' : 'packed';
  if (packages === null) return '';
  return bytes === null ? (packages === 1 ? 'package' : 'packages') : formatBytes(bytes);
};

/** Four narrow cells for a row in a list: how much lies where. */
export function FourPlaceStrip({ figures }: { figures: FourPlaces }) {
  return (
    <span className="inline-flex items-stretch gap-1">
      {places.map((place) => {
        const held = figures[place];
        const empty = place === 'image' ? held.bytes === null : !held.packages;
        return (
          <span
            key={place}
            title={`${placeWords[place].label}, ${placeWords[place].plain}: ${figure(place, held)} ${unit(place, held)}`}
            className={`inline-flex min-w-13 items-center justify-end gap-1 rounded-sm border-b-2 px-1.5 py-0.5 text-xs tabular ${placeTone[place].edge} ${
              empty ? 'text-faint' : `${placeTone[place].tint} ${placeTone[place].text}`
            }`}
          >
            <PlaceIcon place={place} className="mr-auto size-3" />
            <span className="sr-only">{placeWords[place].label} </span>
            {figure(place, held)}
          </span>
        );
      })}
    </span>
  );
}

/** The same four places large: the navigation of a workspace. */
export function FourPlaceBar({
  figures,
  hrefs,
  current,
}: {
  figures: FourPlaces;
  hrefs: Readonly<Record<Place, string>>;
  current?: Place | null;
}) {
  return (
    <nav aria-label="Places" className="grid grid-cols-4 gap-1 md:gap-1.5">
      {places.map((place, index) => {
        const held = figures[place];
        const active = current === place;
        return (
          <Link
            key={place}
            href={hrefs[place]}
            aria-current={active ? 'true' : undefined}
            title={`${placeWords[place].label}: ${placeWords[place].plain}`}
            className={`group relative flex min-w-0 items-center gap-2 rounded-md max-sm:flex-col max-sm:items-stretch max-sm:gap-0 border border-t-[3px] bg-surface px-2 py-1.5 transition-colors duration-100 hover:bg-link-tint/50 md:px-3 ${placeTone[place].edge} ${
              active ? placeTone[place].tint : ''
            }`}
            style={{ borderInlineColor: 'var(--line)', borderBottomColor: 'var(--line)' }}
          >
            <PlaceIcon place={place} className={`size-4 max-sm:hidden ${placeTone[place].text}`} />
            <span className="min-w-0 flex-1 leading-tight">
              <span className={`block text-xs font-semibold ${placeTone[place].text}`}>{placeWords[place].label}</span>
              <span className="block truncate text-xs text-muted max-lg:hidden">{placeWords[place].plain}</span>
            </span>
            <span className="min-w-0 leading-tight tabular sm:text-right">
              <span className="block truncate font-semibold">{figure(place, held)}</span>
              <span className="block text-xs text-muted max-sm:hidden">{unit(place, held)}</span>
            </span>
            {index < places.length - 1 && (
              <ChevronRight
                aria-hidden
                className="absolute top-1/2 -right-[0.7rem] z-10 size-4 -translate-y-1/2 rounded-full border bg-surface text-faint max-md:hidden"
              />
            )}
          </Link>
        );
      })}
    </nav>
  );
}
