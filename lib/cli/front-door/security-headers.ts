import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What every answer says, whatever it is: errors, files, pages. */
const always: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'permissions-policy':
    'camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), display-capture=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-permitted-cross-domain-policies': 'none',
};

/** Data is never a page: should a browser show it as one, it may do nothing and has no origin. */
const dataPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox";

/** Scripts of the build; the policy of a script's answer is that of the worker it becomes. */
const assetPolicy = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'";

/**
 * Scripts run by nonce alone, and load further ones of the build. Styles need `unsafe-inline`: popovers, the graph and the
 * virtual lists place their parts by style attributes, and the toasts bring a style element.
 */
const pagePolicy = (nonce: string): string =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

export type AnswerKind = 'data' | 'asset' | 'page';

/** The headers of an answer of this kind; each page has a nonce of its own. */
export function securityHeaders(kind: AnswerKind): Readonly<Record<string, string>> {
  const policies = { data: () => dataPolicy, asset: () => assetPolicy, page: () => pagePolicy(newNonce()) };
  return { ...always, 'content-security-policy': policies[kind]() };
}

const newNonce = (): string => randomBytes(16).toString('base64');

/** Puts the headers on the answer. Next finds the nonce for its scripts in the policy of the request. */
export function secure(request: IncomingMessage, response: ServerResponse, kind: AnswerKind): void {
  const headers = securityHeaders(kind);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  delete request.headers['content-security-policy-report-only'];
  request.headers['content-security-policy'] = headers['content-security-policy'] ?? '';
}
