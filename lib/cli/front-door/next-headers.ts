import type { IncomingMessage } from 'node:http';
import type { AnswerKind } from './security-headers';

/** Headers by which a proxy or Next talks to itself. Nobody else may. */
const internal = /^(?:x-middleware-|x-nextjs-|x-invoke-|x-matched-path$|x-now-|x-action-|next-action$|x-forwarded-)/;

/** Headers by which Next's client asks for a page in pieces. A route has none, and Next would lead elsewhere for them. */
const ofPages = /^(?:rsc$|next-)/;

/** Takes out of a request what only Next itself may say, what only a page is asked, and a router state that Next would fail over. */
export function dropInternalHeaders({ headers }: Pick<IncomingMessage, 'headers'>, as: AnswerKind): void {
  for (const name of Object.keys(headers)) {
    if (internal.test(name) || (as !== 'page' && ofPages.test(name))) delete headers[name];
  }
  const state = headers['next-router-state-tree'];
  if (state !== undefined && !isRouterState(parsed(state))) delete headers['next-router-state-tree'];
}

function parsed(text: string | string[]): unknown {
  try {
    return JSON.parse(decodeURIComponent(String(text))) as unknown;
  } catch {
    return null;
  }
}

const markers = new Set<unknown>(['refetch', 'inside-shared-layout', 'metadata-only']);
const parameterKinds = new Set<unknown>(
  ['c', 'oc', 'd'].concat(['(..)(..)', '(.)', '(..)', '(...)'].flatMap((at) => [`ci${at}`, `di${at}`])),
);

/** `[segment, children, [url, query]?, marker?, number?, text?]`: what Next's client sends with a navigation. */
function isRouterState(value: unknown): boolean {
  if (!Array.isArray(value) || value.length < 2 || value.length > 6) return false;
  const [segment, children, place, marker, hint, text] = value as unknown[];
  return (
    isSegment(segment) &&
    typeof children === 'object' &&
    children !== null &&
    !Array.isArray(children) &&
    Object.values(children).every(isRouterState) &&
    (isAbsent(place) || isTexts(place, 2)) &&
    (isAbsent(marker) || markers.has(marker)) &&
    (isAbsent(hint) || typeof hint === 'number') &&
    (text === undefined || typeof text === 'string')
  );
}

function isSegment(segment: unknown): boolean {
  if (typeof segment === 'string') return true;
  if (!Array.isArray(segment) || segment.length !== 4) return false;
  const [name, key, kind, siblings] = segment as unknown[];
  return isTexts([name, key], 2) && parameterKinds.has(kind) && (siblings === null || isTexts(siblings));
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

const isTexts = (value: unknown, length?: number): boolean =>
  Array.isArray(value) && value.every((part) => typeof part === 'string') && (length ?? value.length) === value.length;
