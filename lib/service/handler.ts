import type { Readable } from 'node:stream';
import type { AnswerOf, contract, Method, Route } from '../api';
import type { Asked } from '../api/read-request';
import type { Here, Home } from './here';

/** A file of this machine to be sent, whole or in part. */
export interface FileAnswer {
  readonly path: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  /** differs for each content */
  readonly etag: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Bytes or frames that are made while they are sent; null: only the headers were asked for. */
export interface StreamAnswer {
  readonly stream: Readable | AsyncIterable<string> | null;
  readonly headers: Readonly<Record<string, string>>;
}

interface Answered<R extends Route> {
  readonly json: AnswerOf<R>;
  // biome-ignore lint/suspicious/noConfusingVoidType: whoever answers nothing returns nothing
  readonly nothing: void;
  readonly file: FileAnswer | StreamAnswer;
  readonly text: StreamAnswer;
  readonly stream: StreamAnswer;
}

export type Answer<R extends Route> = Answered<R>[(typeof contract)[R]['answer']];

/** Who asks, beside what is asked. */
export interface Asker {
  /** aborted when nobody waits any more */
  readonly signal: AbortSignal;
  /** HEAD: an answer without content */
  readonly wantsHeadersOnly?: boolean;
  /** how far an event stream had come before it broke */
  readonly lastEventId?: string | null;
}

/** Routes that are answered without the store, so that they answer where it cannot be opened. */
export const storeless = [
  'GET /api/doctor',
  'GET /api/starters',
  'GET /api/starters/{id}',
  'GET /api/trees',
  'POST /api/trees',
  'DELETE /api/trees/{name}',
  'GET /api/trees/{name}/repositories',
  'POST /api/trees/{name}/read',
  'DELETE /api/trees/{name}/read',
  'POST /api/check',
  'POST /api/import',
  'POST /api/edits',
  'GET /api/verify',
  'POST /api/roots',
] as const satisfies readonly Route[];

export type Storeless = (typeof storeless)[number];

/** Answers one route. Throws `StudioError`s; `AbortError` when nobody waits any more. */
export type Handler<R extends Route> = (
  here: R extends Storeless ? Home : Here,
  asked: Asked<R>,
  asker: Asker,
) => Answer<R> | Promise<Answer<R>>;

type StepOf<R extends Route> = R extends `${Method} /api/${infer Path}`
  ? Path extends `${infer First}/${string}`
    ? First
    : Path
  : never;

/** First step of an address below `/api`: the subject of a route. */
export type Subject = StepOf<Route>;

type Handlers = { readonly [R in Route]: Handler<R> };

/** The handlers of all routes of a subject. */
export type HandlersOf<S extends Subject> = Pick<Handlers, { [R in Route]: StepOf<R> extends S ? R : never }[Route]>;
