import { getPrefix, type StudioDatabase } from '../db/index';
import type { Design } from '../design/index';
import {
  addMaskToText,
  addRepositoryToText,
  removeMasksFromText,
  removeRepositoryFromText,
} from '../design/repository-text';
import { deriveNames } from '../layout/names';
import type { ManifestProposal, TakeAnswer, UpdateProposal } from '../overlay';
// file by file: what opens trees belongs to the planning thread, not into the routes of the web app
import { changesSinceTaken, type FileChange } from '../overlay/changes';
import { type OverlayFile, readOverlayFile, removeOverlayFile, writeOverlayFile } from '../overlay/edit-file';
import { type OverlayView, viewOverlay } from '../overlay/overlay-view';
import { addPatch, type PrefixPatch, readPatch, removePatch } from '../overlay/patches';
import { type RemovedEbuild, removeTaken } from '../overlay/remove-ebuild';
import { type OverlayPlaces, overlayPlaces } from '../plan/taken-ebuilds';
import type { OverlayAnswer, OverlayAsk } from './overlay-work';
import type { Planning } from './planning-work';
import { changePrefix, readStoredDesign } from './prefix-documents';

/** What changing an overlay needs: the store, the data folder, and who opens trees. */
interface OverlayContext {
  readonly studio: StudioDatabase;
  readonly home: string;
  readonly planner: Planning;
}

/** The overlay of one stored prefix, as server and command line change it. */
export class PrefixOverlay {
  constructor(
    private readonly context: OverlayContext,
    private readonly design: Design,
    private readonly places: OverlayPlaces,
  ) {}

  private get eroot(): string {
    return deriveNames(this.design, this.context.home, this.context.home).stagingEroot;
  }

  get repository(): string {
    return this.places.repository;
  }

  view(): OverlayView {
    return viewOverlay(this.places, { stagingEroot: this.eroot, repositories: this.design.repositories });
  }

  /** Takes an ebuild home, and has the design name its overlay. */
  async take(name: string, from: string | null, as: string | null = null): Promise<TakeAnswer> {
    const answer = (await this.ask({ op: 'take', package: name, from, as })) as TakeAnswer;
    await this.changeText((text) => {
      const named = addRepositoryToText(text, answer.repository);
      return answer.mask === null ? named : addMaskToText(named, answer.mask);
    });
    this.forget();
    return answer;
  }

  async manifest(ask: Omit<OverlayAsk & { readonly op: 'manifest' }, 'op'>): Promise<ManifestProposal> {
    const answer = (await this.ask({ op: 'manifest', ...ask })) as ManifestProposal;
    if (ask.accept !== null) this.forget();
    return answer;
  }

  async update(ask: Omit<OverlayAsk & { readonly op: 'update' }, 'op'>): Promise<UpdateProposal> {
    const answer = (await this.ask({ op: 'update', ...ask })) as UpdateProposal;
    if (ask.accept !== null) this.forget();
    return answer;
  }

  changes(name: string): readonly FileChange[] {
    return changesSinceTaken(this.places, name);
  }

  file(path: string): OverlayFile {
    return readOverlayFile(this.places, path);
  }

  write(path: string, text: string, revision: string | null): OverlayFile {
    const written = writeOverlayFile(this.places, path, text, revision);
    this.forget();
    return written;
  }

  removeFile(path: string): void {
    removeOverlayFile(this.places, path);
    this.forget();
  }

  /** Removes a taken ebuild; a design whose overlay is empty then names it no more. */
  async remove(name: string): Promise<RemovedEbuild> {
    const removed = removeTaken(this.places, name, new Date());
    await this.changeText((text) => {
      const unmasked = removeMasksFromText(text, [`>${removed.cpv}:`]);
      return removed.isEmpty ? removeRepositoryFromText(unmasked, this.places.name) : unmasked;
    });
    this.forget();
    return removed;
  }

  addPatch(patch: { readonly package: string; readonly fileName: string; readonly text: string }): PrefixPatch {
    return addPatch(this.eroot, patch);
  }

  patch(name: string, fileName: string): string {
    return readPatch(this.eroot, name, fileName);
  }

  removePatch(name: string, fileName: string): void {
    removePatch(this.eroot, name, fileName);
  }

  /** Asks what needs the trees of the design. */
  private ask(ask: OverlayAsk): Promise<OverlayAnswer> {
    return this.context.planner.run({ kind: 'overlay', design: this.design, ask });
  }

  /** Files of the overlay changed, so what is known of the design's trees is old. */
  private forget(): void {
    this.context.planner.forget(this.design.tree);
  }

  private async changeText(change: (text: string) => string): Promise<void> {
    const { studio, home } = this.context;
    const { name, text, revision } = await getPrefix(studio, this.design.name);
    const changed = change(text);
    if (changed !== text) await changePrefix(studio, { name, text: changed, revision }, home, new Date());
  }
}

/** The overlay of a prefix. Throws PREFIX_UNKNOWN, DESIGN_INVALID. */
export async function overlayOf(context: OverlayContext, prefix: string): Promise<PrefixOverlay> {
  const design = await readStoredDesign(context.studio, prefix);
  return new PrefixOverlay(context, design, overlayPlaces(context.home, design.name));
}
