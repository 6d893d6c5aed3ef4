import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ContainedFolder } from '../host/contained-file';
import { filesBelow, type OverlayPlaces } from '../plan/taken-ebuilds';
import { limits } from '../repo/limits';
import { OverlayError } from './errors';
import { removeBelow, writeBelow } from './overlay-files';

/** A file of an overlay as an editor shows it. */
export interface OverlayFile {
  /** relative to the repository */
  readonly path: string;
  /** null: no text */
  readonly text: string | null;
  readonly sizeBytes: number;
  /** changes with the content; sent back with what is written */
  readonly revision: string;
}

/** What an editor is for. */
const mostEditedBytes = 512 * 1024;

const revisionOf = (data: Buffer): string => createHash('sha256').update(data).digest('hex').slice(0, 16);

/** Files of the overlay's repository with their sizes, sorted. */
export function listOverlayFiles(
  places: OverlayPlaces,
): readonly { readonly path: string; readonly sizeBytes: number }[] {
  const files = filesBelow(new ContainedFolder(places.repository), places.repository);
  return [...files].map(([path, data]) => ({ path, sizeBytes: data.length }));
}

/** Reads one file. Throws OVERLAY_FILE_UNKNOWN, OVERLAY_FILE_REFUSED. */
export function readOverlayFile(places: OverlayPlaces, path: string): OverlayFile {
  const full = join(places.repository, path);
  const answer = new ContainedFolder(places.repository).read(full, limits.ebuildBytes);
  if (answer.kind === 'refused') {
    throw new OverlayError('OVERLAY_FILE_REFUSED', `\`${path}\` ${answer.reason}`, { details: { path } });
  }
  if (answer.kind === 'missing') {
    throw new OverlayError('OVERLAY_FILE_UNKNOWN', `the overlay has no file \`${path}\``, {
      hint: 'It may have been removed in the meantime.',
      details: { path },
    });
  }
  const { data } = answer;
  const isText = !data.includes(0) && data.length <= mostEditedBytes;
  return { path, text: isText ? data.toString('utf8') : null, sizeBytes: data.length, revision: revisionOf(data) };
}

/**
 * Replaces the text of a file, or makes it (`revision` null). Throws OVERLAY_FILE_STALE when it changed since it was read,
 * OVERLAY_FILE_REFUSED.
 */
export function writeOverlayFile(
  places: OverlayPlaces,
  path: string,
  text: string,
  revision: string | null,
): OverlayFile {
  if (path.endsWith('/Manifest')) {
    throw new OverlayError('OVERLAY_FILE_REFUSED', `\`${path}\` cannot be edited as text`, {
      hint: 'Have it written from the sources: that shows first what differs.',
      details: { path },
    });
  }
  const answer = new ContainedFolder(places.repository).read(join(places.repository, path), limits.ebuildBytes);
  const before = answer.kind === 'content' ? revisionOf(answer.data) : null;
  if (before !== revision) {
    throw new OverlayError('OVERLAY_FILE_STALE', `\`${path}\` was changed by somebody else in the meantime`, {
      hint: 'Open it again and repeat your change.',
      details: { path },
    });
  }
  writeBelow(places.repository, path, text);
  return readOverlayFile(places, path);
}

/** Removes a file that somebody added. Throws OVERLAY_FILE_UNKNOWN. */
export function removeOverlayFile(places: OverlayPlaces, path: string): void {
  if (removeBelow(places.repository, path)) return;
  throw new OverlayError('OVERLAY_FILE_UNKNOWN', `the overlay has no file \`${path}\``, { details: { path } });
}
