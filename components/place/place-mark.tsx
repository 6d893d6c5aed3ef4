import { Hammer, Layers, PackageCheck, Server } from 'lucide-react';
import { type Place, placeTone, placeWords } from './place';

const icons = { host: Server, staging: Hammer, final: PackageCheck, image: Layers } as const;

export function PlaceIcon({ place, className = 'size-3.5' }: { place: Place; className?: string }) {
  const Icon = icons[place];
  return <Icon aria-hidden className={`shrink-0 ${className}`} />;
}

/** Icon, word and colour of a place. */
export function PlaceMark({ place, word, className = '' }: { place: Place; word?: string; className?: string }) {
  return (
    <span
      className={`inline-flex items-center gap-1 rounded-sm px-1.5 py-px text-xs font-medium whitespace-nowrap ${placeTone[place].tint} ${placeTone[place].text} ${className}`}
    >
      <PlaceIcon place={place} className="size-3" />
      {word ?? placeWords[place].label}
    </span>
  );
}
