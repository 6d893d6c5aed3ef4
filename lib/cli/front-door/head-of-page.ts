import type { IncomingMessage, ServerResponse } from 'node:http';

const partsOfPrefix = ['bootstrap', 'builds', 'checks', 'files', 'graph', 'image', 'layout', 'overlay'];

/** The pages of the app, `app/**` + `/page.tsx`. */
const page = new RegExp(
  `^/(?:|builds|builds/[^/]+|help|new|packages|runner|trees/[^/]+|p/[^/]+|p/[^/]+/(?:${partsOfPrefix.join('|')}))$`,
);

/** Is it a page that this app renders for each request? Files and what is not there are answered by Next at no cost. */
export const isRenderedPage = (path: string): boolean => page.test(path);

/** As Next says of a page that is rendered for each request. */
const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'private, no-cache, no-store, max-age=0, must-revalidate',
};

/** Whoever asks for the headers of a page alone gets them without the work of rendering it. False: not such a request. */
export function answersHeadOfPage({ method, url = '' }: IncomingMessage, response: ServerResponse): boolean {
  if (method !== 'HEAD' || !isRenderedPage(url.split('?', 1)[0] ?? '')) return false;
  response.writeHead(response.statusCode, headers).end();
  return true;
}
