import type { ManifestProposal, TakeAnswer, UpdateProposal } from '../overlay';
import {
  type ArchiveChoice,
  acceptManifest,
  acceptUpdate,
  parseWanted,
  proposeManifest,
  proposeUpdate,
  takeEbuild,
} from '../overlay';
import { asking, type OpenedDesign } from '../plan/open-design';
import { overlayPlaces } from '../plan/taken-ebuilds';

/** What is asked of an overlay that needs the trees of its design. */
export type OverlayAsk =
  | { readonly op: 'take'; readonly package: string; readonly from: string | null; readonly as: string | null }
  | {
      readonly op: 'manifest';
      readonly package: string;
      /** digest of the proposal that was shown; null: show it */
      readonly accept: string | null;
      readonly uses: Readonly<Record<string, ArchiveChoice>>;
      readonly wantsDownload: boolean;
      /** a folder of this machine with sources; null: none */
      readonly folder: string | null;
    }
  | {
      readonly op: 'update';
      readonly package: string;
      readonly accept: string | null;
      readonly keep: 'mine' | 'theirs' | null;
    };

export type OverlayAnswer = TakeAnswer | ManifestProposal | UpdateProposal;

/** Answers with the trees of a design open. Throws what `lib/overlay` throws. */
export async function askOverlay(
  opened: OpenedDesign,
  ask: OverlayAsk,
  { home, now, signal }: { readonly home: string; readonly now: Date; readonly signal?: AbortSignal },
): Promise<OverlayAnswer> {
  const places = overlayPlaces(home, opened.design.name);
  switch (ask.op) {
    case 'take':
      // before anything is written
      await asking(opened, () => opened.staging.candidates(parseWanted(ask.package).qualifiedName));
      return takeEbuild(opened, { package: ask.package, from: ask.from, as: ask.as, home, now });
    case 'manifest': {
      const { uses, wantsDownload, folder, accept } = ask;
      const sources = { home, folder, uses, wantsDownload, ...(signal ? { signal } : {}) };
      return accept === null
        ? proposeManifest(opened, places, ask.package, sources)
        : acceptManifest(opened, places, ask.package, sources, accept);
    }
    case 'update':
      return ask.accept === null
        ? proposeUpdate(opened, places, ask.package)
        : acceptUpdate(opened, places, ask.package, { digest: ask.accept, keep: ask.keep, now });
  }
}
