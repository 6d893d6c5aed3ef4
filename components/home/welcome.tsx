import { ArrowRight, Plus } from 'lucide-react';
import { PathAnatomy } from '@/components/path/path-anatomy';
import { type Place, places, placeTone, placeWords } from '@/components/place/place';
import { PlaceIcon } from '@/components/place/place-mark';
import { ButtonLink } from '@/components/ui/button';

const examples: Readonly<Record<Place, { path: string; root: string; prefix: string }>> = {
  host: { path: '/usr/bin/make', root: '', prefix: '' },
  staging: {
    path: '/build/prefix-amd64-usr/demo/root/opt/demo/usr/include/zlib.h',
    root: '/build/prefix-amd64-usr/demo/root',
    prefix: '/opt/demo',
  },
  final: {
    path: '__prefix__/amd64-usr/demo/root/opt/demo/usr/bin/python3',
    root: '__prefix__/amd64-usr/demo/root',
    prefix: '/opt/demo',
  },
  image: { path: '/opt/demo/usr/bin/python3', root: '', prefix: '/opt/demo' },
};

/** The empty Home: what the product does, in one look, and the first click. */
export function Welcome() {
  return (
    <section aria-label="Welcome" className="grid gap-6 xl:grid-cols-[minmax(0,2fr)_minmax(0,3fr)] xl:items-center">
      <div>
        <h1 className="max-w-xl text-2xl font-semibold tracking-tight text-balance">
          An application and every library it needs, under one path, in one image.
        </h1>
        <p className="mt-2 max-w-xl text-muted">
          Choose what to run and where it should live. Studio builds it package by package on this machine, proves that
          nothing of the host is left in it, and hands you a systemd-sysext image.
        </p>
        <div className="mt-4 flex flex-wrap gap-2">
          <ButtonLink href="#starters" tone="primary" size="lg">
            Pick a starter <ArrowRight aria-hidden className="size-4" />
          </ButtonLink>
          <ButtonLink href="/new" size="lg">
            <Plus aria-hidden className="size-4" /> Start empty
          </ButtonLink>
        </div>
      </div>
      <ol className="min-w-0 overflow-hidden rounded-lg border bg-surface">
        {places.map((place) => (
          <li
            key={place}
            className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 border-b px-3 py-2 last:border-b-0 sm:grid-cols-[auto_9.5rem_minmax(0,1fr)] sm:items-center"
          >
            <span
              className={`row-span-2 flex size-8 items-center justify-center rounded-md sm:row-span-1 ${placeTone[place].tint} ${placeTone[place].text}`}
            >
              <PlaceIcon place={place} className="size-4" />
            </span>
            <span className="leading-tight">
              <span className={`text-sm font-semibold ${placeTone[place].text}`}>{placeWords[place].label}</span>
              <span className="text-sm text-muted sm:block"> {placeWords[place].plain}</span>
            </span>
            <PathAnatomy place={place} {...examples[place]} className="text-sm max-sm:col-start-2" />
          </li>
        ))}
      </ol>
    </section>
  );
}
